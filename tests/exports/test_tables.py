"""Tables of pages as files: what the page reads is what the file holds; what is hidden stays hidden; nothing is for other eyes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from app import all_exports
from ioc.access import OPEN, Scope
from ioc.analysis.address import read
from ioc.analysis.result import analyse
from ioc.board import Board
from ioc.exports.listed import Parts
from ioc.exports.making import view_of
from ioc.exports.paints import SIGNS
from ioc.gaps import reports
from ioc.gaps.history import Lineage
from ioc.gaps.protection import protect
from ioc.gaps.tables import ALL, Key
from ioc.jobs.kinds import JobError
from ioc.profile import profile
from ioc.wording import say
from layouts.parts.gapped import Gapped
from layouts.tables import changed, gaps
from layouts.tables.listed import TABLES
from tests.board.province import Province, numbers
from tests.conftest import PROJECT
from tests.exports.conftest import Desk
from tests.gaps import hamlets

PLAIN = ("sources", "findings", "alerts", "alerts-ended", "alerts-told", "holds", "holds-ended", "editions", "supply", "catalogue",
         "quality-sources", "quality-kpis")  # fmt: skip
Rows = list[dict[str, str]]


def rows_of(desk: Desk, subject: str, scope: Scope = OPEN, lang: str = "vi", **options: str) -> Rows:
    """The lines of the CSV by their headings."""
    content = (
        desk.make(subject, "csv", scope=scope, lang=lang, **options).file.read_bytes().decode("utf-8-sig")
    )
    return list(csv.DictReader(io.StringIO(content, newline="")))


def head(name: str, lang: str = "vi") -> str:
    return say(f"exports.list.{name}", lang)


def test_every_menu_names_a_subject_that_there_is_and_every_subject_has_its_menu() -> None:
    known = set(all_exports().subjects)
    pages = [path for room in ("pages", "parts") for path in (PROJECT / "layouts" / room).glob("*.py")]
    texts = [
        text
        for path in pages
        if "export_menu" in (text := path.read_text(encoding="utf-8")) or "headed" in text
    ]
    named = {name for text in texts for name in re.findall(r'export_menu\(\s*desk,\s*"([^"]+)"', text)}
    assert named <= known and len(named) > 8
    assert [name for name in sorted(known) if not any(f'"{name}"' in text for text in texts)] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("subject", PLAIN)
def test_a_plain_table_can_be_taken_away_in_both_languages(desk: Desk, subject: str, lang: str) -> None:
    made = desk.make(subject, "xlsx", lang=lang, into=f"plain-{subject}-{lang}")
    sheet = openpyxl.load_workbook(made.file).worksheets[0]
    heads = [cell.value for cell in next(sheet.iter_rows())]
    assert len(heads) == len(set(heads)) and all(heads)
    if subject in ("sources", "editions", "catalogue"):
        assert sheet.max_row > 1


def test_a_table_of_the_moment_says_of_which(desk: Desk) -> None:
    row = rows_of(desk, "sources")[0]
    assert re.fullmatch(r"\d\d:\d\d ngày \d\d/\d\d/\d{4}", row[say("exports.fact.as_of", "vi")])
    assert row[head("source")] == desk.board.site.sources["mot_cua"].name.in_("vi")


def test_a_profile_holds_the_lines_of_its_page(desk: Desk) -> None:
    area = desk.board.communes[0]
    found = {row[head("kpi")]: row for row in rows_of(desk, "profile", xa=area.code)}
    lines = profile(desk.board, area.id, OPEN)
    assert set(found) == {one.kpi.id for one in lines} and len(lines) > 2
    for one in lines:
        row = found[one.kpi.id]
        for name, value in (("own_value", one.cell.value), ("alike", one.alike), ("rank", one.rank)):
            assert (float(row[head(name)]) if row[head(name)] else None) == value, (one.kpi.id, name)


def test_a_picture_of_a_wide_table_keeps_the_columns_that_can_be_read_and_says_so(desk: Desk) -> None:
    text = desk.make("sources", "svg").file.read_text(encoding="utf-8")
    assert head("as_of") in text and head("next_run") not in text
    assert say("exports.on_paper", "vi", shown=10, all=16) in text


def test_what_an_edition_changed_stands_with_both_figures(tmp_path: Path) -> None:
    province = Province(tmp_path)
    province.publish(numbers(province))
    first = Board(province.warehouse.latest(), province.site, province.register, province.warehouse)
    office = replace(province.office, make_exports=all_exports)
    given = Parts.model_validate({})
    with pytest.raises(JobError):
        changed.changes(view_of(office, first, given, OPEN, "vi"))
    province.publish(numbers(province, shift=-10))
    board = Board(
        province.warehouse.latest(), province.site, province.register, province.warehouse, previous=1
    )
    found = changed.changes(view_of(office, board, given, OPEN, "vi"))
    names = [column.key for column in found.columns]
    area = board.communes[0]
    rows = {(row[0], row[2], row[4]): row for row in found.rows}
    row = rows["online", area.code, "2026-10"]
    assert (row[names.index("figure_before")], row[names.index("figure_now")]) == (90.0, 80.0)
    assert len(rows) == len(found.rows) == sum(changed.telling(one) for one in board.changes(OPEN, 10_000))
    narrow = changed.changes(view_of(office, board, given, Scope(areas=frozenset({area.id})), "vi"))
    assert {row[2] for row in narrow.rows} == {area.code}


def test_the_spine_chart_of_a_profile_draws_a_line_for_every_indicator(desk: Desk) -> None:
    area = desk.board.communes[0]
    text = desk.make("profile", "svg", xa=area.code).file.read_text(encoding="utf-8")
    for one in profile(desk.board, area.id, OPEN):
        assert one.kpi.short.in_("vi") in text
    assert say("profile.spine.own", "vi") in text


@pytest.mark.parametrize(
    "subject", ["profile", "profile-alike", "profile-former", "profile-record", "alerts"]
)
def test_a_commune_outside_the_scope_is_refused(desk: Desk, subject: str) -> None:
    mine, other = desk.board.communes[:2]
    scope = Scope(areas=frozenset({mine.id}))
    rows_of(desk, subject, scope=scope, xa=mine.code)
    with pytest.raises(JobError):
        rows_of(desk, subject, scope=scope, xa=other.code)
    with pytest.raises(JobError):
        rows_of(desk, subject, xa="99999")


def test_a_passport_tells_its_number_and_what_it_was_added_from(desk: Desk) -> None:
    told = {
        row[head("item")]: row[head("content")]
        for row in rows_of(desk, "passport", kpi="online", ky="2026-11")
    }
    whole = desk.board.total("online", "2026-11", OPEN)
    assert told[say("passport.label.numerator", "vi")] == f"{whole.numerator:.0f}"
    parts = rows_of(desk, "passport-parts", kpi="online", ky="2026-11")
    assert sum(float(row[head("numerator")] or 0) for row in parts) == whole.numerator
    newest = rows_of(desk, "passport-versions", kpi="online", ky="2026-11")[0]
    assert float(newest[head("figure")]) == whole.value
    with pytest.raises(JobError):
        rows_of(desk, "passport", kpi="no_such", ky="2026-11")


def test_an_analysis_holds_the_readings_of_the_explorer(desk: Desk) -> None:
    asked = {"kpi": "online", "xem": "bang"}
    result = analyse(desk.board, read(asked, desk.board, OPEN), OPEN)
    found = rows_of(desk, "analysis", **asked)
    column = result.columns[0]
    expected = {
        (unit.code, period): column.rows[unit.id][at].value
        for unit in (*result.units, *([result.root] if result.root else [])) for at, period in enumerate(result.periods)
    }  # fmt: skip
    names = list(found[0])
    assert {
        (row[names[0]], row[names[2]]): float(row[names[4]]) if row[names[4]] else None for row in found
    } == expected
    assert sum(value is not None for value in expected.values()) >= 4


# -- gaps: protected counts -----------------------------------------------------------------------------


def gapped_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Gapped]:
    """Villages with small counts of poor households in the communes of the test province, as the page would read them."""
    areas = [area.id for area in desk.board.communes]
    rows = [
        (areas[at % 5], tuple(hamlets.KINDS[: at % 4]), 40 + at, (0, 0, 1, 0, 2, 30)[at % 6])
        for at in range(60)
    ]
    made = hamlets.register(rows)
    spec = made.definitions.villages.model_copy(update={"source": "mot_cua"})
    made = replace(
        made,
        definitions=replace(made.definitions, villages=spec),
        at=datetime(2026, 11, 22, tzinfo=desk.board.edition.published_at.tzinfo),
    )

    def found(asked: dict[str, str], board: object, warehouse: object, scope: Scope) -> Gapped:
        area = next((one for one in desk.board.communes if one.code == asked.get("xa")), None)
        kind = made.definitions.kinds.get(asked.get("loai", ""))
        return Gapped(
            made, protect(made), reports.Testimony({}, ()), Lineage({}), kind, area, asked.get("do", "thon")
        )

    monkeypatch.setattr(gaps, "gapped", found)
    return found


def test_a_hidden_count_stays_out_of_every_file_and_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = gapped_desk(desk, monkeypatch)({"do": "poor"}, None, None, OPEN)
    shield, hidden, shown = found.shield, 0, 0
    codes = {area.code: area.id for area in desk.board.communes}
    for row in rows_of(desk, "gap-communes", do="poor"):
        area = codes.get(row["Mã"])
        keys: list[Key] = [ALL] if area is None else [("commune", area)]
        keys += [("kind", kind) if area is None else ("commune_kind", area, kind) for kind in hamlets.KINDS]
        for name, key in zip((head("all"), *hamlets.KINDS), keys, strict=True):
            count = shield.shown("poor", key)
            assert row[name] == ("" if count is None else str(count)), (area, name)
            assert (name in row[head("hidden")].split(", ")) is (count is None)
            hidden, shown = hidden + (count is None), shown + (count is not None)
    assert hidden >= 3 and shown >= 3
    listed = rows_of(desk, "gap-villages")
    assert len(listed) == 60
    for row in listed:
        count = shield.shown("poor", ("village", row[head("village_code")]))
        assert row["Poor"] == ("" if count is None else str(count))
    assert any(row["Poor"] == "" for row in listed)


def test_pairs_of_gaps_are_counted_as_by_hand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = gapped_desk(desk, monkeypatch)({}, None, None, OPEN)
    kinds = {gap.short.vi: name for name, gap in found.register.definitions.kinds.items()}
    rows = rows_of(desk, "gap-pairs")
    assert len(rows) == len(kinds) * (len(kinds) - 1) // 2
    for row in rows:
        pair = {kinds[row[head("kind")]], kinds[row[head("and_kind")]]}
        count = sum(pair <= set(village.gaps) for village in found.register.villages)
        assert row[head("villages")] == str(count)


@pytest.mark.parametrize("form", ["xlsx", "svg"])
def test_the_note_on_what_is_hidden_travels_with_the_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    gapped_desk(desk, monkeypatch)
    made = desk.make("gap-communes", form, into=f"masked-{form}", do="poor")
    if form == "xlsx":
        told = [str(line[1].value) for line in openpyxl.load_workbook(made.file).worksheets[1].iter_rows()]
    else:
        told = [made.file.read_text(encoding="utf-8")]
    assert any(say("gaps.masked.word", "vi").capitalize() in text for text in told)


def test_the_list_of_villages_is_that_of_the_filters(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found, code = gapped_desk(desk, monkeypatch), desk.board.communes[0].code
    rows = rows_of(desk, "gap-villages", loai="cable", xa=code)
    wanted = found({"loai": "cable", "xa": code}, None, None, OPEN).listed(desk.board)
    assert [row[head("village_code")] for row in rows] == [one.id for one in wanted] and rows
    assert "cable" in rows[0][say("exports.fact.filter", "vi")]


# -- the map as it was chosen ---------------------------------------------------------------------------


def test_a_map_carries_what_was_chosen_and_left_out(desk: Desk) -> None:
    area = desk.board.communes[0]
    plain = desk.make("kpi-map", "svg", kpi="online", ky="2026-11").file.read_text(encoding="utf-8")
    made = desk.make("kpi-map", "svg", kpi="online", ky="2026-11", xa=area.code, an="grade-g", xem="hai")
    text = made.file.read_text(encoding="utf-8")
    accent = desk.office.exports.colours["accent"]
    assert f'stroke="{accent}"' in text and f'stroke="{accent}"' not in plain
    assert 'opacity="0.14"' in text and 'opacity="0.14"' not in plain
    assert area.name in text and say("exports.map.left_out", "vi") in text
    book = openpyxl.load_workbook(
        desk.make("kpi-map", "xlsx", kpi="online", ky="2026-11", an="grade-g", xem="hai").file
    )
    told = {str(line[0].value): str(line[1].value) for line in book.worksheets[1].iter_rows()}
    assert say(f"grades.{'good'}", "vi").capitalize() in told[say("exports.fact.legend", "vi")]
    assert say("exports.map.not_drawn", "vi") in told.values()


def test_signs_of_gaps_are_those_of_the_screen() -> None:
    script = (PROJECT / "assets" / "js" / "points.js").read_text(encoding="utf-8")
    for mark in ("square", "triangle", "diamond"):
        assert f'{mark}: "{SIGNS[mark]}"' in script
    assert "dot: disc(3.7)" in script and 'half: ring(4, 2.6) + "M0-2.6A2.6 2.6 0 0 1 0 2.6Z"' in script
    assert (
        SIGNS["dot"].startswith("M-3.7 0A3.7")
        and SIGNS["half"].startswith("M-4 0A4 4")
        and SIGNS["half"].endswith("2.6Z")
    )


def test_every_table_has_a_title_in_both_languages(desk: Desk) -> None:
    for one in TABLES:
        for lang in ("vi", "en"):
            options = one.options.model_validate({})
            assert one.title(desk.board, options, lang)
            assert view_of(desk.office, desk.board, options, OPEN, lang).lang == lang
