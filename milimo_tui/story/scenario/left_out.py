"""Find the words of a story that the beats of its scenes do not contain. The user sees them as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from milimo_tui.core.format import format_count
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.text import fold

# A word, or a single character of Japanese or Chinese, which have no spaces between words.
_WORD = compile_lazily(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


def list_story_words(text: str) -> list[str]:
    """Return the words of a text in a form for comparison."""
    return [fold(word) for word in _WORD.findall(text)]


def find_left_out_words(text: str, written: Iterable[str]) -> tuple[str, ...]:
    """Return the stretches of `text` whose words are not in the texts `written`, in order.

    Each word of `written` stands for one occurrence in `text`, so that a word that was dropped once is found.
    """
    left = Counter(word for one in written for word in list_story_words(one))
    out: list[str] = []
    start = end = -1
    for found in _WORD.finditer(text):
        word = fold(found[0])
        if left[word]:
            left[word] -= 1
            out += [text[start:end]] if start >= 0 else []
            start = -1
        else:
            start, end = found.start() if start < 0 else start, found.end()
    return (*out, text[start:end]) if start >= 0 else tuple(out)


def describe_left_out_words(left_out: Iterable[str]) -> tuple[str, ...]:
    """Return a note with the number of words that were left out, or nothing if there are none."""
    count = sum(len(list_story_words(text)) for text in left_out)
    if not count:
        return ()
    return (
        f"{format_count(count, 'word')} of the story left out of the script: milimo scenario show lists them",
    )
