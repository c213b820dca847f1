"""What is said of screens: orders, health, what a line of the book tells, our certificate's end.

Owns sentences put together from the words of the room ``fleet``. Decides nothing and reads nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ioc import formats
from ioc.areas import Register
from ioc.fleet.certificate import Certificate
from ioc.fleet.records import Act, Device, What
from ioc.site import Site
from ioc.walls.orders import Order
from ioc.wording import has_words, say


def scene(name: str | None, site: Site, lang: str) -> str:
    """A scene's name; its id when the configuration no longer has it."""
    found = site.scenes.get(name or "")
    return found.name.in_(lang) if found else name or say("fleet.fact.unknown", lang)


def area(code: str, register: Register) -> str:
    """A commune's name by its present code."""
    found = next((one for one in register.communes if one.code == code), None)
    return found.name if found else code


def kpi(name: str, site: Site, lang: str) -> str:
    """A KPI's short name."""
    found = site.kpis.get(name)
    return found.short.in_(lang) if found else name


def orders(order: Order, site: Site, register: Register, lang: str) -> list[str]:
    """What a screen was told, part by part; a sentence for none."""
    parts = [
        order.message and say("fleet.order.message", lang, message=order.message),
        order.scene and say("fleet.order.scene", lang, scene=scene(order.scene, site, lang)),
        order.pin_area and say("fleet.order.area", lang, area=area(order.pin_area, register)),
        order.pin_kpi and say("fleet.order.kpi", lang, kpi=kpi(order.pin_kpi, site, lang)),
        say("fleet.order.paused", lang) if order.paused else None,
    ]
    return [part for part in parts if part] or [say("fleet.order.none", lang)]


def act(line: Act, devices: Mapping[int, Device], lang: str) -> str:
    """``08:15 ngày 22/11/2026: Lò Văn A chiếu cảnh trên Sảnh``."""
    role = f"web.role.{line.by.removeprefix('demo-')}"
    by = say(role, lang) if line.by.startswith("demo-") and has_words(role) else line.by
    device = _device(line.device, devices)
    what = say(f"fleet.log.what.{line.what}", lang, device=device)
    if line.what in (What.CLAIM, What.ABROAD):  # no person did it: the screen is the subject already
        return f"{formats.instant(line.at, lang)}: {what}"
    return say("fleet.log.line", lang, at=formats.instant(line.at, lang), by=by, what=what)


def changes(line: Act, site: Site, register: Register, lang: str) -> list[str]:
    """What an act changed, field by field, before and after."""
    names = dict.fromkeys([*line.before, *line.after])
    return [
        say(
            "fleet.log.field" if name in line.before else "fleet.log.fact", lang, name=say(f"fleet.log.name.{name}", lang),
            before=_value(name, line.before.get(name), site, register, lang),
            after=_value(name, line.after.get(name), site, register, lang),
        )
        for name in names
    ]  # fmt: skip


def certificate(found: Certificate, now: datetime, lang: str) -> str | None:
    """What is to be said of the certificate's end; None when none is watched."""
    if found.until is None:
        return say(f"fleet.tls.{found.alarm}", lang) if found.wants else None
    at, left = formats.instant(found.until, lang), formats.duration(max(found.until - now, now - now), lang)
    return say(f"fleet.tls.{found.alarm}", lang, at=at, left=left)


def _device(number: int | None, devices: Mapping[int, Device]) -> str:
    if number is None:
        return ""
    found = devices.get(number)
    return f"“{found.name}”" if found else f"#{number}"


def _value(name: str, value: Any, site: Site, register: Register, lang: str) -> str:
    if name == "paused":
        return say("fleet.log.yes" if value else "fleet.log.no", lang)
    if value in (None, ""):
        return say("fleet.log.nothing", lang)
    told = {"scene": scene, "pin_kpi": kpi}.get(name)
    if told:
        return told(value, site, lang)
    if name == "pin_area":
        return area(value, register)
    if name == "screen":
        found = site.screens.get(value)
        return found.name.in_(lang) if found else str(value)
    return str(value)
