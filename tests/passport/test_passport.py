"""A passport says where its number came from, what it was before, and nothing that nobody may see."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from ioc.access import Scope
from ioc.areas import COMMUNES, DEPARTMENTS
from ioc.bookshelf import Bookshelf
from ioc.catalogue import Aggregation, GeoBasis, Measure
from ioc.passport import Passport, issue
from ioc.proof import prove
from ioc.recount import Verdict
from ioc.unknown import OutOfScopeError, UnknownAreaError, UnknownKpiError, UnknownPeriodError
from ioc.wording import LANGS, catalog
from tests.board.province import NOW, ROOT, Province, later, numbers, villages

MONTH = "2026-10"


class Shelf:
    """The test province with three editions: published, corrected after October was over, confirmed unchanged."""

    def __init__(self, folder: Path):
        self.province = Province(folder)
        for shift, minutes in ((0, 0), (-4, 10), (-4, 20)):
            self.province.publish(numbers(self.province, shift), villages(self.province), later(minutes))
        self.boards = Bookshelf(self.province.warehouse, self.province.site, self.province.register)
        self.commune = self.province.areas[0]

    def passport(
        self, area: str = ROOT, edition: int = 2, kpi: str = "online", period: str = MONTH, **more: object
    ) -> Passport:
        board = self.boards.get(edition)
        return issue(self.province.office, board, kpi, area, period, NOW, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("passport"))


def test_the_number_is_that_of_the_edition_and_its_parts_add_up_to_it(shelf: Shelf) -> None:
    found = shelf.passport()
    assert (found.number.numerator, found.number.denominator) == (256.0, 380.0)
    for side in ("numerator", "denominator"):
        parts = [getattr(part.number, side) or 0 for part in found.parts]
        assert sum(parts) == getattr(found.number, side)
    assert [part.code for part in found.parts][-1] == "12" + DEPARTMENTS
    assert len(found.parts) == 6, "five communes reported, and the departments"
    communes = shelf.passport(ROOT + COMMUNES)
    assert [part.area for part in communes.parts] == [part.area for part in found.parts[:-1]]
    assert communes.number.numerator == 206.0
    assert shelf.passport(shelf.commune).parts == ()


def test_a_correction_shows_old_and_new_with_the_edition_and_its_time(shelf: Shelf) -> None:
    found = shelf.passport(shelf.commune)
    assert [(one.edition, one.value, one.until) for one in found.revisions] == [(1, 90.0, 2), (2, 86.0, None)]
    assert [one.published_at for one in found.revisions] == [later(0), later(10)]
    assert all(one.late for one in found.revisions), "October was over when both were published"
    assert not any(one.late for one in shelf.passport(shelf.commune, period="2026-11").revisions)
    assert found.since == 2


def test_a_past_edition_tells_its_own_past_only(shelf: Shelf) -> None:
    found = shelf.passport(shelf.commune, edition=1)
    assert [(one.edition, one.value, one.until) for one in found.revisions] == [(1, 90.0, None)]
    assert found.number.value == 90.0
    assert found.edition.number == 1
    assert found.confirmed is not None and found.confirmed.run == 1


def test_the_run_that_brought_a_version_is_told_apart_from_the_one_that_confirmed_it(shelf: Shelf) -> None:
    changed, unchanged = shelf.passport(shelf.commune), shelf.passport(shelf.province.areas[1])
    assert changed.brought is not None and changed.brought.run == 2
    assert unchanged.brought is not None and unchanged.brought.run == 1
    assert unchanged.confirmed is not None and unchanged.confirmed.run == 3, "the third run changed nothing"


def test_predecessors_are_named_with_the_codes_they_had(shelf: Shelf) -> None:
    assert shelf.passport(shelf.commune).predecessors == ("Xã Bản 1 (00901)", "Xã Mường Cũ (00002)")
    assert shelf.passport(shelf.province.areas[2]).predecessors == ()


def test_neither_an_address_nor_a_password_of_a_source_is_ever_in_it(tmp_path: Path) -> None:
    province = Province(tmp_path)
    path = province.settings.site / "sources" / "mot_cua.toml"
    text = path.read_text(encoding="utf-8")
    assert "url = " in text
    secret = 'url = "postgresql://reader:hunter2@10.1.2.3/kho"'
    lines = [secret if line.startswith("url = ") else line for line in text.splitlines()]
    path.write_text("\n".join(lines), encoding="utf-8")
    province = Province(tmp_path)
    province.publish(numbers(province))
    board = Bookshelf(province.warehouse, province.site, province.register).latest()
    text = json.dumps(asdict(issue(province.office, board, "online", ROOT, MONTH, NOW)), default=str)
    assert province.site.sources["mot_cua"].query.strip() in json.loads(text)["origin"]["query"]
    for hidden in ("hunter2", "10.1.2.3", "postgresql://"):
        assert hidden not in text


def test_on_a_demonstration_the_passport_says_so(shelf: Shelf) -> None:
    assert shelf.passport().notice == "Dữ liệu minh họa, không phải số liệu chính thức"


def test_what_is_not_there_or_not_in_scope_has_no_passport(shelf: Shelf) -> None:
    with pytest.raises(UnknownKpiError):
        shelf.passport(kpi="nope")
    with pytest.raises(UnknownAreaError):
        shelf.passport("99999@0")
    with pytest.raises(UnknownPeriodError):
        shelf.passport(period="2019-01")
    with pytest.raises(OutOfScopeError):
        shelf.passport(scope=Scope(areas=frozenset({shelf.commune})))
    narrow = Scope(areas=frozenset({shelf.commune, ROOT}))
    assert {part.area for part in shelf.passport(scope=narrow).parts} == {shelf.commune, ROOT + DEPARTMENTS}


def test_a_number_whose_rows_are_not_kept_is_said_to_be_so_and_not_to_agree(shelf: Shelf) -> None:
    found = prove(shelf.province.office, shelf.boards.latest(), "online", ROOT, MONTH)
    assert found.verdict is Verdict.ROWS_GONE and found.counted is None


def test_every_verdict_of_a_recount_has_its_sentence() -> None:
    for lang in LANGS:
        assert not [one for one in Verdict if f"passport.recount.{one}" not in catalog(lang)]


def test_every_way_to_count_and_roll_up_has_its_words() -> None:
    rooms = {"roll_up": Aggregation, "measure": Measure, "basis": GeoBasis}
    wanted = [f"passport.{room}.{one}" for room, kinds in rooms.items() for one in kinds]
    for lang in LANGS:
        assert not [key for key in wanted if key not in catalog(lang)]
