"""The scheduler that leads looks after every publication, by itself, and a refresh at the terminal does too."""

from __future__ import annotations

from ioc.access import SYSTEM
from ioc.alerts.book import Book
from ioc.dispatch import Order
from ioc.office import Office
from ioc.shift import Shift
from tests.scheduling.conftest import Opener, eventually, open_office, working

__all__ = ["open_office"]
RULE = """
[[alert]]
id = "cao"
name = { vi = "Cao", en = "High" }
kind = "threshold"
kpi = "kpi_alpha"
level = "province"
side = "above"
limit = 50
"""


def with_rule(open_office: Opener, value: float) -> Office:
    office = open_office({"alpha": {"value": value}})
    folder = office.settings.site / "alerts"
    folder.mkdir()
    (folder / "a.toml").write_text(RULE, encoding="utf-8")
    return open_office({"alpha": {"value": value}})


def test_a_publication_is_looked_at_without_waiting_for_the_slow_tick(open_office: Opener) -> None:
    office = with_rule(open_office, 80.0)
    with working(office):
        assert eventually(lambda: Book(office.warehouse).unresolved())
    assert len(Book(office.warehouse).unresolved()) == 1


def test_a_refresh_without_a_scheduler_looks_too(open_office: Opener) -> None:
    office = with_rule(open_office, 80.0)
    with Shift(office) as shift:
        shift.refresh([Order("alpha", "manual", SYSTEM)], lambda step: None)
    (found,) = Book(office.warehouse).unresolved()
    assert found.members[0].value == 80.0
