"""Every table of a page that can be exported, a line each.

Owns the list of names; what stands in a table is in the modules beside.
"""

from __future__ import annotations

from ioc.exports.listed import listing
from ioc.exports.subjects import Subject
from layouts.tables import attention, changed, commune, gaps, moment, passport, plans, quality, scores

TABLES: tuple[Subject, ...] = (
    listing("gap-kinds", gaps.kinds),
    listing("gap-communes", gaps.by_commune, places=True),
    listing("gap-sets", gaps.sets),
    listing("gap-pairs", gaps.pairs),
    listing("gap-months", gaps.months, gaps.months_chart),
    listing("gap-villages", gaps.villages),
    listing("profile", commune.lines, commune.spine_chart),
    listing("profile-alike", commune.alike, places=True),
    listing("profile-former", commune.former),
    listing("profile-record", commune.record),
    listing("quality-areas", quality.by_area, places=True),
    listing("supply", quality.supply),
    listing("sources", moment.sources),
    listing("findings", moment.findings),
    listing("alerts", moment.alerts),
    listing("alerts-ended", moment.ended),
    listing("alerts-told", moment.told),
    listing("holds", moment.holds),
    listing("holds-ended", moment.holds_ended),
    listing("changes", changed.changes),
    listing("editions", moment.editions),
    listing("passport", passport.facts),
    listing("passport-versions", passport.versions),
    listing("passport-parts", passport.addends),
    listing("plan-measures", plans.measures),
    listing("plan-before", plans.before, plans.before_map),
    listing("plan-after", plans.after, plans.after_map),
    listing("plan-years", plans.years),
    listing("plan-communes", plans.communes),
    listing("plan-curve", plans.curve, plans.curve_chart),
    listing("plan-trials", plans.trials),
    listing("plan-scenarios", plans.scenarios),
    listing("attention", attention.kpis),
    listing("attention-clusters", attention.clusters, attention.clusters_map, places=True),
    listing("attention-shifts", attention.shifts, places=True),
    listing("score-groups", scores.groups),
    listing("score-metrics", scores.metrics),
    listing("score-trend", scores.trend, scores.trend_chart),
)
