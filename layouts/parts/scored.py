"""What the scoring page shows: the index, period and unit its address names, with the scores read for them.

Owns the address's parts ``bo`` (index), ``ky`` (period), ``xa`` (commune) and ``dv`` (department); what does not exist
falls back to the newest and to the province.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from ioc.scoring.book import ScoreBook
from ioc.scoring.index import Index
from ioc.scoring.rows import DEPARTMENT
from ioc.scoring.standing import Scores
from layouts.address import SCORES, link
from layouts.desk import Desk


@dataclass(frozen=True)
class Scored:
    """A view of the page. `unit` is a dated area id or a department; `at` the number of the last import that counts."""

    index: Index
    period: str
    periods: list[str]
    unit: str
    code: str | None
    department: str | None
    at: int
    scores: Scores
    book: ScoreBook
    lost: bool

    @property
    def is_root(self) -> bool:
        """Whether it is the province."""
        return self.code is None and self.department is None


def read_scored(search: str | None, desk: Desk) -> Scored:
    """The view an address asks for. A held edition shows the scores known when it was published."""
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    board, site = desk.board, desk.board.site
    index = site.indices.get(asked.get("bo", "")) or next(iter(site.indices.values()))
    book = ScoreBook(desk.house.office.warehouse)
    at = book.at(board.edition.published_at if desk.fixed else None)
    periods = book.periods(index.id, at)
    period = asked.get("ky", "")
    if period not in periods:
        months = [key for key in periods if len(key) == 7 and "Q" not in key]
        period = (months or periods or [board.latest_period(site.head.headline_map)])[-1]
    communes = {area.code: area for area in board.communes if desk.scope.allows(area=area.id)}
    area = communes.get(asked.get("xa", ""))
    department = asked.get("dv", "")
    if department not in site.departments or not desk.scope.allows(area=board.root.id):
        department = ""
    unit = area.id if area else f"{DEPARTMENT}{department}" if department else board.root.id
    wanted = asked.get("xa") or asked.get("dv")
    lost = bool(wanted) and wanted != board.root.code and area is None and not department
    scores = book.read(index.id, period, at) if periods else {}
    return Scored(
        index, period, periods, unit, area.code if area else None, department or None if not area else None,
        at, _visible(scores, desk), book, lost,
    )  # fmt: skip


def _visible(scores: Scores, desk: Desk) -> Scores:
    """Without areas outside the scope; departments are seen with the root."""
    root = desk.board.root.id
    return {
        key: one
        for key, one in scores.items()
        if desk.scope.allows(area=root if key.unit.startswith(DEPARTMENT) else key.unit)
    }


def address(view: Scored, desk: Desk, **parts: str | None) -> str:
    """The address of this view with some parts changed; in a held edition with its number."""
    first = next(iter(desk.board.site.indices))
    now: dict[str, str | None] = {
        "bo": view.index.id if view.index.id != first else None,
        "ky": view.period if view.periods else None,
        "xa": view.code,
        "dv": view.department,
        "ban": str(desk.board.edition.number) if desk.fixed else None,
    }
    return link(SCORES, **(now | parts))


def options(view: Scored) -> dict[str, str | None]:
    """What a file needs to show the very scores of this view: its index and period, up to the import it shows."""
    return {"bo": view.index.id, "ky": view.period, "lan": str(view.at)}


def unit_options(view: Scored) -> dict[str, str | None]:
    """The same of the unit that is shown."""
    return {**options(view), "xa": view.code, "dv": view.department}
