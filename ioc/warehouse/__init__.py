"""The warehouse: versioned facts and places by edition, and the ledger of runs."""

from ioc.warehouse.editions import Change
from ioc.warehouse.ledger import Heartbeat, Request
from ioc.warehouse.store import Warehouse

__all__ = ["Change", "Heartbeat", "Request", "Warehouse"]
