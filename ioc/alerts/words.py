"""What is said of an alert: one sentence with count, limit, period, a line for each member, and what became of messages.

Owns the choice of the sentence; the words themselves stand in the wording room ``alerts``. Used alike by page,
command line, e-mail and webhook.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from ioc import formats
from ioc.alerts.records import ITSELF, Alert, Delivery, Member, Message
from ioc.areas import Register
from ioc.catalogue import Kpi
from ioc.site import Site
from ioc.wording import say


def title(alert: Alert, site: Site, lang: str) -> str:
    """The rule's name; its id when the site no longer has the rule."""
    rule = site.alerts.get(alert.rule)
    return rule.name.in_(lang) if rule else alert.rule


def advice(alert: Alert, site: Site, lang: str) -> str | None:
    """What the rule says is to be done."""
    rule = site.alerts.get(alert.rule)
    return rule.advice.in_(lang) if rule and rule.advice else None


def owner(alert: Alert, site: Site, lang: str) -> str:
    """The department that answers for it."""
    found = site.departments.get(alert.owner)
    return found.name.in_(lang) if found else alert.owner


def sentence(alert: Alert, site: Site, lang: str) -> str:
    """``12/38 xã, phường dưới 60 %, tháng 10/2026``: what is wrong, where, beyond which limit, when."""
    if alert.kind == "stale":
        return say("alerts.what.stale", lang, count=alert.count, total=alert.total)
    kpi = site.kpis.get(str(alert.subject.get("kpi")))
    values: dict[str, Any] = {
        "kpi": kpi.short.in_(lang) if kpi else str(alert.subject.get("kpi")),
        "count": alert.count,
        "total": alert.total,
        "period": _period(alert, lang),
        "limit": _limit(alert, kpi, lang),
        "side": say(f"alerts.side.{_side(alert)}", lang),
        "against": say(f"alerts.against.{alert.subject.get('against') or 'previous'}", lang),
    }
    if alert.subject.get("level") == "province" and alert.members:
        values["value"] = amount(alert.members[0].value, kpi, lang)
        return say(f"alerts.what.{alert.kind}_province", lang, **values)
    return say(f"alerts.what.{alert.kind}", lang, **values)


def _side(alert: Alert) -> str:
    side = str(alert.subject.get("side") or "beyond")
    return {"below": "fall", "above": "rise"}.get(side, side) if alert.kind == "jump" else side


def _period(alert: Alert, lang: str) -> str:
    found = alert.subject.get("period")
    return formats.period(found, lang) if found else say("formats.none", lang)


def _limit(alert: Alert, kpi: Kpi | None, lang: str) -> str:
    """The one limit of all members, or that each has its own."""
    limits = {member.limit for member in alert.members}
    if len(limits) != 1 or None in limits:
        return say("alerts.limit_each", lang)
    return limit_words(alert, limits.pop(), kpi, lang)


def limit_words(alert: Alert, limit: float | None, kpi: Kpi | None, lang: str) -> str:
    """A limit with its unit; that of a jump between percentages is in points."""
    if alert.kind == "stale":
        return formats.duration(limit or 0.0, lang)
    if alert.kind == "jump" and limit is not None and kpi is not None and kpi.unit.vi == "%":
        return formats.quantity(limit, say("formats.points", lang), _places(limit, kpi), lang)
    return amount(limit, kpi, lang)


def amount(value: float | None, kpi: Kpi | None, lang: str) -> str:
    """A value as everywhere else: with its unit and the KPI's decimals, whole limits without any."""
    if kpi is None:
        return formats.number(value, 1, lang)
    return formats.quantity(value, kpi.unit.in_(lang), _places(value, kpi), lang)


def _places(value: float | None, kpi: Kpi) -> int:
    return 0 if value is not None and float(value).is_integer() else kpi.decimals


def member_name(member: Member, alert: Alert, site: Site, register: Register, lang: str) -> str:
    """The commune's or the source's name."""
    if alert.kind == "stale":
        found = site.sources.get(member.member)
        return found.name.in_(lang) if found else member.member
    area = register.by_id.get(member.member)
    return area.name if area else member.member


