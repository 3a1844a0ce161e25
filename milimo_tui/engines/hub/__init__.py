"""The hub engine: weights from the makers' repositories onto the shelf, and back under the hash. The only
part of the studio that talks to the hub; it runs in workers of lane `fetch` and in short-lived children.
"""

from milimo_tui.engines.hub.engine import Hub

__all__ = ["Hub"]
