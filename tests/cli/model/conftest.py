"""Fixtures for tests of `milimo model`: a fake hub on the loopback interface, a home, and an environment
without tokens except those of a test.
"""

from tests.engines.hub.conftest import home, hub, no_token

__all__ = ["home", "hub", "no_token"]
