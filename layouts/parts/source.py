"""One source on the sources page: its state, its three ages, what became of its rows, and the button to refresh.

Owns the words of that card. The judgement (fresh, ageing, stale, down) is `ioc.freshness`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dash import html

from ioc import formats
from ioc.access import Permission
from ioc.contract import Schedule, SourceSpec
from ioc.freshness import Freshness, SourceHealth
from ioc.runs import Disposition, Finding, Run, State
from ioc.wording import has_words, say
from layouts.desk import Desk

COUNTS = ("staged", "published", "parked", "rejected")


@dataclass(frozen=True)
class Known:
    """What the card shows: health, the findings of the run whose figures are in use, and a waiting request."""

    spec: SourceSpec
    health: SourceHealth
    findings: tuple[Finding, ...]
    waiting: bool


def source(known: Known, desk: Desk) -> html.Article:
    """The card of one source."""
    spec, health = known.spec, known.health
    return html.Article(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2(spec.name.in_(desk.lang)),
                            html.P(_origin(spec, desk), className="quiet"),
                        ]
                    ),
                    chip(health.state, desk),
                ],
                className="source-head",
            ),
            _age(known, desk),
            html.Dl(_times(known, desk), className="source-times"),
            _rows(known, desk),
            _reasons(known, desk),
            _action(known, desk),
        ],
        className=f"source is-{health.state}",
        id=f"source-{spec.id}",
        **{"data-source": spec.id, "data-state": str(health.state)},
    )


def chip(state: Freshness, desk: Desk) -> html.Span:
    """The state of a source as a word with its shape."""
    return html.Span(
        [
            html.Span(className=f"dot is-{state}", **{"aria-hidden": "true"}),
            formats.capital(desk.say(f"sources.state.{state}")),
        ],
        className=f"chip is-{state}",
    )


def _origin(spec: SourceSpec, desk: Desk) -> str:
    owner = desk.board.site.departments[spec.owner].name.in_(desk.lang)
    count = len(desk.board.site.kpis_of(spec.id))
    return ". ".join((desk.say("sources.owner", owner=owner), desk.say("sources.kpis", n=count)))


def _age(known: Known, desk: Desk) -> html.Div:
    """Age against promise as a bar: the promise is the middle of it, twice the promise its end."""
    health = known.health
    if health.as_of_age is None or health.as_of is None:
        words, share = desk.say("sources.age_none"), 0.0
    else:
        age = formats.age(max(0.0, health.as_of_age.total_seconds()), desk.lang)
        words = desk.say("sources.age_value", age=age, promise=formats.duration(health.promise, desk.lang))
        share = min(1.0, health.as_of_age / (2 * health.promise))
    return html.Div(
        [
            html.P([html.Span(desk.say("sources.age"), className="label"), html.Span(words)]),
            html.Div(
                html.Span(style={"width": f"{share:.1%}"}), className="agebar", **{"aria-hidden": "true"}
            ),
        ],
        className="source-age",
    )


def _times(known: Known, desk: Desk) -> list[html.Div]:
    health = known.health
    good, last = health.published, health.attempt
    rows = [
        (desk.say("sources.last_good"), _moment(good.finished_at if good else None, desk)),
        (desk.say("sources.last_attempt"), _attempt(last, desk)),
        (desk.say("sources.next"), _next(known, desk)),
        (desk.say("sources.schedule"), [formats.capital(_schedule(known.spec.schedule, desk))]),
    ]
    return [html.Div([html.Dt(name), html.Dd(value)]) for name, value in rows]


def _moment(moment: datetime | None, desk: Desk) -> list[Any]:
    if moment is None:
        return [desk.say("sources.never")]
    age = formats.age_of(moment, desk.now, desk.lang)
    return [
        f"{formats.instant(moment, desk.lang)}, ",
        html.Time(age, dateTime=moment.isoformat(), className="age"),
    ]


def _attempt(run: Run | None, desk: Desk) -> list[Any]:
    """When the last attempt was and how it ended; a failure says why in a sentence, and what to do."""
    if run is None:
        return [desk.say("sources.never")]
    found = _moment(run.finished_at or run.heartbeat_at, desk)
    state = say(f"runs.state.{run.state}", desk.lang)
    if run.state is State.PUBLISHED:
        return [*found, f": {state}"]
    reason = f" ({say(f'runs.reason.{run.reason}', desk.lang)})" if run.reason else ""
    advice = f"runs.advice.{run.reason}"
    sentence = say(advice, desk.lang) if has_words(advice) else ""
    if run.message and desk.lang == "vi":  # written once, for the operator, in the first language
        sentence = run.message
    return [*found, f": {state}{reason}", html.Span(sentence, className="source-reason")]


def _next(known: Known, desk: Desk) -> list[Any]:
    run = known.health.running
    if run is not None:
        stage = say(f"runs.state.{run.state}", desk.lang)
        rows = run.staged or run.pulled
        if rows:
            words = desk.say("sources.running_rows", stage=stage, rows=formats.number(rows, 0, desk.lang))
        else:
            words = desk.say("sources.running", stage=stage)
        return [
            html.Span(
                [html.Span(className="busy", **{"aria-hidden": "true"}), words], className="source-running"
            )
        ]
    if known.waiting:
        return [
            html.Span(
                [html.Span(className="busy", **{"aria-hidden": "true"}), desk.say("sources.waiting")],
                className="source-running",
            )
        ]
    if known.health.next_run <= desk.now:
        return [desk.say("sources.next_now")]
    return [formats.instant(known.health.next_run, desk.lang)]


def _schedule(schedule: Schedule, desk: Desk) -> str:
    if schedule.every is not None:
        return desk.say("sources.every", span=formats.duration(schedule.every, desk.lang))
    if schedule.days:
        days = ", ".join(desk.say(f"sources.day.{day}") for day in schedule.days)
        return desk.say("sources.on_days", days=days, at=schedule.at)
    return desk.say("sources.daily", at=schedule.at)


def _rows(known: Known, desk: Desk) -> html.Div | None:
    """Staged = used + parked + rejected, as numbers and as one bar."""
    run = known.health.published or known.health.attempt
    if run is None or run.staged is None:
        return None
    counts = {name: getattr(run, name) or 0 for name in COUNTS}
    total = counts["staged"] or 1
    bar = [
        html.Span(className=f"rows-{name}", style={"width": f"{counts[name] / total:.3%}"})
        for name in COUNTS[1:] if counts[name]
    ]  # fmt: skip
    cells = [
        html.Div(
            [
                html.Dt(desk.say(f"sources.{name}")),
                html.Dd(formats.number(counts[name], 0, desk.lang), className="figures"),
            ],
            className=f"rows-cell is-{name}",
        )
        for name in COUNTS
    ]
    return html.Div(
        [
            html.Span(desk.say("sources.rows"), className="label"),
            html.Dl(cells),
            html.Div(bar, className="rows-bar"),
        ],
        className="source-rows",
    )


def _reasons(known: Known, desk: Desk) -> html.Details | html.P | None:
    lost = [item for item in known.findings if item.disposition in (Disposition.PARKED, Disposition.REJECTED)]
    notes = [item for item in known.findings if item.disposition is None]
    if not lost and not notes:
        run = known.health.published
        return html.P(desk.say("sources.none_lost"), className="quiet") if run and run.staged else None
    parts: list[Any] = [_finding(item, desk) for item in lost]
    if notes:
        parts.append(html.H4(desk.say("sources.notes")))
        parts += [_finding(item, desk) for item in notes]
    return html.Details([html.Summary(desk.say("sources.reasons")), *parts], className="source-reasons")


def _finding(item: Finding, desk: Desk) -> html.Div:
    words = f"runs.row.{item.code}"
    name = say(words, desk.lang) if has_words(words) else item.code
    marks = [desk.say("sources.reason_rows", n=formats.number(item.rows, 0, desk.lang))]
    if item.disposition is not None:
        marks.append(say(f"runs.disposition.{item.disposition}", desk.lang))
    if item.column:
        marks.append(desk.say("sources.reason_column", column=item.column))
    parts: list[Any] = [
        html.P([html.Strong(formats.capital(name)), html.Span(", ".join(marks), className="quiet")])
    ]
    if item.sample:
        parts.append(_sample(item, desk))
    return html.Div(parts, className="finding")


def _sample(item: Finding, desk: Desk, most: int = 5) -> html.Ol:
    """A few offending rows as the source gave them, a line each: a table would be a thousand components a page."""
    lines = [
        ", ".join(f"{name}: {value}" for name, value in row.items() if value is not None)
        for row in item.sample[:most]
    ]
    return html.Ol(
        [html.Li(line) for line in lines], className="sample", **{"aria-label": desk.say("sources.sample")}
    )


def _action(known: Known, desk: Desk) -> html.Footer:
    if not desk.identity.may(Permission.OPERATE):
        return html.Footer(html.P(desk.say("sources.refresh_denied"), className="quiet"))
    name = known.spec.name.in_(desk.lang)
    busy = known.health.running is not None or known.waiting
    return html.Footer(
        html.Button(
            desk.say("sources.refresh"),
            className="button",
            disabled=busy,
            type="button",
            **{
                "data-act": "refresh",
                "data-value": known.spec.id,
                "aria-label": desk.say("sources.refresh_aria", source=name),
            },
        )
    )
