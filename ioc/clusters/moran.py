"""Local Moran: communes whose neighbours are like them, or unlike, beyond what chance would do.

Owns the test (PySAL's, by conditional permutation with a fixed seed) and the correction for many tests (Benjamini and
Hochberg's false discovery rate). Equal values count against a find, on both sides. Loads PySAL only when called.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

PERMUTATIONS = 9999
ALPHA = 0.05
"""Share of false finds that is accepted among all finds of one KPI."""
FEWEST = 12
"""Communes with a figure and a neighbour below which nothing is tested."""
SEED = 20250701
_TIE = 1e-12


class Pattern(StrEnum):
    """A commune and its neighbours: high or low together, or one against the others."""

    HIGH = "high"
    LOW = "low"
    HIGH_AMONG_LOW = "high_among_low"
    LOW_AMONG_HIGH = "low_among_high"


_QUADRANTS = {1: Pattern.HIGH, 2: Pattern.LOW_AMONG_HIGH, 3: Pattern.LOW, 4: Pattern.HIGH_AMONG_LOW}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A find: the commune's code, the pattern, and the probability that chance alone does as much (both sides)."""

    code: str
    pattern: Pattern
    p: float


def clusters(
    values: Mapping[str, float],
    beside: Mapping[str, Sequence[str]],
    permutations: int = PERMUTATIONS,
    seed: int = SEED,
) -> list[Cluster]:
    """The finds among `values` by code, with `beside` the neighbours of each code; by code."""
    near = _graph(values, beside)
    codes = list(near)
    figures = np.array([values[code] for code in codes], dtype=np.float64)
    if len(codes) < FEWEST or float(np.ptp(figures)) == 0.0:
        return []
    from esda.moran import Moran_Local
    from libpysal.weights import W

    weights = W(near, id_order=codes, silence_warnings=True)
    with (
        warnings.catch_warnings()
    ):  # of what PySAL will do one day by default; both sides are counted here anyway
        warnings.simplefilter("ignore")
        found = Moran_Local(figures, weights, permutations=permutations, seed=seed, n_jobs=1)
    p = two_sided(np.asarray(found.Is), np.asarray(found.rlisas))
    kept = discoveries(p, ALPHA)
    return [Cluster(codes[at], _QUADRANTS[int(found.q[at])], float(p[at])) for at in np.flatnonzero(kept)]


def two_sided(observed: NDArray[np.float64], drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities from permutations: `drawn` is (communes, permutations). Equal ones stand on both sides."""
    above = (drawn >= observed[:, None] - _TIE).sum(axis=1)
    below = (drawn <= observed[:, None] + _TIE).sum(axis=1)
    p: NDArray[np.float64] = np.minimum(1.0, 2.0 * (np.minimum(above, below) + 1) / (drawn.shape[1] + 1))
    return p


def discoveries(p: NDArray[np.float64], alpha: float) -> NDArray[np.bool_]:
    """Which of many tests hold when a share `alpha` of false ones among them is accepted."""
    order = np.argsort(p, kind="stable")
    passed = np.flatnonzero(p[order] <= alpha * np.arange(1, len(p) + 1) / len(p))
    kept = np.zeros(len(p), dtype=bool)
    if len(passed):
        kept[order[: passed[-1] + 1]] = True
    return kept


def _graph(values: Mapping[str, float], beside: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Neighbours among the communes with a figure; whoever has none of these is left out."""
    known = {code for code, value in values.items() if not np.isnan(value)}
    found = {code: [one for one in beside.get(code, ()) if one in known] for code in sorted(known)}
    return {code: near for code, near in found.items() if near}
