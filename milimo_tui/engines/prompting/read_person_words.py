"""Describe a person from the separate facts of an accepted breakdown: the look, and the posture, things and
gaze in one shot. Pure functions.

The facts are the words of the script or of the model that read it. A fact that would break the sentence, such
as one with a finite verb, is left out.
"""

from __future__ import annotations

import re
from dataclasses import replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantLook, MeantPose, MeantSubject
from milimo_tui.engines.prompting.figures import replace_figures
from milimo_tui.engines.prompting.person_words import (
    add_article,
    choose_article,
    get_pronouns,
    is_named_by_role,
    join_phrases,
)
from milimo_tui.engines.prompting.script_marks import strip_script_marks
from milimo_tui.story.breakdown.people import PersonKind
from milimo_tui.story.breakdown.shot_facts import LASTING_POSTURES
from milimo_tui.story.looks.look_words import GARMENT
from milimo_tui.story.screenplay.people_words import BODY, CREATURES
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import split_words

_FINITE = compile_lazily(
    r"\b(?:is|are|was|were|has|have|had|wears?|wore|does|do|goes|comes|looks|seems|keeps|takes|puts|stands"
    r"|sits|lies|hangs|holds|walks|reaches|says|moves|runs|turns"
    r"|(?<=s )(?:show|hang|stand|stick|lie|sit|cover|reach|touch|peek|fall|wear|carry|hold))\b"
)
_RELATIVE = compile_lazily(r"\b(?:that|which|who|whose|as|where|than)\b")
_OWNED = compile_lazily(
    r"^(?:(?:his|her|their|its) )?([\w-]+) (?:is|are) ((?:very )?[\w-]+(?: [\w-]+)?)$", re.I
)
_HAS = compile_lazily(r"^(?:he|she|they|it)? ?(?:has|have|with) (?!been\b)", re.IGNORECASE)
_COMPARES = compile_lazily(r"(?:the same|as|like|just|not)\b", re.IGNORECASE)
_FEATURE_ENDS = compile_lazily(
    r"\s(?:with|in|of|on|at|to|from|over|round|around|under|that|which|who|like|as|and|or)\s", re.IGNORECASE
)
# Singular features of a face, a body or hair that take an article, in addition to the parts of the body.
_FEATURE_WORDS = """plait braid bun ponytail pigtail moustache mustache goatee scar bob fringe tattoo mole
limp crewcut crop mohawk parting perm wig quiff eyepatch birthmark complexion build figure frame stoop hump
squint curl lock freckle wrinkle dimple sideburn bristle stubble skin brow"""
_COUNTED = frozenset(_FEATURE_WORDS.split())
_AGE_NUMBER = compile_lazily(
    rf"((?:about |around |almost |nearly )?(?:\d{{1,3}}|{NUMBER_WORDS}))(?:[ -]years?[ -]old)?", re.IGNORECASE
)
_DECADE = compile_lazily(
    r"(?:in )?(?:(?:his|her|their|the) )?((?:early |mid-?|middle |late )?(?:\d0s|\w+ties|teens))",
    re.IGNORECASE,
)
_BEFORE_NOUN = compile_lazily(
    r"(?:very |quite )?(?:young|old|elderly|middle-aged|teenage|adult|aged|little)(?:er|est)?", re.IGNORECASE
)
_AFTER_NOUN = compile_lazily(r"(?:past|over|under|beyond|barely|between|in|of|not yet)\b", re.IGNORECASE)
_UNDRESSED = compile_lazily(
    r"(?:naked|nude|barefoot|barefooted|bare-?chested|shirtless|topless|undressed|bareheaded)\b",
    re.IGNORECASE,
)
_LIMITED = compile_lazily(r"(?:only|just|nothing|not|but)\b", re.IGNORECASE)
_DRESSED = compile_lazily(r"^(?:wearing|wears|dressed in|dressed|clad in|in) (?=\w)", re.IGNORECASE)
_PREPOSITION = compile_lazily(
    r"(?:at|on|in|by|near|behind|before|beside|next|under|over|above|against|between|with|without|across|from"
    r"|inside|outside|along|among|around|opposite|half|face|back|up|down|out|to|into|towards?|away|past|off"
    r"|both|his|her|their)\b",
    re.IGNORECASE,
)
_HELD = compile_lazily(r"\b(?:hands?|arms?|fingers?|fist|palms?|lap|knees?|shoulders?|teeth|mouth)\b", re.I)
_NOTHING = compile_lazily(r"(?:nothing|none|no one|nobody|empty|empty[- ]handed|no)\b", re.IGNORECASE)
_GAZES = compile_lazily(r"\b(?:look|star|gaz|watch)\w*", re.IGNORECASE)
_LOOKS = compile_lazily(
    r"^(?:(?:he|she|they) )?(?:is |are )?(?:look(?:s|ing)?|star(?:es|ing)|gaz(?:es|ing)) ", re.IGNORECASE
)


