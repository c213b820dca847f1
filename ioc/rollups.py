"""Which measures each kind of aggregation can be made of: a rule that cannot apply is refused, not bent.

Owns the faults of a KPI whose measures and aggregation do not go together, in the words of `ioc check`, and
the formula of an official figure. Must not know rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ioc.catalogue import Aggregation, Kpi
from ioc.contract import SourceSpec
from ioc.measures import Formula, is_weighted, parse_measure

_ADDED = (Aggregation.RATIO, Aggregation.SUM, Aggregation.POPULATION)


def rollup_faults(kpi: Kpi, spec: SourceSpec) -> Iterator[tuple[str, str]]:
    """Field and reason of all that keeps `kpi` from being rolled up. Its measures have passed `check_measure`."""
    formulas = {
        field: parse_measure(text, spec.column)
        for field, text in (("numerator", kpi.numerator), ("denominator", kpi.denominator))
        if text is not None
    }
    if kpi.aggregation in _ADDED:
        for field, formula in formulas.items():
            if not formula.additive:
                yield field, _not_additive(formula.function, kpi.aggregation)
    if kpi.aggregation is Aggregation.POPULATION and not is_weighted(kpi.numerator, kpi.denominator or ""):
        yield (
            "numerator",
            "population_weighted cần tử số sum(giá_trị * dân_số) và mẫu số sum(dân_số) trên cùng các dòng; "
            "viết cột của mẫu số vào phép nhân ở tử số",
        )
    if kpi.aggregation is Aggregation.DISTINCT and all(f.function != "distinct" for f in formulas.values()):
        yield "numerator", 'aggregation = "distinct" cần ít nhất một phép đếm distinct(cột, điều kiện)'
    if kpi.aggregation is Aggregation.OFFICIAL:
        yield from _official_faults(formulas, spec)


def _not_additive(function: str, kind: Aggregation) -> str:
    if function == "distinct":
        return (
            f"đếm phân biệt (distinct) không cộng được giữa các xã nên không dùng với {kind}; "
            'viết aggregation = "distinct" để đếm lại từ dòng dữ liệu'
        )
    return (
        f"{function}(...) không cộng được giữa các xã nên không dùng với {kind}; "
        f'viết aggregation = "{function}" hoặc dùng sum(...)'
    )


def _official_faults(formulas: dict[str, Formula], spec: SourceSpec) -> Iterator[tuple[str, str]]:
    for field, formula in formulas.items():
        if formula.function != "max":
            yield (
                field,
                "số chính thức (official) được nhập nguyên, không cộng và không đếm; viết max(cột, điều kiện)",
            )
    if spec.area.departments is None:
        yield (
            "aggregation",
            f"nguồn {spec.id} không đánh dấu dòng của toàn tỉnh; khai báo area.level và area.departments",
        )


def single(text: str, spec: SourceSpec) -> Formula:
    """The formula of an official figure: the one value its rows agree on, unknown where they disagree."""
    highest = parse_measure(text, spec.column)
    lowest = parse_measure("min" + text.strip()[len("max") :], spec.column)
    return replace(highest, sql=f"CASE WHEN {highest.sql} = {lowest.sql} THEN {highest.sql} END")
