"""The drawing's version: it goes up when equal facts give another picture, so that kept ones are drawn anew.

Takes keep theirs: what was picked is no worse for it (`studio.takes.signatures.deciding` leaves it out).
"""

from __future__ import annotations

DRAWING = 2
