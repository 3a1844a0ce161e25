"""Describe a person in the style of a caption: the look (“a woman of 61 with a grey braid, wearing blue
scrubs”), and the posture, things and gaze in one shot (“sitting on the bench, holding the lid”). Pure
functions.

The facts of an accepted breakdown are separate. The description of any other look is split at commas, and its
pieces are sorted into the same facts by a few words. A piece with a finite verb is no noun phrase; it becomes
a sentence of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from milimo_tui.core.format import choose_article
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import MeantLook, MeantPose, MeantSubject
from milimo_tui.engines.prompting.framing_words import strip_framing_words
from milimo_tui.engines.prompting.script_marks import strip_script_marks
from milimo_tui.story.breakdown.people import PersonKind
from milimo_tui.story.breakdown.shot_facts import LASTING_POSTURES
from milimo_tui.story.looks.garment_words import GARMENTS
from milimo_tui.story.screenplay.people_words import BODY, CREATURES, GENERIC, KIN, ROLES, TITLES
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import join_phrases, split_words

# Finite verbs of descriptions in English, German, French, Spanish, Italian and Portuguese. Words that are
# nouns or articles in another of these languages are left out.
_FINITE = compile_lazily(
    r"\b(?:is|are|was|were|has|have|had|wears?|wore|does|do|goes|comes|looks|seems|keeps|takes|puts|stands"
    r"|sits|lies|hangs|holds|walks|reaches|says|moves|runs|turns|carries|leans|ticks|shows|enters|waits"
    r"|(?<=s )(?:show|hang|stand|stick|lie|sit|cover|reach|touch|peek|fall|wear|carry|hold)"
    r"|ist|sind|trägt|tragen|sitzt|sitzen|steht|stehen|wartet|warten|liegt|liegen|hängt|hängen|klebt|hält"
    r"|est|sont|était|étaient|porte|portent|tient|tiennent|attend|attendent"
    r"|está|están|estaba|lleva|llevan|tiene|tienen|sostiene|è|indossa|indossano|portano"
    r"|está|estão|usa|usam)\b",
    re.IGNORECASE,
)
_RELATIVE = compile_lazily(
    r"\b(?:that|which|who|whose|as|where|than|der|die|das|dessen|deren|qui|que|dont|où|cuyo|cuya|che|cui)\b",
    re.IGNORECASE,
)
# A piece that begins like this is a clause of another sentence, which means nothing on its own.
_SUBORDINATE_WORDS = (
    r"(?:though|although|because|but|when|while|if|so|until|since|before|after|then|and|or|et|y|e|und)\b"
)
_SUBORDINATE = compile_lazily(_SUBORDINATE_WORDS, re.IGNORECASE)
_HAS = compile_lazily(r"^(?:he|she|they|it)? ?(?:has|have|with) (?!been\b)", re.IGNORECASE)
_OWNED = compile_lazily(
    r"^(?:(?:his|her|their|its) )?([\w-]+) (?:is|are) ((?:very )?[\w-]+(?: [\w-]+)?)$", re.IGNORECASE
)
_PERSONAL = compile_lazily(r"^(?:he|she|they|it) ", re.IGNORECASE)
# A piece that is no description on its own: the rest of a clause.
_LEFT_OUT = compile_lazily(rf"{_SUBORDINATE_WORDS}|(?:it|them|him|me|us)\b", re.IGNORECASE)
_UNFINISHED = compile_lazily(
    r"(?:^|\s)(?:and|or|but|with|of|the|an?|whose|wearing|than|as|into|in|at|on|for|to|by|from|und|oder|mit|von|et"
    r"|avec|de|du|con|para|por|y|e|com|che)$",
    re.IGNORECASE,
)
_COMPARES = compile_lazily(r"(?:the same|as|like|just|not)\b", re.IGNORECASE)
_PHRASE_ENDS = compile_lazily(
    r"\s(?:with|in|at|of|on|to|from|over|round|around|under|for|behind|by|that|which|who|whose|like|as|and|or"
    r"|still|buttoned|tied)\s",
    re.IGNORECASE,
)
_AGE_NUMBER = compile_lazily(
    rf"((?:about |around |almost |nearly |aged? )?(?:\d{{1,3}}|{NUMBER_WORDS}))(?:[ -]years?[ -]old)?", re.I
)
_DECADE = compile_lazily(
    r"(?:in )?(?:(?:his|her|their|the) )?((?:early |mid-?|middle |late )?(?:\d0['’]?s|\w+ties|teens))",
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
_DRESSED = compile_lazily(
    r"^(?:(?:each|all|both|now|still|also) )?(?:wearing|wears|dressed in|clad in|in) (?=\w)", re.IGNORECASE
)
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
_DETERMINED = compile_lazily(
    r"(?:an?|the|his|her|their|its|no|one|some|many|both|in|with|without|wearing|dressed|on|under|behind|une?|uno"
    r"|una|ein|eine[nmr]?|el|la|les?|los|las|il|lo|gli|uma?|os|des|du|nur|solo|só|sin|sans|ohne|senza|sem|im|en"
    r"|de)\b",
    re.IGNORECASE,
)
_GERMAN_ARTICLE = compile_lazily(r"^d(?:er|ie|as|e[nm]) (?=\S)", re.IGNORECASE)
_FOREIGN_ARTICLE = compile_lazily(
    r"^(?:d(?:er|ie|as|e[nms])|eine?|eine[nmrs]|une?|les?|la|el|los|las|un[ao]s?|il|lo|gli|os?|uma?s?) (?=\S)"
    r"|^l['’](?=\S)",
    re.IGNORECASE,
)
_MANY = compile_lazily(rf"(?:{NUMBER_WORDS}|\w+[’']s)\s", re.IGNORECASE)
# Nouns without an indefinite article.
_MASS = compile_lazily(
    r"\b(?:hair|stubble|skin|scrubs|make-?up|mascara|lipstick|armou?r|leather|linen|wool|fur|underwear|denim"
    r"|tweed|velvet|silk|crape|lace|shirtsleeves|feet|teeth)$|\bhair\b",
    re.IGNORECASE,
)
# Singular features of a face, a body or hair, in addition to the parts of the body.
_FEATURE_WORDS = """plait braid bun ponytail pigtail moustache mustache goatee scar bob fringe tattoo mole
limp crewcut crop mohawk parting perm wig quiff eyepatch birthmark complexion build figure frame stoop
hump squint curl lock freckle wrinkle dimple sideburn whisker bristle stubble skin brow cheekbone eyelash
feature tooth knuckle jawline hairline fingernail nail cane crutch stick cut"""
_FEATURES = frozenset(_FEATURE_WORDS.split())
# Words of the list of garments that often mean hair, a fabric or a thing: “a crown of grey hair”.
_NOT_ALWAYS_WORN = {"crown", "eyelash", "fleece", "fur", "leather", "linen", "ring", "wool"}
_GARMENTS = frozenset(GARMENTS.split()) - _NOT_ALWAYS_WORN
_SEXED = frozenset(GENERIC) | frozenset(KIN)
_PEOPLE = ROLES | _SEXED | frozenset(CREATURES)
_OF_ONE_SEX = compile_lazily(
    r"\b(?:\w*(?:man|woman|boy|girl|lady)|father|mother|son|daughter|brother|sister|uncle|aunt|nun|monk"
    r"|king|queen|prince|princess|waitress|actress|bride|groom|widow|wife|husband|grand\w+)\b",
    re.IGNORECASE,
)
_MAY_BE_YOUNG = frozenset(("pupil", "student", "apprentice", "orphan", "foundling", "chorister", "trainee"))
_STANDS = {
    "left": "on the left of the frame",
    "centre": "in the middle of the frame",
    "right": "on the right of the frame",
}
_PRONOUNS = {"he": ("he", "him", "his"), "she": ("she", "her", "her"), "it": ("it", "it", "its")}


def get_pronouns(one: MeantSubject) -> tuple[str, str, str]:
    """Return the subject, object and possessive pronouns of a person: he, him, his. If the gender is unknown,
    return they, them, their.
    """
    return _PRONOUNS.get(one.gender, ("they", "them", "their"))


def describe_position(one: MeantSubject) -> str:
    """Return a phrase for a person's position in the frame, such as “on the left of the frame”. Return an
    empty text if the position is not known.
    """
    return _STANDS.get(one.stands, "")


# -------------------------------------------------------------- looks


def describe_look(one: MeantSubject) -> str:
    """Return a person's age, role, build, body and clothes as a caption phrase, without the name: “a woman
    past seventy with white hair, wearing a green raincoat”. Empty if nothing is known.
    """
    look, roles = _get_look(one)
    before, after = _phrase_age(look.age, get_pronouns(one)[2])
    more = [add_article(role) for role in roles]
    for piece in _list_pieces(look.build):
        if _is_adjective(piece):
            before.append(strip_foreign_article(piece))
        else:
            more.append(piece)
    features: list[str] = []
    for piece in _list_pieces(look.features):
        if features and _COMPARES.match(piece):
            features[-1] = f"{features[-1]}, {piece}"
        elif _is_body_feature(piece):
            features.append(add_article(piece))
        else:
            more.append(piece)
    noun = _choose_noun(one, look)
    if roles and (not noun or _names_kind(roles[0]) or is_animal(one)):
        head = f"{more.pop(0)}{'' if after.strip(' ,') in roles[0] else after}"
    elif noun:
        called = " ".join((*before, noun))
        head, before = f"{choose_article(called)} {called}{after}", []
    else:
        head = after.strip(" ,").removeprefix("of ")
    bodied = f"with {join_phrases(features)}" if features else ""
    first = (" " if noun or roles else ", ").join(filter(None, (head, bodied)))
    pieces = (first, *before, *more, _phrase_clothes(look.clothes), *_list_pieces(look.condition))
    return ", ".join(filter(None, pieces))


def list_look_sentences(one: MeantSubject) -> list[str]:
    """Return the parts of a look with a finite verb, each as a sentence: “one white feather stands up”
    becomes a sentence of its own, and “stands as he does” gets the name of the person.
    """
    look, _ = _get_look(one)
    pieces = (piece for text in (look.features, look.clothes, look.condition) for piece in _split_fact(text))
    return [
        _make_look_sentence(one.name, each) for each in pieces if is_clause(each) and not _OWNED.match(each)
    ]


def _make_look_sentence(name: str, piece: str) -> str:
    first = split_words(piece.casefold())[0]
    if _FINITE.match(piece):
        return f"{name} {piece}."
    if _PERSONAL.match(piece):
        return f"{_PERSONAL.sub(f'{name} ', piece)}."
    if first in BODY or first in _GARMENTS:
        return f"{name}’s {piece}."
    return f"{piece[:1].upper()}{piece[1:]}."


def has_noun(one: MeantSubject) -> bool:
    """Return True if the description of a person begins with a noun, such as “a woman”."""
    look, roles = _get_look(one)
    return bool(roles) or bool(_choose_noun(one, look))


def is_animal(one: MeantSubject) -> bool:
    """Return True if a breakdown or the name says that somebody is an animal."""
    if one.kind:
        return one.kind == PersonKind.ANIMAL
    return bool(set(split_words(one.name.casefold())) & CREATURES)


def _get_look(one: MeantSubject) -> tuple[MeantLook, list[str]]:
    """Return the look of a person as separate facts, and the roles in the description, such as “nurse”."""
    if one.look is None:
        return _sort_look_pieces(one.visible)
    age, features, roles = one.look.age, [], []
    for piece in _split_fact(one.look.features):
        if piece.endswith(" old") and _AGE_NUMBER.fullmatch(piece):
            age = piece
        elif _names_kind(piece) and not is_clause(piece):
            roles.append(piece)
        else:
            features.append(piece)
    build = [piece for piece in _split_fact(one.look.build) if not _names_kind(piece)]
    roles += [piece for piece in _split_fact(one.look.build) if _names_kind(piece)]
    roles += [piece for piece in _split_fact(one.look.role) if not is_clause(piece)]
    return replace(one.look, age=age, build=", ".join(build), features=", ".join(features)), roles


def _names_kind(piece: str) -> bool:
    """Return True if the noun of a piece is a word such as “woman”, “boy” or “hen”."""
    words = split_words(_PHRASE_ENDS.split(piece)[0].casefold())
    return bool(words) and (words[-1] in CREATURES or _OF_ONE_SEX.fullmatch(words[-1]) is not None)


def _sort_look_pieces(visible: str) -> tuple[MeantLook, list[str]]:
    """Return the pieces of a description as separate facts, and the roles in it."""
    age, clothes, features, roles = "", [], [], []
    bare = strip_framing_words(strip_script_marks(visible))
    for piece in _split_fact(bare):
        words = split_words(_PHRASE_ENDS.split(piece)[0].casefold())
        if is_clause(piece):
            features.append(piece)
        elif not age and (_AGE_NUMBER.fullmatch(piece) or _DECADE.fullmatch(piece)):
            age = piece
        elif words and words[-1] in _PEOPLE and not _DRESSED.match(piece):
            roles.append(piece)
        elif _DRESSED.match(piece) or any(_is_garment(word) for word in words):
            clothes.append(piece)
        else:
            features.append(piece)
    return MeantLook(age=age, features=", ".join(features), clothes=", ".join(clothes)), roles


def _is_garment(word: str) -> bool:
    return bool({word, word.removesuffix("s"), word.removesuffix("es")} & _GARMENTS)


def _is_body_feature(piece: str) -> bool:
    """Return True if the noun of a piece is a part of the body or the hair, as in “a silver plait”, so that
    “with” can precede the piece. Others, such as “freckled” and “ice in his beard”, are listed at the end.
    """
    words = split_words(_PHRASE_ENDS.split(piece)[0].casefold())
    nouns = {words[-1], words[0]} if words and words[0].endswith("s") else set(words[-1:])
    nouns |= {word for word in words if word == "hair"}
    return any(noun in BODY or {noun, noun.removesuffix("s")} & _FEATURES for noun in nouns)


def _choose_noun(one: MeantSubject, look: MeantLook) -> str:
    """Return the noun for a person: man, woman, boy, girl, or the animal. Empty if it is not known, or if the
    name says it already. A person of whom nothing is described may be a child, so he or she has no noun.
    """
    if is_animal(one):
        words = split_words(f"{one.name} {look.build} {look.features} {one.visible}".casefold())
        named = set(split_words(one.name.casefold()))
        found = next((word for word in words if word in CREATURES), "animal")
        return "" if found in named else found
    if one.kind == PersonKind.GROUP or _is_named_by_sex(one.name) or one.gender not in ("he", "she"):
        return ""
    # Only an age or a reading of the script shows whether somebody is grown up: “Noah, a pupil” is no man.
    may_be_child = one.look is None or not _MAY_BE_YOUNG.isdisjoint(split_words(one.look.role.casefold()))
    if look == MeantLook() or (may_be_child and not look.age.strip()):
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


def _is_named_by_sex(name: str) -> bool:
    """Return True if a name says already whether a person is a man or a woman: `Old Woman`, `Mr. Hughes`."""
    return bool(set(name.lower().replace(".", "").split()) & (_SEXED | TITLES.keys()))


def _phrase_age(age: str, possessive: str) -> tuple[list[str], str]:
    """Return the words of an age that come before the noun, and those that come after it."""
    first, comma, rest = strip_script_marks(age).strip(" .,;").partition(",")
    text = re.sub(r"^an? \w+ of ", "", first.strip())
    if not text or is_clause(text):
        return [], ""
    more = f"{comma}{rest}" if not is_clause(rest) else ""
    if found := _AGE_NUMBER.fullmatch(text):
        return [], f" of {re.sub('^aged? ', '', found[1].lower())}{more}"
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
    worn = [piece for piece in pieces if piece not in bare and not _DETERMINED_ELSEWHERE.match(piece)]
    worn.sort(key=lambda piece: piece.casefold().startswith("no "))
    # An English article does not fit a garment in another language.
    garments = [add_article(piece) if _takes_article(piece) else piece for piece in worn]
    verb = "in" if re.match(r"in (?:an?|the) ", clothes, re.IGNORECASE) else "wearing"
    texts = [f"{verb} {', '.join(garments)}"] if garments else []
    others = [piece for piece in pieces if piece not in bare and piece not in worn]
    return ", ".join((*texts, *others, *bare))


# A prepositional phrase of another language, such as “en tablier”, can't follow “wearing”.
_DETERMINED_ELSEWHERE = compile_lazily(
    r"(?:en|im|mit|avec|con|com|dans|sans|sin|senza|vestid[oa]s?|habillée?s?|vêtue?s?|with|at|on|under|over|from"
    r"|of|to|dressed|clad)\b",
    re.IGNORECASE,
)


def _takes_article(piece: str) -> bool:
    words = split_words(_PHRASE_ENDS.split(piece)[0].casefold())
    return _LIMITED.match(piece) is None and any(map(_is_garment, words))


def _list_pieces(text: str) -> list[str]:
    """Return the parts of a fact between commas, as noun phrases. Other parts are left out."""
    out = []
    for piece in _split_fact(text):
        if found := _OWNED.match(piece):
            is_pronoun = found[1].casefold() in ("he", "she", "they", "it")
            piece = found[2] if is_pronoun else f"{found[2]} {found[1]}"
        if not (is_clause(piece) or _LEFT_OUT.match(piece) or _UNFINISHED.search(piece)):
            out.append(piece)
    return out


def _split_fact(text: str) -> list[str]:
    """Return the parts of a fact between commas. The subjects of one verb stay together, as in “only a cuff,
    a ring and one shoe are seen”.
    """
    pieces = [_HAS.sub("", part.strip(" .")) for part in re.split(r"[,;]", strip_script_marks(text))]
    pieces = [piece for piece in pieces if piece]
    verb = _FINITE.search(pieces[-1]) if len(pieces) > 1 else None
    is_list = verb is not None and " and " in pieces[-1][: verb.start()]
    return [", ".join(pieces)] if is_list and not any(map(is_clause, pieces[:-1])) else pieces


def is_clause(piece: str) -> bool:
    """Return True if a piece of a description has a finite verb outside a relative clause, so that it is no
    noun phrase. A piece of a subordinate clause is no clause of its own.
    """
    if _SUBORDINATE.match(piece):
        return False
    verb, relative = _FINITE.search(piece), _RELATIVE.search(piece)
    return verb is not None and (relative is None or relative.start() > verb.start())


def starts_with_preposition(phrase: str) -> bool:
    """Return True if a phrase begins with a preposition or an adverb of place: “behind the bar”."""
    return _PREPOSITION.match(phrase) is not None


def _is_adjective(piece: str) -> bool:
    words = split_words(piece.casefold())
    return len(words) <= 2 and not _PREPOSITION.match(piece) and not any(word in BODY for word in words)


def strip_foreign_article(words: str) -> str:
    """Return a noun phrase without an article of another language, so that an English article can precede it:
    `Krankenschwester` for `die Krankenschwester`.
    """
    return _FOREIGN_ARTICLE.sub("", words)


def add_article(words: str) -> str:
    """Return a noun phrase with its article if it takes one: `a grey braid`, `blue scrubs`, `an apron`. A
    definite article of German is replaced, because it looks like an English word.
    """
    words = _GERMAN_ARTICLE.sub("the ", words)
    head = split_words(_PHRASE_ENDS.split(words)[0])
    if (
        not head
        or _DETERMINED.match(words)
        or _MANY.match(words)
        or not words[0].islower()
        or _MASS.search(" ".join(head))
        or any(word.endswith("s") and not word.endswith(("ss", "'s", "’s")) for word in head)
    ):
        return words
    return f"{choose_article(head[0])} {words}"


# -------------------------------------------------------------- posture, things, gaze


def describe_pose(pose: MeantPose | None, action: str) -> str:
    """Return what a person does with the body, holds and looks at: “sitting on the bench, holding the lid”.
    Facts that the `action` of the shot says already are left out. Empty if nothing is known.
    """
    if pose is None:
        return ""
    said = set(split_words(action.casefold()))
    texts = (
        _phrase_posture(pose.posture),
        pose.position if _PREPOSITION.match(pose.position) and not is_clause(pose.position) else "",
        _phrase_held_things(pose.holds),
        "" if _GAZES.search(action) else _phrase_gaze(pose.looks_at),
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
    if not words or is_clause(" ".join(words[1:])):
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
    if not text or _NOTHING.match(text) or is_clause(text):
        return ""
    return f"with {text}" if _HELD.search(text) else f"holding {text}"


def _phrase_gaze(looks_at: str) -> str:
    text = _LOOKS.sub("", looks_at.strip(" ."))
    if not text or _NOTHING.match(text) or is_clause(text):
        return ""
    return f"looking {text}" if _PREPOSITION.match(text) else f"looking at {text}"
