"""k defects of one kind, put into clean rows and refreshed for real, lower that score by exactly what they should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ioc.quality.criteria import Criterion, Score
from ioc.quality.report import Report
from ioc.warehouse.quality_shelf import CellCount, FlawRows, Standing
from tests.refresh.tiny import BINH_LU, DOAN_KET, NOW, TA_TONG, Office, kpi, present, row, site

Rows = list[dict[str, Any]]
MONTHS = ("2025-12", "2026-01", "2026-02")
TODAY = (DOAN_KET, BINH_LU, TA_TONG)
PER_CELL = 5
PROMISE = timedelta(days=41)


def clean(communes: tuple[str, ...]) -> Rows:
    """Five whole rows a commune and month, and one of the last day, so that the data reach to the end of February."""
    return [
        row(code, f"{month}-{day:02} 08:00:00", channel=1, fee=100, paid=50)
        for code in communes for month in MONTHS for day in range(1, PER_CELL)
    ] + [row(code, f"{month}-28 23:59:59") for code in communes for month in MONTHS] + [
        row(communes[0], "2026-03-01 00:00:01")
    ]  # fmt: skip


@pytest.fixture
def everybody() -> tuple[str, ...]:
    """All communes of the register: whoever is not among the rows is missing."""
    from tests.refresh.tiny import lai_chau

    return tuple(area.code for area in lai_chau().communes)


@pytest.fixture
def examine(tmp_path: Path) -> Callable[..., Report]:
    """Refresh rows for real and read what the run left."""
    numbers: Iterator[int] = iter(range(1, 100))

    def run(rows: Rows, **given: Any) -> Report:
        number = next(numbers)
        kpis = (kpi("all", "count()"), kpi("online", "count(channel == 2)", denominator="count()"))
        office = Office(tmp_path / str(number), site(kpis=kpis, schedule={"promise": "41d"}, **given))
        outcome = office.refresh(rows)
        assert outcome.reason is None, outcome.message
        found = outcome.quality()
        assert found is not None
        flaws = [FlawRows(r["area"], r["code"], r["column"], r["rows"], ()) for r in found.flaws.to_pylist()]
        cells = [CellCount(**r) for r in found.cells.to_pylist()]
        spec = next(iter(office.site.sources.values()))
        return Report.of(spec, Standing(spec.id, number, outcome.as_of, number), flaws, cells)

    return run


def fallen(before: Score, after: Score) -> dict[Criterion, float]:
    """By how much each score fell, where it did."""
    pairs = zip(before.by_criterion.items(), after.by_criterion.values(), strict=True)
    return {name: (old or 0) - (new or 0) for (name, old), new in pairs if old != new}


FLAWS: dict[str, tuple[dict[str, Any], Criterion, bool]] = {
    "a part above its whole": ({"paid": 200}, Criterion.CORRECT, True),
    "a negative fee": ({"fee": -1, "paid": None}, Criterion.CORRECT, True),
    "a value that is not allowed": ({"channel": 7}, Criterion.CORRECT, True),
    "a cell nobody can read": ({"fee": "năm mươi"}, Criterion.CORRECT, True),
    "a date to come": ({"finished": None, "received": "2027-01-01 08:00:00"}, Criterion.CORRECT, True),
    "an empty required cell": ({"channel": None}, Criterion.COMPLETE, True),
    "an unknown code": ({"code": "99999"}, Criterion.CLEAN, False),
    "an old code after the reform": ({"code": "03386"}, Criterion.CLEAN, False),
    "a name of another commune": ({"name": "Xã Tả Lèng"}, Criterion.CLEAN, False),
}


@pytest.mark.parametrize("k", [1, 3, 4])
@pytest.mark.parametrize("what", FLAWS)
def test_k_defects_lower_their_score_by_k_of_all_rows_and_no_other(examine, everybody, what, k) -> None:
    changes, criterion, known = FLAWS[what]
    rows = clean(everybody)
    before = examine(rows).score(NOW)
    assert before == Score(100, 100, 100, 100)
    spoilt = [one | changes if place < k else one for place, one in enumerate(rows)]
    report = examine(spoilt)
    assert fallen(before, report.score(NOW)) == {criterion: pytest.approx(100 * k / len(rows))}
    assert report.score(NOW).overall == pytest.approx(100 - 100 * k / len(rows))
    # where the commune can be told it answers itself, otherwise the province does
    here, mine = present(everybody[0]), sum(one["code"] == everybody[0] for one in rows)
    lost = 100 * k / mine if known else 0
    local = report.score(NOW, area=here)
    assert getattr(local, criterion.value) == pytest.approx(100 - lost)
    assert all(
        score == 100 for name, score in local.by_criterion.items() if name is not criterion
    )  # fmt: skip
    assert report.score(NOW, area=present(everybody[1])) == Score(100, 100, 100, 100)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_k_rows_sent_twice_lower_clean_by_their_share_of_all_rows(examine, everybody, k) -> None:
    rows = clean(everybody)
    before, after = examine(rows).score(NOW), examine(rows + [dict(one) for one in rows[:k]]).score(NOW)
    assert fallen(before, after) == {Criterion.CLEAN: pytest.approx(100 * k / (len(rows) + k))}


@pytest.mark.parametrize("k", [1, 5])
def test_k_communes_that_miss_a_month_lower_complete_by_their_cells(examine, everybody, k) -> None:
    rows = clean(everybody)
    silent = set(everybody[1 : 1 + k])
    kept = [one for one in rows if not (one["code"] in silent and one["received"].startswith("2026-01"))]
    report = examine(kept)
    cells = len(everybody) * len(MONTHS)
    assert fallen(examine(rows).score(NOW), report.score(NOW)) == {
        Criterion.COMPLETE: pytest.approx(100 * k / cells)
    }
    assert report.score(NOW, area=present(everybody[1])).complete == pytest.approx(100 * 2 / 3)
    assert report.score(NOW, kpi="all", area=present(everybody[1])).complete == pytest.approx(100 * 2 / 3)
    assert report.score(NOW, area=present(everybody[0])).complete == 100


def test_data_that_grow_old_lower_live_alone_evenly_to_twice_the_promise(examine, everybody) -> None:
    report = examine(clean(everybody))
    assert report.standing.as_of is not None
    for share in (0.0, 0.1, 0.5, 0.9, 1.0, 3.0):
        now = report.standing.as_of + PROMISE * (1 + share)
        expected = {Criterion.LIVE: pytest.approx(100 * min(share, 1))} if share else {}
        assert fallen(Score(100, 100, 100, 100), report.score(now)) == expected


def test_rows_older_than_the_history_are_no_flaw_and_no_row(examine, everybody) -> None:
    rows = clean(everybody)
    report = examine([*rows, *(row(DOAN_KET, "2019-05-05 08:00:00") for _ in range(9))], months=6)
    assert report.score(NOW) == Score(100, 100, 100, 100)
    assert report.counts().rows == len(rows)


def test_every_judged_row_is_counted_once_whatever_is_wrong_with_it(examine, everybody) -> None:
    rows = clean(everybody)
    for place, (changes, _, _) in enumerate(FLAWS.values()):
        rows[place] |= changes
    rows[20] = rows[20] | {"code": "99999", "channel": None}  # two flaws, one verdict
    report = examine(rows)
    assert report.counts().rows == len(rows)
    assert sum(report.counts().flaws.values()) == len(FLAWS) + 1
    assert sum(flaw.rows for flaw in report.flaws_in()) == len(FLAWS) + 1


def test_a_standing_over_all_rows_counts_its_sound_rows_too(tmp_path: Path) -> None:
    open_ones = kpi("open", "count(received <= at)", measure="stock")
    outcome = Office(tmp_path, site(kpis=(open_ones,))).refresh([row(), row(), row("99999")])
    found = outcome.quality()
    assert found is not None
    assert found.totals().rows == 3
    assert found.totals().against(Criterion.CLEAN) == 1


def test_a_figure_renewed_by_the_quarter_owes_one_month_of_each_quarter(tmp_path: Path) -> None:
    months = ("2025-03", "2025-06", "2025-12")  # nothing for the third quarter
    by_quarter = kpi("all", "count()", cycle="quarter", cumulative=False)
    everyone = Office(tmp_path, site(kpis=(by_quarter,), schedule={"promise": "120d"}))
    codes = [area.code for area in everyone.register.communes]
    outcome = everyone.refresh([row(code, f"{month}-05 08:00:00") for code in codes for month in months])
    found = outcome.quality()
    assert found is not None
    here = next(one for one in found.cells.to_pylist() if one["area"] == present(codes[0]))
    # data reach to 5 December: three whole quarters, of which the third is missing
    assert (here["due"], here["present"]) == (3, 2)
