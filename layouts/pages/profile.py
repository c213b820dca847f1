"""Hồ sơ xã: one commune whole, against the province, its targets, similar communes and its own past; prints on A4."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html

from ioc import formats
from ioc.access import Permission
from ioc.areas import Area
from ioc.board import UnknownError
from ioc.catalogue import Grade
from ioc.profile import Line, profile
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.address import COMMUNE, MAP, link
from layouts.desk import Desk, House
from layouts.pages.quality import supplied
from layouts.parts.commune import alerts, alike, facts, formed, record
from layouts.parts.grade import shape
from layouts.parts.lacking import lacking
from layouts.parts.spine import counted, spine_chart
from layouts.parts.still import still

TITLE = "nav.profile"


def find(path: str, desk: Desk) -> Area | None:
    """The present commune in scope that an address names; None when there is none."""
    try:
        area = desk.board.find(path.removeprefix(f"{COMMUNE}/"))
    except UnknownError:
        return None
    return area if area in desk.board.communes and desk.scope.allows(area=area.id) else None


def title(path: str, desk: Desk) -> str:
    """What the page is, or that there is no such commune."""
    return desk.say(TITLE) if find(path, desk) else _say(desk, "unknown")


def page(desk: Desk, search: str, path: str) -> html.Div:
    """The frame with the commune that the address names."""
    return html.Div(content(desk, path), id="profile", className="profile")


def content(desk: Desk, path: str) -> list[Any]:
    """Everything about one commune; of an unknown code the sentence that says so."""
    area = find(path, desk)
    if area is None:
        return [_unknown(path, desk)]
    lines = profile(desk.board, area.id, desk.scope)
    entries = {name: supplied(desk, name) for name in desk.quality if desk.board.site.sources[name].supply}
    return [
        _head(area, lines, desk),
        still(spine_chart(lines, area, desk) if lines else html.P(_say(desk, "nothing"), className="lead")),
        still(
            [
                html.Div([alike(area, desk), formed(area, desk)], className="profile-side"),
                html.Div(
                    [alerts(area, desk), lacking(area, desk), record(area, entries, desk)],
                    className="profile-side",
                ),
            ],
            className="profile-body",
        ),
        html.P(
            _say(desk, "printed", at=formats.instant(desk.now, desk.lang), edition=desk.board.edition.number),
            className="printed",
        ),
    ]


def _say(desk: Desk, key: str, **values: object) -> str:
    return say(f"profile.{key}", desk.lang, **values)


def _unknown(path: str, desk: Desk) -> html.Div:
    code = path.removeprefix(f"{COMMUNE}/")[:20]
    return html.Div(
        [
            html.H2(_say(desk, "unknown")),
            html.P(_say(desk, "unknown_text", code=code, root=desk.board.root.name)),
            html.P(html.A(desk.say("missing.map"), href=MAP, className="go button"), className="choices"),
        ],
        className="message",
    )


def _head(area: Area, lines: list[Line], desk: Desk) -> html.Header:
    kind = formats.capital(area.kind)
    parent = desk.board.register.by_id.get(str(area.parent), desk.board.root)
    ban = str(desk.board.edition.number) if desk.fixed else None
    tools = html.Div(
        [
            html.A(
                _say(desk, "to_map"), href=link(MAP, xa=area.code, ban=ban), className="go button is-quiet"
            ),
            html.Button(
                _say(desk, "print"), type="button", className="button is-quiet", **{"data-print": "profile"}
            ),
        ],
        className="choices",
    )
    return html.Header(
        [
            html.Div(
                [
                    html.Div(
                        [
                            html.H2(area.name),
                            html.P(
                                _say(desk, "lead", kind=kind, code=area.code, root=parent.name),
                                className="quiet",
                            ),
                        ]
                    ),
                    tools,
                ],
                className="profile-name",
            ),
            facts(area, desk),
            _summary(area, lines, desk),
        ],
        className="profile-head",
    )


def _summary(area: Area, lines: list[Line], desk: Desk) -> html.Div:
    """How many KPIs stand well and badly, against their targets and among communes."""
    counts = counted(lines)
    rows: list[Any] = [
        html.Li([shape(grade), html.Strong(str(counts[grade.value]), className="figures"), _say(desk, f"summary.{grade.value}")],
                className=f"is-{grade.value}")
        for grade in (Grade.GOOD, Grade.WATCH, Grade.BAD)
    ]  # fmt: skip
    rows += [
        html.Li(
            [html.Strong(str(counts[name]), className="figures"), _say(desk, f"summary.{name}")],
            className=f"is-{name}",
        )
        for name in ("best", "worst")
    ]
    head = html.P(_say(desk, "summary.title", n=counts["n"], name=area.name), className="quiet")
    return html.Div([head, html.Ul(rows)], className="profile-summary")


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("profile", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        State("url", "pathname"),
        prevent_initial_call=True,
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, path: str) -> Any:
        return content(house.desk_at(search), path or "")
