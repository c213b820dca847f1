"""The passport at the terminal: the same content as the page, in lines.

Owns how the command line asks for a passport and prints it. Opens a board of its own, so that it can contradict
every cache.
"""

from __future__ import annotations

from typing import Any

from ioc import console, formats
from ioc.board import Board
from ioc.dispatch import now_utc
from ioc.inquiry import InquiryError, inquire
from ioc.office import Office
from ioc.passport import Passport, Revision, issue
from ioc.proof import prove
from ioc.recount import Recount
from ioc.unknown import UnknownError
from ioc.wording import say


def testify(
    office: Office, kpi: str, area: str | None, period: str | None, edition: int | None
) -> tuple[Passport, Recount]:
    """The passport of one number and its recount. Raises InquiryError for a question without an answer."""
    asked = inquire(office, kpi, area, period, edition)
    shown = office.warehouse.edition(asked.edition)
    newest = office.warehouse.latest()
    if asked.period is None or shown is None or newest is None:
        raise InquiryError(f"Chỉ số {kpi!r} chưa có số liệu nào ở địa bàn này.", asked_wrongly=False)
    board = Board(shown, office.site, office.register, office.warehouse)
    try:
        found = issue(office, board, kpi, asked.area, asked.period, now_utc(), newest=newest.number)
        return found, prove(office, board, kpi, asked.area, asked.period)
    except UnknownError:
        raise InquiryError(
            f"Bản số liệu {shown.number} không có chỉ số {kpi!r} ở địa bàn hoặc kỳ này.", asked_wrongly=False
        ) from None


def testimony(found: Passport, recount: Recount) -> list[tuple[str, str]]:
    """Label and text of every line; the mark of demonstration data comes first."""
    one, number, origin = found.definition, found.number, found.origin
    rows: list[tuple[str, str]] = [("Lưu ý", found.notice)] if found.notice else []
    rows += [
        (_label("kpi"), f"{one.name} ({one.id})"),
        (_label("area"), f"{found.area_name} ({found.area_code})"),
        (_label("period"), formats.period(found.period)),
        (_label("value"), f"{_value(found, number.value)} ({_state(number.status)})"),
        (_label("numerator"), f"{console.number(number.numerator)} = {one.numerator}"),
    ]
    if one.denominator is not None:
        rows.append((_label("denominator"), f"{console.number(number.denominator)} = {one.denominator}"))
    rows += [(_label("formula"), one.formula), (_label("roll_up"), _say(f"roll_up.{one.roll_up}"))]
    if number.expected:
        words = _say("value.coverage", reporting=number.reporting, expected=number.expected)
        rows.append((_label("coverage"), words))
    if found.parts:
        rows.append((_say("command.children"), _say("command.parts", n=len(found.parts))))
    if found.goal is not None:
        mark = _say("value.verified" if found.goal.verified else "value.unverified")
        rows.append((_label("target"), f"{_value(found, found.goal.target)}, {found.goal.decision} ({mark})"))
    rows += [
        (_label("owner"), one.owner),
        (_label("legal"), one.legal_basis),
        (_label("source"), f"{origin.name} ({origin.id}), {origin.system}"),
        (_label("vintage"), _say(f"vintage.{origin.vintage}", column=origin.date or "")),
    ]
    if found.predecessors:
        rows.append((_label("predecessors"), ", ".join(found.predecessors)))
    return rows + _run(found) + _proof(found, recount)


def _run(found: Passport) -> list[tuple[str, str]]:
    rows = []
    if found.brought is not None:
        pull = found.brought
        counts = {
            name: console.number(getattr(pull, name)) for name in ("staged", "used", "parked", "rejected")
        }
        rows.append((_label("run"), f"{pull.run}, {console.instant(pull.started_at)}"))
        rows.append((_label("as_of"), console.instant(pull.as_of)))
        rows.append((_label("rows"), _say("value.rows", **counts)))
    age = f", {formats.age(found.age_s)}" if found.age_s is not None else ""
    edition = f"{found.edition.number}, {console.instant(found.edition.published_at)}{age}"
    return [*rows, (_label("edition"), edition)]


def _proof(found: Passport, recount: Recount) -> list[tuple[str, str]]:
    counted = recount.counted
    words: dict[str, Any] = {}
    if counted is not None:
        sides = [counted.numerator] + ([counted.denominator] if found.definition.denominator else [])
        words = {
            "rows": console.number(counted.rows),
            "value": _value(found, counted.value),
            "fraction": "/".join(console.number(side) for side in sides),
            "published": _value(found, found.number.value),
        }
    passed = sum(check.passed for check in found.checks)
    rows = [(_say("command.checks"), f"{passed}/{len(found.checks)}")]
    rows.append((_say("command.recount"), _say(f"recount.{recount.verdict}", **words)))
    before: Revision | None = None
    for one in found.revisions:
        if before is not None:
            changed = {
                "n": one.edition, "at": console.instant(one.published_at),
                "before": _value(found, before.value), "after": _value(found, one.value),
            }  # fmt: skip
            rows.append(
                (_say("command.history"), _say("history.late" if one.late else "history.changed", **changed))
            )
        before = one
    return rows


def _value(found: Passport, value: float | None) -> str:
    return formats.quantity(value, found.definition.unit, found.definition.decimals)


def _state(status: str | None) -> str:
    return say(f"states.status.{status}" if status else "states.missing", "vi")


def _label(name: str) -> str:
    return _say(f"label.{name}")


def _say(key: str, **values: object) -> str:
    return say(f"passport.{key}", "vi", **values)