def member_value(member: Member, alert: Alert, site: Site, lang: str) -> str:
    """What was measured there; of a share also the two counts behind it."""
    if alert.kind == "stale":
        return (
            say("alerts.never", lang)
            if member.value is None
            else formats.duration(timedelta(seconds=member.value), lang)
        )
    if member.value is None:
        return say("alerts.not_reported", lang)
    kpi = site.kpis.get(str(alert.subject.get("kpi")))
    shown = amount(member.value, kpi, lang)
    if kpi is None or not kpi.is_share or member.denominator is None or member.numerator is None:
        return shown
    counts = (formats.number(one, 0, lang) for one in (member.numerator, member.denominator))
    return f"{shown} ({'/'.join(counts)})"


def ordered(alert: Alert) -> Sequence[Member]:
    """Members with the worst first."""
    high = alert.subject.get("side") != "below"
    known = [one for one in alert.members if one.value is not None]
    unknown = [one for one in alert.members if one.value is None]
    return [*sorted(known, key=lambda one: one.value or 0.0, reverse=high), *unknown]


def body(alert: Alert, site: Site, register: Register, most: int = 60) -> dict[str, Any]:
    """What a message says, in Vietnamese, as it stands now. Names places and numbers, no person."""
    lang = "vi"
    members = ordered(alert)
    lines = [
        f"{member_name(one, alert, site, register, lang)}: {member_value(one, alert, site, lang)}"
        for one in members[:most]
    ]
    if len(members) > most:
        lines.append(say("alerts.more", lang, n=len(members) - most))
    found = {
        "alert": alert.id, "rule": alert.rule, "severity": alert.severity, "owner": alert.owner,
        "title": title(alert, site, lang), "headline": sentence(alert, site, lang), "lines": lines,
        "count": alert.count, "total": alert.total, "edition": alert.edition,
        "opened_at": alert.opened_at.isoformat(timespec="seconds"), "source": source(alert, site, lang),
        "demonstration": site.head.demonstration,
    }  # fmt: skip
    todo = advice(alert, site, lang)
    return found | ({"advice": todo} if todo else {})


def source(alert: Alert, site: Site, lang: str) -> str:
    """Where the numbers come from."""
    kpi = site.kpis.get(str(alert.subject.get("kpi")))
    found = site.sources.get(kpi.source) if kpi else None
    return found.name.in_(lang) if found else say("alerts.own_log", lang)


def ended_why(alert: Alert, lang: str) -> str:
    """Why it ended; what the system wrote itself is kept in Vietnamese and said again in the language asked for."""
    reason = alert.resolved_reason or ""
    if alert.resolved_by == ITSELF:
        known = {say(f"alerts.{key}", "vi"): key for key in ("by_itself", "rule_gone")}
        return say(f"alerts.{known[reason]}", lang) if reason in known else reason
    return reason


def headline(message: Message, site: Site, lang: str) -> str:
    """What was told, in the language it was told in; in another, the name of its rule."""
    if message.kind == "digest":
        return say("alerts.digest_headline", lang, n=message.body["count"])
    if lang == "vi":
        return str(message.body["headline"])
    rule = site.alerts.get(str(message.body.get("rule")))
    return rule.name.in_(lang) if rule else str(message.body["title"])


def became(message: Message, deliveries: Sequence[Delivery], lang: str) -> str:
    """How a message went out, or why it was kept."""
    ways = [_delivery(one, lang) for one in deliveries]
    if message.state == "kept":
        ways = [say(f"alerts.page.{'in_digest' if message.digest else f'kept_{message.why}'}", lang)]
    return formats.capital("; ".join(ways or [say("alerts.page.screen_only", lang)]))


def _delivery(one: Delivery, lang: str) -> str:
    at = formats.instant(one.tried_at if one.state == "sent" and one.tried_at else one.due_at, lang)
    kind = "retry" if one.state == "waiting" and one.fault else one.state
    outcome = say(f"alerts.delivery.{kind}", lang, at=at, fault=one.fault or "")
    return f"{say(f'alerts.channel.{one.channel}', lang)} {outcome}"
