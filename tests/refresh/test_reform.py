"""The reform of 1 July 2025 through a whole refresh: 106 old units become 38 communes and nothing gets lost."""

from __future__ import annotations

import csv
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from datasources.sql import SqlSource
from geodata.register import build_register
from ioc.areas import Register, name_key
from ioc.refresh.outcome import Outcome
from tests.refresh.tiny import PROVINCE, Office, counts, kpi, present, row, site, values

pytestmark = pytest.mark.shared
COLUMNS = ("id", "code", "name", "level", "received", "finished", "channel", "fee", "paid", "org", "updated")
BEFORE, LAST_DAY, FIRST_DAY = "2025-05-10 08:00:00", "2025-06-30 23:59:59", "2025-07-01 00:00:00"
KPIS = (
    kpi("all", "count()"),
    kpi("fees", "sum(fee)"),
    kpi("online", "count(channel == 2)", denominator="count()"),
)
Refresh = Callable[[list[dict[str, Any]]], Outcome]


@pytest.fixture(scope="module")
def crosswalk(shared: Path) -> list[dict[str, str]]:
    """The published crosswalk, read from where it was published."""
    with (shared / "facts" / "lai_chau_crosswalk_2025.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def register() -> Register:
    """The register as an installation has it, which knows nothing of that file."""
    return build_register([]).branch("12")


@pytest.fixture
def refresh(tmp_path: Path, register: Register) -> Refresh:
    """Rows put into a database, pulled by the query, judged and counted."""

    def refreshed(rows: list[dict[str, Any]]) -> Outcome:
        file = tmp_path / "nguon.db"
        file.unlink(missing_ok=True)
        with sqlite3.connect(file) as connection:
            connection.execute(f"CREATE TABLE ho_so ({', '.join(COLUMNS)})")
            marks = ", ".join("?" * len(COLUMNS))
            connection.executemany(
                f"INSERT INTO ho_so VALUES ({marks})", [[one[name] for name in COLUMNS] for one in rows]
            )
        connection.close()
        query = f"SELECT {', '.join(COLUMNS)} FROM ho_so"
        asked = site(kpis=KPIS, kind="sql", url=f"sqlite:///{file}", query=query)
        return Office(tmp_path / "data", asked, register).refresh(SqlSource)

    return refreshed


def test_the_file_holds_the_106_old_units_and_the_38_new_ones(crosswalk: list[dict[str, str]]) -> None:
    assert len(crosswalk) == len({line["old_code"] for line in crosswalk}) == 106
    assert len({line["new_code"] for line in crosswalk}) == 38
    reused = [line for line in crosswalk if line["code_reused"] == "1"]
    assert len(reused) == 38 and all(line["old_code"] == line["new_code"] for line in reused)


@pytest.mark.parametrize("moment", [BEFORE, LAST_DAY])
def test_old_codes_dated_before_the_reform_land_where_the_file_says(
    refresh: Refresh, crosswalk: list[dict[str, str]], moment: str
) -> None:
    # another amount for each unit, all sums of them different: no two communes can be mistaken for each other
    amount = {line["old_code"]: 2**20 + 3**5 * place for place, line in enumerate(crosswalk)}
    rows = [
        row(
            line["old_code"],
            moment,
            name=line["old_name"],
            fee=amount[line["old_code"]],
            channel=1 + place % 2,
        )
        for place, line in enumerate(crosswalk)
    ]
    outcome = refresh(rows)
    assert outcome.tally is not None
    assert (outcome.tally.staged, outcome.tally.published, outcome.findings) == (106, 106, ())
    month = moment[:7]
    wanted: dict[str, list[str]] = defaultdict(list)
    for line in crosswalk:
        wanted[present(line["new_code"])].append(line["old_code"])
    fees, shares = values(outcome, "fees", month), values(outcome, "online", month)
    online = {line["old_code"] for place, line in enumerate(crosswalk) if place % 2}
    for area, old in wanted.items():
        assert fees[area][0] == sum(amount[code] for code in old)
        mine = len(online & set(old))
        assert shares[area] == (mine, len(old), pytest.approx(100 * mine / len(old)))
    assert fees[PROVINCE][0] == sum(amount.values()), (
        "of the province's total nothing is missing, to the đồng"
    )
    assert sum(fees[area][0] or 0 for area in wanted) == fees[PROVINCE][0]
    assert shares[PROVINCE] == (53, 106, 50.0)
    present_ones = {area for area in fees if area.endswith("@20250701")} - {PROVINCE}
    assert present_ones == set(wanted)


def test_the_total_of_a_year_is_the_same_whether_counted_by_old_units_or_new_ones(
    refresh: Refresh, crosswalk: list[dict[str, str]]
) -> None:
    old = [row(line["old_code"], LAST_DAY, name=line["old_name"], fee=7) for line in crosswalk]
    new = [row(line["new_code"], FIRST_DAY, name=line["new_name"], fee=7) for line in crosswalk]
    outcome = refresh(old + new)
    assert counts(outcome) == {}
    assert values(outcome, "fees", "2025-06") == values(outcome, "fees", "2025-07") | {
        area: cell for area, cell in values(outcome, "fees", "2025-06").items() if area.endswith("@0")
    }


def _collisions(crosswalk: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        line
        for line in crosswalk
        if line["code_reused"] == "1" and name_key(line["old_name"]) != name_key(line["new_name"])
    ]


def test_the_17_codes_that_changed_their_name_are_reported(
    crosswalk: list[dict[str, str]], register: Register
) -> None:
    told = {(old.code, name_key(old.name), name_key(new.name)) for old, new in register.collisions}
    wanted = {
        (line["old_code"], name_key(line["old_name"]), name_key(line["new_name"]))
        for line in _collisions(crosswalk)
    }
    assert len(wanted) == 17
    assert told == wanted


def test_a_reused_code_counts_to_the_unit_of_its_day_when_the_name_agrees(
    refresh: Refresh, crosswalk: list[dict[str, str]]
) -> None:
    clashing = _collisions(crosswalk)
    outcome = refresh(
        [row(line["old_code"], LAST_DAY, name=line["old_name"]) for line in clashing]
        + [row(line["new_code"], FIRST_DAY, name=line["new_name"]) for line in clashing]
    )
    assert counts(outcome) == {}
    for month in ("2025-06", "2025-07"):
        assert values(outcome, "all", month)[PROVINCE] == (17, None, 17)


def test_a_code_whose_name_disagrees_parks_the_row_with_both_to_be_seen(
    refresh: Refresh, crosswalk: list[dict[str, str]]
) -> None:
    clashing = _collisions(crosswalk)
    rows = [row(line["new_code"], FIRST_DAY, name=line["old_name"]) for line in clashing]
    rows += [row(line["old_code"], LAST_DAY, name=line["new_name"]) for line in clashing]
    sound = [row("03463", FIRST_DAY, name="Xã Tà Tổng")]
    outcome = refresh(rows + sound)
    assert counts(outcome) == {"name_mismatch": 34}
    assert outcome.tally is not None and (outcome.tally.published, outcome.tally.parked) == (1, 34)
    (finding,) = [item for item in outcome.findings if item.code == "name_mismatch"]
    assert finding.column == "name" and len(finding.sample) == 20
    shown = {(one["code"], one["name"]) for one in finding.sample}
    assert shown <= {(one["code"], one["name"]) for one in rows}


def test_an_old_code_after_the_reform_is_parked_and_never_guessed(
    refresh: Refresh, crosswalk: list[dict[str, str]]
) -> None:
    gone = [line for line in crosswalk if line["code_reused"] == "0"]
    assert len(gone) == 68
    sound = [row("03388", FIRST_DAY, name="Phường Đoàn Kết")]
    for name in (True, False):  # with its name, and where a source sends none
        rows = [row(one["old_code"], FIRST_DAY, name=one["old_name"] if name else None) for one in gone]
        outcome = refresh(rows + sound)
        assert counts(outcome) == {"wrong_vintage": 68}
        assert values(outcome, "all", "2025-07")[PROVINCE] == (1, None, 1)


def test_a_new_unit_before_the_reform_is_parked_and_never_guessed(
    refresh: Refresh, crosswalk: list[dict[str, str]]
) -> None:
    # every new code is an old one too: only the name can tell that the row means the unit to come
    new = {line["new_code"]: line["new_name"] for line in crosswalk}
    old = {line["old_code"]: line["old_name"] for line in crosswalk}
    assert set(new) <= set(old)
    changed = {code for code, name in new.items() if name_key(name) != name_key(old[code])}
    outcome = refresh([row(code, LAST_DAY, name=name) for code, name in new.items()])
    assert counts(outcome) == {"name_mismatch": len(changed)} == {"name_mismatch": 17}
    found = values(outcome, "all", "2025-06")
    assert not {present(code) for code in changed} & set(found)


def test_a_code_made_by_the_reform_is_parked_before_it(
    crosswalk: list[dict[str, str]], tmp_path: Path, register: Register
) -> None:
    # none of Lai Châu's codes is new, so a unit is added whose code nobody bore before
    from ioc.areas import GSO, REFORM, Area, Level

    fresh = Area(GSO, "03999", REFORM, None, "Xã Mới Lập", "xã", Level.COMMUNE, PROVINCE)
    grown = Register([*register.areas, fresh], register.links)
    office = Office(tmp_path, site(kpis=KPIS), grown)
    outcome = office.refresh([row("03999", LAST_DAY), row("03999", FIRST_DAY), row("03390", FIRST_DAY)])
    assert counts(outcome) == {"wrong_vintage": 1}
    assert values(outcome, "all", "2025-07")["03999@20250701"] == (1, None, 1)
    assert date(2025, 7, 1) == REFORM
