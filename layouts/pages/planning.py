"""Kế hoạch đầu tư: which villages to connect first with a given budget, why, and what would change it."""

from __future__ import annotations

import json
from typing import Any

from dash import Dash, Input, Output, html

from ioc.access import Permission
from ioc.web.callbacks import guarded
from ioc.wording import say
from layouts.desk import Desk, House
from layouts.parts.export import export_menu
from layouts.parts.plan import answer, conflict, fresh, measures, number_of, years
from layouts.parts.plan_more import basis, communes, curve, scenarios, trials
from layouts.parts.planned import form, read_planned

TITLE = "nav.planning"


def page(desk: Desk, search: str) -> html.Div:
    """The frame with what the address asks for."""
    return html.Div(
        [
            html.P(say("planning.page.lead", desk.lang), className="lead"),
            html.Section(
                id="plan-form", className="plan-form", **{"aria-label": say("planning.page.ask", desk.lang)}
            ),
            html.Div(content(desk, search, None), id="plan", className="plan"),
        ],
        className="planning",
    )


def content(desk: Desk, search: str | None, theme: str | None) -> list[Any]:
    """The plan that answers the address, or why there is none yet."""
    lang, assumptions = desk.lang, desk.board.site.planning
    if assumptions is None:
        return [html.P(say("planning.refused.none", lang), className="lead")]
    planned = read_planned(search, desk, assumptions)
    may = desk.identity.may(Permission.PLAN)
    data = json.dumps(form(planned, desk, assumptions, may), ensure_ascii=False)
    parts: list[Any] = [html.Div(id="plan-data", hidden=True, **{"data-form": data})]
    if planned.lost:
        parts.append(
            html.P(say("planning.page.unknown", lang, n=planned.lost), className="plan-note", role="status")
        )
    if planned.plan is None:
        return [*parts, fresh(desk, may), *scenarios(planned, desk, assumptions), basis(desk, assumptions)]
    tell = planned.telling(desk, assumptions)
    if planned.plan.document["outcome"] == "infeasible":
        return [
            *parts,
            conflict(planned, tell, desk),
            *scenarios(planned, desk, assumptions),
            basis(desk, assumptions),
        ]
    before = say("planning.page.before", lang)
    after = say("planning.page.after", lang, n=len(planned.ask.budgets))
    drawn = html.Section(
        [
            html.Div(
                [html.H2(say("planning.page.map", lang)), html.Div(
                    [
                        export_menu(desk, "plan-before", label=before, pa=number_of(planned)),
                        export_menu(desk, "plan-after", label=after, pa=number_of(planned)),
                    ],
                    className="export-pair",
                )],
                className="has-export",
            ),
            html.Div(
                id="plan-map", className="plan-maps",
                **{"data-plan": str(planned.plan.id), "data-before": before, "data-after": after},
            ),
            html.P(say("planning.page.map_key", lang), className="quiet"),
        ]
    )  # fmt: skip
    return [
        *parts,
        answer(planned, tell, desk, may),
        html.Div([drawn, years(planned, tell, desk)], className="plan-two"),
        measures(planned, tell, desk),
        html.Div([curve(planned, tell, theme, desk), trials(planned, tell, desk)], className="plan-two"),
        communes(planned, tell, desk),
        *scenarios(planned, desk, assumptions),
        basis(desk, assumptions),
    ]


def register(app: Dash, house: House) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("plan", "children"),
        Input("url", "search"),
        Input("edition", "data"),
        Input("pulse", "data"),
        Input("theme", "data"),
    )
    @guarded(Permission.VIEW)
    def renew(search: str, edition: int, pulse: str, theme: str) -> Any:
        return content(house.desk_at(search), search, theme)
