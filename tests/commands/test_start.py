"""The real process: what refuses to start, and that everything started is kept alive and goes together."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

import app as composition
from ioc.office import REGISTER
from tests.conftest import PROJECT
from tests.scheduling.conftest import eventually, register, write_site

SITE = PROJECT / "tests" / "demo" / "sites" / "dien_bien"


def environment(data: Path, **more: str) -> dict[str, str]:
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("IOC_", "DASH_", "FLASK_"))
    }
    return {**kept, "IOC_SITE": str(SITE), "IOC_DATA": str(data), **more}


def app(*words: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "app.py"), *words],
        env=environment(data, **more), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["DASH_DEBUG", "DASH_MCP_ENABLED"])
def test_the_real_process_does_not_start_while_a_variable_opens_a_console_to_everybody(
    tmp_path: Path, name: str
) -> None:
    done = app(data=tmp_path / "data", **{name: "true"})
    assert done.returncode == 2 and name in done.stderr and "Bỏ biến đó" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "data").exists()


Main = Callable[..., tuple[int, str]]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Main:
    """`python app.py WORDS` in this process: exit code and what it said about it."""

    def run(*words: str, data: Path, **more: str) -> tuple[int, str]:
        for name in set(os.environ) - set(environment(data)):
            monkeypatch.delenv(name)
        for name, text in environment(data, **more).items():
            monkeypatch.setenv(name, text)
        monkeypatch.setattr(sys, "argv", ["app.py", *words])
        with pytest.raises(SystemExit) as ended:
            composition.main()
        assert isinstance(ended.value.code, int)
        return ended.value.code, capfd.readouterr().err

    return run


@pytest.mark.parametrize("words", [["check"], ["geodata", "status"], ["schedule"]], ids=" ".join)
@pytest.mark.parametrize("name", ["DASH_DEBUG", "DASH_MCP_ENABLED"])
def test_no_command_runs_while_a_variable_opens_a_console_to_everybody(
    main: Main, tmp_path: Path, name: str, words: list[str]
) -> None:
    code, said = main(*words, data=tmp_path / "data", **{name: "1"})
    assert code == 2 and name in said and not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ({"IOC_PORT": "tám nghìn"}, "IOC_PORT"),
        ({"IOC_SITE": "/nowhere"}, "site.toml"),
        ({"IOC_HOST": "0.0.0.0"}, "IOC_SECRET_KEY"),  # noqa: S104
        ({"IOC_SECRET_KEY": "ngắn"}, "IOC_SECRET_KEY"),
        ({"IOC_WAREHOUSE": "mysql://127.0.0.1/x"}, "IOC_WAREHOUSE"),
    ],
)
def test_the_main_job_refuses_a_wrong_setting_at_once_with_its_name(
    main: Main, tmp_path: Path, more: dict[str, str], hint: str
) -> None:
    register().dump(tmp_path / REGISTER)
    (tmp_path / "geo" / "current.json").write_text("{}", encoding="utf-8")
    code, said = main(data=tmp_path, **more)
    assert code == 2 and hint in said and "Không khởi động được" in said


def test_a_real_site_does_not_start_without_a_key_of_its_own(main: Main, tmp_path: Path) -> None:
    write_site(tmp_path / "site")
    site = tmp_path / "site" / "site.toml"
    text = site.read_text(encoding="utf-8")
    site.write_text(text.replace("demonstration = true", "demonstration = false"), encoding="utf-8")
    code, said = main(data=tmp_path / "data", IOC_SITE=str(tmp_path / "site"))
    assert code == 2 and "IOC_SECRET_KEY" in said
    assert not (tmp_path / "data" / "secret.key").exists()


def test_a_command_prints_its_answer_and_nothing_else(tmp_path: Path) -> None:
    done = app("migrate", data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Đã nâng cấp kho số liệu.\n", "")


class Installation:
    """`python app.py` on a free port, started from somewhere else with a relative data folder."""

    def __init__(self, folder: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.data = folder / "data"
        self.log = (folder / "app.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, str(PROJECT / "app.py")],
            cwd=folder,
            env=environment(Path("data"), IOC_PORT=str(self.port), IOC_WORKERS="1", PYTHONDONTWRITEBYTECODE="1"),
            stdout=self.log, stderr=self.log,
        )  # fmt: skip
        self.seen: dict[int, psutil.Process] = {}

    def children(self) -> dict[str, psutil.Process]:
        """The supervisor's own children: web and scheduler."""
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            self.seen[child.pid] = child
            with suppress(psutil.Error):  # it may end while we look
                if child.ppid() == self.process.pid:
                    words = " ".join(child.cmdline())
                    found["web" if "gunicorn" in words else "scheduler"] = child
        return found

    def answers(self) -> bool:
        """Whether the web answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def up(self) -> bool:
        """Whether everything there is to start has started."""
        assert self.process.poll() is None, "the supervisor has ended"
        found = self.children()
        return set(found) == {"web", "scheduler"} and self.answers()

    def left(self) -> list[int]:
        """Everything ever seen of it that still lives."""
        return [process.pid for process in self.seen.values() if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Register and map of the site, made once."""
    data = tmp_path_factory.mktemp("prepared")
    assert app("geodata", "register", data=data).returncode == 0
    assert app("geodata", "schematic", data=data).returncode == 0
    return data


@pytest.fixture
def installation(tmp_path: Path, prepared: Path) -> Iterator[Installation]:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "geo").symlink_to(prepared / "geo")
    found = Installation(tmp_path)
    try:
        assert eventually(found.up, 120), (tmp_path / "app.log").read_text(encoding="utf-8")
        yield found
    finally:
        found.process.kill()
        for process in found.seen.values():
            with suppress(psutil.Error):
                process.kill()
        found.process.wait()
        found.log.close()


@pytest.mark.faults
def test_what_dies_is_started_again_and_the_whole_goes_with_one_signal(installation: Installation) -> None:
    for name in ("scheduler", "web"):
        victim = installation.children()[name]
        victim.kill()
        assert eventually(lambda: not _lives(victim))  # noqa: B023 - asked at once
        assert eventually(installation.up, 120), f"{name} does not come back"
        assert installation.children()[name].pid != victim.pid
    key = installation.data / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (installation.data / "warehouse.db").exists(), "all of them mean the same relative folder"
    assert not (PROJECT / "data").exists()
    installation.children()
    installation.process.send_signal(signal.SIGTERM)
    assert installation.process.wait(60) == 0
    assert eventually(lambda: not installation.left())
    assert not installation.answers()


@pytest.mark.faults
def test_a_supervisor_that_is_killed_takes_everything_along(installation: Installation) -> None:
    assert len(installation.children()) == 2
    installation.process.kill()
    installation.process.wait()
    assert eventually(lambda: not installation.left()), "something outlived its supervisor"
    assert not installation.answers()
