"""The catalogue: what each KPI is, how it is computed, who answers for it, and what it should reach.

Owns the KPI model read from ``kpis/*.toml`` and the rules a definition must obey on its own. Knows
neither sources nor data; `ioc.site` checks a KPI against the sources it names.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ioc.periods import PeriodKind

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Strict(BaseModel):
    """Base of everything read from configuration: frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Strict):
    """A text in both languages of the interface."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_(self, lang: str) -> str:
        """The text in `lang` ("vi" or "en")."""
        return self.en if lang == "en" else self.vi


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


class Aggregation(StrEnum):
    """How communes roll up to the province. A mean of percentages is not among them.

    POPULATION is a mean of values that are not counts, weighted by people: sum(score * population) over
    sum(population). OFFICIAL is a figure imported for each level and never computed from another level.
    DISTINCT counts what is different: parts are united, never added.
    """

    RATIO = "ratio_of_sums"
    SUM = "sum"
    MAX = "max"
    MIN = "min"
    POPULATION = "population_weighted"
    OFFICIAL = "official"
    DISTINCT = "distinct"


class Indicator(StrEnum):
    """What kind of indicator the government's register of indicators calls it (7146/VPCP-KSTT)."""

    INPUT = "input"
    PROCESS = "process"
    RESULT = "result"
    IMPACT = "impact"
    COMPOSITE = "composite"


class Cycle(StrEnum):
    """How often the source renews the figure."""

    CONTINUOUS = "continuous"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Measure(StrEnum):
    """Whether rows are counted as they happen in a period, or as they stand at its end."""

    FLOW = "flow"
    STOCK = "stock"


class GeoBasis(StrEnum):
    """To which commune a row counts; the bases differ since reception became non-geographic."""

    RECEIVING = "receiving_unit"
    RESIDENCE = "residence"
    FACILITY = "facility"
    VILLAGE = "village"


class Grade(StrEnum):
    """Standing of a value against its target; always shown with a shape and a word, never colour alone."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    NONE = "none"


class Target(Strict):
    """A dated target with its warning and alert limits, in the KPI's unit.

    `level` says whether it holds for the province figure, for each commune, or for one commune (`area`,
    a present code). `verified` is False until somebody has seen the document in `decision`.
    """

    level: Literal["all", "province", "commune"] = "all"
    area: str | None = Field(default=None, pattern=r"^\d{2,5}$")
    valid_from: dt.date
    valid_to: dt.date | None = None
    target: float
    warn: float
    alert: float
    decision: str = Field(min_length=1)
    verified: bool = False

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to phải sau valid_from")
        return self

    def valid_on(self, day: dt.date) -> bool:
        """Whether the target was in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Hold(Strict):
    """When a new number of a KPI is held back until somebody has verified it (`ioc.holding`).

    A change is believed within `spread` times its usual size, which is never taken for less than `floor`
    (0.15: a seventh), once there are `points` months to judge by; `together` takes its place for the sum of
    all communes, which is steadier than any of them. `minimum` and `maximum` are what the value can be at
    all; below the share `coverage` of the usual communes a month is not believed.
    """

    on: bool = True
    points: int = Field(default=6, ge=3, le=120)
    spread: float = Field(default=4.0, gt=0)
    floor: float = Field(default=0.15, gt=0)
    together: float = Field(default=0.15, gt=0)
    coverage: float = Field(default=0.5, ge=0, le=1)
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("maximum phải lớn hơn minimum")
        return self


class Break(Strict):
    """A day from which the figures are not comparable with those before, why, and the document that says so."""

    on: dt.date
    cause: Text
    document: str | None = None


