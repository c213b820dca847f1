"""Repair keeps the ground; simplification keeps validity, neighbours, islands and the bound on its error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon, box

from geodata.arcs import Arcs
from geodata.canvas import SIDE, to_plane
from geodata.detail import GRID, ISLET, MOST_ERROR, PIXELS, reduce
from geodata.repair import mend
from geodata.sheets import on_grid, path_data
from geodata.submission import BoundaryError
from tests.geodata.conftest import read_path, rings

Geometries = NDArray[Any]


def tessellation(seed: int, count: int, islets: int) -> Geometries:
    """A random coverage that fills a drawing: crooked borders, a lake, an enclave, islets, many vertices."""
    random = np.random.default_rng(seed)
    land = box(600, 600, 6600, 6600).buffer(300)
    seats = shapely.multipoints(random.uniform(600, 6600, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=land))
    cells = shapely.intersection(cells, land)
    hole = shapely.Point(random.uniform(2000, 5000, 2)).buffer(random.uniform(50, 400))
    enclave = shapely.Point(hole.centroid.x, hole.centroid.y).buffer(hole.bounds[2] - hole.centroid.x - 30)
    cells = shapely.difference(cells, hole)
    shapes = [cell for cell in cells if not cell.is_empty] + ([enclave] if enclave.area > 0 else [])
    for spot in range(islets):
        size = float(random.choice([0.3, 2.0, 20.0]))
        islet = shapely.Point(7100 + 25 * (spot % 12), 100 + 60 * spot).buffer(size)
        home = int(random.integers(len(shapes)))
        shapes[home] = MultiPolygon([*shapely.get_parts(shapes[home]), islet])
    crooked = shapely.transform(
        shapely.segmentize(np.array(shapes, dtype=object), 12.0),
        lambda xy: xy + 25 * np.column_stack([np.sin(xy[:, 1] / 60), np.cos(xy[:, 0] / 45)]),
    )
    return shapely.coverage_clean(crooked)


tessellations = st.builds(tessellation, st.integers(0, 10**6), st.integers(2, 40), st.integers(0, 15))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cover=tessellations, level=st.sampled_from(list(PIXELS)))
def test_a_simplified_coverage_is_valid_whole_and_within_its_error(cover: Geometries, level: str) -> None:
    assert shapely.coverage_is_valid(cover)
    detail = reduce(cover, Arcs(cover), level)
    pixel = SIDE / PIXELS[level]
    assert shapely.coverage_is_valid(detail.simple)
    assert shapely.is_valid(detail.simple).all()
    assert (shapely.get_num_geometries(detail.simple) == shapely.get_num_geometries(cover)).all()
    assert (shapely.get_num_geometries(detail.shapes) == shapely.get_num_geometries(cover)).all()
    # Measured along the true border, not only at its vertices, and on what is really drawn.
    for before, after in zip(cover, detail.shapes, strict=True):
        for whole, part in zip(shapely.get_parts(before), shapely.get_parts(after), strict=True):
            west, south, east, north = whole.bounds
            if max(east - west, north - south) < 2 * ISLET * pixel:
                continue  # enlarged on purpose
            off = shapely.hausdorff_distance(whole.boundary, part.boundary, densify=0.2)
            assert off <= MOST_ERROR * pixel + 1e-6
    assert detail.max_error_px <= MOST_ERROR + 1e-3
    assert (np.rint(shapely.get_coordinates(detail.shapes) / GRID[level]) * GRID[level]
            == shapely.get_coordinates(detail.shapes)).all()  # fmt: skip
    assert shapely.get_num_coordinates(detail.shapes).sum() <= shapely.get_num_coordinates(cover).sum()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cover=tessellations)
def test_neighbours_stay_neighbours(cover: Geometries) -> None:
    def borders(shapes: Geometries) -> set[tuple[int, int]]:
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        common = shapely.length(
            shapely.intersection(shapely.boundary(shapes[a]), shapely.boundary(shapes[b]))
        )
        return {(int(i), int(j)) for i, j, length in zip(a, b, common, strict=True) if i < j and length > 20}

    simple = reduce(cover, Arcs(cover), "screen").simple
    touching = shapely.STRtree(simple).query(simple, predicate="intersects")
    assert borders(cover) <= {(int(i), int(j)) for i, j in touching.T}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cover=tessellations)
def test_an_untouched_coverage_comes_back_from_its_arcs_as_it_was(cover: Geometries) -> None:
    arcs = Arcs(cover)
    again, moved, collapsed = arcs.simplify(np.zeros(len(arcs)))
    assert shapely.coverage_is_valid(again)
    assert shapely.equals(again, cover).all()
    assert moved.max() == 0
    assert not len(collapsed)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cover=st.builds(tessellation, st.integers(0, 10**6), st.integers(2, 8), st.just(0)),
    seed=st.integers(0, 99),
)
def test_a_coverage_shaken_out_of_joint_is_mended_and_keeps_its_ground(cover: Geometries, seed: int) -> None:
    random = np.random.default_rng(seed)
    keep = [spot for spot, shape in enumerate(cover) if shape.area > 1e4]
    metres = shapely.transform(cover[keep], lambda xy: xy * 10 + np.array([-38_000.0, 2_400_000.0]))
    shake = random.uniform(0.1, 0.4, len(metres))
    shaken = np.array(
        [
            shapely.transform(shape, lambda xy, by=by: xy + by * np.sin(xy[:, ::-1] / 40 + 50 * by))
            for shape, by in zip(metres, shake, strict=True)
        ]
    )
    codes = [f"{spot:05d}" for spot in range(len(keep))]
    coverage = mend(shaken, codes, ["Xã"] * len(codes), 103.0)
    assert shapely.coverage_is_valid(coverage.shapes)
    assert shapely.area(coverage.shapes).sum() == pytest.approx(shapely.area(metres).sum(), rel=1e-4)
    assert np.abs(shapely.area(coverage.shapes) / shapely.area(metres) - 1).max() < 0.01
    assert bool(coverage.defects) == (not shapely.coverage_is_valid(shaken))


def patches(*rings: Any) -> tuple[Geometries, list[str], list[str]]:
    """Shapes in degrees brought to the plane, with codes and names."""
    shapes = to_plane(np.array([ring if hasattr(ring, "area") else Polygon(ring) for ring in rings]), 103.0)
    codes = [f"0000{spot}" for spot in range(len(rings))]
    return shapes, codes, [f"Xã {chr(65 + spot)}" for spot in range(len(rings))]


def test_a_border_that_crosses_itself_is_told_with_its_place_and_keeps_its_ground() -> None:
    bow = [(103.0, 22.0), (103.1, 22.0), (103.1, 22.1), (103.04, 22.1), (103.06, 22.11), (103.0, 22.1)]
    crossing = [*bow[:3], (103.05, 22.1), (103.06, 22.105), (103.05, 22.105), (103.06, 22.1), (103.0, 22.1)]
    assert not Polygon(crossing).is_valid
    shapes, codes, names = patches(crossing, box(103.1, 22.0, 103.2, 22.1))
    coverage = mend(shapes, codes, names, 103.0)
    found = [defect for defect in coverage.defects if defect.kind == "self_intersection"]
    assert [(defect.code, defect.lat, defect.lon) for defect in found] == [
        ("00000", pytest.approx(22.1025, abs=1e-4), pytest.approx(103.055, abs=1e-4))
    ]
    assert found[0].text.startswith("00000 Xã A: đường biên tự cắt")
    assert "gần 22,10" in found[0].text
    assert coverage.shapes[0].area == pytest.approx(shapely.make_valid(shapes[0]).area, rel=1e-6)


def test_overlaps_and_gaps_are_told_with_both_names_and_closed() -> None:
    left, right = box(103.0, 22.0, 103.1, 22.1), box(103.09999, 22.0, 103.2, 22.1)
    above = Polygon([(103.0, 22.1), (103.1, 22.10003), (103.2, 22.1), (103.2, 22.2), (103.0, 22.2)])
    coverage = mend(*patches(left, right, above), 103.0)
    text = "\n".join(defect.text for defect in coverage.defects)
    assert "00000 Xã A: chồng lên 00001 Xã B" in text
    assert "hở" in text
    assert "Xã C" in text
    assert shapely.coverage_is_valid(coverage.shapes)
    assert shapely.get_num_geometries(shapely.coverage_union_all(coverage.shapes)) == 1


def test_a_small_islet_is_no_crumb() -> None:
    islet = box(103.5, 22.0, 103.500001, 22.000001)  # about 0.01 m², alone in the sea
    home = MultiPolygon([box(103.0, 22.0, 103.1, 22.1), islet])
    coverage = mend(*patches(home, box(103.1, 22.0, 103.2, 22.1)), 103.0)
    assert coverage.parts == 3
    assert coverage.islands == 2
    assert not coverage.defects


def test_a_shape_without_ground_is_refused() -> None:
    flat = Polygon([(103.0, 22.0), (103.1, 22.0), (103.05, 22.0), (103.0, 22.0)])
    with pytest.raises(BoundaryError, match="gần như không có diện tích ở 00000 Xã A"):
        mend(*patches(flat, box(103.1, 22.0, 103.2, 22.1)), 103.0)


def test_two_shapes_on_the_same_ground_are_refused_not_halved() -> None:
    with pytest.raises(BoundaryError, match="00000 Xã A và 00001 Xã B"):
        mend(*patches(box(103.0, 22.0, 103.1, 22.1), box(103.0, 22.0, 103.1, 22.1)), 103.0)


@settings(max_examples=100, deadline=None)
@given(
    x=st.floats(-500, 500), y=st.floats(-500, 500), size=st.floats(1e-6, 30.0), grid=st.sampled_from([1, 4]),
    least=st.sampled_from([4.0, 32.0]),
)  # fmt: skip
def test_an_islet_of_any_size_is_drawn_where_it_is(
    x: float, y: float, size: float, grid: int, least: float
) -> None:
    islet = box(x, y, x + size, y + size)
    shape = np.array([MultiPolygon([islet, box(1000, 1000, 1100, 1100)])], dtype=object)
    found = on_grid(shape, grid, least)[0]
    part = shapely.get_parts(found)[0]
    west, south, east, north = part.bounds
    assert part.is_valid
    assert part.area > 0
    assert max(east - west, north - south) >= least * 0.75
    assert part.distance(islet) == 0
    data = path_data(found)
    assert rings(data) == 2
    assert shapely.equals(read_path(data), shapely.normalize(found))
