"""Phrases for worn things: detection, the position where a phrase ends, and the garments in it. Pure
functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garment_states import HOW_FASTENED
from milimo_tui.story.looks.clothes.garments import (
    GARMENT,
    find_garments,
    may_mean_garment,
    split_distinct_words,
    strip_article,
)
from milimo_tui.story.looks.clothes.unworn_patterns import CARRIED_THING
from milimo_tui.story.looks.descriptions import (
    LIES_ON,
    NO_VERBS,
    VERBS,
    WORD,
    is_act_clause,
    is_descriptive_phrase,
)
from milimo_tui.story.looks.hair_words import HAIR
from milimo_tui.story.reading.act_words import BASES
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES
from milimo_tui.story.values.text import fold

_RELATIVE = frozenset({"that", "who", "whose"})


_FLYING = split_distinct_words(
    "flying flapping trailing streaming billowing dragging swinging fluttering"
)  # Words that say how a garment moves: “veil flying”. The garment is still worn.


def is_garment_phrase(clause: str) -> bool:
    """Return True if a clause consists only of a garment and its description: “a flat cap”, “wire spectacles
    mended with tape”.
    """
    return bool(GARMENT.search(clause)) and is_descriptive_phrase(clause)


def describes_worn_garment(clause: str) -> bool:
    """Return True if a clause begins with a garment and describes it. False if the clause narrates an event
    with the garment.
    """
    phrase = strip_article(clause)
    piece = GARMENT.match(phrase)
    is_known = clause.casefold().startswith("the ")
    if piece is not None and is_known and HOW_FASTENED.match(phrase, piece.end()):
        return True  # A participle describes the garment: “the jacket hanging open”.
    if piece is None or is_known or LIES_ON.match(phrase, piece.end()):
        return False
    parts = phrase[piece.end() :].split()
    if parts[:1] in (["is"], ["are"]):
        return parts[1:2] not in (
            ["already"],
            ["out"],
            ["off"],
            ["gone"],
            ["on"],
            ["in"],
            ["there"],
            ["back"],
            ["up"],
        )
    if piece[0].endswith("s") and parts and parts[0] in BASES:
        return False  # A finite verb narrates an event: “the gloves stop”.
    if parts and parts[0] in _FLYING and phrase == clause:
        return True
    return not parts or not (is_act_clause(parts[0]) or parts[0] in VERBS)


def is_list_of_clothes(more: str) -> bool:
    """Return True if `more`, the words after “and”, names another worn thing and not an act."""
    tokens = [fold(word[0]) for word in WORD.finditer(more)][1:]
    return bool(tokens) and not any(word in VERBS and word not in NO_VERBS for word in tokens)


def cut_worn_words_at_verb(more: str) -> str:
    """Return the words before the next verb, if they name a worn thing. `more` has the words from “and” on:
    “and a straw hat” is returned for “and a straw hat has got out somehow”. Return an empty string if the
    verb follows immediately or there is no verb.
    """
    found = list(WORD.finditer(more))[1:]
    verb = next((word for word in found if fold(word[0]) in VERBS and fold(word[0]) not in NO_VERBS), None)
    if verb is None or verb is found[0]:
        return ""
    return re.sub(r"\s(?:that|which|who)$", "", more[: verb.start()].rstrip())


def cut_phrase_after_garment(phrase: str) -> str:
    """Return a phrase up to the garment or hair that it names, if a verb follows: “the cane” for “the cane
    begins to laugh”. Otherwise return the phrase unchanged.
    """
    for match in (*GARMENT.finditer(phrase), *HAIR.finditer(phrase)):
        parts = phrase[match.end() :].split()
        if parts and is_act_clause(" ".join(parts[:2])) and parts[0] not in _RELATIVE:
            return phrase[: match.end()]
    return phrase


def names_any_garment(garments: Set[str], phrase: str) -> bool:
    """Return True if a phrase names at least one of `garments`, by any word that can mean it."""
    return any(may_mean_garment(word, garment) for garment in find_garments(phrase) for word in garments)


def find_garment_part(phrases: Sequence[str], words: str) -> str:
    """Return the description of one garment from phrases that may name several. `words` name the garment: for
    “hat”, the result is “straw hat” if a phrase is “in a cardigan and a straw hat”.
    """
    named = find_garments(words)
    parts = (part for each in phrases for part in re.split(r"\s+and\s+", each))
    return next(
        (strip_article(re.sub(r"^in ", "", part)) for part in parts if names_any_garment(named, part)), ""
    )


_BEHIND_IT = compile_lazily(
    r"\s(?:with|on|in|of|under|at|round|around|over|that|which|whose|from|to|behind|across|by|for|like"
    r"|than|a|an"
    r"|strapped|tied|held|made|full|taped)\b.*"
)
_NO_THINGS = split_distinct_words(
    "man woman boy girl child person face head hair eyes nose ear ears tooth teeth hand hands arm arms "
    "leg legs foot feet chin mouth lip lips voice jaw skin back neck shoulders eye years old one size "
) | {*GENERIC, *KIN, *ROLES, *CREATURES}


@lru_cache(maxsize=1024)
def find_thing_words(phrase: str) -> Set[str]:
    """Return the case-folded nouns for things in a phrase: “bag” and “hat” for “a bag on her knees and a
    hat”.
    """
    found: set[str] = set()
    for part in re.split(r"\s+and\s+", phrase):
        words = WORD.findall(_BEHIND_IT.sub("", re.sub(r"^(?:with|in) ", "", part)))
        if len(words) > (0 if part != phrase else 1) or part.startswith(("with ", "a ", "an ", "the ")):
            found |= {fold(words[-1])} if words else set()
    return {each for each in found if len(each) > 2 and each not in _NO_THINGS and not HAIR.fullmatch(each)}


def mentions_thing(phrase: str, words: str) -> bool:
    """Return True if a phrase mentions the garment or thing named by `words`, by any word that can mean
    it.
    """
    named = find_garments(words)
    if phrase.startswith("no "):
        return False
    if named:
        return names_any_garment(named, phrase)
    last_word = fold(words.split()[-1])
    return any(
        each == last_word or (len(last_word) > 3 and each.endswith(last_word))
        for each in find_thing_words(phrase)
    )


# Matches the words right before a thing that show that a person wears or owns it, such as “her” or “in a”.
_LINK = compile_lazily(
    r"(?:^\W*|,\s(?:an? )?(?:[\w'’-]+ ){0,3}"
    r"|(?<!\w)(?:an?|his|her|their|the|\w+['’]s|in|wears|wearing|with|has|on|off|into|no|without|of)"
    r"(?: (?:an?|the|his|her))? (?:[\w'’-]+,? ){0,3})$",
    re.IGNORECASE,
)


def is_linked_to_person(sentence: str, words: str) -> bool:
    """Return True if the sentence shows that the thing named by `words` belongs to a person: “her hat”, “in a
    hat”; not “the bell rings”.
    """
    at = sentence.find(words)
    return at >= 0 and _LINK.search(sentence[max(0, at - 60) : at]) is not None


def fold_words(sentence: str) -> Set[str]:
    """Return the words of a sentence, case-folded and in the singular."""
    return {fold(found[0]).removesuffix("s") for found in WORD.finditer(sentence)}


def is_held_thing_mentioned(phrase: str, sentence_words: Set[str]) -> bool:
    """Return True if a phrase describes a held thing that is among `sentence_words`, the folded words of a
    sentence.
    """
    match = CARRIED_THING.match(phrase)
    if match is None or HAIR.search(match["thing"]):
        return False
    is_worn = GARMENT.fullmatch(match["thing"]) and not match["in_hand"]
    return not is_worn and fold(match["thing"]).removesuffix("s") in sentence_words


def has_word(phrase: str, word: str) -> bool:
    """Return True if a phrase contains a word, in the singular or the plural."""
    wanted = fold(word).removesuffix("s")
    return any(fold(found[0]).removesuffix("s") == wanted for found in WORD.finditer(phrase))
