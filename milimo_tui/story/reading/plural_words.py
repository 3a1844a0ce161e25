"""Patterns for more than one person (they, both, the others, everyone), for crowds, and for things in
pairs.
"""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.act_words import ACTS, BASES
from milimo_tui.story.screenplay.people_words import GENERIC, ROLES
from milimo_tui.story.values.number_words import ONES

THEY = frozenset(
    {"they", "them", "their", "themselves", "both", "neither", "everyone", "everybody", "nobody"}
)
ALL_OF = frozenset(["the", "both", *ONES[1:10], "all"])
WHOLE = frozenset({"everyone", "everybody", "nobody"})
PAIRS = "|".join(
    (
        "eyes|hands|fingers|arms|boots|shoes|feet|lips|legs|glasses|gloves",
        "spectacles|ears|knees|keys|papers|words",
    )
)
THINGS_ACT = compile_lazily(rf"\bthe (?:\w+ )?[a-z]+s (?:{'|'.join(BASES)}|are|were|have)\b", re.IGNORECASE)
_MANY = "|".join(sorted({f"{word}s" for word in (*ROLES, *GENERIC)}, key=len, reverse=True))
CROWD = compile_lazily(
    rf"\b(?:the|all|some|many|most|several|hundreds of|thousands of) (?:\w+ )?"
    rf"(?:{_MANY}|people|men|women|children"
    r"|police|crowd|onlookers|passers-by|bystanders|extras|fans|workers|players|dancers)\b",
    re.IGNORECASE,
)
_MASS = """people men women children kids boys girls crowd mob throng queue audience congregation band
orchestra choir procession parade marchers mourners spectators fans onlookers passers-by
bystanders shoppers commuters travellers travelers diners drinkers revellers revelers
protesters demonstrators protestors rioters villagers townsfolk townspeople police cops troops
soldiers jury jurors gang team crew squad regiment platoon class family families couples
strangers heads faces hands everybody"""
CROWD_ACTS = compile_lazily(
    r"(?:(?:The|A|An|Some|All|Most|Many|Several|Other|More|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twelve"
    r"|Twenty|Dozens|Hundreds|Thousands|Half|Part|One)\b(?: hundred| thousand| dozen)?(?: of)?(?: the)? )?"
    rf"(?:[a-z-]+ )?(?:{_MANY}|{'|'.join(_MASS.split())})\b(?!['’])",
    re.IGNORECASE,
)
TWO_OR_THREE = compile_lazily(
    r"\b(?:two|three|four|all|both|neither|none|each|every one|the (?:whole )?lot) of them\b"
    r"|\b(?:two|three|four) heads\b",
    re.IGNORECASE,
)
OTHERS = compile_lazily(
    r"\bthe other (?:two|three|four|one)\b|\bthe others\b"
    rf"|(?<!after )(?<!to )(?<!or )\bthe other(?=\s*(?:[.,;!?]|$)|\s(?:{'|'.join(sorted(ACTS))}|is|was"
    rf"|has)\b)",
    re.IGNORECASE,
)
ALL_OTHERS = compile_lazily(r"\bthe others\b|\bthe other (?:two|three|four)\b", re.IGNORECASE)
_COUNTS = ONES[1:8]
COUNTS = {word: count for count, word in enumerate(_COUNTS, 2)}
_COUNTED = compile_lazily(
    rf"(?<!of )(?<!other )(?<!no )\b({'|'.join(_COUNTS)}) (?:[a-z-]+ ){{0,2}}?"
    r"(people|men|women|boys|girls|children|kids|figures|heads|faces|shapes|silhouettes|shadows|backs|bodies"
    r"|friends|strangers|members|sisters|brothers|couples?|of them|on their|in (?:a|the) row|side by side)\b",
    re.IGNORECASE,
)


def count_unnamed_people(sentence: str) -> int:
    """Return the number of unnamed people that a sentence counts (“Two figures”, “four heads”), or 0."""
    found = _COUNTED.search(sentence)
    return _COUNTS.index(found[1].casefold()) + 2 if found else 0
