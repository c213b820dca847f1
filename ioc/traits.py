"""Traits: what a site looks at when it asks which communes are alike.

Owns the form of ``[[trait]]`` in site.toml and its faults. A trait is context (size, density, remoteness), never
the performance that is to be compared. How communes are measured by traits is `ioc.peers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from ioc.catalogue import Identifier, Kpi, Strict, Text
from ioc.contract import SourceSpec


class Trait(Strict):
    """One property by which communes are compared.

    `of`: ``km2`` (area in the register), ``distance`` (kilometres to the seat of commune `to`, else to that of the
    nearest ward), ``ward`` (1 for a ward, 0 for another commune), ``places`` (points of kind `place`), ``kpi`` (a `part`
    of its newest figure). `per` divides by another trait, named before. `scale`: sizes are compared by ratio (log).
    """

    id: Identifier
    name: Text
    unit: Text | None = None
    of: Literal["km2", "distance", "ward", "places", "kpi"]
    kpi: str | None = None
    part: Literal["value", "numerator", "denominator"] = "value"
    place: str | None = None
    to: str | None = Field(default=None, pattern=r"^\d{5}$")
    per: str | None = None
    scale: Literal["log", "plain"] = "log"
    decimals: int = Field(default=0, ge=0, le=3)
    weight: float = Field(default=1.0, gt=0, le=10)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for field, kind in (("kpi", "kpi"), ("place", "places")):
            if (getattr(self, field) is not None) is not (self.of == kind):
                raise ValueError(f'{field}: ghi khi và chỉ khi of = "{kind}"')
        if self.to is not None and self.of != "distance":
            raise ValueError('to: chỉ ghi khi of = "distance"')
        return self


def _plain(id: str, vi: str, en: str, unit: tuple[str, str] | None, of: str, **more: Any) -> Trait:
    name, units = Text(vi=vi, en=en), unit and Text(vi=unit[0], en=unit[1])
    return Trait.model_validate({"id": id, "name": name, "unit": units, "of": of, **more})


REGISTER_TRAITS = (
    _plain("km2", "Diện tích", "Area", ("km²", "km²"), "km2", decimals=1),
    _plain("distance", "Đường chim bay đến phường gần nhất", "As the crow flies to the nearest ward", ("km", "km"), "distance"),
    _plain("ward", "Là phường", "Is a ward", None, "ward", scale="plain"),
)  # fmt: skip
"""What the register knows of every commune: the traits of a site that declares none."""


def trait_faults(
    traits: Iterable[Trait], kpis: Mapping[str, Kpi], sources: Mapping[str, SourceSpec]
) -> Iterator[tuple[str, str, str]]:
    """Trait, field and reason of everything that does not fit the rest of the site."""
    kinds = {spec.place.kind for spec in sources.values() if spec.place}
    known: set[str] = set()
    for one in traits:
        if one.id in known:
            yield one.id, "id", "đã dùng cho một đặc điểm khác; mỗi id chỉ dùng một lần"
        if one.kpi is not None:
            kpi = kpis.get(one.kpi)
            if kpi is None:
                yield one.id, "kpi", f"{one.kpi!r} không có trong danh mục chỉ số"
            elif kpi.level == "province":
                yield one.id, "kpi", f"{one.kpi!r} chỉ có số toàn tỉnh; chọn chỉ số có số của từng xã"
            elif one.part == "denominator" and kpi.denominator is None:
                yield one.id, "part", f"{one.kpi!r} không có mẫu số; viết value hoặc numerator"
        if one.place is not None and one.place not in kinds:
            has = ", ".join(sorted(kinds)) or "chưa có loại nào"
            yield one.id, "place", f"không nguồn nào cung cấp điểm loại {one.place!r}; đã có: {has}"
        if one.per is not None and one.per not in known:
            yield one.id, "per", f"{one.per!r} phải là id của một đặc điểm khai báo phía trên"
        known.add(one.id)
