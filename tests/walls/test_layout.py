"""Whatever the panel and the distance: nothing overlaps, nothing is smaller than can be read, the least goes first."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.catalogue import Text
from ioc.walls.layout import EDGE, FOOT, HEAD, LIST, SHAPES, needs, plan
from ioc.walls.scenes import Kind, Scene, Tile
from ioc.walls.sight import ARC_MINUTES, CAPITALS, View, arc_minutes, letter_metres, view

NAME = Text(vi="x", en="x")
MORE = {
    Kind.TEXT: {"text": NAME},
    Kind.GAPS: {"gaps": ("trang-song",), "place": "village"},
    **{key: {"kpi": "mot"} for key in (Kind.NUMBER, Kind.MAP, Kind.RANKING, Kind.TREND)},
}


def tile(kind: Kind, lead: bool = False, priority: int = 5, rows: int = 5) -> Tile:
    return Tile(kind=kind, lead=lead, priority=priority, rows=rows, **MORE.get(kind, {}))


TILES = st.lists(
    st.tuples(st.sampled_from(list(Kind)), st.integers(1, 9), st.integers(2, 12)), min_size=1, max_size=7
)
VIEWS = st.builds(
    view, st.sampled_from(list(SHAPES.values())), st.floats(0.3, 6), st.sampled_from([9 / 16, 16 / 9, 32 / 9]),
    st.floats(0.5, 30),
)  # fmt: skip


@given(TILES, st.booleans(), VIEWS)
def test_tiles_stand_inside_apart_and_as_large_as_they_need(found, lead, seen):
    tiles = tuple(
        tile(kind, lead and at == 0, priority, rows) for at, (kind, priority, rows) in enumerate(found)
    )
    made = plan(Scene(id="canh", name=NAME, tile=tiles), seen)
    assert sorted([*made.boxes, *made.dropped]) == list(range(len(tiles)))
    for at, box in made.boxes.items():
        width, height = needs(tiles[at])
        assert box.width >= width - 1e-3 and box.height >= height - 1e-3
        assert box.x >= EDGE - 1e-3 and box.x + box.width <= seen.columns - EDGE + 1e-3
        assert box.y >= HEAD - 1e-3 and box.y + box.height <= seen.rows - FOOT + 1e-3
        if tiles[at].kind in LIST:
            frame, line, fewest = LIST[tiles[at].kind]
            assert min(fewest, tiles[at].rows) <= box.rows <= tiles[at].rows
            assert frame + line * box.rows <= box.height + 1e-3
    for a, b in combinations(made.boxes.values(), 2):
        beside = a.x + a.width <= b.x + 1e-6 or b.x + b.width <= a.x + 1e-6
        assert beside or a.y + a.height <= b.y + 1e-6 or b.y + b.height <= a.y + 1e-6


@given(TILES, VIEWS)
def test_what_is_left_out_matters_less_than_everything_that_stays(found, seen):
    tiles = tuple(tile(kind, False, priority, rows) for kind, priority, rows in found)
    made = plan(Scene(id="canh", name=NAME, tile=tiles), seen)
    worth = {at: (one.priority, at) for at, one in enumerate(tiles)}
    assert all(worth[out] > worth[kept] for out in made.dropped for kept in made.boxes)


@given(VIEWS)
def test_no_letter_is_seen_under_less_than_twenty_arc_minutes(seen):
    assert seen.smallest >= ARC_MINUTES - 1e-6
    assert seen.unit * seen.height_m * CAPITALS >= letter_metres(seen.distance_m) - 1e-9


def test_the_arithmetic_of_sight_is_that_of_the_book():
    # ISO 9241-303: 20 to 22 minutes of arc; a letter of 29 mm stands for 20 minutes at five metres
    assert letter_metres(5.0) == pytest.approx(0.0291, abs=1e-4)
    assert arc_minutes(0.0291, 5.0) == pytest.approx(20.0, abs=0.05)


def test_a_panel_hung_upright_keeps_its_glass():
    lying, upright = View(16 / 9, 0.68, 3.0), view(9 / 16, 0.68, 16 / 9, 3.0)
    assert upright.height_m == pytest.approx(0.68 * 16 / 9)
    assert upright.unit * upright.height_m == pytest.approx(lying.unit * lying.height_m)


@given(TILES, st.floats(0.5, 5), st.floats(1, 6))
def test_farther_away_fewer_tiles_never_smaller_letters(found, height, distance):
    scene = Scene(
        id="canh", name=NAME, tile=tuple(tile(kind, False, priority, 3) for kind, priority, _ in found)
    )
    near, far = (View(16 / 9, height, metres) for metres in (distance, distance * 1.5))
    assert far.unit >= near.unit
    assert set(plan(scene, near).dropped) <= set(plan(scene, far).dropped)
