"""The test province with a drawing of six squares, and everything that the face can export."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app import all_exports, job_kinds
from ioc.access import OPEN, Scope
from ioc.board import Board
from ioc.bookshelf import Bookshelf
from ioc.drawings import Drawing, Projection, Sheet
from ioc.exports.making import Request, make, opened, view_of
from ioc.jobs.kinds import Made
from ioc.office import Office
from tests.board.province import Province, numbers, villages

PROJECTION = Projection(103.0, 0.9999, -50_000.0, 2_500_000.0, 0.01)


def draw(data: Path, codes: list[str]) -> Drawing:
    """A drawing of squares in rows of three, the last one with a hole, published as the real one is."""
    paths = []
    for at, code in enumerate(codes):
        x, y = 200 * (at % 3), 200 * (at // 3)
        hole = f"M{x + 80} {y + 80}h40v40h-40z" if code == codes[-1] else ""
        paths.append(
            f'<path id="a{code}" data-x="{x + 100}" data-y="{y + 100}" data-r="90" d="M{x} {y}h200v200h-200z{hole}"/>'
        )
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">\n<g class="areas">\n{chr(10).join(paths)}\n</g>\n<path class="outline" d="M0 0h600v400h-600z"/></svg>'
    sha = hashlib.sha256(text.encode()).hexdigest()
    room = data / "geo"
    room.mkdir(parents=True, exist_ok=True)
    (room / f"{sha}.svg").write_text(text, encoding="utf-8")
    sheets = {
        level: Sheet(level, sha, 1000, len(text), len(text), 0.0) for level in ("small", "screen", "wall")
    }
    drawing = Drawing(
        "schematic", "12", {"vi": "Sơ đồ, không phải địa giới chính thức", "en": "Schematic"}, "thử", "2026-11-22T00:00:00+00:00",
        600, 400, tuple(codes), PROJECTION, (), sheets, (), 2400.0, (),
    )  # fmt: skip
    (room / "current.json").write_text(json.dumps(drawing.document()), encoding="utf-8")
    return drawing


@dataclass
class Desk:
    """An office that exports, and the board of its one edition."""

    office: Office
    board: Board
    folder: Path

    def make(
        self,
        subject: str,
        form: str,
        size: str = "print",
        scope: Scope = OPEN,
        lang: str = "vi",
        into: str = "",
        **options: str,
    ) -> Made:
        """One file."""
        request = Request(subject=subject, format=form, size=size, options=options)  # type: ignore[arg-type]
        found, given = opened(self.office.exports, request, self.board, scope)
        folder = self.folder / (into or f"{subject}-{form}-{size}-{lang}-{len(list(self.folder.iterdir()))}")
        folder.mkdir()
        return make(
            self.office.exports, request, found, view_of(self.office, self.board, given, scope, lang), folder
        )


def desk_of(folder: Path, rename: Any = None, **given: Any) -> Desk:
    """A desk in `folder`; `rename` changes the names of the areas before anything is written."""
    province = Province(folder, **given)
    draw(province.settings.data, [area.code for area in province.register.communes])
    province.publish(numbers(province), villages(province))
    office = replace(province.office, make_exports=all_exports, make_jobs=job_kinds)
    board = Bookshelf(office.warehouse, office.site, office.register).latest()
    room = folder / "made"
    room.mkdir()
    return Desk(office, board, room)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for a module of tests."""
    found = desk_of(tmp_path_factory.mktemp("exports"))
    yield found
    found.office.warehouse.close()
