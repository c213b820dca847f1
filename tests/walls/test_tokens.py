"""The wall's colours can be read from afar: text at least 7:1 on everything it stands on, at night still 4.5:1."""

from __future__ import annotations

import re

import pytest

from tests.conftest import PROJECT

TEXTS = ("ink", "ink-soft", "good-text", "watch-text", "bad-text", "accent")
GROUNDS = ("paper", "surface")
FILLED = (("on-good", "good"), ("on-watch", "watch"), ("on-bad", "bad"), ("paper", "ink"))
NIGHT = 0.7


def tokens() -> dict[str, str]:
    css = (PROJECT / "assets" / "css" / "tokens.css").read_text(encoding="utf-8")
    block = css.split('[data-theme="wall"] {')[1].split("}")[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


def light(colour: str, dim: float = 1.0) -> float:
    """Relative luminance (WCAG) of a colour of which `dim` of the light is left."""
    parts = [int(colour[at : at + 2], 16) / 255 * dim for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str, dim: float = 1.0) -> float:
    high, low = sorted((light(a, dim), light(b, dim)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"), [*((text, ground) for text in TEXTS for ground in GROUNDS), *FILLED]
)
def test_every_text_of_the_wall_stands_out_seven_to_one(text: str, ground: str) -> None:
    found = tokens()
    assert contrast(found[text], found[ground]) >= 7


@pytest.mark.parametrize("text", TEXTS[:5])
def test_the_darkest_night_leaves_four_and_a_half(text: str) -> None:
    found = tokens()
    assert contrast(found[text], found["surface"], NIGHT) >= 4.5


def test_no_font_of_the_wall_is_smaller_than_the_smallest_legible() -> None:
    for name in ("wall", "wall_tiles"):
        css = (PROJECT / "assets" / "css" / f"{name}.css").read_text(encoding="utf-8")
        sizes = re.findall(r"\n(?!html|@media)([^\n{]*)\{[^}]*font-size: ([0-9.]+)(rem|em)", css)
        assert sizes
        small = [one for one in sizes if float(one[1]) < 1 and ".shape" not in one[0]]
        assert small == []
