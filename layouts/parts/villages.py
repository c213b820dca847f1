"""The village register as a list: filters, and of every village its gaps, its point, its survey, what is said of it and
where it comes from.

Owns the arrangement. Totals under a filter are sums of what the list shows, so that a filter tells nothing that is hidden.
"""

from __future__ import annotations

from typing import Any

from dash import html

from ioc import formats
from ioc.gaps.register import Village, communes
from ioc.wording import say
from layouts.address import SOURCES
from layouts.desk import Desk
from layouts.parts.export import export_menu
from layouts.parts.gap_communes import note
from layouts.parts.gapped import FLAGS, ROWS, STANDINGS, WHOLE, Gapped, address, filters, what
from layouts.parts.gaps import counted, mark, number
from layouts.parts.village_words import origin, told


def villages(view: Gapped, desk: Desk) -> html.Section:
    """Filters, the list, its pages, and how many rows stand behind it."""
    lang, found = desk.lang, view.listed(desk.board)
    pages = max(1, -(-len(found) // ROWS))
    whole = view.page is None and len(found) <= WHOLE
    page = None if whole else min(view.page or 1, pages)
    shown = found if page is None else found[(page - 1) * ROWS : page * ROWS]
    return html.Section(
        [
            html.Header(
                [
                    html.H3(say("gaps.list.title", lang)),
                    html.Div(
                        [
                            export_menu(desk, "gap-villages", state=filters(view)),
                            html.Button(say("gaps.print", lang), type="button", className="button is-quiet no-print", **{"data-print": "gaps"}),
                        ],
                        className="has-export",
                    ),
                ],
                className="section-head",
            ),
            _filters(view, desk),
            html.P(_summary(found, view, desk), className="gap-summary", role="status"),
            html.Div(_table(shown, view, desk), className="table-scroll") if found else html.P(say("gaps.list.none", lang), className="quiet"),
            _pages(page, pages, len(found), view, desk),
            note(view, desk),
            *_rules(view, desk),
            html.Ul(list(_conserved(view, desk)), className="gap-sources quiet"),
        ],
        id="so-thon-ban", className="gap-register",
    )  # fmt: skip


def _filters(view: Gapped, desk: Desk) -> html.Div:
    lang = desk.lang
    areas = [
        html.Option(say("gaps.list.every_commune", lang), value=address(view, desk, xa=None, trang=None))
    ]
    areas += [
        html.Option(area.name, value=address(view, desk, xa=area.code, trang=None), selected=(view.area is not None and area.id == view.area.id) or None)
        for area in communes(desk.board, desk.scope)
    ]  # fmt: skip
    commune = html.Label(
        [
            html.Span(say("gaps.communes.commune", lang), className="label"),
            html.Select(areas, **{"data-goto": "1"}),
        ],
        className="gap-filter",
    )
    kinds = [
        _chip([mark(gap), gap.short.in_(lang)], gap == view.kind, address(view, desk, loai=None if gap == view.kind else gap.id, trang=None))
        for gap in view.register.definitions.kinds.values()
    ]  # fmt: skip
    standings = [
        _chip(say(f"gaps.standing.{one}", lang), one == view.standing, address(view, desk, **{"vi-tri": None if one == view.standing else one, "trang": None}))
        for one in STANDINGS
    ]  # fmt: skip
    flags = [
        _chip(say(f"gaps.flag.{one}", lang), one in view.flags, address(view.with_flag(one), desk))
        for one in FLAGS
    ]
    clear = address(view, desk, loai=None, xa=None, loc=None, trang=None, **{"vi-tri": None})
    return html.Div(
        [
            commune,
            _group("kind", kinds, desk), _group("standing", standings, desk), _group("flag", flags, desk),
            html.A(say("gaps.list.clear", lang), href=clear, className="go button is-quiet") if view.filtered else None,
        ],
        className="gap-filters no-print",
    )  # fmt: skip


def _group(name: str, chips: list[html.A], desk: Desk) -> html.Div:
    title = say(f"gaps.list.by_{name}", desk.lang)
    return html.Div(
        [
            html.Span(title, className="label"),
            html.Div(chips, className="gap-chips", role="group", **{"aria-label": title}),
        ],
        className="gap-filter",
    )


def _chip(name: Any, pressed: bool, href: str) -> html.A:
    return html.A(name, href=href, className="go gap-chip", **({"aria-current": "true"} if pressed else {}))


def _summary(found: list[Village], view: Gapped, desk: Desk) -> list[Any]:
    spec, lang, shield = view.register.definitions.villages, desk.lang, view.shield
    sums = []
    for column in (spec.households, spec.population):
        cells = [shield.shown(column, ("village", village.id)) for village in found]
        hidden = sum(cell is None for cell in cells)
        text = number(sum(cell or 0 for cell in cells), desk)
        sums.append(text + (say("gaps.list.and_hidden", lang, n=number(hidden, desk)) if hidden else ""))
    words = say("gaps.list.summary", lang, n=number(len(found), desk), households=sums[0], people=sums[1])
    on = formats.day(
        max((one.surveyed for one in view.register.villages if one.surveyed), default=view.register.on), lang
    )
    return [
        html.Strong(words),
        html.Span(
            say("gaps.list.as_of", lang, on=on, n=number(view.register.edition, desk)), className="quiet"
        ),
    ]


def _table(shown: list[Village], view: Gapped, desk: Desk) -> html.Table:
    lang, rule = desk.lang, view.register.definitions.protection
    guarded = [one.column for one in rule.count if one.column in view.shield.tables.counts] if rule else []
    names = {area.id: area.name for area in desk.board.communes}
    plain = ("village", "commune", "households", "people")
    heads = [html.Th(say(f"gaps.list.head.{name}", lang), scope="col") for name in plain]
    heads += [html.Th(formats.capital(what(column, view, lang)), scope="col") for column in guarded]
    heads += [
        html.Th(say(f"gaps.list.head.{name}", lang), scope="col")
        for name in ("gaps", "point", "survey", "said", "origin")
    ]
    rows = [_row(village, names.get(village.area, ""), guarded, view, desk) for village in shown]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="gap-table gap-villages")


def _row(village: Village, commune: str, guarded: list[str], view: Gapped, desk: Desk) -> html.Tr:
    lang, spec = desk.lang, view.register.definitions.villages
    key = ("village", village.id)
    kinds = [gap for kind, gap in view.register.definitions.kinds.items() if kind in village.gaps]
    conflicts = view.words.conflicts(village.id)
    events = view.lineage.of(village.id)
    cells: list[tuple[str, Any, str]] = [
        ("commune", commune, ""),
        ("households", counted(view.shield.shown(spec.households, key), view, desk), "figures"),
        ("people", counted(view.shield.shown(spec.population, key), view, desk), "figures"),
    ]
    parts: list[Any] = [
        html.Td(value, className=style, **{"data-head": say(f"gaps.list.head.{name}", lang)})
        for name, value, style in cells
    ]
    parts += [
        html.Td(counted(view.shield.shown(column, key), view, desk), className="figures", **{"data-head": formats.capital(what(column, view, lang))})
        for column in guarded
    ]  # fmt: skip
    gaps = [html.Span([mark(gap), gap.short.in_(lang)], className="gap-has") for gap in kinds] or "–"
    rest = {
        "gaps": gaps, "point": _point(village, desk), "survey": _survey(village, view, desk),
        "said": told(village, conflicts, view, desk) if conflicts else "–", "origin": origin(events, desk) if events else "–",
    }  # fmt: skip
    parts += [
        html.Td(
            value,
            **{"data-head": say(f"gaps.list.head.{name}", lang)},
            className=f"is-{name}{' is-empty' if value == '–' else ''}",
        )
        for name, value in rest.items()
    ]
    return html.Tr(
        [html.Th([village.name, html.Span(village.id, className="quiet figures")], scope="row"), *parts],
        **{"data-village": village.id},
    )


def _point(village: Village, desk: Desk) -> html.Span:
    where = (
        f"{village.lat:.4f}, {village.lon:.4f}"
        if village.lat is not None and village.lon is not None
        else None
    )
    return html.Span(
        say(f"gaps.standing.{village.standing}", desk.lang),
        title=where,
        className=f"standing is-{village.standing}",
    )


def _survey(village: Village, view: Gapped, desk: Desk) -> list[Any]:
    age, lang = village.survey_age(view.register.on), desk.lang
    if age is None or village.surveyed is None:
        return [say("gaps.survey.never", lang)]
    words: list[Any] = [html.Span(formats.day(village.surveyed, lang), className="figures")]
    days = say("gaps.survey.age", lang, n=number(age, desk))
    if view.overdue(village):
        shape = html.Span(className="shape shape-watch", **{"aria-hidden": "true"})
        return [
            *words,
            html.Span([shape, say("gaps.survey.overdue", lang, age=days)], className="grade is-watch"),
        ]
    return [*words, html.Span(days, className="quiet")]


def _pages(page: int | None, pages: int, count: int, view: Gapped, desk: Desk) -> html.Div | None:
    lang = desk.lang
    if pages == 1:
        return None
    if page is None:
        return html.Div(
            html.A(
                say("gaps.list.by_page", lang),
                href=address(view, desk, trang=None),
                className="go button is-quiet",
            ),
            className="gap-pages no-print",
        )
    ways = [
        html.A(sign, href=address(view, desk, trang=str(there)), className="go button is-quiet", **{"aria-label": say("gaps.list.page", lang, n=there, of=pages)})
        if 1 <= there <= pages else html.Span(sign, className="button is-quiet is-off", **{"aria-hidden": "true"})
        for sign, there in (("‹", page - 1), ("›", page + 1))
    ]  # fmt: skip
    return html.Div(
        [ways[0], html.Span(say("gaps.list.page", lang, n=number(page, desk), of=number(pages, desk))), ways[1],
         _whole(count, view, desk)],
        className="gap-pages no-print",
    )  # fmt: skip


def _whole(count: int, view: Gapped, desk: Desk) -> Any:
    """The way to all of them at once, or what it takes to get there."""
    if count > WHOLE:
        return html.Span(say("gaps.list.narrow", desk.lang, n=WHOLE), className="quiet")
    return html.A(say("gaps.list.whole", desk.lang), href=address(view, desk, trang="het"), className="go")


def _rules(view: Gapped, desk: Desk) -> list[Any]:
    """Whose word counts, and the reports that name no village of the register."""
    lang, subjects = desk.lang, view.register.definitions.subjects
    if not subjects:
        return []
    lines = [
        html.Li(
            [
                html.Strong(f"{one.name.in_(lang)}: "),
                f"{say(f'gaps.decides.{one.rule}', lang)}. {one.basis.in_(lang)}.",
            ]
        )
        for one in subjects.values()
    ]
    astray = view.words.astray
    if astray:
        lines.append(html.Li(say("gaps.said.astray", lang, n=number(len(astray), desk))))
    return [html.Details([html.Summary(say("gaps.said.rules", lang)), html.Ul(lines)], className="gap-rules")]


def _conserved(view: Gapped, desk: Desk) -> list[html.Li]:
    """Every source behind the register with all its rows: used, parked, rejected."""
    spec, lang = view.register.definitions.villages, desk.lang
    sources = [spec.source, *(part.source for part in (spec.events, spec.reports) if part is not None)]
    found = []
    for source in dict.fromkeys(sources):
        run = desk.source_run(source)
        if run is None or run.staged is None:
            continue
        counts = {
            name: number(getattr(run, name) or 0, desk)
            for name in ("staged", "published", "parked", "rejected")
        }
        name = desk.board.site.sources[source].name.in_(lang)
        found.append(
            html.Li([html.A(name, href=SOURCES, className="go"), say("gaps.list.rows", lang, **counts)])
        )
    return found
