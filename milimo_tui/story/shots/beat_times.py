"""Compute the times at which the beats of a shot begin. A beat is a spoken line, or a sentence of action if
nobody speaks. The times are either set by the user, or proportional to the number of characters of each beat.
Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.story.values.film import Shot
from milimo_tui.story.values.text import split_sentences

BEATS_OFF = "off"


def list_beat_texts(shot: Shot) -> tuple[str, ...]:
    """Return the beats of a shot as texts: its lines, or the sentences of its action if nobody speaks."""
    lines = tuple(line.text for line in shot.dialogue if line.text.strip())
    return lines or tuple(split_sentences(shot.action))


def parse_beat_times(shot: Shot, words: str, rate: Fraction) -> str:
    """Convert the beat times that the user typed (`words`) to the text that the shot stores for them.

    - For `auto` the result is empty, which means that the times follow from the text.
    - For `off` the result is `off`, which means that the shot has no beat times.
    - Otherwise the result lists the second at which each beat after the first begins: `1.5, 3`.

    Raises BadInput.
    """
    wanted = words.strip().lower()
    if wanted in ("", "auto", BEATS_OFF):
        return "" if wanted == "auto" else wanted
    count = len(list_beat_texts(shot))
    if count < 2:
        raise BadInput(
            "the shot does not have two beats that could follow each other", "use beats: auto or off"
        )
    times = _parse_second_list(wanted)
    frames = [round(time * rate) for time in times]
    ends = float(shot.frames / rate)
    if len(times) != count - 1:
        raise BadInput(
            f"the shot has {count} beats, so {format_count(count - 1, 'time')} are needed, not {len(times)}",
            "give the seconds at which all but the first start, for example "
            f"{format_automatic_beat_times(shot, rate)}",
        )
    if any(later <= earlier for earlier, later in pairwise((0, *frames, shot.frames))):
        raise BadInput(
            f"beats must start in order, within the {ends:g} s of the shot",
            format_automatic_beat_times(shot, rate),
        )
    return ", ".join(f"{time:g}" for time in map(float, times))


def _parse_second_list(words: str) -> list[Fraction]:
    try:
        return [Fraction(one.strip().removesuffix("s")) for one in words.split(",")]
    except (ValueError, ZeroDivisionError):
        raise BadInput(f"“{words}” is not a list of seconds", "for example 1.5, 3; or auto, or off") from None


def format_automatic_beat_times(shot: Shot, rate: Fraction) -> str:
    """Return the automatic beat times, which follow from the number of characters of each beat. The result
    lists the seconds at which each beat after the first begins: `1.2, 2.9`. It is empty if the shot has a
    single beat.
    """
    return ", ".join(
        f"{float(frame / rate):.1f}" for frame in _compute_frames_by_words(shot, list_beat_texts(shot))[1:]
    )


def compute_beat_frames(shot: Shot, found: Sequence[str], rate: Fraction) -> tuple[tuple[int, ...], bool]:
    """Return the frame at which each beat begins, and True if the user set the times.

    `found` are the texts of the beats. User times that no longer fit the number of beats or the shot's length
    are ignored.
    """
    if shot.beats and shot.beats != BEATS_OFF:
        frames = (0, *(round(time * rate) for time in _parse_second_list(shot.beats)))
        if len(frames) == len(found) and all(
            earlier < later for earlier, later in pairwise((*frames, shot.frames))
        ):
            return frames, True
    return _compute_frames_by_words(shot, found), False


def _compute_frames_by_words(shot: Shot, found: Sequence[str]) -> tuple[int, ...]:
    """Return the first frame of each beat. The length of a beat is proportional to its number of
    characters.
    """
    letters = [len(one) for one in found]
    before = accumulate(letters[:-1], initial=0)
    return tuple(round(shot.frames * passed / max(1, sum(letters))) for passed in before)
