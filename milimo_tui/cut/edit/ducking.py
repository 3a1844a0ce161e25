"""Duck music: lower a clip's volume with keys while somebody speaks."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.clip_effects import set_curve
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import PARAMS, Curve, Keyframe, evaluate_curve
from milimo_tui.cut.values.guards import find_existing_clip

SpeechRanges = Sequence[tuple[int, int]]

_DUCKED_TOLERANCE_DB = 1.0  # dB; tolerance for a clip that is ducked already


def duck_clip(
    cut: Cut, clip_id: str, spoken: SpeechRanges, *, by_db: float = 12.0, fade: int = 8, apart: int = 25
) -> Cut:
    """Lower a clip's volume by `by_db` while somebody speaks in frames [start, end) of the cut.

    The volume goes down over `fade` frames before and up over `fade` frames after the speech. If fewer than
    `apart` frames are between two speeches, it stays down. Existing keys stay and are lowered by the same
    amount. Raises Refused if nobody speaks while the clip is audible, and if the clip is lowered there
    already.
    """
    clip = find_existing_clip(cut, clip_id)
    start = layout(cut).get_start(clip_id)
    dips = _merge_speech_ranges([(first - start, last - start) for first, last in spoken], clip.frames, apart)
    if not dips:
        raise Refused(
            "there is no dialogue during this clip", "{ui.level|milimo cut louder CLIP DB} sets its level"
        )
    volume = clip.effects.get_curve("volume") or (Keyframe(0, PARAMS["volume"].default),)
    if _is_already_ducked(volume, dips, by_db, clip.frames):
        raise Refused(
            "the clip is already ducked under the dialogue", "{ui.undo|milimo cut undo} undoes the last edit"
        )
    curve = _add_dips_to_volume(volume, dips, by_db, fade, clip.frames)
    return set_curve(cut, clip_id, "volume", curve)


def _merge_speech_ranges(spoken: SpeechRanges, frames: int, apart: int) -> list[tuple[int, int]]:
    """Return the frames of a clip with speech. Ranges near each other are merged."""
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
    """Return a volume curve with dips: keys at all corners of the dips and at the old keys."""
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
    low = PARAMS["volume"].low
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
    """Return the depth of the dip at a frame, from 0 to 1."""
    deepest = 0.0
    for first, last in dips:
        away = max(first - frame, frame - last, 0)
        deepest = max(deepest, 1.0 - away / fade if fade else float(away == 0))
    return max(0.0, deepest)
