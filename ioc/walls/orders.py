"""Orders: what an operator wants a screen to show now, and what a screen says of itself with every poll.

Owns both shapes and the protocol between them. Whoever keeps a fleet of devices implements `Orders`; without one a
screen has nothing but its configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

HEARTBEAT_HEADER = "X-IOC-Screen"
STATES = ("fresh", "ageing", "stale", "source_down", "lost")
"""States of a tile and of a screen, from best to worst."""
_HEARTBEAT = re.compile(
    r"(?P<scene>[a-z][a-z0-9_]{1,39}|-);(?P<edition>\d{1,9});(?P<uptime>\d{1,9});(?P<heap>\d{1,9});"
    rf"(?P<state>{'|'.join(STATES)})"
)


@dataclass(frozen=True)
class Order:
    """What one device is to show. `seq` grows with every change; `message` takes the whole screen over.

    `scene` shows this scene instead of the rotation, `pin_area` (a present code) outlines a commune on every map,
    `pin_kpi` puts a KPI on the maps, `paused` stops the rotation.
    """

    scene: str | None = None
    pin_area: str | None = None
    pin_kpi: str | None = None
    message: str | None = None
    paused: bool = False
    seq: int = 0


NOTHING = Order()


@dataclass(frozen=True)
class Heartbeat:
    """What a screen says of itself: the scene and edition it shows, seconds since it was loaded, heap, state."""

    scene: str | None
    edition: int
    uptime_s: int
    heap_kb: int
    state: str


class Orders(Protocol):
    """Who commands the screens. `device` is the id of an enrolled device, None for a person's preview."""

    def device(self) -> str | None:
        """The enrolled device behind the request of the moment."""

    def screen(self, device: str) -> str | None:
        """The screen of the configuration that `device` is; None when it is no longer any."""

    def order(self, device: str | None) -> Order:
        """What it is to show. Asked at every poll: answer from memory."""

    def heard(self, device: str | None, beat: Heartbeat) -> None:
        """A screen gave a sign of life. Called at every poll: return at once."""


class NoOrders:
    """Nobody commands: every screen follows its configuration, and there are no devices."""

    def device(self) -> str | None:
        """None: nothing is enrolled."""
        return None

    def screen(self, device: str) -> str | None:
        """None: no device is known."""
        return None

    def order(self, device: str | None) -> Order:
        """Nothing."""
        return NOTHING

    def heard(self, device: str | None, beat: Heartbeat) -> None:
        """Nobody listens."""


def read_heartbeat(text: str | None) -> Heartbeat | None:
    """The heartbeat in a header; None for anything that is not exactly one."""
    found = _HEARTBEAT.fullmatch(text or "")
    if found is None:
        return None
    scene = None if found["scene"] == "-" else found["scene"]
    return Heartbeat(scene, int(found["edition"]), int(found["uptime"]), int(found["heap"]), found["state"])
