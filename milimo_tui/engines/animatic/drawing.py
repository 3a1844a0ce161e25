"""The version number of the drawings. Increase it after a change that draws the same shot differently.

Cached pictures are then drawn again. Existing takes keep their pictures: a new version does not make a take
stale, because `studio.takes.signatures.deciding` leaves the version out.
"""

from __future__ import annotations

DRAWING = 2
