"""Tables of the moment: sources with their ages and rows, alerts that are open or have ended, what was told to whom.

Owns their columns. None of these belongs to an edition; a file says at which moment it was made, and alerts go through
the scope as on their page.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ioc import formats
from ioc.alerts import words
from ioc.alerts.book import Book
from ioc.alerts.records import ITSELF, Alert, seen
from ioc.exports.dataset import Column, Form, Value
from ioc.exports.listed import Listing, columns, commune
from ioc.exports.subjects import View
from ioc.freshness import health
from ioc.holding import words as hold_words
from ioc.periods import VIETNAM
from ioc.runs import Disposition
from ioc.wording import has_words, say

MESSAGES = 500
"""Messages of one file, the newest."""
EDITIONS = 500
"""Editions of one file; older ones by `truoc`."""


def live(view: View, heads: list[Column], rows: list[tuple[Value, ...]], **more: object) -> Listing:
    """A listing that says of which moment it is."""
    now = datetime.now(UTC)
    at = formats.instant(now, view.lang)
    note = say("exports.moment", view.lang, at=at)
    time = now.astimezone(VIETNAM).strftime("%Y-%m-%d-%H%M")
    return Listing(heads, rows, time=time, as_of=at, notes=(note,), **more)  # type: ignore[arg-type]


def instant(moment: datetime | None, lang: str) -> str | None:
    """A moment in words, or nothing."""
    return formats.instant(moment, lang) if moment else None


def sources(view: View) -> Listing:
    """Every source: its state, its ages, its last runs, and what became of its rows."""
    site, lang, warehouse, now = view.board.site, view.lang, view.office.warehouse, datetime.now(UTC)
    heads = columns(
        lang, source=Form.TEXT, system=Form.TEXT, owner=Form.TEXT, kpis=0, condition=Form.TEXT, as_of=Form.TEXT, age_hours=1,
        promise_hours=1, last_good=Form.TEXT, last_attempt=Form.TEXT, outcome=Form.TEXT, next_run=Form.TEXT, staged=0,
        published=0, parked=0, rejected=0,
    )  # fmt: skip
    runs = warehouse.recent_runs(site.sources)
    rows: list[tuple[Value, ...]] = []
    for spec in site.sources.values():
        found = health(spec, runs[spec.id], now)
        good, last = found.published, found.attempt
        telling = good or last
        outcome = say(f"runs.state.{last.state}", lang) if last else None
        if last and last.reason:
            outcome = f"{outcome} ({say(f'runs.reason.{last.reason}', lang)})"
        rows.append((
            spec.name.in_(lang), spec.system, site.departments[spec.owner].name.in_(lang), len(site.kpis_of(spec.id)),
            say(f"face.sources.state.{found.state}", lang), instant(found.as_of, lang),
            found.as_of_age.total_seconds() / 3600 if found.as_of_age else None, found.promise.total_seconds() / 3600,
            instant(good.finished_at if good else None, lang),
            instant((last.finished_at or last.heartbeat_at) if last else None, lang), outcome, instant(found.next_run, lang),
            *((telling.staged, telling.published, telling.parked, telling.rejected) if telling else (None,) * 4),
        ))  # fmt: skip
    return live(
        view,
        heads,
        rows,
        paper=(
            "source",
            "owner",
            "condition",
            "as_of",
            "last_good",
            "outcome",
            "staged",
            "published",
            "parked",
            "rejected",
        ),
    )


def findings(view: View) -> Listing:
    """Why rows of the runs in use were set aside or remarked on, by source. Samples stay on the page."""
    site, lang, warehouse, now = view.board.site, view.lang, view.office.warehouse, datetime.now(UTC)
    heads = columns(lang, source=Form.TEXT, reason=Form.TEXT, column_name=Form.CODE, rows=0, what=Form.TEXT)
    runs = warehouse.recent_runs(site.sources)
    rows: list[tuple[Value, ...]] = []
    for spec in site.sources.values():
        found = health(spec, runs[spec.id], now)
        telling = found.published or found.attempt
        detail = warehouse.run(telling.id) if telling else None
        for item in detail.findings if detail else ():
            if item.disposition not in (None, Disposition.PARKED, Disposition.REJECTED):
                continue
            name = say(f"runs.row.{item.code}", lang) if has_words(f"runs.row.{item.code}") else item.code
            what = say(f"runs.disposition.{item.disposition}", lang) if item.disposition else None
            rows.append((spec.name.in_(lang), formats.capital(name), item.column or None, item.rows, what))
    return live(view, heads, rows)


def alerts(view: View) -> Listing:
    """What has not ended, the worst first, for one commune (`xa`) where it is named; a row each member."""
    area = commune(view)
    found = [
        one
        for alert in Book(view.office.warehouse).unresolved()
        if (one := seen(alert, view.scope)) is not None
    ]
    if area is not None:
        found = [one for one in found if any(member.member == area.id for member in one.members)]
    lang, site, register = view.lang, view.board.site, view.board.register
    heads = [
        *_heads(lang),
        *columns(lang, member=Form.TEXT, measured=Form.TEXT, taken_by=Form.TEXT, taken_why=Form.TEXT),
    ]
    rows: list[tuple[Value, ...]] = []
    for one in found:
        members = [member for member in words.ordered(one) if area is None or member.member == area.id]
        for member in members:
            rows.append((
                *_alert(one, view), words.member_name(member, one, site, register, lang),
                words.member_value(member, one, site, lang), one.acknowledged_by, one.acknowledged_reason,
            ))  # fmt: skip
    return live(
        view,
        heads,
        rows,
        **({"area": area} if area else {}),
        paper=("severity", "sentence", "state", "since", "owner", "member", "measured"),
    )


def ended(view: View) -> Listing:
    """What has ended, the newest first."""
    lang = view.lang
    heads = [*_heads(lang), *columns(lang, ended_at=Form.TEXT, ended_by=Form.TEXT, ended_why=Form.TEXT)]
    rows: list[tuple[Value, ...]] = []
    for alert in Book(view.office.warehouse).resolved():
        one = seen(alert, view.scope)
        if one is not None:
            by = say("alerts.page.itself", lang) if one.resolved_by == ITSELF else one.resolved_by
            rows.append((*_alert(one, view), instant(one.resolved_at, lang), by, words.ended_why(one, lang)))
    return live(
        view, heads, rows, paper=("severity", "sentence", "opened", "ended_at", "ended_by", "ended_why")
    )


def told(view: View) -> Listing:
    """The newest messages: when, to whom, what, and what became of them."""
    lang, site = view.lang, view.board.site
    heads = columns(lang, made_at=Form.TEXT, owner=Form.TEXT, sentence=Form.TEXT, delivery=Form.TEXT)
    rows: list[tuple[Value, ...]] = []
    for message, deliveries in Book(view.office.warehouse).messages(MESSAGES, view.scope):
        owner = site.departments.get(message.owner)
        rows.append((
            instant(message.made_at, lang), owner.name.in_(lang) if owner else message.owner,
            words.headline(message, site, lang), words.became(message, deliveries, lang),
        ))  # fmt: skip
    return live(view, heads, rows)


def _heads(lang: str) -> list[Column]:
    return columns(
        lang, number=0, severity=Form.TEXT, alert=Form.TEXT, sentence=Form.TEXT, state=Form.TEXT, since=Form.TEXT,
        opened=Form.TEXT, owner=Form.TEXT, source=Form.TEXT, on_edition=0,
    )  # fmt: skip


def _alert(one: Alert, view: View) -> tuple[Value, ...]:
    lang, site = view.lang, view.board.site
    return (
        one.id, say(f"alerts.severity.{one.severity}", lang), words.title(one, site, lang), words.sentence(one, site, lang),
        say(f"alerts.state.{one.state}", lang), instant(one.since, lang), instant(one.opened_at, lang),
        words.owner(one, site, lang), words.source(one, site, lang), one.edition,
    )  # fmt: skip


def holds(view: View) -> Listing:
    """Every figure that is held at present, with what stands in its place and the range that would be believed."""
    return _cases(view, ended=False)


def holds_ended(view: View) -> Listing:
    """Figures of cases that have ended, and how."""
    return _cases(view, ended=True)


def _cases(view: View, ended: bool) -> Listing:
    site, lang = view.board.site, view.lang
    heads = columns(
        lang, number=0, kpi=Form.CODE, kpi_name=Form.TEXT, source=Form.TEXT, reason=Form.TEXT, state=Form.TEXT, opened=Form.TEXT,
        area=Form.TEXT, period=Form.CODE, shown_now=Form.TEXT, new_figure=Form.TEXT, believed=Form.TEXT, outcome=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for case in view.office.warehouse.cases(ended=ended, scope=view.scope):
        kpi, spec = site.kpis.get(case.kpi), site.sources.get(case.source)
        if kpi is None:
            continue
        outcome = hold_words.ending(case, lang) if ended else None
        for cell in case.cells:
            rows.append((
                case.id, kpi.id, kpi.name.in_(lang), spec.name.in_(lang) if spec else case.source,
                say(f"holds.why.{case.why}", lang), say(f"holds.state.{case.state}", lang), instant(case.opened_at, lang),
                hold_words.area(cell, view.board.register, lang), cell.period,
                *(hold_words.figure(figure, cell, kpi, lang) for figure in (cell.old, cell.new)),
                hold_words.bounds(cell, kpi, lang), outcome,
            ))  # fmt: skip
    return live(
        view,
        heads,
        rows,
        paper=("kpi_name", "reason", "state", "area", "period", "shown_now", "new_figure", "believed"),
    )


def editions(view: View) -> Listing:
    """Editions, the newest first, or those older than `truoc`."""
    site, lang, warehouse = view.board.site, view.lang, view.office.warehouse
    before = view.options.root.get("truoc", "")
    found = warehouse.editions(EDITIONS, int(before) if before.isdecimal() and len(before) < 10 else None)
    changed = warehouse.touched([one.number for one in found])
    heads = columns(
        lang, number=0, published_at=Form.TEXT, source=Form.TEXT, changed=0, changed_kpis=Form.TEXT
    )
    rows: list[tuple[Value, ...]] = []
    for one in found:
        spec = site.sources.get(one.source or "")
        named = sorted(
            name for name in changed[one.number] if name in site.kpis and view.scope.allows(kpi=name)
        )
        rows.append((
            one.number, instant(one.published_at, lang), spec.name.in_(lang) if spec else one.source, one.changed,
            ", ".join(site.kpis[name].short.in_(lang) for name in named) or None,
        ))  # fmt: skip
    return live(view, heads, rows)
