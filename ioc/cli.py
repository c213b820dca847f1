"""The command line of an operator: check, migrate, refresh, status, schedule, value, editions.

Owns what is asked and answered at the terminal, in Vietnamese, with ``--json`` for scripts. The composition
root hands over a way to open the office; nothing is opened before a command needs it. Exit codes: 1 what was
asked failed, 2 the configuration or the question is wrong, 3 the warehouse cannot be reached.
"""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from ioc import console, dispatch, formats, inspection, shift
from ioc.access import SYSTEM
from ioc.dispatch import Order, now_utc
from ioc.fleet.certificate import certificate
from ioc.fleet.words import certificate as certificate_words
from ioc.freshness import HEARTBEAT, SourceHealth, health, next_run, scheduler_state
from ioc.inquiry import InquiryError, inquire, lines
from ioc.leader import holder
from ioc.office import Office
from ioc.runs import Run, State
from ioc.settings import SettingsError
from ioc.site import SiteError
from ioc.tether import tie
from ioc.wording import say


class Fault(Exception):  # noqa: N818
    """Something to tell the operator; ends the command with `code`."""

    def __init__(self, message: str, code: int = 2):
        self.code = code
        super().__init__(message)


class _Group(click.Group):
    """Turns every foreseeable fault into a sentence and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            told = explain(error)
            if told is None:
                raise
            for line in told[1]:
                click.echo(line, err=True)
            ctx.exit(told[0])


def explain(error: Exception) -> tuple[int, list[str]] | None:
    """Exit code and sentences for a fault somebody can mend; None for a fault of the programme."""
    match error:
        case SiteError():
            found = [f"  {problem}" for problem in error.problems]
            return 2, [f"Cấu hình có {len(found)} lỗi:", *found]
        case SettingsError():
            return 2, [str(error)]
        case Fault():
            return error.code, [str(error)]
        case InquiryError():
            return 2 if error.asked_wrongly else 1, [str(error)]
        case shift.SchedulerGoneError():
            return 1, ["Bộ lập lịch đã ngừng giữa chừng; khởi động lại nó hoặc chạy lại lệnh này."]
        case SQLAlchemyError():
            cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            return 3, [f"Không làm việc được với kho số liệu: {cause}. Kiểm tra IOC_WAREHOUSE và máy chủ."]
        case OSError(filename=str() | Path() as name):
            return 1, [
                f"Không đọc hoặc ghi được {name}: {error.strerror}. Kiểm tra IOC_DATA và quyền truy cập."
            ]
    return None


@click.group(cls=_Group, help="Trung tâm điều hành thông minh (IOC): công cụ của người vận hành.")
def cli() -> None:
    """The group itself has nothing to do."""


_as_json = click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")


def _office(ready: bool = True) -> Office:
    """The office; with `ready` also its register and an up-to-date warehouse."""
    office: Office = click.get_current_context().obj()
    if ready:
        try:
            _ = office.register
        except FileNotFoundError:
            raise Fault("Chưa có danh mục đơn vị hành chính; chạy: ioc geodata register") from None
        if not office.warehouse.is_current():
            raise Fault("Kho số liệu chưa được tạo hoặc chưa nâng cấp; chạy: ioc migrate")
    return office


def open_ready() -> Office:
    """The office with register and an up-to-date warehouse, for commands that stand in files of their own."""
    return _office()


@cli.command(help="Kiểm tra cấu hình của tỉnh; không mở cơ sở dữ liệu nào.")
@_as_json
def check(as_json: bool) -> None:
    """Read the site, report every fault."""
    office = _office(ready=False)
    site = office.site
    found, notes = inspection.problems(office), inspection.notes(office)
    if found:
        raise SiteError(found)
    if as_json:
        console.print_json({"site": site.head.id, "fingerprint": site.fingerprint, "kpis": list(site.kpis),
                            "sources": list(site.sources), "notes": notes})  # fmt: skip
        return
    click.echo(f"{site.head.name.vi}: {len(site.kpis)} chỉ số, {len(site.sources)} nguồn, không có lỗi.")
    for note in notes:
        click.echo(f"Lưu ý: {note}")


@cli.command(help="Tạo hoặc nâng cấp các bảng của kho số liệu.")
def migrate() -> None:
    """Bring the tables up to date."""
    office = _office(ready=False)
    before = office.warehouse.is_current()
    office.warehouse.migrate()
    click.echo("Kho số liệu đã ở phiên bản mới nhất." if before else "Đã nâng cấp kho số liệu.")


@cli.command(help="Làm mới một nguồn, hoặc mọi nguồn, và theo dõi tiến độ.")
@click.argument("source", required=False, metavar="[NGUỒN]")
@click.option("--trust-clock", is_flag=True, help="Công bố cả khi đồng hồ chậm hơn lần công bố trước.")
@_as_json
def refresh(source: str | None, trust_clock: bool, as_json: bool) -> None:
    """Refresh through the scheduler when one leads, otherwise here."""
    office = _office()
    sources = [_known(office, source)] if source else office.site.in_turn
    live = console.LiveLine(office.site, quiet=as_json)
    leader = holder(office.warehouse)
    if leader is not None and leader.alive:
        if trust_clock:
            raise Fault("--trust-clock chỉ dùng khi bộ lập lịch đã dừng; hãy dừng nó rồi chạy lại.")
        runs = shift.ask_and_follow(office, sources, live.step)
    else:
        runs = _here(office, sources, trust_clock, live)
    live.clear()
    if as_json:
        console.print_json(runs)
    else:
        for run in runs:
            click.echo(console.result_line(run, office.site))
    if any(run.state is not State.PUBLISHED for run in runs):
        click.get_current_context().exit(1)


def _known(office: Office, source: str) -> str:
    if source not in office.site.sources:
        raise Fault(f"Không có nguồn {source!r}; các nguồn: {', '.join(office.site.sources)}")
    return source


def _here(office: Office, sources: list[str], trust_clock: bool, live: console.LiveLine) -> list[Run]:
    logging.getLogger(dispatch.__name__).setLevel(logging.ERROR)  # the closing line says why a run failed
    orders = [Order(name, "manual", SYSTEM, trust_clock=trust_clock) for name in sources]
    try:
        with shift.Shift(office) as held:
            return held.refresh(orders, live.step)
    except shift.LeaseTakenError:
        raise Fault("Một tiến trình khác vừa nhận quyền điều phối; hãy chạy lại lệnh.", 1) from None


@cli.command(help="Tình trạng từng nguồn: tuổi số liệu, lần chạy gần nhất, lần chạy tới.")
@_as_json
def status(as_json: bool) -> None:
    """The state of every source, the scheduler and the newest edition."""
    office, now = _office(), now_utc()
    recent = office.warehouse.recent_runs(office.site.sources)
    found = [health(spec, recent[name], now) for name, spec in office.site.sources.items()]
    sign = office.warehouse.heartbeat(HEARTBEAT)
    scheduler = scheduler_state(sign.at if sign else None, now)
    latest = office.warehouse.latest()
    ours = certificate(office.settings, now)
    if as_json:
        console.print_json({"edition": latest, "scheduler": scheduler, "certificate": ours, "sources": found})
        return
    words = {"ok": "đang chạy", "silent": "ngừng", "never": "chưa chạy lần nào"}
    edition = f"{latest.number}, công bố {console.instant(latest.published_at)}" if latest else "chưa có"
    click.echo(f"Bản số liệu: {edition}\nBộ lập lịch: {words[scheduler]}")
    if told := certificate_words(ours, now, "vi"):
        click.echo(say("fleet.cli.certificate", "vi", text=told))
    click.echo()
    rows = [_status_row(item) for item in found]
    head = ["NGUỒN", "TRẠNG THÁI", "TUỔI", "LẦN CHẠY CUỐI", "KẾT QUẢ", "DÙNG/CHỜ/LOẠI", "LẦN TỚI"]
    console.print_table(head, rows)


def _status_row(item: SourceHealth) -> list[str]:
    last = item.attempt
    result, rows = "–", "–"
    if last is not None:
        result = console.reason_words(last)
        rows = "/".join(console.number(count) for count in (last.published, last.parked, last.rejected))
    return [
        item.source,
        say(f"face.sources.state.{item.state.value}", "vi"),
        formats.duration(item.as_of_age) if item.as_of_age is not None else "–",
        console.instant(last.finished_at if last else None),
        result,
        rows,
        console.instant(item.next_run),
    ]


@cli.command(help="Chạy bộ lập lịch cho đến khi được lệnh dừng.")
@click.option("--next", "only_next", is_flag=True, help="Chỉ liệt kê các lần chạy tới.")
@_as_json
def schedule(only_next: bool, as_json: bool) -> None:
    """The scheduler's process, or merely its timetable."""
    office = _office()
    if not only_next:
        from ioc.scheduling import Scheduler

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        Scheduler(office).run_until_told()
        return
    now = now_utc()
    due: list[tuple[datetime, str]] = []
    for name, runs in office.warehouse.recent_runs(office.site.sources, limit=1).items():
        started = max((run.started_at for run in runs), default=None)
        due.append((next_run(office.site.sources[name].schedule, started, now), name))
    due.sort()
    if as_json:
        console.print_json([{"source": name, "next": moment} for moment, name in due])
    else:
        console.print_table(["NGUỒN", "LẦN TỚI"], [[name, console.instant(moment)] for moment, name in due])


