"""Saved analyses: kept under a name, changed by their owner alone, every act on record, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ioc.analysis.saved import SavedError, Shelf, clean_name
from ioc.warehouse import Warehouse

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)


@pytest.fixture
def shelf(warehouse_url: str) -> Shelf:
    warehouse = Warehouse(warehouse_url)
    warehouse.migrate()
    return Shelf(warehouse)


def test_what_is_saved_is_listed_newest_first_and_every_act_is_on_record(shelf: Shelf) -> None:
    one = shelf.save("Trực tuyến giảm", "xem=nhiet", "an", NOW)
    two = shelf.save("Phủ sóng", "kpi=mob_village_cov", "binh", NOW + timedelta(minutes=1))
    assert [saved.id for saved in shelf.listed()] == [two.id, one.id]
    shelf.rename(one.id, "Trực tuyến giảm mạnh", "an", NOW + timedelta(minutes=2))
    shelf.change(one.id, "xem=cham", "an", NOW + timedelta(minutes=3))
    assert (shelf.listed()[0].name, shelf.listed()[0].query) == ("Trực tuyến giảm mạnh", "xem=cham")
    shelf.delete(one.id, "an", NOW + timedelta(minutes=4))
    assert [saved.id for saved in shelf.listed()] == [two.id]
    acts = shelf.acts(one.id)
    assert [(act, by) for act, by, *_ in acts] == [
        ("save", "an"),
        ("rename", "an"),
        ("change", "an"),
        ("delete", "an"),
    ]
    assert acts[1][3:] == ("Trực tuyến giảm", "Trực tuyến giảm mạnh")
    assert acts[2][3:] == ("xem=nhiet", "xem=cham")
    assert [at for _, _, at, *_ in acts] == [NOW + timedelta(minutes=m) for m in (0, 2, 3, 4)]


def test_only_the_owner_renames_changes_and_deletes(shelf: Shelf) -> None:
    one = shelf.save("Của An", "", "an", NOW)
    for act in (
        lambda: shelf.rename(one.id, "Của Bình", "binh", NOW),
        lambda: shelf.change(one.id, "xem=cot", "binh", NOW),
        lambda: shelf.delete(one.id, "binh", NOW),
    ):
        with pytest.raises(SavedError) as refused:
            act()
        assert (refused.value.key, refused.value.values) == ("not_owner", {"owner": "an"})
    assert [(saved.name, saved.query) for saved in shelf.listed()] == [("Của An", "")]
    assert len(shelf.acts(one.id)) == 1


def test_a_name_is_used_once_by_one_person_and_free_again_after_deleting(shelf: Shelf) -> None:
    one = shelf.save("Một  tên", "", "an", NOW)
    assert one.name == "Một tên"
    with pytest.raises(SavedError) as refused:
        shelf.save("Một tên", "xem=cot", "an", NOW)
    assert refused.value.key == "twice"
    shelf.save("Một tên", "", "binh", NOW)
    other = shelf.save("Tên khác", "", "an", NOW)
    with pytest.raises(SavedError):
        shelf.rename(other.id, "Một tên", "an", NOW)
    shelf.delete(one.id, "an", NOW)
    assert shelf.rename(other.id, "Một tên", "an", NOW).name == "Một tên"


def test_what_is_gone_is_said_to_be_gone(shelf: Shelf) -> None:
    with pytest.raises(SavedError) as refused:
        shelf.delete(7, "an", NOW)
    assert refused.value.key == "unknown"


@pytest.mark.parametrize("name", ["", "  ", "ab", "a" * 81, "\u202e\u200b\n"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SavedError):
        clean_name(name)


def test_a_name_is_one_line_of_plain_letters() -> None:
    assert clean_name(" Tỷ lệ\n\u202etrực\u200b tuyến ") == "Tỷ lệ trực tuyến"
