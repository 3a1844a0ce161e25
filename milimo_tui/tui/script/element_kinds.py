"""The kind of a line while it is written: guessed from its words, chosen with Tab, and marked in Fountain.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import Kind

LETTERS: Mapping[str, str] = {
    Kind.HEADING: "H",
    Kind.CUE: "C",
    Kind.DIALOGUE: "d",
    Kind.PARENTHETICAL: "p",
    Kind.LYRIC: "l",
    Kind.TRANSITION: "T",
    Kind.CENTRED: "=",
    Kind.SECTION: "#",
    Kind.SYNOPSIS: "s",
    Kind.NOTE: "n",
    Kind.BONEYARD: "x",
    Kind.PAGE_BREAK: "-",
}
NAMES: Mapping[str, str] = {
    Kind.ACTION: "action",
    Kind.CUE: "character",
    Kind.DIALOGUE: "dialogue",
    Kind.PARENTHETICAL: "parenthetical",
    Kind.HEADING: "scene heading",
    Kind.TRANSITION: "transition",
}
# The kinds that Tab cycles through after a blank line, and inside a speech.
ALONE: Sequence[str] = (Kind.ACTION, Kind.CUE, Kind.HEADING, Kind.TRANSITION)
SPOKEN: Sequence[str] = (Kind.DIALOGUE, Kind.PARENTHETICAL)
IN_CAPITALS = (Kind.CUE, Kind.HEADING, Kind.TRANSITION)
SPEAKING = (Kind.CUE, Kind.DIALOGUE, Kind.PARENTHETICAL, Kind.LYRIC)
_FORCED: Mapping[str, str] = {Kind.ACTION: "!", Kind.CUE: "@", Kind.HEADING: ".", Kind.TRANSITION: ">"}
SHORTEST_CUE = 2  # Letters. A single capital may be the beginning of a sentence.


def guess_kind(line: str, before: str | None) -> str | None:
    """Guess a line's kind from its words and the kind of the line before; None for a blank line."""
    words = line.strip()
    if not words:
        return None
    if line_grammar.heading(words) is not None:
        return Kind.HEADING
    if before in SPEAKING:
        return Kind.PARENTHETICAL if words[0] == "(" and words[-1] == ")" else Kind.DIALOGUE
    if words[0] in "!@>":
        return _by_mark(words)
    if line_grammar.forced_heading(words) is not None:
        return Kind.HEADING
    if line_grammar.is_transition(words):
        return Kind.TRANSITION
    if before is None and len(words) >= SHORTEST_CUE and line_grammar.cue(words) is not None:
        return Kind.CUE
    return Kind.ACTION


def _by_mark(words: str) -> str:
    """Return the kind that a line's first character forces."""
    if words[0] == ">":
        return Kind.CENTRED if words[-1] == "<" and len(words) > 1 else Kind.TRANSITION
    return Kind.ACTION if words[0] == "!" else Kind.CUE


def next_kind(kind: str | None, before: str | None, step: int) -> str:
    """Return the kind that Tab changes a line to; `before` is the kind of the line above."""
    kinds = SPOKEN if before in SPEAKING else ALONE
    if kind not in kinds:
        return kinds[1] if kind is None and step > 0 else kinds[0]
    return kinds[(kinds.index(kind) + step) % len(kinds)]


def as_kind(line: str, kind: str) -> str:
    """Return a line's words in the form of another kind: in capitals or brackets, without the mark of the old
    kind.
    """
    words = line.strip()
    if words[:1] in ("!", "@") or (words[:1] == ">" and words[-1:] != "<"):
        words = words[1:].lstrip()
    elif line_grammar.forced_heading(words) is not None:
        words = words[1:]
    if words[:1] == "(" and words[-1:] == ")" and kind is not Kind.PARENTHETICAL:
        words = words[1:-1]
    if kind == Kind.PARENTHETICAL:
        return words if words[:1] == "(" else f"({words})"
    return words.upper() if kind in IN_CAPITALS else words


def mark_for(line: str, kind: str, before: str | None) -> str:
    """Return the Fountain mark that makes a line this kind; empty if its words alone suffice."""
    words = line.strip()
    if not words or guess_kind(line, before) == kind or kind not in _FORCED:
        return ""
    if kind == Kind.HEADING and not words[0].isalnum():
        return ""  # The grammar has no forced heading of this form.
    return _FORCED[kind]
