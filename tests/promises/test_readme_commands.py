"""The README's two commands are real targets, and the main job they start serves the province."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.conftest import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_the_two_commands_before_any_other() -> None:
    commands = re.findall(r"(?m)^(make \w+)", README)
    assert commands[:2] == ["make run", "make test"]


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make (\w+)", README))))
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_run_starts_the_composition_root_and_test_starts_the_suite() -> None:
    def plan(target: str) -> str:
        """The last command of the target; without make's own remarks when one make starts another."""
        return subprocess.run(
            ["make", "--no-print-directory", "-n", target],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]

    assert "app.py" in plan("run")
    assert "pytest" in plan("test")


def test_pictures_and_files_the_documents_point_to_exist() -> None:
    broken = []
    for document in [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            if not (document.parent / target).exists():
                broken.append(f"{document.name} -> {target}")
    assert not broken
