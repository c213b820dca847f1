"""Tables of a plan: its ranked measures, its years, its communes, what more or less money buys, other assumptions, and
the plans that were kept under a name.

Owns their columns. A plan is read with the scope of whoever asks, and every file says of which plan and edition it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ioc import formats
from ioc.exports.dataset import Column, Dataset, Form, Value
from ioc.exports.listed import Listing, columns
from ioc.exports.pictures import Chart, Entry, Map, Spot
from ioc.exports.subjects import View
from ioc.jobs.kinds import JobError
from ioc.planning.book import Plan, PlanBook
from ioc.planning.words import Telling
from layouts.figures.frontier import frontier
from layouts.theme import palette


def _plan(view: View) -> tuple[Plan, Telling]:
    """The plan `pa` and how it is told. Raises JobError for one that cannot be seen."""
    number, assumptions = view.options.root.get("pa", ""), view.board.site.planning
    if assumptions is None or not (number.isdecimal() and len(number) < 10):
        raise JobError("exports.refused.unknown")
    plan = PlanBook(view.office.warehouse).plan(int(number), view.scope)
    if plan is None or plan.document["outcome"] == "infeasible":
        raise JobError("exports.refused.unknown")
    return plan, Telling(plan.document, assumptions, view.board.register, view.lang)


def _listing(
    view: View,
    plan: Plan,
    tell: Telling,
    heads: Sequence[Column],
    rows: list[tuple[Value, ...]],
    paper: tuple[str, ...] = (),
) -> Listing:
    made = formats.instant(plan.made_at, view.lang)
    about = tell.say("made", edition=tell.count(plan.edition), by=plan.made_by, at=made)
    return Listing(heads, rows, time=f"pa-{plan.id}", notes=(about, tell.proof()), paper=paper)


def measures(view: View) -> Listing:
    """The ranked list: what, where, when, for how much, for whom, and why."""
    plan, tell = _plan(view)
    areas = view.board.register.by_id
    heads = columns(
        view.lang, rank=0, year=Form.CODE, measure_kind=Form.TEXT, place=Form.TEXT, code=Form.CODE, commune=Form.TEXT, cost=1,
        households=0, villages=0, why=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one in plan.document["measures"]:
        area = areas.get(one["commune"]) if one["commune"] else None
        rows.append((
            one["rank"], str(tell.year(one["year"])), tell.kind(one), one["name"], area.code if area else None,
            area.name if area else None, one["cost"], one["households"], len(one["villages"]), "; ".join(tell.reasons(one)),
        ))  # fmt: skip
    paper = ("rank", "year", "measure_kind", "place", "commune", "cost", "households", "why")
    return _listing(view, plan, tell, heads, rows, paper)


def before(view: View) -> Listing:
    """Every village that lacks something, before any measure."""
    return _places(view, done=False)


def after(view: View) -> Listing:
    """The same villages when the plan is done: what each still lacks, and what it has got by when."""
    return _places(view, done=True)


def _places(view: View, done: bool) -> Listing:
    plan, tell = _plan(view)
    areas, met = view.board.register.by_id, plan.met if done else {}
    services = list(plan.document["lacking"])
    heads = [
        *columns(view.lang, village_code=Form.CODE, village=Form.TEXT, code=Form.CODE, commune=Form.TEXT),
        *(Column(one, tell.service(one), Form.TEXT) for one in services), *columns(view.lang, latitude=4, longitude=4),
    ]  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for name, one in sorted(plan.document["places"].items()):
        area = areas.get(one["commune"])
        states = (tell.state(service in one["lacks"], met.get((name, service))) for service in services)
        rows.append((
            name, one["name"], area.code if area else None, area.name if area else None, *states, one["lat"], one["lon"],
        ))  # fmt: skip
    return _listing(view, plan, tell, heads, rows)


def before_map(view: View, dataset: Dataset) -> Map:
    """The villages of the page's first picture, with the sign of each thing they lack."""
    return _map(view, done=False)


def after_map(view: View, dataset: Dataset) -> Map:
    """Those of the second: only what is still lacking."""
    return _map(view, done=True)


