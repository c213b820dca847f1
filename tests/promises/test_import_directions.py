"""Arrows run one way: app -> layouts -> ioc, datasources -> ioc, geodata -> ioc."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

ROOMS = ("ioc", "layouts", "datasources", "geodata")
FORBIDDEN = {
    "ioc": {
        "layouts", "datasources", "geodata", "app", "dash", "geopandas", "pyogrio", "shapely",
        "dash_mantine_components", "dash_ag_grid", "vietnamadminunits", "vietnam_provinces",
    },
    "layouts": {"datasources", "geodata", "app", "geopandas", "shapely", "pyogrio", "sqlalchemy", "duckdb"},
    "datasources": {"layouts", "geodata", "app", "dash", "geopandas"},
    "geodata": {"layouts", "datasources", "app", "dash"},
}  # fmt: skip
ONLY_IN = {"apscheduler": {"ioc/scheduling.py"}}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.split(".")[0]


def wrong_arrows(room: str, path: Path) -> list[str]:
    relative = path.relative_to(PROJECT).as_posix()
    wrong = [f"{relative} imports {name}" for name in imports(path) if name in FORBIDDEN[room]]
    return wrong + [
        f"{relative} imports {name}, which only {sorted(ONLY_IN[name])} may"
        for name in imports(path)
        if name in ONLY_IN and relative not in ONLY_IN[name]
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_its_arrows_allow(room: str) -> None:
    files = sorted((PROJECT / room).rglob("*.py"))
    assert files, f"room {room} is empty"
    assert not [fault for path in files for fault in wrong_arrows(room, path)]


def test_a_wrong_arrow_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.promises.test_import_directions.PROJECT", tmp_path)
    bad = tmp_path / "ioc" / "bad.py"
    bad.parent.mkdir()
    bad.write_text("def f():\n    from dash import html\n    import apscheduler.schedulers\n")
    assert wrong_arrows("ioc", bad) == [
        "ioc/bad.py imports dash",
        "ioc/bad.py imports apscheduler, which only ['ioc/scheduling.py'] may",
    ]
