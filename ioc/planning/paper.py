"""The plan as a workbook: the annex that goes with the request to the Government.

Owns sheets, columns and marks. Every text is written as text, so that no name can become a formula; the mark of a
demonstration stands on every sheet and every printed page. Loaded only in processes of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ioc import formats
from ioc.office import Office
from ioc.periods import VIETNAM
from ioc.planning.book import Plan
from ioc.planning.words import Telling
from ioc.wording import say

Row = Sequence[str | int | float | None]


def write(path: Path, kept: Plan, office: Office, lang: str) -> None:
    """Write the workbook of a kept plan. The same plan gives the same bytes."""
    assumptions = office.site.planning
    if assumptions is None:
        raise ValueError("the site has no assumptions of planning")
    tell = Telling(kept.document, assumptions, office.register, lang)
    options = {
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True,
    }  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        made = kept.made_at.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0)
        book.set_properties({"title": tell.say("paper.title"), "author": kept.made_by, "created": made})
        paper = _Paper(book, office, tell)
        paper.sheet("summary", (46, 24, 24), _summary(tell))
        if kept.document["outcome"] != "infeasible":
            paper.sheet("list", (6, 8, 24, 24, 20, 20, 11, 12, 10, 90, 22), _list(tell))
            paper.sheet("communes", (28, 16, 16, 12, 12), _communes(tell))
            paper.sheet("left", (28, 24, 22, 10, 44), _left(tell))
            paper.sheet("studies", (34, 16, 16, 16, 18), _studies(tell))
        paper.sheet("basis", (40, 18, 100), _basis(tell, kept, office))


class _Paper:
    """Formats and the head that every sheet has."""

    def __init__(self, book: Any, office: Office, tell: Telling):
        self.book, self.office, self.tell = book, office, tell
        font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        self.text = book.add_format({**font, "text_wrap": True})
        self.whole = book.add_format({**font, "num_format": "#,##0"})
        self.part = book.add_format({**font, "num_format": "#,##0.0##"})
        self.head = book.add_format(
            {**font, "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEEEEE"}
        )
        self.title = book.add_format({**font, "bold": True, "font_size": 14})
        self.mark = book.add_format({**font, "bold": True, "font_color": "#A82A18"})

    def sheet(self, name: str, widths: Sequence[int], rows: Iterable[Row]) -> None:
        """One sheet: title, what it is, the mark, then rows of which the first is the head."""
        tell, site = self.tell, self.office.site
        page = self.book.add_worksheet(tell.say(f"paper.{name}"))
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.write_string(0, 0, f"{site.head.name.in_(tell.lang)} – {tell.say('paper.title')}", self.title)
        page.write_string(
            1,
            0,
            f"{tell.say(f'paper.{name}')}. {tell.say('paper.to')}",
            self.book.add_format({"font_name": "Arial"}),
        )
        marks = [tell.say("paper.demonstration")] if site.head.demonstration else []
        if not tell.assumptions.verified:
            marks.append(tell.say("assumed_note"))
        page.write_string(2, 0, " ".join(marks), self.mark)
        top = 4
        for at, row in enumerate(rows, start=top):
            for column, value in enumerate(row):
                self._cell(page, at, column, value, head=at == top)
        page.freeze_panes(top + 1, 0)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(top)
        page.set_header(f"&C{_printed(marks[0]) if marks else ''}")
        page.set_footer("&L&A&R&P/&N")

    def _cell(self, page: Any, row: int, column: int, value: str | int | float | None, head: bool) -> None:
        if value is None:
            return
        if isinstance(value, str):
            page.write_string(row, column, value, self.head if head else self.text)
        else:
            page.write_number(row, column, value, self.whole if isinstance(value, int) else self.part)


def _printed(text: str) -> str:
    """A text in a page's header, where & begins a command."""
    return text.replace("&", "&&")[:200]


def _summary(tell: Telling) -> Iterable[Row]:
    document = tell.document
    ask = document["ask"]
    yield tell.say("paper.item"), tell.say("paper.value"), ""
    yield tell.say("paper.candidates"), document["candidates"]
    yield tell.say("paper.floor"), f"{formats.number(100 * ask['floor'], 0, tell.lang)} %"
    yield tell.say("paper.carry"), tell.say("paper.yes" if ask["carry_over"] else "paper.no")
    if document["outcome"] == "infeasible":
        for line in tell.conflict():
            yield (line,)
        return
    yield tell.say("paper.proof"), tell.proof()
    yield ("",)
    yield (
        tell.say("page.head_year"),
        tell.say("paper.budget"),
        tell.say("paper.spent"),
        tell.say("paper.gained"),
    )
    for index, budget in enumerate(ask["budgets"]):
        yield str(tell.year(index)), budget, document["spent"][index], document["gained"][index]
    yield tell.say("paper.total"), sum(ask["budgets"]), sum(document["spent"]), document["households"]
    yield ("",)
    yield tell.say("paper.service"), tell.say("paper.lacking"), tell.say("paper.served")
    for name, lacking in document["lacking"].items():
        served = document["services"].get(name, {"households": 0})
        yield tell.service(name), lacking["households"], served["households"]
    yield tell.say("counted"), None, document["households"]


