"""Deliberate errors: which rows get one, and an exact count of each, so that checks can be checked.

Owns the picking of rows, no row twice, and the ledger by reason. The reasons are those of `ioc.runs`;
what each source does to its rows stands in the source's own module and in the package docstring.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ioc.runs import RowReason

Mask = npt.NDArray[np.bool_]
UNKNOWN_UNITS = (("03999", "Xã chưa xác định"), ("00338", "Phường Đoàn Kết"), ("99999", "Không rõ"))
"""Codes that never existed in the province."""


class Slips:
    """The errors of one source: rows already spoiled, and how many of each kind."""

    def __init__(self, rng: np.random.Generator, size: int):
        self.rng = rng
        self.free: Mask = np.ones(size, dtype=bool)
        self.reasons: dict[str, int] = {}
        self.kinds: dict[str, int] = {}

    def take(self, wanted: int, where: Mask, kind: str, reason: RowReason | None) -> npt.NDArray[np.int64]:
        """Indices of up to `wanted` rows of `where` that have no error yet, noted as `kind` and `reason`.

        `reason` None notes a row that is odd but sound (a late one).
        """
        able = np.flatnonzero(where & self.free)
        chosen = np.sort(self.rng.choice(able, min(wanted, len(able)), replace=False)).astype(np.int64)
        self.free[chosen] = False
        self.kinds[kind] = self.kinds.get(kind, 0) + len(chosen)
        if reason is not None:
            self.reasons[reason.value] = self.reasons.get(reason.value, 0) + len(chosen)
        return chosen

    def ledger(self, source: str, rows: int) -> dict[str, int]:
        """Counts by key: rows.<source>, dirt.<source>.<reason>, detail.<source>.<kind>."""
        found = {f"rows.{source}": rows}
        found |= {f"dirt.{source}.{reason}": count for reason, count in sorted(self.reasons.items())}
        found |= {f"detail.{source}.{kind}": count for kind, count in sorted(self.kinds.items())}
        return found
