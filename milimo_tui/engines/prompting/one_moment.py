"""Reduce an action of the script to what a still can show at one moment. Later events are left out, and so
are statements that something is absent. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantSubject
from milimo_tui.engines.prompting.script_marks import make_sentence

SENTENCE_BREAKS = compile_lazily(r"(?<=[.!?…])\s+(?=[\"“A-Z0-9])")
_NEGATIVE = compile_lazily(
    r"\b(?:no|not|without|never|nobody|nothing|none|nowhere)\b|n['’]t\b", re.IGNORECASE
)
_CLAUSE = compile_lazily(
    r"(, (?:and |but )?|; | but | and (?=(?:does|do|is|are|has|have|will|can) not\b)|,? and (?=\w+n['’]t\b)"
    r"| (?=without ))"
)
_GOES_ON = compile_lazily(r"(?:he|she|it|they|then|now|suddenly|finally|at last)\b", re.IGNORECASE)
_AND_THEN = compile_lazily(r"^(?:and )?(?:then|now|suddenly|finally|at last),? ", re.IGNORECASE)
_STATES = compile_lazily(r"(?:there (?:is|are)|in (?:view|the frame) (?:is|are))\b", re.IGNORECASE)
# Matches the second action of a sentence: a word in -s before an object or a direction, such as “sits down”.
# A plural noun is rarely followed by such words, so a word that matches is taken for a verb.
_ACT = (
    r"(?=(?:\w+ly )?\w+s (?:the|an?|his|her|its|their|him|them|it|up|down|out|off|back|away|asleep|open"
    r"|into|onto)\b)"
)
_AFTERWARDS = compile_lazily(
    rf"(?:,? (?:and )?then\b|, \w+s,? and {_ACT}|,? and {_ACT}|,? until\b|,? as soon as\b"
    r"|,? before (?:he|she|it|they|\w+ing)\b).*$",
    re.IGNORECASE,
)
_TIMES = compile_lazily(
    r",? (?:once|twice|again and again|on and on|row by row|one after (?:the other|another))\b", re.IGNORECASE
)
_HEARD = compile_lazily(
    r",? (?:ringing|clattering|humming|beeping|roaring|whistling|rattling|hissing|squeaking|ticking)"
    r"(?=[,.;!?…]|$)",
    re.IGNORECASE,
)
_WORDS = """is was has does knows thinks wants needs seems looks appears faces stands sits lies waits hears
sees shows says keeps stays holds this always towards afterwards perhaps besides unless across fills"""
_NO_ACTS = frozenset(_WORDS.split())
_DOUBLED = frozenset(("begin", "forget", "admit", "permit", "commit", "regret", "upset", "quit"))


def reduce_to_one_moment(text: str, people: Sequence[MeantSubject]) -> str:
    """Return the first action of each person as an action in progress. Negations and later events are left
    out.
    """
    actions: list[str] = []
    for one in SENTENCE_BREAKS.split(text):
        bare = _HEARD.sub("", _TIMES.sub("", drop_negations(one)))
        if not bare.strip(" .,;:!?…") or (actions and _GOES_ON.match(bare)):
            continue
        bare = _AND_THEN.sub("", bare)
        if not _STATES.match(bare):
            bare = make_progressive(_AFTERWARDS.sub("", bare), people)
        actions.append(make_sentence(bare))
    return " ".join(actions)


def make_progressive(text: str, people: Sequence[MeantSubject]) -> str:
    """Return a sentence in the progressive form: `Mara lays the coin down` becomes `Mara is laying the coin
    down`. Sentences without a known person and verb stay unchanged.
    """
    for one in people:
        found = re.match(rf"({re.escape(one.name)}) ((?:\w+ly )?)([a-z]+)\b", text)
        form = make_participle(found[3]) if found else ""
        if found and form:
            return f"{found[1]} is {found[2]}{form}{text[found.end() :]}"
    return text


def make_participle(verb: str) -> str:
    """Return the present participle of a verb: `laying` for `lays`. Empty for verbs that describe no action,
    such as `is` or `sits`.
    """
    if verb in _NO_ACTS or not verb.endswith("s") or verb.endswith("ss") or len(verb) < 4:
        return ""
    if verb.endswith("ies"):
        stem = f"{verb[:-3]}y"  # `carries` becomes `carry`
    elif verb.endswith(("ches", "shes", "sses", "xes", "zzes", "oes")):
        stem = verb[:-2]
    else:
        stem = verb[:-1]
    if stem.endswith("e") and not stem.endswith(("ee", "oe", "ye")):
        return f"{stem[:-1]}ing"
    if stem in _DOUBLED or re.fullmatch(r"[^aeiou]+[aeiou][bdglmnprt]", stem):
        return f"{stem}{stem[-1]}ing"
    return f"{stem}ing"


def drop_negations(text: str) -> str:
    """Return a sentence without the clauses that state an absence."""
    if not _NEGATIVE.search(text):
        return text
    first, *rest = _CLAUSE.split(text)
    kept = "" if _NEGATIVE.search(first) else first
    for mark, clause in zip(rest[::2], rest[1::2], strict=True):
        if not _NEGATIVE.search(clause):
            kept = f"{kept}{mark}{clause}" if kept else clause
    return make_sentence(kept.rstrip(",; ")) if kept.strip(" .,;:!?…") else ""
