"""Layout: where the tiles of a scene stand on a picture, and which are left out so that no letter gets too small.

Owns the sizes that kinds of tile need, counted in the smallest legible text, and the packing. A pure function of scene
and view: the same scene on a farther wall has fewer tiles, never smaller letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ioc.walls.scenes import Kind, Scene, Tile
from ioc.walls.sight import View

SHAPES: dict[str, float] = {
    "9:16": 9 / 16, "3:4": 3 / 4, "1:1": 1.0, "4:3": 4 / 3, "16:10": 16 / 10, "16:9": 16 / 9, "21:9": 64 / 27,
    "32:9": 32 / 9,
}  # fmt: skip
"""Pictures that a plan is made for, narrowest first. A screen takes the widest that is no wider than itself."""
HEAD, FOOT, EDGE, GAP = 3.0, 2.4, 1.0, 0.8
"""Title line, foot line, border and space between tiles, in units."""
WIDTH: dict[Kind, float] = {
    Kind.NUMBER: 14.0, Kind.MAP: 19.0, Kind.GAPS: 19.0, Kind.RANKING: 14.0, Kind.TREND: 17.0, Kind.ALERTS: 16.0,
    Kind.QUALITY: 21.0, Kind.TEXT: 14.0, Kind.CLOCK: 13.0,
}  # fmt: skip
HEIGHT: dict[Kind, float] = {
    Kind.NUMBER: 11.1, Kind.MAP: 18.0, Kind.GAPS: 18.0, Kind.TREND: 13.5, Kind.TEXT: 8.5, Kind.CLOCK: 10.0,
}  # fmt: skip
LIST: dict[Kind, tuple[float, float, int]] = {
    Kind.RANKING: (6.6, 1.7, 3), Kind.ALERTS: (3.6, 3.4, 1), Kind.QUALITY: (6.4, 2.8, 3),
}  # fmt: skip
"""Of a list: height of all but its lines, height of a line, fewest lines."""
COMFORT: dict[Kind, float] = {Kind.NUMBER: 13.9, Kind.TREND: 15.0}
"""Height at which a tile has room for all of its lines: spare space goes there before anything else grows."""
GROW: dict[Kind, float] = {
    Kind.NUMBER: 0.25, Kind.TEXT: 0.15, Kind.CLOCK: 0.25, Kind.ALERTS: 0.8, Kind.RANKING: 1.0, Kind.TREND: 1.0,
    Kind.QUALITY: 1.2, Kind.MAP: 2.0, Kind.GAPS: 2.0,
}  # fmt: skip
LEAD_SHARES = (0.52, 0.48, 0.44, 0.4, 0.36, 0.32)
WIDEST_LEAD = 1.55
"""Width of a lead beside the height it has: a map gains nothing from more."""
WIDEST_COLUMN = 38.0
_SLACK = 1e-6


@dataclass(frozen=True)
class Box:
    """A tile's place in units, from the upper left corner of the picture; `rows` are the lines a list may show."""

    x: float
    y: float
    width: float
    height: float
    rows: int = 0


@dataclass(frozen=True)
class Plan:
    """Places by the tile's number in its scene, and the numbers of the tiles that found none."""

    boxes: dict[int, Box]
    dropped: tuple[int, ...]


def needs(tile: Tile) -> tuple[float, float]:
    """Least width and height of a tile in units."""
    if tile.kind in LIST:
        frame, line, fewest = LIST[tile.kind]
        return WIDTH[tile.kind], frame + line * min(fewest, tile.rows)
    return WIDTH[tile.kind], HEIGHT[tile.kind]


def plan(scene: Scene, seen: View) -> Plan:
    """Place as many tiles of `scene` as can be read; the least important is left out first, of equals the last."""
    kept = list(range(len(scene.tile)))
    dropped: list[int] = []
    area = Box(EDGE, HEAD, seen.columns - 2 * EDGE, seen.rows - HEAD - FOOT)
    while kept:
        boxes = _place({at: scene.tile[at] for at in kept}, area)
        if boxes is not None:
            lined = {at: _lined(scene.tile[at], box) for at, box in boxes.items()}
            return Plan(lined, tuple(sorted(dropped)))
        least = max(kept, key=lambda at: (scene.tile[at].priority, at))
        kept.remove(least)
        dropped.append(least)
    return Plan({}, tuple(sorted(dropped)))


def _lined(tile: Tile, box: Box) -> Box:
    if tile.kind not in LIST:
        return box
    frame, line, _ = LIST[tile.kind]
    rows = min(tile.rows, int((box.height - frame + _SLACK) / line))
    return Box(box.x, box.y, box.width, box.height, rows)


