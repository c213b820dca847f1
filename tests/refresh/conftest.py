"""The demonstration, generated once for the tests that refresh it whole."""

from __future__ import annotations

import pytest

from ioc.site import Site
from tests.demo.conftest import SITE, demo, make, small

__all__ = ["demo", "make", "small"]


@pytest.fixture(scope="session")
def demo_site() -> Site:
    return Site.load(SITE)
