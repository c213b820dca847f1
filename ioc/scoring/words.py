"""What is said of scores: points, gains, reasons, units. One place for the page and the command line.

Owns the sentences' choice; the sentences themselves stand in the room ``scores`` of the wording.
"""

from __future__ import annotations

from ioc import formats
from ioc.areas import Register
from ioc.scoring.index import Index
from ioc.scoring.rows import DEPARTMENT, Key
from ioc.scoring.standing import GroupStanding, MetricStanding
from ioc.site import Site
from ioc.wording import say

RATIO_DECIMALS = 2


def number(value: float | None, index: Index, lang: str) -> str:
    """Points as the index prints them; an en dash where there are none."""
    return formats.number(value, index.decimals, lang)


def most(value: float, lang: str) -> str:
    """A maximum without needless zeros: 18, 2,5."""
    return formats.number(value, 0 if float(value).is_integer() else 1, lang)


def gain(one: MetricStanding, index: Index, lang: str) -> str:
    """What would bring the missing points: "còn có thể tăng 1,8 điểm nếu tỷ lệ tăng từ 62 % lên 80 %…"."""
    if one.gain is None:
        return ""
    if one.gain.points <= 0:
        return say("scores.gain.full", lang)
    left, ratio = formats.number(one.gain.points, index.decimals, lang), one.gain.ratio
    if ratio is None:
        return say("scores.gain.plain", lang, points=left)
    now, reach = formats.percent(ratio, RATIO_DECIMALS, lang), percent(one.gain.reach, lang)
    if ratio >= one.gain.reach:
        return say("scores.gain.beyond", lang, points=left, ratio=now, reach=reach)
    whole = one.official.denominator if one.official else one.own.cell.denominator if one.own else None
    if one.gain.more is None or whole is None:
        told = say("scores.gain.reach", lang, points=left, ratio=now, reach=reach)
    else:
        more, everything = formats.number(one.gain.more, 0, lang), formats.number(whole, 0, lang)
        told = say("scores.gain.more", lang, points=left, ratio=now, reach=reach, more=more, all=everything)
    return f"{told} ({say('scores.gain.assumed', lang, reach=reach)})" if one.gain.assumed else told


def percent(value: float, lang: str) -> str:
    """A threshold: 80 %, 62,5 %."""
    return formats.percent(value, 0 if float(value).is_integer() else 1, lang)


def why_no_own(one: GroupStanding, unit: str, lang: str) -> str | None:
    """Why there is no own total of a group; None when there is one."""
    if one.own is not None:
        return None
    if unit.startswith(DEPARTMENT):
        return say("scores.why.department", lang)
    scored = [metric for metric in one.metrics if not metric.metric.information]
    for reason, lacking in (
        ("allocation", [metric for metric in scored if metric.metric.max is None]),
        ("official_only", [metric for metric in scored if metric.metric.official_only]),
        ("missing", [metric for metric in scored if metric.own is None or metric.own.points is None]),
    ):
        if lacking:
            names = ", ".join(metric.metric.id for metric in lacking)
            return say(f"scores.why.{reason}", lang, metrics=names)
    return None


def unit_name(unit: str, site: Site, register: Register, lang: str) -> str:
    """The name of an area or department; the id itself where it has gone from the configuration."""
    if unit.startswith(DEPARTMENT):
        found = site.departments.get(unit.removeprefix(DEPARTMENT))
        return found.name.in_(lang) if found else unit
    area = register.by_id.get(unit)
    return area.name if area else unit


def what(key: Key, index: Index, lang: str) -> str:
    """The group or metric of a score, or the total."""
    group = next((one for one in index.group if one.code == key.group), None)
    if group is None:
        return say("scores.source.total", lang) if not key.group else key.group
    metric = next((one for one in group.metric if one.key == key.metric), None)
    if metric is None:
        return group.name.in_(lang) if not key.metric else key.metric
    return f"{metric.id} {metric.name.in_(lang)}"
