"""A rule that cannot apply to what it names is refused, with file, entry, field and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ioc.site import Site, SiteError
from tests.alerts.tower import LOW, rule
from tests.board.province import write_site
from tests.conftest import PROJECT

REFUSED = {
    "no such KPI": (rule('kpi = "none"\nlevel = "commune"\nlimit = 1'), "kpi", "danh mục chỉ số"),
    "no such owner": (rule(LOW + '\nowner = "nobody"'), "owner", "chưa khai báo"),
    "no level": (rule('kpi = "online"\nlimit = 1'), "level", "phải có"),
    "no limit": (rule('kpi = "online"\nlevel = "commune"'), "limit", "đúng một trong hai"),
    "two limits": (rule(LOW + '\ntarget = "alert"'), "limit", "đúng một trong hai"),
    "a limit no share passes": (rule('kpi = "online"\nlevel = "commune"\nlimit = 0'), "limit", "không bao giờ"),
    "a limit above a whole": (
        rule('kpi = "online"\nlevel = "commune"\nside = "above"\nlimit = 100'), "limit", "không bao giờ",
    ),
    "a margin nobody comes back over": (
        rule('kpi = "online"\nlevel = "commune"\nlimit = 95\nmargin = 6'), "margin", "không bao giờ tự kết thúc",
    ),
    "no worse side": (rule('kpi = "received"\nlevel = "commune"\nlimit = 5'), "side", "không có hướng"),
    "no target to take": (rule('kpi = "overdue"\nlevel = "commune"\ntarget = "alert"'), "target", "không có chỉ tiêu"),
    "a running total of a stock": (
        rule('kpi = "standing"\nlevel = "commune"\nlimit = 5\ncumulative = true'), "cumulative", "lũy kế",
    ),
    "a jump without a size": (rule('kpi = "online"\nlevel = "commune"', kind="jump"), "limit", "lớn hơn 0"),
    "a jump by more than a whole": (
        rule('kpi = "online"\nlevel = "commune"\nlimit = 100', kind="jump"), "limit", "100 điểm",
    ),
    "a jump with a target": (
        rule('kpi = "online"\nlevel = "commune"\nlimit = 5\ntarget = "warn"', kind="jump"), "target", "không dùng cho loại",
    ),
    "a source in a threshold": (rule(LOW + '\nsources = ["mot_cua"]'), "sources", "không dùng cho loại"),
    "a KPI in stale data": (rule('kpi = "online"', kind="stale"), "kpi", "không dùng cho loại"),
    "no such source": (rule('sources = ["none"]', kind="stale"), "sources", "không có nguồn"),
    "stale data of nobody": (rule("", kind="stale"), "owner", "chịu trách nhiệm"),
    "missing communes of the province": (
        rule('kpi = "online"\nlevel = "province"', kind="missing"), "level", "theo xã",
    ),
    "communes of a province figure": (
        rule('kpi = "online"\nlevel = "province"\nlimit = 60\ncommunes = 3'), "communes", "commune",
    ),
    "an unknown kind": (rule(LOW, kind="guess"), "kind", "một trong"),
    "an unknown field": (rule(LOW + "\nlimits = 3"), "limits", "không có trong mẫu"),
    "no time": (rule(LOW + '\nhold = "soon"'), "hold", "khoảng thời gian"),
    "the same id twice": (rule() + rule(), "id", "một lần"),
}  # fmt: skip
BAD_MESSAGES = {
    "a digest nobody may be told": ('digest_at = "22:00"', "giờ yên lặng"),
    "no hour of the day": ('quiet_from = "25:00"', "giờ trong ngày"),
    "no budget at all": ("daily_budget = 0", "từ 1"),
}
BAD_RECIPIENTS = {
    "no address": ('owner = "van_phong"\nmail = ["truc"]', "thư điện tử"),
    "a line break in an address": ('owner = "van_phong"\nmail = ["a@b.vn\\nBcc: c@d.vn"]', "thư điện tử"),
    "a password in an address": ('owner = "van_phong"\nwebhook = ["https://a:b@c.vn/"]', "http"),
    "a file": ('owner = "van_phong"\nwebhook = ["file:///etc/passwd"]', "http"),
    "nobody": ('owner = "nobody"\nmail = ["a@b.vn"]', "chưa khai báo"),
}


def faults(folder: Path, text: str) -> list[str]:
    site = write_site(folder / "site")
    (site / "alerts").mkdir()
    (site / "alerts" / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SiteError) as found:
        Site.load(site)
    return [str(problem) for problem in found.value.problems]


@pytest.mark.parametrize("what", REFUSED)
def test_a_rule_that_cannot_apply_is_refused_with_its_place(what: str, tmp_path: Path) -> None:
    text, field, reason = REFUSED[what]
    (problem,) = faults(tmp_path, text)
    assert problem.startswith("alerts/a.toml › alert ")
    assert field in problem
    assert reason in problem


@pytest.mark.parametrize("what", BAD_MESSAGES)
def test_a_policy_that_cannot_be_kept_is_refused(what: str, tmp_path: Path) -> None:
    text, reason = BAD_MESSAGES[what]
    (problem,) = faults(tmp_path, f"[messages]\n{text}\n")
    assert "messages" in problem
    assert reason in problem


@pytest.mark.parametrize("what", BAD_RECIPIENTS)
def test_a_recipient_nobody_can_reach_is_refused(what: str, tmp_path: Path) -> None:
    text, reason = BAD_RECIPIENTS[what]
    (problem,) = faults(tmp_path, f"[[recipient]]\n{text}\n")
    assert "recipient" in problem
    assert reason in problem


def test_two_policies_are_refused(tmp_path: Path) -> None:
    site = write_site(tmp_path / "site")
    (site / "alerts").mkdir()
    for name in ("a", "b"):
        (site / "alerts" / f"{name}.toml").write_text("[messages]\n", encoding="utf-8")
    with pytest.raises(SiteError, match="một lần"):
        Site.load(site)


def test_a_site_without_alerts_is_a_site(tmp_path: Path) -> None:
    found = Site.load(write_site(tmp_path / "site"))
    assert (found.alerts, found.recipients) == ({}, ())


def test_the_demonstration_has_rules_of_every_kind_and_nobody_outside_to_tell() -> None:
    found = Site.load(PROJECT / "datasources" / "sites" / "lai_chau")
    assert {rule.kind.value for rule in found.alerts.values()} == {"threshold", "jump", "missing", "stale"}
    assert found.recipients == ()


def test_every_kind_of_rule_has_words_for_its_sentence() -> None:
    from ioc.alerts.rules import Kind, Severity
    from ioc.wording import has_words

    assert all(has_words(f"alerts.what.{kind.value}") for kind in Kind)
    assert all(has_words(f"alerts.severity.{one.value}") for one in Severity)
    assert re.fullmatch(r"[a-z]+", Kind.STALE.value)
