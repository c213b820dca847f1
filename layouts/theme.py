"""The themes as the server needs them: for charts, whose colours cannot be left to the style sheet.

Owns reading assets/css/tokens.css, the one place where colours are written down. Knows no page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parent.parent / "assets" / "css" / "tokens.css"
THEMES = ("day", "night", "wall")
COOKIE = "ioc_theme"


@lru_cache(maxsize=1)
def palettes() -> dict[str, dict[str, str]]:
    """Colours by theme and token name (without dashes before it): ``palettes()["night"]["ink"]``."""
    text = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.DOTALL)
    found: dict[str, dict[str, str]] = {theme: {} for theme in THEMES}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        for theme in THEMES:
            if f'"{theme}"' in selector:
                found[theme].update(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\s*;", body))
    return found


def palette(theme: str | None) -> dict[str, str]:
    """The colours of `theme`, those of the day for a name that is none."""
    return palettes().get(theme or "", palettes()["day"])
