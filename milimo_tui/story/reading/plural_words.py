"""Words for groups of people who have no names: the dockers, a crowd, six soldiers."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES

_MANY = "|".join(sorted({f"{word}s" for word in (*ROLES, *GENERIC, *KIN)}, key=len, reverse=True))
_MASS = """people men women children kids boys girls crowd mob throng queue audience congregation band
orchestra choir procession parade marchers mourners spectators fans onlookers passers-by
bystanders shoppers commuters travellers travelers diners drinkers revellers revelers
protesters demonstrators protestors rioters villagers townsfolk townspeople police cops troops
soldiers jury jurors gang team crew squad regiment platoon class family families couples
strangers heads faces hands everybody"""
CROWD_ACTS = compile_lazily(
    r"(?:(?:The|A|An|Some|All|Most|Many|Several|Other|More|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Twelve"
    r"|Twenty|Dozens|Hundreds|Thousands|Half|Part|One)\b(?: hundred| thousand| dozen)?(?: of)?(?: the)? )?"
    r"(?:(?!(?:of|in|on|at|with|from|to|by|and|or)\b)[\w-]+,? ){0,3}?"
    rf"(?:{_MANY}|{'|'.join(_MASS.split())}|[a-z-]{{3,}}(?:men|women|boys|girls|people|folk))\b(?!['’])",
    re.IGNORECASE,
)
