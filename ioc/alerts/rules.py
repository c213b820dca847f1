"""Rules of alerts: the shape of ``alerts/*.toml``, and why a rule may not apply to what it names.

Owns the fields and the refusals, in Vietnamese, that `ioc check` prints. Reads no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Literal, Protocol, Self

from pydantic import Field, field_validator, model_validator

from ioc.catalogue import Direction, Identifier, Kpi, Strict, Text
from ioc.contract import Duration, SourceSpec


class Kind(StrEnum):
    """What a rule looks for."""

    THRESHOLD = "threshold"
    JUMP = "jump"
    MISSING = "missing"
    STALE = "stale"


class Severity(StrEnum):
    """How much it matters. CRITICAL is told in quiet hours as well."""

    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertRule(Strict):
    """One rule. A value beyond the limit for `hold` is a breach; it ends when it is back by `margin`.

    `limit` is a number in the KPI's unit, or `target` takes the dated limit ("warn" or "alert") of the catalogue.
    `side` says on which side of it the trouble lies; by default the worse one. A jump compares with the period
    before (`against` "previous") or the same one a year before. `sources` and `after` belong to stale data: no
    sources means all, no `after` the age that each source promises.
    """

    id: Identifier
    name: Text
    kind: Kind
    severity: Severity = Severity.WARNING
    owner: Identifier | None = None
    kpi: Identifier | None = None
    level: Literal["province", "commune"] | None = None
    side: Literal["below", "above"] | None = None
    limit: float | None = None
    target: Literal["warn", "alert"] | None = None
    margin: float = Field(default=0.0, ge=0)
    against: Literal["previous", "year_before"] | None = None
    cumulative: bool = False
    provisional: bool = False
    communes: int = Field(default=1, ge=1)
    hold: Duration = timedelta(0)
    sources: tuple[Identifier, ...] = ()
    after: Duration | None = None
    advice: Text | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        allowed = _FIELDS[self.kind]
        foreign = sorted(name for name in self.model_fields_set - _EVERYWHERE if name not in allowed)
        if foreign:
            raise ValueError(f"{foreign[0]}: không dùng cho loại {self.kind}; bỏ đi hoặc đổi kind")
        lacking = [name for name in ("kpi", "level") if name in allowed and getattr(self, name) is None]
        if lacking:
            raise ValueError(f"{lacking[0]}: loại {self.kind} phải có trường này")
        if self.kind is Kind.THRESHOLD and (self.limit is None) == (self.target is None):
            raise ValueError("limit: cần đúng một trong hai: limit (một con số) hoặc target (warn, alert)")
        if self.kind is Kind.JUMP:
            if self.limit is None or self.limit <= 0:
                raise ValueError("limit: loại jump cần mức thay đổi lớn hơn 0, theo đơn vị của chỉ số")
            if self.margin >= self.limit:
                raise ValueError("margin: phải nhỏ hơn limit, nếu không cảnh báo không bao giờ tự kết thúc")
        if self.level == "province" and self.communes > 1:
            raise ValueError('communes: chỉ dùng khi level = "commune"')
        return self

    def owner_in(self, site: Placed) -> str:
        """The department that answers for it: its own, the KPI's, or that of the one source."""
        if self.owner is not None:
            return self.owner
        return site.kpis[self.kpi].owner if self.kpi else site.sources[self.sources[0]].owner

    def side_of(self, kpi: Kpi) -> str:
        """ "below" or "above": on which side of the limit the trouble lies."""
        return self.side or ("above" if kpi.direction is Direction.DOWN else "below")


_EVERYWHERE = frozenset({"id", "name", "kind", "severity", "owner", "hold", "advice"})
_OF_KPI = frozenset({"kpi", "level", "provisional", "cumulative", "communes"})
_FIELDS: Mapping[Kind, frozenset[str]] = {
    Kind.THRESHOLD: _OF_KPI | {"side", "limit", "target", "margin"},
    Kind.JUMP: _OF_KPI | {"side", "limit", "margin", "against"},
    Kind.MISSING: _OF_KPI - {"provisional"},
    Kind.STALE: frozenset({"sources", "after"}),
}
"""Which fields a kind may carry beside those of every rule."""


def _clock(text: str) -> time:
    return time.fromisoformat(text)


