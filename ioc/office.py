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
from typing import TYPE_CHECKING, Any

from ioc.areas import Register
from ioc.settings import PROJECT, Settings, SettingsError
from ioc.site import Site

if TYPE_CHECKING:
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
    """Settings and kinds of source are given, and how to get the kinds of job (`ioc.jobs.Kind` by name) and what can be
    exported (`ioc.exports.subjects.Exports`); these, site, register and warehouse open when first asked for, since a
    refresh process needs few of them and starts often.

    `command` is the prefix of the command line that a refresh process is started with. Opening raises
    SiteError for a faulty site, FileNotFoundError for a register that has not been published, SettingsError
    for one that cannot be read and for a warehouse of a kind we do not know.
    """

    settings: Settings
    kinds: Mapping[str, Any]
    chores: tuple[Chore, ...] = ()
    make_jobs: Callable[[], Mapping[str, Any]] = dict
    make_exports: Callable[[], Any] = lambda: None
    command: tuple[str, ...] = field(default=(sys.executable, str(PROJECT / "app.py")))

    @cached_property
    def jobs(self) -> Mapping[str, Any]:
        """The kinds of job by name."""
        return self.make_jobs()

    @cached_property
    def exports(self) -> Any:
        """What can be exported; None where nothing can."""
        return self.make_exports()

    @cached_property
    def site(self) -> Site:
        """The checked site."""
        return Site.load(self.settings.site)

    @cached_property
    def register(self) -> Register:
        """The dated areas of the site's root."""
        path = self.settings.data / REGISTER
        try:
            return Register.load(path, self.site.head.root)
        except (ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f"Danh mục đơn vị hành chính {path} không đọc được ({type(error).__name__}); "
                "lập lại bằng lệnh: ioc geodata register"
            ) from error

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse, migrated or not."""
        from sqlalchemy.exc import ArgumentError

        from ioc.warehouse import Warehouse

        try:
            return Warehouse(self.settings.warehouse_url)
        except (ValueError, ArgumentError) as error:  # the URL may hold a password: it is not repeated
            raise SettingsError(
                "IOC_WAREHOUSE phải là tệp SQLite (sqlite:////thư-mục/kho.db) hoặc cơ sở dữ liệu PostgreSQL "
                "(postgresql+psycopg://người-dùng@máy-chủ/tên); sửa lại rồi chạy lại."
            ) from error
