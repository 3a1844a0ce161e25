"""Describe a person in the style of a caption: “a woman of 61 with a grey braid, wearing blue scrubs”. Pure
functions.

The description of a character's look is split at commas. Each piece is classified as an age, a role, clothing
or a feature of the body. Any other piece is used as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantSubject
from milimo_tui.engines.prompting.figures import replace_figures
from milimo_tui.engines.prompting.framing_words import strip_framing_words
from milimo_tui.engines.prompting.script_marks import strip_script_marks
from milimo_tui.story.looks.look_words import GARMENT, HAIR, STATE
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words

_AGE = compile_lazily(
    r"(?:about |around |nearly |almost |now |aged? )?(\d{1,3})(?: years old)?$", re.IGNORECASE
)
_DECADE = compile_lazily(r"(?:in )?(?:his |her |their )?(.*(?:\d0s|ties|teens))$", re.IGNORECASE)
_IN_WORDS = compile_lazily(
    rf"({NUMBER_WORDS})", re.I
)  # An age in words, such as “about seventeen”, is used unchanged.
_BODY = compile_lazily(
    r"\b(?:hair|eye|eyes|tooth|teeth|lips?|nose|face|cheeks?|chin|jaw|brows?|eyebrows?|ears?|hands?|fingers?"
    r"|knuckles|arms?|shoulders?|legs?|skin|freckles|scars?|tattoos?|wrinkles|smile|stubble|voice)\b",
    re.IGNORECASE,
)
_CARRIED = compile_lazily(
    r"\b(?:cane|crutch|crutches|stick|umbrella|briefcase|handbag|satchel|rifle|lantern|pipe|cigar"
    r"|wheelchair)\b",
    re.IGNORECASE,
)
# A piece of a look that begins with a pronoun, such as “she limps”, is a sentence and not a noun phrase.
_SAYING = compile_lazily(r"(?:it|he|she|they|we|i)\b", re.IGNORECASE)
_MASS = compile_lazily(
    r"\b(?:hair|stubble|skin|scrubs|make-?up|mascara|lipstick|armou?r|leather|linen|wool|fur|underwear)$"
    r"|\bhair\b",
    re.IGNORECASE,
)
_AS_IS = compile_lazily(r"(?:\w+-)?(?:bald|bearded|haired|shaven|clean-shaven|cropped)$", re.IGNORECASE)
_DETERMINED = compile_lazily(
    r"(?:an?|the|his|her|their|its|no|one|two|three|four|five|some|many|both|in|with|without|wearing|dressed"
    r"|on|under|behind|une?|uno|una|ein|eine[nmr]?|el|la|les?|los|las|il|lo|gli|uma?|os|des|du|nur|solo|só|sin|sans"
    r"|ohne|senza|sem|im|en|de)\b",
    re.IGNORECASE,
)
_SO_DRESSED = compile_lazily(r"((?:very )?[a-z]+) in (?:his|her|their) (.+)", re.IGNORECASE)
_COUNTED_ENDS = compile_lazily(
    r"\s(?:with|in|at|of|on|to|round|around|over|under|from|for|that|which|who|still|buttoned|tied|says?"
    r"|comes?|goes|and)\s",
    re.IGNORECASE,
)
_DONE = compile_lazily(r"(?:ed|ing|worn|torn|undone|done|drawn)$", re.IGNORECASE)
_MANY = compile_lazily(rf"(?:{NUMBER_WORDS})\s", re.IGNORECASE)
_HEAD_ENDS = compile_lazily(
    r"\s(?:in|with|at|of|on|from|to|that|who|whose|behind|by|for|under)\s", re.IGNORECASE
)
_PEOPLE = ROLES | frozenset(GENERIC) | frozenset(KIN) | frozenset(CREATURES)
_OF_ONE_SEX = compile_lazily(
    r"\b(?:\w*(?:man|woman|boy|girl|lady)|father|mother|son|daughter|brother|sister|uncle|aunt|nun|monk"
    r"|king|queen|prince|princess|waitress|actress|bride|groom|widow|wife|husband|grand\w+)\b",
    re.IGNORECASE,
)
_SEXED = frozenset(GENERIC) | frozenset(KIN)
_STANDS = {
    "left": "on the left of the frame",
    "centre": "in the middle of the frame",
    "right": "on the right of the frame",
}
PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her"), "it": ("it", "it", "its")}


def get_pronouns(one: MeantSubject) -> tuple[str, str, str]:
    """Return the subject, object and possessive pronouns of a person: he, him, his. If the gender is unknown,
    return they, them, their.
    """
    return PRONOUNS.get(one.gender, ("they", "them", "their"))


def add_article(words: str) -> str:
    """Return a noun phrase with its article if it takes one: `a grey braid`, `blue scrubs`, `an apron`."""
    first = words.split(maxsplit=1)[0] if words else ""
    heads = _list_head_nouns(words)
    if (
        not words
        or _DETERMINED.match(words)
        or _MANY.match(words)
        or first[:1].isupper()
        or first[:1].isdigit()
        or any(_MASS.search(head) for head in heads)
        or any(head.endswith("s") and not head.endswith(("ss", "'s", "’s")) for head in heads)
    ):
        return words
    return f"{choose_article(first)} {words}"


def _list_head_nouns(words: str) -> list[str]:
    """Return the words of a noun phrase that may be its head noun, for example `goggles` in “black goggles
    taped over the eyes”.

    Candidates are the last word before a preposition, a word before a participle, and a first word in the
    plural.
    """
    parts = _COUNTED_ENDS.split(words)[0].split()
    done = [before for before, word in pairwise(parts) if _DONE.search(word)]
    first = [parts[0]] if len(parts) > 1 and parts[0].endswith("s") else []
    return [*parts[-1:], *done, *first]


def choose_article(word: str) -> str:
    """Return `a` or `an` by the initial sound of a word."""
    low = word.lower()
    if low.startswith(("hour", "honest", "heir", "honour", "honor")):
        return "an"
    if low.startswith(("uni", "use", "usu", "eur", "one", "once")):
        return "a"
    return "an" if low[:1] in "aeiou" else "a"


def describe_person(one: MeantSubject) -> str:
    """Return a person's age, role, body and clothing, without the name. Empty if nothing is known."""
    age, roles, garments, outfits, body_features, more = "", [], [], [], [], []
    visible = replace_figures(strip_framing_words(strip_script_marks(one.visible))).strip(" .,;")
    for piece in filter(None, (each.strip(" .;") for each in re.split(r"[,;]", visible))):
        if _SAYING.match(piece):
            continue
        piece = re.sub(r" still on$", "", piece)
        years = _AGE.fullmatch(piece)
        match = _DECADE.fullmatch(piece)
        in_words = _IN_WORDS.fullmatch(piece)
        if years or in_words:
            age = years[1] if years else in_words[1].lower() if in_words else ""
        elif match:
            age = f"{get_pronouns(one)[2]} {match[1]}"
        elif (so := _SO_DRESSED.match(piece)) and GARMENT.search(so[2]):
            more.append(so[1])
            garments.append(add_article(so[2]))
        elif piece.lower().startswith("in "):
            bare = piece[3:]
            outfits.append(f"in {add_article(bare) if GARMENT.search(bare) else bare}")
        elif piece.lower().startswith(("wearing ", "dressed ")):
            bare = re.sub(r"^(?:wearing|dressed in) ", "", piece, flags=re.IGNORECASE)
            garments.append(add_article(bare) if GARMENT.search(bare) else bare)
        elif _is_role(piece):
            roles.append(add_article(piece))
        elif _AS_IS.fullmatch(piece) or " as a" in piece or STATE.match(piece):
            more.append(piece)
        elif _CARRIED.search(piece) or (
            _BODY.search(piece.split(" in ")[0]) and not GARMENT.search(piece.split(" in ")[0])
        ):
            body_features.append(add_article(re.sub(r"^with ", "", piece, flags=re.IGNORECASE)))
        elif GARMENT.search(piece) and not HAIR.search(piece):
            garments.append(add_article(re.sub(r"^with ", "", piece, flags=re.IGNORECASE)))
        elif HAIR.search(piece) or _BODY.search(piece):
            body_features.append(add_article(re.sub(r"^with ", "", piece, flags=re.IGNORECASE)))
        else:
            more.append(piece)
    head = _describe_age_and_role(one, age, roles)
    with_body = f"with {join_phrases(body_features)}" if body_features else ""
    wearing = f"wearing {join_phrases(garments)}" if garments else ""
    first = " ".join(filter(None, (head, with_body))) if head else with_body
    return ", ".join(filter(None, (first, wearing, *outfits, *more)))


