"""Scenes: what a wall shows at one time, as configured in ``screens/*.toml``.

Owns the model of scenes and their tiles and what must be true of each on its own and against the site. Knows neither
data nor the size of any screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from ioc.catalogue import Identifier, Strict, Text

if TYPE_CHECKING:
    from ioc.site import Site

MOST_TILES = 7
Gap = Literal["trang-song", "lom-song", "khong-cap", "khong-dien"]


class Kind(StrEnum):
    """What a tile shows."""

    NUMBER = "number"
    MAP = "map"
    GAPS = "gaps"
    RANKING = "ranking"
    TREND = "trend"
    ALERTS = "alerts"
    QUALITY = "quality"
    TEXT = "text"
    CLOCK = "clock"


OF_KPI = (Kind.NUMBER, Kind.MAP, Kind.RANKING, Kind.TREND)


class Tile(Strict):
    """One tile. `priority` 1 stays longest when a screen has no room for all; `lead` takes half of the screen.

    `rows` are the lines of a ranking or list, `order` the end of a ranking that is shown, `area` the present code of
    a commune whose number or trend is shown instead of the province's. `gaps` are the kinds of village point.
    """

    kind: Kind
    kpi: Identifier | None = None
    title: Text | None = None
    text: Text | None = None
    lead: bool = False
    priority: int = Field(default=5, ge=1, le=9)
    rows: int = Field(default=5, ge=2, le=12)
    order: Literal["worst", "best"] = "worst"
    area: str | None = Field(default=None, pattern=r"^\d{2,5}$")
    place: Identifier | None = None
    gaps: tuple[Gap, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind in OF_KPI) != (self.kpi is not None):
            needs = "cần" if self.kind in OF_KPI else "không dùng"
            raise ValueError(f"kpi: ô loại {self.kind} {needs} trường này")
        if (self.kind is Kind.TEXT) != (self.text is not None):
            raise ValueError(f"text: chỉ ô loại text có và phải có; ô này là {self.kind}")
        if self.kind is Kind.GAPS and not (self.gaps and self.place):
            raise ValueError("gaps: ô loại gaps cần gaps (các loại khoảng trống) và place (loại điểm)")
        if self.kind is not Kind.GAPS and (self.gaps or self.place):
            raise ValueError("gaps: chỉ ô loại gaps có gaps và place")
        if self.area is not None and self.kind not in (Kind.NUMBER, Kind.TREND):
            raise ValueError("area: chỉ ô loại number và trend chọn được một xã")
        return self


class Scene(Strict):
    """One scene: up to seven tiles, at most one of them the lead."""

    id: Identifier
    name: Text
    tile: tuple[Tile, ...] = Field(min_length=1, max_length=MOST_TILES)

    @model_validator(mode="after")
    def _one_lead(self) -> Self:
        if sum(tile.lead for tile in self.tile) > 1:
            raise ValueError("tile: chỉ một ô được đặt lead = true trong một cảnh")
        return self


def scene_faults(scene: Scene, site: Site) -> Iterator[tuple[str, str]]:
    """Field and reason of everything in `scene` that does not fit the rest of the site."""
    places = {spec.place.kind for spec in site.sources.values() if spec.place}
    for number, tile in enumerate(scene.tile):
        kpi = site.kpis.get(tile.kpi or "")
        if tile.kpi is not None and kpi is None:
            yield f"tile.{number}.kpi", f"{tile.kpi!r} không có trong danh mục chỉ số; sửa id hoặc bỏ ô"
        if kpi is not None and kpi.level == "province" and tile.kind in (Kind.MAP, Kind.RANKING):
            yield (
                f"tile.{number}.kpi",
                f"{tile.kpi!r} chỉ có số toàn tỉnh, không chia theo xã; dùng ô number hoặc trend",
            )
        if tile.place is not None and tile.place not in places:
            yield (
                f"tile.{number}.place",
                f"không nguồn nào có điểm loại {tile.place!r}; đang có: {', '.join(sorted(places)) or 'không'}",
            )
