"""The warehouse: versioned facts and places by edition, the ledger of runs, and what was judged about both."""

from ioc.warehouse import (
    alert_tables,
    analysis_tables,
    fleet_tables,
    hold_tables,
    job_tables,
    plan_tables,
    quality_tables,
    score_tables,
)
from ioc.warehouse.editions import Change
from ioc.warehouse.ledger import Heartbeat, Request
from ioc.warehouse.store import Warehouse

__all__ = [
    "Change",
    "Heartbeat",
    "Request",
    "Warehouse",
    "alert_tables",
    "analysis_tables",
    "fleet_tables",
    "hold_tables",
    "job_tables",
    "plan_tables",
    "quality_tables",
    "score_tables",
]
