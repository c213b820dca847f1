"""A line that is cut or goes dead in mid answer costs the run, never the numbers."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import datasources
from datasources.sites.lai_chau.generator import generate
from geodata.register import build_register
from ioc.access import SYSTEM
from ioc.dispatch import Order
from ioc.office import REGISTER, Office
from ioc.periods import VIETNAM
from ioc.runs import Reason, Run, State
from ioc.settings import Settings
from ioc.shift import Shift
from tests.conftest import PROJECT
from tests.datasources.databases import PASSWORD, Counter, dossiers
from tests.datasources.servers import Line, answering
from tests.refresh.tiny import row

MANY = 20_000


@pytest.fixture
def filled(counter: Counter) -> Counter:
    moment = datetime(2026, 2, 10, 8)  # noqa: DTZ001 - sources keep province time
    plain = row(name="Phường Đoàn Kết") | {"received": moment, "updated": moment, "org": "x" * 200}
    counter.database.fill(dossiers(sa.MetaData()), [plain | {"id": f"h{number}"} for number in range(MANY)])
    return counter


def test_a_connection_cut_half_way_discards_the_half_and_keeps_the_whole(filled: Counter) -> None:
    if filled.database.backend == "sqlite":
        return
    address = sa.make_url(filled.database.url)
    line = Line(str(address.host), int(address.port or 0))
    with answering(line) as port:
        filled.use(address.set(port=port).render_as_string(hide_password=False))
        good = filled.refresh()
        assert good.reason is None and good.pulled == MANY
        staging = filled.data / "staging" / "hs"
        before = {path.name: path.read_bytes() for path in staging.glob("*.[jp]*")}
        line.cut_after = 2_000_000
        outcome = filled.refresh()
        assert outcome.reason is Reason.RESET, outcome.message
        assert not outcome.publishable and outcome.tally is None
        message = outcome.message or ""
        for word in ("hs", f"127.0.0.1:{port}/", "bị ngắt giữa chừng", "được giữ nguyên"):
            assert word in message
        assert {path.name: path.read_bytes() for path in staging.glob("*.[jp]*")} == before
        assert not list(staging.glob("*.part"))
        line.cut_after = None
        again = filled.refresh()
        assert (again.reason, again.pulled, again.content_sha256) == (None, MANY, good.content_sha256)


@pytest.mark.mariadb
def test_a_mariadb_server_that_falls_silent_is_given_up_by_the_driver(filled: Counter) -> None:
    if filled.database.backend != "mariadb":
        return
    address = sa.make_url(filled.database.url)
    line = Line(str(address.host), int(address.port or 0))
    line.dead_after = 2_000_000
    with answering(line) as port:
        filled.use(address.set(port=port).render_as_string(hide_password=False))
        began = time.monotonic()
        outcome = filled.refresh(schedule={"deadline": "1s"})
        assert outcome.reason in (Reason.RESET, Reason.DEADLINE), outcome.message
        assert time.monotonic() - began < 60


@dataclass
class Installation:
    """The real site with tax reports only, on a server reached over a line that can fail."""

    office: Office
    line: Line

    def refresh(self) -> Run:
        """One run as the scheduler does it: a process of its own, its outcome, the publication."""
        with Shift(self.office) as shift:
            (run,) = shift.refresh([Order("thue", "manual", SYSTEM)], lambda step: None)
        return run


@pytest.fixture
def installation(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    generate({"thue": postgres_url}, datetime.now(VIETNAM).date())
    folder = tmp_path / "site"
    shutil.copytree(PROJECT / "datasources" / "sites" / "lai_chau", folder,
                    ignore=shutil.ignore_patterns("generator", "__pycache__"))  # fmt: skip
    file = folder / "sources" / "thue.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[schedule]\n", '[schedule]\ndeadline = "20s"\n'), encoding="utf-8")
    data = tmp_path / "data"
    build_register([]).dump(data / REGISTER)
    address = sa.make_url(postgres_url).set(password=PASSWORD)
    line = Line(str(address.host), int(address.port or 5432))
    with answering(line) as port:
        monkeypatch.setenv("IOC_SITE", str(folder))
        monkeypatch.setenv("IOC_DATA", str(data))
        monkeypatch.setenv(
            "IOC_SOURCE_THUE_URL", address.set(port=port).render_as_string(hide_password=False)
        )
        office = Office(Settings(site=folder, data=data), datasources.kinds())
        office.warehouse.migrate()
        yield Installation(office, line)
        office.warehouse.close()


@pytest.mark.postgres
def test_a_server_that_falls_silent_is_given_up_at_the_deadline_and_the_edition_stays(
    installation: Installation, postgres_url: str
) -> None:
    first = installation.refresh()
    assert first.state is State.PUBLISHED, first.message
    warehouse = installation.office.warehouse
    before = _everything(installation.office)
    assert before

    installation.line.dead_after = 40_000
    silent = installation.refresh()
    assert (silent.state, silent.reason) == (State.FAILED, Reason.DEADLINE)
    assert silent.message and "trong 20 giây" in silent.message and "được giữ nguyên" in silent.message
    assert PASSWORD not in silent.message
    assert warehouse.latest().number == 1
    assert _everything(installation.office) == before
    _nobody_is_connected(postgres_url)

    installation.line.dead_after = None
    again = installation.refresh()
    assert again.state is State.PUBLISHED
    assert (again.staged, again.content_sha256) == (first.staged, first.content_sha256)
    logs = "".join(
        path.read_text(errors="replace") for path in installation.office.settings.data.rglob("*.log")
    )
    assert PASSWORD not in logs


@pytest.mark.postgres
def test_a_table_dropped_at_the_source_leaves_the_edition_as_it_was(
    installation: Installation, postgres_url: str
) -> None:
    assert installation.refresh().state is State.PUBLISHED
    before = _everything(installation.office)
    engine = sa.create_engine(postgres_url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS bao_cao_thue CASCADE"))
    run = installation.refresh()
    assert (run.state, run.reason) == (State.QUARANTINED, Reason.SCHEMA)
    assert run.message and "sources/thue.toml" in run.message and PASSWORD not in run.message
    assert _everything(installation.office) == before


def _everything(office: Office) -> list[Any]:
    edition = office.warehouse.latest()
    assert edition is not None
    return [
        fact for kpi in office.site.kpis_of("thue") for fact in office.warehouse.slice(kpi.id, edition.number)
    ]


def _nobody_is_connected(url: str) -> None:
    """The source's server is rid of us within moments."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _ in range(100):
        with engine.connect() as connection:
            if not connection.execute(others).scalar():
                return
        time.sleep(0.2)
    raise AssertionError("a connection to the source was left behind")
