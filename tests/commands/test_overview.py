"""`ioc status`, `editions`, `schedule --next` and `migrate` say how things stand, to people and to scripts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ioc.freshness import HEARTBEAT
from ioc.office import REGISTER
from tests.commands.conftest import Terminal
from tests.scheduling.conftest import SOURCES, behave, register


def row(out: str, source: str) -> str:
    return next(line for line in out.splitlines() if line.startswith(source))


def test_a_new_installation_has_no_data_and_says_so(terminal: Terminal) -> None:
    said = terminal.ioc("status")
    assert said.code == 0
    assert said.out.startswith("Bản số liệu: chưa có\nBộ lập lịch: chưa chạy lần nào\n")
    assert all("chưa có số liệu" in row(said.out, source) for source in SOURCES)


def test_status_tells_fresh_from_failed_with_rows_and_reason(terminal: Terminal) -> None:
    behave(terminal.data, {"beta": {"mode": "reason", "reason": "unreachable"}})
    terminal.ioc("refresh")
    out = terminal.ioc("status").out
    assert out.startswith("Bản số liệu: 2, công bố ")
    assert "đã công bố" in row(out, "alpha") and "7/2/1" in row(out, "alpha")
    assert "không kết nối được nguồn" in row(out, "beta")
    found = terminal.ioc("status", "--json").json
    assert found["edition"]["number"] == 2 and found["scheduler"] == "never"
    states = {item["source"]: item["state"] for item in found["sources"]}
    assert states["beta"] == "source_down"
    alpha = next(item for item in found["sources"] if item["source"] == "alpha")
    assert alpha["as_of"] == "2026-10-31T17:00:00+00:00" and alpha["promise"] == 3600


@pytest.mark.parametrize(("age", "words"), [(5, "đang chạy"), (120, "ngừng"), (-7200, "ngừng")])
def test_status_says_whether_the_scheduler_lives(terminal: Terminal, age: int, words: str) -> None:
    office = terminal.office()
    office.warehouse.beat(HEARTBEAT, datetime.now(UTC) - timedelta(seconds=age), {})
    office.warehouse.close()
    assert f"Bộ lập lịch: {words}\n" in terminal.ioc("status").out


def test_columns_line_up_under_their_heads(terminal: Terminal) -> None:
    terminal.ioc("refresh")
    lines = terminal.ioc("status").out.splitlines()
    head = next(index for index, line in enumerate(lines) if line.startswith("NGUỒN"))
    column = lines[head].index("KẾT QUẢ")
    for line in lines[head + 1 :]:
        assert line[column - 1] == " " and line[column] != " "


def test_editions_are_listed_newest_first(terminal: Terminal) -> None:
    assert terminal.ioc("editions", "--json").json == []
    for value in (1.0, 2.0, 3.0):
        terminal.publish({("kpi_alpha", "12@20250701", "2026-10"): value})
    said = terminal.ioc("editions", "--limit", "2")
    assert [line.split()[0] for line in said.out.splitlines()] == ["BẢN", "3", "2"]
    found = terminal.ioc("editions", "--json").json
    assert [edition["number"] for edition in found] == [3, 2, 1]
    assert found[0]["source"] == "alpha" and found[0]["changed"] == 1
    assert terminal.ioc("editions", "--limit", "0").code == 2


def test_the_next_runs_are_listed_without_starting_anything(terminal: Terminal) -> None:
    said = terminal.ioc("schedule", "--next")
    assert said.code == 0 and [line.split()[0] for line in said.out.splitlines()] == ["NGUỒN", *SOURCES]
    terminal.ioc("refresh", "beta")
    found = terminal.ioc("schedule", "--next", "--json").json
    assert [item["source"] for item in found] == ["alpha", "gamma", "beta"], "the first due comes first"
    moment = datetime.fromisoformat(found[2]["next"])
    assert timedelta(0) < moment - datetime.now(UTC) <= timedelta(minutes=30)


def test_migrate_makes_the_tables_once_and_says_what_it_did(bare: Terminal) -> None:
    register().dump(bare.data / REGISTER)
    refused = bare.ioc("status")
    assert refused.code == 2 and "ioc migrate" in refused.err
    first, second = bare.ioc("migrate"), bare.ioc("migrate")
    assert (first.code, first.out) == (0, "Đã nâng cấp kho số liệu.\n")
    assert (second.code, second.out) == (0, "Kho số liệu đã ở phiên bản mới nhất.\n")
    assert bare.ioc("status").code == 0


@pytest.mark.postgres
def test_migrate_and_status_work_on_a_database_server(bare: Terminal, postgres_url: str) -> None:
    register().dump(bare.data / REGISTER)
    bare.warehouse = postgres_url
    assert bare.ioc("migrate").out == "Đã nâng cấp kho số liệu.\n"
    assert "chưa có số liệu" in bare.ioc("status").out


@pytest.mark.parametrize("command", ["status", "refresh", "editions", "value", "schedule"])
def test_without_a_register_every_command_says_how_to_make_one(bare: Terminal, command: str) -> None:
    said = bare.ioc(command, *(["kpi_alpha"] if command == "value" else []))
    assert said.code == 2 and "ioc geodata register" in said.err


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://ioc:matkhau-bi-mat@127.0.0.1:1/x", 3),
        ("mysql://ioc:matkhau-bi-mat@127.0.0.1/x", 2),
        ("sqlite://", 2),
        ("nonsense", 2),
    ],
)
def test_a_warehouse_that_cannot_be_used_is_a_sentence_without_the_password(
    terminal: Terminal, url: str, code: int
) -> None:
    terminal.warehouse = url
    for command in ("migrate", "status"):
        said = terminal.ioc(command)
        assert said.code == code and "IOC_WAREHOUSE" in said.err
        assert "matkhau" not in said.err


def test_a_warehouse_whose_folder_cannot_be_made_names_the_folder(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    terminal.warehouse = f"sqlite:///{tmp_path / 'file' / 'warehouse.db'}"
    said = terminal.ioc("migrate")
    assert said.code == 1 and str(tmp_path / "file") in said.err and "IOC_DATA" in said.err


def test_a_register_that_cannot_be_read_says_how_to_make_it_anew(terminal: Terminal) -> None:
    (terminal.data / REGISTER).write_text("{", encoding="utf-8")
    for command in ("status", "check"):
        said = terminal.ioc(command)
        assert said.code == 2 and "ioc geodata register" in said.err


def test_a_data_folder_that_is_a_file_is_named(terminal: Terminal, tmp_path: Path) -> None:
    terminal.data = tmp_path / "file"
    terminal.data.touch()
    said = terminal.ioc("status")
    assert said.code == 1 and str(terminal.data) in said.err and "IOC_DATA" in said.err
