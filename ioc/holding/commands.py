"""The command line of numbers held back: what is held, and a named person's decision.

Owns what is asked and answered at the terminal. The decision is published by the leading scheduler, or here when
none leads.
"""

from __future__ import annotations

import time

import click

from ioc import console, shift
from ioc.access import Identity, Role
from ioc.cli import Fault, open_ready
from ioc.dispatch import Order, now_utc
from ioc.holding import words
from ioc.holding.cases import Case, CaseState
from ioc.holding.desk import RELEASE
from ioc.leader import holder
from ioc.office import Office
from ioc.wording import say

PATIENCE_SECONDS = 30.0
_by = click.option("--by", required=True, metavar="HỌ_TÊN", help="Người quyết định.")
_reason = click.option("--reason", required=True, metavar="LÝ_DO", help="Đã kiểm tra với ai, thấy gì.")


@click.group(invoke_without_command=True, help="Liệt kê số đang xác minh; công nhận hoặc bác số mới.")
@click.option("--ended", is_flag=True, help="Các vụ đã kết thúc.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
@click.pass_context
def holds(context: click.Context, ended: bool, as_json: bool) -> None:
    """Cases that hold something, or those that have ended."""
    if context.invoked_subcommand is not None:
        return
    office = open_ready()
    found = office.warehouse.cases(ended=ended)
    if as_json:
        console.print_json(found)
        return
    if not found:
        click.echo(say("holds.history_none" if ended else "holds.none", "vi"))
        return
    head = ["VỤ", "CHỈ SỐ", "ĐỊA BÀN", "KỲ", "ĐANG HIỆN", "SỐ MỚI", "KHOẢNG TIN ĐƯỢC", "SỐ Ô", "TÌNH TRẠNG"]
    console.print_table(head, [_row(one, office) for one in found])


@holds.command(help="Công nhận số mới của một vụ; công bố trong bản số liệu mới.")
@click.argument("number", type=int, metavar="VỤ")
@_by
@_reason
def release(number: int, by: str, reason: str) -> None:
    """Let the new figures of a case pass, and see them published."""
    office = open_ready()
    case = _decide(office, number, CaseState.RELEASED, by, reason)
    leader = holder(office.warehouse)
    if leader is None or not leader.alive:
        try:
            with shift.Shift(office) as held:
                held.refresh([Order(case.source, RELEASE, Identity(by, Role.OPERATOR))], lambda step: None)
        except shift.LeaseTakenError:
            pass  # whoever leads now finds the decision
    patience = time.monotonic() + PATIENCE_SECONDS
    while (found := office.warehouse.case(number, 1)) is not None and found.ended_at is None:
        if time.monotonic() > patience:
            raise Fault(
                f"Đã ghi quyết định cho vụ {number} nhưng chưa công bố được; xem: ioc status, ioc holds", 1
            )
        time.sleep(0.2)
    latest = office.warehouse.latest()
    click.echo(f"Vụ {number}: đã công nhận và công bố, bản số liệu số {latest.number if latest else '–'}.")


@holds.command(help="Bác số mới của một vụ; số tốt gần nhất được giữ cho đến khi nguồn gửi số khác.")
@click.argument("number", type=int, metavar="VỤ")
@_by
@_reason
def reject(number: int, by: str, reason: str) -> None:
    """Keep the last good figures of a case."""
    _decide(open_ready(), number, CaseState.REJECTED, by, reason)
    click.echo(say("holds.act.done_rejected", "vi", n=number))


def _decide(office: Office, number: int, state: CaseState, by: str, reason: str) -> Case:
    if len(reason.strip()) < 3 or not by.strip():
        raise Fault(say("holds.act.reason", "vi"))
    case = office.warehouse.case(number, 1)
    if case is None:
        raise Fault(say("holds.act.unknown", "vi", n=number))
    if not office.warehouse.decide(number, state, by.strip(), reason, now_utc()):
        raise Fault(say("holds.act.late", "vi", n=number), 1)
    return case


def _row(case: Case, office: Office) -> list[str]:
    kpi, cell = office.site.kpis.get(case.kpi), next(iter(case.cells), None)
    if kpi is None or cell is None:
        return [str(case.id), case.kpi, "–", "–", "–", "–", "–", str(case.count), str(case.state)]
    state = say(f"holds.state.{case.state}", "vi") if case.ended_at is None else words.ending(case, "vi")
    return [
        str(case.id), kpi.short.vi, words.area(cell, office.register, "vi"), cell.period,
        words.figure(cell.old, cell, kpi, "vi"), words.figure(cell.new, cell, kpi, "vi"),
        words.bounds(cell, kpi, "vi"), str(case.count), state,
    ]  # fmt: skip
