"""A plan on its page: the answer in one look, its years, the ranked list with reasons, and a floor that cannot be kept.

Owns how these look. Every figure stands in words beside its bar, so that neither length nor colour has to be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from ioc import formats
from ioc.planning.words import Telling
from ioc.web.plans import list_words
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.export import headed
from layouts.parts.planned import Planned


def fresh(desk: Desk, may: bool) -> html.Section:
    """Nothing reckoned yet: what to do."""
    tell = _words(desk)
    return html.Section(
        [html.H2(tell("page.fresh")), html.P(tell("page.fresh_what" if may else "page.ask_none"))],
        className="plan-empty",
    )


def answer(planned: Planned, tell: Telling, desk: Desk, may: bool) -> html.Section:
    """Who is served for how much, how sure that is, and on what it was reckoned."""
    document = tell.document
    lacking = sum(one["households"] for one in document["lacking"].values())
    left = lacking - document["households"]
    figures = [
        _figure(
            tell.say("page.served"), tell.count(document["households"]),
            tell.say("page.distinct", n=tell.count(document["distinct"]), v=tell.count(document["villages"])),
        ),
        _figure(
            tell.say("page.spent"), tell.money(sum(document["spent"])),
            tell.say("page.spent_of", n=tell.money(sum(document["ask"]["budgets"]))),
        ),
        _figure(tell.say("page.left"), tell.count(left), tell.say("households_of", n=tell.count(left), all=tell.count(lacking))),
    ]  # fmt: skip
    marks = (
        [] if tell.assumptions.verified else [html.Span(tell.say("assumed"), className="mark is-unverified")]
    )
    return html.Section(
        [
            html.H2([tell.say("page.answer"), " ", *marks]),
            html.Div(figures, className="plan-figures"),
            html.Div(
                [_service(name, one, tell) for name, one in document["lacking"].items()],
                className="plan-services",
            ),
            html.P(tell.proof(), className="plan-proof"),
            html.P(tell.say("counted"), className="quiet"),
            *_origin(planned, tell, desk),
            acts(planned, tell, may),
        ],
        className="plan-answer",
    )


def _figure(title: str, value: str, below: str) -> html.Div:
    return html.Div(
        [html.H3(title), html.P(value, className="figures plan-figure"), html.P(below, className="quiet")]
    )


def _service(name: str, lacking: Mapping[str, int], tell: Telling) -> html.Div:
    served = tell.document["services"].get(name, {"households": 0, "villages": 0})
    words = tell.say(
        "households_of", n=tell.count(served["households"]), all=tell.count(lacking["households"])
    )
    places = tell.say("villages_of", n=tell.count(served["villages"]), all=tell.count(lacking["villages"]))
    return html.Div(
        [
            html.P([html.Strong(tell.service(name)), html.Span(f"{words}, {places}", className="figures")]),
            _bar(served["households"], lacking["households"]),
        ],
        className="plan-service",
    )


def _bar(part: float, whole: float) -> html.Span:
    share = 100 * part / whole if whole else 0
    return html.Span(
        html.Span(className="plan-fill", style={"width": f"{share:.1f}%"}),
        className="plan-bar",
        **{"aria-hidden": "true"},
    )


def _origin(planned: Planned, tell: Telling, desk: Desk) -> list[Any]:
    """On which edition, by whom and when; and that there is a newer one."""
    plan = planned.plan
    assert plan is not None  # noqa: S101 - the page has looked
    number = tell.count(plan.edition)
    told = [
        html.P(
            tell.say("made", edition=number, by=plan.made_by, at=formats.instant(plan.made_at, tell.lang)),
            className="quiet",
        )
    ]
    if planned.ask.listed is not None:
        told.append(html.P(_list_used(planned, planned.ask.listed, tell.lang), className="quiet"))
    if planned.older:
        told.append(html.P(tell.say("page.older", n=number), className="plan-note", role="status"))
    if tell.document["unplaced"]:
        count = tell.count(len(tell.document["unplaced"]))
        told.append(html.P(tell.say("page.map_unplaced", n=count), className="plan-note"))
    if desk.board.site.head.demonstration:
        told.append(html.P(desk.say("demonstration"), className="quiet"))
    return told


def _list_used(planned: Planned, number: int, lang: str) -> str:
    """The list of candidates a plan was made with."""
    head = next((one for one in planned.lists if one.id == number), None)
    words = list_words(head, lang) if head else say("planning.js.listed_other", lang, n=number)
    return say("planning.page.with_list", lang, list=words)


def acts(planned: Planned, tell: Telling, may: bool) -> html.Div:
    """What can be done with a plan that was found."""
    number = number_of(planned)
    workbook = html.Button(
        tell.say("js.workbook"),
        type="button",
        className="button",
        **{"data-plan-act": "workbook", "data-value": number},
    )
    if not may:
        return html.Div(
            [workbook, html.P(tell.say("page.ask_none"), className="quiet")], className="plan-acts"
        )
    fields = [
        html.Label(
            [
                html.Span(tell.say(f"js.{name}"), className="label"),
                html.Textarea(rows=1, maxLength=most, id=f"plan-{name}"),
            ]
        )
        for name, most in (("name", 120), ("note", 1000))
    ]
    save = html.Button(
        tell.say("js.save"),
        type="button",
        className="button is-quiet",
        **{"data-plan-act": "save", "data-value": number},
    )
    return html.Div([workbook, *fields, save], className="plan-acts")


def conflict(planned: Planned, tell: Telling, desk: Desk) -> html.Section:
    """A floor that cannot be kept: which communes make it so, and what can be done."""
    head, *lines = tell.conflict()
    return html.Section(
        [
            html.H2(tell.say("conflict.title")),
            html.P(head),
            html.Ul([html.Li(line) for line in lines]),
            *_origin(planned, tell, desk),
        ],
        className="plan-conflict",
        role="status",
    )


def number_of(planned: Planned) -> str:
    """The number of the plan that is shown."""
    return str(planned.plan.id) if planned.plan else ""


def years(planned: Planned, tell: Telling, desk: Desk) -> html.Section:
    """Each year's money and what it brings."""
    document = tell.document
    most = max(document["gained"], default=0)
    rows = [
        html.Tr(
            [
                html.Th(str(tell.year(index)), scope="row"),
                html.Td(tell.money(spent), className="figures"),
                html.Td(tell.money(budget), className="figures"),
                html.Td([html.Span(tell.count(gained), className="figures"), _bar(gained, most)]),
            ]
        )
        for index, (budget, spent, gained) in enumerate(
            zip(document["ask"]["budgets"], document["spent"], document["gained"], strict=True)
        )
    ]
    heads = [tell.say(f"paper.{name}") for name in ("spent", "budget", "gained")]
    return html.Section(
        [
            headed(html.H2(tell.say("page.years")), desk, "plan-years", pa=number_of(planned)),
            table([tell.say("page.head_year"), *heads], rows, "plan-years"),
        ]
    )


def measures(planned: Planned, tell: Telling, desk: Desk) -> html.Section:
    """The place of the ranked list: it is long, so the script fetches and builds it."""
    count = tell.say("page.list_count", n=tell.count(len(tell.document["measures"])))
    head = html.H2([tell.say("page.list"), html.Span(count, className="quiet")])
    number = number_of(planned)
    place = html.Div(
        className="plan-rows",
        **{
            "data-plan": number,
            "data-table": "list",
            "data-all": tell.say("page.all", n=tell.count(len(tell.document["measures"]))),
        },
    )
    return html.Section([headed(head, desk, "plan-measures", pa=number), place])


def table(heads: Sequence[str], rows: Sequence[html.Tr], look: str) -> html.Div:
    """A table that scrolls by itself where it is too wide."""
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in heads]))
    return html.Div(
        html.Table([head, html.Tbody(list(rows))], className=f"plan-table {look}"), className="plan-scroll"
    )


def _words(desk: Desk) -> Any:
    return lambda key: say(f"planning.{key}", desk.lang)
