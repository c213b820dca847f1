"""The command line of data quality: the scores of every source, or of one with its KPIs and flawed rows.

Owns what is printed at the terminal; the scores are those of the page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from ioc import console, formats
from ioc.cli import Fault, open_ready
from ioc.dispatch import now_utc
from ioc.quality.criteria import Criterion, Score
from ioc.quality.report import Flaw, Report, reports
from ioc.wording import say

_VI = "vi"


@click.command(help="Điểm đúng, đủ, sạch, sống của các nguồn; của một nguồn: từng chỉ số và các dòng lỗi.")
@click.argument("source", required=False, metavar="[NGUỒN]")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
def quality(source: str | None, as_json: bool) -> None:
    """Scores as of the newest edition, at this moment."""
    office, now = open_ready(), now_utc()
    sources = office.site.sources
    if source is not None and source not in sources:
        raise Fault(f"Không có nguồn {source!r}; các nguồn: {', '.join(sources)}")
    latest = office.warehouse.latest()
    found = reports(office.warehouse, sources, latest.number, lambda key, build: build()) if latest else {}
    chosen = {name: report for name, report in found.items() if source in (None, name)}
    if as_json:
        console.print_json({name: _plain(report, now) for name, report in sorted(chosen.items())})
        return
    if not chosen:
        raise Fault(say("quality.command.nothing", _VI), 1)
    criteria = [say(f"quality.criterion.{name}", _VI).upper() for name in Criterion]
    head = [*criteria, "CHUNG", "DÒNG LỖI/DÒNG", "Ô CÓ/PHẢI CÓ"]
    if source is None:
        rows = [[name, *_cells(report, now)] for name, report in sorted(chosen.items())]
        console.print_table(["NGUỒN", *head], rows)
        return
    report = chosen[source]
    kpis = [[kpi.id, *_cells(report, now, kpi.id)] for kpi in office.site.kpis_of(source)]
    console.print_table(["CHỈ SỐ", *head], [*kpis, ["(cả nguồn)", *_cells(report, now)]])
    for flaw in report.flaws_in():
        click.echo("")
        for line in _told(flaw):
            click.echo(line)


def _cells(report: Report, now: datetime, kpi: str | None = None) -> list[str]:
    counts = report.counts(kpi)
    return [
        *_shown(report.score(now, kpi)),
        f"{console.number(sum(counts.flaws.values()))}/{console.number(counts.rows)}",
        f"{console.number(counts.present)}/{console.number(counts.due)}",
    ]


def _shown(found: Score) -> list[str]:
    values = [*found.by_criterion.values(), found.overall]
    return ["–" if value is None else formats.number(int(value * 10 + 1e-9) / 10, 1) for value in values]


def _told(flaw: Flaw) -> list[str]:
    """A kind of flaw, what to do about it, and its first rows."""
    column = f", {say('quality.column', _VI, column=flaw.column)}" if flaw.column else ""
    name = formats.capital(say(f"runs.row.{flaw.reason}", _VI))
    rows = say("quality.rows", _VI, n=console.number(flaw.rows))
    samples = [", ".join(f"{key}: {cell}" for key, cell in row.items()) for row in flaw.sample[:3]]
    return [
        f"{name}: {rows}{column}",
        f"  {say(f'quality.todo.{flaw.reason}', _VI)}",
        *(f"  · {one}" for one in samples),
    ]


def _plain(report: Report, now: datetime) -> dict[str, Any]:
    counts, score = report.counts(), report.score(now)
    return {
        **{name.value: value for name, value in score.by_criterion.items()},
        "overall": score.overall,
        "rows": counts.rows,
        "flaws": {reason.value: rows for reason, rows in counts.flaws.items()},
        "due": counts.due,
        "present": counts.present,
        "as_of": report.standing.as_of,
        "run": report.standing.run,
        "kpis": {kpi: report.score(now, kpi).overall for kpi in sorted({kpi for kpi, _ in report.cells})},
    }
