"""The version of the drawings: increase it when equal facts give another picture, so that cached pictures are
drawn again.

Takes keep their pictures: a new version does not make a take stale (`studio.takes.signatures.deciding` leaves
it out).
"""

from __future__ import annotations

DRAWING = 2
