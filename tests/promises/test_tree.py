"""What no file of the project may hold, and what every module must."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.conftest import PROJECT

ROOMS = ("ioc", "layouts", "datasources", "geodata")
OUTSIDE = re.compile(
    r"https?://[a-z0-9.-]*(unpkg|jsdelivr|cdnjs|cloudflare|googleapis|gstatic|openstreetmap|tile\.|carto|mapbox|arcgis|iconify)"
)
INDEX = re.compile(r"--(extra-)?index-url|^\s*--find-links|files\.pythonhosted|pypi\.org", re.M)
UNSAFE = {"pickle", "marshal", "joblib", "shelve", "dill", "cloudpickle"}


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [PROJECT / name for name in listed if name.endswith(suffixes) and (PROJECT / name).exists()]


def modules() -> list[Path]:
    return [*sorted(path for room in ROOMS for path in (PROJECT / room).rglob("*.py")), PROJECT / "app.py"]


@pytest.mark.parametrize("path", tracked(".py", ".js", ".css", ".html", ".toml"), ids=lambda p: p.name)
def test_no_file_reaches_outside(path: Path) -> None:
    if path != Path(__file__):
        assert not OUTSIDE.search(path.read_text(encoding="utf-8"))


def test_locks_hold_hashes_for_everything_and_no_index_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        assert not INDEX.search(text)
        pinned = re.findall(r"(?m)^[a-z0-9][^\s=]*==[^\n]*\\\n\s+--hash=sha256:[0-9a-f]{64}", text)
        assert len(pinned) == len(re.findall(r"(?m)^[a-z0-9]\S*==", text)) > 30


def test_what_runs_is_a_subset_of_what_is_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"(?m)^([a-z0-9]\S*==\S+)", (PROJECT / name).read_text(encoding="utf-8")))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_every_module_says_what_it_owns() -> None:
    silent = []
    for path in modules():
        source = path.read_text(encoding="utf-8")
        doc = ast.get_docstring(ast.parse(source))
        if source.strip() and "versions" not in path.parts and (doc is None or len(doc) < 40):
            silent.append(path.relative_to(PROJECT).as_posix())
    assert not silent


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "helpers", "common", "misc", "util", "helper"}
    assert not [path for path in modules() if path.stem in drawers or path.parent.name in drawers]


def test_nothing_is_pickled_or_evaluated() -> None:
    faults = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name.split(".")[0] for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [(node.module or "").split(".")[0]]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id] if node.func.id in ("eval", "exec") else []
            faults += [f"{path.name}: {name}" for name in names if name in UNSAFE | {"eval", "exec"}]
    assert not faults


def test_no_installed_package_hooks_into_dash() -> None:
    assert not list(entry_points(group="dash_hooks"))


def test_no_path_of_a_machine_is_written_down() -> None:
    pattern = re.compile(r"(?<![\w.])/(home|root|work|Users)/\w")
    faults = [
        path.relative_to(PROJECT).as_posix()
        for path in tracked(".py", ".js", ".css", ".toml", ".md", ".lock", "Makefile", "run")
        if path != Path(__file__) and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert not faults


def test_importing_the_composition_root_does_nothing() -> None:
    """Importing the composition root must not need the data folder, a site or the network."""
    code = "import app, sys; sys.exit(0)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
