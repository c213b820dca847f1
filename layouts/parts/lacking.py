"""The villages of one commune that lack something, on its profile.

Owns the arrangement; which gaps there are is `ioc.gaps`'s, and household counts go through its shield.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.areas import Area
from ioc.gaps.register import Village
from ioc.wording import say
from layouts.desk import Desk
from layouts.parts.export import headed
from layouts.parts.gapped import Gapped, address, read_gapped
from layouts.parts.gaps import counted, mark


def lacking(area: Area, desk: Desk) -> html.Section | None:
    """Those with most gaps first; None where the site keeps no register of villages."""
    view, lang = read_gapped(f"?xa={area.code}", desk), desk.lang
    if view is None or view.area is None:
        return None
    known = view.listed(desk.board)
    found = sorted((one for one in known if one.gaps), key=lambda one: -len(one.gaps))
    words = say(
        "profile.villages.count",
        lang,
        n=formats.number(len(found), 0, lang),
        all=formats.number(len(known), 0, lang),
    )
    more = html.A(say("profile.villages.all", lang), href=address(view, desk), className="go")
    parts: list[Any] = [
        headed(html.H2(say("profile.villages.title", lang)), desk, "gap-villages", xa=area.code),
        html.P([words, " ", more], className="quiet"),
    ]
    if found:
        heads = [
            html.Th(say(f"profile.villages.{name}", lang), scope="col")
            for name in ("village", "lacks", "households")
        ]
        body = html.Tbody([_row(one, view, desk) for one in found])
        parts.append(html.Table([html.Thead(html.Tr(heads)), body], className="plain-table lacking"))
    return html.Section(parts)


def _row(village: Village, view: Gapped, desk: Desk) -> html.Tr:
    spec = view.register.definitions.villages
    gaps = [gap for kind, gap in view.register.definitions.kinds.items() if kind in village.gaps]
    shown = [html.Span([mark(gap), gap.short.in_(desk.lang)], className="lacking-gap") for gap in gaps]
    households = view.shield.shown(spec.households, ("village", village.id))
    return html.Tr(
        [
            html.Th(village.name, scope="row"),
            html.Td(shown),
            html.Td(counted(households, view, desk), className="figures"),
        ]
    )
