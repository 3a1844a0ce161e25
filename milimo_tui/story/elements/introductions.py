"""How a screenplay introduces its people: “MARA, a tired courier in a grey coat, pushes through…”.

Pure. Only names in capitals followed by a comma or a bracket count; what stands between is the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.core.late_patterns import late
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.text import collapse, sentences

MAX_LETTERS = 160
_BRACKET = late(r"\s*\(([^()]{1,80})\)")
# The clause that goes on with what happens begins with a verb: “pushes”, “is”, “looking”.
_VERB = late(r"(?:[a-z]+(?<!s)s|[a-z]+ing|is|has|does)")
_NOT_VERBS = frozenset(
    {"always", "perhaps", "his", "hers", "its", "this", "glasses", "jeans", "boots", "eyes"}
)


def introductions(screenplay: Screenplay, names: Iterable[str]) -> dict[str, str]:
    """The description of each name (as in cues, any case) that is introduced, where it first is."""
    actions = [collapse(element.text) for element in screenplay.elements if element.kind is Kind.ACTION]
    found: dict[str, str] = {}
    for name in names:
        for action in actions:
            described = next(filter(None, (_described(part, name.upper()) for part in sentences(action))), "")
            if described:
                found[name] = described
                break
    return found


def _described(sentence: str, name: str) -> str:
    """What a sentence says of a name right behind it; empty when it says nothing."""
    at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)
    if at is None:
        return ""
    rest = sentence[at.end() :]
    parts = []
    bracket = _BRACKET.match(rest)
    if bracket:
        parts.append(bracket[1].strip())
        rest = rest[bracket.end() :]
    if rest.startswith(","):
        parts += _apposition(rest[1:])
    return ", ".join(part for part in parts if part)[:MAX_LETTERS]


def _apposition(rest: str) -> list[str]:
    """The clauses up to the one that says what happens; none when nothing follows them."""
    clauses = [clause.strip() for clause in re.split(r"[,.;:!?–—]", rest)]
    kept: list[str] = []
    for clause in clauses:
        first = clause.split(" ")[0].lower()
        if not clause or (_VERB.fullmatch(first) and first not in _NOT_VERBS):
            break
        kept.append(clause)
    return kept if len(kept) < len(clauses) else []
