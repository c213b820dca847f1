"""The face: builds the Dash application and leads from an address to a page.

Owns the router, the page titles and nothing else; pages own their content, `layouts.shell` what surrounds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output, State
from flask import Flask, Response, after_this_request, request

from ioc.access import Permission
from ioc.search.entries import PAGES as FOUND_PAGES
from ioc.search.entries import Page
from ioc.web.callbacks import guarded
from ioc.web.guard import DASH_CSRF, Rule
from ioc.wording import LANGS, say
from layouts.address import (
    ALERTS,
    ATTENTION,
    COMMUNE,
    EDITIONS,
    EXPLORE,
    GAPS,
    HOLDS,
    KPIS,
    MAP,
    OVERVIEW,
    PASSPORT,
    PLAN,
    QUALITY,
    REMOTE,
    SCORES,
    SCREENS,
    SOURCES,
)
from layouts.analysis import route as analysis
from layouts.analysis import saved
from layouts.desk import Desk, House, asked_edition
from layouts.first import to_html
from layouts.index import ASSETS, document
from layouts.pages import (
    alerts,
    atlas,
    attention,
    editions,
    explore,
    gaps,
    holds,
    kpis,
    missing,
    overview,
    passport,
    planning,
    profile,
    quality,
    remote,
    scoring,
    screens,
    sources,
)
from layouts.shell import PAGES as MENU
from layouts.shell import closed, shell
from layouts.theme import COOKIE, THEMES

PAGES: dict[str, Any] = {
    OVERVIEW: overview,
    MAP: atlas,
    KPIS: kpis,
    ATTENTION: attention,
    EXPLORE: explore,
    PASSPORT: passport,
    ALERTS: alerts,
    GAPS: gaps,
    PLAN: planning,
    SCORES: scoring,
    SOURCES: sources,
    QUALITY: quality,
    HOLDS: holds,
    EDITIONS: editions,
    SCREENS: screens,
    REMOTE: remote,
}
FAMILIES: dict[str, Any] = {COMMUNE: profile}
"""Pages of many addresses, one for each thing: what follows the stem names it, and the page says whether it exists."""


class Face(Dash):
    """Dash with our index document instead of its own."""

    house: House
    rules: Mapping[str, Rule] = {**analysis.RULES, **saved.RULES}
    """Routes of the face's own, beside those of `ioc.web`."""

    def interpolate_index(self, **parts: str) -> str:
        """The first document; an address that is no page gets it with status 404."""
        search, theme = request.query_string.decode("utf-8", "replace"), _theme()
        desk = self.house.desk_at(search)
        if not exists(request.path, desk):
            after_this_request(_not_found)
        page, title = open_page(request.path, search, desk)
        return document(desk, theme, to_html(shell(desk, theme, page, title)), parts)


def create_dash(server: Flask, house: House) -> Face:
    """The application on `server`, with every page's callbacks registered behind the guard."""
    app = Face(
        __name__, server=server, assets_folder=str(ASSETS), include_assets_files=False, update_title=None, use_pages=False,
        enable_mcp=False, suppress_callback_exceptions=True, compress=False, **DASH_CSRF,
    )  # fmt: skip
    app.house = house
    app.layout = lambda: shell(house.desk(), _theme())
    for room in (analysis, saved):
        server.register_blueprint(room.blueprint(house))
    server.extensions[FOUND_PAGES] = tuple(
        Page(one.path, {lang: say(f"face.{one.words}", lang) for lang in LANGS}) for one in MENU
    )
    _route(app, house)
    for page in (*PAGES.values(), *FAMILIES.values(), missing):
        page.register(app, house)
    return app


def _route(app: Dash, house: House) -> None:
    @app.callback(
        Output("page", "children"),
        Output("title", "children"),
        Output("closed", "children"),
        Input("url", "pathname"),
        Input("started", "data"),
        State("url", "search"),
    )
    @guarded(Permission.VIEW)
    def show(path: str, started: bool, search: str) -> tuple[Any, str, Any]:
        desk = house.desk_at(search)
        return *open_page(path or OVERVIEW, search or "", desk), closed(desk)


def open_page(path: str, search: str, desk: Desk) -> tuple[Any, str]:
    """Content and title for an address."""
    page, family = PAGES.get(path), _family(path)
    if page is None and family is None:
        return missing.page(desk, path), desk.say(missing.TITLE)
    title = desk.say(page.TITLE) if page else family.title(path, desk)
    asked = asked_edition(search)
    if asked is not None and asked != desk.board.edition.number:
        return missing.edition(desk, path), title
    if page not in (sources, quality, alerts, screens, remote) and (
        desk.board.empty or desk.house.drawing() is None
    ):
        return missing.empty(desk), title
    return page.page(desk, search) if page else family.page(desk, search, path), title


def exists(path: str, desk: Desk) -> bool:
    """Whether an address leads to something; of a family the page itself knows."""
    member = _family(path)
    return path in PAGES or (member is not None and member.find(path, desk) is not None)


def _family(path: str) -> Any:
    """The page of many addresses to which this one belongs."""
    stem, slash, name = path.rpartition("/")
    return FAMILIES.get(stem) if slash and name else None


def _theme() -> str | None:
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in THEMES else None


def _not_found(response: Response) -> Response:
    response.status_code = 404
    return response


__all__ = ["Face", "House", "create_dash"]
