"""A hub on loopback, a home, and a machine that knows no token but those a test gives it."""

from tests.engines.hub.conftest import home, hub, no_token

__all__ = ["home", "hub", "no_token"]
