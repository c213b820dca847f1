"""Overlaps, chain and what a closed gap brings, against a plain count of villages one by one."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.board import Board
from ioc.gaps.overview import chain, overlap, signatures, standings, trend
from ioc.gaps.protection import protect
from ioc.gaps.register import VillageRegister
from tests.gaps import hamlets
from tests.gaps.hamlets import KINDS

ANY = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.sets(st.sampled_from(KINDS)).map(tuple), st.integers(1, 90), st.just(0)
    ),
    max_size=30,
)


def test_overlaps_of_the_demonstration_are_those_counted_one_by_one(register: VillageRegister) -> None:
    safe = protect(register)
    for first, second in combinations(register.definitions.kinds, 2):
        both = [one for one in register.villages if first in one.gaps and second in one.gaps]
        count, keys = overlap(register, safe, first, second)
        assert count == len(both)
        assert safe.together("households", keys) == sum(one.households for one in both)
    sets = signatures(register)
    assert sum(sets.values()) == 956
    assert sum(count for one, count in sets.items() if "khong_dien" in one) == 8
    multi = sum(len({"khong_dien", "trang_song", "khong_cap"} & one.gaps) >= 2 for one in register.villages)
    assert (
        sum(n for one, n in sets.items() if len({"khong_dien", "trang_song", "khong_cap"} & set(one)) >= 2)
        == multi
        == 33
    )


@given(ANY)
def test_overlaps_of_any_register_are_those_counted_one_by_one(rows) -> None:
    found = hamlets.register(rows)
    safe = protect(found)
    assert signatures(found) == Counter(tuple(kind for kind in KINDS if kind in row[1]) for row in rows)
    for first, second in combinations(KINDS, 2):
        both = [row for row in rows if first in row[1] and second in row[1]]
        count, keys = overlap(found, safe, first, second)
        assert (count, safe.together("households", keys)) == (len(both), sum(row[2] for row in both))


@given(ANY)
def test_what_a_closed_gap_brings_is_what_is_seen_after_closing_it(rows) -> None:
    found = hamlets.register(rows)
    for one in standings(found):
        kind, at = one.gap.id, KINDS.index(one.gap.id)
        mine = [set(row[1]) for row in rows if kind in row[1]]
        assert one.villages == len(mine) == one.open + one.blocked
        assert one.open == sum(not gaps & set(KINDS[:at]) for gaps in mine)
        assert one.opens == sum(bool(gaps & set(KINDS[at + 1 :])) for gaps in mine)
        assert one.unlocked == sum(not gaps - {kind} for gaps in mine)  # closing it leaves nothing missing


@given(ANY)
def test_the_chain_loses_each_village_once(rows) -> None:
    links = chain(hamlets.register(rows))
    assert sum(link.stopped for link in links) + links[-1].passed == len(rows)
    assert links[-1].passed == sum(not row[1] for row in rows)


def test_who_lacks_power_is_outside_the_universal_telecom_programme(register: VillageRegister) -> None:
    by_kind = {one.gap.id: one for one in standings(register)}
    assert by_kind["trang_song"].blocked == 8 and by_kind["trang_song"].open == 25
    assert by_kind["khong_cap"].blocked == 8
    assert by_kind["khong_dien"].opens == 8
    assert [link.passed for link in chain(register)] == [948, 923, 765]


def test_gaps_were_closed_over_time(register: VillageRegister, board: Board) -> None:
    months = trend(register, board)
    assert len(months) == 24
    for kind in ("khong_dien", "trang_song", "khong_cap"):
        line = [row[2][kind] for row in months]
        assert line == sorted(line, reverse=True) and line[0] > line[-1] == len(register.having(kind))


def test_denominators_differ(register: VillageRegister) -> None:
    shares = {one.gap.id: one.share for one in standings(register)}
    assert shares["khong_cap"] == pytest.approx(100 * 191 / 956)
    assert shares["lom_song"] == pytest.approx(100 * len(register.having("lom_song")) / 923)