_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Messages(Strict):
    """How many words an owner gets a day, and when none. Held back is not lost: the digest tells of it."""

    daily_budget: int = Field(default=5, ge=1, le=100)
    quiet_from: str = "20:00"
    quiet_to: str = "06:30"
    digest_at: str = "07:00"

    @field_validator("quiet_from", "quiet_to", "digest_at")
    @classmethod
    def _times(cls, value: str) -> str:
        if not _CLOCK.fullmatch(value):
            raise ValueError(f"{value!r} không phải giờ trong ngày; viết như 07:00")
        return value

    @model_validator(mode="after")
    def _awake(self) -> Self:
        if self.is_quiet(_clock(self.digest_at)):
            raise ValueError("digest_at: nằm trong giờ yên lặng; chọn giờ sau quiet_to")
        return self

    def is_quiet(self, moment: time) -> bool:
        """Whether only critical matters are told at this time of day; equal ends mean never."""
        first, last = _clock(self.quiet_from), _clock(self.quiet_to)
        if first <= last:
            return first <= moment < last
        return moment >= first or moment < last

    @property
    def digest_time(self) -> time:
        """When the owners are told what was kept back."""
        return _clock(self.digest_at)


class Recipient(Strict):
    """Where an owner's messages go beside the screen. None by default: then nothing leaves the server."""

    owner: Identifier
    mail: tuple[str, ...] = ()
    webhook: tuple[str, ...] = ()

    @field_validator("mail")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not re.fullmatch(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}", address):
                raise ValueError(f"{address!r} không phải địa chỉ thư điện tử")
        return value

    @field_validator("webhook")
    @classmethod
    def _urls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s#]*)?", address):
                raise ValueError(f"{address!r} không phải địa chỉ http:// hoặc https:// (không kèm mật khẩu)")
        return value


class AlertFile(Strict):
    """One file of ``alerts/``."""

    alert: tuple[AlertRule, ...] = ()
    messages: Messages | None = None
    recipient: tuple[Recipient, ...] = ()


class Placed(Protocol):
    """What rules need to know of the site they stand in."""

    @property
    def kpis(self) -> Mapping[str, Kpi]:
        """The catalogue."""

    @property
    def sources(self) -> Mapping[str, SourceSpec]:
        """The sources."""

    @property
    def departments(self) -> Mapping[str, Any]:
        """The departments."""


def faults(rule: AlertRule, site: Placed) -> Iterator[tuple[str, str]]:
    """Field and reason of everything in `rule` that cannot work in this site."""
    if rule.owner is not None and rule.owner not in site.departments:
        yield "owner", f"{rule.owner!r} chưa khai báo là đơn vị (department)"
    if rule.kind is Kind.STALE:
        for source in rule.sources:
            if source not in site.sources:
                yield "sources", f"không có nguồn {source!r}; đã có: {', '.join(sorted(site.sources))}"
        if rule.owner is None and len(rule.sources) != 1:
            yield "owner", "cảnh báo nhiều nguồn cần một đơn vị chịu trách nhiệm; ghi owner"
        return
    kpi = site.kpis.get(rule.kpi or "")
    if kpi is None:
        yield "kpi", f"{rule.kpi!r} không có trong danh mục chỉ số"
        return
    if rule.cumulative and not kpi.cumulative:
        yield "cumulative", f"chỉ số {kpi.id} không có số lũy kế"
    if rule.kind is Kind.THRESHOLD:
        yield from _threshold_faults(rule, kpi)
    if rule.kind is Kind.JUMP and kpi.is_share and rule.limit is not None and rule.limit >= 100:
        yield "limit", "một tỷ lệ không thể thay đổi quá 100 điểm %; hạ xuống dưới 100"
    if rule.kind is Kind.MISSING and rule.level == "province":
        yield "level", 'số chưa báo cáo được đếm theo xã; viết level = "commune"'


def _threshold_faults(rule: AlertRule, kpi: Kpi) -> Iterator[tuple[str, str]]:
    if rule.side is None and kpi.direction is Direction.NEUTRAL:
        yield "side", f'chỉ số {kpi.id} không có hướng tốt, xấu; ghi side = "below" hoặc "above"'
    if rule.target is not None:
        fitting = [
            one
            for one in kpi.target
            if one.level in ("all", rule.level) or (one.area and rule.level == "commune")
        ]
        if not fitting:
            yield (
                "target",
                f"chỉ số {kpi.id} không có chỉ tiêu ở cấp {rule.level}; ghi limit hoặc thêm [[kpi.target]]",
            )
        return
    if rule.limit is None or not kpi.is_share or kpi.unit.vi != "%":
        return
    below = rule.side_of(kpi) == "below"
    if not (0 < rule.limit <= 100 if below else 0 <= rule.limit < 100):
        yield "limit", "một tỷ lệ nằm trong 0–100 %, ngưỡng này không bao giờ bị vượt"
    elif (rule.limit + rule.margin > 100) if below else (rule.limit - rule.margin < 0):
        yield "margin", "biên trở lại nằm ngoài 0–100 % nên cảnh báo không bao giờ tự kết thúc; giảm margin"
