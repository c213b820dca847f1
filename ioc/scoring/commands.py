"""The command line of scores: what stands where, and the import of a file of official scores.

Owns what is asked and printed. The import itself is `ioc.scoring.importing`'s.
"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import click

from ioc import console, formats
from ioc.access import OPEN
from ioc.areas import Area
from ioc.bookshelf import Bookshelf
from ioc.cli import Fault, open_ready
from ioc.dispatch import now_utc
from ioc.office import Office
from ioc.scoring import words
from ioc.scoring.book import ScoreBook
from ioc.scoring.importing import ImportRefused, Outcome, import_scores
from ioc.scoring.index import Index
from ioc.scoring.rows import DEPARTMENT
from ioc.scoring.standing import MetricStanding, Standing, ranking, standing
from ioc.wording import say

_LANG = "vi"
_as_json = click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
_index = click.option("--index", "name", help="Bộ chỉ số; không cần khi tỉnh chỉ có một bộ.")


@click.group(
    invoke_without_command=True, help="Điểm chính thức, điểm tự tính và điểm còn có thể tăng; nhập tệp điểm."
)
@click.option("--unit", help="Mã hiện hành của xã, tỉnh hoặc mã sở. Mặc định: toàn tỉnh và bảng xếp hạng.")
@click.option("--period", help="Kỳ: 2026-10, 2026-Q3, 2026. Mặc định: kỳ mới nhất có điểm chính thức.")
@_index
@_as_json
@click.pass_context
def scores(ctx: click.Context, unit: str | None, period: str | None, name: str | None, as_json: bool) -> None:
    """The standing of a unit, unless a subcommand imports."""
    if ctx.invoked_subcommand is not None:
        return
    office = open_ready()
    index = _chosen(office, name)
    board = Bookshelf(office.warehouse, office.site, office.register).latest()
    if board.empty:
        raise Fault(say("scores.cli.no_edition", _LANG), 1)
    book = ScoreBook(office.warehouse)
    at = book.at()
    known = book.periods(index.id, at)
    if not known:
        raise Fault(say("scores.none_official", _LANG), 1)
    if period is not None and period not in known:
        raise Fault(say("scores.cli.unknown_period", _LANG, period=period, periods=", ".join(known)))
    key = period or _newest(known)
    found = book.read(index.id, key, at)
    asked = board.root.id if unit is None else _unit(office, (*board.communes, board.root), unit)
    one = standing(index, asked, key, found, board, OPEN)
    peers = ranking(index, board.communes, key, found, board, OPEN) if unit is None else []
    if as_json:
        named = [{"rank": peer.rank, "code": peer.area.code, "name": peer.area.name, "official": peer.standing.official,
                  "gap": peer.standing.gap} for peer in peers]  # fmt: skip
        console.print_json({"notice": _notice(office), "index": index.id, "edition": board.edition.number,
                            "standing": _plain(one), "imports": book.behind(index.id, key, at), "communes": named})  # fmt: skip
        return
    _print(office, index, one)
    if peers:
        click.echo()
        head = [say(f"scores.head.{part}", _LANG) for part in ("rank", "unit", "total", "gap")]
        console.print_table(head, [
            [str(peer.rank or "–"), peer.area.name, words.number(peer.standing.official, index, _LANG),
             words.number(peer.standing.gap, index, _LANG)]
            for peer in peers
        ])  # fmt: skip
    if _notice(office):
        click.echo(f"\n{_notice(office)}")


@scores.command("import", help="Nhập một tệp điểm chính thức (CSV UTF-8 hoặc XLSX).")
@click.argument("path", metavar="TỆP", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--document", required=True, help="Số, ngày văn bản hoặc hệ thống mà tệp được tải về.")
@click.option("--by", default=None, help="Người nhập. Mặc định: tài khoản trên máy này.")
@_index
@_as_json
def take_in(path: Path, document: str, by: str | None, name: str | None, as_json: bool) -> None:
    """Import one file and say what became of its rows."""
    office = open_ready()
    index = _chosen(office, name)
    try:
        outcome = import_scores(office, path, index, document, by or getpass.getuser(), now_utc())
    except ImportRefused as refused:
        raise Fault(str(refused)) from None
    if as_json:
        console.print_json(outcome)
        return
    for line in told(outcome):
        click.echo(line)


def told(outcome: Outcome) -> list[str]:
    """The outcome of an import, a line each."""
    record = outcome.record
    counts = {
        part: console.number(getattr(record, part))
        for part in ("staged", "imported", "changed", "parked", "rejected")
    }
    if not outcome.new:
        return [
            say(
                "scores.cli.again",
                _LANG,
                at=formats.instant(record.imported_at, _LANG),
                by=record.imported_by,
            )
        ]
    lines = [say("scores.cli.imported", _LANG, file=record.file, **counts)]
    for one in outcome.findings:
        sampled = ", ".join(str(row["line"]) for row in one.sample[:5])
        reason = formats.capital(say(f"scores.reason.{one.code}", _LANG))
        disposition = say(f"scores.disposition.{one.disposition}", _LANG)
        lines.append(
            "  "
            + say(
                "scores.cli.finding", _LANG, reason=reason, n=one.rows, disposition=disposition, lines=sampled
            )
        )
    return lines


def _chosen(office: Office, name: str | None) -> Index:
    indices = office.site.indices
    names = ", ".join(indices)
    if not indices:
        raise Fault(say("scores.cli.no_index", _LANG))
    if name is None and len(indices) > 1:
        raise Fault(say("scores.cli.which", _LANG, names=names))
    if name is not None and name not in indices:
        raise Fault(say("scores.cli.unknown_index", _LANG, name=name, names=names))
    return indices[name or next(iter(indices))]


def _newest(known: list[str]) -> str:
    months = [key for key in known if len(key) == 7 and "Q" not in key]
    return (months or known)[-1]


def _unit(office: Office, areas: tuple[Area, ...], code: str) -> str:
    if code in office.site.departments:
        return DEPARTMENT + code
    area = next((one for one in areas if one.code == code), None)
    if area is None:
        raise Fault(say("scores.cli.unknown_unit", _LANG, code=code))
    return area.id


def _plain(one: Standing) -> dict[str, Any]:
    """A standing for a script: figures by the codes of official files, without the configuration."""
    groups = [
        {
            "code": group.group.code, "official": group.official, "max": group.maximum, "summed": group.summed,
            "own": group.own, "difference": group.difference,
            "metrics": [
                {"id": item.metric.id, "official": item.official and item.official.score, "max": item.maximum,
                 "ratio": item.official and item.official.ratio, "own": item.own and item.own.points,
                 "own_ratio": item.own and item.own.cell.value, "difference": item.difference, "gain": item.gain}
                for item in group.metrics
            ],
        }
        for group in one.groups
    ]  # fmt: skip
    return {"unit": one.unit, "period": one.period, "official": one.official, "max": one.maximum, "summed": one.summed,
            "sum_of_groups": one.sum, "class": one.band and one.band.id, "own": one.own, "gap": one.gap, "groups": groups}  # fmt: skip


def _notice(office: Office) -> str | None:
    return say("face.demonstration", _LANG) if office.site.head.demonstration else None


def _print(office: Office, index: Index, one: Standing) -> None:
    name = words.unit_name(one.unit, office.site, office.register, _LANG)
    period = formats.period(one.period, _LANG)
    click.echo(say("scores.cli.head", _LANG, index=index.short.in_(_LANG), period=period, unit=name))
    if one.official is None or one.band is None:
        click.echo(say("scores.cli.official_none", _LANG))
    else:
        total, most = words.number(one.official, index, _LANG), words.most(one.maximum, _LANG)
        click.echo(
            say("scores.cli.official", _LANG, value=total, max=most, band=one.band.name.in_(_LANG).lower())
        )
    click.echo()
    heads = [
        say(f"scores.head.{part}", _LANG) for part in ("metric", "official", "own", "difference", "gain")
    ]
    rows: list[list[str]] = []
    for group in one.groups:
        rows.append([
            group.group.name.vi, f"{words.number(group.official, index, _LANG)}/{words.most(group.maximum, _LANG)}",
            words.number(group.own, index, _LANG), words.number(group.difference, index, _LANG),
            words.why_no_own(group, one.unit, _LANG) or "",
        ])  # fmt: skip
        rows += [_metric(index, metric) for metric in group.metrics if not metric.metric.information]
    console.print_table(heads, rows)


def _metric(index: Index, one: MetricStanding) -> list[Any]:
    official = words.number(one.official.score if one.official else None, index, _LANG)
    maximum = f"/{words.most(one.maximum, _LANG)}" if one.maximum is not None else ""
    own = words.number(one.own.points if one.own else None, index, _LANG)
    return [f"  {one.metric.id} {one.metric.name.vi}", official + maximum, own,
            words.number(one.difference, index, _LANG), words.gain(one, index, _LANG)]  # fmt: skip
