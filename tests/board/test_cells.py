"""A row as arrays judges every number exactly as the cells do, and as the catalogue's own rule."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from ioc.catalogue import Direction, Grade, Kpi, Target, Text, grade
from ioc.cells import GRADES, STATES, cells, grade_codes, strip
from ioc.observations import Observation, Status
from ioc.slices import Slice

TEXT = Text(vi="a", en="a")
LIMITS = st.integers(-5, 5).map(float) | st.floats(-100, 100)


def kpi(direction: Direction, share: bool = True) -> Kpi:
    return Kpi(
        id="rate", name=TEXT, short=TEXT, group="group", owner="owner", unit=TEXT, direction=direction,
        measure="flow", aggregation="ratio_of_sums" if share else "sum", basis="residence", source="source",
        date="day", numerator="count()", denominator="count()" if share else None, formula=TEXT,
        legal_basis="none",
    )  # fmt: skip


@st.composite
def targets(draw, direction: Direction):
    steps = sorted((draw(LIMITS), draw(LIMITS), draw(LIMITS)), reverse=direction is Direction.UP)
    return Target(
        valid_from=date(2020, 1, 1), target=steps[0], warn=steps[1], alert=steps[2], decision="none"
    )


@given(st.data(), st.sampled_from(Direction))
def test_grading_a_row_is_grading_each_of_its_values(data, direction):
    entry = kpi(direction)
    known = data.draw(st.lists(targets(direction) | st.none(), min_size=1, max_size=3))
    edges = [edge for one in known if one for edge in (one.target, one.warn, one.alert)]
    number = st.floats(-100, 100) | st.just(np.nan) | (st.sampled_from(edges) if edges else st.nothing())
    values = data.draw(st.lists(number, min_size=1, max_size=12))
    chosen = [data.draw(st.sampled_from(known)) for _ in values]
    found = [GRADES[code] for code in grade_codes(entry, np.array(values), chosen)]
    assert found == [
        grade(entry, None if np.isnan(value) else value, target)
        for value, target in zip(values, chosen, strict=True)
    ]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(Status), st.none() | st.integers(0, 60).map(float), st.none() | st.floats(0, 100)
    )
    | st.none(),
    min_size=1,
    max_size=10,
)


@example([(Status.FINAL, 0.0, 50.0), (Status.FINAL, 29.0, 50.0), (Status.FINAL, 30.0, 50.0)], True, "2026-10")
@given(ROWS, st.booleans(), st.sampled_from(["2026-10", "2026-11"]))
def test_a_strip_and_its_cells_agree(rows, share, period):
    areas = {f"{at:05d}@0": at for at in range(len(rows))}
    observations = [
        Observation("rate", area, "2026-10", 1.0, row[1], row[2], row[0], None, None, "source", 1)
        for area, row in zip(areas, rows, strict=True)
        if row is not None
    ]
    held = Slice.of(observations, areas)
    entry = kpi(Direction.UP, share)
    target = Target(valid_from=date(2020, 1, 1), target=90, warn=80, alert=60, decision="none")
    wanted = cells(entry, held, period, list(areas), [target] * len(areas))
    found = strip(entry, held, period, list(areas), [target] * len(areas))
    assert [STATES[code] for code in found.state] == [cell.state for cell in wanted]
    assert found.small.tolist() == [cell.small for cell in wanted]
    shown = [None if np.isnan(value) else value for value in found.value]
    assert shown == [cell.value for cell in wanted]
    graded = [
        GRADES[code] if value is not None else Grade.NONE
        for code, value in zip(found.grade, shown, strict=True)
    ]
    assert graded == [cell.grade for cell in wanted]
