"""Chất lượng dữ liệu: sources by đúng, đủ, sạch, sống, the details of one, and the ledger of who handed in what."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from dash import Dash, Input, Output, html

from ioc import formats
from ioc.access import Permission
from ioc.board import UnknownError
from ioc.periods import VIETNAM
from ioc.quality.criteria import Criterion
from ioc.quality.report import Report, history
from ioc.quality.supply import Entry, Year
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts import ledger as book
from layouts.parts.export import headed
from layouts.parts.quality import fine
from layouts.parts.scores import Chosen, by_area, by_kpi, flaws, matrix
from layouts.parts.still import still
from layouts.tables import quality as quality_tables

TITLE = "nav.quality"
DAYS = 30
"""Days of the small history."""


def page(desk: Desk, search: str) -> html.Div:
    """The frame with its content."""
    return html.Div(content(desk, search), id="quality", className="quality-page")


def content(desk: Desk, search: str) -> list[Any]:
    """Everything of the page, for what the address asks."""
    lang, at = desk.lang, chosen(desk, search)
    entries = {source: entries for source in desk.board.site.sources if (entries := supplied(desk, source))}
    years = sorted({entry.period.last.year for found in entries.values() for entry in found} | {at.year})
    parts: list[Any] = [html.P(say("quality.lead", lang), className="lead")]
    if not desk.quality:
        parts.append(html.P(say("quality.none", lang), className="quiet"))
    else:
        shelf, site = desk.house.office.warehouse, desk.board.site
        days = {name: history(shelf, site.sources[name], desk.now, DAYS) for name in desk.quality}
        parts += [
            _province(desk, entries, at),
            still(
                html.Section(
                    [_titled(desk), matrix(desk.quality, days, at, desk), _means(desk)],
                    className="quality-sources",
                )
            ),
            still(_details(desk, at)),
        ]
    parts.append(still(book.ledger(entries, years, at, desk)))
    return parts


def _titled(desk: Desk) -> html.Div:
    """The head of the matrix with its export."""
    return headed(html.H2(say("quality.sources", desk.lang)), desk, "quality-sources")


def chosen(desk: Desk, search: str) -> Chosen:
    """The choice in the address; without a source the weakest one, so that the page shows where to begin."""
    asked = {name: found[-1] for name, found in parse_qs((search or "").removeprefix("?")).items()}
    board = desk.board
    year = asked.get("nam", "")
    shown = int(year) if year.isdecimal() and len(year) == 4 else desk.now.astimezone(VIETNAM).year
    source = asked.get("nguon", "")
    if source not in desk.quality and desk.quality:
        source = min(desk.quality, key=lambda name: (_overall(desk.quality[name], desk), name))
    kpi = board.site.kpis.get(asked.get("kpi", ""))
    if kpi is not None and (kpi.source != source or not desk.scope.allows(kpi=kpi.id)):
        kpi = None
    try:
        area = board.find(asked.get("xa", ""))
    except UnknownError:
        area = None
    if area is not None and (area not in board.communes or not desk.scope.allows(area=area.id)):
        area = None
    return Chosen(board.site.sources.get(source), kpi, area, shown)


def _overall(report: Report, desk: Desk) -> float:
    overall = report.score(desk.now).overall
    return 101.0 if overall is None else overall


def supplied(desk: Desk, source: str) -> list[Entry]:
    """The ledger of one source at this moment."""
    return quality_tables.supplied(desk.board, desk.house.office.warehouse, source, desk.now)


def _province(desk: Desk, entries: dict[str, list[Entry]], at: Chosen) -> html.Section:
    """The catalogue's own KPIs of data quality: dq_correct, dq_complete, dq_clean, dq_live, report_on_time."""
    lang, found = desk.lang, desk.quality
    counts = [report.counts() for report in found.values()]
    rows, due = sum(one.rows for one in counts), sum(one.due for one in counts)
    kpis = [kpi for kpi in desk.board.site.kpis.values() if kpi.source in found]
    alive = sum(_alive(found[kpi.source], desk) for kpi in kpis)
    year = Year.of(entry for listed in entries.values() for entry in book.of_year(listed, at.year))
    shares = {
        "correct": (rows - sum(one.against(Criterion.CORRECT) for one in counts), rows),
        "complete": (sum(min(one.present, one.due) for one in counts), due),
        "clean": (rows - sum(one.against(Criterion.CLEAN) for one in counts), rows),
        "live": (alive, len(kpis)),
        "on_time": (year.on_time, year.due),
    }
    figures = [
        html.Div(
            [
                html.Dt(say(f"quality.dq.{name}", lang)),
                html.Dd(
                    [
                        fine(100 * part / whole if whole else None, desk),
                        html.Span("%", className="tile-unit"),
                    ],
                    className="figures",
                ),
                html.Dd(
                    say(f"quality.dq.{name}_how", lang, n=formats.number(whole, 0, lang), year=at.year),
                    className="quiet",
                ),
            ]
        )
        for name, (part, whole) in shares.items()
    ]
    return html.Section(
        [html.H2(say("quality.province", lang), className="unseen"), html.Dl(figures)],
        className="quality-province",
    )


def _alive(report: Report, desk: Desk) -> bool:
    age = report.age(desk.now)
    return age is not None and age <= report.spec.schedule.promise


def _means(desk: Desk) -> html.Dl:
    """What the four words mean here."""
    lang = desk.lang
    found = [
        html.Div(
            [html.Dt(say(f"quality.criterion.{name}", lang)), html.Dd(say(f"quality.means.{name}", lang))]
        )
        for name in Criterion
    ]
    return html.Dl(
        [*found, html.Div([html.Dt(""), html.Dd(say("quality.proposal", lang))])],
        className="quality-means quiet",
    )


def _details(desk: Desk, at: Chosen) -> html.Section | None:
    if at.source is None or at.source.id not in desk.quality:
        return None
    report, lang = desk.quality[at.source.id], desk.lang
    chips = [
        html.A([name, html.Span("×", **{"aria-hidden": "true"})], href=address, className="go chip-choice",
               title=say("quality.clear", lang))
        for name, address in (
            (at.kpi.short.in_(lang) if at.kpi else "", at.link(kpi=None)),
            (at.area.name if at.area else "", at.link(xa=None)),
        )
        if name
    ]  # fmt: skip
    title = say("quality.drill", lang, name=at.source.name.in_(lang))
    return html.Section(
        [
            html.Header([html.H2(title), html.Div(chips, className="choices")], className="section-head"),
            html.Div(
                [by_kpi(report, at, desk), by_area(report, at, desk), flaws(report, at, desk)],
                className="quality-drill",
            ),
        ],
        className="quality-details",
        id="chi-tiet",
    )


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("quality", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int) -> Any:
        return content(house.desk_at(search or ""), search or "")
