"""A migrated warehouse and somebody who publishes into it, as the tests of the warehouse have them."""

from tests.warehouse.conftest import press, warehouse

__all__ = ["press", "warehouse"]
