"""Find the front matter of a screenplay without a title page: title, author and motto before the first
scene.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.line_grammar import is_known_title_key
from milimo_tui.story.screenplay.screenplay import (
    COMMENT_KINDS,
    ScriptElement,
    ScriptElementKind,
    ScriptProblem,
)
from milimo_tui.story.values.text import collapse_text, split_words
from milimo_tui.story.values.vocabulary import extract_caption, parse_framing

_PASSED = COMMENT_KINDS | {
    ScriptElementKind.SECTION,
    ScriptElementKind.SYNOPSIS,
    ScriptElementKind.PAGE_BREAK,
}
_MOST_TITLE_WORDS = 12
_SMALL_WORDS = "a an and at by de du des for from in la le les of on or the to van von with"
_SMALL = frozenset(_SMALL_WORDS.split())  # Words that may be in lower case in a title.
_AUTHOR = compile_lazily(r"\bby(?: |$)(?=[A-ZÀ-ÖØ-Þ]|$)", re.MULTILINE)
_QUOTATION = compile_lazily(r"[\"“„«‘'].*[\"”“»’'](?:[\s,]*[-–—(].*)?", re.DOTALL)
_SOURCE_LINE = compile_lazily(r".+\n\s*[-–—]{1,2}\s?\S.*", re.DOTALL)


def read_front_matter(elements: Sequence[ScriptElement]) -> list[ScriptElement]:
    """Return the elements of a screenplay with a title above its author's name as action: `THE FOG` above `by
    Ann Person` is no speech.
    """
    out = list(elements)
    for at, element in enumerate(elements):
        if element.kind is ScriptElementKind.HEADING or element.forced:
            break
        speech = elements[at + 1] if at + 1 < len(elements) else None
        if element.kind is ScriptElementKind.CUE and speech and _AUTHOR.search(speech.text.split("\n")[0]):
            out[at] = replace(element, kind=ScriptElementKind.ACTION, cue=None)
            out[at + 1] = replace(speech, kind=ScriptElementKind.ACTION)
    return out


def count_front_matter(opening: Sequence[ScriptElement]) -> int:
    """Return the number of elements at the beginning of `opening` that are front matter. `opening` are the
    elements before the first scene heading.
    """
    count = 0
    for at, element in enumerate(opening, 1):
        if element.kind is ScriptElementKind.ACTION and not element.forced and _is_front_matter(element.text):
            count = at
        elif element.kind not in _PASSED:
            break
    return count


def find_front_matter_problems(elements: Sequence[ScriptElement]) -> Iterator[ScriptProblem]:
    """Yield a problem for each paragraph that is read as front matter, because no shot shows it."""
    first = next((at for at, one in enumerate(elements) if one.kind is ScriptElementKind.HEADING), 0)
    for element in elements[: count_front_matter(elements[:first])]:
        if element.kind is ScriptElementKind.ACTION:
            text = collapse_text(element.text)
            message = f"“{text}” is read as title or motto and not filmed: write ! before it to film it"
            yield ScriptProblem(element.span.line, 1, message)


def _is_front_matter(text: str) -> bool:
    """Return True if a paragraph before the first scene is a title, the name of an author or a motto: a
    quotation, or a line of capitalised words without a full stop.
    """
    plain = collapse_text(text)
    if extract_caption(plain) or parse_framing(plain):
        return False
    if _QUOTATION.fullmatch(plain) or _SOURCE_LINE.fullmatch(text.strip()):
        return True
    words = split_words(plain)
    if not words or len(words) > _MOST_TITLE_WORDS or plain.rstrip("\"”’')»")[-1:] in ".!?…":
        return False
    capitalised = all(word in _SMALL or word[0].isupper() or word[0].isdigit() for word in words)
    return is_known_title_key(plain) or _AUTHOR.search(plain) is not None or capitalised
