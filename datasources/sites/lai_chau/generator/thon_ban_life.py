"""How people live in the villages: border, minorities, poor households, school and clinic; and when a village began.

Everything here is invented, within one published frame: poor households of the villages of a commune add up to those
of its poverty review. Draws from generators of its own, so that the register's other figures do not move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from datasources.sites.lai_chau.generator.shares import split

if TYPE_CHECKING:
    from datasources.sites.lai_chau.generator.thon_ban import Found

BORDER = frozenset({
    "03562", "03571", "03549", "03583", "03394", "03503", "03460", "03466", "03442", "03439", "03451",
})  # fmt: skip
"""Communes on the border with Yunnan, to be checked against official boundaries."""
REORGANISED = "03618"
"""Mường Than, which published a project to reorganise its villages."""
_MERGED, _RENAMED = 19, 12


def lives(found: Sequence[Found], poor: Mapping[str, int], anchor: date, seed: int) -> list[dict[str, Any]]:
    """The columns on how people live, in the order of `found`."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 41])
    parts: dict[str, int] = {}
    for code in dict.fromkeys(code for _, code, _ in found):
        here = [(key, village) for key, mine, village in found if mine == code]
        ceilings = np.array([village.households for _, village in here])
        weights = ceilings * rng.lognormal(0.0, 0.8, len(here))
        shared = _spread(poor[code], weights, (ceilings * 0.96).astype(np.int64))
        parts |= {key: part for (key, _), part in zip(here, shared, strict=True)}
    clinics = {min(key for key, mine, _ in found if mine == code) for code in {code for _, code, _ in found}}
    rows = []
    for key, code, village in found:
        share = rng.uniform(5, 40) if village.people == "Kinh" else rng.uniform(86, 100)
        rows.append({
            "bien_gioi": int(code in BORDER and bool(rng.random() < 0.4)),
            "ty_le_dtts": round(float(share), 1),
            "so_ho_ngheo": parts[key],
            "co_diem_truong": int(rng.random() < 0.62),
            "co_tram_y_te": int(key in clinics or bool(rng.random() < 0.05)),
        })  # fmt: skip
    return rows


def _spread(total: int, weights: npt.NDArray[np.float64], ceilings: npt.NDArray[np.int64]) -> list[int]:
    """`total` in parts by `weights`, none above its ceiling; what does not fit goes where there is room."""
    parts = np.zeros(len(weights), dtype=np.int64)
    while (left := total - int(parts.sum())) > 0:
        room = ceilings - parts
        open_ = np.flatnonzero(room > 0)
        parts[open_] += np.minimum(split(left, weights[open_]), room[open_])
    return [int(part) for part in parts]


def changed(found: Sequence[Found], anchor: date, seed: int) -> tuple[dict[str, str], dict[str, str]]:
    """Days on which villages were merged out of others, and on which villages were renamed, by id."""
    rng = np.random.default_rng([seed, anchor.toordinal(), 42])
    able = [key for key, _, village in found if village.cable is not None]
    here = [key for key, code, _ in found if code == REORGANISED][:5]
    chosen = [str(key) for key in rng.permutation([key for key in able if key not in here])]
    merged, renamed = [*here, *chosen][:_MERGED], chosen[_MERGED : _MERGED + _RENAMED]

    def day() -> str:
        return (anchor - timedelta(days=int(rng.integers(25, 500)))).isoformat()

    return {key: day() for key in sorted(merged)}, {key: day() for key in sorted(renamed)}


def founded(found: Sequence[Found], anchor: date, seed: int) -> dict[str, str]:
    """Since when a village is what it is, where that is known: those merged out of others."""
    return changed(found, anchor, seed)[0]
