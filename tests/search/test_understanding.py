"""What was typed is honoured, what was not typed is open; which is which is said; nothing out of scope is found."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ioc.access import OPEN, Scope
from ioc.areas import Register
from ioc.board import Board
from ioc.search.entries import Entry, Kind, Page, lasting, villages
from ioc.search.index import Index, find
from ioc.search.syllables import EXACT, agreement, syllables, unkeyed

NAMES = [
    "Đường",
    "Dương",
    "Mường",
    "Mương",
    "Tè",
    "Té",
    "Tẻ",
    "Pa Ủ",
    "Sì Lở Lầu",
    "Hoà Bình",
    "Tủa Sín Chải",
    "Khoen On",
]


def bare(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def of(*names: str, kind: Kind = Kind.COMMUNE) -> Index:
    return Index([Entry(kind, "xã", name, "", str(at), ()) for at, name in enumerate(names)])


def names(index: Index, query: str) -> list[str]:
    return [hit.entry.name for hit in index.find(query)]


@given(st.permutations(["Đường", "Dương", "Đương", "Dường", "Duong"]))
def test_a_typed_d_with_its_stroke_never_finds_a_plain_d(order: list[str]) -> None:
    found = names(of(*order), "đường")
    assert found[0] == "Đường" and not {"Dương", "Dường", "Duong"} & set(found)
    assert names(of(*order), "dương")[0] == "Dương"
    assert set(names(of(*order), "duong")) == set(order)


def test_where_only_another_word_exists_it_is_not_offered_for_a_stroke_that_was_typed() -> None:
    assert names(of("Xã Dương"), "đường") == [] and names(of("Xã Dương"), "đưong") == []


@given(st.sampled_from(NAMES), st.data())
def test_marks_left_out_anywhere_still_find_and_the_full_name_comes_first(
    name: str, data: st.DataObject
) -> None:
    kept = "".join(data.draw(st.sampled_from([sign, bare(sign)])) for sign in name)
    assert name in names(of(*NAMES), kept)
    assert names(of(*NAMES), name)[0] == name


@given(st.sampled_from(NAMES), st.sampled_from(["NFC", "NFD", "NFKC"]), st.booleans())
def test_composed_or_not_in_any_case_it_is_one_text(name: str, form: str, upper: bool) -> None:
    text = unicodedata.normalize(form, name.upper() if upper else name)
    assert syllables(text) == syllables(name)


@given(st.text(max_size=120))
def test_nothing_that_can_be_typed_fails(text: str) -> None:
    found = find((of(*NAMES), of("Bản Tè", kind=Kind.VILLAGE)), text)
    assert len(found) <= 8 and all(hit.score > 0 for hit in found)


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("Mỹ", "Mĩ"), ("thuỷ", "thủy"), ("Ðường", "Đường"), ("H'Leo", "hleo")]
)  # fmt: skip
def test_two_ways_to_write_one_word_are_one_word(one: str, other: str) -> None:
    assert [agreement(a, b) for a, b in zip(syllables(one), syllables(other), strict=True)] == [EXACT]


@pytest.mark.parametrize(
    ("keyed", "meant"), [("muowngf tef", "muong te"), ("Mu7o7ng2 Te2", "muong te"), ("ddoanf keets", "doan ket"), ("muong te", None)]
)  # fmt: skip
def test_keys_left_in_the_text_are_understood(keyed: str, meant: str | None) -> None:
    assert unkeyed(keyed) == meant


def test_three_muong_te_are_found_and_told_apart(board: Board, pages: list[Page]) -> None:
    found = Index(lasting(board, OPEN, "vi", pages)).find("muong te")[:3]
    assert [hit.entry.kind for hit in found] == [Kind.COMMUNE, Kind.DISTRICT, Kind.FORMER]
    notes = {hit.entry.kind: hit.entry.note for hit in found}
    assert notes[Kind.COMMUNE].startswith("xã hiện nay")
    assert notes[Kind.FORMER] == "thị trấn trước 7/2025, nay thuộc Xã Bum Tở"
    assert notes[Kind.DISTRICT] == "huyện trước 7/2025, nay là 8 xã, phường"


def test_a_reused_code_finds_both_its_units(board: Board, pages: list[Page]) -> None:
    found = Index(lasting(board, OPEN, "vi", pages)).find("03433")[:2]
    assert [hit.entry.name for hit in found] == ["Xã Bum Tở", "Thị trấn Mường Tè"]


def test_what_is_only_near_says_so_and_comes_only_alone(board: Board, pages: list[Page]) -> None:
    index = Index(lasting(board, OPEN, "vi", pages))
    assert all(hit.near for hit in index.find("mường tẽ")) and index.find("mường tẽ")
    assert not any(hit.near for hit in index.find("muong te"))


def test_nothing_out_of_scope_is_found_not_even_as_an_old_name(board: Board, pages: list[Page]) -> None:
    seen = board.find("03445")
    scope = Scope(areas=frozenset({seen.id}), kpis=frozenset({"poor_hh"}))
    found = [*lasting(board, scope, "vi", pages), *villages(board, scope, "vi")]
    assert {one.code for one in found if one.kind is Kind.COMMUNE} == {"03445"}
    assert {one.code for one in found if one.kind is Kind.KPI} == {"poor_hh"}
    assert all(code == "03445" for one in found for code, _ in one.heirs)
    assert not [one for one in found if one.kind in (Kind.VILLAGE, Kind.PROVINCE)]
    assert not [hit for hit in Index(found).find("bum to") if not hit.near]


def test_the_whole_country_is_told_apart_by_province(national: Register, board: Board) -> None:
    head = board.site.head.model_copy(update={"root": "VN"})
    whole = Board(board.edition, replace(board.site, head=head), national, board._reader)
    index = Index(lasting(whole, OPEN, "vi", ()))
    assert index.find("muong khuong")[0].entry.name == "Xã Mường Khương"
    assert index.find("tân lập lâm đồng")[0].entry.note.startswith("xã hiện nay, Tỉnh Lâm Đồng")
    assert index.find("tp hồ chí minh")[0].entry.kind is Kind.PROVINCE
