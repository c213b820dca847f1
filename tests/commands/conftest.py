"""The command line on a small site, in this process and without a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app import commands
from ioc.leader import Lease
from ioc.office import REGISTER, Office
from tests.scheduling.conftest import behave, office_at, register, write_site
from tests.warehouse.press import Press


@dataclass(frozen=True)
class Said:
    """What a command answered: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output read as JSON."""
        return json.loads(self.out)


@dataclass
class Terminal:
    """A site, its data folder, and `ioc` to ask about them. Each command opens an office of its own."""

    site: Path
    data: Path
    warehouse: str

    def office(self) -> Office:
        return office_at(self.site, self.data, self.warehouse)

    def ioc(self, *words: str) -> Said:
        """Run a command. A fault that is not turned into a sentence is raised."""
        opened: list[Office] = []

        def open_office() -> Office:
            opened.append(self.office())
            return opened[0]

        done = CliRunner().invoke(commands(), words, obj=open_office)
        for office in opened:
            if "warehouse" in office.__dict__:
                office.warehouse.close()
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace something in a file of the site."""
        path = self.site / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def publish(self, values: dict[tuple[str, str, str], Any], source: str = "alpha") -> int:
        """An edition, without a process; returns its number."""
        office = self.office()
        lease = Lease(office.warehouse, seconds=600)
        try:
            return Press(office.warehouse, lease.acquire() or 0).publish(values, source=source).number
        finally:
            lease.release()
            office.warehouse.close()


Make = Callable[[], Terminal]


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    """A site and nothing else: no register, no warehouse."""
    write_site(tmp_path / "site")
    return Terminal(tmp_path / "site", tmp_path / "data", f"sqlite:///{tmp_path / 'data' / 'warehouse.db'}")


@pytest.fixture
def terminal(bare: Terminal) -> Iterator[Terminal]:
    """A site ready for use, with nothing published."""
    register().dump(bare.data / REGISTER)
    (bare.data / "calls.jsonl").touch()
    behave(bare.data, {})
    office = bare.office()
    office.warehouse.migrate()
    office.warehouse.close()
    yield bare
