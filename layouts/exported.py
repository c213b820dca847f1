"""What the face can export: every subject in one place, a line each.

Owns the list that `export_menu(desk, NAME, …)` chooses from, and how each subject is drawn. Numbers are read in
`ioc.exports`; nothing here needs Dash, for the process of a job reads it too.
"""

from __future__ import annotations

from ioc import formats
from ioc.breaks import breaks
from ioc.exports import listings, numbers
from ioc.exports.dataset import Dataset
from ioc.exports.listed import titled
from ioc.exports.listings import NoOptions, ScoreOptions
from ioc.exports.numbers import KpiOptions
from ioc.exports.painting import paint
from ioc.exports.pictures import Chart
from ioc.exports.subjects import Subject, View
from ioc.wording import say
from layouts import painted
from layouts.analysis.exported import ANALYSIS
from layouts.figures.dots import dots_of, spread_layout
from layouts.figures.spread import spread
from layouts.figures.trend import trend
from layouts.tables.listed import TABLES
from layouts.theme import palette


def kpi_trend(view: View, dataset: Dataset) -> Chart:
    """The line of the KPI's page."""
    entry = view.board.kpi(view.options.kpi, view.scope)
    area = numbers.area_of(view.board, view.options, view.scope)
    marks = breaks(entry, area, view.board.register, view.board.crosswalk, view.lang)
    return Chart(trend(numbers.series_of(view), entry, palette("day"), view.lang, marks))


def kpi_spread(view: View, dataset: Dataset) -> Chart:
    """The communes over one line, each a dot in the colour and shape of its grade."""
    board, scope, lang = view.board, view.scope, view.lang
    entry = board.kpi(view.options.kpi, scope)
    period = numbers.period_of(board, view.options, scope)
    row = board.row(entry.id, period, scope)
    target = next((cell.target for cell in row if cell.target), None)
    whole = board.total(entry.id, period, scope).value if entry.is_share else None
    marks = [("target", target.target if target else None), ("whole", whole)]
    found = spread([cell.value for cell in row], [value for _, value in marks if value is not None])
    if found is None:
        return Chart({"data": [], "layout": {}})
    dots = dots_of(found, row, palette("day"))
    lines = [
        (
            value,
            say(
                f"kpis.spread_{name}",
                lang,
                value=formats.quantity(value, entry.unit.in_(lang), entry.decimals, lang),
            ),
        )
        for name, value in marks
        if value is not None
    ]
    _, entries = paint(entry, row, 0, False, lang)
    legend = tuple(one for one in entries if one.name.startswith(("grade-", "no-")))
    return Chart({"data": dots, "layout": spread_layout(found, lines, entry, lang, palette("day"))}, legend)


SUBJECTS: tuple[Subject, ...] = (
    ANALYSIS,
    *TABLES,
    Subject("quality-sources", NoOptions, titled("quality_sources"), listings.quality_sources),
    Subject("quality-kpis", NoOptions, titled("quality_kpis"), listings.quality_kpis),
    Subject("scores", ScoreOptions, titled("scores"), listings.scores, None, listings.check_scores),
    Subject("catalogue", NoOptions, titled("catalogue"), listings.catalogue),
    Subject(
        "kpi-map", KpiOptions, numbers.title, painted.map_table, painted.kpi_map, numbers.check, places=True
    ),
    Subject("kpi-ranking", KpiOptions, numbers.title, numbers.map_table, None, numbers.check, places=True),
    Subject(
        "kpi-spread", KpiOptions, numbers.title, numbers.map_table, kpi_spread, numbers.check, places=True
    ),
    Subject("kpi-trend", KpiOptions, numbers.title, numbers.series_table, kpi_trend, numbers.check_series),
    Subject("kpi-trend-table", KpiOptions, numbers.title, numbers.series_table, None, numbers.check_series),
)
