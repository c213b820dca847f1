"""The command line of clusters: what the newest sheet says, and the reckoning itself.

Owns what is asked and printed.
"""

from __future__ import annotations

import click

from ioc import console, formats
from ioc.cli import open_ready
from ioc.clusters import reckoning
from ioc.clusters import sheet as sheets
from ioc.wording import say

_LANG = "vi"


@click.group(invoke_without_command=True, help="Cụm xã cao, thấp và xã tiến, lùi so với xã tương tự.")
@click.pass_context
def clusters(ctx: click.Context) -> None:
    """List, unless a subcommand acts."""
    if ctx.invoked_subcommand is not None:
        return
    office = open_ready()
    edition = office.warehouse.latest()
    found = sheets.newest(office.settings.data, edition.number if edition else 0)
    if found is None:
        click.echo(say("attention.none_yet", _LANG))
        return
    names = {area.code: area.name for area in office.register.communes}
    head = [say(f"attention.head.{name}", _LANG) for name in ("kpi", "period", "commune", "what")]
    rows = [
        [office.site.kpis[kpi].short.vi, formats.period(period, _LANG, short=True), names.get(code, code), say(f"attention.{what}", _LANG)]
        for kpi, one in found.kpis.items()
        if kpi in office.site.kpis
        for period, code, what in (
            *((one.period, item.code, f"pattern.{item.pattern}") for item in one.clusters),
            *(((one.compared or ("", ""))[1], item.code, "better" if item.by > 0 else "worse") for item in one.shifts),
        )
    ]  # fmt: skip
    console.print_table(head, rows)


@clusters.command(
    "reckon", help="Tính lại cho bản số liệu mới nhất (bộ lập lịch tự làm sau mỗi lần công bố)."
)
def reckon() -> None:
    """Reckon the newest edition here and now."""
    found = reckoning.reckon(open_ready())
    if found is None:
        click.echo(say("attention.none_yet", _LANG))
        return
    count = sum(len(one.clusters) + len(one.shifts) for one in found.kpis.values())
    click.echo(say("attention.reckoned", _LANG, n=count, edition=found.edition))
