"""The operator's commands for areas and boundaries, in Vietnamese.

Only prints and asks; the work is done in `geodata.publication`. Of its office it needs the
site and the settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import click

from geodata.publication import import_boundaries, publish_register, publish_schematic
from geodata.register import FIRST, SECOND, RegisterError
from geodata.submission import BoundaryError
from ioc.areas import Register
from ioc.drawings import Drawing, DrawingError
from ioc.layers import STYLES, Style
from ioc.layers import load as load_layers
from ioc.layers import shown as shown_layers
from ioc.settings import Settings
from ioc.site import Site


class GeodataOffice(Protocol):
    """What these commands need of the office."""

    @property
    def site(self) -> Site:
        """The checked site."""

    @property
    def settings(self) -> Settings:
        """Settings of this installation."""


@click.group()
@click.pass_context
def geodata(ctx: click.Context) -> None:
    """Danh mục đơn vị hành chính, sơ đồ và ranh giới."""
    if callable(ctx.obj):  # the composition root hands over a way to open the office
        ctx.obj = ctx.obj()


@geodata.command()
@click.pass_obj
def register(office: GeodataOffice) -> None:
    """Dựng danh mục đơn vị hành chính và bảng chuyển đổi cũ – mới."""
    try:
        branch = publish_register(office.site, office.settings)
    except RegisterError as error:
        raise click.ClickException(f"Không dựng được danh mục: {error}") from error
    told = branch.provenance
    kinds = {
        kind: sum(link.kind.value == kind for link in branch.links) for kind in ("same", "merge", "split")
    }
    click.echo(f"Đã ghi danh mục vào {office.settings.data / 'geo' / 'areas.json'}")
    click.echo(f"  Nguồn: {told['source']}, đối chiếu {told['checked_against']}")
    click.echo(
        f"  Địa bàn {office.site.head.root}: {len(branch.communes)} đơn vị cấp xã hiện hành; chuyển đổi: "
        f"{kinds['merge']} nhập, {kinds['same']} giữ nguyên, {kinds['split']} phần chia tách"
    )
    click.echo(f"  Trùng mã nhưng khác tên giữa trước và sau 1/7/2025: {len(branch.collisions)} đơn vị")
    here = {area.code for area in branch.areas}
    differing = [entry for entry in told["disagreements"] if entry["code"] in here]
    everywhere = len(told["disagreements"])
    click.echo(f"  Hai nguồn không khớp: {everywhere} mã trên cả nước, {len(differing)} mã ở địa bàn này")
    for entry in differing[:20]:
        click.echo(f"    {entry['code']}: {entry[FIRST] or '(không có)'} | {entry[SECOND] or '(không có)'}")
    for entry in told["overrides"]:
        click.echo(f"  Đã sửa theo {entry['source']}: {entry['code']} {entry['name']}")


@geodata.command()
@click.option("--replace", is_flag=True, help="Thay cả khi đang dùng ranh giới chính thức.")
@click.pass_obj
def schematic(office: GeodataOffice, replace: bool) -> None:
    """Vẽ sơ đồ từ danh mục khi chưa có ranh giới chính thức."""
    current = _current(office.settings.data)
    if current and not current.is_schematic and not replace:
        raise click.ClickException(
            "Đang dùng ranh giới chính thức. Thêm --replace nếu thật sự muốn thay bằng sơ đồ."
        )
    drawing = publish_schematic(office.site, office.settings)
    click.echo(f"Đã vẽ sơ đồ {len(drawing.codes)} đơn vị. {drawing.caption('vi')}")
    _sheets(drawing)
    for note in drawing.notes:
        click.echo(f"  Lưu ý: {note}")


@geodata.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--trusted", is_flag=True, help="Nguồn tin cậy: cho phép đọc GeoPackage và Shapefile.")
@click.pass_obj
def import_(office: GeodataOffice, path: Path, trusted: bool) -> None:
    """Nhập ranh giới chính thức từ một tệp GeoJSON hoặc một thư mục (mỗi xã một tệp)."""
    try:
        branch = _register(office)
        report = import_boundaries(path, office.site, office.settings, branch, trusted)
    except (BoundaryError, RegisterError) as error:
        lines = error.problems if isinstance(error, BoundaryError) else (str(error),)
        kept = "Bản đồ đang dùng được giữ nguyên."
        if _current(office.settings.data) is None:
            kept = "Chưa có bản đồ nào được công bố."
        raise click.ClickException(
            "\n  ".join([f"Không nhập được ranh giới từ {path}:", *lines, kept])
        ) from error
    official = "" if report.register_km2 is None else f" (danh mục {_number(report.register_km2)} km²)"
    click.echo(
        f"Đã nhập {report.areas} đơn vị, {report.parts} mảnh, {report.islands} khối đất rời "
        f"trong {_number(report.seconds)} giây"
    )
    click.echo(f"  Tổng diện tích {_number(report.total_km2, 2)} km²{official}")
    click.echo(f"  Lỗi hình học tìm thấy: {len(report.drawing.defects)}")
    for defect in report.drawing.defects[:30]:
        click.echo(f"    {defect.text}")
    if len(report.drawing.defects) > 30:
        click.echo(f"    … và {len(report.drawing.defects) - 30} lỗi khác, xem geo/current.json")
    for warning in report.warnings:
        click.echo(f"  Lưu ý: {warning}")
    _sheets(report.drawing)


@geodata.group()
def layer() -> None:
    """Lớp đường vẽ thêm trên bản đồ (sông, suối, đường giao thông)."""


@layer.command("import")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--label", required=True, help="Nhãn tiếng Việt, ví dụ “Sông, suối”.")
@click.option("--label-en", required=True, help="Nhãn tiếng Anh.")
@click.option(
    "--style", type=click.Choice(STYLES), default="line", help="Cách vẽ: nước, đường, hoặc nét thường."
)
@click.pass_obj
def import_layer(
    office: GeodataOffice, name: str, path: Path, label: str, label_en: str, style: Style
) -> None:
    """Nhập một lớp đường từ tệp GeoJSON (WGS 84)."""
    from geodata.lines import Label, import_lines

    drawing = _current(office.settings.data)
    if drawing is None:
        raise click.ClickException("Chưa có bản đồ. Chạy “geodata schematic” hoặc “geodata import” trước.")
    try:
        found = import_lines(office.settings.data, drawing, name, path, Label(label, label_en, style))
    except BoundaryError as error:
        kept = "Các lớp đang dùng được giữ nguyên."
        raise click.ClickException(
            "\n  ".join([f"Không nhập được lớp {name}:", *error.problems, kept])
        ) from error
    size = (office.settings.data / "geo" / f"{found.sha}.svg").stat().st_size
    click.echo(
        f"Đã nhập lớp {found.name} ({found.vi}): {found.features} đối tượng, {_number(size / 1000)} kB"
    )


@layer.command("list")
@click.pass_obj
def list_layers(office: GeodataOffice) -> None:
    """Các lớp đường đang có."""
    drawing, found = _current(office.settings.data), load_layers(office.settings.data)
    usable = {one.name for one in shown_layers(office.settings.data, drawing)} if drawing else set()
    for one in found:
        state = "" if one.name in usable else "; không khớp bản đồ đang dùng, hãy nhập lại"
        click.echo(f"{one.name}: {one.vi}, {one.features} đối tượng, {one.source}{state}")
    if not found:
        click.echo("Chưa có lớp nào.")


@layer.command("remove")
@click.argument("name")
@click.pass_obj
def remove_layer(office: GeodataOffice, name: str) -> None:
    """Bỏ một lớp đường khỏi bản đồ."""
    from geodata.lines import remove

    if not remove(office.settings.data, name):
        raise click.ClickException(f"Không có lớp {name}. Xem “geodata layer list”.")
    click.echo(f"Đã bỏ lớp {name}.")


@geodata.command()
@click.pass_obj
def status(office: GeodataOffice) -> None:
    """Cho biết danh mục và bản đồ đang dùng."""
    try:
        branch = Register.load(office.settings.data / "geo" / "areas.json", office.site.head.root)
        click.echo(f"Danh mục: {branch.provenance['source']}, {len(branch.communes)} đơn vị cấp xã")
    except FileNotFoundError:
        click.echo("Danh mục: chưa có. Chạy “geodata register”.")
    drawing = _current(office.settings.data)
    if drawing is None:
        click.echo("Bản đồ: chưa có. Chạy “geodata schematic” hoặc “geodata import”.")
        return
    kind = "sơ đồ" if drawing.is_schematic else "ranh giới chính thức"
    click.echo(f"Bản đồ: {kind}, {len(drawing.codes)} đơn vị, công bố {drawing.published_at}")
    click.echo(f"  Nguồn: {drawing.source}")
    click.echo(f"  Lỗi hình học đã ghi nhận: {len(drawing.defects)}")
    _sheets(drawing)


def _register(office: GeodataOffice) -> Register:
    path = office.settings.data / "geo" / "areas.json"
    if path.exists():
        return Register.load(path, office.site.head.root)
    return publish_register(office.site, office.settings)


def _current(data: Path) -> Drawing | None:
    try:
        return Drawing.load(data)
    except FileNotFoundError:
        return None
    except DrawingError as error:
        click.echo(f"Lưu ý: không đọc được bản đồ đang dùng ({error})", err=True)
        return None


def _sheets(drawing: Drawing) -> None:
    for sheet in drawing.sheets.values():
        click.echo(
            f"  {sheet.level:<6} {sheet.pixels} px: {_number(sheet.bytes / 1000)} kB, nén "
            f"{_number(sheet.gzip_bytes / 1000)} kB, sai lệch lớn nhất {_number(sheet.max_error_px, 2)} px, "
            f"{sheet.sha[:12]}"
        )


def _number(value: float, digits: int = 1) -> str:
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))
