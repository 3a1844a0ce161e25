"""Which file is seen at a frame of a plan: what a thumbnail of a cut is drawn from. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.cut.plan.parts import second_at
from milimo_tui.cut.plan.plan import Layer, Media, Plan, stretch_at


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A picture file, or a film's file and the second of it."""

    path: str
    seconds: Fraction = Fraction(0)


def shown_file(plan: Plan, frame: int) -> ShownFile | None:
    """Return the topmost file that fills a frame, inside compound clips too; None where none is seen.

    Titles, slates and what is laid over a picture are passed by. Raises BadInput outside the plan.
    """
    stretch = stretch_at(plan, frame)
    for layer in reversed(stretch.pictures()):
        found = _of_layer(layer, second_at(layer, frame - stretch.start, plan.rate))
        if found is not None:
            return found
    return None


def _of_layer(layer: Layer, seconds: Fraction) -> ShownFile | None:
    return None if layer.opacity <= 0 else file_of(layer.media, seconds)


def file_of(media: Media, seconds: Fraction) -> ShownFile | None:
    """Return the file that a source shows at a second of its own, offline or not; None for words."""
    seconds = max(Fraction(0), seconds)
    match media.kind:
        case "picture":
            return ShownFile(media.path)
        case "video":
            return ShownFile(media.path, seconds)
        case "offline" if media.path:
            return ShownFile(media.path)
        case "sequence":
            return ShownFile(media.path)  # its first picture
        case "cut" if media.plan is not None and media.plan.frames:
            inner = media.plan
            return shown_file(inner, min(inner.frames - 1, int(seconds * inner.rate)))
    return None
