"""``ioc crosswalk``: what became of every old commune, and with ``--residual`` what the carrying over leaves over.

Owns the two tables at the terminal. The rules are `ioc.crosswalk` and `ioc.residual`.
"""

from __future__ import annotations

import click

from ioc import console
from ioc.cli import Fault, open_ready
from ioc.crosswalk import Crosswalk
from ioc.office import Office
from ioc.residual import residuals
from ioc.wording import say


@click.command(help="Bảng chuyển đổi xã cũ – xã mới; --residual: số dư khi gộp số liệu cũ vào xã mới.")
@click.option("--residual", is_flag=True, help="Đối chiếu số của các xã cũ với số của xã mới trong kho.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
def crosswalk(residual: bool, as_json: bool) -> None:
    """The fate of every old unit, or the residual of the newest edition."""
    office = open_ready()
    found = Crosswalk(office.register, office.site.splits)
    if residual:
        _residual(office, found, as_json)
        return
    names = {area.id: area.name for area in office.register.areas}
    fates = sorted(found.fates.values(), key=lambda fate: fate.old.code)
    if as_json:
        console.print_json(fates)
        return
    rows = [
        [
            fate.old.code,
            fate.old.name,
            ", ".join(
                f"{names[heir]} {share:.1%}" if fate.estimated else names[heir]
                for heir, share in fate.shares or tuple((heir, 0.0) for heir in fate.heirs)
            ),
            say(f"history.method.{fate.method}", "vi"),
            fate.document or "–",
        ]
        for fate in fates
    ]
    console.print_table(["MÃ CŨ", "ĐƠN VỊ CŨ", "XÃ, PHƯỜNG MỚI", "CÁCH CHUYỂN", "VĂN BẢN"], rows)


def _residual(office: Office, found: Crosswalk, as_json: bool) -> None:
    latest = office.warehouse.latest()
    if latest is None:
        click.echo("Chưa có bản số liệu nào; chạy: ioc refresh")
        return
    kept = residuals(office.site, found, office.warehouse, latest.number)
    if as_json:
        console.print_json({"edition": latest.number, "residuals": kept})
        return
    rows = [
        [
            one.kpi,
            console.number(one.cells),
            console.number(one.differing),
            console.number(one.largest),
            console.number(one.estimated),
            "phải khớp" if one.additive else "không cộng được: đếm khác nhau hoặc lấy lớn nhất, nhỏ nhất",
        ]
        for one in kept
    ]
    console.print_table(["CHỈ SỐ", "Ô ĐỐI CHIẾU", "Ô LỆCH", "LỆCH LỚN NHẤT", "Ô ƯỚC TÍNH", "GHI CHÚ"], rows)
    faulty = [one.kpi for one in kept if one.additive and one.differing]
    if faulty:
        raise Fault(f"Số gộp không khớp ở chỉ số: {', '.join(faulty)}; đối chiếu lại nguồn.", 1)
    click.echo(f"Bản số liệu số {latest.number}: mọi chỉ số cộng được đều khớp khi gộp nguyên xã.")
