"""Dividing: the figures of an old unit that the reform divided, shared out among its heirs by weights.

Owns what can be shared honestly (counts and sums), that shares add up to the whole, and the mark of an estimate. What
cannot be shared (an extreme, a count of different things) leaves the heirs without a value for the months concerned:
a figure without the divided unit's part would look whole and not be it. The province, above all parts, keeps all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ioc.areas import Register
from ioc.catalogue import Aggregation
from ioc.crosswalk import DIVIDED, Crosswalk
from ioc.refresh.codes import Root
from ioc.refresh.computed import Computed

_SHAREABLE = (Aggregation.RATIO, Aggregation.SUM)


def tables(
    crosswalk: Crosswalk, register: Register, root: Root, areas: Sequence[str]
) -> tuple[list[tuple[str, str]], list[tuple[str, str, float, int, int]]]:
    """For the divided units among `areas`: what each rolls up to, and its shares.

    A share is (pseudo-area, present commune, weight, place among the parts, how many parts).
    """
    above: list[tuple[str, str]] = []
    shares: list[tuple[str, str, float, int, int]] = []
    for area in areas:
        if not area.endswith(DIVIDED):
            continue
        fate = crosswalk.fates[area.removesuffix(DIVIDED)]
        above += [(area, root.communes), (area, root.id)]
        parents = {register.by_id[heir].parent for heir, _ in fate.shares}
        if root.country and len(parents) == 1 and None not in parents:
            above.append((area, str(parents.pop())))
        shares += [
            (area, heir, weight, place, len(fate.shares))
            for place, (heir, weight) in enumerate(fate.shares, start=1)
        ]
    return above, shares


def shareable(item: Computed) -> bool:
    """Whether the KPI's figures can be shared by weight: it adds, and so do the measures it is made of."""
    plain = all(part.formula.function in ("count", "sum") and not part.formula.members for part in item.parts)
    return item.kpi.aggregation in _SHAREABLE and plain


def divide(run: Callable[[str], None], item: Computed) -> None:
    """Share out the cells of divided units of one KPI, or leave their heirs without a value."""
    mine = f"kpi = {item.number} AND area IN (SELECT divided FROM share)"  # noqa: S608
    something = "(coalesce(n, 0) <> 0 OR coalesce(d, 0) <> 0)"
    if not shareable(item):
        run(
            "DELETE FROM cell USING (SELECT c.kpi, share.area, c.month, c.ytd FROM cell c JOIN share "  # noqa: S608
            f"ON c.area = share.divided WHERE c.kpi = {item.number} AND {something}) gone "
            "WHERE cell.kpi = gone.kpi AND cell.area = gone.area AND cell.month = gone.month "
            "AND cell.ytd = gone.ytd"
        )
        return
    # the last part takes what is left, so that the parts are the whole to the last decimal
    portions = ", ".join(
        f"CASE WHEN place < parts THEN round({name} * weight, 6) ELSE {name} - coalesce(sum(CASE WHEN place < parts "
        f"THEN round({name} * weight, 6) END) OVER (PARTITION BY cell.area, month, ytd), 0) END AS {name}"
        for name in ("n", "d")
    )
    run(
        f"CREATE TABLE portion AS SELECT kpi, share.area, month, ytd, {portions}, {something} AS estimated "  # noqa: S608
        f"FROM cell JOIN share ON cell.area = share.divided WHERE kpi = {item.number}"
    )
    run(
        f"CREATE TABLE whole AS SELECT kpi, area, month, ytd, sum(n) AS n, sum(d) AS d, bool_or(estimated) AS e "  # noqa: S608
        f"FROM (SELECT * FROM cell WHERE kpi = {item.number} AND area IN (SELECT area FROM share) "
        "UNION ALL SELECT * FROM portion) GROUP BY kpi, area, month, ytd"
    )
    run(
        f"DELETE FROM cell WHERE kpi = {item.number} AND area IN (SELECT area FROM share) OR {mine}"  # noqa: S608
    )
    run("INSERT INTO cell SELECT * FROM whole")
    run("DROP TABLE portion")
    run("DROP TABLE whole")