def _place(tiles: dict[int, Tile], area: Box) -> dict[int, Box] | None:
    lead = next((at for at, tile in tiles.items() if tile.lead), None)
    if lead is None:
        return _columns(tiles, area)
    width, height = needs(tiles[lead])
    others = {at: tile for at, tile in tiles.items() if at != lead}
    if width > area.width + _SLACK or height > area.height + _SLACK:
        return None
    if not others:
        return {lead: area}
    wide = area.width > area.height
    for share in LEAD_SHARES:
        if wide:
            mine = min(area.width * share, area.height * WIDEST_LEAD)
            rest = Box(area.x + mine + GAP, area.y, area.width - mine - GAP, area.height)
            first = Box(area.x, area.y, mine, area.height)
        else:
            mine = min(area.height * share, area.width / 1.1)
            rest = Box(area.x, area.y + mine + GAP, area.width, area.height - mine - GAP)
            first = Box(area.x, area.y, area.width, mine)
        if first.width + _SLACK < width or first.height + _SLACK < height:
            return None
        found = _columns(others, rest)
        if found is not None:
            return {lead: first, **found}
    return None


def _columns(tiles: dict[int, Tile], area: Box) -> dict[int, Box] | None:
    """Stack tiles, in their order, in as few columns as hold them without being too wide to read along."""
    widest = max(needs(tile)[0] for tile in tiles.values())
    most = min(len(tiles), int((area.width + GAP + _SLACK) / (widest + GAP)))
    counts = sorted(range(1, most + 1), key=lambda n: ((area.width - (n - 1) * GAP) / n > WIDEST_COLUMN, n))
    for count in counts:
        width = (area.width - (count - 1) * GAP) / count
        rows = _rows(tiles, width)
        columns = _share(rows, count, area.height, tiles)
        if columns is not None:
            return _stretch(columns, area, tiles)
    return None


def _rows(tiles: dict[int, Tile], width: float) -> list[tuple[int, ...]]:
    """Numbers that follow each other stand beside each other; everything else has a row of its own."""
    rows: list[tuple[int, ...]] = []
    for is_number, group in groupby(tiles, key=lambda at: tiles[at].kind is Kind.NUMBER):
        found = list(group)
        if not is_number:
            rows += [(at,) for at in found]
            continue
        beside = max(1, int((width + GAP + _SLACK) / (WIDTH[Kind.NUMBER] + GAP)))
        lines = -(-len(found) // beside)
        size, more = divmod(len(found), lines)
        start = 0
        for line in range(lines):
            end = start + size + (line < more)
            rows.append(tuple(found[start:end]))
            start = end
    return rows


def _tall(row: Sequence[int], tiles: dict[int, Tile]) -> float:
    return max(needs(tiles[at])[1] for at in row)


def _share(
    rows: list[tuple[int, ...]], count: int, height: float, tiles: dict[int, Tile]
) -> list[list[tuple[int, ...]]] | None:
    """Rows in `count` columns of `height`, in order and as even as may be; None when they do not fit."""
    talls = [_tall(row, tiles) for row in rows]
    for goal in (sum(talls) / count, height):
        columns: list[list[tuple[int, ...]]] = [[]]
        used = 0.0
        for row, tall in zip(rows, talls, strict=True):
            full = used + GAP + tall > height + _SLACK or used + tall / 2 > goal
            if columns[-1] and full and (len(columns) < count):
                columns.append([])
                used = 0.0
            used += tall + (GAP if columns[-1] else 0.0)
            columns[-1].append(row)
        if all(_stacked(column, tiles) <= height + _SLACK for column in columns):
            return columns
    return None


def _stacked(column: list[tuple[int, ...]], tiles: dict[int, Tile]) -> float:
    return sum(_tall(row, tiles) for row in column) + GAP * (len(column) - 1)


def _stretch(columns: list[list[tuple[int, ...]]], area: Box, tiles: dict[int, Tile]) -> dict[int, Box]:
    """Give away the space that is left: columns in equal parts, rows by what they gain from it."""
    width = (area.width - (len(columns) - 1) * GAP) / len(columns)
    boxes: dict[int, Box] = {}
    for place, column in enumerate(columns):
        spare = area.height - _stacked(column, tiles)
        wishes = [
            max(0.0, *(COMFORT.get(tiles[at].kind, 0.0) - _tall(row, tiles) for at in row)) for row in column
        ]
        given = min(1.0, spare / sum(wishes)) if sum(wishes) else 0.0
        left_over = spare - given * sum(wishes)
        weights = [max(GROW[tiles[at].kind] for at in row) for row in column]
        top = area.y
        for row, wish, weight in zip(column, wishes, weights, strict=True):
            height = _tall(row, tiles) + given * wish + left_over * weight / sum(weights)
            part = (width - (len(row) - 1) * GAP) / len(row)
            for n, at in enumerate(row):
                left = area.x + place * (width + GAP) + n * (part + GAP)
                boxes[at] = Box(left, top, part, height)
            top += height + GAP
    return boxes
