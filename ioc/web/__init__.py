"""The web around the face: guard, headers, identity and the JSON routes, as pieces of one Flask server.

Owns everything between gunicorn and a page that is not drawn. Imports neither dash nor layouts: the Dash app
comes in as an argument and is only looked at.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from ioc.bookshelf import Bookshelf
from ioc.jobs.runner import Runner
from ioc.office import Office
from ioc.walls.orders import NoOrders, Orders
from ioc.web import alerts, api, classing, exports, holds, jobs, passports, search, security, walls
from ioc.web.callbacks import UndeclaredError, audit_callbacks, guarded
from ioc.web.guard import DASH_CSRF
from ioc.web.identity import EXTENSION, current_identity, current_lang, current_scope

ROOMS = (passports, alerts, holds, jobs, classing, exports, search)
"""Modules of routes beside the API's own: each has RULES and `blueprint(office, bookshelf)`."""
__all__ = [
    "DASH_CSRF",
    "UndeclaredError",
    "audit_callbacks",
    "current_identity",
    "current_lang",
    "current_scope",
    "guarded",
    "mount",
]


def mount(
    server: Flask,
    office: Office,
    bookshelf: Bookshelf,
    build: str,
    dash: Any = None,
    orders: Orders | None = None,
) -> None:
    """Put guard, headers and routes around `server`, after `dash` has been made on it. `orders` commands the walls.

    Raises SettingsError when the installation may not start, UndeclaredError when a route or callback has
    no permission.
    """
    guard = security.protect(
        server,
        office.settings,
        dash.csp_hashes if dash is not None else list,
        demonstration=office.site.head.demonstration,
        rules={
            **api.RULES,
            **walls.RULES,
            **getattr(dash, "rules", {}),
            **{name: rule for room in ROOMS for name, rule in room.RULES.items()},
        },
    )
    server.extensions[jobs.RUNNER] = Runner(office)
    server.register_blueprint(api.blueprint(office, bookshelf, build, server.extensions[EXTENSION]))
    server.register_blueprint(walls.blueprint(office, bookshelf, build, orders or NoOrders()))
    for room in ROOMS:
        server.register_blueprint(room.blueprint(office, bookshelf))
    security.close(server, guard, dash)
