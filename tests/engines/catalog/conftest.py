"""A home, and a machine that knows no token."""

from tests.engines.hub.conftest import home, no_token

__all__ = ["home", "no_token"]
