"""Duck music: lower the volume of a clip with keys while dialogue is heard."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.clip_effects import set_curve
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import VOLUME, Curve, Keyframe, evaluate_curve
from milimo_tui.cut.values.guards import find_existing_clip

SpeechRanges = Sequence[tuple[int, int]]

# Decibels. `duck_clip` refuses a clip whose volume is already lowered during all dialogue by the requested
# amount, or by up to this much less.
_DUCKED_TOLERANCE_DB = 1.0


def duck_clip(
    cut: Cut, clip_id: str, spoken: SpeechRanges, *, by_db: float = 12.0, fade: int = 8, apart: int = 25
) -> Cut:
    """Lower the volume of a clip by `by_db` decibels while somebody speaks. `spoken` are frame ranges [start,
    end) of the cut.

    The volume falls over `fade` frames before the speech and rises over `fade` frames after it. If the pause
    between two speeches is shorter than `apart` frames, the volume stays low. Existing keys stay and are
    lowered by the same amount. Raises Refused if nobody speaks during the clip, or if the clip is ducked
    already.
    """
    clip = find_existing_clip(cut, clip_id)
    start = layout(cut).get_start(clip_id)
    dips = _merge_speech_ranges([(first - start, last - start) for first, last in spoken], clip.frames, apart)
    if not dips:
        raise Refused(
            "there is no dialogue during this clip", "{ui.level|milimo cut louder CLIP DB} sets its level"
        )
    volume = clip.effects.get_curve(VOLUME.name) or (Keyframe(0, VOLUME.default),)
    if _is_already_ducked(volume, dips, by_db, clip.frames):
        raise Refused(
            "the clip is already ducked under the dialogue", "{ui.undo|milimo cut undo} undoes the last edit"
        )
    curve = _add_dips_to_volume(volume, dips, by_db, fade, clip.frames)
    return set_curve(cut, clip_id, VOLUME.name, curve)


def make_ducked_volume(spoken: SpeechRanges, *, by_db: float, fade: int, apart: int) -> Curve:
    """Return a volume curve in frames of the cut that is `by_db` decibels lower while somebody speaks. The
    arguments are those of `duck_clip`.
    """
    end = max((last for _, last in spoken), default=0) + fade + 2
    dips = _merge_speech_ranges(spoken, end, apart)
    return _add_dips_to_volume((Keyframe(0, VOLUME.default),), dips, by_db, fade, end) if dips else ()


def _merge_speech_ranges(spoken: SpeechRanges, frames: int, apart: int) -> list[tuple[int, int]]:
    """Return the ranges of speech that overlap a clip of `frames` frames, limited to the clip. Ranges less
    than `apart` frames apart are merged.
    """
    out: list[tuple[int, int]] = []
    for first, last in sorted(spoken):
        if last <= 0 or first >= frames:
            continue
        if out and first - out[-1][1] < apart:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return [(max(0, first), min(frames - 1, last)) for first, last in out]


def _is_already_ducked(volume: Curve, dips: SpeechRanges, by_db: float, frames: int) -> bool:
    loudest = max(evaluate_curve(volume, frame) for frame in (0, frames - 1, *(key.frame for key in volume)))
    under = [evaluate_curve(volume, (first + last) / 2) for first, last in dips]
    return len(volume) > 1 and all(loudest - each >= by_db - _DUCKED_TOLERANCE_DB for each in under)


def _add_dips_to_volume(volume: Curve, dips: SpeechRanges, by_db: float, fade: int, frames: int) -> Curve:
    """Return a volume curve lowered by `by_db` in each range of `dips`. It has keys where the volume begins
    or stops changing, and at the frames of the old keys.
    """
    corners = sorted(
        {0, frames - 1}
        | {
            frame
            for first, last in dips
            for frame in (first - fade, first, last, last + fade)
            if 0 <= frame < frames
        }
        | {key.frame for key in volume if len(volume) > 1}
    )
    low = VOLUME.low
    keys = [
        Keyframe(
            frame,
            max(low, round(evaluate_curve(volume, frame) - by_db * _get_dip_depth(frame, dips, fade), 3)),
        )
        for frame in corners
    ]
    return tuple(
        key
        for index, key in enumerate(keys)
        if index in (0, len(keys) - 1) or not keys[index - 1].value == key.value == keys[index + 1].value
    )


def _get_dip_depth(frame: int, dips: SpeechRanges, fade: int) -> float:
    """Return how far the volume is lowered at a frame, from 0 (not at all) to 1 (by the full amount)."""
    deepest = 0.0
    for first, last in dips:
        away = max(first - frame, frame - last, 0)
        deepest = max(deepest, 1.0 - away / fade if fade else float(away == 0))
    return max(0.0, deepest)
