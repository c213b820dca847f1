"""The first refresh begins with what the first screen shows, however many sources there are."""

from __future__ import annotations

from ioc.site import Site


def test_the_first_map_comes_first_then_the_tiles_then_the_rest(site: Site) -> None:
    turn = site.in_turn
    assert sorted(turn) == sorted(site.sources)
    assert turn[0] == site.kpis[site.head.headline_map].source
    tiles = {kpi.source for kpi in site.headlines}
    assert set(turn[: len(tiles | {turn[0]})]) == tiles | {turn[0]}
