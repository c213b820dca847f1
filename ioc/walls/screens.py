"""Screens: the walls of a province, what each shows in turn, when, how large it is and from where people look.

Owns the model of ``[[screen]]`` in ``screens/*.toml`` and its rules. Which device hangs where is not configuration;
a device is enrolled as one of these screens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from ioc.catalogue import Identifier, Strict, Text
from ioc.walls.scenes import Scene

if TYPE_CHECKING:
    from ioc.site import Site

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Clock = r"^([01]\d|2[0-3]):[0-5]\d$"


class Turn(Strict):
    """A scene's turn in the rotation."""

    scene: Identifier
    seconds: int = Field(default=30, ge=8, le=3600)


class Hours(Strict):
    """Hours in which something else holds: another rotation, a darker picture, or both. May run past midnight.

    `dim` is the share of the light that stays; text stays legible down to 0.7. The first that fits counts.
    """

    id: Identifier
    name: Text
    start: str = Field(pattern=Clock)
    end: str = Field(pattern=Clock)
    days: tuple[Day, ...] = DAYS
    rotation: tuple[Turn, ...] = ()
    dim: float = Field(default=1.0, ge=0.7, le=1.0)

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if self.start == self.end:
            raise ValueError("end: phải khác start")
        if not self.days:
            raise ValueError("days: cần ít nhất một ngày")
        return self


class Screen(Strict):
    """One wall. `height_m` is the height of the picture as it hangs, `distance_m` that of the farthest reader.

    `pixels` is what the panel has, for checking only: at run time the real size decides. `pin_area` (present code) and
    `pin_kpi` are shown on its maps until an operator orders something else.
    """

    id: Identifier
    name: Text
    height_m: float = Field(gt=0.1, le=20)
    distance_m: float = Field(gt=0.3, le=100)
    pixels: str = Field(default="1920x1080", pattern=r"^[1-9]\d{2,4}x[1-9]\d{2,4}$")
    lang: Literal["vi", "en"] = "vi"
    rotation: tuple[Turn, ...] = Field(min_length=1)
    hours: tuple[Hours, ...] = ()
    pin_area: str | None = Field(default=None, pattern=r"^\d{5}$")
    pin_kpi: Identifier | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self.pixels.split("x")
        return int(width), int(height)

    @property
    def scenes(self) -> tuple[str, ...]:
        """Ids of every scene it may show by itself, each once, those of the rotation first."""
        turns = [*self.rotation, *(turn for hours in self.hours for turn in hours.rotation)]
        return tuple(dict.fromkeys(turn.scene for turn in turns))


class WallFile(Strict):
    """One file of ``screens/``."""

    scene: tuple[Scene, ...] = ()
    screen: tuple[Screen, ...] = ()


def screen_faults(screen: Screen, site: Site) -> Iterator[tuple[str, str]]:
    """Field and reason of everything in `screen` that does not fit the rest of the site."""
    for name in screen.scenes:
        if name not in site.scenes:
            yield (
                "rotation",
                f"{name!r} không phải cảnh nào; đã có: {', '.join(sorted(site.scenes)) or 'không'}",
            )
    if screen.pin_kpi is not None:
        kpi = site.kpis.get(screen.pin_kpi)
        if kpi is None:
            yield "pin_kpi", f"{screen.pin_kpi!r} không có trong danh mục chỉ số"
        elif kpi.level == "province":
            yield "pin_kpi", f"{screen.pin_kpi!r} chỉ có số toàn tỉnh, không vẽ được lên bản đồ"
