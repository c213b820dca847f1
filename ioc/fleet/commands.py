"""The command line of screens: list, let in, push, pin, take over, resume, revoke, and the book.

Owns what is asked and printed. Acts need a name and a reason, as on the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from ioc import console, formats
from ioc.cli import Fault, open_ready
from ioc.dispatch import now_utc
from ioc.fleet import codes, words
from ioc.fleet.book import Book
from ioc.fleet.certificate import certificate
from ioc.fleet.enrolments import Enrolments
from ioc.fleet.health import Standing, standings
from ioc.fleet.records import FleetError, What
from ioc.office import Office
from ioc.wording import say

_LANG = "vi"
HEAD = ("id", "name", "screen", "health", "shows", "contact", "order")
Result = TypeVar("Result")


@click.group(invoke_without_command=True, help="Màn hình treo tường: liệt kê, ghi danh, ra lệnh, thu hồi.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
@click.pass_context
def screens(ctx: click.Context, as_json: bool) -> None:
    """List, unless a subcommand acts."""
    if ctx.invoked_subcommand is not None:
        return
    office, now = open_ready(), now_utc()
    found = standings(Book(office.warehouse), now)
    if as_json:
        console.print_json(found)
        return
    told = words.certificate(certificate(office.settings, now), now, _LANG)
    if told:
        click.echo(say("fleet.cli.certificate", _LANG, text=told))
    if not found:
        click.echo(say("fleet.cli.none", _LANG))
        return
    head = [say(f"fleet.cli.head_{name}", _LANG) for name in HEAD]
    console.print_table(head, [_row(one, office) for one in found])


def _row(one: Standing, office: Office) -> list[str]:
    device, contact, site = one.device, one.contact, office.site
    config = site.screens.get(device.screen)
    return [
        str(device.id), device.name, config.name.in_(_LANG) if config else device.screen,
        say(f"fleet.health.{one.health}", _LANG), words.scene(contact.scene if contact else None, site, _LANG),
        formats.instant(contact.at, _LANG) if contact else say("fleet.fact.never", _LANG),
        "; ".join(words.orders(one.order, site, office.register, _LANG)),
    ]  # fmt: skip


_by = click.option("--by", required=True, help="Tên người thực hiện.")
_reason = click.option("--reason", required=True, help="Lý do, ghi vào nhật ký.")
_devices = click.option(
    "--screen", "numbers", type=click.IntRange(1), multiple=True, help="Số của màn hình, lặp lại được; bỏ trống là tất cả."
)  # fmt: skip


@screens.command(help="Ghi danh màn hình đang hiện mã này.")
@click.argument("code", metavar="MÃ")
@click.option("--name", required=True, help="Nơi treo.")
@click.option("--config", required=True, help="Màn hình nào trong cấu hình (screens/*.toml).")
@click.option("--range", "ranges", default="", help="Dải địa chỉ được phép, cách nhau bằng dấu phẩy.")
@_by
@_reason
def enrol(code: str, name: str, config: str, ranges: str, by: str, reason: str) -> None:
    """Let a screen in."""
    from ioc.web.secret import signing_key

    office = open_ready()
    if config not in office.site.screens:
        raise Fault(say("fleet.act.screen", _LANG, screen=config))
    door = Enrolments(office.warehouse, signing_key(office.settings, office.site.head.demonstration))
    _done(lambda: door.confirm(code, name, config, codes.read_ranges(ranges), by, reason, now_utc()))
    click.echo(say("fleet.done.enrol", _LANG, name=name))


@screens.command(help="Chiếu một cảnh.")
@click.argument("scene", metavar="CẢNH")
@_devices
@_by
@_reason
def push(scene: str, numbers: tuple[int, ...], by: str, reason: str) -> None:
    """Show a scene."""
    office = open_ready()
    if scene not in office.site.scenes:
        raise Fault(say("fleet.act.scene", _LANG, scene=scene))
    _tell(office, numbers, What.PUSH, {"scene": scene}, by, reason)


@screens.command(help="Phát thông báo khẩn che toàn màn hình.")
@click.argument("message", metavar="THÔNG_BÁO")
@_devices
@_by
@_reason
def takeover(message: str, numbers: tuple[int, ...], by: str, reason: str) -> None:
    """Cover the screens with a message."""
    _tell(open_ready(), numbers, What.TAKEOVER, {"message": " ".join(message.split())}, by, reason)


@screens.command(help="Trở lại bình thường, theo cấu hình.")
@_devices
@_by
@_reason
def resume(numbers: tuple[int, ...], by: str, reason: str) -> None:
    """Leave the screens to their configuration."""
    _tell(open_ready(), numbers, What.RESUME, {}, by, reason)


@screens.command(help="Thu hồi quyền chiếu của một màn hình.")
@click.argument("number", type=click.IntRange(1), metavar="SỐ")
@_by
@_reason
def revoke(number: int, by: str, reason: str) -> None:
    """Take a token away."""
    office = open_ready()
    _done(lambda: Book(office.warehouse).revoke(number, by, reason, now_utc()))
    click.echo(say("fleet.done.revoke", _LANG))


@screens.command(help="Nhật ký: ai làm gì, khi nào, vì sao, trước và sau.")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(1, 10_000), help="Số dòng.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
def log(limit: int, as_json: bool) -> None:
    """The book, newest first."""
    office = open_ready()
    book = Book(office.warehouse)
    found, devices = book.acts(limit=limit), {one.id: one for one in book.devices()}
    if as_json:
        console.print_json(found)
        return
    for one in found:
        click.echo(words.act(one, devices, _LANG))
        told = words.changes(one, office.site, office.register, _LANG)
        for line in ([say("fleet.log.reason", _LANG, reason=one.reason)] if one.reason else []) + told:
            click.echo(f"    {line}")
    if not found:
        click.echo(say("fleet.log.none", _LANG))


def _tell(
    office: Office, numbers: tuple[int, ...], what: What, change: dict[str, str], by: str, reason: str
) -> None:
    book = Book(office.warehouse)
    told = _done(lambda: book.tell(numbers or None, what, change, by, reason, now_utc()))
    click.echo(say(f"fleet.done.{what}", _LANG, n=told))


def _done(act: Callable[[], Result]) -> Result:
    """Do an act; what is not possible is said in words."""
    try:
        return act()
    except FleetError as error:
        raise Fault(say(f"fleet.{error.key}", _LANG, **error.values)) from None
