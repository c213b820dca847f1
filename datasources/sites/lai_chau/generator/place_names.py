"""Names of villages, put together from the syllables of the peoples of Lai Châu.

Owns invented names that read naturally beside the real one, Tia Ma Mủ. Which peoples live where follows
the former districts, roughly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_PARTS: dict[str, tuple[str, str]] = {
    "Thái": (
        "Nà Nậm Pắc Huổi Phiêng Co Hua Noong Chiềng Tông Pá Bó",
        "Khoang|Phát|Ban|Luồng|Sảo|Van|Khương|Cang|Lại|Hăn|Sẳng|Khằm|Ngoa|Ít|Phầy|Cuổng|Tăm|Én|Kè|Mít|Lốm|Bon",
    ),
    "Mông": (
        "Sin Lao Tả Háng Sáng Chế Séo Xà Trung Pờ Can Giàng Lùng",
        "Chải|Phìn|Hồ|Lìa|Ma Pho|Cu Nha|Lèng|Páo|Thàng|Súng|Tỷ|Sua|Dê|Chồ|Ma Seo|Tủa",
    ),
    "Dao": (
        "Tả Phìn Hoàng Lản Mồ Sì Ky Vàng Phố Ngài",
        "Thầu|Sẻ|Sang|Quan San|Phùng|San|Lầu|Cải|Vây|Choang|Chồ Hồ|Hồ Thầu",
    ),
    "Hà Nhì": ("Ló U Mù Gò Là Xi Chà A Lò Mé", "Na|Ma|Su|Khà|Pê|Nế|Gì|Kế|Chú|Pa|Gióng|Tổ"),
    "La Hủ": ("Hà Pha Nhú Xà Cờ Phí Ứ Thăm", "Xi|Bu|Ma|Hồ|Lò|Chi|Nê|Cả|Pa|Hà Xi"),
    "Mảng": ("Nậm Hua Pá Huổi Nậm", "Nghẹ|Sảo|Tần|Hạ|Ô|Cười|Ngò|Vản|Chà|Sập"),
    "Giáy": ("San Tả Nà Cốc Lùng Bản", "Thàng|Sin|Bỏ|Hà|Pạt|Lùng|Cuổi|Vai|Than"),
    "Lự": ("Nà Bản Nậm Hợp", "Hon|Hoi|Khum|Đông|Pất|Thẳm|Tăm Lự"),
}
_BY_DISTRICT: dict[str, tuple[tuple[str, float], ...]] = {
    "TPLC": (("Giáy", 4), ("Thái", 3), ("Mông", 2), ("Dao", 1)),
    "TĐ": (("Mông", 4), ("Thái", 2), ("Dao", 2), ("Lự", 1), ("Giáy", 1)),
    "MT": (("Hà Nhì", 3), ("La Hủ", 3), ("Thái", 2), ("Mông", 2)),
    "NN": (("Thái", 3), ("Mảng", 3), ("Mông", 3)),
    "SH": (("Mông", 4), ("Dao", 3), ("Thái", 3)),
    "PT": (("Dao", 4), ("Mông", 4), ("Thái", 2)),
    "TU": (("Thái", 7), ("Mông", 3)),
    "TâU": (("Thái", 6), ("Mông", 3), ("Giáy", 1)),
}
THON_PEOPLES = frozenset({"Giáy"})
"""Peoples whose villages are called thôn here; the others live in bản."""


def names(rng: np.random.Generator, districts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Endless (people, name), no name twice; a name met again becomes a second village of that name."""
    peoples = [pair for district in districts for pair in _BY_DISTRICT[district]]
    chances = np.array([weight for _, weight in peoples])
    seen: dict[str, int] = {}
    while True:
        people = peoples[int(rng.choice(len(peoples), p=chances / chances.sum()))][0]
        firsts, seconds = _PARTS[people]
        head, tail = str(rng.choice(firsts.split())), str(rng.choice(seconds.split("|")))
        if tail.startswith(head):
            continue
        name = f"{head} {tail}"
        seen[name] = seen.get(name, 0) + 1
        yield people, name if seen[name] == 1 else f"{name} {seen[name]}"
