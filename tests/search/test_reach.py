"""People find what they mean: a labelled set of queries as they are typed, and what must never come first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from ioc.access import OPEN
from ioc.areas import GSO, Register
from ioc.board import Board
from ioc.search.entries import Entry, Page, lasting, villages
from ioc.search.index import Index
from tests.conftest import PROJECT

EVE = date(2025, 6, 30)
REACH = 0.98


@dataclass(frozen=True)
class Query:
    """A line of the file."""

    text: str
    wanted: tuple[str, ...]
    origin: str


def labelled() -> list[Query]:
    lines = (PROJECT / "tests/search/queries.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [Query(text, tuple(wanted.split()), origin) for text, wanted, origin in rows]


@pytest.fixture(scope="session")
def index(board: Board, pages: list[Page]) -> Index:
    return Index([*lasting(board, OPEN, "vi", pages), *villages(board, OPEN, "vi")])


def is_it(found: Entry, wanted: str, register: Register) -> bool:
    """Whether a find is the thing a label names."""
    kind, name = wanted.split(":", maxsplit=1)
    if kind != found.kind:
        return False
    if kind in ("commune", "kpi", "page"):
        return found.code == name
    if kind == "former":
        old = register.find(GSO, name, EVE)
        return old is not None and old.name == found.name and name in found.names
    name, _, code = name.replace("_", " ").partition("@")
    return found.name == name and (not code or found.code == code)


def test_the_set_is_large_and_not_only_derived() -> None:
    found = labelled()
    assert len(found) >= 300 and len({query.text for query in found}) == len(found)
    assert sum(query.origin == "hand" for query in found) >= 150


def test_what_is_meant_is_among_the_first_five(index: Index, board: Board) -> None:
    missed, share = [], 0.0
    queries = labelled()
    for query in queries:
        first = [hit.entry for hit in index.find(query.text)[:5]]
        lost = [one for one in query.wanted if not any(is_it(entry, one, board.register) for entry in first)]
        share += 1 - len(lost) / len(query.wanted)
        if lost:
            missed.append((query.text, lost, [f"{entry.kind}:{entry.name}" for entry in first]))
    assert share / len(queries) >= REACH, missed
