"""Patterns for clothes that are mentioned but worn by nobody: held, on a chair, in a tub. Pure functions."""

from __future__ import annotations

import re

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.looks.clothes.garments import GARMENT, NAMED, ON_THE_BODY, strip_article
from milimo_tui.story.looks.clothes.undressing_patterns import IS_OFF

HELD = compile_lazily(
    r"(?<!\w)(?:under|in) (?:one|his|her|their|the other|each|either) (?:arms?|hands?|fists?|lap|elbow)(?!\w)"
    r"|(?<!\w)in hand(?!\w)",
    re.IGNORECASE,
)
# Matches phrases in which a garment is not worn: “a man's shirt on a hanger”, “glove to glove”.
NOT_WORN = compile_lazily(
    r"(?<!\w)(?:on|from|off) (?:an?|the|its) (?:[\w-]+ )?(?:hanger|hook|peg|rail|clothes-?line|washing line"
    r"|tray|dummy|mannequin|stand|rack)s?(?!\w)|^(\w+) (?:to|by|for|after) \1$"
    r"|(?<!\w)(?:head|heel|top|crown) to (?:toe|foot|heel|crown|tail)(?!\w)",
    re.IGNORECASE,
)
ON_LAP = compile_lazily(
    r"(?<!\w)(?:on|in|over|across|round|around) (?:his|her|their) (?:knees?|lap)(?!\w)", re.IGNORECASE
)
STANDS_UP = compile_lazily(
    r"(?:and |then )?(?:[^\W\d_]+ )?(?:stands|gets (?:up|to (?:his|her) feet)|rises|jumps up|walks|runs"
    r"|leaves)\b",
    re.IGNORECASE,
)
# Things that a person holds or has on the lap, captured as `thing`: pins in her
# mouth, an accordion on his knee.
CARRIED_THING = compile_lazily(
    r"^(?:with )?(?:(?:an?|the|his|her|their|more|some|two|three|a pair of) )?(?:[\w'’-]+ )*?"
    r"(?!(?:up|down|out|off|back|still|on|away|foot|feet|hands?|arms?|legs?|eyes?|hair|head|face|fingers?)\b)"
    r"(?P<thing>[\w'’-]+) (?:(?:\w+(?:ed|en|ung|tuck)) )?"
    r"(?:in|on|under|at|between|against|beside|into|behind) "
    r"(?:his|her|their|one|each|both|the|an?)\b(?P<in_hand> (?:mouth|teeth|hands?|fists?|lap)\b)?",
    re.IGNORECASE,
)
# Words such as “wind” or “mirror” that can follow “in the” without being a place where a garment is put. In
# “his coat in the wind” he still wears the coat.
_NOWHERE = (
    "wind|rain|snow|sun|light|dark|cold|air|breeze|draught|mirror|glass|window|moonlight|sunlight|storm|heat"
)
_NO_PLACES = f"(?!(?:[\\w-]+ )?(?:{_NOWHERE}|{ON_THE_BODY}|hand|back|knee)s?\\b)"
_HANDS = "hands?|fists?|fingers|teeth|arms?|elbows?|lap|palms?|grip"
# Matches a garment in a place where nobody wears it: “the raincoat over his arm”, “her cap in his hand”, “the
# cap on the coat”.
LIES_ELSEWHERE = compile_lazily(
    rf"(?<!\w)(?:the|his|her|their|(?<!['’-])(?!(?:s?he|it|who|that"
    rf"|there)['’])[\w'’-]+['’]s) (?P<what>{NAMED})"
    r"(?: (?:is|are|lies|sits|hangs|left|still|now|lying|hanging|folded|held|draped|crumpled|tucked|there"
    r"|pushed(?: aside)?|tossed|thrown|laid|dropped|abandoned|forgotten|hung|placed|dangles|swings))*"
    rf" (?:(?:in|under|over|on|across|against|between) (?:his|her|their|one|the other"
    rf"|both) (?P<held>{_HANDS})(?!\w)"
    r"|(?:over|on|across) the (?:back|arm|edge|end|side|foot) of (?:the|an?|his|her|their) \w+"
    r"|(?:beside|next to|near|behind|in front of|at the (?:feet|foot) of) (?:him|her|them)(?!\w)"
    r"|(?:round|around|over|on|about) (?-i:[A-ZÀ-Þ])[\w-]+['’]s (?:shoulders|neck|head|knees|back|lap)(?!\w)"
    r"|(?:between|at|by) (?:his|her|their) (?:feet|foot|knees|legs|boots|side)(?!\w)"
    rf"|(?:(?:on|under|into|onto|beside|by|against|in|next to"
    r"|(?<=hangs )from|(?<=hanging )from|(?<=hung )from|(?<=dangles )from|(?<=swings )from)"
    rf" (?:the|an?) {_NO_PLACES}"
    rf"|over (?:the|an?) {_NO_PLACES}(?!{NAMED}))\w+)",
    re.IGNORECASE,
)
LIES_THERE = compile_lazily(
    rf"^(?:in|on|under|beside|over|from|at) (?:the|an?|his|her|their|[\w'’]+['’]s) "
    rf"(?!(?:\w+ )?(?:{ON_THE_BODY}|hair|feet|nose)\b)(?:[\w'’-]+ ){{1,4}}(?:is|are) "
    rf"(?:the|his|her|their) (?P<there>{NAMED})"
    rf"|(?<!\w)(?:lies|lie|hangs|hang|sits|floats|waits|is lying|is hanging) (?:the|his|her"
    rf"|their) (?P<what>{NAMED})",
    re.IGNORECASE,
)
_TOUCHED = compile_lazily(
    r"(?<!\w)(?:catches|snags|brushes|wipes|dries|rubs|drags|bangs|wearing|wears|in|with|has|tears"
    r"|rips) (?:the|an?|one|his|her"
    r"|their)?\s*$",
    re.IGNORECASE,
)
# Matches a list of things that are put somewhere: “Jacket, cap, bag: into a tub.”
_LISTED_AWAY = compile_lazily(
    r"((?:(?:and )?(?:the |his |her |their )?(?:(?!and\b)[\w-]+ ){0,2}[\w-]+(?![\w-])(?:, | and )?){1,5})"
    r"(?::|\s--|\s?[–—])\s*"
    r"(?:all )?(?:go |goes )?(?:into|onto|on|in|over|under|off to|at) (?:an?|the) [\w-]+",
    re.IGNORECASE,
)


