"""Points of one unit: its total with the class, its groups as bars, its metrics as a table, what is still to gain.

Owns how a standing looks. The official figure is the solid bar, our own a mark over it; every figure stands in words
as well, so that neither colour nor length has to be read.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.scoring import words
from ioc.scoring.standing import GroupStanding, MetricStanding, Standing, standing
from ioc.wording import say
from layouts.address import passport_link
from layouts.desk import Desk
from layouts.parts.export import export_menu, headed
from layouts.parts.scored import Scored, unit_options

LISTED = 5


def headline(one: Standing, view: Scored, desk: Desk) -> html.Section:
    """Name, total, class, movement, and every reservation about them."""
    lang, index = desk.lang, view.index
    name = words.unit_name(one.unit, desk.board.site, desk.board.register, lang)
    total: list[Any] = [html.P(say("scores.no_total" if view.periods else "scores.none_official", lang))]
    if one.official is not None and one.band is not None:
        total = [
            html.P(
                [
                    html.Span(words.number(one.official, index, lang), className="figures score-figure"),
                    html.Span(f"/{say('scores.points', lang, value=words.most(one.maximum, lang))}", className="score-of"),
                    html.Strong(one.band.name.in_(lang), className="score-band"),
                    None if index.verified else html.Span(say("scores.unverified", lang), className="mark is-unverified"),
                ],
                className="score-total",
            ),
            html.P(_movement(one, view, desk), className="score-change"),
        ]  # fmt: skip
    notes = []
    if one.summed:
        notes.append(say("scores.summed", lang))
    if one.disagrees:
        stated, whole = (words.number(value, index, lang) for value in (one.official, one.sum))
        notes.append(say("scores.disagrees", lang, stated=stated, sum=whole))
    if not index.verified:
        notes.append(say("scores.unverified_bands", lang))
    return html.Section(
        [html.H3(name), *total, *(html.P(note, className="quiet") for note in notes)], className="score-card"
    )


def _movement(one: Standing, view: Scored, desk: Desk) -> str:
    """Against the period before, of the official totals as printed, and the points still to gain."""
    told = []
    at = view.periods.index(view.period) if view.period in view.periods else 0
    if at > 0:
        key = view.periods[at - 1]
        scores = view.book.read(view.index.id, key, view.at, one.unit)
        before = standing(view.index, one.unit, key, scores, desk.board, desk.scope).official
        if before is not None:
            unit = say("scores.unit", desk.lang)
            step = formats.change(before, one.official, unit, view.index.decimals, desk.lang)
            period = formats.period(key, desk.lang)
            told.append(desk.say("tile.versus", change=step, period=period))
    if one.gap is not None:
        told.append(say("scores.gain.plain", desk.lang, points=words.number(one.gap, view.index, desk.lang)))
    return formats.capital("; ".join(told)) + "." if told else ""


def groups(one: Standing, view: Scored, desk: Desk) -> html.Section:
    """Every group as a bar of points against its maximum, our own reckoning as a mark."""
    return html.Section(
        [
            headed(
                html.H3(say("scores.group.title", desk.lang)), desk, "score-groups", state=unit_options(view)
            ),
            _key(desk.lang),
            *(_group(group, one.unit, view, desk) for group in one.groups),
        ],
        className="score-groups",
    )


def _key(lang: str) -> html.P:
    """What bar and mark stand for."""
    marks = (("score-fill", "key_official"), ("score-own", "key_own"))
    return html.P(
        [
            html.Span(
                [html.Span(className=mark, **{"aria-hidden": "true"}), say(f"scores.group.{name}", lang)]
            )
            for mark, name in marks
        ],
        className="score-key",
    )


def _group(one: GroupStanding, unit: str, view: Scored, desk: Desk) -> html.Div:
    lang, index = desk.lang, view.index
    most, official = words.most(one.maximum, lang), words.number(one.official, index, lang)
    marks: list[Any] = []
    if one.official is not None:
        marks.append(html.Span(className="score-fill", style={"width": f"{one.official / one.maximum:.2%}"}))
    if one.own is not None:
        marks.append(
            html.Span(className="score-own", style={"left": f"{min(1.0, one.own / one.maximum):.2%}"})
        )
    own = words.number(one.own, index, lang) if one.own is not None else say("scores.group.nothing", lang)
    told = say("scores.group.bar", lang, name=one.group.name.in_(lang), official=official, own=own, max=most)
    return html.Div(
        [
            html.P(
                [
                    html.Span(one.group.name.in_(lang)),
                    html.Span(f"{official}/{most}", className="figures score-points")
                    if one.official is not None
                    else html.Span(say("scores.group.official_none", lang), className="reason"),
                ],
                className="score-row",
            ),
            html.Div(marks, className="score-bar", role="img", **{"aria-label": told}),
            html.P(_beside(one, unit, view, desk), className="quiet"),
        ],
        className="score-group",
    )


def _beside(one: GroupStanding, unit: str, view: Scored, desk: Desk) -> str:
    """Our own reckoning in words, or why there is none."""
    lang = desk.lang
    told = [
        words.why_no_own(one, unit, lang)
        or say("scores.group.own", lang, value=words.number(one.own, view.index, lang))
    ]
    if one.difference is not None:
        told.append(difference(one.difference, view, desk))
    if one.summed:
        told.append(say("scores.group.summed", lang))
    return formats.capital(", ".join(told))


def difference(value: float, view: Scored, desk: Desk) -> str:
    """How ours differs from the official one."""
    if value == 0:
        return say("scores.group.same", desk.lang)
    unit = say("scores.unit", desk.lang)
    amount = formats.quantity(abs(value), unit, view.index.decimals, desk.lang)
    return say(f"scores.group.{'higher' if value > 0 else 'lower'}", desk.lang, amount=amount)


def gains(one: Standing, view: Scored, desk: Desk) -> html.Section:
    """Where most points are still to gain, in words."""
    lang, found = desk.lang, one.gains
    rows = [
        html.Li(
            [
                html.Strong(
                    words.number(item.gain.points if item.gain else None, view.index, lang),
                    className="figures",
                ),
                html.Span(
                    [
                        html.Span(f"{item.metric.id} {item.metric.name.in_(lang)}"),
                        html.Span(
                            formats.capital(words.gain(item, view.index, lang)) + ".", className="quiet"
                        ),
                    ]
                ),
            ]
        )
        for item in found[:LISTED]
    ]
    title = say("scores.gain.by_metric" if view.is_root else "scores.gain.title", lang)
    none = html.P(say("scores.gain.none", lang), className="quiet")
    head = headed(html.H3(title), desk, "score-metrics", state=unit_options(view))
    return html.Section([head, html.Ol(rows) if rows else none], className="score-gains")


def metrics(one: Standing, view: Scored, desk: Desk, *, folded: bool) -> Any:
    """Each metric: official points with ratio and counts, our own with its passport, difference, what is to gain."""
    lang = desk.lang
    heads = ("metric", "official", "ratio", "own", "difference", "gain")
    body = []
    for group in one.groups:
        body.append(
            html.Tr(
                html.Th(group.group.name.in_(lang), colSpan=len(heads), scope="colgroup"), className="group"
            )
        )
        body += [_metric(item, view, desk) for item in group.metrics]
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(say(f"scores.head.{name}", lang), scope="col") for name in heads])),
            html.Tbody(body),
        ],
        className="plain-table score-metrics",
    )
    notes = [say("scores.own_note", lang)]
    if not all(item.metric.verified for group in one.groups for item in group.metrics):
        notes.append(say("scores.unverified_rules", lang))
    content = [table, html.P(" ".join(notes), className="quiet")]
    title = say("scores.list.metrics", lang)
    if folded:
        export = html.Div(
            export_menu(desk, "score-metrics", state=unit_options(view)), className="has-export is-end"
        )
        return html.Details([html.Summary(title), export, *content], className="score-detail")
    head = headed(html.H3(title), desk, "score-metrics", state=unit_options(view))
    return html.Section([head, *content], className="score-detail")


def _metric(item: MetricStanding, view: Scored, desk: Desk) -> html.Tr:
    lang, index, metric, official = desk.lang, view.index, item.metric, item.official
    note = [] if metric.note is None else [html.Span(metric.note.in_(lang), className="quiet")]
    score: Any = say("scores.metric.information" if metric.information else "scores.metric.no_official", lang)
    if official is not None:
        score = f"{words.number(official.score, index, lang)}/{words.most(official.max_score, lang)}"
    own: Any = "–"
    if item.own is not None:
        own = _own(item, view, desk)
    told = formats.capital(words.gain(item, index, lang))
    quiet = "quiet" if metric.information else "reason"
    ratio = _ratio(item, lang)

    def cell(name: str, content: Any, look: str = "figures") -> html.Td:
        """A cell with its heading for a narrow screen, where empty ones are left out."""
        empty = content in ("–", ["–"])
        return html.Td(
            content, className="is-none" if empty else look, **{"data-head": say(f"scores.head.{name}", lang)}
        )

    return html.Tr(
        [
            html.Th(
                [html.Span(f"{metric.id} {metric.name.in_(lang)}"), _threshold(item, lang), *note],
                scope="row",
            ),
            cell("official", score, "figures" if official is not None else quiet),
            cell("ratio", ratio),
            cell("own", own, "is-own"),
            cell("difference", formats.number(item.difference, index.decimals, lang)),
            html.Td(told, className="is-gain"),
        ]
    )


def _threshold(item: MetricStanding, lang: str) -> html.Span | None:
    if item.metric.information:
        return None
    if item.metric.full_at is None:
        return html.Span(
            say("scores.metric.threshold_assumed", lang, value=words.percent(100, lang)), className="quiet"
        )
    return html.Span(
        say("scores.metric.threshold", lang, value=words.percent(item.metric.full_at, lang)),
        className="quiet",
    )


def _ratio(item: MetricStanding, lang: str) -> list[Any]:
    official = item.official
    if official is None or official.ratio is None:
        return ["–"]
    found: list[Any] = [formats.percent(official.ratio, words.RATIO_DECIMALS, lang)]
    if official.numerator is not None and official.denominator is not None:
        counts = {
            name: formats.number(getattr(official, name), 0, lang) for name in ("numerator", "denominator")
        }
        found.append(html.Span(say("scores.metric.counts", lang, **counts), className="quiet"))
    return found


def _own(item: MetricStanding, view: Scored, desk: Desk) -> list[Any]:
    """Our points and the figure behind them, which leads to its passport."""
    lang, own = desk.lang, item.own
    if own is None:
        return ["–"]
    cell = own.cell
    if cell.state != "value":
        return [html.Span(formats.capital(say(f"states.{cell.state}", lang)), className="reason")]
    ratio = html.A(
        formats.percent(cell.value, words.RATIO_DECIMALS, lang),
        href=passport_link(desk, cell.kpi, cell.period, view.code), className="go passport-link quiet",
    )  # fmt: skip
    small = cell.small and cell.denominator is not None
    marks = (
        [
            html.Span(
                say("scores.metric.small", lang, n=formats.number(cell.denominator, 0, lang)),
                className="quiet",
            )
        ]
        if small
        else []
    )
    if own.points is None:
        return [html.Span(say("scores.metric.no_max", lang), className="reason"), ratio, *marks]
    return [html.Span(words.number(own.points, view.index, lang), className="figures"), ratio, *marks]