def describe_position(one: MeantSubject) -> str:
    """Return a phrase for a person's position in the frame, such as “on the left of the frame”. Return an
    empty text if the position is not known.
    """
    return _STANDS.get(one.stands, "")


def _describe_age_and_role(one: MeantSubject, age: str, roles: list[str]) -> str:
    """Return a phrase with age and role, such as `a woman of 61, a nurse`. Nouns that the person's name
    already contains are left out.
    """
    gender = one.gender
    years = int(age) if age.isdigit() else parse_number_words(age) if _IN_WORDS.fullmatch(age) else None
    if is_named_by_role(one.name):
        gender = ""
        roles[:] = [role for role in roles if role.split()[-1].lower() not in _SEXED]
    if roles and _OF_ONE_SEX.search(roles[0]):
        noun = roles.pop(0)
    elif gender in ("he", "she") and roles:
        noun = _add_sex(roles.pop(0), gender)
    elif gender in ("he", "she"):
        male = gender == "he"
        if years is not None and years < 14:
            noun = "a boy" if male else "a girl"
        elif years is not None and years < 20:
            noun = "a teenage boy" if male else "a teenage girl"
        else:
            noun = "a man" if male else "a woman"
    elif roles:
        noun = roles.pop(0)
    else:
        return f"in {age}" if " " in age else f"{age} years old" if age else ""
    if age:
        noun = f"{noun} in {age}" if " " in age else f"{noun} of {age}"
    return ", ".join((noun, *roles))


def _add_sex(role: str, gender: str) -> str:
    """Return a role with the person's sex added: `a tired courier` becomes `a tired female courier`."""
    head = _HEAD_ENDS.split(role)[0]
    before, _, noun = head.rpartition(" ")
    sex = "male" if gender == "he" else "female"
    article = "a" if before == "an" else before  # `an actor` becomes `a male actor`
    return f"{article} {sex} {noun}{role[len(head) :]}".strip()


def _is_role(piece: str) -> bool:
    head = _HEAD_ENDS.split(piece)[0].split()
    return bool(head) and (head[-1].lower() in _PEOPLE or head[-1].lower().rstrip("s") in _PEOPLE)


def is_named_by_role(name: str) -> bool:
    """Return True if a name says already whether a person is a man or a woman, such as `Old Woman`."""
    return bool(set(name.lower().split()) & _SEXED)


def join_phrases(names: list[str]) -> str:
    """Return phrases as a list in prose: `a, b and c`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
