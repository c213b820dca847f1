"""Real boundaries become a drawing: nothing lost, every fault named, small, and the same each time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.canvas import SIDE, areas_km2, meridian, to_plane
from geodata.detail import GRID, ISLET, PIXELS
from geodata.matching import match
from geodata.publication import ImportReport, import_boundaries, publish_register
from geodata.reading import read
from geodata.repair import mend
from geodata.submission import Submission
from ioc.areas import Register
from ioc.drawings import LEVELS, Drawing
from ioc.settings import Settings
from tests.geodata.conftest import BA_CHE, bare_site, drawn, ring_counts

pytestmark = pytest.mark.shared

PUBLISHED_KM2 = 9_068.7
FORMS = {"one file": "lai_chau_communes.geojson", "a file a commune": "lai_chau_per_commune"}


@dataclass(frozen=True)
class Imported:
    """One import and what went into it."""

    report: ImportReport
    register: Register
    submission: Submission
    data: Path

    def svg(self, level: str) -> Path:
        return self.data / "geo" / f"{self.report.drawing.sha(level)}.svg"

    @property
    def source(self) -> np.ndarray:
        """The submitted shapes in the order of the communes, in degrees."""
        return self.submission.shapes[match(self.submission, self.register.communes)]


def imported(path: Path, root: str, data: Path) -> Imported:
    site, settings = bare_site(root, (BA_CHE,) if root == "VN" else ()), Settings(data=data)
    register = publish_register(site, settings)
    report = import_boundaries(path, site, settings, register)
    return Imported(report, register, read(path), data)


@pytest.fixture(scope="module", params=FORMS)
def province(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Imported:
    return imported(shared / "boundaries" / FORMS[request.param], "12", tmp_path_factory.mktemp("lai_chau"))


@pytest.fixture(scope="module")
def country(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    path = shared / "boundaries" / "vietnam_communes_simplified.geojson"
    return imported(path, "VN", tmp_path_factory.mktemp("viet_nam"))


def lost_islands(case: Imported, level: str) -> list[str]:
    """Codes of communes of which a level of detail shows less than was submitted.

    Every polygon has a ring of its own, and something of its commune is drawn in its place: at most a pixel
    off, an islet as a square of least width. Of a commune with a named fault a piece may have gone to a
    neighbour, but the place must still be land.
    """
    shapes, _ = drawn(case.svg(level))
    count = ring_counts(case.svg(level))
    land = shapely.STRtree(list(shapes.values()))
    near = ISLET * SIDE / PIXELS[level]
    told = {defect.code for defect in case.report.drawing.defects}
    lost = []
    for area, submitted in zip(case.register.communes, case.source, strict=True):
        parts = shapely.get_parts(shapely.make_valid(submitted, method="structure"))
        if count[area.code] < len(parts) and area.code not in told:
            lost.append(area.code)
        for part in parts:
            lon, lat = shapely.get_coordinates(part.representative_point())[0]
            place = shapely.Point(case.report.drawing.project(float(lat), float(lon)))
            if shapes[area.code].distance(place) <= near:
                continue
            if area.code not in told or not len(land.query(place, predicate="intersects")):
                lost.append(area.code)
    return lost


def test_lai_chau_has_38_areas_and_its_published_size(province: Imported) -> None:
    report = province.report
    assert report.areas == 38
    assert report.total_km2 == pytest.approx(PUBLISHED_KM2, rel=0.001)
    assert report.drawing.area_km2 == pytest.approx(PUBLISHED_KM2, rel=0.001)
    assert report.drawing.kind == "official"
    assert report.drawing.caption("vi") == ""
    assert Drawing.load(province.data) == report.drawing
    # Nothing in the drawing disagrees with the register: no warning but how the code was found.
    assert report.warnings == ("Mã xã lấy từ code.",)


def test_the_known_self_intersection_is_found_repaired_and_named(province: Imported) -> None:
    found = [
        defect
        for defect in province.report.drawing.defects
        if defect.kind == "self_intersection"
        and abs(defect.lat - 22.429) < 1e-3
        and abs(defect.lon - 103.483) < 1e-3
    ]
    assert [defect.code for defect in found] == ["03394"]
    assert found[0].text.startswith("03394 Xã Sin Suối Hồ: đường biên tự cắt")
    assert "đã sửa, gần 22,429" in found[0].text


def test_every_fault_is_named_with_its_place_within_the_province(province: Imported) -> None:
    names = {area.code: area.name for area in province.register.communes}
    west, south, east, north = shapely.total_bounds(province.source)
    kinds = {defect.kind for defect in province.report.drawing.defects}
    assert kinds == {"self_intersection", "overlap", "gap"}
    for defect in province.report.drawing.defects:
        assert defect.text.startswith(f"{defect.code} {names[defect.code]}: ")
        assert west < defect.lon < east
        assert south < defect.lat < north
        place = re.search(r"gần (\d+,\d{5})° B, (\d+,\d{5})° Đ$", defect.text)
        assert place is not None
        told = [float(number.replace(",", ".")) for number in place.groups()]
        assert told == pytest.approx([defect.lat, defect.lon], abs=1e-5)


def test_the_source_is_no_coverage_and_the_mended_one_is_with_its_ground(province: Imported) -> None:
    central = meridian("12")
    communes = province.register.communes
    plane = to_plane(province.source, central)
    assert not shapely.coverage_is_valid(plane)
    coverage = mend(plane, [area.code for area in communes], [area.name for area in communes], central)
    assert shapely.coverage_is_valid(coverage.shapes)
    assert shapely.is_valid(coverage.shapes).all()
    change = np.abs(areas_km2(coverage.shapes, central) - areas_km2(plane, central))
    assert change.max() < 1e-5, "no commune gains or loses more than ten square metres"
    assert coverage.islands == 1
    assert np.array([area.km2 for area in communes]) == pytest.approx(
        areas_km2(coverage.shapes, central), rel=0.01
    )


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_shows_every_commune_without_gap_or_overlap(province: Imported, level: str) -> None:
    shapes, labels = drawn(province.svg(level))
    assert tuple(shapes) == province.report.drawing.codes == tuple(a.code for a in province.register.communes)
    assert all(shapes[code].contains(shapely.Point(x, y)) for code, (x, y, _) in labels.items())
    assert lost_islands(province, level) == []
    cover = np.array(list(shapes.values()))
    # Rounding to the grid may open hair-fine slivers, never ground that can be seen: less than a pixel wide.
    whole = shapely.union_all(shapely.make_valid(cover))
    assert float(shapely.area(cover).sum()) == pytest.approx(whole.area, rel=1e-3)
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    pixel = SIDE / PIXELS[level]
    assert all(shapely.Polygon(ring).buffer(-pixel / 2).is_empty for ring in holes)
    km2 = whole.area / province.report.drawing.units_per_km**2
    assert km2 == pytest.approx(PUBLISHED_KM2, rel=0.003)


def test_the_drawing_is_small_enough_to_send(province: Imported) -> None:
    sheets = province.report.drawing.sheets
    assert tuple(sheets) == LEVELS
    assert sheets["small"].gzip_bytes < sheets["screen"].gzip_bytes < sheets["wall"].gzip_bytes
    assert sheets["screen"].gzip_bytes <= 40_000
    assert sheets["wall"].gzip_bytes <= 90_000
    assert all(sheet.max_error_px <= 1.0 for sheet in sheets.values())


def test_both_forms_give_the_same_drawing_each_time(shared: Path, tmp_path: Path) -> None:
    found = [
        imported(shared / "boundaries" / form, "12", tmp_path / f"{turn}_{form}").report.drawing
        for turn, form in enumerate([*FORMS.values(), FORMS["one file"]])
    ]
    assert len({tuple(drawing.sha(level) for level in LEVELS) for drawing in found}) == 1


def test_the_country_has_3321_areas_in_34_provinces(country: Imported) -> None:
    report = country.report
    assert report.areas == len(report.drawing.codes) == 3_321
    assert report.drawing.root == "VN"
    svg = country.svg("screen").read_text("ascii")
    assert svg.count('class="province"') == 34
    # Land within a percent of the 331 thousand km² that the statistics office publishes.
    assert report.total_km2 == pytest.approx(331_336, rel=0.01)


@pytest.mark.parametrize("level", LEVELS)
def test_the_country_keeps_every_island(country: Imported, level: str) -> None:
    assert lost_islands(country, level) == []


def test_what_repair_takes_from_the_country_lay_on_a_neighbours_ground(country: Imported) -> None:
    before = shapely.make_valid(country.source, method="structure")
    joined = shapely.union_all(before)
    # Every piece of land of the file, seen as a whole, is a piece of land of the result.
    assert country.report.islands == shapely.get_num_geometries(joined)
    parts = int(shapely.get_num_geometries(before).sum())
    swallowed = sum("nằm trọn trong xã bên" in defect.text for defect in country.report.drawing.defects)
    crumbs = sum("mảnh vụn" in defect.text for defect in country.report.drawing.defects)
    assert country.report.parts >= parts - swallowed - crumbs


def test_hoang_sa_and_truong_sa_are_on_every_level_of_the_country(country: Imported) -> None:
    codes = {area.name: area.code for area in country.register.communes}
    for level in LEVELS:
        shapes, _ = drawn(country.svg(level))
        for name, lat, lon in [("Đặc khu Hoàng Sa", 16.5, 112.0), ("Đặc khu Trường Sa", 9.5, 113.5)]:
            shape = shapes[codes[name]]
            width = shape.bounds[2] - shape.bounds[0]
            assert width >= ISLET * SIDE / PIXELS[level] - GRID[level]
            x, y = country.report.drawing.project(lat, lon)
            assert shape.distance(shapely.Point(x, y)) < 250 * country.report.drawing.units_per_km


@pytest.mark.parametrize("root", ["33", "37", "96"])
def test_right_boundaries_are_not_refused_where_the_register_has_wrong_areas(
    root: str, shared: Path, tmp_path: Path
) -> None:
    """The packaged list gives communes of these provinces the areas of namesakes; that is told, no more."""
    whole = json.loads((shared / "boundaries" / "vietnam_communes_simplified.geojson").read_text("utf-8"))
    part = [entry for entry in whole["features"] if entry["properties"]["province_code"] == root]
    path = tmp_path / "tinh.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": part}), encoding="utf-8")
    report = imported(path, root, tmp_path / "data").report
    assert report.drawing.kind == "official"
    told = "\n".join(report.warnings)
    assert "Tổng diện tích" in told
    assert "Diện tích khác danh mục quá 20 %" in told


def test_files_of_two_provinces_in_one_folder_are_told_apart(shared: Path, tmp_path: Path) -> None:
    from geodata.submission import BoundaryError

    for file in (shared / "boundaries" / "lai_chau_per_commune").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    stranger = json.loads((tmp_path / "03388_doan_ket.geojson").read_text("utf-8"))
    stranger["features"][0]["properties"]["code"] = "00004"
    (tmp_path / "00004_ba_dinh.geojson").write_text(json.dumps(stranger), encoding="utf-8")
    site, settings = bare_site("12"), Settings(data=tmp_path / "data")
    with pytest.raises(BoundaryError, match="Mã không thuộc danh mục hiện hành: 00004"):
        import_boundaries(tmp_path, site, settings, publish_register(site, settings))
    assert not (settings.data / "geo" / "current.json").exists()