class Kpi(Strict):
    """One catalogue entry.

    `numerator` and `denominator` are measures in the small language of `ioc.measures`, over the rows of
    `source`; a ratio is shown as 100 x numerator / denominator when its unit is "%". `scale` divides a
    plain sum for display (1e6 for triệu đồng). `classes` are the fixed breaks of the value legend. `level`
    is the lowest at which there are figures: "province" where only the whole is known. `exceeds` says that
    a percentage above 100 is no fault (revenue against its plan).
    """

    id: Identifier
    name: Text
    short: Text
    group: Identifier
    owner: Identifier
    unit: Text
    decimals: int = Field(default=1, ge=0, le=4)
    direction: Direction
    measure: Measure
    aggregation: Aggregation
    basis: GeoBasis
    source: Identifier
    date: Identifier | None = None
    numerator: str = Field(min_length=1)
    denominator: str | None = None
    scale: float = Field(default=1.0, gt=0)
    cumulative: bool = True
    periods: tuple[PeriodKind, ...] = Field(default=(PeriodKind.MONTH,), min_length=1)
    breaks: tuple[Break, ...] = ()
    minimum_n: int = Field(default=30, ge=0)
    formula: Text
    legal_basis: str = Field(min_length=1)
    indicator: Indicator | None = None
    cycle: Cycle | None = None
    level: Literal["commune", "province"] = "commune"
    exceeds: bool = False
    headline: int | None = Field(default=None, ge=1)
    classes: tuple[float, ...] = ()
    target: tuple[Target, ...] = ()
    hold: Hold = Hold()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._check_kind()
        if self.measure is Measure.FLOW and self.date is None:
            raise ValueError("date: chỉ số dòng (flow) cần cột ngày để biết thuộc kỳ nào")
        if self.measure is Measure.STOCK and self.cumulative:
            raise ValueError("cumulative: chỉ số tồn (stock) không cộng dồn được, viết cumulative = false")
        if len(set(self.periods)) != len(self.periods):
            raise ValueError("periods: có loại kỳ viết hai lần")
        if set(self.periods) == {PeriodKind.DAY}:
            raise ValueError(
                'periods: riêng "day" chưa đủ, thêm "month"; số ngày chỉ giữ trong thời gian ngắn'
            )
        if PeriodKind.DAY in self.periods and self.measure is not Measure.FLOW:
            raise ValueError('periods: "day" chỉ dùng cho chỉ số dòng (flow)')
        if self.cumulative and PeriodKind.MONTH not in self.periods:
            raise ValueError(
                'cumulative: lũy kế tính theo tháng; thêm "month" vào periods hoặc viết cumulative = false'
            )
        if list(self.classes) != sorted(set(self.classes)):
            raise ValueError("classes: các ngưỡng chia phải tăng dần")
        for target in self.target:
            steps = (target.target, target.warn, target.alert)
            falling = steps[0] >= steps[1] >= steps[2]
            rising = steps[0] <= steps[1] <= steps[2]
            wanted = {Direction.UP: falling, Direction.DOWN: rising, Direction.NEUTRAL: falling or rising}
            if not wanted[self.direction]:
                raise ValueError(
                    f"target: {steps} (target, warn, alert) không xếp theo hướng tốt lên direction = {self.direction}"
                )
        return self

    def _check_kind(self) -> None:
        """Raise where a field does not go with the kind of aggregation."""
        kind = self.aggregation
        free = kind in (Aggregation.OFFICIAL, Aggregation.DISTINCT)
        wanted = kind in (Aggregation.RATIO, Aggregation.POPULATION)
        if not free and wanted != (self.denominator is not None):
            raise ValueError(
                "denominator: ratio_of_sums và population_weighted phải có mẫu số, official và distinct có thể có, "
                "cách tổng hợp khác không được có"
            )
        if kind is Aggregation.OFFICIAL and self.measure is not Measure.STOCK:
            raise ValueError(
                'measure: số chính thức (official) được chốt sẵn, không cộng từ dòng; viết measure = "stock"'
            )
        if self.exceeds and self.unit.vi != "%":
            raise ValueError('exceeds: chỉ có nghĩa với chỉ số đơn vị "%"')
        if self.level == "province" and any(t.level == "commune" or t.area for t in self.target):
            raise ValueError(
                'target: chỉ số chỉ có số toàn tỉnh (level = "province") không có chỉ tiêu cấp xã'
            )

    @property
    def base(self) -> PeriodKind:
        """The kind of period shown first: months where there are any."""
        order = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.SCHOOL_YEAR, PeriodKind.YEAR)
        return next(kind for kind in order if kind in self.periods)

    @property
    def is_share(self) -> bool:
        """Whether the value is a part of a whole, with a denominator that says how much stands behind it."""
        return self.denominator is not None

    @property
    def is_percent(self) -> bool:
        """Whether the value is 100 x numerator / denominator."""
        return self.is_share and self.unit.vi == "%" and self.aggregation is not Aggregation.POPULATION

    @property
    def ceiling(self) -> float | None:
        """How many times the denominator (or one) the numerator may be before the value is impossible."""
        if self.unit.vi != "%" or self.exceeds:
            return None
        return 1.0 if self.is_percent else 100 * self.scale

    def target_for(
        self, day: dt.date, level: Literal["province", "commune"], code: str | None = None
    ) -> Target | None:
        """The target in force on `day`: one for the very commune first, then its level, then "all"."""
        live = [target for target in self.target if target.valid_on(day)]
        own = [target for target in live if target.area is not None and target.area == code]
        general = [target for target in live if target.area is None]
        of_level = [target for target in general if target.level == level]
        for_all = [target for target in general if target.level == "all"]
        return next(iter(own + of_level + for_all), None)


def grade(kpi: Kpi, value: float | None, target: Target | None) -> Grade:
    """Standing of `value`: good at or beyond warn, watch down to alert, bad beyond it.

    "Amber when worse than warn, red when worse than alert": a pure function of the value and the KPI.
    """
    if value is None or target is None:
        return Grade.NONE
    high_is_bad = target.target < target.alert or (
        target.target == target.alert and kpi.direction is Direction.DOWN
    )
    sign = 1 if high_is_bad else -1
    if sign * value > sign * target.alert:
        return Grade.BAD
    return Grade.WATCH if sign * value > sign * target.warn else Grade.GOOD
