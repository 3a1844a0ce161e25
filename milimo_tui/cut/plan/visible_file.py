"""Find the file that is visible at a frame of a plan, from which the thumbnail of a cut is drawn. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.cut.plan.parts import get_layer_second
from milimo_tui.cut.plan.plan import Media, PlanLayer, RenderPlan, find_stretch_at


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A picture file, or a film file together with the second at which its picture is taken."""

    path: str
    seconds: Fraction = Fraction(0)


def find_shown_file(plan: RenderPlan, frame: int) -> ShownFile | None:
    """Return the topmost visible file at a frame of the plan. Compound clips are searched, too. None if no
    file is visible.

    Titles, slates and burn-ins above a picture are skipped. Raises BadInput for a frame outside the plan.
    """
    stretch = find_stretch_at(plan, frame)
    for layer in reversed(stretch.list_pictures()):
        found = _find_layer_file(layer, get_layer_second(layer, frame - stretch.start, plan.rate))
        if found is not None:
            return found
    return None


def _find_layer_file(layer: PlanLayer, seconds: Fraction) -> ShownFile | None:
    return None if layer.opacity <= 0 else get_shown_media_file(layer.media, seconds)


def get_shown_media_file(media: Media, seconds: Fraction) -> ShownFile | None:
    """Return the file that media shows at `seconds` of its own time, even if the media is offline. None for
    media that is only text.
    """
    seconds = max(Fraction(0), seconds)
    match media.kind:
        case "picture":
            return ShownFile(media.path)
        case "video":
            return ShownFile(media.path, seconds)
        case "offline" if media.path:
            return ShownFile(media.path)
        case "sequence":
            return ShownFile(media.path)  # The path of a sequence is that of its first picture.
        case "cut" if media.plan is not None and media.plan.frames:
            inner = media.plan
            return find_shown_file(inner, min(inner.frames - 1, int(seconds * inner.rate)))
    return None
