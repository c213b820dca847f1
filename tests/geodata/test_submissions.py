"""Shapes are matched to communes by code alone, and whatever does not fit is told in Vietnamese."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.matching import differing_names, match
from geodata.reading import read
from geodata.submission import BoundaryError, Submission
from ioc.areas import GSO, REFORM, Area, Level, Register
from tests.geodata.conftest import refusal

Write = Callable[..., Path]
Features = list[dict[str, Any]]


def test_a_sound_file_is_read_in_the_order_of_the_communes(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    submission = read(submit(patchwork[::-1]))
    order = match(submission, lai_chau.communes)
    assert [submission.codes[spot] for spot in order] == [area.code for area in lai_chau.communes]


def test_a_missing_commune_is_named(patchwork: Features, submit: Write, lai_chau: Register) -> None:
    text = refusal(submit(patchwork[2:]), lai_chau)
    assert (
        text
        == "Thiếu ranh giới của 2 đơn vị: 03388 Phường Đoàn Kết; 03390 Xã Bình Lư. Hãy bổ sung rồi nhập lại."
    )


def test_a_commune_given_twice_is_named(patchwork: Features, submit: Write, lai_chau: Register) -> None:
    text = refusal(submit([*patchwork, patchwork[5]]), lai_chau)
    assert text.startswith("Trùng mã, một đơn vị có nhiều hơn một hình: 03424 Xã Bản Bo. Hãy gộp")


def test_an_unknown_code_is_named_with_its_likely_unit_but_never_matched_by_name(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    patchwork[0]["properties"].update(code="03541", name="Đoàn Kết")
    text = refusal(submit(patchwork), lai_chau)
    assert "Thiếu ranh giới của 1 đơn vị: 03388 Phường Đoàn Kết." in text
    assert "Mã không thuộc danh mục hiện hành: 03541 Đoàn Kết." in text
    assert 'replaces = "03388"' in text


def test_a_folder_with_one_file_a_commune_is_read_without_its_strangers(
    tmp_path: Path, patchwork: Features, lai_chau: Register
) -> None:
    for entry in patchwork:
        (tmp_path / f"{entry['properties']['code']}_xa.geojson").write_text(
            json.dumps(entry), encoding="utf-8"
        )
    (tmp_path / "README.md").write_text("không phải ranh giới", encoding="utf-8")
    (tmp_path / "la.geojson").symlink_to("/etc/passwd")
    (tmp_path / ".an.geojson").write_text("ẩn", encoding="utf-8")
    submission = read(tmp_path)
    assert len(match(submission, lai_chau.communes)) == 38
    assert "Bỏ qua 1 mục không phải GeoJSON trong thư mục: README.md." in submission.notes
    assert any(
        note.startswith("Bỏ qua 1 liên kết (symlink) trong thư mục: la.geojson.") for note in submission.notes
    )


@pytest.mark.parametrize("column", ["code", "ma_xa", "maXa", "MA_XA", "ma", "maDVHC", "ward_code", "id"])
def test_the_code_column_is_recognised_under_its_usual_names(
    patchwork: Features, submit: Write, column: str
) -> None:
    for entry in patchwork:
        entry["properties"] = {"province_code": "12", column: entry["properties"]["code"], "dan_so": 12345}
    submission = read(submit(patchwork))
    assert submission.codes[0] == "03388"
    assert f"Mã xã lấy từ {column}." in submission.notes


def test_codes_that_lost_their_zero_are_restored_and_told(patchwork: Features, submit: Write) -> None:
    for spot, entry in enumerate(patchwork):
        number = int(entry["properties"]["code"])
        entry["properties"]["code"] = [number, str(number), float(number)][spot % 3]
    submission = read(submit(patchwork))
    assert set(submission.codes) == {f"0{int(entry['properties']['code'])}" for entry in patchwork}
    assert "Đã thêm lại số 0 ở đầu cho 38 mã bị mất số 0 (ví dụ 03388)." in submission.notes


@pytest.mark.parametrize("value", ["338", 338, "O3388", "03388x", "0338", True, None, 3388.5, ["03388"]])
def test_a_code_that_cannot_be_one_is_refused_not_guessed(
    patchwork: Features, submit: Write, value: Any
) -> None:
    patchwork[0]["properties"]["code"] = value
    text = refusal(submit(patchwork))
    assert "Mã xã không hợp lệ ở cột “code”" in text
    assert "ranh_gioi.geojson đối tượng 1" in text


def test_without_a_code_column_the_file_name_serves_and_else_the_columns_are_listed(
    patchwork: Features, submit: Write, tmp_path: Path
) -> None:
    folder = tmp_path / "tung_xa"
    folder.mkdir()
    for entry in patchwork:
        code = entry["properties"].pop("code")
        entry["properties"]["ten"] = "Xã"
        (folder / f"{code}_xa.geojson").write_text(json.dumps(entry), encoding="utf-8")
    submission = read(folder)
    assert len(set(submission.codes)) == 38
    assert "Mã xã lấy từ tên tệp." in submission.notes
    assert refusal(submit(patchwork)) == (
        "Không nhận ra cột mã xã. Các cột đang có: ten. "
        "Hãy đặt mã 5 chữ số của xã vào cột “code” hoặc “ma_xa”."
    )


def test_a_link_out_of_the_folder_is_not_followed_and_told_with_what_is_missing(
    tmp_path: Path, patchwork: Features, lai_chau: Register
) -> None:
    folder, outside = tmp_path / "tung_xa", tmp_path / "ngoai.geojson"
    folder.mkdir()
    for entry in patchwork[1:]:
        (folder / f"{entry['properties']['code']}.geojson").write_text(json.dumps(entry), encoding="utf-8")
    outside.write_text(json.dumps(patchwork[0]), encoding="utf-8")
    (folder / "03388.geojson").symlink_to(outside)
    text = refusal(folder, lai_chau)
    assert "Thiếu ranh giới của 1 đơn vị: 03388 Phường Đoàn Kết." in text
    assert "Bỏ qua 1 liên kết (symlink) trong thư mục: 03388.geojson." in text


def test_codes_of_before_the_reform_are_recognised_as_such(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    former = [area for area in lai_chau.areas if area.valid_to]
    present = {area.code for area in lai_chau.communes}
    gone = [area for area in former if area.code not in present]
    for entry, area in zip(patchwork, gone, strict=False):
        entry["properties"].update(code=area.code, name=area.name)
    with pytest.raises(BoundaryError) as caught:
        match(read(submit(patchwork)), lai_chau.communes, former)
    text = "\n".join(caught.value.problems)
    assert "38 mã là của đơn vị trước ngày sắp xếp 1/7/2025" in text
    assert f"{gone[0].code} {gone[0].name}" in text
    assert "Hãy dùng tệp ranh giới sau sắp xếp" in text


@pytest.mark.parametrize(
    "form", ["Xã Tủa Sín Chải", "Tủa Sín Chải", "Tua Sin Chai", "XA TUA SIN CHAI", "", None]
)
def test_a_name_with_or_without_accents_and_type_agrees_with_its_code(
    patchwork: Features, submit: Write, lai_chau: Register, form: str | None
) -> None:
    entry = next(entry for entry in patchwork if entry["properties"]["code"] == "03529")
    for text in {form, form and unicodedata.normalize("NFD", form)}:
        entry["properties"]["name"] = text
        submission = read(submit(patchwork))
        assert differing_names(submission, match(submission, lai_chau.communes), lai_chau.communes) == []


def test_a_name_of_before_the_reform_under_todays_code_is_told(
    patchwork: Features, submit: Write, lai_chau: Register
) -> None:
    entry = next(entry for entry in patchwork if entry["properties"]["code"] == "03529")
    entry["properties"]["name"] = "Làng Mô"
    submission = read(submit(patchwork))
    (text,) = differing_names(submission, match(submission, lai_chau.communes), lai_chau.communes)
    assert "03529 “Làng Mô” (danh mục: Xã Tủa Sín Chải)" in text


@given(st.data())
def test_any_subset_of_the_communes_is_matched_by_code_or_refused(data: st.DataObject) -> None:
    """Whatever codes come in whatever order: a full set is put in order, anything else names what is off."""
    communes = [
        Area(GSO, f"{spot:05d}", REFORM, None, f"Xã {spot}", "xã", Level.COMMUNE) for spot in range(1, 7)
    ]
    codes = tuple(data.draw(st.lists(st.sampled_from([f"{spot:05d}" for spot in range(1, 9)]), max_size=10)))
    shapes = np.array([shapely.box(0, 0, 1, 1)] * len(codes), dtype=object)
    submission = Submission(codes, ("",) * len(codes), shapes, (), "", 1)
    known = {area.code for area in communes}
    if sorted(codes) == sorted(known):
        assert [codes[spot] for spot in match(submission, communes)] == sorted(known)
        return
    with pytest.raises(BoundaryError) as caught:
        match(submission, communes)
    text = "\n".join(caught.value.problems)
    for code in (known ^ set(codes)) | {code for code in codes if codes.count(code) > 1}:
        assert code in text
