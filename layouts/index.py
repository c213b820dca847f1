"""The index document: what the browser gets first, with everything the first picture needs to start at once.

Owns the boot document (language, edition, addresses of drawing and catalogue, words for the scripts), the order of
our own scripts and styles, and the status of an address that is no page.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from ioc.freshness import HEARTBEAT, scheduler_state
from ioc.layers import shown
from ioc.web.documents import areas_sha, catalogue_sha
from ioc.wording import catalog, has_words, say
from layouts.desk import Desk

ASSETS = Path(__file__).resolve().parent.parent / "assets"
STYLES = (
    "fonts",
    "tokens",
    "base",
    "shell",
    "controls",
    "tiles",
    "map",
    "ranking",
    "panel",
    "sources",
    "quality",
    "alerts",
    "holds",
    "passport",
    "kpis",
    "history",
    "scores",
    "jobs",
    "exports",
    "profile",
    "atlas",
    "explore",
    "gaps",
    "search",
    "screens",
    "plan",
    "attention",
)
SCRIPTS = (
    "still", "elements", "words", "address", "supply", "scale", "grades", "map", "zoom", "labels", "points", "crowd", "layers", "legend", "card", "ranking", "drill", "bivariate", "mosaic", "compare", "controls", "views", "atlas", "timeline",
    "watcher", "shell", "jobs", "exports", "unfolded", "quality", "alerts", "holds", "screens", "chart_locale", "catalogue", "gaps", "plan_list", "plan",
    "chart", "table", "explore_choice", "explore_map", "explore_saved", "explore",
    "search", "attention",
)  # fmt: skip
SHOWN_FONTS = (
    "be-vietnam-pro-latin-400",
    "be-vietnam-pro-vietnamese-400",
    "be-vietnam-pro-latin-600",
    "be-vietnam-pro-vietnamese-600",
)
_ROOMS = {
    "formats": "",
    "grades": "grade.",
    "states": "state.",
    "face.js": "",
    "jobs.js": "jobs.",
    "exports.js": "exports.",
    "atlas.js": "",
    "explore.js": "explore.",
    "search.js": "search.",
    "planning.js": "planning.",
}
_SOURCE = re.compile(r'src="([^"]+)"')
_UNUSED = ("dash_table/bundle",)
"""Scripts Dash adds by itself that no page of ours uses."""


def boot(desk: Desk) -> dict[str, Any]:
    """What the scripts know before they ask anything."""
    house = desk.house
    board = house.bookshelf.latest()  # the present, whatever edition the address names
    drawing = house.drawing()
    sign = house.office.warehouse.heartbeat(HEARTBEAT)
    return {
        "lang": desk.lang,
        "build": house.build,
        "now": desk.now.isoformat(),
        "edition": None if board.empty else board.edition.number,
        "published_at": None if board.empty else board.edition.published_at.isoformat(),
        "scheduler": scheduler_state(sign.at if sign else None, desk.now),
        "kpi": board.site.head.headline_map,
        "urls": {
            "areas": f"/api/areas/{areas_sha(board)}.json",
            "catalogue": f"/api/catalogue/{catalogue_sha(board, desk.scope)}.json?lang={desk.lang}",
        },
        "drawing": drawing
        and {
            "urls": {level: f"/geo/{sheet.sha}.svg" for level, sheet in drawing.sheets.items()},
            "caption": drawing.caption(desk.lang),
            "schematic": drawing.is_schematic,
            "units_per_km": drawing.units_per_km,
        },
        "places": places(desk),
        "gaps": [
            {"id": gap.id, "name": gap.short.in_(desk.lang), "mark": gap.mark}
            for gap in (board.site.gaps.kinds.values() if board.site.gaps else ())
        ],
        "layers": [
            {"id": one.name, "name": one.label(desk.lang), "style": one.style, "url": f"/geo/{one.sha}.svg"}
            for one in (shown(house.office.settings.data, drawing) if drawing else ())
        ],
        "words": words(desk.lang),
    }


def places(desk: Desk) -> list[dict[str, str]]:
    """Kinds of points that the site's sources bring, each with its name."""
    found: dict[str, str] = {}
    for spec in desk.board.site.sources.values():
        if spec.place and spec.place.lat:
            key = f"atlas.place.{spec.place.kind}"
            name = say(key, desk.lang) if has_words(key) else spec.name.in_(desk.lang)
            found.setdefault(spec.place.kind, name)
    return [{"kind": kind, "name": name} for kind, name in found.items()]


@lru_cache(maxsize=4)
def words(lang: str) -> dict[str, str]:
    """Words for the scripts: numbers, periods and ages, grades, states, and the face's own."""
    found: dict[str, str] = {}
    for key, text in catalog(lang).items():
        for room, prefix in _ROOMS.items():
            if key.startswith(f"{room}."):
                found[prefix + key.removeprefix(f"{room}.")] = text
    why = {
        key.replace("state.why.", "why."): text for key, text in found.items() if key.startswith("state.why.")
    }
    return found | why


def document(desk: Desk, theme: str | None, first: str, parts: dict[str, str]) -> str:
    """The HTML document: the page as it is at `first` sight, and Dash's own `parts` (config, scripts, app_entry…)."""
    scripts = "\n".join(
        line for line in parts["scripts"].splitlines() if not any(name in line for name in _UNUSED)
    )
    chosen = f' data-theme="{theme}"' if theme else ""
    head = desk.board.site.head
    return f"""<!DOCTYPE html>
<html lang="{desk.lang}"{chosen}>
<head>
{parts["metas"]}
<title>{escape(head.name.in_(desk.lang))} – {escape(desk.say("product"))}</title>
<link rel="icon" href="{asset("icon.svg")}" type="image/svg+xml">
{"".join(f'<link rel="preload" as="font" type="font/woff2" crossorigin href="/assets/fonts/{name}.woff2">' for name in SHOWN_FONTS)}
{"".join(f'<link rel="stylesheet" href="{asset(f"css/{name}.css")}">' for name in STYLES)}
<script type="application/json" id="ioc-boot">{_safe(boot(desk))}</script>
<script src="{asset("js/start.js")}"></script>
{"".join(f'<script defer src="{asset(f"js/{name}.js")}"></script>' for name in SCRIPTS)}
{"".join(f'<link rel="preload" as="script" href="{found}">' for found in _SOURCE.findall(scripts))}
{parts["css"]}
</head>
<body>
<noscript>{escape(desk.say("map.noscript"))}</noscript>
<div id="first">{first}</div>
{parts["app_entry"]}
{parts["config"]}
<template id="dash-scripts">
{scripts}
{parts["renderer"]}
</template>
</body>
</html>"""


@lru_cache(maxsize=128)
def asset(name: str) -> str:
    """Address of a file of ours with its content in it, so that the browser may keep it for good."""
    return f"/assets/{name}?v={hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]}"


def _safe(content: Any) -> str:
    """JSON that cannot end the script element it stands in."""
    return (
        json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
    )
