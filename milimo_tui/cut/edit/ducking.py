"""Duck music: lower a clip with keys of its ducking while dialogue is heard."""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.errors import Refused
from milimo_tui.cut.edit.clip_effects import set_curve
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import DUCKING, VOLUME, evaluate_curve
from milimo_tui.cut.values.guards import find_existing_clip
from milimo_tui.cut.values.keyframes import Curve, Keyframe

SpeechRanges = Sequence[tuple[int, int]]

# Decibels. `duck_clip` refuses a clip whose volume is already lowered during all dialogue by the requested
# amount, or by up to this much less.
_DUCKED_TOLERANCE_DB = 1.0


class AlreadyDucked(Refused):
    """The volume keys of a clip duck it already."""


class NoSpeechHere(Refused):
    """Nobody speaks during a clip."""


def duck_clip(
    cut: Cut, clip_id: str, spoken: SpeechRanges, *, by_db: float = 12.0, fade: int = 8, apart: int = 25
) -> Cut:
    """Lower a clip by `by_db` decibels while somebody speaks. `spoken` are frame ranges [start, end) of the
    cut.

    The level falls over `fade` frames before the speech and rises over `fade` frames after it. If the pause
    between two speeches is shorter than `apart` frames, the level stays low. Earlier ducking is replaced; the
    keys of the volume stay. The cut is returned as it is if the clip is ducked in this way already. Raises
    NoSpeechHere, and AlreadyDucked if the volume keys do the same.
    """
    clip = find_existing_clip(cut, clip_id)
    start = layout(cut).get_start(clip_id)
    dips = _merge_speech_ranges([(first - start, last - start) for first, last in spoken], clip.frames, apart)
    if not dips:
        raise NoSpeechHere(
            "there is no dialogue during this clip", "{ui.level|milimo cut louder CLIP DB} sets its level"
        )
    before, volume = clip.effects.get_curve(DUCKING.name), clip.effects.get_curve(VOLUME.name)
    after = set_curve(cut, clip_id, DUCKING.name, _make_dips(dips, by_db, fade, clip.frames))
    curve = find_existing_clip(after, clip_id).effects.get_curve(DUCKING.name)
    # Earlier versions wrote the ducking into the volume.
    if volume and not before and _is_already_ducked(volume, dips, by_db):
        raise AlreadyDucked(
            "the clip is already ducked under the dialogue",
            "delete its volume keys first: milimo cut keys CLIP volume",
        )
    return cut if curve == before else after


def make_ducking_curve(spoken: SpeechRanges, *, by_db: float, fade: int, apart: int) -> Curve:
    """Return a curve of ducking in frames of the cut: `by_db` decibels lower while somebody speaks. The
    arguments are those of `duck_clip`.
    """
    end = max((last for _, last in spoken), default=0) + fade + 2
    dips = _merge_speech_ranges(spoken, end, apart)
    return _make_dips(dips, by_db, fade, end) if dips else ()


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


def _is_already_ducked(volume: Curve, dips: SpeechRanges, by_db: float) -> bool:
    """Return True if a volume curve is lower in every dip than before and after it."""

    def is_ducked(first: int, last: int) -> bool:
        lowest = evaluate_curve(volume, (first + last) / 2) + by_db - _DUCKED_TOLERANCE_DB
        before = any(key.frame <= first and key.value >= lowest for key in volume)
        return before and any(key.frame >= last and key.value >= lowest for key in volume)

    return all(is_ducked(first, last) for first, last in dips)


def _make_dips(dips: SpeechRanges, by_db: float, fade: int, frames: int) -> Curve:
    """Return a curve that is `by_db` lower in each range of `dips`. It has keys where the level begins or
    stops changing.
    """
    corners = sorted(
        {0, frames - 1}
        | {
            frame
            for first, last in dips
            for frame in (first - fade, first, last, last + fade)
            if 0 <= frame < frames
        }
    )
    keys = [Keyframe(frame, round(-by_db * _get_dip_depth(frame, dips, fade), 3) or 0.0) for frame in corners]
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