@cli.command(help="In một con số cùng tử số, mẫu số, độ phủ, tuổi và nguồn.")
@click.argument("kpi", metavar="CHỈ_SỐ")
@click.option(
    "--area", help="Mã hiện hành của xã, tỉnh; thêm +so: các sở, +xa: cộng các xã. Mặc định: toàn tỉnh."
)
@click.option("--period", help="Kỳ: 2026-10, 2026-10.ytd… Mặc định: kỳ mới nhất có số liệu.")
@click.option("--edition", "edition_number", type=int, help="Số bản số liệu. Mặc định: bản mới nhất.")
@_as_json
def value(kpi: str, area: str | None, period: str | None, edition_number: int | None, as_json: bool) -> None:
    """One number, as published."""
    office = _office()
    answer = inquire(office, kpi, area, period, edition_number)
    if as_json:
        console.print_json(answer)
        return
    for name, text in lines(answer, office.site.kpis[kpi]):
        click.echo(f"{name:<13}{text}")


@cli.command(help="Hộ chiếu của một con số: định nghĩa, nguồn, lượt lấy số, các lần sửa; và tính lại nó.")
@click.argument("kpi", metavar="CHỈ_SỐ")
@click.option("--area", help="Như ở lệnh value.")
@click.option("--period", help="Như ở lệnh value.")
@click.option("--edition", "edition_number", type=int, help="Số bản số liệu. Mặc định: bản mới nhất.")
@_as_json
def passport(
    kpi: str, area: str | None, period: str | None, edition_number: int | None, as_json: bool
) -> None:
    """Everything behind one number."""
    from ioc.testimony import testify, testimony

    found, recount = testify(_office(), kpi, area, period, edition_number)
    if as_json:
        console.print_json({"passport": found, "recount": recount})
        return
    for name, text in testimony(found, recount):
        click.echo(f"{name:<25}{text}")


@cli.command(help="Liệt kê các bản số liệu mới nhất.")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Số bản liệt kê."
)
@_as_json
def editions(limit: int, as_json: bool) -> None:
    """The newest editions."""
    found = _office().warehouse.editions(limit)
    if as_json:
        console.print_json(found)
        return
    rows = [[str(e.number), console.instant(e.published_at), e.source or "–", str(e.changed)] for e in found]
    console.print_table(["BẢN", "CÔNG BỐ", "NGUỒN", "SỐ THAY ĐỔI"], rows)


@cli.command(hidden=True, help="Tiến trình con của một lượt làm mới; bộ lập lịch gọi, không dùng tay.")
@click.argument("source")
@click.option("--run", "run_id", type=int, required=True)
def extract(source: str, run_id: int) -> None:
    """One refresh, in this process."""
    tie()
    from ioc.refresh.extract import child_main

    office: Office = click.get_current_context().obj()
    site, register = office.site, office.register
    code = child_main(site, register, office.settings, office.kinds, _known(office, source), run_id)
    click.get_current_context().exit(code)
