"""The kind (cue, dialogue, heading …) of a screenplay line while the user writes it. A kind is guessed from
the words, chosen with Tab, and marked in Fountain if the words don't imply it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.screenplay import SPEECH_KINDS, ScriptElementKind

LETTERS: Mapping[str, str] = {
    ScriptElementKind.HEADING: "H",
    ScriptElementKind.CUE: "C",
    ScriptElementKind.DIALOGUE: "d",
    ScriptElementKind.PARENTHETICAL: "p",
    ScriptElementKind.LYRIC: "l",
    ScriptElementKind.TRANSITION: "T",
    ScriptElementKind.CENTRED: "=",
    ScriptElementKind.SECTION: "#",
    ScriptElementKind.SYNOPSIS: "s",
    ScriptElementKind.NOTE: "n",
    ScriptElementKind.BONEYARD: "x",
    ScriptElementKind.PAGE_BREAK: "-",
}
# `ALONE` has the kinds that Tab offers in turn after a blank line; `SPOKEN` has those inside a speech.
ALONE: Sequence[str] = (
    ScriptElementKind.ACTION,
    ScriptElementKind.CUE,
    ScriptElementKind.HEADING,
    ScriptElementKind.TRANSITION,
)
SPOKEN: Sequence[str] = (ScriptElementKind.DIALOGUE, ScriptElementKind.PARENTHETICAL)
IN_CAPITALS = (ScriptElementKind.CUE, ScriptElementKind.HEADING, ScriptElementKind.TRANSITION)
SPEAKING = SPEECH_KINDS | {ScriptElementKind.CUE}
_FORCED: Mapping[str, str] = {
    ScriptElementKind.ACTION: "!",
    ScriptElementKind.CUE: "@",
    ScriptElementKind.HEADING: ".",
    ScriptElementKind.TRANSITION: ">",
}
# Minimum number of letters of a cue, because a single capital may be the beginning of a sentence.
SHORTEST_CUE = 2


def guess_kind(line: str, before: str | None) -> str | None:
    """Guess a line's kind from its words and from `before`, the kind of the line above. Return None for a
    blank line.
    """
    words = line.strip()
    if not words:
        return None
    if line_grammar.parse_heading(words) is not None:
        return ScriptElementKind.HEADING
    if before in SPEAKING:
        return (
            ScriptElementKind.PARENTHETICAL
            if words[0] == "(" and words[-1] == ")"
            else ScriptElementKind.DIALOGUE
        )
    if words[0] in "!@>":
        return _read_forced_kind(words)
    if line_grammar.parse_forced_heading(words) is not None:
        return ScriptElementKind.HEADING
    if line_grammar.is_transition_line(words):
        return ScriptElementKind.TRANSITION
    if before is None and len(words) >= SHORTEST_CUE and line_grammar.parse_cue(words) is not None:
        return ScriptElementKind.CUE
    return ScriptElementKind.ACTION


def _read_forced_kind(words: str) -> str:
    """Return the kind that a Fountain mark at the beginning of the line forces: `!` for action, `>` for a
    transition, `@` for a cue. A line between `>` and `<` is centred.
    """
    if words[0] == ">":
        return (
            ScriptElementKind.CENTRED if words[-1] == "<" and len(words) > 1 else ScriptElementKind.TRANSITION
        )
    return ScriptElementKind.ACTION if words[0] == "!" else ScriptElementKind.CUE


def choose_next_kind(kind: str | None, before: str | None, step: int) -> str:
    """Return the kind to which Tab changes a line of the given kind. `before` is the kind of the line above;
    `step` is -1 for the reverse order.
    """
    kinds = SPOKEN if before in SPEAKING else ALONE
    if kind not in kinds:
        return kinds[1] if kind is None and step > 0 else kinds[0]
    return kinds[(kinds.index(kind) + step) % len(kinds)]


def convert_to_kind(line: str, kind: str) -> str:
    """Return a line rewritten as another kind, such as in capitals or in brackets. The Fountain mark of the
    old kind is removed.
    """
    words = line.strip()
    if words[:1] in ("!", "@") or (words[:1] == ">" and words[-1:] != "<"):
        words = words[1:].lstrip()
    elif line_grammar.parse_forced_heading(words) is not None:
        words = words[1:]
    if words[:1] == "(" and words[-1:] == ")" and kind is not ScriptElementKind.PARENTHETICAL:
        words = words[1:-1]
    if kind == ScriptElementKind.PARENTHETICAL:
        return words if words[:1] == "(" else f"({words})"
    return words.upper() if kind in IN_CAPITALS else words


def choose_forcing_mark(line: str, kind: str, before: str | None) -> str:
    """Return the Fountain character that forces a line to be of a kind. Return an empty string if the words
    alone imply this kind.
    """
    words = line.strip()
    if not words or guess_kind(line, before) == kind or kind not in _FORCED:
        return ""
    if kind == ScriptElementKind.HEADING and not words[0].isalnum():
        return ""  # In Fountain a heading of this form cannot be forced.
    return _FORCED[kind]
