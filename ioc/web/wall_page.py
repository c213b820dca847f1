"""The wall page: a bare document without Dash, that a screen loads once and keeps for weeks.

Owns its HTML: styles, scripts in their order, and the words the scripts say. Everything else comes by the document
route; nothing in the page is inline but data.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from html import escape

from ioc.settings import PROJECT
from ioc.wording import catalog, say

ASSETS = PROJECT / "assets"
STYLES = ("fonts", "tokens", "base", "map", "wall", "wall_tiles", "presenter")
SCRIPTS = (
    "wall_start", "elements", "words", "grades", "map", "points", "wall_age", "wall_tiles", "wall_lists", "wall_maps", "wall_stage",
    "wall_loop", "presenter",
)  # fmt: skip
_ROOMS = {
    "formats": "",
    "grades": "grade.",
    "states": "state.",
    "walls.js": "wall.",
    "fleet.present": "present.",
}
_FACE = ("map.", "gap.", "layer.", "legend.")
"""What the map's own scripts say."""


def wall_page(lang: str, build: str, feed: str, scene: str | None, province: str) -> str:
    """The document of a screen that asks `feed`; `scene` is shown first when its rotation has it."""
    boot = {"lang": lang, "build": build, "feed": feed, "scene": scene, "words": _words(lang)}
    data = json.dumps(boot, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    title = f"{province} – {say('walls.page.title', lang)}"
    return f"""<!DOCTYPE html>
<html lang="{lang}" data-theme="wall">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="{_asset("icon.svg")}" type="image/svg+xml">
{"".join(f'<link rel="stylesheet" href="{_asset(f"css/{name}.css")}">' for name in STYLES)}
<script type="application/json" id="wall-boot">{data}</script>
{"".join(f'<script defer src="{_asset(f"js/{name}.js")}"></script>' for name in SCRIPTS)}
</head>
<body class="wall">
<noscript>{escape(say("walls.page.noscript", lang))}</noscript>
<main id="stage" class="stage" aria-live="off"></main>
</body>
</html>"""


@lru_cache(maxsize=4)
def _words(lang: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, text in catalog(lang).items():
        for room, prefix in _ROOMS.items():
            if key.startswith(f"{room}."):
                found[prefix + key.removeprefix(f"{room}.")] = text
        plain = key.removeprefix("face.js.")
        if key.startswith("face.js.") and plain.startswith(_FACE):
            found[plain] = text
    return found


@lru_cache(maxsize=64)
def _asset(name: str) -> str:
    return f"/assets/{name}?v={hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]}"
