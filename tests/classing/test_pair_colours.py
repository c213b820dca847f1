"""The nine colours of two KPIs: apart for every kind of colour vision, readable under their numbers."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from layouts.theme import palettes

CELLS = [f"{across}{up}" for across in (1, 2, 3) for up in (1, 2, 3)]
SIGHT = {
    "full": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
"""Machado, Oliveira and Fernandes 2009, full severity, on linear light."""
LEAST, READABLE = 18, 4.5


def light(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = (to_xyz @ np.clip(linear, 0, 1)) / np.array([0.9505, 1, 1.089])
    f = [np.cbrt(one) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ light(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["day", "night", "wall"])
@pytest.mark.parametrize("sight", SIGHT)
def test_no_two_of_the_nine_are_alike(theme: str, sight: str) -> None:
    colours = [lab(SIGHT[sight] @ light(palettes()[theme][f"bi-{cell}"])) for cell in CELLS]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(colours, 2)) >= LEAST


@pytest.mark.parametrize("theme", ["day", "night", "wall"])
def test_the_number_in_a_cell_can_be_read(theme: str) -> None:
    found = palettes()[theme]
    assert min(contrast(found[f"bi-{cell}"], found[f"on-bi-{cell}"]) for cell in CELLS) >= READABLE