def _list(tell: Telling) -> Iterable[Row]:
    yield tuple(
        tell.say(key)
        for key in (
            "cli.columns_rank", "page.head_year", "paper.kind", "paper.place", "page.head_commune", "paper.service",
            "paper.line", "paper.cost", "page.head_households", "page.head_why", "paper.coordinates",
        )
    )  # fmt: skip
    for one in tell.document["measures"]:
        place = f"{one['lat']:.5f}, {one['lon']:.5f}" if one["lat"] is not None else None
        yield (
            one["rank"], str(tell.year(one["year"])), tell.kind(one), one["name"], tell.commune(one["commune"]),
            tell.service(one["service"]) if one["service"] else "–", one["km"], one["cost"], one["households"],
            "; ".join(tell.reasons(one)), place,
        )  # fmt: skip


def _communes(tell: Telling) -> Iterable[Row]:
    keys = ("page.head_commune", "paper.lacking", "paper.served", "page.head_share", "paper.least")
    yield tuple(tell.say(key) for key in keys)
    for area, one in tell.document["communes"].items():
        share = (
            f"{formats.number(100 * one['served'] / one['lacking'], 1, tell.lang)} %"
            if one["lacking"]
            else "–"
        )
        yield tell.commune(area), one["lacking"], one["served"], share, one["least"]


def _left(tell: Telling) -> Iterable[Row]:
    keys = ("paper.village", "page.head_commune", "paper.service", "page.head_households", "paper.why_left")
    yield tuple(tell.say(key) for key in keys)
    for one in tell.document["left"]:
        area = tell.document["places"][one["village"]]["commune"]
        yield (
            tell.village(one["village"]), tell.commune(area), tell.service(one["service"]), one["households"],
            tell.say(f"left.{one['why']}"),
        )  # fmt: skip


def _studies(tell: Telling) -> Iterable[Row]:
    document = tell.document
    yield tuple(
        tell.say(key) for key in ("paper.assumption", "page.head_households", "paper.measures", "paper.same")
    )
    yield tell.say("paper.list"), document["households"], len(document["measures"]), len(document["measures"])
    for one in document.get("trials", ()):
        if one["households"] is None:
            yield tell.say(f"trial.{one['id']}"), tell.say("trial.none")
        else:
            yield tell.say(f"trial.{one['id']}"), one["households"], one["measures"], len(one["same"])
    yield ("",)
    yield tuple(
        tell.say(key) for key in ("paper.share", "paper.budget", "paper.spent", "page.head_households")
    )
    for one in document.get("curve", ()):
        yield (
            f"{formats.number(100 * one['share'], 0, tell.lang)} %",
            one["budget"],
            one["cost"],
            one["households"],
        )


def _basis(tell: Telling, kept: Plan, office: Office) -> Iterable[Row]:
    lang, assumptions, site = tell.lang, tell.assumptions, office.site
    yield tell.say("paper.item"), tell.say("paper.value"), tell.say("paper.source")
    yield tell.say("paper.edition"), str(kept.edition)
    register = site.sources[site.gaps.villages.source].name.in_(lang) if site.gaps else ""
    yield (
        tell.say("paper.source"),
        None,
        tell.say("paper.source_is", system=register, n=formats.number(kept.edition, 0, lang)),
    )
    yield tell.say("paper.made"), formats.instant(kept.made_at, lang)
    yield tell.say("paper.by"), kept.made_by
    if site.head.demonstration:
        yield tell.say("paper.demonstration"), None, say("face.demonstration", lang)
    mark = {True: tell.say("paper.verified"), False: tell.say("assumed")}
    yield tell.say("budget"), mark[assumptions.means.verified], assumptions.means.source
    for one in assumptions.estimates:
        yield one.name.in_(lang), mark[one.verified], one.source
    yield tell.say("paper.rule"), None, None
    yield tell.say("counted"), None, None
