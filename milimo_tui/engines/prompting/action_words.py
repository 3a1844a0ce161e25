"""The action of a shot for a caption: the script's words without its marks, camera instructions and repeated
introductions. Pure functions.

A pronoun that refers to the page before becomes the name of the one person in the frame whom it fits, because
a model receives one shot alone. All other words are the script's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantSubject, ShotMeaning
from milimo_tui.engines.prompting.framing_words import strip_framing_words
from milimo_tui.engines.prompting.script_marks import (
    capitalize_sentences,
    make_sentence,
    strip_camera_opening,
    strip_script_marks,
)

_BODY_PART = compile_lazily(
    r"^(?:the|an?|his|her|their|its|one|two"
    r"|(?!(?:he|she|it|that|this|there|here|what|who)['’]s\b)[\w’']+['’]s)"
    r" (?:\w+ )?(?:hands?|palms?|fists?|fingers?|knuckles|wrists?|arms?|foot|feet|boots?|shoes?|legs?|knees?"
    r"|back|neck)(?!\w)",
    re.IGNORECASE,
)
# Text of the script that names nothing to see: a pause, a camera instruction, or somebody who is absent.
_UNSEEN = compile_lazily(
    r"(?:(?:an? |another |the |one |long |short |brief )*(?:beat|pause|moment)"
    r"|(?:[\w’']+ ){0,2}(?:pov|point of view)|no [\w'’]+(?: now| here| yet| more)?|nothing"
    r"|(?:(?:and|but|so|then|until|when|as|suddenly|finally|now)[, ]*)+)[.…:]?",
    re.IGNORECASE,
)
_UNFINISHED = compile_lazily(
    r"(?:^|[\s,])(?:and|or|but|nor|with|of|the|an?|whose|wearing|than|as|into|because|while|if|until|when|that|to|und"
    r"|oder|mit|von|et|ou|avec|de|du|des|con|para|por|y|e)$",
    re.IGNORECASE,
)
_AND_THEN = compile_lazily(r"[, ]+(?:and|when|until|but)(?: then| suddenly)+$", re.IGNORECASE)
# Dots or dashes at the beginning of a sentence that goes on from a paragraph before.
_GOES_ON_FROM = compile_lazily(r"^(?:\.{2,}|…|-{1,}|[–—]+)\s*")
_SENTENCE_BREAKS = compile_lazily(r"(?<=[.!?…])\s+(?=[\"“A-ZÀ-Þ0-9])")
_HEARD_ONLY = compile_lazily(
    r"\b(?:quiet|silence|hears?|heard|sounds?|noise|echoes|beeps|rings|ticks|hums|knock|scream|voice|crash|bang"
    r"|siren|footsteps|thunder|laughter|music|shout|thud)\b",
    re.IGNORECASE,
)
_NEGATIVE = compile_lazily(
    r"\b(?:no|not|without|never|nobody|nothing|none|nowhere)\b|n['’]t\b", re.IGNORECASE
)
_GOES_ON = compile_lazily(
    r"(?:he|she|it|they|then|now|suddenly|finally|at last|and|but|afterwards)\b", re.IGNORECASE
)
_AFTERWARDS = compile_lazily(r"\b(?:then|afterwards|next|suddenly|until|before (?:he|she|they|it))\b", re.I)
# Actions that the planning of shots writes, such as “Mara speaks to Jun.”
_SPEAKS = compile_lazily(r"^(.+?) speaks(?: to (.+?))?( on the (?:screen|phone))?\.$")
_SILENT = compile_lazily(r"^(.+?)(?:, silent, lips closed| in silence)\.$")
JOINED_NAMES = compile_lazily(r" (?:and|und|et|y|e) ", re.IGNORECASE)
_STILL_PLACE = compile_lazily(r"^.+ lies before us\.$")
_UNSEEING = compile_lazily(
    r"\beyes (?:are )?(?:shut|closed)\b|\b(?:closed|shut) eyes\b|\bblindfold", re.IGNORECASE
)
_PRONOUN = compile_lazily(r"\b(he|she|him|his|her|hers)\b", re.IGNORECASE)
# “Her” before one of these words is an object (“hands her a coin”), not a possessive (“her coin”).
_AFTER_HER = compile_lazily(
    r"(?:$|[.,;:!?…—–]|(?:and|or|but|to|in|on|at|from|with|by|as|up|down|away|off|out|over|into|back|through"
    r"|again|then|for|while|until|before|after|the|a|an)\b)",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(r"^(?:wearing |dressed in |in |with |an? |the |his |her |their |aged? )+")


def describe_action(meaning: ShotMeaning, *, still: bool = False) -> str:
    """Return the action of a shot as the script has it. For a still, return one moment of it: without speech,
    later events, events that are only heard, and sentences about absent things.
    """
    text = strip_script_marks(meaning.action, (*meaning.names, *(one.name for one in meaning.people)))
    if (planned := _describe_planned_action(text, meaning, still=still)) is not None:
        return planned
    if text.startswith("(") and text.find(")") == len(text) - 1:
        text = text[1:-1]
    text = _strip_introductions(text, meaning.people)
    bare = [_strip_camera_words(each, meaning) for each in _SENTENCE_BREAKS.split(text)]
    sentences = [each for each in bare if each]
    if still:
        sentences = _choose_one_moment(sentences, meaning.people)
    return capitalize_sentences(_replace_unclear_pronouns(" ".join(sentences), meaning.people))


def find_featured_body_part(meaning: ShotMeaning) -> str:
    """Return the body part that fills the frame, such as `hand`. Empty if the frame does not show only a body
    part.
    """
    if meaning.size not in ("CU", "ECU") and meaning.function != "insert":
        return ""
    text = strip_framing_words(strip_camera_opening(strip_script_marks(meaning.action)))
    found = _BODY_PART.match(text)
    return found[0].split()[-1].lower() if found else ""


def _describe_planned_action(text: str, meaning: ShotMeaning, *, still: bool) -> str | None:
    """Return the visible action for a short phrase that shot planning wrote, such as “Mara speaks”. None if
    the text comes from the script.
    """
    if found := _SPEAKS.match(text):
        many = JOINED_NAMES.search(found[1]) is not None
        speaks = f"{found[1]} {'speak' if many else 'speaks'}"
        if still:
            return f"{found[1]} {'are' if many else 'is'} speaking, lips parted."
        if found[3]:
            return f"{speaks}{found[3]}."
        if found[2] is None:
            return f"{speaks}."
        here = {one.name: one for one in meaning.people}
        if found[2] in here:
            return f"{speaks} to {found[2]}."
        # A listener who is outside the frame is not named, so that a model does not draw the listener.
        is_blind = found[1] in here and _UNSEEING.search(here[found[1]].visible)
        return f"{speaks}." if is_blind else f"{speaks}, looking past the camera."
    if found := _SILENT.match(text):
        return f"{found[1]} {'are' if JOINED_NAMES.search(found[1]) else 'is'} silent, lips closed."
    return "" if _STILL_PLACE.match(text) else None


def _strip_camera_words(text: str, meaning: ShotMeaning) -> str:
    """Return a sentence of the script without camera instructions. Empty if the sentence has no visible
    content: only a name, the place or a pause.
    """
    text = strip_camera_opening(_GOES_ON_FROM.sub("", text))
    text = make_sentence(_strip_unfinished_end(strip_framing_words(text)))
    bare = text.rstrip(".…").casefold()
    named = {one.name.casefold() for one in meaning.people} | {
        meaning.place.casefold(),
        meaning.part.casefold(),
    }
    return "" if {bare, bare.removeprefix("the ")} & named or _UNSEEN.fullmatch(text) else text


def _strip_unfinished_end(text: str) -> str:
    """Return a sentence that breaks off, such as “face to face with--”, without its last conjunctions and
    prepositions. A sentence with an end stays unchanged.
    """
    bare = text.rstrip(" .…–—-")
    if bare == text or text.rstrip("…–—- ") == bare + ".":
        return text
    bare = _AND_THEN.sub("", bare)
    while found := _UNFINISHED.search(bare):
        bare = bare[: found.start()].rstrip(" ,;:–—-")
    return bare


def _choose_one_moment(sentences: Sequence[str], people: Sequence[MeantSubject]) -> list[str]:
    """Return the sentences that one picture can show. The first sentence stays if none of them can be shown
    without it.
    """
    names = [one.name for one in people]
    chosen: list[str] = []
    for sentence in sentences:
        is_heard = _HEARD_ONLY.search(sentence) and not any(name in sentence for name in names)
        is_later = chosen and (_GOES_ON.match(sentence) or _AFTERWARDS.search(sentence))
        if not (is_heard or is_later or _NEGATIVE.search(sentence)):
            chosen.append(sentence)
    return chosen or list(sentences[:1])


def _strip_introductions(text: str, people: Sequence[MeantSubject]) -> str:
    """Return a text without the descriptions that follow names (“Mara, 61, grey braid, knocks.”) if they are
    exactly those of the person's look, because a prompt describes each person once.
    """
    for one in people:
        look = one.look
        known = (look.age, look.build, look.features, look.clothes) if look is not None else (one.visible,)
        pieces = {
            _fold_piece(piece) for fact in known for piece in re.split(r"[,;]", strip_script_marks(fact))
        }
        found = re.search(rf"\b{re.escape(one.name)}\b((?:, [^,.;:!?]+)+)(?=[.!?])", text)
        if found is None:
            continue
        rest = found[1].removeprefix(", ").split(", ")
        while rest and _fold_piece(rest[0]) in pieces - {""}:
            rest.pop(0)
        # What follows must be one clause that begins with a verb, so that the name can be its subject.
        is_verb = len(rest) == 1 and re.match(r"[a-z]+s\b", rest[0]) and found[1].count(", ") > 1
        if not rest or is_verb:
            text = f"{text[: found.start(1)]}{' ' if rest else ''}{', '.join(rest)}{text[found.end(1) :]}"
    return text


def _fold_piece(piece: str) -> str:
    return _INTRODUCED.sub("", piece.strip(" .").casefold()).removesuffix(" years old")


def _replace_unclear_pronouns(text: str, people: Sequence[MeantSubject]) -> str:
    """Return a text in which a pronoun at its beginning is replaced by the name of the one person in the
    frame whom it fits. The pronoun stays if somebody in the frame is of unknown gender, or if several people
    fit.
    """
    found = _PRONOUN.match(text)
    if found is None or any(one.gender not in ("he", "she") for one in people):
        return text
    gender = "he" if found[1].lower() in ("he", "him", "his") else "she"
    fitting = [one.name for one in people if one.gender == gender]
    is_certain = len(fitting) == 1 and not _PRONOUN.fullmatch(fitting[0])
    if not is_certain or _is_relation_of(fitting[0], text[found.end() :]):
        return text
    return _replace_pronoun(text, found, fitting[0])


def _is_relation_of(name: str, rest: str) -> bool:
    """Return True if a pronoun before `rest` can't mean the named person: “His father, Don Eugenio, …”."""
    return re.match(rf" [a-z-]+(?: [a-z-]+)?, {re.escape(name)}\b", rest) is not None


def _replace_pronoun(text: str, found: re.Match[str], name: str) -> str:
    word, rest = found[1].lower(), text[found.end() :].lstrip()
    owns = word in ("his", "hers") or (word == "her" and not _AFTER_HER.match(rest))
    return f"{text[: found.start()]}{name}{'’s' if owns else ''}{text[found.end() :]}"
