"""The national register and its crosswalk are what the law and the published lists say."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date
from importlib.metadata import distribution
from pathlib import Path

import pytest

from geodata.register import FIRST, SECOND, RegisterError, build_register
from ioc.areas import GSO, REFORM, Level, LinkKind, Register, name_key
from ioc.sitehead import UnitOverride
from tests.geodata.conftest import BA_CHE


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_country_has_34_provinces_3321_communes_and_10040_units_before_them(national: Register) -> None:
    assert len(national.provinces) == 34
    assert len(national.communes) == 3_321
    old = [area for area in national.areas if area.valid_to == REFORM]
    assert sum(area.level is Level.COMMUNE for area in old) == 10_040
    districts = {area.id for area in old if area.level is Level.DISTRICT}
    assert len(districts) == 691, "696 less the five island districts, which stand as communes"
    assert {area.parent for area in old if area.level is Level.COMMUNE} == districts | {None}
    assert {area.parent for area in national.provinces} == {"VN@0"}
    assert {area.parent for area in national.communes} == {area.id for area in national.provinces}
    assert national.by_id["VN@0"].level is Level.COUNTRY
    assert len({area.id for area in national.areas}) == len(national.areas)


@pytest.mark.shared
def test_all_106_rows_of_lai_chaus_crosswalk_are_reproduced(lai_chau: Register, shared: Path) -> None:
    expected = rows(shared / "facts" / "lai_chau_crosswalk_2025.csv")
    assert len(expected) == 106
    assert {(link.old, link.new) for link in lai_chau.links} == {
        (f"{row['old_code']}@0", f"{row['new_code']}@20250701") for row in expected
    }
    for row in expected:
        assert name_key(lai_chau.by_id[f"{row['old_code']}@0"].name) == name_key(row["old_name"])
        assert lai_chau.by_id[f"{row['new_code']}@20250701"].name == row["new_name"]


@pytest.mark.shared
def test_lai_chaus_communes_carry_their_published_areas_and_seats(lai_chau: Register, shared: Path) -> None:
    published = rows(shared / "facts" / "lai_chau_communes.csv")
    assert [area.code for area in lai_chau.communes] == sorted(row["code"] for row in published)
    for row in published:
        area = lai_chau.find(GSO, row["code"], date(2026, 11, 22))
        assert area is not None
        assert area.name == row["name"]
        assert area.km2 == float(row["area_km2"])
        assert (area.lat, area.lon) == pytest.approx((float(row["lat"]), float(row["lon"])), abs=1e-3)
    assert lai_chau.provinces[0].km2 == 9_068.66


def test_seventeen_codes_of_lai_chau_meant_another_commune_before(lai_chau: Register) -> None:
    pairs = {new.code: (old.short_name, new.short_name) for old, new in lai_chau.collisions}
    assert len(pairs) == 17
    assert pairs["03529"] == ("Làng Mô", "Tủa Sín Chải")
    assert pairs["03508"] == ("Ma Quai", "Hồng Thu")
    assert pairs["03394"] == ("Thèn Sin", "Sin Suối Hồ")
    assert pairs["03433"] == ("Mường Tè", "Bum Tở")


def test_only_mu_ca_and_ta_tong_went_on_unchanged_and_nothing_was_divided(lai_chau: Register) -> None:
    same = {link.old for link in lai_chau.links if link.kind is LinkKind.SAME}
    assert {lai_chau.by_id[old].short_name for old in same} == {"Mù Cả", "Tà Tổng"}
    assert not any(link.kind is LinkKind.SPLIT for link in lai_chau.links)


def test_every_old_unit_has_an_heir_and_whole_ones_exactly_one(national: Register) -> None:
    heirs = national.successors
    assert {
        area.id for area in national.areas if area.valid_to == REFORM and area.level is Level.COMMUNE
    } == set(heirs)
    for links in heirs.values():
        kinds = {link.kind for link in links}
        assert len(kinds) == 1, "a unit went whole or was divided, never both"
        assert len(links) == 1 or kinds == {LinkKind.SPLIT}
    divided = {national.by_id[link.new].parent for link in national.links if link.kind is LinkKind.SPLIT}
    assert len(divided) == 25


def test_same_means_that_nothing_else_entered(national: Register) -> None:
    entered: dict[str, set[str]] = {}
    for link in national.links:
        entered.setdefault(link.new, set()).add(link.old)
    for link in national.links:
        alone = entered[link.new] == {link.old}
        assert (link.kind is LinkKind.SAME) == (alone and link.kind is not LinkKind.SPLIT)


def test_island_districts_without_communes_stand_under_their_own_code(national: Register) -> None:
    for code, name in [("318", "Bạch Long Vĩ"), ("498", "Hoàng Sa"), ("755", "Côn Đảo")]:
        old = national.find(GSO, code, date(2024, 1, 1))
        assert old is not None
        assert name in old.name
        heirs = [national.by_id[link.new].name for link in national.successors[old.id]]
        assert heirs == [f"Đặc khu {name}"]


def test_every_disagreement_of_the_two_lists_is_told(national: Register) -> None:
    told = {entry["code"] for entry in national.provenance["disagreements"]}
    path = distribution(SECOND).locate_file("vietnam_provinces/data/flat-divisions.json")
    entries = json.loads(Path(str(path)).read_text("utf-8"))
    theirs = {f"{entry['code']:05d}": entry["name"].replace("’", "'") for entry in entries}
    ours = {area.code: area.name for area in national.communes}
    assert set(ours) ^ set(theirs) <= told
    for code in ours.keys() & theirs.keys():
        assert (code in told) == (name_key(ours[code]) != name_key(theirs[code])), code
    assert not told & {area.code for area in national.branch("12").areas}
    entry = next(entry for entry in national.provenance["disagreements"] if entry["code"] == "31207")
    assert (entry[FIRST], entry[SECOND]) == ("Phường Thốt Nốt", "Phường Thuận Hưng")


def test_an_unknown_area_stays_unknown(national: Register) -> None:
    unknown = {area.name for area in national.communes if area.km2 is None}
    assert unknown == {"Phường Kỳ Lừa", "Xã Đông Trạch", "Xã Thượng Trạch", "Phường Mỹ Phước Tây"}
    assert national.find(GSO, "44", date.max).km2 is None  # type: ignore[union-attr]


def test_a_site_corrects_a_name_and_says_by_which_law() -> None:
    fix = UnitOverride(code="03442", name="Xã Pa Ủ mới", kind="xã", source="Nghị quyết thử")
    register = build_register([fix])
    assert register.find(GSO, "03442", REFORM).name == "Xã Pa Ủ mới"  # type: ignore[union-attr]
    assert register.provenance["overrides"][0]["source"] == "Nghị quyết thử"
    assert len(register.branch("12").links) == 106


def test_a_renaming_from_a_day_on_keeps_the_past_and_leads_to_the_new_record() -> None:
    fix = UnitOverride(
        code="03442", name="Phường Pa Ủ", kind="phường", source="Nghị quyết thử", valid_from=date(2026, 9, 20)
    )
    register = build_register([fix]).branch("12")
    before, after = (register.find(GSO, "03442", day) for day in (date(2026, 9, 19), date(2026, 9, 20)))
    assert before is not None
    assert after is not None
    assert (before.name, before.valid_to) == ("Xã Pa Ủ", date(2026, 9, 20))
    assert (after.name, after.kind, after.valid_to) == ("Phường Pa Ủ", "phường", None)
    assert {link.new for link in register.successors["03440@0"]} == {after.id}
    assert {link.new for link in register.successors[before.id]} == {after.id}
    assert len(register.communes) == 38


def test_a_wrong_code_is_replaced_everywhere_at_once(national: Register) -> None:
    register = build_register([BA_CHE])
    assert register.find(GSO, "06970", date.max) is None
    assert register.find(GSO, "06978", date.max).name == "Xã Ba Chẽ"  # type: ignore[union-attr]
    moved = {link.old for link in register.links if link.new == "06978@20250701"}
    assert moved == {link.old for link in national.links if link.new == "06970@20250701"} != set()


@pytest.mark.parametrize(
    ("code", "replaces", "words"),
    [("99999", None, "99999"), ("03388", "03390", "đơn vị hiện hành khác"), ("00001", "99999", "99999")],
)
def test_an_override_of_a_unit_that_is_not_there_is_refused(
    code: str, replaces: str | None, words: str
) -> None:
    fix = UnitOverride(code=code, name="Xã A", kind="xã", source="thử", replaces=replaces)
    with pytest.raises(RegisterError, match=words):
        build_register([fix])


def test_the_published_register_is_small_and_comes_back_whole(national: Register, tmp_path: Path) -> None:
    path = tmp_path / "areas.json"
    national.dump(path)
    assert path.stat().st_size < 2_000_000
    again = Register.load(path)
    assert (again.areas, again.links) == (national.areas, national.links)


def test_building_loads_neither_the_geocoder_nor_the_geometry_libraries() -> None:
    code = (
        "import sys, geodata.publication, geodata.register as r; r.build_register(); "
        "print([m for m in ('vietnamadminunits', 'geopy', 'shapely', 'numpy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
