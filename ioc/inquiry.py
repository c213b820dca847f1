"""Inquiry: one number asked for by KPI, area, period and edition, and everything that makes it credible.

Owns how such a question is understood (present codes only, the newest period by default) and what the
answer says. Reads the warehouse directly, so that it can contradict every cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ioc import console, formats
from ioc.areas import GSO, Area
from ioc.board import root_area
from ioc.catalogue import Kpi
from ioc.dispatch import now_utc
from ioc.observations import Edition, Observation
from ioc.office import Office
from ioc.periods import Period
from ioc.wording import say

_PARTS = {"so": " (các sở, ngành)", "xa": " (cộng các xã, phường)"}


class InquiryError(Exception):
    """The question has no answer; the sentence says why. `asked_wrongly` tells a slip from a lack of data."""

    def __init__(self, message: str, asked_wrongly: bool = True):
        self.asked_wrongly = asked_wrongly
        super().__init__(message)


@dataclass(frozen=True)
class Answer:
    """One number as published. `state` is a status of `ioc.observations`, or "missing".

    `notice` says that the data are made up, in a demonstration; it travels with the number wherever it goes.
    `as_of` is how late the source's data reached in this edition, `age_s` its age now, in seconds;
    `changed_in_edition` the edition that brought this version in.
    """

    notice: str | None
    kpi: str
    name: str
    area: str
    area_name: str
    period: str | None
    state: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    reporting: int | None
    expected: int | None
    source: str
    source_name: str
    as_of: datetime | None
    age_s: int | None
    edition: int
    published_at: datetime
    changed_in_edition: int | None


def inquire(
    office: Office,
    kpi_id: str,
    area: str | None = None,
    period: str | None = None,
    edition: int | None = None,
) -> Answer:
    """Answer with one number. Raises InquiryError for an unknown KPI, area, period or edition."""
    kpi = office.site.kpis.get(kpi_id)
    if kpi is None:
        raise InquiryError(f"Không có chỉ số {kpi_id!r}; các chỉ số: {', '.join(office.site.kpis)}")
    shown = _edition(office, edition)
    place, area_id = _area(office, area)
    series = {item.period: item for item in office.warehouse.series(kpi.id, area_id, shown.number)}
    key = _period(period, series)
    found = series.get(key) if key else None
    run = office.warehouse.published_run(kpi.source, shown.number)
    as_of = (run.as_of or run.finished_at) if run else None
    return Answer(
        notice=say("face.demonstration", "vi") if office.site.head.demonstration else None,
        kpi=kpi.id,
        name=kpi.name.vi,
        area=area_id,
        area_name=place.name + _PARTS.get(area_id.partition("+")[2], ""),
        period=key,
        state=found.status.value if found else "missing",
        value=found.value if found else None,
        unit=kpi.unit.vi,
        numerator=found.numerator if found else None,
        denominator=found.denominator if found else None,
        reporting=found.reporting if found else None,
        expected=found.expected if found else None,
        source=kpi.source,
        source_name=office.site.sources[kpi.source].name.vi,
        as_of=as_of,
        age_s=round((now_utc() - as_of).total_seconds()) if as_of else None,
        edition=shown.number,
        published_at=shown.published_at,
        changed_in_edition=found.edition if found else None,
    )


def _edition(office: Office, number: int | None) -> Edition:
    found = office.warehouse.latest() if number is None else office.warehouse.edition(number)
    if found is None and number is None:
        raise InquiryError("Chưa có bản số liệu nào được công bố; chạy: ioc refresh", asked_wrongly=False)
    if found is None:
        raise InquiryError(f"Không có bản số liệu {number}; xem: ioc editions")
    return found


def _area(office: Office, text: str | None) -> tuple[Area, str]:
    """The area and its id in the warehouse, pseudo-area included."""
    if text is None:
        root = root_area(office.site, office.register)
        return root, root.id
    code, plus, part = text.partition("+")
    today = date.today()  # noqa: DTZ011 - the register is asked about today
    found = office.register.find(GSO, code, today)
    if found is None or (plus and part not in _PARTS):
        old = any(area.code == code for area in office.register.areas)
        why = " (đây là mã trước 01/7/2025)" if old else ""
        raise InquiryError(f"Không có đơn vị hành chính hiện hành mang mã {text!r}{why}.")
    return found, found.id + plus + part


def _period(text: str | None, series: dict[str, Observation]) -> str | None:
    if text is not None:
        try:
            return Period.parse(text).key
        except ValueError:
            raise InquiryError(
                f"Kỳ {text!r} không đúng dạng 2026, 2026-Q3, 2026-10 hoặc 2026-10.ytd."
            ) from None
    return max((key for key in series if not key.endswith(".ytd")), default=None)


def lines(answer: Answer, kpi: Kpi) -> list[tuple[str, str]]:
    """The answer for a person: what, and in words how much it is to be believed."""
    shown = formats.quantity(answer.value, answer.unit, kpi.decimals)
    words = say("states.missing" if answer.state == "missing" else f"states.status.{answer.state}", "vi")
    coverage = f"{answer.reporting}/{answer.expected} xã, phường" if answer.expected else "–"
    age = f" ({formats.age(answer.age_s)})" if answer.age_s is not None else ""
    notice = [("Lưu ý", answer.notice)] if answer.notice else []
    return [
        *notice,
        ("Chỉ số", f"{answer.name} ({answer.kpi})"),
        ("Địa bàn", f"{answer.area_name} ({answer.area})"),
        ("Kỳ", formats.period(answer.period) if answer.period else "–"),
        ("Giá trị", f"{shown} ({words})"),
        ("Tử số", console.number(answer.numerator)),
        ("Mẫu số", console.number(answer.denominator)),
        ("Báo cáo", coverage),
        ("Nguồn", f"{answer.source_name} ({answer.source})"),
        ("Số liệu đến", console.instant(answer.as_of) + age),
        ("Bản số liệu", f"{answer.edition}, công bố {console.instant(answer.published_at)}"),
    ]
