"""Chấm điểm: official scores of a weighted index, our own reckoning beside them, and where points are still to gain."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html

from ioc import formats
from ioc.access import Permission
from ioc.scoring.standing import ranking, standing
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.points import gains, groups, headline, metrics
from layouts.parts.scoreboard import departments, origin, scoreboard, trend
from layouts.parts.scored import Scored, address, read_scored
from layouts.parts.still import still

TITLE = "nav.scores"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with the standing that the address asks for."""
    return html.Div(content(desk, search), id="scoring", className="scoring")


def content(desk: Desk, search: str | None) -> list[Any]:
    """The province, or one unit, in one period; and why there is nothing to show."""
    lang = desk.lang
    if not desk.board.site.indices:
        return [html.P(say("scores.none_configured", lang), className="lead")]
    view = read_scored(search, desk)
    one = standing(view.index, view.unit, view.period, view.scores, desk.board, desk.scope)
    parts: list[Any] = [_tools(view, desk)]
    if not view.periods:
        parts.append(html.P(say("scores.none_official", lang), className="score-note", role="status"))
    if view.lost:
        parts.append(html.P(say("scores.unknown_unit", lang), className="score-note", role="status"))
    left: list[Any] = [headline(one, view, desk), still(groups(one, view, desk))]
    if view.is_root:
        areas = [area for area in desk.board.communes if desk.scope.allows(area=area.id)]
        peers = ranking(view.index, areas, view.period, view.scores, desk.board, desk.scope)
        left.append(still(gains(one, view, desk)))
        right = [still(scoreboard(peers, view, desk)), departments(view, desk)]
        below = [still(metrics(one, view, desk, folded=True)), origin(view, desk)]
    else:
        right = [still(gains(one, view, desk)), trend(view, desk)]
        below = [still(metrics(one, view, desk, folded=False)), origin(view, desk)]
    if view.is_root:
        left.append(trend(view, desk))
    parts.append(
        html.Div(
            [html.Div(left, className="score-side"), html.Div(right, className="score-side")],
            className="score-body",
        )
    )
    return [*parts, *below]


def _tools(view: Scored, desk: Desk) -> html.Div:
    """What is scored, and the way to other periods, other indices and back to the province."""
    lang, known = desk.lang, view.periods
    words = formats.capital(formats.period(view.period, lang))
    at = known.index(view.period) if view.period in known else -1
    before = known[at - 1] if at > 0 else None
    after = known[at + 1] if 0 <= at < len(known) - 1 else None
    steps = html.Div(
        [_step("‹", before, view, desk), html.Span(words, className="step-now"), _step("›", after, view, desk)],
        className="steps", role="group", **{"aria-label": say("scores.period", lang)},
    )  # fmt: skip
    others = [
        html.A(formats.period(key, lang, short=True), href=address(view, desk, ky=key), className="go",
               **({"aria-current": "true"} if key == view.period else {}))
        for key in reversed(known)
    ]  # fmt: skip
    choice = html.Details(
        [html.Summary(say("scores.period", lang)), html.Div(others, className="score-periods")]
    )
    indices = [
        html.A(
            one.short.in_(lang), href=address(view, desk, bo=one.id, ky=None), className="go button is-quiet"
        )
        for one in desk.board.site.indices.values()
        if one.id != view.index.id
    ]
    back = [
        html.A(
            say("scores.back", lang),
            href=address(view, desk, xa=None, dv=None),
            className="go button is-quiet",
        )
    ]
    return html.Div(
        [
            html.Div([html.H2(view.index.name.in_(lang)), html.P(say("scores.lead", lang), className="lead")]),
            html.Div([*([] if view.is_root else back), *indices, steps, choice if len(known) > 1 else None], className="score-tools"),
        ],
        className="score-head",
    )  # fmt: skip


def _step(sign: str, key: str | None, view: Scored, desk: Desk) -> Any:
    if key is None:
        return html.Span(sign, className="step is-off", **{"aria-hidden": "true"})
    label = formats.capital(formats.period(key, desk.lang))
    return html.A(
        sign, href=address(view, desk, ky=key), className="step go", title=label, **{"aria-label": label}
    )


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("scoring", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, path: str) -> Any:
        return content(house.desk_at(search), search)
