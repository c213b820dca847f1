"""Settings of one installation, from the environment only.

Owns names, defaults and the refusals at start. A site's content is configuration (`ioc.site`); what
differs between two servers running the same site is a setting.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FORBIDDEN = ("DASH_DEBUG", "DASH_MCP_ENABLED")
"""Variables that open a console or a remote-call server in Dash; we do not start while one is set."""
PROJECT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """The environment does not allow a start; the message says which variable and what to do."""


@dataclass(frozen=True)
class Settings:
    """Everything an installation decides.

    IOC_SITE: folder of the site. IOC_DATA: folder for everything written (warehouse, staged files,
    drawings, keys). IOC_WAREHOUSE: SQLAlchemy URL; default SQLite in the data folder. IOC_HOST, IOC_PORT:
    where the web listens. IOC_WORKERS, IOC_THREADS: size of the web. IOC_SECRET_KEY: at least 32
    characters, required unless the site is a demonstration on loopback, which makes its own once.
    IOC_MEMORY_MB: address-space limit of one refresh process. IOC_STAGING_KEEP: staged runs kept a source.
    IOC_JOBS: jobs (exports and the like) that run at once, in all web workers together.
    IOC_SMTP_HOST, _PORT, _TLS ("starttls", "tls", "none"), _USER, _PASSWORD, _FROM: the server that alerts are
    mailed through. IOC_WEBHOOK_HOSTS: the only origins that webhooks may go to, IOC_WEBHOOK_SECRET: the key that
    signs them. All empty by default: nothing leaves this server.
    IOC_CERTIFICATE: file of the certificate the web is reached by (PEM), watched for its end. IOC_PROXIES: addresses
    of reverse proxies whose word about a screen's address is taken.
    """

    site: Path = PROJECT / "datasources" / "sites" / "lai_chau"
    data: Path = PROJECT / "var"
    warehouse: str = ""
    host: str = "127.0.0.1"
    port: int = 8050
    workers: int = 2
    threads: int = 8
    secret_key: str = ""
    memory_mb: int = 4096
    staging_keep: int = 3
    jobs: int = 2
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_from: str = ""
    webhook_hosts: str = ""
    webhook_secret: str = field(default="", repr=False)
    certificate: str = ""
    proxies: str = ""

    @property
    def warehouse_url(self) -> str:
        """The warehouse's URL with the default filled in."""
        return self.warehouse or f"sqlite:///{self.data / 'warehouse.db'}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the web."""
        return self.host in ("127.0.0.1", "localhost", "::1")

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises SettingsError for a forbidden variable or a value of the wrong kind."""
        env = os.environ if environment is None else environment
        opened = [name for name in FORBIDDEN if env.get(name)]
        if opened:
            raise SettingsError(
                f"Đang đặt biến {', '.join(opened)}: biến này mở bảng điều khiển cho mọi người truy cập. "
                "Bỏ biến đó rồi chạy lại."
            )
        changed: dict[str, object] = {}
        for name, default in Settings().__dict__.items():
            text = env.get(f"IOC_{name.upper()}")
            if not text:
                continue
            try:
                changed[name] = type(default)(text) if not isinstance(default, Path) else Path(text).resolve()
            except ValueError:
                raise SettingsError(
                    f"IOC_{name.upper()}={text!r} không phải số nguyên; sửa lại rồi chạy lại."
                ) from None
        return Settings(**changed)  # type: ignore[arg-type]
