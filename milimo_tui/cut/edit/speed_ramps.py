"""Operations on a clip's speed over time: ramps, and the quality of sound and in-between pictures.

The keys of a ramp belong to pictures. If the clip keeps the visible part of its source, its length results
from the speeds, and keys stay with their pictures. Otherwise the clip keeps its frames and shows another
part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import half_up
from milimo_tui.cut.edit.speeds import FASTEST, SLOWEST, linked_elsewhere, retime
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values.curves import remapped
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, SourceKind, unbounded
from milimo_tui.cut.values.effects import Curve, Effects, Key
from milimo_tui.cut.values.ramps import arrival, mean, ramp_of, travel, with_ramp
from milimo_tui.cut.values.timing import ENDLESS, has_media, media_of, span
from milimo_tui.cut.working.editing import Editing
from milimo_tui.cut.working.linked_clips import leave
from milimo_tui.cut.working.shifts import follow_ripple

FREEZE = "{cut.freeze_frame|milimo cut freeze-frame} holds one picture"


def set_ramp(
    cut: Cut,
    clip_id: str,
    keys: Sequence[Key],
    *,
    new_id: NewId,
    bounds: MediaLength = unbounded,
    speed: Fraction | None = None,
    keep_length: bool = False,
    linked: bool = True,
) -> Cut:
    """Play a clip at changing speeds.

    The value of each key, 0.01 to 100, applies to the picture that the clip now shows at the key's frame.
    Easings lead from key to key. The values multiply `speed`, by default 1 or -1. Without keys the clip plays
    at `speed` throughout.

    The clip gets longer or shorter and shows the same part of its source, on a free track as far as the next
    clip allows. Keys, markers and connected clips stay with their pictures. With `keep_length` the clip and
    the keys keep their frames, and the ramp is refused if the media is too short.

    Linked clips of the same speed get the ramp, too. A clip that is changed alone leaves its link.
    """
    edit = Editing(cut, new_id, bounds)
    placed = edit.placed(clip_id)
    clip = placed.clip
    require_ramp(clip, keys)
    old = clip.effects.speed
    speed = (Fraction(1) if old > 0 else Fraction(-1)) if speed is None else speed
    if not SLOWEST <= abs(speed) <= FASTEST:
        raise Refused("a speed lies between 1/100 and 100", FREEZE)
    if clip.link and not linked:
        leave(edit, clip)
        placed = edit.placed(clip_id)
    others = linked_elsewhere(edit, placed) if linked else []
    chosen = [placed, *(each for each in others if each.clip.effects.speed == old)]
    starts = {each.clip.id: each.start - placed.start for each in chosen}
    for each in sorted(chosen, key=lambda each: each.clip.order is None):
        start = starts[each.clip.id]
        own = tuple(replace(key, frame=key.frame - start) for key in keys)
        if keep_length:
            _keep_length(edit, each, own, speed)
            continue
        curve = _keys_at_pictures(each.clip, own, speed)
        to = _frames_of(each.clip, curve, speed)
        timed = replace(with_ramp(remapped(each.clip.effects, to), curve), speed=speed)
        retime(edit, edit.now.placed(each.clip.id), timed, to, _moved(clip, keys, speed, start) - start)
    if clip.order is not None:
        longer = edit.clip(clip.id).frames - clip.frames
        follow_ripple(edit, placed.end, longer, {clip.track})
    return edit.done()


def set_time_quality(
    cut: Cut,
    clip_id: str,
    *,
    new_id: NewId,
    keeps_pitch: bool | None = None,
    blended: bool | None = None,
    linked: bool = True,
) -> Cut:
    """Set the given options for playing at another speed. Linked clips are set, too.

    `keeps_pitch` preserves the pitch of sound, which otherwise changes as on tape. `blended` mixes two
    neighbouring frames instead of showing the nearest.
    """
    edit = Editing(cut, new_id)
    placed = edit.placed(clip_id)
    _require_time(placed.clip)
    for each in [placed, *(linked_elsewhere(edit, placed) if linked else ())]:
        effects = each.clip.effects
        edit.put(
            replace(
                each.clip,
                effects=replace(
                    effects,
                    keeps_pitch=effects.keeps_pitch if keeps_pitch is None else keeps_pitch,
                    blended=effects.blended if blended is None else blended,
                ),
            )
        )
    return edit.done()


def require_ramp(clip: Clip, keys: Sequence[Key]) -> None:
    """Raise Refused for invalid keys, or for a clip that can't have a ramp."""
    _require_time(clip)
    if not clip.effects.speed:
        raise Refused("a freeze frame has no speed to change", "give the clip a speed first")
    if [key.frame for key in keys] != sorted({key.frame for key in keys}):
        raise Refused("two keys of a ramp lie on one frame", "take one of them away")
    if any(key.value <= 0 for key in keys):
        raise Refused("0 % is a freeze frame, and no speed of a ramp", FREEZE)
    if any(not SLOWEST <= Fraction(str(key.value)) <= FASTEST for key in keys):
        raise Refused("a ramp's speeds lie between 1 % and 10000 %", FREEZE)


def _require_time(clip: Clip) -> None:
    if clip.source.kind in ENDLESS:
        what = "a gap" if clip.source.kind is SourceKind.GAP else "a title"
        raise Refused(f"{what} has no time of its own, and so no speed", "trim it to another length")


def _gone(clip: Clip, frame: int) -> Fraction:
    """Return the distance that a clip has covered in its source at a frame, in frames of the cut at speed
    1.
    """
    return travel(ramp_of(clip.effects), 0, frame) * abs(clip.effects.speed)


def _keys_at_pictures(clip: Clip, keys: Sequence[Key], speed: Fraction) -> Curve:
    """Return the keys at the frames at which their pictures are shown after the ramp is applied."""
    if not keys:
        return ()
    at = [_gone(clip, key.frame) / abs(speed) for key in keys]
    frame = at[0] / Fraction(str(keys[0].value))
    out = [replace(keys[0], frame=half_up(frame))]
    for (left, right), (begins, ends) in zip(pairwise(keys), pairwise(at), strict=True):
        frame += (ends - begins) / Fraction(str(mean(left.value, right.value, left.easing)))
        out.append(replace(right, frame=max(half_up(frame), out[-1].frame + 1)))
    return tuple(out)


def _frames_of(clip: Clip, curve: Curve, speed: Fraction) -> Callable[[int], int]:
    """Return a function from a frame of the clip to the frame of the same picture at another speed."""

    def to(frame: int) -> int:
        return half_up(arrival(curve, 0, _gone(clip, frame) / abs(speed)))

    return to


def _moved(lead: Clip, keys: Sequence[Key], speed: Fraction, start: int) -> int:
    """Return the new position of a clip that begins `start` frames after the lead clip."""
    return _frames_of(lead, _keys_at_pictures(lead, keys, speed), speed)(start) if start else 0


def _keep_length(edit: Editing, placed: Placed, keys: Sequence[Key], speed: Fraction) -> None:
    """Give a clip a ramp without changing its frames or its first picture. Raises Refused for too little
    media.
    """
    clip, rate = placed.clip, edit.cut.rate
    effects: Effects = replace(with_ramp(clip.effects, tuple(keys)), speed=speed)
    changed = replace(clip, effects=effects)
    media = media_of(changed, edit.bounds)
    if media is not None and not has_media(changed, rate, media):
        low, high = span(changed, rate)
        lacks = -int(-max(high - media.end, media.start - low) * rate // 1)
        raise Refused(f"{lacks} f more than the take has", "lower speeds, or a shorter clip, fit it")
    edit.put(changed)
