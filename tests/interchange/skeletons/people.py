"""A standing person as COCO's 17 joints, in a picture of 100 × 100 pixels."""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.interchange.skeletons.bones import NUMBERS
from milimo_tui.interchange.skeletons.person_skeleton import Seen, Skeleton

STANDING: tuple[Seen, ...] = (
    (50, 10, 0.9), (53, 8, 0.9), (47, 8, 0.9), (56, 9, 0.8), (44, 9, 0.8), (60, 25, 0.9), (40, 25, 0.9),
    (66, 40, 0.9), (34, 40, 0.9), (68, 55, 0.9), (32, 55, 0.9), (56, 55, 0.9), (44, 55, 0.9), (57, 75, 0.9),
    (43, 75, 0.9), (57, 95, 0.9), (43, 95, 0.9),
)  # fmt: skip


def standing(*unsure: str) -> Skeleton:
    """Return the skeleton of a standing person. The named joints have a low confidence."""
    seen = list(STANDING)
    for name in unsure:
        x, y, _ = seen[NUMBERS[name]]
        seen[NUMBERS[name]] = (x, y, 0.1)
    return replace(
        Skeleton(name="mara", source="mara.png", frame=0, width=100, height=100, seen=()), seen=tuple(seen)
    )
