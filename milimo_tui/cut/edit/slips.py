"""Operation on what a clip shows of its source while its place and length stay: slip."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.cut.curves import shifted
from milimo_tui.cut.edit.edges import Limit, allowed
from milimo_tui.cut.edit.editing import Editing
from milimo_tui.cut.edit.linked_clips import leave
from milimo_tui.cut.timing import ENDLESS, begins_at, media_of, room
from milimo_tui.cut.values import Bounds, Clip, Cut, Mint, unbounded

SHORTER = "slip it the other way, or trim it: a shorter clip has more to slip"


def slip(
    cut: Cut, clip_id: str, by: int, *, mint: Mint, bounds: Bounds = unbounded, linked: bool = True
) -> Cut:
    """Show another part of a clip's source: `by` frames later when positive, as far as there is media.

    Linked clips show as much later, so that they keep in sync; one that slips alone leaves its link. Keys
    and markers stay on their pictures, fades and what hangs on the clip where they are. A freeze frame takes
    another picture.
    """
    edit = Editing(cut, mint, bounds)
    clip = edit.placed(clip_id).clip
    if clip.source.kind in ENDLESS:
        raise Refused("what has no time of its own has nothing to slip", "move or trim it")
    mates = [edit.placed(mate.id).clip for mate in edit.mates(clip)] if linked else []
    if not linked and clip.link:
        leave(edit, clip)
        clip = edit.placed(clip_id).clip
    chosen = [clip, *(mate for mate in mates if mate.source.kind not in ENDLESS)]
    earlier: list[Limit] = []
    later: list[Limit] = []
    for each in chosen:
        for out, most, words in zip(
            (earlier, later), _media(each, cut.rate, bounds), ("from its start", "to its end"), strict=True
        ):
            out += [(most, f"the clip shows its media {words} already", SHORTER)] if most is not None else []
    by = allowed(by, earlier, later)
    for each in chosen:
        edit.put(_slipped(each, by, cut.rate))
        edit.remark(each.id, lambda frame: frame - by)
    return edit.done()


def _slipped(clip: Clip, by: int, rate: Fraction) -> Clip:
    if not clip.effects.speed:
        return replace(clip, source_in=clip.source_in + by / rate)
    return replace(clip, source_in=begins_at(clip, by, rate), effects=shifted(clip.effects, -by))


def _media(clip: Clip, rate: Fraction, bounds: Bounds) -> tuple[int | None, int | None]:
    """Frames of media before and after what a clip shows, on its own way through it."""
    speed, media = clip.effects.speed, media_of(clip, bounds)
    begins = Fraction(0) if media is None else media.start
    if not speed:
        after = None if media is None else math.ceil((media.end - clip.source_in) * rate) - 1
        return math.floor((clip.source_in - begins) * rate), after
    before, after = room(clip, rate, bounds)
    # Nothing begins before its source does.
    start = max(0, math.floor((clip.source_in - begins) * rate / abs(speed)))
    if speed > 0:
        return start if before is None else before, after
    return before, start if after is None else after
