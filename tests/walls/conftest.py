"""The test province with a wall: two scenes, one screen, an operator whose orders are a field."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ioc.bookshelf import Bookshelf
from ioc.walls.orders import NOTHING, Heartbeat, Order
from ioc.web import mount
from tests.board.province import Province, numbers, villages
from tests.web.conftest import Browser

SCREENS = """
[[scene]]
id = "chinh"
name = { vi = "Cảnh chính", en = "Main scene" }
[[scene.tile]]
kind = "map"
kpi = "online"
lead = true
priority = 1
[[scene.tile]]
kind = "number"
kpi = "online"
priority = 2
[[scene.tile]]
kind = "number"
kpi = "standing"
priority = 3
[[scene.tile]]
kind = "alerts"
rows = 3
priority = 4
[[scene]]
id = "phu"
name = { vi = "Cảnh phụ", en = "Second scene" }
[[scene.tile]]
kind = "gaps"
place = "village"
gaps = ["trang-song"]
lead = true
[[scene.tile]]
kind = "ranking"
kpi = "online"
[[scene.tile]]
kind = "trend"
kpi = "online"
[[scene.tile]]
kind = "quality"
[[scene.tile]]
kind = "text"
text = { vi = "Ghi chú", en = "Note" }
[[scene.tile]]
kind = "clock"
[[screen]]
id = "sanh"
name = { vi = "Sảnh", en = "Hall" }
height_m = 0.7
distance_m = 2.0
rotation = [{ scene = "chinh", seconds = 20 }, { scene = "phu" }]
[[screen.hours]]
id = "dem"
name = { vi = "Đêm", en = "Night" }
start = "21:00"
end = "05:30"
dim = 0.7
"""


@dataclass
class Operator:
    """Orders as a test wants them, and what the screens said."""

    name: str | None = None
    wish: Order = NOTHING
    enrolled: dict[str, str] = field(default_factory=dict)
    beats: list[tuple[str | None, Heartbeat]] = field(default_factory=list)

    def device(self) -> str | None:
        return self.name

    def screen(self, device: str) -> str | None:
        return self.enrolled.get(device)

    def order(self, device: str | None) -> Order:
        return self.wish

    def heard(self, device: str | None, beat: Heartbeat) -> None:
        self.beats.append((device, beat))


def write_screens(site: Path, text: str = SCREENS) -> None:
    (site / "screens").mkdir(parents=True, exist_ok=True)
    (site / "screens" / "thu.toml").write_text(text, encoding="utf-8")


class Hall:
    """The web application of the test province with its wall."""

    def __init__(self, folder: Path):
        write_screens(folder / "site")
        self.province = Province(folder)
        self.province.publish(numbers(self.province), villages(self.province))
        self.operator = Operator()
        self.server = Flask("ioc", static_folder=None)
        shelf = Bookshelf(self.province.warehouse, self.province.site, self.province.register)
        mount(self.server, self.province.office, shelf, "build-1", orders=self.operator)

    def client(self) -> FlaskClient:
        return Browser(self.server, self.server.response_class)


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)
