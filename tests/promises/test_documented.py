"""Everything an operator can set, call or open is written down; a new one without a word fails here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields

import pytest

from ioc import catalogue, contract, runs, site, traits
from ioc.alerts import rules
from ioc.gaps import definitions
from ioc.planning import assumptions
from ioc.scoring import index
from ioc.scoring import rows as score_rows
from ioc.settings import Settings
from ioc.walls import scenes, screens
from tests.conftest import PROJECT

MODELS = (
    catalogue.Kpi, catalogue.Target, catalogue.Hold, site.SiteHead, site.Department, site.Group, site.Alias, site.AreaGroup, site.UnitOverride, site.Holiday, traits.Trait,
    contract.SourceSpec, contract.AreaSpec, contract.Schedule, contract.Pull, contract.ColumnSpec, contract.PlaceSpec, contract.Supply,
    definitions.VillageRegister, definitions.Events, definitions.Reports, definitions.Gap, definitions.Subject, definitions.Reporter,
    definitions.Protection, definitions.Guarded, definitions.Chain, definitions.State,
    rules.AlertRule, rules.Messages, rules.Recipient,
    assumptions.Means, assumptions.Serviced, assumptions.Measure, assumptions.Emphasis, assumptions.Listed,
    index.Index, index.ScoreGroup, index.ScoreMetric, index.ScoreClass, index.ScoreUnit,
    scenes.Scene, scenes.Tile, screens.Screen, screens.Turn, screens.Hours,
)  # fmt: skip


def doc(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [f"IOC_{field.name.upper()}" for field in fields(Settings)])
def test_every_setting_stands_in_the_operating_guide(name: str) -> None:
    assert f"`{name}`" in doc("docs/operating.md")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_a_site_stands_in_the_data_contract(model: type) -> None:
    text = doc("docs/data-contract.md")
    missing = [
        name for name in model.model_fields if not re.search(rf"`(\[+(kpi\.)?)?{name}(\.<name>)?\]*`", text)
    ]
    assert not missing


@pytest.mark.parametrize("reason", list(runs.RowReason), ids=str)
def test_every_reason_a_row_may_be_set_aside_for_stands_in_the_data_contract(reason: runs.RowReason) -> None:
    assert f"`{reason.value}`" in doc("docs/data-contract.md")


@pytest.mark.parametrize("name", [*score_rows.COLUMNS, *score_rows.Reason], ids=str)
def test_every_column_and_reason_of_a_score_stands_in_the_data_contract(name: str) -> None:
    assert f"`{name}`" in doc("docs/data-contract.md")


@pytest.mark.parametrize("reason", list(runs.Reason), ids=str)
def test_every_reason_a_run_may_stop_for_stands_in_the_operating_guide(reason: runs.Reason) -> None:
    assert f"`{reason.value}`" in doc("docs/operating.md")


def test_every_command_stands_in_the_operating_guide() -> None:
    from app import commands

    text = doc("docs/operating.md")
    names = [
        f"ioc {name}" if not hasattr(command, "commands") else f"ioc {name} {inner}"
        for name, command in commands().commands.items()
        if not command.hidden
        for inner in getattr(command, "commands", {"": None})
    ]
    assert len(names) > 8
    assert not [name for name in names if name.strip() not in text]


def test_every_page_stands_in_the_operating_guide() -> None:
    from layouts.face import PAGES

    text = doc("docs/operating.md")
    assert len(PAGES) >= 3
    assert not [path for path in PAGES if f"`{path}`" not in text]


def test_every_dependency_earns_its_place_in_writing() -> None:
    project = tomllib.loads(doc("pyproject.toml"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = [re.split(r"[\[<>=]", item)[0] for item in wanted]
    text = doc("docs/dependencies.md")
    assert not [name for name in names if not re.search(rf"\b{re.escape(name)}\b", text)]
