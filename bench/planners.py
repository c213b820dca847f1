"""What planners' pages promise: search over the whole country, and likeness of every commune, in one process.

Owns what is asked and the bounds. Names come from the register; there are no figures in it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

from bench.report import Report, percentile
from ioc.access import OPEN
from ioc.board import Board
from ioc.observations import Edition
from ioc.office import Office
from ioc.peers import likeness, peers
from ioc.search.entries import lasting
from ioc.search.index import Index

TYPED = (
    "muong te", "Mường Khương", "xa", "p. ben nghe", "phuong 1", "tan lap lam dong", "quan hoan kiem", "thu duc", "t", "duong",
    "đường lâm", "ha noi", "muowngf tef", "hoang xa", "xyzt", "03433", "tt sa pa", "nguyen trai ha noi", "ea h'leo", "long bien",
)  # fmt: skip
"""Queries as people type them, with short and senseless ones among them."""


class _Nothing:
    """A reader without figures."""

    def slice(self, *asked: object, **more: object) -> list[object]:
        return []

    places = changes = slice


def measure(report: Report, country: Office) -> None:
    """Time the index, the answers and the peers of the whole country."""
    report.section("Search and similar communes, 3,321 communes")
    board = Board(Edition(1, datetime.now(UTC), 1, "bench", 1), country.site, country.register, _Nothing())  # type: ignore[arg-type]
    start = perf_counter()
    index = Index(lasting(board, OPEN, "vi", ()))
    report.claim("search: index of present and former units, once a worker", perf_counter() - start, "s", 5)
    times = []
    for query in TYPED * 5:
        start = perf_counter()
        index.find(query)
        times.append(1000 * (perf_counter() - start))
    report.claim("search: one answer, p95", percentile(times, 0.95), "ms", 50)
    start = perf_counter()
    likeness(board, OPEN)
    for area in board.communes[:100]:
        peers(board, area.id, OPEN)
    report.claim("similar communes: likeness of all, peers of 100", perf_counter() - start, "s", 3)
