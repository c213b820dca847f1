"""Similar communes: alike in what they are, whatever they are measured in, and only among what may be seen."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.peers import distances, likeness, peers, standard
from ioc.site import Site, SiteError
from tests.board.province import ROOT, Province, numbers, villages, write_site

SIZES = st.lists(st.floats(0.01, 1e6), min_size=3, max_size=30)
TRAITS = """
[[trait]]
id = "people"
name = { vi = "Dân số", en = "Population" }
of = "kpi"
kpi = "received"
[[trait]]
id = "villages"
name = { vi = "Thôn, bản", en = "Villages" }
of = "places"
place = "village"
"""


def matrix(rows: list[list[float]]) -> np.ndarray:
    found = np.array(rows, dtype=np.float64)
    return np.column_stack([standard(found[:, at], True) for at in range(found.shape[1])])


@given(SIZES, st.floats(1e-3, 1e3))
def test_the_unit_of_measurement_does_not_matter(sizes: list[float], factor: float) -> None:
    there = standard(np.array([0.0, *sizes]) * factor, True)
    assert np.allclose(there, standard(np.array([0.0, *sizes]), True), atol=1e-6)


@given(st.lists(st.tuples(*[st.floats(0.1, 1e4)] * 3), min_size=3, max_size=25))
def test_likeness_is_mutual_and_nobody_is_nearer_than_oneself(rows: list[tuple[float, ...]]) -> None:
    scaled, weights = matrix([list(row) for row in rows]), np.array([1.0, 2.0, 0.5])
    apart = np.array([distances(scaled, weights, at) for at in range(len(rows))])
    assert np.allclose(apart, apart.T) and (np.diag(apart) == 0).all()
    assert (apart[:, :, None] <= apart[:, None, :] + apart.T[None, :, :] + 1e-9).all()


def test_the_distance_is_what_the_method_says() -> None:
    scaled = np.column_stack(
        [standard(np.array([1.0, 2.0, 4.0]), True), standard(np.array([5.0, 5.0, 8.0]), False)]
    )
    first = np.log([1.0, 2.0, 4.0])
    expected = [first / first.std(), np.array([5.0, 5.0, 8.0]) / np.std([5.0, 5.0, 8.0])]
    by_hand = math.sqrt(
        (3 * (expected[0][0] - expected[0][2]) ** 2 + (expected[1][0] - expected[1][2]) ** 2) / 4
    )
    assert distances(scaled, np.array([3.0, 1.0]), 0)[2] == pytest.approx(by_hand)


def test_what_is_unknown_is_left_out_and_too_little_is_not_compared() -> None:
    scaled = np.array([[0.0, 0.0, 0.0], [1.0, np.nan, 1.0], [np.nan, np.nan, 0.0]])
    apart = distances(scaled, np.ones(3), 0)
    assert apart[1] == pytest.approx(1.0) and math.isinf(apart[2])


def test_a_trait_in_which_all_are_equal_separates_nobody() -> None:
    assert standard(np.full(5, 7.0), True).tolist() == [0.0] * 5
    assert standard(np.zeros(3), True).tolist() == [0.0] * 3


@pytest.fixture
def board(province: Province) -> Board:
    file = province.folder / "site" / "site.toml"
    file.write_text(file.read_text(encoding="utf-8") + TRAITS, encoding="utf-8")
    return Bookshelf(province.warehouse, Site.load(file.parent), province.register).latest()


def test_communes_of_the_same_size_are_found_first(board: Board, province: Province) -> None:
    # received is 0, 10, 20, 30, 40, 50 by commune, one village each: the fifth is nearest to the sixth
    found = peers(board, province.areas[5], OPEN)
    assert [peer.area.id for peer in found] == list(reversed(province.areas[:5]))
    assert [fact[1] for fact in likeness(board, OPEN).facts(province.areas[5])] == [50.0, 1.0]


def test_what_is_out_of_scope_takes_no_part_not_even_in_the_scale(board: Board, province: Province) -> None:
    seen = province.areas[:4]
    narrow = Scope(areas=frozenset([*seen, ROOT]))
    peers(board, province.areas[0], OPEN)  # the wider visitor was here first
    assert {peer.area.id for peer in peers(board, seen[0], narrow)} == set(seen[1:])
    assert peers(board, province.areas[5], narrow) == []
    hidden = Scope(kpis=frozenset({"online"}))
    assert [fact[1] for fact in likeness(board, hidden).facts(seen[2])] == [None, 1.0]


def test_a_commune_that_is_late_is_known_by_its_last_figure(province: Province) -> None:
    file = province.folder / "site" / "site.toml"
    file.write_text(file.read_text(encoding="utf-8") + TRAITS, encoding="utf-8")
    late = province.areas[5]
    rows = [row for row in numbers(province) if row[:3] != ("received", late, "2026-10")]
    rows.append(("received", late, "2026-09", 47.0, None, 47.0, "final", None, None))
    province.publish(rows, villages(province))
    board = Bookshelf(province.warehouse, Site.load(file.parent), province.register).latest()
    rows = [row for row in rows if row[:3] != ("received", late, "2026-11")]
    province.publish(rows, villages(province))
    board = Bookshelf(province.warehouse, board.site, province.register).latest()
    assert likeness(board, OPEN).facts(late)[0][1] == 47.0


def test_a_site_without_traits_goes_by_the_register(province: Province) -> None:
    sized = [replace(area, km2=10.0 * (at + 1), lat=22.0 + at / 10, lon=103.0) for at, area in enumerate(province.register.communes)]  # fmt: skip
    sized[0] = replace(sized[0], kind="phường")
    register = type(province.register)([*[one for one in province.register.areas if one not in province.register.communes], *sized])  # fmt: skip
    board = Bookshelf(province.warehouse, province.site, register).latest()
    facts = likeness(board, OPEN).facts(sized[3].id)
    assert [trait.id for trait, *_ in facts] == ["km2", "distance", "ward"]
    assert facts[0][1] == 40.0 and facts[1][1] == pytest.approx(33.36, abs=0.05) and facts[2][1] == 0.0
    assert peers(board, sized[5].id, OPEN)[0].area.id == sized[4].id


@pytest.mark.parametrize(
    ("trait", "told"),
    [
        ('of = "kpi"\nkpi = "nope"', "'nope' không có trong danh mục"),
        ('of = "kpi"', "kpi: ghi khi và chỉ khi"),
        ('of = "km2"\nper = "later"', "phải là id của một đặc điểm khai báo phía trên"),
        ('of = "places"\nplace = "market"', "không nguồn nào cung cấp điểm loại 'market'"),
        ('of = "kpi"\nkpi = "received"\npart = "denominator"', "không có mẫu số"),
        ('of = "km2"\nto = "00001"', "to: chỉ ghi khi"),
    ],
)
def test_a_faulty_trait_is_named_with_its_remedy(tmp_path: Path, trait: str, told: str) -> None:
    folder = write_site(tmp_path)
    file = folder / "site.toml"
    entry = f'\n[[trait]]\nid = "thu"\nname = {{ vi = "Thử", en = "Test" }}\n{trait}\n'
    file.write_text(file.read_text(encoding="utf-8") + entry, encoding="utf-8")
    with pytest.raises(SiteError) as caught:
        Site.load(folder)
    assert "site.toml › trait thu" in str(caught.value) and told in str(caught.value)