def _find_unworn_garments(sentence: str) -> list[re.Match[str]]:
    """Return the matches of garments that nobody wears. A garment that is only caught or wiped somewhere is
    still worn and is not returned.
    """
    found = [
        each for each in LIES_ELSEWHERE.finditer(sentence) if not _TOUCHED.search(sentence[: each.start()])
    ]
    return [*found, *LIES_THERE.finditer(sentence)]


def _get_unworn_garment(match: re.Match[str]) -> str:
    return match["what"] or match.groupdict().get("there") or ""


def list_unworn_garments(sentence: str) -> list[str]:
    """Return the garments that a sentence mentions in a place other than on a person."""
    off = IS_OFF.match(sentence)
    listed = list_garments_put_away(sentence)
    return [*([off[1]] if off else []), *listed, *map(_get_unworn_garment, _find_unworn_garments(sentence))]


def list_garments_put_away(sentence: str) -> list[str]:
    """Return the things that a verbless sentence puts away, if at least one is a garment: “Coat, hat: on a
    chair.” Otherwise the list is empty.
    """
    found = _LISTED_AWAY.match(sentence)
    listed = re.split(r",\s*(?:and )?|\sand\s", found[1]) if found else []
    return [strip_article(each) for each in listed if each] if any(map(GARMENT.search, listed)) else []


def blank_unworn_garments(sentence: str) -> str:
    """Return a sentence in which garments that nobody wears are replaced with blanks. Garments held in a hand
    stay in the sentence.
    """
    for each in _find_unworn_garments(sentence):
        if not each.groupdict().get("held"):
            start = each.start("what" if each["what"] else "there")
            sentence = sentence[:start] + " " * (each.end() - start) + sentence[each.end() :]
    return sentence
