"""Sites without a folder, boundary files made on the spot, and a way to read a drawing back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result

from geodata.cli import geodata
from geodata.matching import match
from geodata.reading import read
from geodata.register import build_register
from geodata.submission import BoundaryError
from ioc.areas import Register
from ioc.settings import Settings
from ioc.site import Site
from ioc.sitehead import SiteHead, UnitOverride

BA_CHE = UnitOverride(
    code="06978",
    name="Xã Ba Chẽ",
    kind="xã",
    source="Danh mục của cơ quan thống kê, 7/2026",
    replaces="06970",
)
"""The one code in which the packaged list differs from the statistics office's export."""


def bare_site(root: str = "12", units: tuple[UnitOverride, ...] = ()) -> Site:
    """A site that has a root and overrides and nothing else."""
    name = {"vi": "Địa bàn thử", "en": "Test site"}
    head = SiteHead.model_validate(
        {"id": "thu", "name": name, "root": root, "demonstration": True, "headline_map": "thu"}
    )
    return Site(Path(), head, {}, {}, {}, {}, (), units, "0" * 16)


@pytest.fixture(scope="session")
def national() -> Register:
    """The national register, built once."""
    return build_register()


@pytest.fixture(scope="session")
def lai_chau(national: Register) -> Register:
    """Lai Châu's branch."""
    return national.branch("12")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of their own."""
    return Settings(data=tmp_path / "data")


def squares(register: Register) -> dict[str, list[list[float]]]:
    """A patch of equal squares over Lai Châu, one a commune: rings by code, in degrees."""
    rings = {}
    for spot, area in enumerate(register.communes):
        x, y = 102.4 + 0.2 * (spot % 7), 21.8 + 0.16 * (spot // 7)
        rings[area.code] = [[x, y], [x + 0.2, y], [x + 0.2, y + 0.16], [x, y + 0.16], [x, y]]
    return rings


def feature(code: Any, ring: Any, **properties: Any) -> dict[str, Any]:
    geometry = None if ring is None else {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


@pytest.fixture
def patchwork(lai_chau: Register) -> list[dict[str, Any]]:
    """Features of a sound file: every commune a square."""
    return [feature(code, ring) for code, ring in squares(lai_chau).items()]


@pytest.fixture
def submit(tmp_path: Path) -> Callable[..., Path]:
    """Write features, or any text, to a file that claims to be GeoJSON."""

    def write(content: Any, name: str = "ranh_gioi.geojson", **members: Any) -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            content = json.dumps({"type": "FeatureCollection", "features": content, **members})
        path.write_text(content, encoding="utf-8")
        return path

    return write


def refusal(path: Path, register: Register | None = None, trusted: bool = False) -> str:
    with pytest.raises(BoundaryError) as caught:
        submission = read(path, trusted)
        assert register is not None, "the file was read without complaint"
        match(submission, register.communes)
    text = "\n".join(caught.value.problems)
    assert "hãy" in text.lower(), "every refusal says what to do"
    return text


def sized(features: list[dict[str, Any]], register: Register) -> None:
    """Scale the patchwork so that its total is the province's area."""
    total = 38 * 0.2 * 0.16 * 102.9 * 110.7
    scale = ((register.provinces[0].km2 or 0) / total) ** 0.5
    for entry in features:
        ring = entry["geometry"]["coordinates"][0]
        entry["geometry"]["coordinates"] = [
            [[102 + (x - 102) * scale, 22 + (y - 22) * scale] for x, y in ring]
        ]


def run(settings: Settings, *arguments: str, root: str = "12") -> Result:
    """Run one of the operator's commands."""
    return CliRunner().invoke(
        geodata, list(arguments), obj=SimpleNamespace(site=bare_site(root), settings=settings)
    )


_PATH = re.compile(r'<path id="a(\d{5})" data-x="(-?\d+)" data-y="(-?\d+)" data-r="(\d+)" d="([^"]*)"/>')
_RING = re.compile(r"M(-?\d+) (-?\d+)(?:l([^z]*))?z")


def drawn(path: Path) -> tuple[dict[str, shapely.Geometry], dict[str, tuple[int, int, int]]]:
    """Read an SVG back: shapes and label points by code, in drawing units."""
    shapes, labels = {}, {}
    for code, x, y, r, data in _PATH.findall(path.read_text(encoding="ascii")):
        shapes[code] = read_path(data)
        labels[code] = (int(x), int(y), int(r))
    return shapes, labels


def ring_counts(path: Path) -> dict[str, int]:
    """How many rings each area of an SVG has: its polygons and their holes."""
    return {code: rings(data) for code, _, _, _, data in _PATH.findall(path.read_text(encoding="ascii"))}


def read_path(data: str) -> shapely.Geometry:
    """The shape of path data as this project writes it (even-odd, so that holes are holes)."""
    whole = shapely.Polygon()
    for x, y, steps in _RING.findall(data):
        numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
        walk = np.array([[int(x), int(y)], *zip(numbers[::2], numbers[1::2], strict=True)]).cumsum(axis=0)
        whole = shapely.symmetric_difference(whole, shapely.make_valid(shapely.Polygon(walk)))
    return whole


def rings(data: str) -> int:
    """How many rings path data has."""
    return len(_RING.findall(data))
