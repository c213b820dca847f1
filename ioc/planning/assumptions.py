"""Assumptions of a plan: the shape of ``planning/*.toml`` and the rules its entries obey.

Owns which gap each service closes, what each kind of measure costs and reaches, whose households weigh more, the
budget that is suggested, and candidates that are known by name. Knows neither villages nor the solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, Self

from pydantic import Field, model_validator

from ioc.catalogue import Identifier, Strict, Text
from ioc.gaps.definitions import Gaps
from ioc.planning.model import Service

MOST_YEARS = 10
Column = Literal["border", "minority_share", "poor_share", "school", "clinic"]
"""What is known of a village that a weight may rest on; `poor_share` is poor households in percent of all."""


class Means(Strict):
    """``[plan]``: what is suggested at first. Money in millions of đồng; `floor` is a share from 0 to 1."""

    first_year: int = Field(ge=2020, le=2100)
    budgets: tuple[int, ...] = Field(min_length=1, max_length=MOST_YEARS)
    carry_over: bool = False
    floor: float = Field(default=0.0, ge=0, le=1)
    source: str = Field(min_length=1)
    verified: bool = False

    @model_validator(mode="after")
    def _no_debt(self) -> Self:
        if min(self.budgets) < 0:
            raise ValueError("budgets: kinh phí mỗi năm không được âm")
        return self


class Serviced(Strict):
    """``[[service]]``: a service, the gaps of villages that it closes and what a household counts in it."""

    id: Service
    name: Text
    lacking: Text
    gaps: tuple[Identifier, ...] = Field(min_length=1)
    weight: float = Field(default=1.0, gt=0, le=10)


class Measure(Strict):
    """``[[measure]]``: a kind of measure, what one costs and how far it reaches.

    Cost = `fixed` + `per_km` × line + `per_household` × households of its village, in millions of đồng. Line = great
    circle to the nearest village that has the service × `terrain`, at most `longest_km`. It serves its own village and
    those whose great-circle distance × `terrain` is within `reach_km`. `generated` false: only those that are listed.
    """

    id: Identifier
    name: Text
    service: Service | None = None
    reach_km: float = Field(default=0.0, ge=0, le=100)
    terrain: float = Field(default=1.0, ge=1, le=5)
    fixed: float = Field(default=0.0, ge=0)
    per_km: float = Field(default=0.0, ge=0)
    per_household: float = Field(default=0.0, ge=0)
    longest_km: float | None = Field(default=None, gt=0)
    needs_power: bool = False
    gives_power: bool = False
    generated: bool = True
    source: str = Field(min_length=1)
    verified: bool = False

    @model_validator(mode="after")
    def _of_use(self) -> Self:
        if self.service is None and not self.gives_power:
            raise ValueError("service: biện pháp phải có dịch vụ, hoặc gives_power = true")
        return self


class Emphasis(Strict):
    """``[[emphasis]]``: villages whose households weigh more by `bonus`, when `column` is true or `at_least` so much."""

    id: Identifier
    name: Text
    column: Column
    at_least: float | None = Field(default=None, ge=0, le=100)
    bonus: float = Field(ge=0, le=5)
    source: str = Field(min_length=1)
    verified: bool = False

    @model_validator(mode="after")
    def _a_share(self) -> Self:
        if (self.at_least is None) == (self.column in ("minority_share", "poor_share")):
            raise ValueError("at_least: cần cho tỷ lệ phần trăm, không dùng cho cột đúng/sai")
        return self


class Listed(Strict):
    """``[[candidate]]``: a measure known by name: at `village`, or at `lat` and `lon`, or with the villages it `serves`.

    `cost` in millions of đồng; `reach_km` instead of the kind's; `after` names candidates that must stand before.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")
    measure: Identifier
    name: str = ""
    village: str | None = None
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    cost: float = Field(ge=0, le=10_000_000)
    reach_km: float | None = Field(default=None, ge=0, le=100)
    serves: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat và lon phải đi cùng nhau")
        if self.village is None and self.lat is None and not self.serves:
            raise ValueError("cần một trong: village, lat và lon, hoặc serves")
        return self


class PlanFile(Strict):
    """One file of ``planning/``."""

    plan: Means | None = None
    service: tuple[Serviced, ...] = ()
    measure: tuple[Measure, ...] = ()
    emphasis: tuple[Emphasis, ...] = ()
    candidate: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class Assumptions:
    """Everything the site's files of planning say together."""

    means: Means
    services: Mapping[Service, Serviced]
    measures: Mapping[str, Measure]
    emphases: Mapping[str, Emphasis]
    candidates: Mapping[str, Listed]

    @property
    def verified(self) -> bool:
        """Whether somebody has seen the documents behind all of it."""
        return self.means.verified and all(one.verified for one in self.estimates)

    @property
    def estimates(self) -> list[Measure | Emphasis]:
        """Everything beside the budget that somebody has to have seen a document for."""
        return [*self.measures.values(), *self.emphases.values()]


class Placed(Protocol):
    """What assumptions need to know of the site they stand in."""

    @property
    def gaps(self) -> Gaps | None:
        """What a gap of a village is."""


def plan_faults(found: Assumptions, site: Placed) -> Iterator[tuple[str, str, str]]:
    """Entry, field and reason of everything that cannot work in this site."""
    if site.gaps is None:
        yield "plan", "", "kế hoạch cần sổ thôn, bản: khai báo gaps/*.toml trước"
        return
    for service in found.services.values():
        for gap in service.gaps:
            if gap not in site.gaps.kinds:
                yield f"service {service.id}", "gaps", f"không có khoảng trống {gap!r} trong gaps/*.toml"
    for measure in found.measures.values():
        if measure.service is not None and measure.service not in found.services:
            yield f"measure {measure.id}", "service", f"{measure.service!r} chưa khai báo bằng [[service]]"
    known = site.gaps.villages.columns
    for emphasis in found.emphases.values():
        column = "poor_households" if emphasis.column == "poor_share" else emphasis.column
        if column not in known:
            yield (
                f"emphasis {emphasis.id}",
                "column",
                f"sổ thôn, bản không khai báo cột {column} trong [villages]",
            )
    for one in found.candidates.values():
        if one.measure not in found.measures:
            yield f"candidate {one.id}", "measure", f"không có biện pháp {one.measure!r}"
        for name in one.after:
            if name not in found.candidates:
                yield f"candidate {one.id}", "after", f"không có phương án {name!r}"
