"""The generic table of a page as an export: columns, rows and what is told of them; everything else is the same for all.

Owns the step from a `Listing` to a data set. Whoever has a table to give away writes one function from a view to a
`Listing`, out of the very functions its page reads, and names it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, RootModel

from ioc.areas import Area
from ioc.board import Board
from ioc.exports.dataset import About, Column, Dataset, Form, Value
from ioc.exports.numbers import about, scope_words
from ioc.exports.pictures import Picture
from ioc.exports.subjects import Subject, View
from ioc.jobs.kinds import JobError
from ioc.unknown import UnknownError
from ioc.wording import say


class Parts(RootModel[dict[str, str]]):
    """The parts of a page's address, as the page itself reads them."""


@dataclass(frozen=True)
class Listing:
    """A table. What is left empty is told as for every table of the board; `areas` and `paper` as in `Dataset`."""

    columns: Sequence[Column]
    rows: Sequence[tuple[Value, ...]]
    areas: Sequence[str | None] | None = None
    title: str = ""
    subject: str = ""
    area: Area | None = None
    time: str = ""
    unit: str = ""
    period: str = ""
    source: str = ""
    as_of: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()


def listing(
    name: str, build: Callable[[View], Listing], picture: Callable[[View, Dataset], Picture] | None = None,
    places: bool = False,
) -> Subject:  # fmt: skip
    """The subject `name` of a table; its words stand under ``exports.table``."""
    key = name.replace("-", "_")

    def dataset(view: View) -> Dataset:
        found = build(view)
        more = {
            part: value
            for part in (
                "title",
                "subject",
                "area",
                "time",
                "unit",
                "period",
                "source",
                "as_of",
                "filters",
                "notes",
            )
            if (value := getattr(found, part))
        }
        return Dataset(told(view, key, **more), tuple(found.columns), found.rows, found.areas, found.paper)

    return Subject(name, Parts, titled(key), dataset, picture, places=places)


def column(name: str, lang: str, form: Form = Form.TEXT, decimals: int = 0, unit: str = "") -> Column:
    """A column whose heading stands under ``exports.list``."""
    return Column(name, say(f"exports.list.{name}", lang), form, unit, decimals)


def columns(lang: str, **forms: Form | int) -> list[Column]:
    """Several at once: a number says how many decimals a column of numbers has."""
    return [
        column(name, lang, Form.NUMBER, form) if isinstance(form, int) else column(name, lang, form)
        for name, form in forms.items()
    ]


def told(view: View, name: str, area: Area | None = None, **more: object) -> About:
    """What is said of the table `name`; of the whole and at the time of the edition where nothing else is given."""
    board, lang = view.board, view.lang
    where, words = area or board.root, say(f"exports.table.{name}", lang)
    given = {"title": words, "subject": words, "time": board.edition.published_at.date().isoformat()} | more
    return about(
        board, lang, area=where.name, scope=scope_words(board, view.scope, where, lang),
        **given,  # type: ignore[arg-type]
    )  # fmt: skip


def titled(name: str) -> Callable[[Board, BaseModel, str], str]:
    """A title that does not depend on the options."""
    return lambda board, options, lang: say(f"exports.table.{name}", lang)


def commune(view: View, part: str = "xa") -> Area | None:
    """The commune that the options name, None where they name none. Raises JobError for one that cannot be seen."""
    code = view.options.root.get(part)
    if not code:
        return None
    try:
        found = view.board.find(code)
    except UnknownError:
        raise JobError("exports.refused.unknown") from None
    if found not in view.board.communes or not view.scope.allows(area=found.id):
        raise JobError("exports.refused.unknown")
    return found
