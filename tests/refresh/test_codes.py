"""Every old unit lands where the published crosswalk says, and nothing lands anywhere by its bare code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ioc.areas import GSO, REFORM, Area, Level, Link, LinkKind, Register, name_key
from ioc.refresh.codes import Resolver, Root
from ioc.runs import RowReason
from ioc.sitehead import Alias
from tests.refresh.tiny import PROVINCE, Office, counts, crosswalk, kpi, lai_chau, present, row, site, values

TODAY = date(2026, 3, 20)
ROWS = crosswalk()


@pytest.fixture(scope="module")
def resolver():
    return Resolver(lai_chau(), (), TODAY)


def test_all_106_old_units_land_where_the_crosswalk_says_and_totals_are_conserved(tmp_path):
    office = Office(tmp_path, site(kpis=[kpi("all", "count()"), kpi("fees", "sum(fee)")], tolerance=0.0))
    rows = []
    for number, old in enumerate(ROWS):
        # a different amount for each unit, so that no two can be mistaken for each other
        rows += [row(old["old_code"], "2025-05-10 08:00:00", name=old["old_name"], fee=2**20 + number)]
    outcome = office.refresh(rows)
    assert len(rows) == 106
    assert (outcome.tally.published, outcome.findings) == (106, ())
    for code in {old["new_code"] for old in ROWS}:
        merged = [number for number, old in enumerate(ROWS) if old["new_code"] == code]
        assert values(outcome, "all", "2025-05")[present(code)] == (len(merged), None, len(merged))
        total = sum(2**20 + number for number in merged)
        assert values(outcome, "fees", "2025-05")[present(code)][0] == total
    assert values(outcome, "fees", "2025-05")[PROVINCE][0] == sum(2**20 + number for number in range(106))
    assert len(lai_chau().collisions) == 17


def test_rows_of_both_sides_of_the_reform_meet_in_the_present_commune(tmp_path):
    outcome = Office(tmp_path, site()).refresh([
        row("03541", "2025-06-30 23:59:59", name="Tủa Sín Chải"),
        row("03529", "2025-06-30 23:59:59", name="Làng Mô"),
        row("03529", "2025-07-01 00:00:00", name="Xã Tủa Sín Chải"),
    ])  # fmt: skip
    assert counts(outcome) == {}
    assert values(outcome, "all", "2025-06")[present("03529")] == (2, None, 2)
    assert values(outcome, "all", "2025-07")[present("03529")] == (1, None, 1)


def test_the_17_reused_codes_are_told_apart_by_their_names(resolver):
    for old, new in lai_chau().collisions:
        assert resolver.resolve(False, new.code, new.name) == (new.id, None)
        assert resolver.resolve(False, new.code, old.name) == (None, RowReason.NAME_MISMATCH)
        assert resolver.resolve(True, old.code, old.name)[1] is None
        assert resolver.resolve(True, old.code, new.name) == (None, RowReason.NAME_MISMATCH)


def test_a_code_of_the_other_vintage_is_named_as_such(resolver):
    gone = next(old["old_code"] for old in ROWS if old["code_reused"] == "0")
    assert resolver.resolve(False, gone, None) == (None, RowReason.WRONG_VINTAGE)
    assert resolver.resolve(True, gone, None)[1] is None
    assert resolver.resolve(True, "99999", None) == (None, RowReason.UNKNOWN_CODE)
    assert resolver.resolve(False, "12", None) == (None, RowReason.BAD_VALUE)


@pytest.mark.parametrize("code", ["3388", "003388", "O3388", "03388 ", "０３３８８", ""])
def test_a_malformed_code_is_refused_and_never_padded(resolver, code):
    assert resolver.resolve(False, code, None) == (None, RowReason.BAD_VALUE)


def test_spellings_count_as_the_same_name_only_when_somebody_approved_them():
    register = lai_chau()
    strict = Resolver(register, (), TODAY)
    assert strict.resolve(True, "03391", "Lản Nhì Thàng") == (present("03388"), None)
    assert strict.resolve(True, "03391", "xã  LẢN NHÌ THÀNG") == (present("03388"), None)
    assert strict.resolve(True, "03391", "Lả Nhì Thàng") == (None, RowReason.NAME_MISMATCH)
    approved = [Alias(code="03391", name="Lả Nhì Thàng", approved_by="Sở Nội vụ")]
    assert Resolver(register, approved, TODAY).resolve(True, "03391", "Lả Nhì Thàng")[1] is None
    assert (
        Resolver(register, approved, TODAY).resolve(True, "03389", "Lả Nhì Thàng")[1]
        is RowReason.NAME_MISMATCH
    )


def test_both_tone_mark_styles_and_both_compositions_are_one_name(resolver):
    name = "Pa Khóa"
    assert {name_key(name), name_key("Pa Khoá"), name_key("Pa Kho\u0301a")} == {"pa khoá"}
    assert resolver.resolve(True, "03527", "Pa Khoá")[1] is None


def register_with(*links: tuple[str, str, LinkKind]) -> Register:
    plain = lai_chau()
    old = Area(GSO, "09999", date.min, REFORM, "Xã Chia Đôi", "xã", Level.COMMUNE)
    return Register([*plain.areas, old], [*plain.links, *(Link(a, b, kind) for a, b, kind in links)])


@pytest.mark.parametrize(
    "links",
    [
        [("09999@0", "03388@20250701", LinkKind.SPLIT), ("09999@0", "03390@20250701", LinkKind.SPLIT)],
        [("09999@0", "03388@20250701", LinkKind.SPLIT)],  # the other part went to another province
        [("09999@0", "03388@20250701", LinkKind.MERGE), ("09999@0", "03390@20250701", LinkKind.MERGE)],
    ],
)
def test_a_unit_that_was_divided_is_parked_and_never_carried_over(tmp_path, links):
    office = Office(tmp_path, site(), register_with(*links))
    outcome = office.refresh([row("09999", "2025-05-10 08:00:00"), row()])
    assert counts(outcome) == {"split_unit": 1}
    assert values(outcome, "all", "2025-05") == {}


def test_a_renamed_unit_answers_to_both_names_and_to_the_present_record():
    plain = lai_chau()
    before = plain.find(GSO, "03390", TODAY)
    day = date(2026, 1, 1)
    ended = replace(before, valid_to=day)
    renamed = replace(before, valid_from=day, name="Phường Bình Lư Mới", kind="phường")
    areas = [area for area in plain.areas if area is not before]
    register = Register([*areas, ended, renamed], plain.links)
    resolver = Resolver(register, (), TODAY)
    for name in ("Xã Bình Lư", "Phường Bình Lư Mới", None):
        assert resolver.resolve(False, "03390", name) == (renamed.id, None)
    assert resolver.resolve(True, "03412", "Bình Lư") == (renamed.id, None)
    assert Resolver(register, (), day - timedelta(days=1)).resolve(False, "03390", "Xã Bình Lư") == (
        renamed.id,
        None,
    )


def test_a_code_of_a_present_unit_elsewhere_is_unknown_here():
    assert Root.of(lai_chau(), "12").departments == PROVINCE + "+so"
    with pytest.raises(KeyError):
        Root.of(lai_chau(), "01")
