"""Operations on a clip's speed over time: speed ramps, the pitch of the sound, and the blending of frames.

The keys of a ramp belong to pictures. By default a clip keeps the part of the source that it shows. Its
length then follows from the speeds, and the keys move with their pictures. Alternatively the clip keeps its
length and shows another part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.edit.speeds import FASTEST, SLOWEST, find_timed_linked_clips, retime_clip
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.curves import remap_curves
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, SourceKind, return_no_media_limit
from milimo_tui.cut.values.effects import Effects
from milimo_tui.cut.values.keyframes import Curve, Keyframe
from milimo_tui.cut.values.ramps import (
    compute_distance,
    compute_mean_value,
    find_arrival_frame,
    get_speed_ramp,
    replace_speed_ramp,
)
from milimo_tui.cut.values.timing import ENDLESS, get_source_media, get_source_span, has_media
from milimo_tui.cut.working.editing import CutEditor
from milimo_tui.cut.working.linked_clips import remove_from_link
from milimo_tui.cut.working.shifts import follow_sync_locks

FREEZE = "{cut.freeze_frame|milimo cut freeze-frame} holds one picture"


def set_speed_ramp(
    cut: Cut,
    clip_id: str,
    keys: Sequence[Keyframe],
    *,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    speed: Fraction | None = None,
    keep_length: bool = False,
    linked: bool = True,
) -> Cut:
    """Play a clip at speeds that change over time.

    The frame of each key is a frame of the clip as it is now. The key's value, 0.01 to 100, becomes the speed
    at the picture that is shown there. Easings interpolate between keys. The values multiply `speed`, which
    is 1 by default, or -1 for a clip that plays backwards. Without keys the clip plays at `speed`.

    The clip keeps the part of its source that it shows, so its length changes. On a free track the next clip
    limits the length. Keys, markers and connected clips stay with their pictures. With `keep_length` the
    length and the frames of the keys stay instead. Then raises Refused if the media is too short.

    Linked clips of the same speed get the ramp, too. With `linked=False` the clip leaves its link.
    """
    edit = CutEditor(cut, new_id, bounds)
    placed = edit.get_editable_clip(clip_id)
    clip = placed.clip
    require_valid_ramp(clip, keys)
    old = clip.effects.speed
    speed = (Fraction(1) if old > 0 else Fraction(-1)) if speed is None else speed
    if not SLOWEST <= abs(speed) <= FASTEST:
        raise Refused("a speed must be between 1/100 and 100", FREEZE)
    if clip.link and not linked:
        remove_from_link(edit, clip)
        placed = edit.get_editable_clip(clip_id)
    others = find_timed_linked_clips(edit, placed) if linked else []
    chosen = [placed, *(each for each in others if each.clip.effects.speed == old)]
    starts = {each.clip.id: each.start - placed.start for each in chosen}
    for each in sorted(chosen, key=lambda each: each.clip.order is None):
        start = starts[each.clip.id]
        own = tuple(replace(key, frame=key.frame - start) for key in keys)
        if keep_length:
            _ramp_with_same_length(edit, each, own, speed)
            continue
        curve = _move_keys_with_pictures(each.clip, own, speed)
        to = _create_frame_map(each.clip, curve, speed)
        timed = replace(replace_speed_ramp(remap_curves(each.clip.effects, to), curve), speed=speed)
        retime_clip(
            edit,
            edit.current_layout.get_placed(each.clip.id),
            timed,
            to,
            _map_linked_start(clip, keys, speed, start) - start,
        )
    if clip.order is not None:
        longer = edit.get_current_clip(clip.id).frames - clip.frames
        follow_sync_locks(edit, placed.end, longer, {clip.track})
    return edit.finish_edit()


def set_time_quality(
    cut: Cut,
    clip_id: str,
    *,
    new_id: NewId,
    keeps_pitch: bool | None = None,
    blended: bool | None = None,
    linked: bool = True,
) -> Cut:
    """Set how a clip plays at a speed other than 1. Arguments of None change nothing. Unless `linked` is
    False, linked clips are changed, too.

    With `keeps_pitch`, sound keeps its pitch; without, the pitch changes with the speed, as on tape. With
    `blended`, two neighbouring frames are mixed; without, the nearest frame is shown.
    """
    edit = CutEditor(cut, new_id)
    clip = edit.get_editable_clip(clip_id)
    _require_timed_source(clip.clip)
    for each in [clip, *(find_timed_linked_clips(edit, clip) if linked else ())]:
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
    return edit.finish_edit()


def require_valid_ramp(clip: Clip, keys: Sequence[Keyframe]) -> None:
    """Raise Refused if the keys are not a valid ramp, or if the clip can't have a ramp."""
    _require_timed_source(clip)
    if not clip.effects.speed:
        raise Refused("a freeze frame has no speed to change", "give the clip a speed first")
    if [key.frame for key in keys] != sorted({key.frame for key in keys}):
        raise Refused("two keys of a ramp are on the same frame", "remove one of them")
    if any(key.value <= 0 for key in keys):
        raise Refused("a ramp's speeds must be above 0 %", FREEZE)
    if any(not SLOWEST <= Fraction(str(key.value)) <= FASTEST for key in keys):
        raise Refused("a ramp's speeds must be between 1 % and 10000 %", FREEZE)


