"""The supply ledger on the page and on paper: sources by month of a year, then what is late or missing.

Owns the words and the order of that table; standings and reminders are `ioc.quality.supply`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from ioc import formats
from ioc.catalogue import Grade
from ioc.contract import SourceSpec
from ioc.quality.supply import Entry, Standing, Year
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.export import export_menu
from layouts.parts.grade import shape
from layouts.parts.scores import Chosen
from layouts.tables.quality import deadline, who

LISTED = 40
"""Late or missing periods listed one by one."""
NAMED = 4
"""Communes named for one period."""
_ORDER = (Standing.MISSING, Standing.LATE, Standing.PENDING, Standing.ON_TIME)
_GRADES = {
    Standing.ON_TIME: "good",
    Standing.LATE: "watch",
    Standing.MISSING: "bad",
    Standing.PENDING: "none",
}


def of_year(entries: Sequence[Entry], year: int) -> list[Entry]:
    """Entries whose period ends in a year."""
    return [entry for entry in entries if entry.period.last.year == year]


def ledger(
    found: Mapping[str, Sequence[Entry]], years: Sequence[int], at: Chosen, desk: Desk
) -> html.Section:
    """The whole ledger of the chosen year."""
    lang = desk.lang
    mine = {source: of_year(entries, at.year) for source, entries in found.items()}
    table = _table({source: entries for source, entries in mine.items() if entries}, desk)
    printed = say(
        "quality.ledger.printed", lang, at=formats.instant(desk.now, lang), edition=desk.board.edition.number
    )
    return html.Section(
        [
            html.Header(
                [
                    html.H2(say("quality.ledger.title", lang, year=at.year)),
                    html.Div(
                        [_years(years, at, desk), export_menu(desk, "supply", nam=str(at.year)), _print(desk)],
                        className="ledger-controls",
                    ),
                ],
                className="section-head",
            ),
            html.P(say("quality.ledger.lead", lang), className="quiet lead"),
            table,
            _open([entry for entries in mine.values() for entry in entries], at, desk),
            html.Div(
                [html.P(say(f"quality.ledger.{name}", lang)) for name in ("signed", "checked")], className="signatures"
            ),
            html.P(printed, className="printed"),
        ],
        className="ledger",
        id="ledger",
    )  # fmt: skip


def _years(years: Sequence[int], at: Chosen, desk: Desk) -> html.Div:
    links = [
        html.A(
            str(year), href=at.link(nam=str(year)), className="go",
            **({"aria-current": "true"} if year == at.year else {}),
        )
        for year in years
    ]  # fmt: skip
    return html.Div(
        links, className="segment", role="group", **{"aria-label": say("quality.ledger.year", desk.lang)}
    )


def _print(desk: Desk) -> html.Button:
    return html.Button(
        say("quality.ledger.print", desk.lang),
        type="button",
        className="button is-quiet",
        **{"data-print": "ledger"},
    )


def _table(mine: Mapping[str, Sequence[Entry]], desk: Desk) -> Any:
    lang, site = desk.lang, desk.board.site
    if not mine:
        return html.P(say("quality.ledger.none", lang), className="quiet")
    heads = [
        html.Th(say("quality.ledger.owner", lang), scope="col"),
        *(html.Th(say("quality.ledger.month", lang, n=month), scope="col") for month in range(1, 13)),
        html.Th(say("quality.ledger.sum", lang), scope="col"),
        html.Th(say("quality.ledger.reminders", lang), scope="col"),
    ]
    order = sorted(
        mine, key=lambda name: formats.sort_key(site.departments[site.sources[name].owner].name.in_(lang))
    )
    rows = [_row(site.sources[name], mine[name], desk) for name in order]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="ledger-table")
    return html.Div(table, className="table-scroll", tabIndex=0)


def _row(spec: SourceSpec, entries: Sequence[Entry], desk: Desk) -> html.Tr:
    lang, year = desk.lang, Year.of(entries)
    by_month: dict[int, list[Entry]] = {}
    for entry in entries:
        by_month.setdefault(entry.period.last.month, []).append(entry)
    totals = {"on_time": year.on_time, "late": year.late, "missing": year.missing, "pending": year.pending}
    return html.Tr(
        [
            html.Th(
                [
                    html.Span(desk.board.site.departments[spec.owner].name.in_(lang)),
                    html.Span(spec.name.in_(lang), className="quiet"),
                ],
                scope="row",
            ),
            *(_month(by_month.get(month, []), month, desk) for month in range(1, 13)),
            html.Td(
                say("quality.ledger.sum_value", lang, on_time=year.on_time, due=year.due), className="figures",
                title=say("quality.ledger.sum_title", lang, **totals),
            ),
            html.Td(
                formats.number(year.reminders, 0, lang), className="figures",
                title=say("quality.ledger.reminders_title", lang, n=year.reminders),
            ),
        ]
    )  # fmt: skip


def _month(entries: Sequence[Entry], month: int, desk: Desk) -> html.Td:
    """One period as a word, several (days) as how many of those due were on time."""
    if not entries:
        return html.Td("")
    standing = next(one for one in _ORDER if any(entry.standing is one for entry in entries))
    sums = Year.of(entries)
    if len(entries) == 1:
        text, title = say(f"quality.ledger.{standing}", desk.lang), _full(entries[0], desk)
    else:
        text = f"{sums.on_time}/{sums.due}" if sums.due else say("quality.ledger.pending", desk.lang)
        title = say(
            "quality.ledger.cell_many", desk.lang, month=month, on_time=sums.on_time, late=sums.late,
            missing=sums.missing, pending=sums.pending,
        )  # fmt: skip
    return html.Td([_mark(standing), html.Span(text)], className=f"is-{_GRADES[standing]}", title=title)


def _mark(standing: Standing) -> html.Span:
    return shape(Grade(_GRADES[standing]))


def _full(entry: Entry, desk: Desk) -> str:
    lang = desk.lang
    words = say(
        "quality.ledger.cell", lang, period=formats.capital(formats.period(entry.period.key, lang)),
        due=deadline(entry, desk.lang), standing=_state(entry, desk),
    )  # fmt: skip
    if entry.first is None:
        return words
    name, at = ("first", entry.first) if entry.absent else ("last", entry.last or entry.first)
    return f"{words} {formats.capital(say(f'quality.ledger.{name}', lang, at=formats.instant(at, lang)))}."


def _state(entry: Entry, desk: Desk) -> str:
    """``Thiếu 2 xã, trễ 1 xã``."""
    parts = []
    if entry.units > 1 and entry.standing is not Standing.PENDING:
        if entry.missing:
            parts.append(say("quality.ledger.units_missing", desk.lang, n=entry.missing))
        if entry.late:
            parts.append(say("quality.ledger.units_late", desk.lang, n=entry.late))
    return formats.capital(", ".join(parts)) if parts else say(f"quality.ledger.{entry.standing}", desk.lang)


def _open(entries: Sequence[Entry], at: Chosen, desk: Desk) -> html.Div:
    """What is late or missing, the newest first."""
    lang = desk.lang
    amiss = [entry for entry in entries if entry.standing in (Standing.MISSING, Standing.LATE)]
    amiss.sort(key=lambda entry: (entry.due, entry.source), reverse=True)
    title = html.H3(say("quality.ledger.open", lang))
    if not amiss:
        return html.Div(
            [title, html.P(say("quality.ledger.open_none", lang, year=at.year), className="quiet")]
        )
    heads = [
        html.Th(say(f"quality.ledger.{name}", lang), scope="col")
        for name in ("owner", "period", "due", "state", "who", "reminders")
    ]
    rows = [_late(entry, desk) for entry in amiss[:LISTED]]
    parts: list[Any] = [
        title,
        html.Div(
            html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="ledger-open"),
            className="table-scroll", tabIndex=0,
        ),
    ]  # fmt: skip
    if len(amiss) > LISTED:
        parts.append(html.P(say("quality.ledger.open_more", lang, n=len(amiss) - LISTED), className="quiet"))
    return html.Div(parts)


def _late(entry: Entry, desk: Desk) -> html.Tr:
    lang, site = desk.lang, desk.board.site
    return html.Tr(
        [
            html.Th(
                [
                    html.Span(site.departments[entry.owner].name.in_(lang)),
                    html.Span(site.sources[entry.source].name.in_(lang), className="quiet"),
                ],
                scope="row",
            ),
            html.Td(formats.capital(formats.period(entry.period.key, lang))),
            html.Td(formats.capital(deadline(entry, desk.lang)), className="figures"),
            html.Td([_mark(entry.standing), html.Span(_state(entry, desk))], className=f"is-{_GRADES[entry.standing]}"),
            html.Td(who(entry, desk.board.register, desk.scope, desk.lang, NAMED)),
            html.Td(formats.number(entry.reminders, 0, lang), className="figures"),
        ]
    )  # fmt: skip
