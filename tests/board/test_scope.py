"""Nothing outside a scope is ever read, whatever a wider scope has left in the caches."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ioc.access import OPEN, Scope
from ioc.areas import COMMUNES, DEPARTMENTS
from ioc.board import Board
from ioc.unknown import OutOfScopeError
from ioc.web import documents
from tests.board.province import ROOT, Province, numbers, villages

KPIS = ["online", "overdue", "received", "standing"]


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    province = Province(tmp_path_factory.mktemp("scope"))
    province.publish(numbers(province), villages(province))
    province.publish(numbers(province, shift=-3), villages(province))
    found = Board(
        province.warehouse.latest(), province.site, province.register, province.warehouse, previous=1
    )
    for kpi in KPIS:  # the widest scope has asked for everything before
        documents.values(found, kpi, "2026-10", OPEN)
    documents.periods(found, OPEN)
    documents.catalogue(found, OPEN, "vi")
    documents.places(found, "village", OPEN, None)
    found.changes(OPEN, 1000)
    return found


AREAS = [f"{at:05d}@20250701" for at in range(1, 7)] + [ROOT]
SCOPES = st.builds(
    Scope,
    st.none() | st.frozensets(st.sampled_from(AREAS)),
    st.none() | st.frozensets(st.sampled_from(KPIS)),
)


def visible(scope: Scope, area: str) -> bool:
    """The rule, said independently of the code: parts of the root are seen with the root."""
    return scope.areas is None or area.removesuffix(DEPARTMENTS).removesuffix(COMMUNES) in scope.areas


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(SCOPES, st.sampled_from(KPIS), st.sampled_from([*AREAS, ROOT + DEPARTMENTS, ROOT + COMMUNES]))
def test_no_cell_outside_the_scope(board, scope, kpi, area):
    if scope.kpis is not None and kpi not in scope.kpis:
        for read in (
            lambda: board.row(kpi, "2026-10", scope),
            lambda: board.strip(kpi, "2026-10", scope),
            lambda: board.cell(kpi, area, "2026-10", scope),
            lambda: board.series(kpi, area, scope),
            lambda: board.total(kpi, "2026-10", scope),
            lambda: board.rank(kpi, "2026-10", scope),
            lambda: documents.values(board, kpi, "2026-10", scope),
        ):
            with pytest.raises(OutOfScopeError):
                read()
        return
    row = board.row(kpi, "2026-10", scope)
    assert [cell.area for cell in row] == [one.id for one in board.communes if visible(scope, one.id)]
    assert set(board.rank(kpi, "2026-10", scope)) <= {cell.area for cell in row}
    if visible(scope, area):
        assert board.cell(kpi, area, "2026-10", scope).area == area
    else:
        with pytest.raises(OutOfScopeError):
            board.cell(kpi, area, "2026-10", scope)
        with pytest.raises(OutOfScopeError):
            board.series(kpi, area, scope)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(SCOPES)
def test_documents_changes_and_places_stay_inside_too(board, scope):
    for kpi in KPIS:
        if not scope.allows(kpi=kpi):
            continue
        found = json.loads(documents.values(board, kpi, "2026-10", scope).raw)
        assert len(found["v"]) == len(found["s"]) == len(board.communes)
        for area, value, letter in zip(board.communes, found["v"], found["s"], strict=True):
            if not visible(scope, area.id):
                assert (value, letter) == (None, documents.HIDDEN)
            else:
                assert letter != documents.HIDDEN
        assert (found["t"] is not None) == visible(scope, ROOT)
    allowed = {kpi for kpi in KPIS if scope.allows(kpi=kpi)}
    assert set(json.loads(documents.periods(board, scope).raw)["kpis"]) == allowed
    named = {kpi["id"] for kpi in json.loads(documents.catalogue(board, scope, "vi").raw)["kpis"]}
    assert named == allowed
    for change in board.changes(scope, 1000):
        assert change.kpi in allowed and visible(scope, change.area)
    assert all(visible(scope, place.area) for place in board.places("village", scope))
    points = json.loads(documents.places(board, "village", scope, None).raw)["points"]
    assert len(points) == len(board.places("village", scope))


@given(SCOPES, SCOPES)
def test_different_scopes_never_share_a_cache_key(one, other):
    assert (one.key == other.key) == (one == other)