def _require_timed_source(clip: Clip) -> None:
    if clip.source.kind in ENDLESS:
        what = "a gap" if clip.source.kind is SourceKind.GAP else "a title"
        raise Refused(f"{what} has no speed", "trim it to another length")


def _compute_source_distance(clip: Clip, frame: int) -> Fraction:
    """Return the length of source that a clip plays from its start to one of its frames. The unit is the
    length of source that one frame of the cut shows at speed 1.
    """
    return compute_distance(get_speed_ramp(clip.effects), 0, frame) * abs(clip.effects.speed)


def _move_keys_with_pictures(clip: Clip, keys: Sequence[Keyframe], speed: Fraction) -> Curve:
    """Return the keys of a ramp with new frame numbers. `keys` are given in frames of the clip at its present
    speed. A returned key is at the frame that shows the same picture when the clip plays with the new ramp.
    """
    if not keys:
        return ()
    at = [_compute_source_distance(clip, key.frame) / abs(speed) for key in keys]
    frame = at[0] / Fraction(str(keys[0].value))
    out = [replace(keys[0], frame=round_half_up(frame))]
    for (left, right), (begins, ends) in zip(pairwise(keys), pairwise(at), strict=True):
        frame += (ends - begins) / Fraction(str(compute_mean_value(left.value, right.value, left.easing)))
        out.append(replace(right, frame=max(round_half_up(frame), out[-1].frame + 1)))
    return tuple(out)


def _create_frame_map(clip: Clip, curve: Curve, speed: Fraction) -> Callable[[int], int]:
    """Return a function that maps a frame of the clip to the frame that shows the same picture with the ramp
    `curve` and the given speed.
    """

    def to(frame: int) -> int:
        return round_half_up(find_arrival_frame(curve, 0, _compute_source_distance(clip, frame) / abs(speed)))

    return to


def _map_linked_start(ramped_clip: Clip, keys: Sequence[Keyframe], speed: Fraction, start: int) -> int:
    """Return the new distance in frames from the start of the clip `ramped_clip` to the start of a clip
    linked to it, when `ramped_clip` gets a speed ramp. `start` is the distance before the ramp.
    """
    return (
        _create_frame_map(ramped_clip, _move_keys_with_pictures(ramped_clip, keys, speed), speed)(start)
        if start
        else 0
    )


def _ramp_with_same_length(
    edit: CutEditor, placed: PlacedClip, keys: Sequence[Keyframe], speed: Fraction
) -> None:
    """Give a clip a ramp but keep its length and its first picture. Raises Refused if there is too little
    media.
    """
    clip, rate = placed.clip, edit.cut.rate
    effects: Effects = replace(replace_speed_ramp(clip.effects, tuple(keys)), speed=speed)
    changed = replace(clip, effects=effects)
    media = get_source_media(changed, edit.bounds)
    if media is not None and not has_media(changed, rate, media):
        low, high = get_source_span(changed, rate)
        missing = -int(-max(high - media.end, media.start - low) * rate // 1)
        raise Refused(
            f"the take is too short for the ramp; missing frames: {missing}",
            "use lower speeds or a shorter clip",
        )
    edit.put(changed)
