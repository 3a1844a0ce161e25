"""The spoken words of a cut as the timeline shows them: find words, and divide them into phrases. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from milimo_tui.cut.words.word_cuts import CutWord
from milimo_tui.cut.words.word_search import find_phrase

_PHRASE_PAUSE = Fraction(1, 2)  # A pause of this many seconds ends a phrase.


@dataclass(frozen=True)
class SpokenLane:
    """The words of a cut in order. `chosen` are the indexes of the selected words."""

    words: Sequence[CutWord] = ()
    chosen: frozenset[int] = frozenset()

    @cached_property
    def _starts(self) -> list[Fraction]:
        return [each.start for each in self.words]

    def find_word_at(self, frame: int) -> int | None:
        """Return the index of the word that is heard in a frame, or None."""
        index = bisect_left(self._starts, frame + 1) - 1
        return index if index >= 0 and self.words[index].end > frame else None

    def find_next_word(self, frame: int, step: int) -> int | None:
        """Return the index of the next word that begins after a frame, or of the previous one that begins
        before it if `step` is negative. Return None after the last word, and before the first one.
        """
        starts = [int(each.start) for each in self.words]
        index = bisect_right(starts, frame) if step > 0 else bisect_left(starts, frame) - 1
        return index if 0 <= index < len(starts) else None

    def list_phrase_hits(self, phrase: str) -> tuple[int, ...]:
        """Return the indexes of the words at which a phrase begins."""
        found = find_phrase([each.word for each in self.words], phrase)
        return tuple(first - 1 for first, _ in found)

    def list_visible_phrases(self, start: int, end: int, rate: Fraction) -> Iterator[range]:
        """Yield the phrases that are heard in frames [start, end), as ranges of indexes. A phrase ends at a
        pause, and before another speaker.
        """
        last = bisect_left(self._starts, end)
        first = max(0, bisect_right(self._starts, start) - 1)
        while first > 0 and not self._is_phrase_start(first, rate):
            first -= 1
        begin = first
        for index in range(first + 1, last + 1):
            if index == last or self._is_phrase_start(index, rate):
                yield range(begin, index)
                begin = index

    def _is_phrase_start(self, index: int, rate: Fraction) -> bool:
        left, right = self.words[index - 1], self.words[index]
        return right.start - left.end >= _PHRASE_PAUSE * rate or left.word.speaker != right.word.speaker
