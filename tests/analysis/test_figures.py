"""Every picture is a plain document of known size, shows what the result holds, and draws with three kinds of trace."""

from __future__ import annotations

import json
from itertools import pairwise, product

import pytest

from ioc.access import OPEN
from ioc.analysis.address import read
from ioc.analysis.query import View, Way
from ioc.analysis.result import analyse
from layouts.figures.explore import FIGURES, Look, figure
from layouts.figures.explore.canvas import Box, spaced, wide
from layouts.figures.explore.scales import scale
from layouts.figures.explore.scatter import Rect, placed
from layouts.theme import THEMES, palette
from tests.analysis.conftest import LAST, MONTHS, Known


def draw(known: Known, width: int = 1200, theme: str = "day", lang: str = "vi", **given: str):
    query = read(given, known.board, OPEN)
    result = analyse(known.board, query, OPEN)
    return result, figure(result, Look(width, palette(theme), lang))


@pytest.mark.parametrize(("view", "way"), list(product(FIGURES, Way)))
def test_every_view_draws_every_way_in_every_theme_with_what_paper_can_draw_too(
    known: Known, view: View, way: Way
) -> None:
    for theme, width in zip(THEMES, (360, 1200, 1900), strict=True):
        _, found = draw(
            known, width, theme, kpi="online,standing,received", xem=view, cach=way, so="muc-tieu,tinh,truoc"
        )
        assert found is not None
        text = json.dumps(found, allow_nan=False)
        assert {trace["type"] for trace in found["data"]} <= {"scatter", "bar", "heatmap"}
        assert found["layout"]["width"] == width
        assert found["layout"]["height"] > 100
        assert "None" not in text and "nan" not in text.lower().replace("xem", "")


def test_lines_hold_exactly_the_readings_of_their_units(known: Known) -> None:
    result, found = draw(known, kpi="online", xa="00001,00002")
    drawn = [trace["y"] for trace in found["data"] if trace["mode"] == "lines+markers"]
    assert drawn == [[one.value for one in result.columns[0].rows[unit.id]] for unit in result.units]


def test_a_period_that_still_runs_is_hollow(known: Known) -> None:
    result, found = draw(known, kpi="online", xa="00002", den=LAST)
    fills = next(trace for trace in found["data"] if trace["mode"] == "lines+markers")["marker"]["color"]
    hollow = [one.provisional or one.state == "held" for one in result.columns[0].rows[result.units[0].id]]
    assert [fill == palette("day")["surface"] for fill in fills] == hollow


def test_heat_leaves_open_what_has_no_figure(known: Known) -> None:
    result, found = draw(known, kpi="online", xem="nhiet")
    heat = next(trace for trace in found["data"] if trace["type"] == "heatmap")
    empty = sum(one.value is None for unit in result.units for one in result.columns[0].rows[unit.id])
    assert sum(value is None for row in heat["z"] for value in row) == empty
    signs = next(trace for trace in found["data"] if trace.get("mode") == "text" and trace["xaxis"] != "x")
    assert len(signs["text"]) == empty
    assert "không phát sinh" not in signs["text"]


def test_the_break_of_the_reform_is_drawn_where_the_periods_cross_it_and_nowhere_else(known: Known) -> None:
    def breaks(**given: str) -> int:
        _, found = draw(known, kpi="online", **given)
        return sum(trace["line"].get("dash") == "dot" for trace in found["data"] if trace["mode"] == "lines")

    assert breaks() == 1
    assert breaks(tu="2025-07") == 0
    assert breaks(den="2025-06") == 0


def test_names_of_a_scatter_never_overlap(known: Known) -> None:
    box = Box(0, 0, 800, 500)
    places = [(40 + 97 * at % 700, 30 + 61 * at % 430) for at in range(60)]
    names = [f"Nậm {'Xã' * (at % 4 + 1)}" for at in range(60)]
    rects = []
    for name, found in zip(names, placed(places, names, box), strict=True):
        if found:
            x, y, side = found
            left = x - {"left": 0, "right": wide(name), "center": wide(name) / 2}[side]
            rects.append(Rect(left, y - 7, left + wide(name), y + 7))
    assert len(rects) > 30
    assert not any(a.meets(b) for i, a in enumerate(rects) for b in rects[:i])


def test_a_scatter_with_one_indicator_is_not_drawn(known: Known) -> None:
    assert draw(known, kpi="online", xem="tuong-quan")[1] is None


def test_scales_have_whole_steps_and_hold_every_value() -> None:
    for values in ([0.0, 100.0], [56.9, 95.5], [-3.2, 11.8], [0.0], [7.0, 7.0], [0.001, 0.002], [1e7, 3e7]):
        found = scale(values)
        assert found.low <= min(values) and found.high >= max(values)
        steps = {round(b - a, 9) for a, b in pairwise(found.ticks)}
        assert len(steps) == 1


def test_names_at_the_ends_of_lines_stay_apart() -> None:
    found = spaced([10, 11, 12, 200, 199], 15, 0, 300)
    ordered = sorted(found)
    assert all(b - a >= 15 - 1e-9 for a, b in pairwise(ordered))


def test_hostile_names_stay_words(known: Known) -> None:
    result, _ = draw(known, kpi="online")
    from dataclasses import replace

    bad = replace(result.units[0], name="<b onclick=alert(1)>", short="<script>")
    worse = replace(result, units=(bad, *result.units[1:2]))
    text = json.dumps(figure(worse, Look(1200, palette("day"), "vi")))
    assert "<script>" not in text and "<b onclick" not in text


def test_months_are_named_as_they_are_read(known: Known) -> None:
    _, found = draw(known, kpi="online", tu=MONTHS[-3])
    assert found["layout"]["xaxis2"]["ticktext"][-1] in ("11/2026", "T11/2026")
