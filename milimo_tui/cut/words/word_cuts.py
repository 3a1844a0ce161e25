"""Cut a clip by its words: the frames that words occupy, and their removal. Pure functions.

A word is removed up to the frame edges in the pauses around it, so that no sample of the word remains and no
sample of its neighbours is lost. If a pause has no frame edge, the edge nearest to its middle is used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from milimo_tui.core.errors import Refused
from milimo_tui.core.time import frames_to_seconds, round_half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, NewId
from milimo_tui.cut.values.guards import find_existing_clip
from milimo_tui.cut.values.timing import find_clip_frame, get_source_span
from milimo_tui.cut.words.caption_edits import remove_caption_time
from milimo_tui.cut.words.transcripts import SpokenWord
from milimo_tui.cut.working.caption_moves import find_caption_reference


@dataclass(frozen=True, slots=True)
class ClipWord:
    """A word that is heard in a clip, with its number in the transcript from 1, and its start and end in
    frames of the clip as exact fractions.
    """

    number: int
    word: SpokenWord
    start: Fraction
    end: Fraction


@dataclass(frozen=True, slots=True)
class CutWord:
    """A word that is heard in a cut, with the id of its clip, its number in the transcript from 1, and its
    start and end in frames of the cut as exact fractions.
    """

    clip: str
    number: int
    word: SpokenWord
    start: Fraction
    end: Fraction


def list_clip_words(
    clip: Clip, words: Sequence[SpokenWord], head: Fraction, rate: Fraction
) -> tuple[ClipWord, ...]:
    """Return the words that are heard in a clip, at least in part. `head` are the seconds of the file before
    second 0 of the clip's source, such as the handle of a take. Raises Refused for a clip that plays
    backwards or is a freeze frame.
    """
    if clip.effects.speed <= 0:
        raise Refused("the clip plays backwards or is frozen, so it has no words", "set its speed to 1")
    low, high = get_source_span(clip, rate)
    return tuple(
        ClipWord(
            number,
            word,
            find_clip_frame(clip, word.start_seconds - head, rate),
            find_clip_frame(clip, word.end_seconds - head, rate),
        )
        for number, word in enumerate(words, start=1)
        if word.start_seconds - head < high and word.end_seconds - head > low
    )


def find_word_ranges(
    heard: Sequence[ClipWord], numbers: Collection[int], frames: int
) -> tuple[tuple[int, int], ...]:
    """Return the ranges of frames [start, end) of a clip that words with these numbers occupy. Numbers of
    words that are not heard in the clip are ignored. `frames` is the length of the clip.
    """
    runs: list[list[ClipWord]] = []
    for each in heard:
        if each.number not in numbers:
            continue
        if runs and runs[-1][-1].number == each.number - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return tuple(_find_run_frames(heard, run, frames) for run in runs)


def _find_run_frames(heard: Sequence[ClipWord], run: Sequence[ClipWord], frames: int) -> tuple[int, int]:
    before = max((each.end for each in heard if each.number < run[0].number), default=Fraction(0))
    after = min((each.start for each in heard if each.number > run[-1].number), default=Fraction(frames))
    start = _choose_frame_edge(before, run[0].start, latest=True)
    end = _choose_frame_edge(max(each.end for each in run), after, latest=False)
    return max(0, min(start, frames)), max(0, min(end, frames))


def _choose_frame_edge(low: Fraction, high: Fraction, *, latest: bool) -> int:
    """Return the latest or the earliest frame edge of a pause [low, high]. A pause without a frame edge gets
    the edge nearest to its middle.
    """
    edge = floor(high) if latest else ceil(low)
    return edge if low <= edge <= high else round_half_up((low + high) / 2)


def remove_clip_ranges(cut: Cut, clip_id: str, ranges: Iterable[tuple[int, int]], *, new_id: NewId) -> Cut:
    """Remove ranges of frames of a clip and of the clips linked to it, and close the gaps. The ranges are
    counted from the start of the clip. Captions are shortened by the same time.

    Raises Refused if nothing would be removed.
    """
    clip = find_existing_clip(cut, clip_id)
    start = layout(cut).get_start(clip_id)
    joined = join_ranges(ranges)
    if not joined:
        raise Refused("these words are shorter than a frame", "choose more words")
    linked = {each.track for each in cut.clips if clip.link and each.link == clip.link}
    tracks = sorted({clip.track, *linked})
    reference = find_caption_reference(layout(cut))
    for first, end in reversed(joined):
        cut = edits.extract_range(cut, start + first, start + end, new_id=new_id, tracks=tracks)
        if reference is None or reference.id not in tracks:  # Otherwise the captions have moved already.
            times = (frames_to_seconds(start + frame, cut.rate) for frame in (first, end))
            cut = remove_caption_time(cut, *times, new_id=new_id)
    return cut


def join_ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in order, without empty ranges. Ranges that overlap or touch are joined."""
    out: list[tuple[int, int]] = []
    for first, end in sorted(ranges):
        if first >= end:
            continue
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((first, end))
    return out