def describe_read_look(one: MeantSubject, look: MeantLook) -> str:
    """Return a person's age, build, body and clothes as a caption phrase, without the name: “a woman past
    seventy with white hair, wearing a green raincoat”. Empty if nothing is known.
    """
    pieces = _list_pieces(look.features)
    ages = [piece for piece in pieces if piece.endswith(" old") and _AGE_NUMBER.fullmatch(piece)]
    look = replace(look, age=next(iter(ages), look.age))
    before, after = _phrase_age(look.age, get_pronouns(one)[2])
    more: list[str] = []
    for piece in _list_pieces(look.build):
        (before if _is_adjective(piece) else more).append(piece)
    features: list[str] = []
    for piece in pieces:
        if piece in ages:
            continue
        if features and _COMPARES.match(piece):
            features[-1] = f"{features[-1]}, {piece}"
        elif _is_body_feature(piece):
            features.append(add_article(piece))
        else:
            more.append(piece)
    noun = _choose_noun(one, look)
    head = ""
    if noun:
        called = " ".join((*before, noun))
        head = f"{choose_article(called)} {called}{after}"
    else:
        plain = [*before, after.strip(" ,").removeprefix("of ")]
        head = ", ".join(filter(None, plain))
    bodied = f"with {join_phrases(features)}" if features else ""
    first = " ".join(filter(None, (head, bodied)))
    condition = [piece for piece in _list_pieces(look.condition) if not _is_clause(piece)]
    return ", ".join(filter(None, (first, _phrase_clothes(look.clothes), *more, *condition)))


def list_feature_sentences(one: MeantSubject, look: MeantLook) -> list[str]:
    """Return the features with a finite verb, each as a sentence: “one white feather stands up” becomes a
    sentence of its own, and “stands as he does” gets the name of the person.
    """
    out = []
    for part in re.split(r"[,;]", strip_script_marks(look.features)):
        piece = _HAS.sub("", part.strip(" ."))
        if not _is_clause(piece) or _OWNED.match(piece):
            continue
        verb = _FINITE.match(piece)
        out.append(f"{one.name} {piece}." if verb else f"{piece[:1].upper()}{piece[1:]}.")
    return out


def _is_body_feature(piece: str) -> bool:
    """Return True if the noun of a piece is a part of the body or the hair, as in “a silver plait”, so that
    “with” can precede the piece. Others, such as “freckled” and “ice in his beard”, are listed at the end.
    """
    head = _FEATURE_ENDS.split(piece)[0].split()[-1].casefold()
    return head in BODY or head in _COUNTED or head.removesuffix("s") in _COUNTED


def has_noun(one: MeantSubject) -> bool:
    """Return True if the description of a person begins with a noun, such as “a woman”."""
    return one.look is None or bool(_choose_noun(one, one.look))


def _choose_noun(one: MeantSubject, look: MeantLook) -> str:
    """Return the noun for a person: man, woman, boy, girl, or the animal. Empty if it is not known, or if the
    name says it already.
    """
    if one.kind == PersonKind.ANIMAL:
        words = split_words(f"{one.name} {look.build} {look.features}".casefold())
        named = set(split_words(one.name.casefold()))
        found = next((word for word in words if word in CREATURES), "animal")
        return "" if found in named else found
    if one.kind == PersonKind.GROUP or is_named_by_role(one.name) or one.gender not in ("he", "she"):
        return ""
    number = _AGE_NUMBER.fullmatch(look.age.strip())
    digits = re.search(r"\d+", look.age)
    years = int(digits[0]) if digits else parse_number_words(number[1]) if number else 99
    male = one.gender == "he"
    if years < 14 or re.search(r"\b(?:child|boy|girl|kid)\b", look.age, re.IGNORECASE):
        return "boy" if male else "girl"
    if years < 20:
        return "teenage boy" if male else "teenage girl"
    return "man" if male else "woman"


def _phrase_age(age: str, possessive: str) -> tuple[list[str], str]:
    """Return the words of an age that come before the noun, and those that come after it."""
    first, comma, rest = replace_figures(strip_script_marks(age)).strip(" .,;").partition(",")
    text = re.sub(r"^an? \w+ of ", "", first.strip())
    if not text or _is_clause(text):
        return [], ""
    more = f"{comma}{rest}" if not _is_clause(rest) else ""
    if found := _AGE_NUMBER.fullmatch(text):
        return [], f" of {found[1].lower()}{more}"
    if found := _DECADE.fullmatch(text):
        return [], f" in {possessive} {found[1].lower()}{more}"
    if _BEFORE_NOUN.fullmatch(text):
        return [text.lower()], more
    # “Past seventy” follows the noun directly, “trente-cinq ans” and “thirty or so” after a comma.
    return [], f" {text}{more}" if _AFTER_NOUN.match(text) else f", {text}{more}"


