"""`ioc check` finds every fault of a site at once and says in Vietnamese where it is and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from ioc.office import REGISTER
from tests.commands.conftest import Terminal
from tests.scheduling.conftest import register

VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")


@dataclass(frozen=True)
class Broken:
    """One thing changed in a good site, and where it has to be found."""

    file: str
    old: str
    new: str
    place: str
    hint: str


CASES = {
    "misspelt field": Broken(
        "kpis/alpha.toml", "legal_basis", "legal_bassis", "kpis/alpha.toml › kpi kpi_alpha › legal_bassis",
        "sửa chính tả",
    ),
    "missing field": Broken(
        "kpis/alpha.toml", 'direction = "up"', "", "kpis/alpha.toml › kpi kpi_alpha › direction", "bổ sung"
    ),
    "word not of the list": Broken(
        "kpis/alpha.toml", 'direction = "up"', 'direction = "sideways"',
        "kpis/alpha.toml › kpi kpi_alpha › direction", "phải là một trong",
    ),
    "missing translation": Broken(
        "kpis/alpha.toml", ', en = "KPI alpha"', "", "kpis/alpha.toml › kpi kpi_alpha › name.en", "bổ sung"
    ),
    "id used twice": Broken(
        "kpis/beta.toml", 'id = "kpi_beta"', 'id = "kpi_alpha"', "kpi kpi_alpha › id", "chỉ dùng một lần"
    ),
    "unknown group": Broken("kpis/alpha.toml", '"nhom"', '"khac"', "kpi kpi_alpha › group", "nhom"),
    "unknown owner of a KPI": Broken("kpis/alpha.toml", 'owner = "so"', 'owner = "ai"', "kpi kpi_alpha › owner", "so"),
    "unknown source": Broken(
        "kpis/alpha.toml", 'source = "alpha"', 'source = "delta"', "kpi kpi_alpha › source", "alpha, beta, gamma"
    ),
    "column the source does not have": Broken(
        "kpis/alpha.toml", "count(dong == 1)", "count(cot == 1)", "kpi kpi_alpha › numerator", "cot"
    ),
    "measure that cannot be read": Broken(
        "kpis/alpha.toml", "count(dong == 1)", "count(dong ==", "kpi kpi_alpha › numerator", ""
    ),
    "date column the source does not have": Broken(
        "kpis/alpha.toml", 'date = "ngay"', 'date = "thang"', "kpi kpi_alpha › date", "thang"
    ),
    "other basis than the source": Broken(
        "kpis/alpha.toml", '"receiving_unit"', '"residence"', "kpi kpi_alpha › basis", "receiving_unit"
    ),
    "span without a unit": Broken(
        "sources/alpha.toml", 'promise = "1h"', 'promise = "60"', "sources/alpha.toml › schedule.promise", "26h"
    ),
    "two schedules": Broken(
        "sources/alpha.toml", 'every = "30m"', 'every = "30m"\nat = "05:30"', "sources/alpha.toml › schedule",
        "every hoặc at",
    ),
    "weekday by number": Broken(
        "sources/alpha.toml", 'every = "30m"', 'at = "05:30"\ndays = ["0"]', "schedule.days",
        "mon",
    ),
    "two statements": Broken(
        "sources/alpha.toml", "FROM t", "FROM t; DROP TABLE t", "sources/alpha.toml", "đúng một câu lệnh SELECT"
    ),
    "statement that changes": Broken(
        "sources/alpha.toml", "SELECT dong, code, ngay FROM t", "DELETE FROM t", "sources/alpha.toml", "SELECT"
    ),
    "key that is no column": Broken(
        "sources/alpha.toml", 'key = ["dong"]', 'key = ["ma_so"]', "sources/alpha.toml", "ma_so"
    ),
    "no address": Broken(
        "sources/alpha.toml", 'url = "sqlite:///{data}/none.db"', "", "sources/alpha.toml", "url_env"
    ),
    "unknown kind of source": Broken(
        "sources/alpha.toml", 'system = "thử"', 'system = "thử"\nkind = "excel"',
        "sources/alpha.toml › source alpha › kind", "sql",
    ),
    "unknown owner of a source": Broken(
        "sources/alpha.toml", 'owner = "so"', 'owner = "ai"', "sources/alpha.toml › source alpha › owner", "ai"
    ),
    "headline that is no KPI": Broken(
        "site.toml", '"kpi_alpha"', '"kpi_delta"', "site.toml › site › headline_map", "kpi_delta"
    ),
    "yes instead of true": Broken(
        "site.toml", "demonstration = true", 'demonstration = "có"', "site.toml › site.demonstration", "true"
    ),
    "not TOML": Broken("site.toml", "[site]", "[site", "site.toml", "cú pháp TOML"),
    "name of a commune of the past": Broken(
        "site.toml", "[[group]]", '[[alias]]\ncode = "03000"\nname = "Xã Cũ"\napproved_by = "A"\n[[group]]',
        "site.toml › alias 03000 › code", "danh mục đơn vị hành chính hiện hành",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_found_with_its_place_and_its_remedy(terminal: Terminal, name: str) -> None:
    case = CASES[name]
    terminal.edit(case.file, case.old, case.new)
    said = terminal.ioc("check")
    assert said.code == 2 and said.out == ""
    head, *problems = said.err.splitlines()
    assert head == f"Cấu hình có {len(problems)} lỗi:"
    found = [problem for problem in problems if case.place in problem]
    assert found, said.err
    reason = found[0].split(": ", 1)[1]
    assert case.hint in reason, reason
    assert VIETNAMESE.search(reason), reason
    assert case.file in found[0], "the fault names its file"
    assert "Traceback" not in said.err


def test_a_good_site_is_called_good(terminal: Terminal) -> None:
    said = terminal.ioc("check")
    assert (said.code, said.out, said.err) == (0, "Tỉnh Thử: 3 chỉ số, 3 nguồn, không có lỗi.\n", "")
    found = terminal.ioc("check", "--json").json
    assert found["kpis"] == ["kpi_alpha", "kpi_beta", "kpi_gamma"] and found["notes"] == []


def test_every_fault_is_told_at_once_not_only_the_first(terminal: Terminal) -> None:
    terminal.edit("kpis/alpha.toml", 'direction = "up"', "")
    terminal.edit("kpis/beta.toml", "legal_basis", "legal_bassis")
    terminal.edit("sources/gamma.toml", 'promise = "1h"', 'promise = "60"')
    said = terminal.ioc("check")
    for file in ("kpis/alpha.toml", "kpis/beta.toml", "sources/gamma.toml"):
        assert file in said.err
    assert said.code == 2


@pytest.mark.parametrize("file", ["site.toml", "kpis", "sources"])
def test_a_site_of_which_something_is_missing_is_refused(terminal: Terminal, file: str) -> None:
    path = terminal.site / file
    for part in [path] if path.is_file() else list(path.glob("*.toml")):
        part.unlink()
    said = terminal.ioc("check")
    assert said.code == 2 and file in said.err and VIETNAMESE.search(said.err)


def test_a_file_in_another_encoding_is_named(terminal: Terminal) -> None:
    path = terminal.site / "kpis" / "alpha.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    said = terminal.ioc("check")
    assert said.code == 2 and "kpis/alpha.toml" in said.err and "UTF-8" in said.err


def test_codes_are_checked_once_the_register_is_published(bare: Terminal) -> None:
    bare.edit("site.toml", "[[group]]", '[[alias]]\ncode = "99999"\nname = "X"\napproved_by = "A"\n[[group]]')
    said = bare.ioc("check")
    assert said.code == 0 and "ioc geodata register" in said.out
    register().dump(bare.data / REGISTER)
    said = bare.ioc("check")
    assert said.code == 2 and "99999" in said.err


def test_an_address_that_is_not_set_is_a_note_not_a_fault(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.edit(
        "sources/alpha.toml", 'url = "sqlite:///{data}/none.db"', 'url_env = "IOC_SOURCE_ALPHA_URL"'
    )
    monkeypatch.delenv("IOC_SOURCE_ALPHA_URL", raising=False)
    said = terminal.ioc("check")
    assert said.code == 0 and "Lưu ý: Nguồn alpha: chưa đặt biến môi trường IOC_SOURCE_ALPHA_URL" in said.out
    monkeypatch.setenv("IOC_SOURCE_ALPHA_URL", "mysql+pymysql://u:p@10.0.0.5/x")
    assert "Lưu ý" not in terminal.ioc("check").out


def test_checking_opens_no_database_and_writes_nothing(bare: Terminal) -> None:
    bare.warehouse = "postgresql://nobody@192.0.2.1/nowhere"
    assert bare.ioc("check").code == 0
    assert not bare.data.exists()
