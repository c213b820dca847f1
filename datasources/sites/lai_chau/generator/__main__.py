"""Command line of the generator: ``python -m datasources.sites.lai_chau.generator --data ./var``.

A source whose variable (``IOC_SOURCE_MOT_CUA_URL`` and so on, as in ``sources/*.toml``) is set is written there, so
that the demonstration lives where the scheduler will look for it.
"""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import click

from datasources.sites.lai_chau.generator import SOURCES, default_urls, generate
from datasources.sites.lai_chau.generator.databases import NOTICE, NotADemonstration
from ioc.periods import VIETNAM


@click.command(help="Sinh các cơ sở dữ liệu nguồn minh họa của tỉnh Lai Châu.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Thư mục dữ liệu; các tệp SQLite nằm trong thư mục con sources/.",
)
@click.option(
    "--anchor",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Ngày neo: dữ liệu kết thúc lúc 0 giờ ngày này (mặc định: hôm nay, giờ Việt Nam).",
)
@click.option("--seed", type=int, default=2026, show_default=True, help="Hạt giống ngẫu nhiên.")
@click.option("--url", "urls", multiple=True, metavar="NGUỒN=URL",
              help="Ghi một nguồn vào cơ sở dữ liệu khác, ví dụ mot_cua=postgresql+psycopg://…")  # fmt: skip
def main(data: Path, anchor: datetime | None, seed: int, urls: tuple[str, ...]) -> None:
    """Generate all sources and print how many rows and deliberate errors each one has."""
    targets = {
        source: os.environ.get(f"IOC_SOURCE_{source.upper()}_URL") or url
        for source, url in default_urls(data).items()
    }
    for entry in urls:
        source, _, url = entry.partition("=")
        if source not in SOURCES or not url:
            raise click.BadParameter(
                f"{entry!r}: cần dạng NGUỒN=URL, nguồn là một trong {', '.join(SOURCES)}"
            )
        targets[source] = url
    day = anchor.date() if anchor else datetime.now(VIETNAM).date()
    started = time.perf_counter()
    try:
        ledger = generate(targets, day, seed)
    except NotADemonstration as refused:
        raise click.ClickException(str(refused)) from None
    for source in targets:
        wrong = sum(count for key, count in ledger.items() if key.startswith(f"dirt.{source}."))
        click.echo(f"{source}: {ledger[f'rows.{source}']} dòng, trong đó {wrong} dòng lỗi có chủ ý")
    click.echo(f"Xong sau {time.perf_counter() - started:.1f} giây. {NOTICE}.")


if __name__ == "__main__":
    main()
