"""What is said of a village beside its figures: reports that differ, and where the village comes from.

Owns the two folded cells of the register's list; every word stays beside the others, whatever the rule makes of them.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.gaps.history import Event
from ioc.gaps.register import Village
from ioc.gaps.reports import Said
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.gapped import Gapped
from layouts.parts.gaps import number


def told(village: Village, conflicts: tuple[Said, ...], view: Gapped, desk: Desk) -> html.Details:
    """Every word on what is in dispute, side by side, and what the rule makes of it."""
    lang = desk.lang
    subjects = ", ".join(one.subject.name.in_(lang) for one in conflicts)
    shape = html.Span(className="shape shape-watch", **{"aria-hidden": "true"})
    inside: list[Any] = []
    for one in conflicts:
        states = {state.value: state.name.in_(lang) for state in one.subject.state}
        lines = []
        if one.surveyed is not None:
            on = formats.day(village.surveyed, lang) if village.surveyed else "–"
            lines.append(
                html.Li(
                    [
                        html.Strong(states.get(one.surveyed, one.surveyed)),
                        say("gaps.said.survey", lang, on=on),
                    ]
                )
            )
        for report in one.reports:
            reporter = view.register.definitions.reporters.get(report.reporter)
            who = reporter.name if reporter else report.reporter
            on = formats.day(report.on, lang) if report.on else "–"
            line = [
                html.Strong(states.get(report.state, report.state)),
                say("gaps.said.report", lang, who=who, on=on),
            ]
            lines.append(html.Li(line, title=report.document))
        verdict = states.get(one.verdict or "", one.verdict or "–")
        inside += [
            html.Ul(lines),
            html.P(
                say(
                    "gaps.said.verdict",
                    lang,
                    state=verdict,
                    rule=say(f"gaps.decides.{one.subject.rule}", lang),
                ),
                className="quiet",
            ),
        ]
        if one.contradicted:
            inside.append(html.P(say("gaps.said.contradicted", lang), className="quiet"))
    summary = html.Summary(html.Span([shape, subjects], className="grade is-watch"))
    return html.Details([summary, *inside], id=f"noi-{village.id}")


def origin(events: list[Event], desk: Desk) -> html.Details:
    """What a village was before, the newest change first."""
    lang = desk.lang
    newest = events[0]
    kind = say(f"gaps.event.{newest.what}", lang)
    when = f"{newest.on:%m/%Y}" if newest.on else ""
    lines = [
        html.Li(say(
            "gaps.event.line", lang, what=formats.capital(say(f"gaps.event.{one.what}", lang)), name=one.name, id=one.former,
            on=formats.day(one.on, lang) if one.on else "–", document=one.document,
            households=say("gaps.event.households", lang, n=number(one.households, desk)) if one.households is not None else "",
        ))
        for one in events
    ]  # fmt: skip
    return html.Details(
        [html.Summary(f"{formats.capital(kind)} {when}".strip()), html.Ul(lines)], id=f"goc-{newest.village}"
    )
