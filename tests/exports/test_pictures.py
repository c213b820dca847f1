"""A picture is never blank, says what it shows in readable Vietnamese, and looks like the screen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from ioc.access import OPEN, Scope
from ioc.exports.axes import axis_of
from ioc.exports.charts import EmptyError, chart
from ioc.exports.painting import paint
from ioc.jobs.kinds import JobError
from ioc.web import documents
from layouts.exported import SUBJECTS
from layouts.theme import palette
from tests.conftest import PROJECT
from tests.exports.conftest import Desk

KPI_SUBJECTS = [one.name for one in SUBJECTS if one.name.startswith("kpi-")]
COLOURS = {**palette("day"), "page": "#ffffff"}


def spread_of(image: Image.Image) -> tuple[float, int]:
    """How much a picture varies, and how many different colours it has."""
    small = image.convert("RGB")
    small.thumbnail((480, 480))
    return float(np.asarray(small, dtype=np.float64).std()), len(small.getcolors(maxcolors=10**6) or ())


@pytest.mark.parametrize("subject", KPI_SUBJECTS)
def test_no_picture_is_ever_blank(desk: Desk, subject: str) -> None:
    size = {"kpi-map": "print", "kpi-trend": "slide"}.get(subject, "screen")
    image = Image.open(desk.make(subject, "png", size, kpi="online", ky="2026-11").file)
    assert {"screen": (1600, 1000), "print": (3508, 2480), "slide": (1920, 1080)}[size][0] == image.width
    deviation, colours = spread_of(image)
    assert deviation > 8 and colours >= 8
    middle = image.crop((0, image.height // 5, image.width, image.height * 3 // 4))
    assert spread_of(middle)[0] > 4, "the picture between head and foot is empty"


def test_a_map_is_painted_in_the_colours_of_the_screen(desk: Desk) -> None:
    image = Image.open(desk.make("kpi-map", "png", "screen", kpi="online", ky="2026-11").file).convert("RGB")
    seen = {f"#{r:02x}{g:02x}{b:02x}" for _, (r, g, b) in image.getcolors(maxcolors=10**6)}
    assert {palette("day")[name] for name in ("good", "watch", "bad")} <= seen


@pytest.mark.parametrize("kpi", ["online", "overdue", "received", "standing"])
def test_every_commune_has_the_class_that_the_browser_paints(desk: Desk, kpi: str) -> None:
    board, period = desk.board, "2026-11"
    entry = board.kpi(kpi, OPEN)
    sent = json.loads(documents.values(board, kpi, period, OPEN).raw)
    classes, entries = paint(entry, board.row(kpi, period, OPEN), 0, False, "vi")
    graded = any(one.lower() in "gwb" for one in sent["s"])
    for name, letter in zip(classes, sent["s"].lower(), strict=True):
        if letter in "gwbn":
            assert name == f"grade-{letter}" if graded else name.startswith("seq-")
        else:
            assert name == f"no-{letter}"
    assert sum(one.count or 0 for one in entries) == len(board.communes)


def test_breaks_that_the_reader_chose_are_the_ones_of_the_page(desk: Desk) -> None:
    from ioc.classing import locked

    options = {"kpi": "received", "ky": "2026-11", "mau": "gia-tri"}
    text = desk.make("kpi-map", "svg", **options, chia="deu").file.read_text(encoding="utf-8")
    cuts = locked(desk.board, "received", "2026-11", "deu", 5, OPEN)
    assert len(cuts) == 4 and f"Từ {cuts[-1]:g}" in text
    assert sum(text.count(f'fill="{palette("day")[f"seq-{at}"]}"') for at in range(1, 8)) >= 6


def test_what_lies_outside_the_scope_is_hatched_and_counted_as_such(desk: Desk) -> None:
    scope = Scope(areas=frozenset({desk.board.communes[0].id, desk.board.root.id}))
    text = desk.make("kpi-map", "svg", scope=scope, kpi="online", ky="2026-11").file.read_text(
        encoding="utf-8"
    )
    assert text.count('fill="url(#hatch-h)"') >= 5 and "ngoài phạm vi được xem".capitalize() in text


@pytest.mark.parametrize("subject", KPI_SUBJECTS)
def test_a_pdf_is_vector_with_letters_that_can_be_searched(desk: Desk, subject: str) -> None:
    path = desk.make(subject, "pdf", kpi="online", ky="2026-11").file
    document = pypdfium2.PdfDocument(path)
    text = document[0].get_textpage().get_text_range()
    for wanted in ("SỐ LIỆU MINH HỌA", "Chỉ số online", "Bản số liệu số 1", "Nguồn", "Trang 1/1", "Tỉnh Thử"):
        assert wanted in text, wanted
    assert b"/Subtype/Image" not in path.read_bytes().replace(b" ", b"")
    assert b"IOCPrint" in path.read_bytes(), "the face is not in the file"
    assert spread_of(document[0].render(scale=1).to_pil())[0] > 8


def test_a_long_table_goes_over_numbered_pages_and_not_into_one_picture(tmp_path: Path) -> None:
    from tests.exports.conftest import desk_of

    many = desk_of(tmp_path, communes=90)
    document = pypdfium2.PdfDocument(many.make("kpi-ranking", "pdf", kpi="online", ky="2026-11").file)
    assert len(document) >= 3
    texts = [page.get_textpage().get_text_range() for page in document]
    assert all(f"Trang {at}/{len(document)}" in text for at, text in enumerate(texts, start=1))
    assert sum(text.count("Xã Bản") for text in texts) == 90
    with pytest.raises(JobError, match="long"):
        many.make("kpi-ranking", "png", kpi="online", ky="2026-11")
    many.office.warehouse.close()


def test_nothing_to_draw_is_said_and_never_drawn(desk: Desk) -> None:
    with pytest.raises(JobError, match="empty"):
        desk.make("kpi-trend", "png", kpi="received", xa="00001", ky="2026-10.ytd")
    with pytest.raises(EmptyError):
        chart({"data": [{"type": "scatter", "x": [1], "y": [None]}]}, 100, 100, 9, COLOURS)
    with pytest.raises(ValueError, match="pie"):
        chart({"data": [{"type": "pie", "x": [1], "y": [1]}]}, 100, 100, 9, COLOURS)


def test_every_letter_of_vietnamese_has_its_width_and_the_faces_are_the_listed_ones() -> None:
    import hashlib

    from ioc.exports.svg import FONTS, _widths

    letters = "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐ"
    import unicodedata

    all_of_them = {
        unicodedata.normalize("NFC", one + tone)
        for one in letters
        for tone in ("", *"\u0300\u0309\u0303\u0301\u0323")
    }
    single = {one for one in all_of_them if len(one) == 1}
    assert len(single) >= 134
    for weight in (400, 600):
        assert single | set("≤≥–−…·0123456789") <= set(_widths()[weight])
    sums = dict(line.split()[::-1] for line in (PROJECT / "assets/fonts/SHA256SUMS").read_text().splitlines())
    for path in FONTS.iterdir():
        assert sums[f"print/{path.name}"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_ticks_are_written_with_the_places_their_step_needs() -> None:
    labels = [label for _, label in axis_of({"ticksuffix": " %"}, [78.0, 90.0]).ticks(6)]
    assert "82,5 %" in labels and "85,0 %" in labels
    assert [label for _, label in axis_of({"rangemode": "tozero"}, [0, 4000]).ticks(5)][:2] == ["0", "1.000"]


def test_a_figure_that_says_where_everything_stands_is_drawn_so() -> None:
    figure = {
        "data": [{"type": "heatmap", "x": [0, 1], "y": [0, 1], "z": [[1, 2], [3, None]], "xaxis": "x", "yaxis": "y"}],
        "layout": {
            "width": 1000, "height": 500, "autosize": False, "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "xaxis": {"domain": [0.2, 1], "range": [-0.5, 1.5], "side": "top"}, "yaxis": {"domain": [0, 0.8], "range": [1.5, -0.5], "visible": False},
            "annotations": [{"text": "Mù Cả", "xref": "paper", "yref": "paper", "x": 0.1, "y": 0.6, "xanchor": "right"}],
        },
    }  # fmt: skip
    found = chart(figure, 500, 250, 9, COLOURS)
    assert "scale(0.5" in found and 'x="100" y="204.2"' in found
    first = found.index("<rect")
    assert 'x="200.3" y="100.3"' in found[first : first + 60], (
        "the first row is not on top of a reversed axis"
    )


def test_bars_heat_and_small_multiples_are_drawn() -> None:
    figure = {
        "data": [
            {"type": "bar", "orientation": "h", "y": ["Mù Cả", "Pa Ủ"], "x": [3, -5], "text": ["3", "−5"]},
            {"type": "heatmap", "x": ["a", "b"], "y": ["r"], "z": [[1, None]], "xaxis": "x2", "yaxis": "y2"},
            {"type": "scatter", "mode": "markers", "x": ["2026-01-01", "2026-03-01"], "y": [1, 2], "xaxis": "x3", "yaxis": "y3"},
        ],
        "layout": {
            "xaxis": {"domain": [0, 0.3]}, "xaxis2": {"domain": [0.35, 0.6]}, "xaxis3": {"domain": [0.7, 1]},
            "yaxis": {"domain": [0, 1]}, "yaxis2": {"domain": [0, 1]}, "yaxis3": {"domain": [0, 1]},
        },
    }  # fmt: skip
    found = chart(figure, 600, 300, 9, COLOURS)
    assert (
        found.count("<rect") == 4
        and found.count("<circle") == 2
        and "url(#hatch-m)" in found
        and "Mù Cả" in found
    )
