"""Compare the words that a model heard with the words that were spoken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word and its start and end in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A spoken line in a recording: its words, and its start and end in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SpeechReport:
    """The differences between spoken lines and heard words.

    `wrong` is the number of words to insert, delete or replace, of `words` spoken words. `late` has, for each
    line, the seconds from its beginning to the start of the first heard word.
    """

    words: int
    wrong: int
    late: tuple[float, ...]

    @property
    def error_rate(self) -> float:
        """The word error rate, from 0 to 1."""
        return self.wrong / self.words

    def __str__(self) -> str:
        times = sorted(map(abs, self.late))
        middle = times[len(times) // 2] if times else float("nan")
        within = sum(time <= 0.1 for time in times)
        return (
            f"word error rate {self.error_rate:.1%} ({self.wrong} of {self.words} words); first word of "
            f"{len(times)} lines: median {middle:.2f} s from its known beginning, at most "
            f"{max(times, default=float('nan')):.2f} s, {within} within 0.1 s"
        )


def compare_lines(lines: Sequence[PlacedLine], heard: Sequence[HeardWord], pause: float) -> SpeechReport:
    """Compare lines with the words heard in their recording. Half of `pause`, the silence between two lines,
    belongs to each line. The words are compared in the form of transformers' `EnglishTextNormalizer`.
    """
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    normalize = EnglishTextNormalizer({})
    words = wrong = 0
    late = []
    for line in lines:
        own = [
            word
            for word in heard
            if line.start - pause / 2 <= (word.start + word.end) / 2 < line.end + pause / 2
        ]
        spoken, found = (normalize(text).split() for text in (line.text, " ".join(w.text for w in own)))
        words += len(spoken)
        wrong += count_word_errors(spoken, found)
        late += [own[0].start - line.start] if own else []
    return SpeechReport(words, wrong, tuple(late))


def add_reports(reports: Iterable[SpeechReport]) -> SpeechReport:
    """Return the report on all lines of several recordings."""
    listed = list(reports)
    late = tuple(time for each in listed for time in each.late)
    return SpeechReport(sum(each.words for each in listed), sum(each.wrong for each in listed), late)


def count_word_errors(spoken: Sequence[str], heard: Sequence[str]) -> int:
    """Return the smallest number of words to insert, delete or replace (Levenshtein distance)."""
    costs = list(range(len(heard) + 1))
    for row, word in enumerate(spoken, 1):
        diagonal, costs[0] = costs[0], row
        for column, other in enumerate(heard, 1):
            replaced = diagonal + (word != other)
            diagonal = costs[column]
            costs[column] = min(replaced, costs[column] + 1, costs[column - 1] + 1)
    return costs[-1]
