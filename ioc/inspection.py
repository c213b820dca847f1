"""Inspection of a site against what surrounds it: the kinds of source at hand, the register, the environment.

Owns what `ioc check` can say beyond the site folder itself, still without opening a single connection.
"""

from __future__ import annotations

import os
from datetime import date

from ioc.alerts.channels import allowed, origin
from ioc.areas import GSO, Register
from ioc.crosswalk import Crosswalk, Method
from ioc.office import REGISTER, Office
from ioc.site import Site
from ioc.tomlfiles import Problem


def problems(office: Office) -> list[Problem]:
    """Faults that the site folder alone cannot show. The register is consulted when it has been published."""
    site = office.site
    found = [
        Problem(
            f"sources/{spec.id}.toml",
            f"source {spec.id}",
            "kind",
            f"không có loại nguồn {spec.kind!r}; các loại đang có: {', '.join(sorted(office.kinds))}",
        )
        for spec in site.sources.values()
        if spec.kind not in office.kinds
    ]
    if (office.settings.data / REGISTER).is_file():
        found += _unknown_codes(site, office.register)
        found += _useless_splits(site, office.register)
    return found


def notes(office: Office) -> list[str]:
    """What is not a fault of the site but will keep it from working on this machine."""
    found = []
    if not (office.settings.data / REGISTER).is_file():
        found.append(
            "Chưa công bố danh mục đơn vị hành chính nên chưa kiểm tra được các mã; "
            "chạy: ioc geodata register"
        )
    for spec in office.site.sources.values():
        if spec.url is None and spec.url_env and not os.environ.get(spec.url_env):
            found.append(f"Nguồn {spec.id}: chưa đặt biến môi trường {spec.url_env}")
    return found + _unreachable(office)


def _unreachable(office: Office) -> list[str]:
    """Recipients of alerts whom this installation cannot reach."""
    settings, recipients = office.settings, office.site.recipients
    found = []
    if any(one.mail for one in recipients) and not (settings.smtp_host and settings.smtp_from):
        found.append("Cảnh báo có địa chỉ thư điện tử nhưng chưa đặt IOC_SMTP_HOST và IOC_SMTP_FROM")
    try:
        listed = allowed(settings)
    except ValueError:
        return [*found, "IOC_WEBHOOK_HOSTS không đọc được; viết như https://tin.tinh.vn,http://10.0.0.8:9000"]
    hooks = {address for one in recipients for address in one.webhook}
    found += [
        f"Cảnh báo gửi tới {address} sẽ bị từ chối: không có trong IOC_WEBHOOK_HOSTS"
        for address in sorted(hooks)
        if origin(address) not in listed
    ]
    return found


def _useless_splits(site: Site, register: Register) -> list[Problem]:
    """Divisions that cannot be used as they are written, so that rows of the unit would stay parked."""
    fates = {fate.old.code: fate for fate in Crosswalk(register, site.splits).fates.values()}
    found = []
    for split in site.splits:
        fate = fates.get(split.code)
        if fate is None or fate.method is Method.EXACT:
            reason = "mã này không phải của đơn vị cũ bị chia theo bảng chuyển đổi 01/7/2025"
            found.append(Problem("site.toml", f"split {split.code}", "code", reason))
        elif fate.method is Method.REFUSED:
            heirs = ", ".join(sorted(heir.split("@")[0] for heir in fate.heirs))
            reason = (
                f"phải kê đủ các xã nhận phần ({heirs}) và cùng một thước đo cho mọi phần: villages, population "
                "hoặc km2"
            )
            found.append(Problem("site.toml", f"split {split.code}", "part", reason))
    return found


def _unknown_codes(site: Site, register: Register) -> list[Problem]:
    named = [("site.toml", f"alias {item.code}", "code", item.code) for item in site.aliases]
    named += [("site.toml", f"unit {item.code}", "code", item.code) for item in site.units]
    named += [
        ("site.toml", f"area_group {group.id}", "communes", code)
        for group in site.area_groups
        for code in group.communes
    ]
    named += [
        ("kpis", f"kpi {kpi.id}", "target.area", target.area)
        for kpi in site.kpis.values()
        for target in kpi.target
        if target.area is not None
    ]
    today = date.today()  # noqa: DTZ011 - which day it is on this machine
    return [
        Problem(file, entry, field, f"mã {code!r} không có trong danh mục đơn vị hành chính hiện hành")
        for file, entry, field, code in named
        if register.find(GSO, code, today) is None
    ]
