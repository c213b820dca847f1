"""Small registers of villages made by hand, with definitions of three nested gaps and a protected count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ioc.catalogue import Text
from ioc.gaps.definitions import Gap, Gaps, Guarded, Protection
from ioc.gaps.definitions import VillageRegister as Spec
from ioc.gaps.register import Village, VillageRegister

KINDS = ("grid", "signal", "cable")
AT = datetime(2026, 11, 22)  # noqa: DTZ001


def _text(word: str) -> Text:
    return Text(vi=word, en=word)


def definitions(k: int = 5, within: str | None = "households") -> Gaps:
    """Three kinds, each requiring the one before."""
    kinds = {
        name: Gap(
            id=name, name=_text(name), short=_text(name), closed=_text(name), criterion="x is None", among_name=_text("all"), mark="dot",
            requires=KINDS[:at], step=at + 1, owner="so_khcn", legal_basis="thử",
        )
        for at, name in enumerate(KINDS)
    }  # fmt: skip
    spec = Spec(source="so_thon", households="households", population="population", poor_households="poor")
    return Gaps(
        spec,
        kinds,
        protection=Protection(
            k=k, count=(Guarded(column="poor", name=_text("poor")),), within=within, legal_basis="thử"
        ),
    )


def register(
    rows: Iterable[tuple[str, tuple[str, ...], int, int]], k: int = 5, within: str | None = "households"
) -> VillageRegister:
    """A register of (commune, gaps, households, poor)."""
    villages = tuple(
        Village(
            f"v{number:04d}", f"Bản {number}", area, None, households, 4 * households, None, None, "unknown", None, None,
            frozenset(gaps), poor_households=poor,
            cells={"households": households, "population": 4 * households, "poor": poor},
        )
        for number, (area, gaps, households, poor) in enumerate(rows)
    )  # fmt: skip
    return VillageRegister(definitions(k, within), villages, AT, 1)
