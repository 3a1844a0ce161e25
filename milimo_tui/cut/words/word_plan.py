"""Plan the removal of silences and filler words of a clip, with a reason for each range. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from milimo_tui.cut.words.word_cuts import ClipWord, find_word_ranges
from milimo_tui.cut.words.word_search import simplify_word

# Sounds and words without a meaning, by language. Words that also have a meaning, such as “like”, are not
# listed: they need a decision of a person.
FILLERS: Mapping[str, frozenset[str]] = {
    "en": frozenset({"um", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "mmm", "ah", "eh"}),
    "de": frozenset({"äh", "ähm", "öh", "öhm", "hm", "hmm", "mhm", "ehm"}),
    "fr": frozenset({"euh", "heu", "hum", "hm", "bah", "ben"}),
    "es": frozenset({"eh", "em", "este", "mmm", "hm"}),
    "it": frozenset({"eh", "ehm", "mmm", "hm", "uhm"}),
    "ja": frozenset({"えー", "えっと", "あの", "あのー", "えーと", "うーん"}),
}


@dataclass(frozen=True, slots=True)
class PlannedRemoval:
    """Frames [start, end) of a clip that would be removed. `kind` is silence or filler."""

    start: int
    end: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class TidyLimits:
    """The options of a plan: a silence longer than `longest` seconds is shortened to `remaining` seconds."""

    longest: Fraction = Fraction(4, 5)
    remaining: Fraction = Fraction(3, 10)
    silences: bool = True
    fillers: bool = True


def plan_removals(
    heard: Sequence[ClipWord], frames: int, rate: Fraction, language: str, limits: TidyLimits
) -> tuple[PlannedRemoval, ...]:
    """Return the ranges of a clip to remove, in order. `frames` is the length of the clip."""
    found: list[PlannedRemoval] = []
    fillers = FILLERS.get(language, FILLERS["en"]) if limits.fillers else frozenset()
    for each in heard:
        if simplify_word(each.word.text) in fillers:
            ((start, end),) = find_word_ranges(heard, {each.number}, frames)
            if start < end:
                found.append(PlannedRemoval(start, end, "filler", f"filler word “{each.word.text}”"))
    if limits.silences:
        spoken = [each for each in heard if simplify_word(each.word.text) not in fillers] or list(heard)
        found += _plan_silences(spoken, frames, rate, limits)
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def _plan_silences(
    spoken: Sequence[ClipWord], frames: int, rate: Fraction, limits: TidyLimits
) -> Iterator[PlannedRemoval]:
    if not spoken:
        return
    half = limits.remaining * rate / 2
    pauses = [
        (Fraction(0), spoken[0].start, f"before “{spoken[0].word.text}”"),
        *(
            (left.end, right.start, f"between “{left.word.text}” and “{right.word.text}”")
            for left, right in pairwise(spoken)
        ),
        (spoken[-1].end, Fraction(frames), f"after “{spoken[-1].word.text}”"),
    ]
    for low, high, where in pauses:
        if high - low <= limits.longest * rate:
            continue
        start = ceil(low + half) if low else 0
        end = floor(high - half) if high < frames else frames
        if start < end:
            seconds = float((high - low) / rate)
            yield PlannedRemoval(start, end, "silence", f"silence of {seconds:.2f} s {where}")
