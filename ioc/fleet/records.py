"""Records of the fleet as the rest of the house sees them.

Owns these dataclasses and nothing else. Opens no connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """What somebody did to a screen."""

    ENROL = "enrol"
    CLAIM = "claim"
    REFUSED = "refused"
    ABROAD = "abroad"
    CHANGE = "change"
    PUSH = "push"
    PIN = "pin"
    TAKEOVER = "takeover"
    PRESENT = "present"
    RESUME = "resume"
    REVOKE = "revoke"


@dataclass(frozen=True)
class Device:
    """One enrolled screen. `ranges` are the addresses it may ask from; empty means any."""

    id: int
    name: str
    screen: str
    ranges: tuple[str, ...]
    enrolled_at: datetime
    enrolled_by: str
    claimed: bool
    revoked_at: datetime | None


@dataclass(frozen=True)
class Contact:
    """What a screen said of itself when it was last heard; what it did not say is None."""

    device: int
    at: datetime
    address: str
    scene: str | None = None
    edition: int | None = None
    uptime_s: int | None = None
    heap_kb: int | None = None
    state: str | None = None


@dataclass(frozen=True)
class Act:
    """One line of the book: who did what to which screen, when and why, and what it changed."""

    id: int
    at: datetime
    by: str
    what: What
    device: int | None
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Waiting:
    """A screen that shows a code and waits for an operator."""

    address: str
    asked_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Enrolment:
    """What a screen gets when it asks to be enrolled: the code to show and the secret to fetch its token with."""

    code: str
    claim: str
    expires_at: datetime


class FleetError(Exception):
    """An act or request that is not possible; `key` names the words in the room ``fleet``."""

    def __init__(self, key: str, status: int = 400, **values: object):
        self.key = key
        self.status = status
        self.values = values
        super().__init__(key)
