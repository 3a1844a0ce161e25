"""Describe the difference between two texts by the passages that differ."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

MOST_PASSAGES = 3  # A description has at most this number of passages. The others are only counted.
_MOST_WORDS = 8  # The longest passage that is shown completely, in words.


def describe_word_changes(old: str, new: str) -> str:
    """Return the passages in which two texts differ: `rain → snow; + in a red coat; − at dawn`. An empty text
    if the words are equal.
    """
    before, after = old.split(), new.split()
    # Single equal words between two changes, such as “a”, would divide one change into many.
    passages = [
        (before[a:b], after[c:d])
        for a, b, c, d in _join_close_changes(SequenceMatcher(None, before, after, autojunk=False))
    ]
    shown = [_describe_passage(*each) for each in passages[:MOST_PASSAGES]]
    more = len(passages) - len(shown)
    return "; ".join((*shown, *((f"and {more} more",) if more else ())))


def _join_close_changes(matcher: SequenceMatcher[str]) -> list[tuple[int, int, int, int]]:
    out: list[tuple[int, int, int, int]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        if out and a - out[-1][1] <= 1:
            first, _, third, _ = out.pop()
            out.append((first, b, third, d))
        else:
            out.append((a, b, c, d))
    return out


def _describe_passage(old: Sequence[str], new: Sequence[str]) -> str:
    if not old:
        return f"+ {_shorten_passage(new)}"
    if not new:
        return f"− {_shorten_passage(old)}"
    return f"{_shorten_passage(old)} → {_shorten_passage(new)}"


def _shorten_passage(words: Sequence[str]) -> str:
    shown = " ".join(words[:_MOST_WORDS])
    return f"{shown} …" if len(words) > _MOST_WORDS else shown.rstrip(".,;:")
