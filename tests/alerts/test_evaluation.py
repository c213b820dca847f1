"""Evaluations against published editions: what opens, what ends, how often, and by whom."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ioc.alerts.book import ActError
from ioc.alerts.evaluator import Evaluator
from ioc.alerts.records import ITSELF
from ioc.warehouse.alert_tables import alert, alert_event, alert_message
from ioc.warehouse.schema import fact
from tests.alerts.conftest import Build
from tests.alerts.tower import LOW, START, Tower, rule
from tests.board.province import share


def rows(tower: Tower, table: object) -> int:
    with tower.province.warehouse.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_one_alert_holds_every_commune_and_its_count_is_that_of_sql(build: Build) -> None:
    tower = build(communes=38)
    values = [(at * 37) % 101 for at in range(38)]
    tower.see(*values)
    held = tower.only()
    with tower.province.warehouse.reading() as connection:
        counted = connection.execute(
            select(func.count()).where(
                fact.c.kpi == "online", fact.c.period == "2026-10", fact.c.head, fact.c.value < 60,
                fact.c.area.in_(tower.areas),
            )
        ).scalar_one()  # fmt: skip
    assert (held.count, held.total) == (counted, 38)
    assert {one.member: one.value for one in held.members} == {
        area: value for area, value in zip(tower.areas, values, strict=True) if value < 60
    }
    assert rows(tower, alert_message) == 1


def test_an_alert_ends_beyond_the_margin_and_the_next_breach_is_a_new_one(build: Build) -> None:
    tower = build()
    first = tower.see(50, 90, 90, 90, 90, 90).opened
    assert tower.see(65, 90, 90, 90, 90, 90).resolved == ()
    assert tower.see(70, 90, 90, 90, 90, 90).resolved == first
    ended = tower.book.one(first[0])
    assert ended is not None
    assert (ended.state, ended.resolved_by) == ("resolved", ITSELF)
    assert tower.see(69, 90, 90, 90, 90, 90).opened == ()
    again = tower.see(59.9, 90, 90, 90, 90, 90).opened
    assert len(again) == 1
    assert again != first


def test_a_breach_shorter_than_its_hold_is_none(build: Build) -> None:
    tower = build(rule(LOW + '\nhold = "30m"'))
    assert tower.see(50, 90, 90, 90, 90, 90).opened == ()
    assert tower.look(29).opened == ()
    assert tower.see(90, 90, 90, 90, 90, 90).unresolved == 0
    tower.see(50, 90, 90, 90, 90, 90)
    tower.restarted()
    assert tower.look(29).opened == ()
    tower.restarted()
    assert len(tower.look(1).opened) == 1


def test_looking_again_or_after_a_restart_changes_nothing(build: Build) -> None:
    tower = build()
    tower.see(50, 40, 90, 90, 90, 90)
    before = [rows(tower, table) for table in (alert, alert_event, alert_message)]
    held = tower.only()
    for _ in range(3):
        tower.restarted()
        tower.look(5)
    assert [rows(tower, table) for table in (alert, alert_event, alert_message)] == before
    assert tower.only() == held


def test_an_evaluator_that_no_longer_leads_writes_nothing(build: Build) -> None:
    tower = build()
    tower.publish(50, 40, 90, 90, 90, 90)
    assert Evaluator(tower.office).evaluate(tower.term + 1, START) is None
    assert Evaluator(tower.office).evaluate(tower.term - 1, START) is None
    assert tower.book.unresolved() == []
    assert tower.look().opened != ()


def test_a_missing_value_neither_opens_nor_ends_an_alert(build: Build) -> None:
    tower = build()
    tower.see(50, None, 90, 90, 90, 90)
    assert tower.only().count == 1
    assert tower.see(None, None, 90, 90, 90, 90).resolved == ()
    assert [one.value for one in tower.only().members] == [50]
    assert tower.see(80, None, 90, 90, 90, 90).resolved != ()


def test_a_running_month_counts_only_when_the_rule_says_so(build: Build) -> None:
    tower = build(rule() + rule(LOW + "\nprovisional = true", id="song"))
    tower.publish(10, 10, 10, 10, 10, 10, period="2026-11")
    tower.look()
    assert tower.only().rule == "song"


def test_a_share_of_too_few_cases_and_no_activity_are_calm(build: Build) -> None:
    tower = build()
    rows_ = [
        share("online", tower.areas[0], "2026-10", 1, 29),
        share("online", tower.areas[1], "2026-10", 0, 0),
    ]
    tower.province.publish([*rows_, share("online", tower.areas[2], "2026-10", 1, 30)], at=tower.now)
    tower.look()
    assert [one.member for one in tower.only().members] == [tower.areas[2]]


def test_a_jump_is_the_change_against_the_month_before(build: Build) -> None:
    fall = 'kpi = "online"\nlevel = "commune"\nside = "below"\nlimit = 15'
    tower = build(rule(fall, id="giam", kind="jump"))
    before = [share("online", area, "2026-09", 800, 1000) for area in tower.areas]
    after = [
        share("online", area, "2026-10", value, 1000)
        for area, value in zip(tower.areas, (640, 650, 660, 980, 0, 800), strict=True)
    ]
    tower.province.publish(before + after, at=tower.now)
    tower.look()
    assert [one.member for one in tower.only().members] == [tower.areas[0], tower.areas[4]]


def test_communes_that_did_not_report_are_one_alert(build: Build) -> None:
    tower = build(rule('kpi = "online"\nlevel = "commune"', id="thieu", kind="missing"))
    tower.see(50, None, None, 90, 90, 90)
    held = tower.only()
    assert (held.count, held.total) == (2, 6)
    assert tower.see(50, 10, 20, 90, 90, 90).resolved == (held.id,)


def test_a_province_figure_is_watched_as_one(build: Build) -> None:
    tower = build(rule('kpi = "online"\nlevel = "province"\nlimit = 60\nmargin = 5'))
    tower.see(50, 60, 60, 60, 60, 60)
    assert (tower.only().count, tower.only().total) == (1, 1)
    assert tower.see(62, 62, 62, 62, 62, 62).resolved == ()
    assert tower.see(65, 65, 65, 65, 65, 65).resolved != ()


def test_as_many_communes_as_the_rule_asks_make_an_alert(build: Build) -> None:
    tower = build(rule(LOW + "\ncommunes = 3"))
    assert tower.see(50, 50, 90, 90, 90, 90).opened == ()
    assert len(tower.see(50, 50, 50, 90, 90, 90).opened) == 1
    assert len(tower.see(50, 50, 90, 90, 90, 90).resolved) == 1


def test_data_older_than_promised_alert_and_end_with_new_data(build: Build) -> None:
    tower = build(rule('sources = ["mot_cua"]\nafter = "1h"', id="cu", kind="stale"))
    tower.see(90, 90, 90, 90, 90, 90)
    assert tower.look(59).unresolved == 0
    assert len(tower.look(2).opened) == 1
    assert tower.only().members[0].member == "mot_cua"
    assert len(tower.see(91, 90, 90, 90, 90, 90).resolved) == 1


def test_a_rule_that_leaves_the_site_ends_its_alert(build: Build) -> None:
    tower = build(rule() + rule(id="khac"))
    tower.see(50, 90, 90, 90, 90, 90)
    assert len(tower.book.unresolved()) == 2
    tower.office.site.alerts.pop("khac")
    assert len(tower.look(1).resolved) == 1
    tower.office.site.alerts.clear()
    assert tower.look(1).unresolved == 0


def test_a_person_acknowledges_and_ends_with_name_time_and_reason(build: Build) -> None:
    tower = build()
    tower.see(50, 90, 90, 90, 90, 90)
    number = tower.only().id
    for wrong in ("", "  ", "ab", "x" * 501):
        with pytest.raises(ActError):
            tower.book.acknowledge(number, "Lò Văn A", wrong, tower.now)
    with pytest.raises(ActError):
        tower.book.resolve(number, " ", "Đã xử lý", tower.now)
    with pytest.raises(ActError):
        tower.book.resolve(number + 1, "Lò Văn A", "Đã xử lý", tower.now)
    taken = tower.book.acknowledge(number, "Lò Văn A", "Đã cử người xuống xã", tower.now)
    assert (taken.state, taken.acknowledged_by, taken.acknowledged_at) == (
        "acknowledged",
        "Lò Văn A",
        tower.now,
    )
    with pytest.raises(ActError):
        tower.book.acknowledge(number, "Người khác", "Tôi cũng nhận", tower.now)
    ended = tower.book.resolve(number, "Lò Văn A", "Đã  xử\nlý xong", tower.now)
    assert (ended.state, ended.resolved_reason) == ("resolved", "Đã xử lý xong")
    assert [event.what for event in ended.events] == ["opened", "acknowledged", "resolved"]
    with pytest.raises(ActError):
        tower.book.resolve(number, "Lò Văn A", "Lần nữa", tower.now)


def test_what_a_person_ended_does_not_come_back_for_the_same_month_but_for_other_communes(
    build: Build,
) -> None:
    tower = build()
    tower.see(50, 90, 90, 90, 90, 90)
    tower.book.resolve(tower.only().id, "Lò Văn A", "Đã biết, chờ tháng sau", tower.now)
    assert tower.look(10).opened == ()
    assert tower.see(49, 90, 90, 90, 90, 90).opened == ()
    assert len(tower.see(49, 40, 90, 90, 90, 90).opened) == 1
    assert [one.member for one in tower.only().members] == [tower.areas[1]]


def test_an_acknowledged_alert_ends_by_itself(build: Build) -> None:
    tower = build()
    tower.see(50, 90, 90, 90, 90, 90)
    tower.book.acknowledge(tower.only().id, "Lò Văn A", "Đang xử lý", tower.now)
    tower.see(45, 90, 90, 90, 90, 90)
    assert tower.only().state == "acknowledged"
    assert len(tower.see(95, 90, 90, 90, 90, 90).resolved) == 1
