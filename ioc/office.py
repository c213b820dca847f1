"""The office: one site with everything it works with, opened once in each process.

Owns nothing but the tie between settings, site, register, warehouse and the kinds of source that the
composition root hands in. Rooms take an `Office` instead of seven arguments.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ioc.areas import Register
from ioc.settings import PROJECT, Settings
from ioc.site import Site
from ioc.warehouse import Warehouse

REGISTER = Path("geo") / "areas.json"
"""Where `geodata` publishes the register, below the data folder."""


@dataclass(frozen=True)
class Chore:
    """Something the scheduler does beside refreshing, every `seconds` (the demonstration's feeder)."""

    name: str
    seconds: float
    do: Callable[[], object]


@dataclass(frozen=True)
class Office:
    """Settings and kinds of source are given; site, register and warehouse open when first asked for.

    `command` is the prefix of the command line that a refresh process is started with. Opening raises
    SiteError for a faulty site or a register that has not been published.
    """

    settings: Settings
    kinds: Mapping[str, Any]
    chores: tuple[Chore, ...] = ()
    command: tuple[str, ...] = field(default=(sys.executable, str(PROJECT / "app.py")))

    @cached_property
    def site(self) -> Site:
        """The checked site."""
        return Site.load(self.settings.site)

    @cached_property
    def register(self) -> Register:
        """The dated areas of the site's root."""
        return Register.load(self.settings.data / REGISTER, self.site.head.root)

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse, migrated or not."""
        return Warehouse(self.settings.warehouse_url)
