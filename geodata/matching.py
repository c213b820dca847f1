"""Which submitted shape is which commune, and whether it can be.

Owns the comparison with the register: codes must fit one to one; areas and seats must be plausible. Must not
repair anything and never matches by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.canvas import SCALE_FACTOR
from geodata.submission import SKIPPED, BoundaryError, Submission, listing
from ioc.areas import Area, name_key
from ioc.drawings import Projection

Geometries = NDArray[Any]

AREA_TOLERANCE = 0.001
"""A total area farther than this from the register's is told."""
AREA_REFUSED = 0.2
"""Where the usual commune is farther than this from its area, the file cannot be of this province.

The usual one and not the total: the packaged list gives some communes the area of a namesake elsewhere, so
that right boundaries of Hưng Yên or Ninh Bình come to a third less than its total.
"""
SEAT_KM = 15.0
"""A seat farther than this from its commune's boundaries is told."""


def known_area(communes: Sequence[Area]) -> float | None:
    """The register's total in km²; None when it does not know every area."""
    sizes = [area.km2 for area in communes]
    return sum(size for size in sizes if size) if all(sizes) else None


def match(submission: Submission, communes: Sequence[Area], former: Sequence[Area] = ()) -> list[int]:
    """Positions of the submitted shapes in the order of the communes; refuses missing, double and unknown.

    `former` are the units of before the reform: an unknown code that was one of theirs is told as such.
    """
    wanted = {area.code: area for area in communes}
    count = Counter(submission.codes)
    problems = []
    if missing := [f"{code} {area.name}" for code, area in wanted.items() if code not in count]:
        problems.append(
            f"Thiếu ranh giới của {len(missing)} đơn vị: {listing(missing)}. Hãy bổ sung rồi nhập lại."
        )
        problems += [note for note in submission.notes if note.startswith(SKIPPED)]
    if double := [
        f"{code} {wanted[code].name if code in wanted else ''}".strip() for code, n in count.items() if n > 1
    ]:
        problems.append(
            f"Trùng mã, một đơn vị có nhiều hơn một hình: {listing(double)}. Hãy gộp các mảnh của một đơn vị "
            "thành một MultiPolygon, hoặc bỏ hình thừa."
        )
    unknown = [(c, n) for c, n in zip(submission.codes, submission.names, strict=True) if c not in wanted]
    if unknown:
        problems.append(
            f"Mã không thuộc danh mục hiện hành: {listing([f'{c} {n}'.strip() for c, n in unknown])}. "
            "Hãy sửa mã hoặc bỏ các hình này."
        )
    before = {area.code: area.name for area in former}
    if old := [f"{code} {before[code]}" for code, _ in unknown if code in before]:
        problems.append(
            f"{len(old)} mã là của đơn vị trước ngày sắp xếp 1/7/2025: {listing(old, 5)}. Hãy dùng tệp ranh giới "
            "sau sắp xếp."
        )
    for code, name in unknown[:20]:
        twins = [
            a for c, a in wanted.items() if c not in count and name and name_key(a.name) == name_key(name)
        ]
        if len(twins) == 1:
            problems.append(
                f"Mã {code} “{name}” có thể là {twins[0].code} {twins[0].name} trong danh mục. Nếu đúng, "
                f'khai [[unit]] với code = "{code}", replaces = "{twins[0].code}" và căn cứ pháp lý trong '
                "site.toml rồi nhập lại."
            )
    if problems:
        raise BoundaryError(*problems)
    place = {code: spot for spot, code in enumerate(submission.codes)}
    return [place[area.code] for area in communes]


def differing_names(submission: Submission, order: Sequence[int], communes: Sequence[Area]) -> list[str]:
    """A Vietnamese warning on names that are not those of their codes; accents may be missing."""
    differing = [
        f"{area.code} “{submission.names[spot]}” (danh mục: {area.name})"
        for spot, area in zip(order, communes, strict=True)
        if submission.names[spot] and _plain(submission.names[spot]) != _plain(area.name)
    ]
    if not differing:
        return []
    return [f"Tên khác danh mục ở {len(differing)} đơn vị, cần kiểm tra mã: {listing(differing, 5)}."]


def _plain(name: str) -> str:
    """A name folded for comparison, without accents and without its type, accented or not."""
    letters = unicodedata.normalize("NFD", name_key(name)).replace("đ", "d").replace("’", "")
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"^(xa|phuong|thi tran|dac khu) (?=.)", "", bare)


def plausible(
    communes: Sequence[Area], shapes: Geometries, sizes: NDArray[np.float64], central_meridian: float
) -> list[str]:
    """Vietnamese warnings on areas that disagree with the register and on shapes far from their seat.

    Raises BoundaryError when the usual commune is so far off that the file must be another one.
    """
    found = []
    # An archipelago's drawn reefs and its official land have nothing to do with one another.
    land = np.array([area.kind != "đặc khu" for area in communes])
    known = known_area([area for area in communes if area.kind != "đặc khu"])
    total = float(sizes[land].sum())
    if known and abs(total / known - 1) > AREA_TOLERANCE:
        found.append(
            f"Tổng diện tích {_number(total)} km² lệch {_number(100 * (total / known - 1), '+,.2f')} % "
            f"so với danh mục {_number(known)} km²."
        )
    ratios = [size / area.km2 for area, size in zip(communes, sizes, strict=True) if area.km2]
    usual = float(np.median(ratios)) if ratios else 1.0
    if abs(usual - 1) > AREA_REFUSED:
        raise BoundaryError(
            *found,
            f"Quá nửa số đơn vị có diện tích khác xa danh mục (thường gấp {_number(usual, '.2f')} lần). "
            "Chênh lệch quá lớn, hãy kiểm tra lại tệp nguồn.",
        )
    off = [
        f"{area.code} {area.name} ({_number(size)} so với {_number(area.km2)} km²)"
        for area, size in zip(communes, sizes, strict=True)
        if area.km2 and not 0.8 < size / area.km2 < 1.25
    ]
    if off:
        found.append(f"Diện tích khác danh mục quá 20 % ở {len(off)} đơn vị: {listing(off, 5)}.")
    plane = Projection(central_meridian, SCALE_FACTOR, 0.0, 0.0, 1.0)
    seats = shapely.points([plane.metres(area.lat or 0.0, area.lon or 0.0) for area in communes])
    away = shapely.distance(shapes, seats) / 1000
    far = [
        f"{a.code} {a.name} ({d:.0f} km)"
        for a, d in zip(communes, away, strict=True)
        if a.lat and d > SEAT_KM
    ]
    if far:
        found.append(
            f"Trụ sở theo danh mục nằm xa ranh giới ở {len(far)} đơn vị, cần kiểm tra mã: {listing(far, 5)}."
        )
    return found


def _number(value: float, form: str = ",.1f") -> str:
    return f"{value:{form}}".translate(str.maketrans(",.", ".,"))
