"""Splitting a whole number into whole parts that add up to it again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def split(total: int, weights: npt.NDArray[np.float64], least: int = 0) -> list[int]:
    """`total` in parts proportional to `weights`, each at least `least`; the largest remainders round up."""
    spare = total - least * len(weights)
    if spare < 0:
        raise ValueError(f"{total} cannot be split into {len(weights)} parts of at least {least}")
    exact = weights / weights.sum() * spare
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: spare - int(parts.sum())]] += 1
    return [int(part) + least for part in parts]
