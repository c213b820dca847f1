"""Tables of a passport: what stands behind one number, its versions, and what it was added from.

Owns their columns; everything that is told comes from `ioc.passport`. A passport shows no more than its page.
"""

from __future__ import annotations

from collections.abc import Iterator

from ioc import formats
from ioc.areas import COMMUNES, DEPARTMENTS
from ioc.catalogue import Grade
from ioc.exports.dataset import Form, Value
from ioc.exports.listed import Listing, columns
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.passport import Number, Passport, Pull, issue
from ioc.unknown import UnknownError
from ioc.wording import say


def _issued(view: View) -> Passport:
    """The passport of `kpi`, area `xa` (parts of the root included) and period `ky`. Raises JobError for none."""
    board, parts = view.board, view.options.root
    try:
        kpi = board.kpi(parts.get("kpi", ""), view.scope).id
        plain, plus, part = parts.get("xa", "").partition("+")
        area = (board.find(plain).id if plain else board.root.id) + plus + part
        if plus and area not in (board.root.id + DEPARTMENTS, board.root.id + COMMUNES):
            raise JobError("exports.refused.unknown")
        period = parts.get("ky") or board.latest_period(kpi)
        return issue(
            view.office,
            board,
            kpi,
            area,
            period,
            board.edition.published_at,
            scope=view.scope,
            lang=view.lang,
        )
    except UnknownError:
        raise JobError("exports.refused.unknown") from None


def _listing(view: View, found: Passport, heads: list[object], rows: list[tuple[Value, ...]]) -> Listing:
    named, lang = found.definition, view.lang
    area = view.board.register.by_id[found.area.partition("+")[0]]
    return Listing(
        heads, rows, title=f"{named.name}, {found.area_name}", subject=f"{say('face.passport.title', lang)} {named.name}", area=area, time=found.period, unit=named.unit,  # type: ignore[arg-type]
        period=formats.capital(formats.period(found.period, lang)),
        source=say("exports.source", lang, name=found.origin.name, system=found.origin.system),
    )  # fmt: skip


def facts(view: View) -> Listing:
    """Item by item what the passport says, in the words of its page."""
    found = _issued(view)
    rows: list[tuple[Value, ...]] = [(label, text) for label, text in _facts(found, view.lang) if text]
    return _listing(view, found, [*columns(view.lang, item=Form.TEXT, content=Form.TEXT)], rows)


def _facts(found: Passport, lang: str) -> Iterator[tuple[str, str | None]]:
    def label(name: str) -> str:
        return say(f"passport.label.{name}", lang)

    one, number, goal = found.definition, found.number, found.goal
    yield label("kpi"), one.name
    yield label("area"), found.area_name
    yield label("period"), formats.capital(formats.period(found.period, lang))
    yield label("value"), formats.quantity(number.value, one.unit, one.decimals, lang)
    for name, value in (
        ("numerator", number.numerator),
        ("denominator", number.denominator if one.denominator else None),
    ):
        yield (
            label(name),
            None if value is None else formats.number(value, 0 if value.is_integer() else 2, lang),
        )
    yield label("status"), _state(number, lang)
    if Grade(number.grade) is not Grade.NONE:
        yield say("exports.list.standing", lang), say(f"grades.{number.grade}", lang)
    if number.expected:
        yield (
            label("coverage"),
            say("passport.value.coverage", lang, reporting=number.reporting, expected=number.expected),
        )
    if goal is not None:
        limits = {
            key: formats.quantity(value, one.unit, 0 if value.is_integer() else one.decimals, lang)
            for key, value in (
                ("value", float(goal.target)),
                ("warn", float(goal.warn)),
                ("alert", float(goal.alert)),
            )
        }
        said = (
            say("passport.value.target", lang, **limits),
            say("passport.value.decision", lang, decision=goal.decision),
        )
        yield (
            label("target"),
            "; ".join((*said, say(f"passport.value.{'verified' if goal.verified else 'unverified'}", lang))),
        )
    yield label("formula"), one.formula
    yield label("numerator_rule"), one.numerator
    yield label("denominator_rule"), one.denominator
    for room, code in (("roll_up", one.roll_up), ("measure", one.measure), ("basis", one.basis)):
        yield label(room), say(f"passport.{room}.{code}", lang)
    yield label("owner"), one.owner
    yield label("legal"), one.legal_basis
    yield label("source"), found.origin.name
    yield label("system"), found.origin.system
    yield label("source_owner"), found.origin.owner
    yield label("query"), found.origin.query
    yield label("predecessors"), ", ".join(found.predecessors)
    yield from _pulled(found.brought or found.confirmed, lang)


def _pulled(pull: Pull | None, lang: str) -> Iterator[tuple[str, str | None]]:
    if pull is None:
        return
    counts = {
        name: formats.number(getattr(pull, name), 0, lang)
        for name in ("staged", "used", "parked", "rejected")
    }
    yield say("passport.label.run", lang), say("passport.value.run", lang, run=pull.run)
    yield say("passport.label.started", lang), formats.instant(pull.started_at, lang)
    yield say("passport.label.as_of", lang), formats.instant(pull.as_of, lang) if pull.as_of else None
    yield say("passport.label.rows", lang), say("passport.value.rows", lang, **counts)


def _state(number: Number, lang: str) -> str:
    return formats.capital(say(f"states.status.{number.status}" if number.status else "states.missing", lang))


def versions(view: View) -> Listing:
    """Every version of the number, the newest first."""
    found, lang = _issued(view), view.lang
    places = found.definition.decimals
    heads = columns(
        lang,
        number=0,
        published_at=Form.TEXT,
        figure=places,
        numerator=2,
        denominator=2,
        status=Form.TEXT,
        corrected=Form.TEXT,
    )
    rows: list[tuple[Value, ...]] = [
        (one.edition, formats.instant(one.published_at, lang), one.value, one.numerator, one.denominator,
         say(f"states.status.{one.status}", lang), say(f"exports.{'yes' if one.late else 'no'}", lang))
        for one in reversed(found.revisions)
    ]  # fmt: skip
    return _listing(view, found, [*heads], rows)


def addends(view: View) -> Listing:
    """What a figure of the whole was added from."""
    found, lang = _issued(view), view.lang
    heads = columns(
        lang,
        code=Form.CODE,
        unit=Form.TEXT,
        figure=found.definition.decimals,
        numerator=2,
        denominator=2,
        state=Form.TEXT,
    )
    rows: list[tuple[Value, ...]] = [
        (part.code, part.name, part.number.value if part.number.state == "value" else None, part.number.numerator,
         part.number.denominator, say(f"states.{part.number.state}", lang))
        for part in found.parts
    ]  # fmt: skip
    return _listing(view, found, [*heads], rows)
