"""The command line of the planner: make a plan, print its ranked list, write its workbook, keep it under a name.

Owns what is asked and printed. The plan is made in this very process: it is one of its own.
"""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from ioc import console, formats
from ioc.access import OPEN
from ioc.bookshelf import Bookshelf
from ioc.cli import Fault, open_ready
from ioc.jobs import JobError
from ioc.office import Office
from ioc.planning.assumptions import Assumptions
from ioc.planning.book import NameTakenError, Plan, PlanBook
from ioc.planning.handed_in import ListError, read_list
from ioc.planning.question import Ask, suggested
from ioc.planning.task import make, villages
from ioc.planning.words import Telling
from ioc.wording import say

_LANG = "vi"


@click.command(help="Kế hoạch đầu tư: kết nối thôn, bản nào trước với kinh phí từng năm.")
@click.option("--budgets", help="Triệu đồng mỗi năm, cách nhau dấu phẩy. Mặc định: theo cấu hình.")
@click.option("--services", help="Dịch vụ, cách nhau dấu phẩy: grid,mobile,cable. Mặc định: tất cả.")
@click.option("--floor", type=float, help="Mức sàn mỗi xã, phần trăm số hộ thiếu (0-100).")
@click.option("--carry-over/--no-carry-over", default=None, help="Kinh phí dư có được chuyển sang năm sau.")
@click.option("--candidates", "path", metavar="TỆP", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Danh sách phương án (XLSX hoặc CSV UTF-8).")  # fmt: skip
@click.option("--name", help="Lưu kế hoạch dưới tên này.")
@click.option("--note", default="", help="Ghi chú kèm tên.")
@click.option(
    "--xlsx", "out", metavar="TỆP", type=click.Path(path_type=Path, dir_okay=False), help="Ghi biểu XLSX."
)
@click.option("--by", default=None, help="Người lập. Mặc định: tài khoản trên máy này.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
def plan(
    budgets: str | None, services: str | None, floor: float | None, carry_over: bool | None, path: Path | None,
    name: str | None, note: str, out: Path | None, by: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Make a plan and say what it is."""
    office, who = open_ready(), by or getpass.getuser()
    assumptions = office.site.planning
    if assumptions is None:
        raise Fault(say("planning.refused.none", _LANG))
    board = Bookshelf(office.warehouse, office.site, office.register).latest()
    if board.empty:
        raise Fault(say("planning.cli.no_edition", _LANG), 1)
    ask = _ask(assumptions, budgets, services, floor, carry_over)
    try:
        if path is not None:
            known = {one.id for one in villages(office, board, OPEN, assumptions)}
            found = read_list(path, assumptions, known)
            number = PlanBook(office.warehouse).take_list(
                path.name, found.sha256, found.candidates, who, datetime.now(UTC)
            )
            ask = ask.model_copy(update={"listed": number})
        _, kept = make(office, board, OPEN, ask, who, _step if not as_json else _quiet)
    except ListError as fault:
        raise Fault(str(fault)) from None
    except JobError as fault:
        raise Fault(say(fault.key, _LANG, **fault.values)) from None
    _after(office, kept, assumptions, name, note, who, out, as_json)


def _after(
    office: Office,
    kept: Plan,
    assumptions: Assumptions,
    name: str | None,
    note: str,
    who: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Keep, write and print. A floor that cannot be kept ends with code 1."""
    if name:
        try:
            PlanBook(office.warehouse).name(kept.id, name, note, who, datetime.now(UTC))
        except NameTakenError:
            raise Fault(say("planning.refused.taken", _LANG, name=name)) from None
    if out is not None:
        from ioc.planning.paper import write

        write(out, kept, office, _LANG)
    if as_json:
        notice = say("face.demonstration", _LANG) if office.site.head.demonstration else None
        console.print_json({"plan": kept.id, "edition": kept.edition, "notice": notice, **kept.document})
    else:
        _print(office, kept, Telling(kept.document, assumptions, office.register, _LANG))
        if name:
            click.echo(say("planning.cli.saved", _LANG, name=name))
        if out is not None:
            click.echo(say("planning.cli.written", _LANG, path=out))
    if kept.document["outcome"] == "infeasible":
        click.get_current_context().exit(1)


def _ask(
    assumptions: Assumptions,
    budgets: str | None,
    services: str | None,
    floor: float | None,
    carry_over: bool | None,
) -> Ask:
    changes: dict[str, Any] = {}
    if budgets is not None:
        parts = [part.strip() for part in budgets.split(",")]
        if not all(part.isascii() and part.isdecimal() for part in parts):
            raise Fault(say("planning.cli.bad_budgets", _LANG))
        changes["budgets"] = [int(part) for part in parts]
    if services is not None:
        changes["services"] = [part.strip() for part in services.split(",")]
    if floor is not None:
        changes["floor"] = floor / 100
    if carry_over is not None:
        changes["carry_over"] = carry_over
    try:
        return Ask.model_validate(suggested(assumptions).model_dump() | changes)
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(str(part) for part in fault["loc"])
        raise Fault(say("planning.cli.bad_request", _LANG, field=field, why=fault["msg"])) from None


def _step(share: float, word: str) -> None:
    """The line of progress: rewritten on a terminal, not shown elsewhere."""
    if sys.stderr.isatty():
        click.echo(
            f"\r\x1b[K{say(word, _LANG)}: {formats.number(100 * share, 0, _LANG)} %", nl=False, err=True
        )


def _quiet(share: float, word: str) -> None:
    """Nothing, for those who read JSON."""


def _print(office: Office, kept: Plan, tell: Telling) -> None:
    document = kept.document
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    total = tell.money(sum(document["ask"]["budgets"]))
    years = len(document["ask"]["budgets"])
    click.echo(say("planning.cli.head", _LANG, name=office.site.head.name.vi, years=years, total=total))
    if document["outcome"] == "infeasible":
        for line in tell.conflict():
            click.echo(line)
    else:
        _print_list(document, tell)
    if document["unplaced"]:
        names = ", ".join(tell.village(one) for one in document["unplaced"][:10])
        click.echo(say("planning.cli.unplaced", _LANG, n=tell.count(len(document["unplaced"])), names=names))
    if not tell.assumptions.verified:
        click.echo(tell.say("assumed_note"))
    if office.site.head.demonstration:
        click.echo(say("face.demonstration", _LANG))
    click.echo(say("planning.cli.number", _LANG, n=kept.id))


def _print_list(document: dict[str, Any], tell: Telling) -> None:
    counts = {name: tell.count(document[name]) for name in ("households", "distinct", "villages")}
    click.echo(say("planning.cli.summary", _LANG, spent=tell.money(sum(document["spent"])), **counts))
    for name, lacking in document["lacking"].items():
        served = document["services"].get(name, {"households": 0, "villages": 0})
        click.echo(say(
            "planning.cli.service", _LANG, name=tell.service(name), n=tell.count(served["households"]),
            all=tell.count(lacking["households"]), v=tell.count(served["villages"]), vall=tell.count(lacking["villages"]),
        ))  # fmt: skip
    click.echo(f"{tell.proof()}\n")
    head = [
        say(f"planning.cli.columns_{part}", _LANG)
        for part in ("rank", "year", "what", "commune", "cost", "households", "why")
    ]
    console.print_table(head, [
        [str(one["rank"]), str(tell.year(one["year"])), f"{tell.kind(one)} {one['name']}", tell.commune(one["commune"]),
         tell.count(one["cost"]), tell.count(one["households"]), "; ".join(tell.reasons(one))]
        for one in document["measures"]
    ])  # fmt: skip
    click.echo()
