"""Candidates follow the rule that is written down: distance, terrain, cost, power; a village without a point gets none."""

from __future__ import annotations

import math

import pytest

from ioc.planning.assumptions import Assumptions, Emphasis, Listed, Means, Measure, Serviced
from ioc.planning.model import Service
from ioc.planning.question import pose, suggested
from ioc.planning.sites import by_id, distance_km, draw_up, without_power
from ioc.planning.villages import Village

TEXT = {"vi": "x", "en": "x"}
KM = 1 / 111.19493
"""A kilometre northwards in degrees."""


def assumptions(*candidates: Listed, **changes: object) -> Assumptions:
    measures = [
        Measure(id="line", name=TEXT, service="grid", terrain=1.5, fixed=100, per_km=10, per_household=2, gives_power=True, source="-"),
        Measure(id="solar", name=TEXT, fixed=40, gives_power=True, source="-"),
        Measure(id="tower", name=TEXT, service="mobile", reach_km=3, fixed=500, needs_power=True, source="-"),
        Measure(id="relay", name=TEXT, service="mobile", reach_km=0, fixed=50, longest_km=2, needs_power=True, source="-"),
    ]  # fmt: skip
    services = [Serviced(id=one, name=TEXT, lacking=TEXT, gaps=("some_gap",)) for one in ("grid", "mobile")]
    emphases = [Emphasis(id="border", name=TEXT, column="border", bonus=0.5, source="-")]
    means = Means(first_year=2027, budgets=(1000,), source="-")
    return Assumptions(
        means, {one.id: one for one in services}, {one.id: one for one in measures}, {one.id: one for one in emphases},
        {one.id: one for one in candidates},
    )  # fmt: skip


def village(
    name: str, north: float | None, lacks: str = "", households: int = 30, traits: str = ""
) -> Village:
    services = frozenset(Service(one) for one in lacks.split())
    at = (None, None) if north is None else (22 + north * KM, 103.0)
    return Village(name, name.upper(), "c", households, *at, services, frozenset(traits.split()))


VILLAGES = (
    village("a", 0), village("b", 1.5, "mobile"), village("c", 4.0, "mobile grid"), village("d", 20, "mobile grid"),
    village("e", None, "mobile"),
)  # fmt: skip


def test_a_kilometre_is_a_kilometre() -> None:
    assert distance_km((22, 103), (22 + 10 * KM, 103)) == pytest.approx(10, abs=1e-3)
    assert distance_km((22, 103), (22, 104)) == pytest.approx(111.195 * math.cos(math.radians(22)), abs=0.05)


def test_a_line_costs_what_the_rule_says_rounded_up() -> None:
    line = by_id(draw_up(VILLAGES, assumptions()))["line-c"]
    assert (line.origin, line.km) == ("b", pytest.approx(2.5 * 1.5, abs=1e-3))
    assert line.candidate.cost == math.ceil(100 + 10 * 3.75 + 2 * 30)


def test_a_tower_serves_those_within_its_reach_that_lack_a_signal() -> None:
    sites = by_id(draw_up(VILLAGES, assumptions()))
    assert sites["tower-b"].candidate.serves == ("b", "c")
    assert sites["tower-d"].candidate.serves == ("d",)
    assert by_id(draw_up(VILLAGES, assumptions(), reach=0.5))["tower-b"].candidate.serves == ("b",)


def test_a_repeater_stands_only_where_a_signal_is_near() -> None:
    sites = by_id(draw_up(VILLAGES, assumptions()))
    assert "relay-b" in sites
    assert "relay-c" not in sites  # the nearest village with a signal is 4 km away


def test_what_needs_power_off_the_grid_waits_for_grid_or_sun() -> None:
    sites = by_id(draw_up(VILLAGES, assumptions()))
    assert sites["tower-c"].candidate.requires == (("line-c", "solar-c"),)
    assert sites["tower-b"].candidate.requires == ()


def test_without_anything_that_gives_power_it_can_never_be_built() -> None:
    listed = Listed(id="x", measure="tower", village="c", cost=1)
    plain = assumptions(listed)
    silent = {
        name: one.model_copy(update={"generated": not one.gives_power})
        for name, one in plain.measures.items()
    }
    sites = draw_up(
        VILLAGES, Assumptions(plain.means, plain.services, silent, plain.emphases, plain.candidates)
    )
    assert "x" in without_power(sites)


def test_a_village_without_a_point_gets_no_candidate_and_is_told() -> None:
    from ioc.planning.findings import find

    assert not [site for site in draw_up(VILLAGES, assumptions()) if "e" in site.candidate.serves]
    document = find(VILLAGES, assumptions(), suggested(assumptions()), studied=False)
    assert document["unplaced"] == ["e"]
    assert {"village": "e", "service": "mobile", "households": 30, "why": "no_candidate"} in document["left"]


def test_a_listed_candidate_takes_the_place_of_drawn_up_ones() -> None:
    sites = by_id(
        draw_up(
            VILLAGES, assumptions(Listed(id="T1", measure="tower", lat=22 + 2 * KM, lon=103.0, cost=77.2))
        )
    )
    assert sites["T1"].candidate.serves == ("b", "c")
    assert sites["T1"].candidate.cost == 78
    assert sites["T1"].listed
    assert "tower-b" not in sites
    assert "tower-d" in sites


def test_weights_are_those_of_service_and_village() -> None:
    villages = (village("a", 0), village("b", 1, "mobile", traits="border"), village("c", 2, "mobile"))
    ask = suggested(assumptions())
    needs = pose(villages, assumptions(), ask).problem.by_key
    assert (needs["b", Service.MOBILE].weight, needs["c", Service.MOBILE].weight) == (150, 100)
    assert pose(villages, assumptions(), ask, even=True).problem.by_key["b", Service.MOBILE].weight == 100
    none = ask.model_copy(update={"bonus": {}})
    assert pose(villages, assumptions(), none).problem.by_key["b", Service.MOBILE].weight == 100
