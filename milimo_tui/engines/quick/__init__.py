"""The quick engine: small work on media files that never waits for a render."""

from milimo_tui.engines.quick.engine import Quick

__all__ = ["Quick"]
