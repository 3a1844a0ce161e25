"""Introductions of people in a screenplay: “MARA, a tired courier in a grey coat, pushes through…”.

Only names in capitals that are followed by a comma or a bracket count. The words from the name up to the verb
are the description. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.known.appearance import BRACKET
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.values.text import collapse_text, split_sentences

MAX_DESCRIPTION_LETTERS = 160
# A description ends before the first clause that begins with a verb: “pushes”, “is”, “looking”.
_VERB = compile_lazily(r"(?:[a-z]+(?<!s)s|[a-z]+ing|is|has|does)")
_NOT_VERBS = frozenset(
    {"always", "perhaps", "his", "hers", "its", "this", "glasses", "jeans", "boots", "eyes"}
)


def find_introductions(screenplay: Screenplay, names: Iterable[str]) -> dict[str, str]:
    """Return the first description of each person whom the screenplay introduces, keyed by name. `names` are
    spelled as in cues; upper or lower case does not matter.
    """
    actions = [
        collapse_text(element.text)
        for element in screenplay.elements
        if element.kind is ScriptElementKind.ACTION
    ]
    found: dict[str, str] = {}
    for name in names:
        for action in actions:
            described = next(
                filter(None, (_read_description(part, name.upper()) for part in split_sentences(action))), ""
            )
            if described:
                found[name] = described
                break
    return found


def _read_description(sentence: str, name: str) -> str:
    """Return the description right after a name in a sentence, or an empty string."""
    at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence)
    if at is None:
        return ""
    rest = sentence[at.end() :]
    parts = []
    bracket = BRACKET.match(rest)
    if bracket:
        parts.append(bracket[1].strip())
        rest = rest[bracket.end() :]
    if rest.startswith(","):
        parts += _split_apposition(rest[1:])
    return ", ".join(part for part in parts if part)[:MAX_DESCRIPTION_LETTERS]


def _split_apposition(rest: str) -> list[str]:
    """Return the clauses that describe a person, from the text `rest` after the name. These are the clauses
    before the first clause with a verb. Return an empty list if no clause has a verb.
    """
    clauses = [clause.strip() for clause in re.split(r"[,.;:!?–—]", rest)]
    kept: list[str] = []
    for clause in clauses:
        first = clause.split(" ")[0].lower()
        if not clause or (_VERB.fullmatch(first) and first not in _NOT_VERBS):
            break
        kept.append(clause)
    return kept if len(kept) < len(clauses) else []
