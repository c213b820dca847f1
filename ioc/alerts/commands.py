"""The command line of alerts: list what has not ended, acknowledge, resolve.

Owns what is asked and printed. Acts need a name and a reason, as on the page.
"""

from __future__ import annotations

import click

from ioc import console, formats
from ioc.alerts import words
from ioc.alerts.book import ActError, Book
from ioc.alerts.records import Alert
from ioc.cli import Fault, open_ready
from ioc.dispatch import now_utc
from ioc.site import Site
from ioc.wording import say

_LANG = "vi"


@click.group(invoke_without_command=True, help="Cảnh báo chưa kết thúc; tiếp nhận, kết thúc kèm lý do.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
@click.pass_context
def alerts(ctx: click.Context, as_json: bool) -> None:
    """List, unless a subcommand acts."""
    if ctx.invoked_subcommand is not None:
        return
    office = open_ready()
    found = Book(office.warehouse).unresolved()
    if as_json:
        console.print_json([_told(alert, office.site) for alert in found])
        return
    if not found:
        click.echo(say("alerts.cli.none", _LANG))
        return
    head = [
        say(f"alerts.cli.head_{name}", _LANG)
        for name in ("id", "state", "severity", "since", "owner", "what")
    ]
    rows = [
        [
            str(alert.id), say(f"alerts.state.{alert.state}", _LANG), say(f"alerts.severity.{alert.severity}", _LANG),
            formats.instant(alert.since, _LANG), words.owner(alert, office.site, _LANG),
            words.sentence(alert, office.site, _LANG),
        ]
        for alert in found
    ]  # fmt: skip
    console.print_table(head, rows)
    if office.site.head.demonstration:
        click.echo(f"\n{say('face.demonstration', _LANG)}")


def _told(alert: Alert, site: Site) -> dict[str, object]:
    return {
        "notice": say("face.demonstration", _LANG) if site.head.demonstration else None,
        "title": words.title(alert, site, _LANG),
        "what": words.sentence(alert, site, _LANG),
        "alert": alert,
    }


_by = click.option("--by", required=True, help="Tên người thực hiện.")
_reason = click.option("--reason", required=True, help="Lý do, ghi vào diễn biến của cảnh báo.")
_as_json = click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")


@alerts.command(help="Tiếp nhận một cảnh báo.")
@click.argument("number", type=click.IntRange(1), metavar="SỐ")
@_by
@_reason
@_as_json
def ack(number: int, by: str, reason: str, as_json: bool) -> None:
    """Somebody has taken it in hand."""
    _act(number, "acknowledge", by, reason, as_json)


@alerts.command(help="Kết thúc một cảnh báo.")
@click.argument("number", type=click.IntRange(1), metavar="SỐ")
@_by
@_reason
@_as_json
def resolve(number: int, by: str, reason: str, as_json: bool) -> None:
    """Somebody ends it."""
    _act(number, "resolve", by, reason, as_json)


def _act(number: int, what: str, by: str, reason: str, as_json: bool) -> None:
    office = open_ready()
    book = Book(office.warehouse)
    act = book.acknowledge if what == "acknowledge" else book.resolve
    try:
        alert = act(number, by, reason, now_utc())
    except ActError as error:
        raise Fault(say(f"alerts.{error.key}", _LANG, **error.values)) from None
    if as_json:
        console.print_json(_told(alert, office.site))
    else:
        click.echo(say(f"alerts.act.done_{alert.state}", _LANG, n=alert.id))
