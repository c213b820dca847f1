"""Which submitted shape is which commune, and whether it can be.

Owns the comparison with the register: codes must fit one to one; areas and seats must be plausible. Must not
repair anything and never matches by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.canvas import SCALE_FACTOR
from geodata.submission import BoundaryError, Submission, listing
from ioc.areas import Area, name_key
from ioc.drawings import Projection

Geometries = NDArray[Any]

AREA_TOLERANCE = 0.001
"""A total area farther than this from the register's is told."""
AREA_REFUSED = 0.2
"""A total area farther than this is refused: the file cannot be of this province."""
SEAT_KM = 15.0
"""A seat farther than this from its commune's boundaries is told."""


def known_area(communes: Sequence[Area]) -> float | None:
    """The register's total in km²; None when it does not know every area."""
    sizes = [area.km2 for area in communes]
    return sum(size for size in sizes if size) if all(sizes) else None


def match(submission: Submission, communes: Sequence[Area]) -> list[int]:
    """Positions of the submitted shapes in the order of the communes; refuses missing, double and unknown."""
    wanted = {area.code: area for area in communes}
    count = Counter(submission.codes)
    problems = []
    if missing := [f"{code} {area.name}" for code, area in wanted.items() if code not in count]:
        problems.append(f"Thiếu ranh giới của {len(missing)} đơn vị: {listing(missing)}.")
    if double := [
        f"{code} {wanted[code].name if code in wanted else ''}".strip() for code, n in count.items() if n > 1
    ]:
        problems.append(f"Trùng mã, một đơn vị có nhiều hơn một hình: {listing(double)}.")
    unknown = [(c, n) for c, n in zip(submission.codes, submission.names, strict=True) if c not in wanted]
    if unknown:
        problems.append(
            f"Mã không thuộc danh mục hiện hành: {listing([f'{c} {n}'.strip() for c, n in unknown])}."
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


def plausible(
    communes: Sequence[Area], shapes: Geometries, sizes: NDArray[np.float64], central_meridian: float
) -> list[str]:
    """Vietnamese warnings on areas that disagree with the register and on shapes far from their seat.

    Raises BoundaryError when the total is so far off that the file must be another one.
    """
    found = []
    # An archipelago's drawn reefs and its official land have nothing to do with one another.
    land = np.array([area.kind != "đặc khu" for area in communes])
    known = known_area([area for area in communes if area.kind != "đặc khu"])
    total = float(sizes[land].sum())
    if known and abs(total / known - 1) > AREA_TOLERANCE:
        text = (
            f"Tổng diện tích {_number(total)} km² lệch {_number(100 * (total / known - 1), '+,.2f')} % "
            f"so với danh mục {_number(known)} km²."
        )
        if abs(total / known - 1) > AREA_REFUSED:
            raise BoundaryError(f"{text} Chênh lệch quá lớn, hãy kiểm tra lại tệp nguồn.")
        found.append(text)
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
