"""A place lies on the drawing where PROJ says, and a manifest is read whole or refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

from ioc.drawings import Drawing, DrawingError, Inset, Projection, Sheet

MAIN = Projection(103.0, 0.9999, -70_000.0, 2_525_000.0, 0.044)
FAR = Projection(103.0, 0.9999, 900_000.0, 1_300_000.0, 0.002)
DRAWING = Drawing(
    kind="schematic", root="12", captions={"vi": "Sơ đồ", "en": "Schematic"}, source="thử",
    published_at="2026-11-22T08:00:00+00:00", width=7680, height=5594, codes=("03388", "03390"),
    projection=MAIN, insets=(Inset(111.0, 7.0, 118.0, 12.0, FAR, (7000.0, 48.0, 7600.0, 648.0), ("22736",)),),
    sheets={"small": Sheet("small", "ab" * 32, 480, 10, 9, 0.5)}, defects=(), area_km2=9069.19, notes=(),
)  # fmt: skip


@given(
    lat=st.floats(6.0, 24.0),
    lon=st.floats(101.5, 118.5),
    meridian=st.sampled_from([103.0, 104.75, 105.75, 107.25, 108.5]),
)
def test_the_projection_agrees_with_proj_to_a_millimetre(lat: float, lon: float, meridian: float) -> None:
    proj = Proj(f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=0.9999 +ellps=WGS84")
    assert Projection(meridian, 0.9999, 0.0, 0.0, 1.0).metres(lat, lon) == pytest.approx(
        proj(lon, lat), abs=1e-3
    )


def test_north_is_up_and_a_kilometre_has_its_units() -> None:
    x, y = DRAWING.project(22.3, 103.0)
    x2, y2 = DRAWING.project(22.3 + 1 / 110.75, 103.0)
    assert x2 == pytest.approx(x, abs=0.01)
    assert y - y2 == pytest.approx(DRAWING.units_per_km, rel=0.002)


def test_a_place_in_a_frame_goes_through_the_frame() -> None:
    assert DRAWING.project(9.7, 114.4) == FAR.project(9.7, 114.4)
    assert DRAWING.project(22.0, 103.0) == MAIN.project(22.0, 103.0)


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "current.json").write_text(json.dumps(DRAWING.document()), encoding="utf-8")
    assert Drawing.load(tmp_path) == DRAWING
    assert DRAWING.sha("small") == "ab" * 32
    assert DRAWING.caption("en") == "Schematic"
    assert replace(DRAWING, captions={"vi": "Sơ đồ"}).caption("en") == "Sơ đồ"


def test_before_the_first_publication_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Drawing.load(tmp_path)


def damaged(path: str, value: object) -> str:
    """The manifest with one member replaced."""
    return json.dumps({**DRAWING.document(), path: value})


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "5", '{"format": 2}', '{"format": 1, "kind": "official"}', json.dumps(DRAWING.document())[:-9],
        damaged("levels", []), damaged("levels", {"small": {}}), damaged("projection", {}), damaged("codes", 5),
        damaged("insets", [5]), damaged("defects", [{"code": "03388"}]), damaged("notes", None),
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "current.json").write_text(text, encoding="utf-8")
    with pytest.raises(DrawingError, match="geodata import"):
        Drawing.load(tmp_path)
