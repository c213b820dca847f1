"""Making: one file out of one request, the same way for an answer at once and for a job.

Owns the request, its check, the step from subject and format to a file on disk, and the judgement what is quick enough
for a web worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ioc.access import Scope
from ioc.board import Board
from ioc.exports import columnar, delimited, geojson, workbook
from ioc.exports.dataset import Dataset
from ioc.exports.outlines import outlines
from ioc.exports.subjects import MEDIA, PICTURES, Exports, Subject, View
from ioc.exports.texts import file_name
from ioc.jobs.kinds import JobError, Made
from ioc.office import Office
from ioc.wording import say

QUICK = ("csv", "xlsx", "geojson", "svg")
QUICK_ROWS, QUICK_CELLS = 2_000, 24_000
"""What a web worker writes itself; anything larger is a job."""
MOST_ROWS = 1_000_000
Report = Callable[[float, str], None]


class Request(BaseModel):
    """What somebody wants: a subject in a state, a format, for pictures the size of the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    format: Literal["png", "svg", "pdf", "xlsx", "csv", "parquet", "geojson", "gpkg"]
    size: Literal["screen", "print", "slide"] = "print"
    options: dict[str, str] = Field(default_factory=dict, max_length=24)


def opened(exports: Exports, request: Request, board: Board, scope: Scope) -> tuple[Subject, Any]:
    """The subject with its options checked. Raises JobError or an UnknownError."""
    subject = exports.subjects.get(request.subject)
    if subject is None:
        raise JobError("exports.refused.subject", subject=request.subject)
    if request.format not in subject.formats:
        raise JobError("exports.refused.format", format=request.format.upper())
    try:
        options = subject.options.model_validate(request.options)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])[:80]
        raise JobError("jobs.refused.parameter", field=field or "options") from None
    subject.check(board, options, scope)
    return subject, options


def quick(request: Request, subject: Subject, view: View) -> bool:
    """Whether it may be tried at once; `make` still says no when the data set turns out to be large."""
    return request.format in QUICK and subject.weight(view) <= QUICK_ROWS


class TooLargeError(Exception):
    """The data set is larger than a web worker writes."""


def make(
    exports: Exports, request: Request, subject: Subject, view: View, folder: Path,
    report: Report = lambda progress, word: None, most_cells: int | None = None,
) -> Made:  # fmt: skip
    """Write the file into `folder`. Raises JobError, TooLargeError beyond `most_cells`, or an UnknownError."""
    report(0.05, "jobs.word.reads")
    dataset = subject.dataset(view)
    if most_cells is not None and dataset.size > most_cells:
        raise TooLargeError
    if len(dataset.rows) > MOST_ROWS:
        raise JobError("exports.refused.rows", rows=len(dataset.rows))
    report(0.3, "jobs.word.writes")
    path = folder / f"export.{request.format}"
    if request.format in PICTURES:
        from ioc.exports.pages import picture_of
        from ioc.exports.pages import write as write_picture

        picture = picture_of(subject, view, dataset)
        write_picture(picture, view, dataset, request.format, request.size, path)
    elif request.format == "xlsx":
        workbook.write(dataset, path)
    elif request.format == "parquet":
        columnar.write(dataset, path)
    elif request.format == "csv":
        _pieces(path, delimited.write(dataset))
    elif request.format == "geojson":
        _pieces(
            path, geojson.write(located(dataset, view), outlines(_drawing(view), view.office.settings.data))
        )
    else:
        exports.writers[request.format](view, located(dataset, view), path)
    about = dataset.about
    return Made(path, file_name(about.subject, about.area, about.time, request.format), MEDIA[request.format])


def located(dataset: Dataset, view: View) -> Dataset:
    """The data set with what must be known of its outlines: where they come from, and that they may be a sketch."""
    from dataclasses import replace

    drawing, about = _drawing(view), dataset.about
    marks = (drawing.caption(view.lang),) if drawing.is_schematic else ()
    note = say("exports.outlines", view.lang, source=drawing.source)
    return replace(dataset, about=replace(about, notes=(*about.notes, note), marks=(*about.marks, *marks)))


def _drawing(view: View) -> Any:
    if view.drawing is None:
        raise JobError("exports.refused.drawing")
    return view.drawing


def _pieces(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def view_of(office: Office, board: Board, options: Any, scope: Scope, lang: str) -> View:
    """What a subject reads from."""
    return View(office, board, options, scope, lang)
