"""A KPI as columns of SQL: its numerator and denominator over rows, and what adds up parts of them.

Owns these fragments and nothing of the tables they are used in (`ioc.refresh.aggregation`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ioc.catalogue import Aggregation, Kpi
from ioc.contract import SourceSpec
from ioc.measures import Formula, parse_measure
from ioc.rollups import single


@dataclass(frozen=True)
class Part:
    """Numerator ("n") or denominator ("d") of a KPI."""

    name: str
    formula: Formula

    def column(self, place: int) -> str:
        """The aggregate over rows, as column `n3` or `d3`; of a distinct count the set itself."""
        return f"{self.formula.members or self.formula.sql} AS {self.name}{place}"

    def value(self, place: int) -> str:
        """The number in such a column."""
        column = f"{self.name}{place}"
        return f"coalesce(len({column}), 0)" if self.formula.members else column

    def merged(self, rule: str | None) -> str:
        """The aggregate over values of parts; `rule` is "max" or "min" where the KPI rolls up that way."""
        if rule is not None:
            return f"{rule}({self.name})"
        if self.formula.members:
            return "0"  # put right by the sets
        # as decimals, for a sum of doubles depends on the order of its parts
        return f"CAST(sum(CAST({self.name} AS DECIMAL(38, 6))) AS DOUBLE)"


@dataclass(frozen=True)
class Computed:
    """A KPI with its formulas translated; `number` stands for it in the tables."""

    number: int
    kpi: Kpi
    n: Part
    d: Part | None

    @staticmethod
    def of(number: int, kpi: Kpi, spec: SourceSpec) -> Computed:
        """The KPI on the rows of its source; of an official value the one measure that it is."""

        def read(text: str) -> Formula:
            return (
                single(text, spec)
                if kpi.aggregation is Aggregation.OFFICIAL
                else parse_measure(text, spec.column)
            )

        d = Part("d", read(kpi.denominator)) if kpi.denominator else None
        return Computed(number, kpi, Part("n", read(kpi.numerator)), d)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The numerator, and the denominator where there is one."""
        return (self.n, self.d) if self.d else (self.n,)

    @property
    def rule(self) -> str | None:
        """How areas roll up, where it is not by adding."""
        extreme = self.kpi.aggregation in (Aggregation.MAX, Aggregation.MIN)
        return str(self.kpi.aggregation) if extreme else None

    def columns(self) -> str:
        """Aggregates over rows, each after a comma."""
        return "".join(f", {part.column(self.number)}" for part in self.parts)

    def merged(self, over_areas: bool) -> str:
        """The aggregates over values of parts, as columns n and d."""
        found = []
        for part in self.parts:
            extreme = part.formula.function if part.formula.function in ("max", "min") else None
            found.append(part.merged(self.rule if over_areas else extreme))
        return ", ".join([*found, "NULL"][:2])
