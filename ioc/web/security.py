"""Security put together: guard, headers, errors and identity around one Flask server and its Dash app.

Owns the order in which they stand and the last look before the start. Refuses to start rather than to start
open; knows Dash only by attributes, so that the domain does not depend on it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, Response, g, request

from ioc.access import OPEN, SYSTEM
from ioc.settings import FORBIDDEN, Settings, SettingsError
from ioc.web import errors
from ioc.web.callbacks import UndeclaredError, audit_callbacks
from ioc.web.errors import refusal
from ioc.web.guard import CSRF_COOKIE, CSRF_VALUE, DASH_CSRF, Guard, Rule
from ioc.web.headers import Headers
from ioc.web.identity import EXTENSION, Demonstration, Visitor
from ioc.web.secret import signing_key
from ioc.web.statics import Statics
from ioc.wording import LANGS

_TOLD_BY_DASH = ("dash_version", "python_version", "plotly_version", "ddk_version", "dash_version_url")


def protect(
    server: Flask,
    settings: Settings,
    script_hashes: Callable[[], Sequence[str]],
    *,
    demonstration: bool,
    rules: Mapping[str, Rule],
) -> Guard:
    """Put everything in place around `server`; `rules` are those of our own routes.

    Raises SettingsError for a missing or weak key or an environment that opens a console.
    """
    opened = [name for name in (*FORBIDDEN, "FLASK_DEBUG") if os.environ.get(name)]
    if opened or server.debug:
        raise SettingsError(
            f"{', '.join(opened) or 'debug'}: mở bảng điều khiển cho mọi người xem; hãy bỏ đi."
        )
    key = signing_key(settings, demonstration)
    server.secret_key = key
    allowed = demonstration and settings.loopback
    server.extensions[EXTENSION] = Demonstration(key, allowed)
    guard = Guard(settings)
    guard.rules.update(rules)
    guard.install(server)
    errors.install(server)
    server.after_request(_give_mark)
    Statics().install(server)
    Headers(script_hashes).install(server)
    return guard


def _give_mark(response: Response) -> Response:
    """Give a page the cookie that its scripts copy into a header with every unsafe request."""
    if response.mimetype == "text/html" and request.cookies.get(CSRF_COOKIE) != CSRF_VALUE:
        response.set_cookie(CSRF_COOKIE, CSRF_VALUE, samesite="Strict", secure=request.is_secure, path="/")
    return response


def close(server: Flask, guard: Guard, dash: Any = None) -> None:
    """The last look before the start: every route and every callback is declared, or UndeclaredError."""
    if dash is not None:
        _wake(server, guard)
        _settle_dash(server, dash)
        guard.callbacks = audit_callbacks(dash.callback_map)
    guard.audit(server)


def _wake(server: Flask, guard: Guard) -> None:
    """Let Dash do now what it keeps for the first request: gather callbacks, routes and scripts."""
    with server.test_request_context("/"):
        g.ioc_visitor = Visitor(SYSTEM, OPEN, LANGS[0])
        for function in server.before_request_funcs.get(None, []):
            if function != guard.check:
                function()


def _settle_dash(server: Flask, dash: Any) -> None:
    """Hold Dash to our rules and keep it from telling what it is."""
    for name, wanted in DASH_CSRF.items():
        if dash.config.get(name) != wanted:
            raise UndeclaredError(f"Dash must be made with **DASH_CSRF: {name} is not {wanted!r}")
    background = [name for name, entry in dash.callback_map.items() if entry.get("background")]
    if background:
        raise UndeclaredError(f"background callbacks are not allowed: {', '.join(background)}")
    told = dash._config

    def quiet() -> dict[str, Any]:
        return {name: value for name, value in told().items() if name not in _TOLD_BY_DASH}

    dash._config = quiet
    for kinds in server.error_handler_spec[None].values():
        for kind in [kind for kind in kinds if kind.__name__ == "InvalidResourceError"]:
            kinds[kind] = lambda _: refusal(404)  # Dash's own answer lists the packages it knows
