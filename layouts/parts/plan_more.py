"""What stands below a plan: more and less money, other assumptions, communes, kept scenarios, and what it rests on.

Owns how these look; the picture of the curve is `layouts.figures.frontier`.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from ioc import formats
from ioc.access import Permission
from ioc.planning.assumptions import Assumptions
from ioc.planning.book import Plan, PlanBook, Scenario
from ioc.planning.words import Telling
from ioc.wording import say
from layouts.address import PLAN, link
from layouts.desk import Desk
from layouts.figures.frontier import frontier
from layouts.figures.trend import CONFIG
from layouts.parts.export import export_menu, headed
from layouts.parts.plan import number_of, table
from layouts.parts.planned import Planned
from layouts.theme import palette


def curve(planned: Planned, tell: Telling, theme: str | None, desk: Desk) -> html.Section:
    """What each further đồng buys."""
    points = tell.document.get("curve", [])
    labels = [_point(one, tell) for one in points]
    now = sum(tell.document["ask"]["budgets"])
    rows = [
        html.Tr(
            [
                html.Th(f"{formats.number(100 * one['share'], 0, tell.lang)} %", scope="row"),
                html.Td(tell.money(one["budget"]), className="figures"),
                html.Td(tell.money(one["cost"]), className="figures"),
                html.Td(tell.count(one["households"]), className="figures"),
            ],
            className="is-now" if one["budget"] == now else "",
        )
        for one in points
    ]
    heads = [tell.say(key) for key in ("paper.share", "paper.budget", "paper.spent", "page.head_households")]
    figure = frontier(
        points, labels, now, palette(theme), tell.lang, tell.say("page.axis"), tell.say("page.served")
    )
    return html.Section(
        [
            headed(html.H2(tell.say("page.curve")), desk, "plan-curve", pa=number_of(planned)),
            dcc.Graph(id="plan-curve", figure=figure, config=CONFIG, className="trend", style={"height": "16rem"}, responsive=True),
            html.P(tell.say("page.curve_note"), className="quiet"),
            table(heads, rows, "plan-points"),
        ]
    )  # fmt: skip


def _point(one: dict[str, Any], tell: Telling) -> str:
    return f"{tell.money(one['budget'])}: {tell.say('households', n=tell.count(one['households']))}"


def trials(planned: Planned, tell: Telling, desk: Desk) -> html.Section:
    """The plan under other assumptions."""
    document = tell.document
    rows = []
    for one in document.get("trials", ()):
        known = one["households"] is not None
        count = tell.count(len(document["measures"]))
        rows.append(
            html.Tr(
                [
                    html.Th(tell.say(f"trial.{one['id']}"), scope="row"),
                    html.Td(
                        tell.count(one["households"]) if known else tell.say("trial.none"),
                        className="figures",
                    ),
                    html.Td(
                        tell.say("trial.same", n=tell.count(len(one["same"])), all=count) if known else "–"
                    ),
                ]
            )
        )
    heads = [tell.say(f"page.head_{name}") for name in ("assumption", "households", "same")]
    head = headed(html.H2(tell.say("page.trials")), desk, "plan-trials", pa=number_of(planned))
    return html.Section([head, table(heads, rows, "plan-trials")])


def communes(planned: Planned, tell: Telling, desk: Desk) -> html.Details:
    """The place of every commune's share, the least served first; built by the script."""
    number = number_of(planned)
    export = html.Div(export_menu(desk, "plan-communes", pa=number), className="has-export is-end")
    place = html.Div(className="plan-rows", **{"data-plan": number, "data-table": "communes"})
    return html.Details(
        [html.Summary(tell.say("page.communes")), export, place], className="plan-details", id="plan-communes"
    )


def scenarios(planned: Planned, desk: Desk, assumptions: Assumptions) -> list[Any]:
    """Plans that were kept under a name, side by side."""
    lang = desk.lang
    found = PlanBook(desk.house.office.warehouse).scenarios(desk.scope)
    head = html.H2(say("planning.page.scenarios", lang))
    if not found:
        return [html.Section([head, html.P(say("planning.page.scenarios_none", lang), className="quiet")])]
    may = desk.identity.may(Permission.PLAN)
    names = ("scenario", "budget", "cost", "households", "floor", "proof")
    heads = [say(f"planning.page.head_{name}", lang) for name in names]
    rows = [
        _scenario(one, plan, planned, Telling(plan.document, assumptions, desk.board.register, lang), may)
        for one, plan in found
    ]
    note = html.P(say("planning.page.compare_note", lang), className="quiet")
    return [html.Section([headed(head, desk, "plan-scenarios"), table(heads, rows, "plan-scenarios"), note])]


def _scenario(one: Scenario, plan: Plan, planned: Planned, tell: Telling, may: bool) -> html.Tr:
    document = plan.document
    open_ = document["outcome"] != "infeasible"
    current = {"aria-current": "true"} if planned.plan and planned.plan.id == plan.id else {}
    who = tell.say("page.named_by", by=one.named_by, at=formats.instant(one.named_at, tell.lang))
    edition = tell.say("page.edition", n=tell.count(plan.edition))
    name: list[Any] = [
        html.A(one.name, href=link(PLAN, pa=str(plan.id)), className="go", **current),
        html.Span(f"{edition}; {who}{f'. {one.note}' if one.note else ''}", className="quiet plan-by"),
    ]
    if may:
        summary = html.Summary(tell.say("js.withdraw"))
        reason = html.Textarea(
            rows=1, maxLength=1000, id=f"plan-reason-{one.id}", **{"aria-label": tell.say("js.reason")}
        )
        button = html.Button(
            tell.say("js.withdraw"), type="button", className="button is-quiet",
            **{"data-plan-act": "withdraw", "data-value": str(one.id)},
        )  # fmt: skip
        name.append(
            html.Details(
                [summary, html.Label([tell.say("js.reason"), reason]), button], className="plan-withdraw"
            )
        )
    services = ", ".join(tell.service(service) for service in document["ask"]["services"])
    served = tell.count(document["households"]) if open_ else tell.say("page.infeasible")
    cells = (
        (
            "budget",
            [tell.money(sum(document["ask"]["budgets"])), html.Span(services, className="quiet plan-by")],
            "",
        ),
        ("cost", tell.money(sum(document["spent"])) if open_ else "–", "figures"),
        ("households", served, "figures"),
        ("floor", formats.quantity(100 * document["ask"]["floor"], "%", 0, tell.lang), "figures"),
        ("proof", tell.proof() if open_ else "–", ""),
    )
    return html.Tr(
        [
            html.Th(name, scope="row"),
            *(
                html.Td(words, className=look, **{"data-head": tell.say(f"page.head_{part}")})
                for part, words, look in cells
            ),
        ]
    )


def basis(desk: Desk, assumptions: Assumptions) -> html.Details:
    """What the plan rests on, and that nobody has verified it."""
    tell = Telling({}, assumptions, desk.board.register, desk.lang)
    lines = [html.Li(line) for line in tell.unverified()]
    told = [html.P(tell.say("assumed_note"))] if lines else []
    summary = html.Summary(tell.say("page.assumptions"))
    return html.Details(
        [summary, *told, html.Ul(lines), html.P(tell.say("paper.rule"), className="quiet")],
        className="plan-details",
        id="plan-basis",
    )
