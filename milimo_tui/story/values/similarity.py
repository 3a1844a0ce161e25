"""Compute the similarity of texts. Short texts are compared by groups of three characters, long texts by
words with weights.

Values are Dice coefficients from 0 to 1. The order of words does not count, so that moved text stays similar.
The run time is linear in the length of the texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import pairwise
from math import log

from milimo_tui.story.values.text import fold, split_words

# Maximum number of characters of a text that are compared. The time for a comparison grows with the length,
# and 600 characters are enough to distinguish two passages.
_MAX_COMPARED_LENGTH = 600


def count_trigrams(text: str) -> Counter[str]:
    """Count the trigrams (groups of three characters) of a folded text. Spaces are added at both ends, so
    that the first and last characters count too.
    """
    folded = f"  {fold(text)[:_MAX_COMPARED_LENGTH]} "
    return Counter(folded[at : at + 3] for at in range(len(folded) - 2))


def compute_dice(left: Counter[str], right: Counter[str]) -> float:
    """Return the Dice coefficient of two counters, from 0 to 1: twice the number of shared items, divided by
    the total number of items.
    """
    if len(right) < len(left):
        left, right = right, left
    shared = sum(min(count, right[piece]) for piece, count in left.items() if piece in right)
    total = left.total() + right.total()
    return 2 * shared / total if total else 0.0


def compare_short_texts(left: str, right: str) -> float:
    """Return the similarity of two short texts, from 0 to 1."""
    return compute_dice(count_trigrams(left), count_trigrams(right))


class WeightedTexts:
    """Old and new texts as sets of words and word pairs. Each word and pair has a weight that is higher the
    rarer it is in all texts.
    """

    def __init__(self, old: Iterable[str], new: Iterable[str]) -> None:
        self._old = [_collect_terms(text) for text in old]
        self._new = [_collect_terms(text) for text in new]
        everywhere = Counter(term for terms in (*self._old, *self._new) for term in terms)
        count = len(self._old) + len(self._new)
        self._weight = {term: log(1 + count / seen) for term, seen in everywhere.items()}
        self._old_total = [self._sum_weights(terms) for terms in self._old]
        self._new_total = [self._sum_weights(terms) for terms in self._new]
        # Very common words do not distinguish texts, and would make `find_likely` quadratic.
        common = max(24, count // 8)
        self._places: dict[str, list[int]] = {}
        for index, terms in enumerate(self._old):
            for term in terms:
                if everywhere[term] <= common:
                    self._places.setdefault(term, []).append(index)

    def _sum_weights(self, terms: Iterable[str]) -> float:
        return sum(self._weight[term] for term in terms)

    def find_likely(self, new: int, most: int) -> list[int]:
        """Return the indexes of the old texts that are most similar to the new text with the index `new`, at
        most `most`. Similarity is the total weight of the words and pairs that both texts have.
        """
        shared: dict[int, float] = {}
        for term in self._new[new]:
            for index in self._places.get(term, ()):
                shared[index] = shared.get(index, 0.0) + self._weight[term]
        return nlargest(
            most, shared, key=lambda index: (shared[index] / (self._old_total[index] + 1), -index)
        )

    def compute_weighted_dice(self, old: int, new: int) -> float:
        """Return the weighted Dice coefficient (0 to 1) of an old and a new text, given by their indexes."""
        total = self._old_total[old] + self._new_total[new]
        return 2 * self._sum_weights(self._old[old] & self._new[new]) / total if total else 0.0


def _collect_terms(text: str) -> set[str]:
    spoken = split_words(fold(text))
    return {*spoken, *(f"{left} {right}" for left, right in pairwise(spoken))}


def assign_best_pairs(scores: Sequence[tuple[float, int, int]]) -> dict[int, int]:
    """Assign to each new item an old item, in the order of their scores, best first. Each item is used at
    most once.

    `scores` are tuples of score, old index and new index. The result maps new indexes to old indexes.
    """
    taken: set[int] = set()
    out: dict[int, int] = {}
    for _, old, new in sorted(scores, key=lambda row: (-row[0], row[2], row[1])):
        if new not in out and old not in taken:
            out[new] = old
            taken.add(old)
    return out
