"""The register counts what the catalogue counts: published totals, by commune, and in every month of the history."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.gaps.register import UNKNOWN, VillageRegister, instants, people, read
from tests.refresh.conftest import Whole


def test_the_published_totals_come_out(register: VillageRegister) -> None:
    counts = {kind: len(register.having(kind)) for kind in register.definitions.kinds}
    assert len(register.villages) == 956
    assert (counts["trang_song"], counts["khong_cap"], counts["khong_dien"]) == (33, 191, 8)
    assert people(register.having("khong_dien"))[0] == 426
    assert register.counted_among("khong_cap") == 956
    assert register.counted_among("lom_song") == 956 - 33


@pytest.mark.shared
def test_every_commune_has_its_share_of_the_facts(
    register: VillageRegister, allocation: dict[str, dict[str, str]]
) -> None:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for village in register.villages:
        mine = found[village.area.split("@")[0]]
        mine.update(["villages", *village.gaps])
        mine["households"] += village.households
        mine["off"] += village.households if "khong_dien" in village.gaps else 0
    columns = {
        "villages": "villages", "households": "households", "trang_song": "villages_without_mobile",
        "khong_cap": "villages_without_cable", "khong_dien": "villages_off_grid", "off": "households_off_grid",
    }  # fmt: skip
    for name, column in columns.items():
        assert {code: found[code][name] for code in allocation} == {
            code: int(row[column]) for code, row in allocation.items()
        }, name


def test_each_month_counts_what_the_catalogue_counts(register: VillageRegister, board: Board) -> None:
    for kind, gap in register.definitions.kinds.items():
        assert gap.kpi is not None
        here = {key: float(register.count(kind, at)) for key, at in instants(board, register)}
        there = {cell.period: cell.value for cell in board.series(gap.kpi, board.root.id, OPEN)}
        assert here == there
        assert here[max(here)] == len(register.having(kind))


def test_a_village_without_a_point_says_so_and_stands_nowhere(register: VillageRegister) -> None:
    lost = [village for village in register.villages if village.standing == UNKNOWN]
    assert lost and all(village.lat is None and village.lon is None for village in lost)
    placed = [village for village in register.villages if village.standing != UNKNOWN]
    assert all(village.lat is not None and village.standing in ("measured", "cluster") for village in placed)


def test_weights_are_known_and_poor_households_add_up_to_the_review(
    register: VillageRegister, board: Board
) -> None:
    poor: Counter[str] = Counter()
    for village in register.villages:
        assert village.border is not None and village.school is not None and village.clinic is not None
        assert village.minority_share is not None and 0 <= village.minority_share <= 100
        assert village.poor_households is not None and 0 <= village.poor_households <= village.households
        poor[village.area] += village.poor_households
    kpi = next(kpi for kpi in board.site.kpis.values() if kpi.source == "ho_ngheo")
    latest = board.latest_period(kpi.id)
    assert dict(poor) == {cell.area: cell.numerator for cell in board.row(kpi.id, latest, OPEN)}


def test_survey_ages_are_those_of_the_day_the_data_reach(register: VillageRegister, board: Board) -> None:
    ages = [age for village in register.villages if (age := village.survey_age(register.on)) is not None]
    oldest = board.total("gap_survey_age", board.latest_period("gap_survey_age"), OPEN).value
    assert min(ages) == 1 and max(ages) == oldest


def test_a_narrow_scope_sees_its_own_villages_only(whole: Whole, board: Board) -> None:
    area = board.find("03463")
    found = read(board, whole.office.warehouse, Scope(areas=frozenset({area.id})))
    assert found is not None
    assert {village.area for village in found.villages} == {area.id} and len(found.villages) == 16
