"""Every number that leaves in a file reads back as the very number of the board at the same edition."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest

from ioc.access import OPEN, Scope
from ioc.wording import say
from tests.conftest import lacking
from tests.exports.conftest import Desk

FORMATS = ("xlsx", "csv", "parquet", "geojson", "gpkg")
PERIOD = "2026-11"
Numbers = dict[str, tuple[float | None, float | None, float | None]]


def on_the_board(desk: Desk, kpi: str, scope: Scope = OPEN) -> Numbers:
    """Value, numerator and denominator by code."""
    codes = {area.id: area.code for area in (*desk.board.communes, desk.board.root)}
    cells = [*desk.board.row(kpi, PERIOD, scope)]
    if scope.allows(area=desk.board.root.id):
        cells.append(desk.board.total(kpi, PERIOD, scope))
    return {codes[cell.area]: (cell.value, cell.numerator, cell.denominator) for cell in cells}


def _triple(row: dict[str, object]) -> tuple[float | None, ...]:
    found = []
    for key in ("value", "numerator", "denominator"):
        value = row[key]
        found.append(None if value in (None, "") or str(value) == "nan" else float(value))  # type: ignore[arg-type]
    return tuple(found)


def in_the_file(path: Path, form: str, lang: str = "vi") -> Numbers:
    """The same, read back from a file by another library than the one that wrote it where there is one."""
    titles = {say(f"exports.head.{key}", lang): key for key in ("code", "value", "numerator", "denominator")}

    def keyed(row: dict[str, object]) -> dict[str, object]:
        return {titles.get(str(name).split(" (")[0], str(name)): value for name, value in row.items()}

    if form == "csv":
        rows = [
            keyed(row)
            for row in csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        ]
    elif form == "xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        lines = list(sheet.iter_rows(values_only=True))
        rows = [keyed(dict(zip(map(str, lines[0]), line, strict=True))) for line in lines[1:]]
    elif form == "parquet":
        rows = pq.read_table(path).to_pylist()
    elif form == "geojson":
        rows = [one["properties"] for one in json.loads(path.read_text(encoding="utf-8"))["features"]]
    else:
        rows = pyogrio.read_dataframe(path, layer="so_lieu").drop(columns="geometry").to_dict("records")
    return {str(row["code"]): _triple(row) for row in rows}  # type: ignore[misc]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kpi", ["online", "overdue", "received", "standing"])
def test_every_number_reads_back_as_the_boards(desk: Desk, form: str, kpi: str) -> None:
    made = desk.make("kpi-map", form, kpi=kpi, ky=PERIOD)
    found, expected = in_the_file(made.file, form), on_the_board(desk, kpi)
    assert found == expected
    assert sum(triple[0] is not None for triple in found.values()) >= 4


def test_a_series_reads_back_too(desk: Desk) -> None:
    made = desk.make("kpi-trend", "parquet", kpi="online", xa="00001")
    rows = pq.read_table(made.file).to_pylist()
    cells = desk.board.series("online", desk.board.communes[0].id, OPEN)
    assert [(row["period"], row["value"]) for row in rows] == [(cell.period, cell.value) for cell in cells]
    assert len(rows) == 3


@pytest.mark.parametrize("form", FORMATS)
def test_a_narrow_scope_leaves_nothing_else_in_the_file(desk: Desk, form: str) -> None:
    scope = Scope(areas=frozenset(area.id for area in desk.board.communes[:2]))
    made = desk.make("kpi-map", form, scope=scope, kpi="online", ky=PERIOD)
    assert in_the_file(made.file, form) == on_the_board(desk, "online", scope)
    assert set(in_the_file(made.file, form)) == {"00001", "00002"}


@pytest.mark.parametrize("form", [*FORMATS, "svg", "pdf", "png"])
def test_the_same_request_of_the_same_edition_gives_the_same_bytes(desk: Desk, form: str) -> None:
    first, again = (desk.make("kpi-map", form, kpi="online", ky=PERIOD).file.read_bytes() for _ in range(2))
    assert first == again
    assert first != desk.make("kpi-map", form, kpi="overdue", ky=PERIOD).file.read_bytes()


def test_codes_stay_text_and_numbers_stay_numbers_in_a_workbook(desk: Desk) -> None:
    book = openpyxl.load_workbook(desk.make("kpi-map", "xlsx", kpi="online", ky=PERIOD).file)
    data, about = book.worksheets
    row = next(line for line in data.iter_rows(min_row=2) if line[0].value == "00001")
    assert (row[0].data_type, row[0].number_format) == ("s", "@")
    assert (row[2].data_type, row[2].number_format) == ("n", "#,##0.0")
    told = [(line[0].value, line[1].value) for line in about.iter_rows()]
    assert ("Bản số liệu", "Bản số liệu số 1, 08:15 ngày 22/11/2026") in told
    assert ("Lưu ý", "SỐ LIỆU MINH HỌA, không dùng để báo cáo") in told
    assert {"Tên", "Đơn vị tính", "Kỳ", "Phạm vi", "Nguồn", "Thời điểm số liệu"} <= {
        label for label, _ in told
    }
    assert book.properties.created.isoformat() == "2026-11-22T01:15:00"


def test_a_csv_has_a_mark_of_its_encoding_and_the_line_ends_of_the_standard(desk: Desk) -> None:
    content = desk.make("kpi-map", "csv", kpi="online", ky=PERIOD).file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[-1] == "" and not any("\n" in line for line in lines)
    assert len({len(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))}) == 1


@pytest.mark.parametrize("form", ["parquet", "geojson", "gpkg", "svg"])
def test_every_format_says_what_it_is_and_where_it_comes_from(desk: Desk, form: str) -> None:
    path = desk.make("kpi-map", form, kpi="online", ky=PERIOD).file
    if form == "parquet":
        text = pq.read_schema(path).metadata[b"ioc"].decode()
    elif form == "gpkg":
        text = str(pyogrio.read_dataframe(path, layer="thong_tin", read_geometry=False).to_dict("records"))
    else:
        text = path.read_text(encoding="utf-8")
    for wanted in (
        "Chỉ số online",
        "Tháng 11/2026",
        "Tỉnh Thử",
        "Bản số liệu số 1",
        "SỐ LIỆU MINH HỌA",
        "Một cửa",
    ):
        assert wanted in text, wanted
    if form != "parquet":
        assert "Sơ đồ, không phải địa giới chính thức" in text


def test_outlines_are_the_drawings_at_their_place_on_earth(desk: Desk) -> None:
    layer = pyogrio.read_dataframe(
        desk.make("kpi-map", "gpkg", kpi="online", ky=PERIOD).file, layer="so_lieu"
    )
    assert layer.crs.to_epsg() == 4326
    shapes = {row.code: row.geometry for row in layer.itertuples() if row.geometry is not None}
    assert len(shapes) == 6 and all(shape.is_valid for shape in shapes.values())
    metres = layer[layer.code == "00001"].to_crs(32648).geometry.iloc[0].area
    assert metres == pytest.approx(20_000.0**2, rel=0.01)
    holed = layer[layer.code == "00006"].to_crs(32648).geometry.iloc[0]
    assert holed.area == pytest.approx(20_000.0**2 * 0.96, rel=0.01) and len(holed.geoms[0].interiors) == 1


def test_a_file_is_named_by_indicator_area_and_period(desk: Desk) -> None:
    assert desk.make("kpi-map", "csv", kpi="online", ky=PERIOD).name == "online_Tinh-Thu_2026-11.csv"


def test_a_workbook_opens_in_libreoffice_as_it_was_written(desk: Desk, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        lacking("LibreOffice (soffice)")
    made = desk.make("kpi-map", "xlsx", kpi="online", ky=PERIOD)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        str(office),
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false",
        "--outdir",
        str(tmp_path),
        str(made.file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    rows = list(csv.DictReader((tmp_path / "export.csv").read_text(encoding="utf-8").splitlines()))
    expected = on_the_board(desk, "online")
    assert {row["Mã"]: float(row["Tử số"]) if row["Tử số"] else None for row in rows} == {
        code: triple[1] for code, triple in expected.items()
    }


def test_a_workbook_has_no_broken_part(desk: Desk) -> None:
    with zipfile.ZipFile(desk.make("kpi-map", "xlsx", kpi="online", ky=PERIOD).file) as parts:
        assert parts.testzip() is None
        assert {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"} <= set(
            parts.namelist()
        )
