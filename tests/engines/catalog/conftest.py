"""Provide a home and a machine without a hub token."""

from tests.engines.hub.conftest import home, no_token

__all__ = ["home", "no_token"]
