"""The demonstration's file of scores: plausible, labelled, the same again, its errors counted to the row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from datasources.sites.lai_chau.generator.diem_766 import DOCUMENT, write_scores
from ioc.areas import GSO, REFORM, Area, Level, Register
from ioc.office import REGISTER, Office
from ioc.scoring.book import ScoreBook
from ioc.scoring.importing import import_scores
from ioc.scoring.points import printed_sum
from ioc.scoring.rows import Key
from ioc.settings import Settings
from tests.conftest import PROJECT

SITE = PROJECT / "datasources" / "sites" / "lai_chau"
PROVINCE = "12@20250701"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    from datasources.sites.lai_chau.generator.facts import communes

    top = Area(GSO, "12", REFORM, None, "Tỉnh Lai Châu", "tỉnh", Level.PROVINCE)
    units = [
        Area(GSO, one.code, REFORM, None, one.name, one.name.split()[0].lower(), Level.COMMUNE, top.id)
        for one in communes()
    ]
    Register([top, *units]).dump(tmp_path / REGISTER)
    made = Office(replace(Settings(site=SITE, data=tmp_path)), {})
    made.warehouse.migrate()
    return made


def test_the_file_is_imported_as_any_other_and_its_errors_are_those_of_the_ledger(
    office: Office, tmp_path: Path
) -> None:
    index, now = office.site.indices["qd766"], datetime(2026, 11, 24, tzinfo=UTC)
    path, ledger = write_scores(tmp_path / "sources", date(2026, 11, 24))
    outcome = import_scores(office, path, index, DOCUMENT, "thử", now)
    assert "không phải số liệu chính thức" in outcome.record.document
    assert {f"dirt.diem_766.{one.code}": one.rows for one in outcome.findings} == ledger
    book = ScoreBook(office.warehouse)
    at = book.at()
    assert len(book.periods("qd766", at)) == 12
    scores = book.read("qd766", "2026-10", at)
    totals = {key.unit: one.score for key, one in scores.items() if not key.group}
    assert len(totals) == 38  # 37 communes and the province: one commune is not scored to the end
    assert all(65 <= total <= 90 for total in totals.values())
    for unit, total in totals.items():
        groups = [scores[Key("2026-10", unit, group.code, "")] for group in index.group]
        assert printed_sum((one.score for one in groups), 2) == total
        assert [one.max_score for one in groups] == [18, 20, 12, 22, 18, 10]
    # the month after repeats every month it shares with this file to the digit
    later, _ = write_scores(tmp_path / "sources", date(2026, 12, 3))
    assert later != path
    again = import_scores(office, later, index, DOCUMENT, "thử", datetime(2026, 12, 3, tzinfo=UTC))
    assert book.read("qd766", "2026-09", book.at()) == book.read("qd766", "2026-09", at)
    assert book.history("qd766", "2026-09", PROVINCE, again.record.id) == []


def test_the_same_day_and_seed_make_the_same_file(tmp_path: Path) -> None:
    first, second = (write_scores(tmp_path / name, date(2026, 11, 24))[0].read_bytes() for name in ("a", "b"))
    assert first == second
    other = write_scores(tmp_path / "c", date(2026, 11, 24), seed=7)[0].read_bytes()
    assert other != first
