"""The address of a page read back: which KPI, period and commune its query names.

Owns the names of the query's parts and their check against the board: what does not exist falls back to the
default, so an old link opens something sensible. The browser writes these addresses (assets/js/address.js).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from ioc.areas import Area
from ioc.board import UnknownError
from ioc.catalogue import Kpi
from layouts.desk import Desk

OVERVIEW, MAP, SOURCES = "/", "/ban-do", "/nguon-du-lieu"
ALERTS = "/canh-bao"
QUALITY = "/chat-luong"
HOLDS = "/xac-minh"
SCORES = "/cham-diem"
EXPLORE = "/phan-tich"
GAPS = "/khoang-trong"
SCREENS, REMOTE = "/man-hinh", "/man-hinh/dieu-khien"
PLAN = "/dau-tu"
KPIS, PASSPORT, EDITIONS = "/chi-so", "/so", "/ban-so-lieu"
ATTENTION = "/diem-chu-y"
COMMUNE = "/xa"
"""Followed by the code of a present commune."""


@dataclass(frozen=True)
class View:
    """What a page shows. `area` is None while no commune is chosen."""

    kpi: Kpi
    period: str
    area: Area | None


def read_view(search: str | None, desk: Desk) -> View:
    """The view that a query string asks for, on this board and within this scope."""
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    board = desk.board
    try:
        kpi = board.kpi(asked.get("kpi", ""), desk.scope)
    except UnknownError:
        kpi = board.site.kpis[board.site.head.headline_map]
    return View(kpi, _period(asked.get("ky"), kpi, desk), _area(asked.get("xa"), desk))


def _period(key: str | None, kpi: Kpi, desk: Desk) -> str:
    return key if key and key in desk.board.choices(kpi.id) else desk.board.latest_period(kpi.id)


def _area(code: str | None, desk: Desk) -> Area | None:
    try:
        found = desk.board.find(code or "")
    except UnknownError:
        return None
    return found if found in desk.board.communes and desk.scope.allows(area=found.id) else None


def passport_link(desk: Desk, kpi: str, period: str, code: str | None = None) -> str:
    """The address of a number's passport; in a past edition with its number, so that it stays the same number."""
    place = code if code != desk.board.root.code else None
    ban = str(desk.board.edition.number) if desk.fixed else None
    return link(PASSPORT, kpi=kpi, ky=period, xa=place, ban=ban)


def commune_link(desk: Desk, code: str) -> str:
    """The address of a commune's profile; in a past edition with its number."""
    return link(f"{COMMUNE}/{code}", ban=str(desk.board.edition.number) if desk.fixed else None)


def link(path: str, **parts: str | None) -> str:
    """An address of a page with the parts that are given."""
    query = urlencode({name: value for name, value in parts.items() if value}, safe=",")
    return f"{path}?{query}" if query else path
