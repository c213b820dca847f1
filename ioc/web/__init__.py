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
from ioc.walls.orders import Orders
from ioc.web import (
    alerts,
    api,
    classing,
    enrolment,
    exports,
    holds,
    jobs,
    passports,
    plans,
    screens,
    search,
    security,
    walls,
)
from ioc.web.callbacks import UndeclaredError, audit_callbacks, guarded
from ioc.web.fleet import Fleet
from ioc.web.guard import DASH_CSRF
from ioc.web.identity import EXTENSION, SCREENS, current_identity, current_lang, current_scope
from ioc.wording import LANGS

ROOMS = (passports, alerts, holds, jobs, classing, exports, search, plans)
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
    """Put guard, headers and routes around `server`, after `dash` has been made on it. `orders` commands the
    walls, by default the fleet of enrolled screens.

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
            **enrolment.RULES,
            **screens.RULES,
            **{name: rule for room in ROOMS for name, rule in room.RULES.items()},
        },
    )
    server.extensions[jobs.RUNNER] = Runner(office)
    fleet = server.extensions[SCREENS] = Fleet(office)
    names: dict[str, str] = {lang: office.site.head.name.in_(lang) for lang in LANGS}
    server.register_blueprint(enrolment.blueprint(fleet, names))
    server.register_blueprint(screens.blueprint(office, bookshelf, fleet))
    server.register_blueprint(api.blueprint(office, bookshelf, build, server.extensions[EXTENSION]))
    server.register_blueprint(walls.blueprint(office, bookshelf, build, orders or fleet))
    for room in ROOMS:
        server.register_blueprint(room.blueprint(office, bookshelf))
    security.close(server, guard, dash)
