"""What the board and the trend say of time and of the reform: fair comparisons, breaks with their cause, old units."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from ioc.access import OPEN, Scope
from ioc.areas import GSO, REFORM, Area, Level, Link, LinkKind, Register
from ioc.board import Board
from ioc.breaks import breaks
from ioc.catalogue import Break, Text
from ioc.crosswalk import Crosswalk, Method
from ioc.observations import Edition, Observation, Status
from ioc.periods import PeriodKind
from ioc.residual import residuals
from ioc.unknown import UnknownPeriodError
from ioc.web import documents
from layouts.figures.trend import trend
from layouts.theme import palette
from tests.board.province import NOW, ROOT, Province

OLD = ("00002@0", "00901@0")


def share(area, period, n, d, status=Status.FINAL):
    return Observation("online", area, period, n, d, 100 * n / d, status, None, None, "mot_cua", 1)


class Numbers:
    """Serves a list of observations as the warehouse does."""

    def __init__(self, rows):
        self.rows = rows

    def slice(self, kpi, edition, *, areas=None, former=True):
        return [
            row for row in self.rows
            if row.kpi == kpi and (areas is None or row.area in areas) and (former or not row.area.endswith("@0"))
        ]  # fmt: skip

    def places(self, kind, edition):
        return ()

    def changes(self, e0, e1, limit):
        return ()


ROWS = [
    share("00001@20250701", "2025-05", 6, 10),
    share(OLD[0], "2025-05", 1, 4),
    share(OLD[1], "2025-05", 5, 6),
    share(ROOT, "2026-09", 5, 10),
    share(ROOT, "2026-10", 8, 10),
    share(ROOT, "2026-10.d22", 3, 5),
    share(ROOT, "2026-11", 4, 5, Status.PROVISIONAL),
    share(ROOT, "2026-11.ytd", 4, 5, Status.PROVISIONAL),
    share(ROOT, "2025-11.ytd", 4, 5),
    share(ROOT, "2025-11.ytd.d326", 4, 5),
    share(ROOT, "2026-Q3", 5, 10),
    share(ROOT, "2026-Q4", 5, 10, Status.PROVISIONAL),
]


@pytest.fixture
def board(tmp_path):
    made = Province(tmp_path)
    kinds = (PeriodKind.MONTH, PeriodKind.QUARTER)
    made.site.kpis["online"] = made.site.kpis["online"].model_copy(update={"periods": kinds})
    return Board(Edition(1, NOW, 1, "mot_cua", len(ROWS)), made.site, made.register, Numbers(ROWS))


def test_a_running_period_is_never_compared_with_a_whole_one(board):
    assert board.compared("online", "2026-10") == "2026-09"
    assert board.compared("online", "2026-11") == "2026-10.d22"
    assert board.compared("online", "2026-11.ytd") == "2025-11.ytd.d326"
    assert board.compared("online", "2026-Q4") is None  # no part of the third quarter was published
    assert board.compared("online", "2026-09") is None


def test_parts_are_no_choice_and_kinds_are_told_apart(board):
    assert board.choices("online") == [
        "2025-05", "2026-09", "2026-Q3", "2026-10", "2026-11", "2026-Q4", "2025-11.ytd", "2026-11.ytd",
    ]  # fmt: skip
    assert board.periods("online", kind=PeriodKind.QUARTER) == ["2026-Q3", "2026-Q4"]
    assert [cell.period for cell in board.series("online", ROOT, OPEN, kind=PeriodKind.QUARTER)] == [
        "2026-Q3", "2026-Q4",
    ]  # fmt: skip
    assert board.latest_period("online") == "2026-11"
    for strange in ("2026-08.d3", "2026", "2026-11-01"):
        with pytest.raises(UnknownPeriodError):
            board.cell("online", ROOT, strange, OPEN)


def test_old_units_are_shown_with_their_own_values_beside_the_commune_they_became(board):
    first = board.communes[0]
    found = board.reported("online", first.id, OPEN)
    assert {unit: cells[0].value for unit, cells in found.items()} == {
        OLD[0]: 25.0,
        OLD[1]: pytest.approx(500 / 6),
    }
    assert board.cell("online", first.id, "2025-05", OPEN).value == 60.0
    assert board.reported("online", board.communes[1].id, OPEN) == {}


def test_the_residual_finds_what_does_not_add_up(board):
    crosswalk = Crosswalk(board.register)
    exact = residuals(board.site, crosswalk, Numbers(ROWS), 1)
    assert [(one.kpi, one.cells, one.differing, one.largest, one.additive) for one in exact] == [
        ("online", 1, 0, 0.0, True)
    ]
    lost = [replace(ROWS[1], numerator=0.0), *(row for row in ROWS if row is not ROWS[1])]
    assert residuals(board.site, crosswalk, Numbers(lost), 1)[0].largest == 1.0


def renamed() -> Register:
    """A commune merged in 2025, renamed a ward in 2026; and one the reform left as it was."""
    top = Area(GSO, "12", REFORM, None, "Tỉnh Thử", "tỉnh", Level.PROVINCE)
    day = date(2026, 3, 1)
    areas = [
        top,
        Area(GSO, "00001", REFORM, day, "Xã Một", "xã", Level.COMMUNE, top.id),
        Area(GSO, "00001", day, None, "Phường Một", "phường", Level.COMMUNE, top.id),
        Area(GSO, "00002", REFORM, None, "Xã Hai", "xã", Level.COMMUNE, top.id),
        *(Area(GSO, f"0090{at}", date.min, REFORM, f"Xã Cũ {at}", "xã", Level.COMMUNE) for at in (1, 2)),
        Area(GSO, "00002", date.min, REFORM, "Xã Hai", "xã", Level.COMMUNE),
    ]
    links = [Link(f"0090{at}@0", "00001@20260301", LinkKind.MERGE) for at in (1, 2)]
    links += [
        Link("00002@0", "00002@20250701", LinkKind.SAME),
        Link("00001@20250701", "00001@20260301", LinkKind.SAME),
    ]
    return Register(areas, links)


def test_every_break_is_marked_where_it_is_one_and_only_there(board):
    register, kpi = renamed(), board.site.kpis["online"]
    crosswalk = Crosswalk(register)
    changed = kpi.model_copy(
        update={
            "breaks": (
                Break(
                    on=date(2026, 1, 1), cause=Text(vi="đổi cách tính", en="new definition"), document="QĐ 1"
                ),
            )
        }
    )
    merged, same = register.communes
    assert [(mark.on, mark.cause) for mark in breaks(changed, merged, register, crosswalk, "vi")] == [
        (REFORM, "hợp thành từ Xã Cũ 1, Xã Cũ 2"),
        (date(2026, 1, 1), "đổi cách tính"),
        (date(2026, 3, 1), "đổi tên từ Xã Một thành Phường Một"),
    ]
    assert breaks(kpi, same, register, crosswalk, "vi") == []
    assert [mark.on for mark in breaks(kpi, register.provinces[0], register, crosswalk, "en")] == [REFORM]
    assert {fate.method for fate in crosswalk.fates.values()} == {Method.EXACT}


def test_a_trend_draws_a_line_for_a_break_if_and_only_if_it_lies_between_its_periods(board):
    cells = [board.cell("online", ROOT, key, OPEN) for key in ("2026-09", "2026-10", "2026-11")]
    kpi = board.site.kpis["online"]
    cause = Text(vi="đổi <b>cách</b> tính", en="new definition")
    for day, drawn in ((date(2026, 10, 1), True), (date(2026, 9, 1), False), (date(2026, 12, 1), False)):
        changed = kpi.model_copy(update={"breaks": (Break(on=day, cause=cause, document="QĐ 1"),)})
        layout = trend(cells, changed, palette(None), "vi")["layout"]
        assert [shape["x0"] for shape in layout["shapes"]] == ([day.isoformat()] if drawn else [])
        told = [note["hovertext"] for note in layout["annotations"] if "hovertext" in note]
        assert told == (["Đổi &lt;b&gt;cách&lt;/b&gt; tính (QĐ 1)"] if drawn else [])


def test_an_estimate_is_said_to_be_one_wherever_values_are_sent(board):
    marked = replace(ROWS[0], status=Status.ESTIMATED)
    for rows, said in (([marked, *ROWS[1:]], ["00001"]), (ROWS, None)):
        fresh = Board(board.edition, board.site, board.register, Numbers(rows))
        sent = json.loads(documents.values(fresh, "online", "2025-05", OPEN).raw)
        assert sent.get("es") == said
        assert sent["v"][0] == 60
    hidden = Scope(areas=frozenset({board.communes[1].id}), kpis=None)
    fresh = Board(board.edition, board.site, board.register, Numbers([marked, *ROWS[1:]]))
    assert "es" not in json.loads(documents.values(fresh, "online", "2025-05", hidden).raw)
