"""Plan the removal of silences and filler words of a clip, with a reason for each range. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from milimo_tui.cut.words.filler_words import find_filler_runs
from milimo_tui.cut.words.word_cuts import ClipWord, find_word_ranges


@dataclass(frozen=True, slots=True)
class PlannedRemoval:
    """Frames [start, end) of a clip that would be removed. `kind` is silence or filler."""

    start: int
    end: int
    kind: str
    reason: str

    @property
    def frames(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TidyLimits:
    """The options of a plan: a silence longer than `longest` seconds is shortened to `remaining` seconds.
    `own_fillers` are words and phrases that the user has added to the filler words.
    """

    longest: Fraction = Fraction(4, 5)
    remaining: Fraction = Fraction(3, 10)
    silences: bool = True
    fillers: bool = True
    own_fillers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pause:
    """The time [start, end) between two words that stay, in frames of the clip, and the filler words in it.
    `before` and `after` are the texts of the two words; empty at an end of the clip.
    """

    start: Fraction
    end: Fraction
    before: str
    after: str
    fillers: tuple[Sequence[ClipWord], ...]

    @property
    def place(self) -> str:
        """The place of the pause in words: `between “wait.” and “Then”`."""
        if self.before and self.after:
            return f"between “{self.before}” and “{self.after}”"
        return f"after “{self.before}”" if self.before else f"before “{self.after}”"


def plan_removals(
    heard: Sequence[ClipWord], frames: int, rate: Fraction, language: str, limits: TidyLimits
) -> tuple[PlannedRemoval, ...]:
    """Return the ranges of a clip to remove, in order and without overlap, so that any of them can be left
    out. A long pause with filler words is one range. `frames` is the length of the clip.
    """
    words = [each.word for each in heard]
    runs = find_filler_runs(words, language, limits.own_fillers) if limits.fillers else ()
    found: list[PlannedRemoval] = []
    for pause in _iterate_pauses(heard, runs, frames):
        is_long = limits.silences and pause.end - pause.start > limits.longest * rate
        spans = [_find_filler_frames(heard, run, frames) for run in pause.fillers]
        silence = _find_silence_frames(pause, frames, limits.remaining * rate / 2) if is_long else (0, 0)
        if silence[0] < silence[1]:
            found.append(_make_silence(pause, (silence, *spans), rate))
        else:
            found += [
                PlannedRemoval(*span, "filler", f"filler word {_quote_words(run)}")
                for span, run in zip(spans, pause.fillers, strict=True)
                if span[0] < span[1]
            ]
    return tuple(found)


def _iterate_pauses(heard: Sequence[ClipWord], runs: Sequence[range], frames: int) -> Iterator[_Pause]:
    """Yield the time before, between and after the words that stay. If no word stays, yield each filler word
    alone, because the silences would then be the complete clip.
    """
    fillers = {index for run in runs for index in run}
    stays = [index for index in range(len(heard)) if index not in fillers]
    if not stays:
        for run in runs:
            yield _Pause(heard[run[0]].start, heard[run[0]].start, "", "", (heard[run.start : run.stop],))
        return
    ends = Fraction(0), Fraction(frames)
    for before, after in pairwise((-1, *stays, len(heard))):
        yield _Pause(
            ends[0] if before < 0 else heard[before].end,
            ends[1] if after == len(heard) else heard[after].start,
            "" if before < 0 else heard[before].word.text,
            "" if after == len(heard) else heard[after].word.text,
            tuple(heard[run.start : run.stop] for run in runs if before < run.start < after),
        )


def _find_filler_frames(heard: Sequence[ClipWord], run: Sequence[ClipWord], frames: int) -> tuple[int, int]:
    found = find_word_ranges(heard, {each.number for each in run}, frames)
    return found[0][0], found[-1][1]


def _find_silence_frames(pause: _Pause, frames: int, half: Fraction) -> tuple[int, int]:
    """Return the frames of a long pause that are removed, so that `half` remains next to each word."""
    start = ceil(pause.start + half) if pause.before else 0
    end = floor(pause.end - half) if pause.after else frames
    return start, end


def _make_silence(pause: _Pause, spans: Sequence[tuple[int, int]], rate: Fraction) -> PlannedRemoval:
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    length = f"silence of {float((pause.end - pause.start) / rate):.2f} s {pause.place}"
    if not pause.fillers:
        return PlannedRemoval(start, end, "silence", length)
    said = _quote_words([word for run in pause.fillers for word in run])
    return PlannedRemoval(start, end, "filler", f"{said} in a {length}")


def _quote_words(words: Sequence[ClipWord]) -> str:
    return f"“{' '.join(each.word.text for each in words)}”"