def _phrase_clothes(clothes: str) -> str:
    """Return the clothes as a phrase: “wearing a green raincoat, the same as Tilde's”."""
    pieces = [_DRESSED.sub("", piece) for piece in _list_pieces(clothes)]
    bare = [piece for piece in pieces if _UNDRESSED.match(piece)]
    worn = [piece for piece in pieces if piece not in bare and not _is_clause(piece)]
    worn.sort(key=lambda piece: piece.casefold().startswith("no "))
    texts = []
    if worn:
        # An English article does not fit a garment in another language.
        has_article = _LIMITED.match(worn[0]) is None and GARMENT.search(worn[0]) is not None
        first = add_article(worn[0]) if has_article else worn[0]
        texts = [f"wearing {', '.join((first, *worn[1:]))}"]
    return ", ".join((*texts, *bare))


def _list_pieces(text: str) -> list[str]:
    """Return the parts of a fact between commas, as noun phrases. A part that can't become one is left
    out.
    """
    out = []
    for part in re.split(r"[,;]", strip_script_marks(text)):
        piece = _HAS.sub("", part.strip(" ."))
        plain = replace_figures(piece).strip(" .")
        # Without its comparison, “hair like a grey bristle” would say nothing.
        piece = plain if plain.casefold() not in BODY else piece
        if found := _OWNED.match(piece):
            is_pronoun = found[1].casefold() in ("he", "she", "they", "it")
            piece = found[2] if is_pronoun else f"{found[2]} {found[1]}"
        if piece and not _is_clause(piece):
            out.append(piece)
    return out


def _is_clause(piece: str) -> bool:
    """Return True if a piece has a finite verb outside a relative clause, so that it is no noun phrase."""
    verb = _FINITE.search(piece)
    relative = _RELATIVE.search(piece)
    return verb is not None and (relative is None or relative.start() > verb.start())


def _is_adjective(piece: str) -> bool:
    words = split_words(piece.casefold())
    return len(words) <= 2 and not _PREPOSITION.match(piece) and not any(word in BODY for word in words)


def describe_pose(pose: MeantPose | None, action: str) -> str:
    """Return what a person does with the body, holds and looks at: “sitting on the bench, holding the lid”.
    Facts that the `action` of the shot says already are left out. Empty if nothing is known.
    """
    if pose is None:
        return ""
    said = set(split_words(action.casefold()))
    texts = (
        _phrase_posture(pose.posture),
        pose.position if _PREPOSITION.match(pose.position) and not _is_clause(pose.position) else "",
        _phrase_held_things(pose.holds),
        ""
        if re.search(r"\b(?:look|star|gaz|watch)\w*", action, re.IGNORECASE)
        else _phrase_gaze(pose.looks_at),
    )
    facts = (pose.posture, pose.position, pose.holds, pose.looks_at)
    return ", ".join(
        strip_script_marks(text).strip(" .,;")
        for text, fact in zip(texts, facts, strict=True)
        if text and not _repeats_action(fact, said)
    )


def _repeats_action(fact: str, said: set[str]) -> bool:
    """Return True if the action has all longer words of a fact, whatever the endings of verbs are."""
    words = [word for word in split_words(fact.casefold()) if len(word) > 3]
    return bool(words) and all(any(word[:4] == other[:4] for other in said) for word in words)


def _phrase_posture(posture: str) -> str:
    words = posture.strip(" .").split()
    # The first word may be a finite verb, such as “sits”, which becomes a participle.
    if not words or _is_clause(" ".join(words[1:])):
        return ""
    first = words[0].casefold()
    if first in LASTING_POSTURES:
        return " ".join((LASTING_POSTURES[first], *words[1:]))
    if first in BODY or first.endswith(("ing", "ed")) or _PREPOSITION.match(first):
        return " ".join(words)
    # A finite verb, such as “drinks”, is an event of the action and no posture.
    return ""


def _phrase_held_things(holds: str) -> str:
    text = re.sub(r"^(?:holds|holding|carries|carrying) ", "", holds.strip(" ."), flags=re.IGNORECASE)
    if not text or _NOTHING.match(text) or _is_clause(text):
        return ""
    return f"with {text}" if _HELD.search(text) else f"holding {text}"


def _phrase_gaze(looks_at: str) -> str:
    text = _LOOKS.sub("", looks_at.strip(" ."))
    if not text or _NOTHING.match(text) or _is_clause(text):
        return ""
    return f"looking {text}" if _PREPOSITION.match(text) else f"looking at {text}"