def _map(view: View, done: bool) -> Map:
    plan, tell = _plan(view)
    met, drawing = plan.met if done else {}, view.drawing
    spots, counts = [], Counter[str]()
    for name, one in plan.document["places"].items():
        for service in one["lacks"]:
            if (name, service) in met:
                continue
            counts[service] += 1
            if drawing is not None and one["lat"] is not None and one["lon"] is not None:
                spots.append(Spot(*drawing.project(one["lat"], one["lon"]), _sign(service, view)))
    areas = view.board.communes
    return Map(
        classes={area.code: "no-p" for area in areas},
        names={area.code: area.name.removeprefix("Xã ").removeprefix("Phường ") for area in areas},
        values={},
        legend=tuple(
            Entry(f"gap-{_sign(one, view)}", tell.lacking(one), "", counts[one])
            for one in plan.document["lacking"]
        ),
        legend_title=tell.say("page.after", n=len(plan.document["spent"]))
        if done
        else tell.say("page.before"),
        spots=tuple(spots),
    )


def _sign(service: str, view: View) -> str:
    """The sign of the gap that the service closes, as on every other map."""
    site = view.board.site
    gaps = (
        next((one.gaps for name, one in site.planning.services.items() if str(name) == service), ())
        if site.planning
        else ()
    )
    return next((site.gaps.kinds[gap].mark for gap in gaps if site.gaps and gap in site.gaps.kinds), "dot")


def years(view: View) -> Listing:
    """Each year's money and what it brings."""
    plan, tell = _plan(view)
    found = plan.document
    lines = zip(found["spent"], found["ask"]["budgets"], found["gained"], strict=True)
    rows: list[tuple[Value, ...]] = [(str(tell.year(at)), *line) for at, line in enumerate(lines)]
    heads = columns(view.lang, year=Form.CODE, spent=1, budget=1, gained=0)
    return _listing(view, plan, tell, heads, rows)


def communes(view: View) -> Listing:
    """Every commune's share, the least served first."""
    plan, tell = _plan(view)
    areas = view.board.register.by_id
    found = [
        (100 * one["served"] / max(one["lacking"], 1), name, one)
        for name, one in plan.document.get("communes", {}).items()
    ]
    rows: list[tuple[Value, ...]] = [
        (areas[name].code if name in areas else None, tell.commune(name), one["lacking"], one["served"], share, one["least"] or None)
        for share, name, one in sorted(found, key=lambda item: item[:2])
    ]  # fmt: skip
    heads = columns(view.lang, code=Form.CODE, commune=Form.TEXT, lacking=0, served=0, share=1, least=0)
    return _listing(view, plan, tell, heads, rows)


def curve(view: View) -> Listing:
    """What each further đồng buys."""
    plan, tell = _plan(view)
    rows: list[tuple[Value, ...]] = [
        (100 * one["share"], one["budget"], one["cost"], one["households"])
        for one in plan.document.get("curve", ())
    ]
    return _listing(view, plan, tell, columns(view.lang, share=0, budget=1, spent=1, households=0), rows)


def curve_chart(view: View, dataset: Dataset) -> Chart:
    """The line of the page."""
    plan, tell = _plan(view)
    now = sum(plan.document["ask"]["budgets"])
    words = tell.say("page.axis"), tell.say("page.served")
    return Chart(frontier(plan.document.get("curve", ()), (), now, palette("day"), view.lang, *words))


def trials(view: View) -> Listing:
    """The plan under other assumptions."""
    plan, tell = _plan(view)
    rows: list[tuple[Value, ...]] = [
        (tell.say(f"trial.{one['id']}"), one["households"], len(one["same"]) if one["households"] is not None else None,
         len(plan.document["measures"]))
        for one in plan.document.get("trials", ())
    ]  # fmt: skip
    heads = columns(view.lang, assumption=Form.TEXT, households=0, same=0, measures=0)
    return _listing(view, plan, tell, heads, rows)


def scenarios(view: View) -> Listing:
    """Plans that were kept under a name, side by side."""
    lang, assumptions = view.lang, view.board.site.planning
    if assumptions is None:
        raise JobError("exports.refused.unknown")
    heads = columns(
        lang, scenario=Form.TEXT, note=Form.TEXT, on_edition=0, named_by=Form.TEXT, services=Form.TEXT, budget=1, spent=1,
        households=0, floor=0, proof=Form.TEXT,
    )  # fmt: skip
    rows: list[tuple[Value, ...]] = []
    for one, plan in PlanBook(view.office.warehouse).scenarios(view.scope):
        tell, found = Telling(plan.document, assumptions, view.board.register, lang), plan.document
        open_ = found["outcome"] != "infeasible"
        rows.append((
            one.name, one.note or None, plan.edition, one.named_by,
            ", ".join(tell.service(service) for service in found["ask"]["services"]), sum(found["ask"]["budgets"]),
            sum(found["spent"]) if open_ else None, found["households"] if open_ else None, 100 * found["ask"]["floor"],
            tell.proof() if open_ else tell.say("page.infeasible"),
        ))  # fmt: skip
    return Listing(heads, rows)
