"""The command line of walls: which screens there are, and whether every scene can be read on each of them.

Owns what is checked and printed. A screen whose lead or whole scene finds no room, or whose pixels are too coarse for
letters of that size, is a fault; other tiles left out are said, for that is how a scene fits a far wall.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import click

from ioc import console, formats
from ioc.cli import Fault
from ioc.office import Office
from ioc.site import Site
from ioc.walls.layout import plan
from ioc.walls.scenes import Tile
from ioc.walls.screens import Screen
from ioc.walls.sight import ARC_MINUTES, View

COARSEST = 16
"""Pixels of font size below which letters with Vietnamese marks run together."""


@dataclass(frozen=True)
class Finding:
    """One scene on one screen: which tiles find no room, and what makes that a fault (None: nothing)."""

    screen: str
    scene: str
    shown: int
    dropped: tuple[str, ...]
    fault: str | None


def findings(site: Site) -> list[Finding]:
    """Every scene of every screen, judged at the size the screen is configured with."""
    found = []
    for screen in site.screens.values():
        seen, coarse = sight_of(screen), coarse_fault(screen)
        for name in screen.scenes:
            scene = site.scenes[name]
            made = plan(scene, seen)
            lead = next((at for at, tile in enumerate(scene.tile) if tile.lead), None)
            fault = coarse
            if not made.boxes:
                fault = "không ô nào đủ chỗ; đặt màn hình lớn hơn hoặc gần hơn"
            elif lead in made.dropped:
                fault = "ô chính (lead) không đủ chỗ; chọn ô khác làm ô chính hoặc đặt màn hình lớn hơn"
            dropped = tuple(_told(scene.tile[at], site) for at in made.dropped)
            found.append(Finding(screen.id, name, len(made.boxes), dropped, fault))
    return found


def sight_of(screen: Screen) -> View:
    """How the screen is seen, at its own shape."""
    width, height = screen.size
    return View(width / height, screen.height_m, screen.distance_m)


def coarse_fault(screen: Screen) -> str | None:
    """Why the screen's pixels cannot draw its smallest letters; None when they can."""
    size = sight_of(screen).unit * screen.size[1]
    if size >= COARSEST:
        return None
    return f"chữ nhỏ nhất chỉ {formats.number(size, 1)} điểm ảnh, cần từ {COARSEST}; tăng độ phân giải hoặc lùi xa hơn"


def _told(tile: Tile, site: Site) -> str:
    kpi = site.kpis.get(tile.kpi or "")
    return f"{tile.kind.value} {kpi.short.vi}" if kpi else tile.kind.value


@click.command(help="Kiểm tra từng cảnh trên từng màn hình: chữ đủ lớn, ô nào không đủ chỗ.")
@click.option("--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc.")
def check(as_json: bool) -> None:
    """Report every scene on every screen; exit code 1 when one breaks the rule."""
    office: Office = click.get_current_context().obj()
    site = office.site
    found = findings(site)
    faults = [one for one in found if one.fault]
    if as_json:
        console.print_json([asdict(one) for one in found])
    else:
        _print(site, found)
    if faults:
        raise Fault(f"{len(faults)} cảnh không đạt trên {len({one.screen for one in faults})} màn hình.", 1)


def _print(site: Site, found: list[Finding]) -> None:
    for screen in site.screens.values():
        seen = sight_of(screen)
        click.echo(
            f"{screen.name.vi} ({screen.id}): {screen.pixels}, cao {formats.number(screen.height_m, 2)} m, "
            f"nhìn từ {formats.number(screen.distance_m, 1)} m; chữ nhỏ nhất {formats.number(seen.smallest, 1)} phút góc "
            f"(cần {formats.number(ARC_MINUTES)}), {formats.number(seen.unit * screen.size[1])} điểm ảnh"
        )
        for one in found:
            if one.screen != screen.id:
                continue
            told = f"✗ {one.fault}" if one.fault else "✓ đọc được"
            left = f"; bỏ {len(one.dropped)} ô: {', '.join(one.dropped)}" if one.dropped else ""
            click.echo(f"  {one.scene}: {one.shown} ô, {told}{left}")
    if not site.screens:
        click.echo("Chưa cấu hình màn hình nào (screens/*.toml).")
