"""Paragraphs of action that are one sentence: “Tom stops in front of” and “... the OLD GATE.”, or the subject
“A BLACK VAN” and “Pulls up.” They make one beat. Pure functions.
"""

from __future__ import annotations

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.act_words import ACTS
from milimo_tui.story.reading.spots import HeadingMove, parse_short_heading

# The end of a paragraph whose sentence must go on.
_UNFINISHED = compile_lazily(
    r"(?::|\b(?:and|or|but|as|with|of|the|an?|into|onto|from|at|towards?|revealing|where|when|while|to|by|und"
    r"|oder|mit|von|et|avec|de|con|y|e|com)\s*(?:,|\.{2,}|…|[-–—]+)?)\s*$"
)
_ENDS_SENTENCE = compile_lazily(r"[.!?][\"”’)*]*$")
_OPEN_END = compile_lazily(r"(?:\.{2,}|…|\s*-{1,}|\s*[–—]+|,)\s*$")
_OPEN_START = compile_lazily(r"^(?:\.{2,}|…|-{2,}|[–—]+)\s*")
_SMALL_WORDS = """the a an his her their its he she they it and but as in on at with then two three four five
from to into one another both"""
_SMALL = frozenset(_SMALL_WORDS.split())
_AFTER_VERB_WORDS = """to into onto from out of in on at up down over through past across along towards toward
away off by the a an his her their its back around"""
_AFTER_VERB = frozenset(_AFTER_VERB_WORDS.split())
_AUXILIARY = frozenset(("is", "are", "was", "were", "has", "have"))


def join_paragraphs(first: str, last_piece: str, second: str) -> str:
    """Return two paragraphs of action as one if they are one sentence, or an empty text. `last_piece` is the
    last paragraph that `first` contains.
    """
    if last_piece.isupper() and not last_piece.endswith(":") and not second.isupper():
        spot = parse_short_heading(last_piece)
        is_verb = _begins_with_verb(second)
        if spot is not None and not spot.is_view and (is_verb or spot.where is HeadingMove.SAME):
            return _join_subject(first, second, is_verb=is_verb)
    goes_on = _OPEN_START.match(second) is not None or second[:1].islower()
    is_open = _OPEN_END.search(first) is not None or _ENDS_SENTENCE.search(first) is None
    if not (_UNFINISHED.search(first) or (goes_on and is_open)):
        return ""
    begins = first.rstrip() if first.rstrip().endswith(":") else _OPEN_END.sub("", first)
    rest = _OPEN_START.sub("", second)
    word = rest.partition(" ")[0]
    return f"{begins} {_lower_first(rest) if word.lower() in _SMALL else rest}"


def _begins_with_verb(text: str) -> bool:
    words = text.split()
    first, second = words[0].lower(), words[1].lower() if len(words) > 1 else ""
    return first in ACTS | _AUXILIARY or (first[-1:] == "s" and second in _AFTER_VERB)


def _join_subject(subject: str, rest: str, *, is_verb: bool) -> str:
    if is_verb or rest[:1].islower():
        return f"{subject} {_lower_first(rest)}"
    is_description = rest.partition(" ")[0] in ("A", "An")
    return f"{subject}, {_lower_first(rest)}" if is_description else f"{subject}. {rest}"


def _lower_first(text: str) -> str:
    word, blank, rest = text.partition(" ")
    word = word.lower() if word.isupper() else f"{word[:1].lower()}{word[1:]}"
    return f"{word}{blank}{rest}"
