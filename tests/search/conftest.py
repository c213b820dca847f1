"""Lai Châu to search in: the real register and catalogue, with a handful of villages and no numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geodata.register import build_register
from ioc.areas import Register
from ioc.board import Board
from ioc.observations import Edition, Place
from ioc.search.entries import Page
from ioc.site import Site
from ioc.wording import LANGS, say
from layouts.shell import PAGES
from tests.conftest import PROJECT

VILLAGES = (
    ("03562", "Bản Nậm Cúm"), ("03442", "Bản Sin Chải"), ("03583", "Bản Sin Chải"), ("03388", "Tổ dân phố số 4"),
    ("03388", "Tổ dân phố số 14"), ("03408", "Tổ dân phố số 40"), ("03408", "Bản Lò Thàng 1"), ("03408", "Bản Lò Thàng 2"),
    ("03508", "Bản Tả Sẻ"), ("03529", "Bản Gia Khâu"), ("03466", "Bản Phí Nê"), ("03601", "Bản Nà Ít"),
    ("03618", "Bản Noong Khương"), ("03595", "Bản Co Sẳng 2"), ("03434", "Bản Nậm Chà"), ("03478", "Bản Trung Chồ"),
)  # fmt: skip
"""(present commune, name) of villages; two share a name."""


class Villages:
    """A reader that knows villages and nothing else."""

    def __init__(self, register: Register):
        self.areas = {area.code: area.id for area in register.communes}

    def slice(self, *asked: object, **more: object) -> list[object]:
        return []

    def changes(self, *asked: object) -> list[object]:
        return []

    def places(self, kind: str, edition: int) -> list[Place]:
        return [
            Place(
                kind, f"v{at}", self.areas[code], name, None, None, {"kind": name.split()[0].lower()}, "thử"
            )
            for at, (code, name) in enumerate(VILLAGES)
            if kind == "village"
        ]


@pytest.fixture(scope="session")
def national() -> Register:
    """The register of the whole country."""
    return build_register(Site.load(PROJECT / "datasources/sites/lai_chau").units)


@pytest.fixture(scope="session")
def board(national: Register) -> Board:
    """The province at its first edition."""
    site = Site.load(Path(PROJECT / "datasources/sites/lai_chau"))
    register = national.branch("12")
    return Board(
        Edition(1, datetime(2026, 11, 22, tzinfo=UTC), 1, "thử", 1), site, register, Villages(register)
    )


@pytest.fixture(scope="session")
def pages() -> list[Page]:
    """The pages of the navigation."""
    return [Page(one.path, {lang: say(f"face.{one.words}", lang) for lang in LANGS}) for one in PAGES]
