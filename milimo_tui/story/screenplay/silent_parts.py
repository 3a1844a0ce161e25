"""Find characters who appear in the action but have no dialogue: “A BLUE DEVIL dances past”, “Mr. Okafor
comes down the stairs”, “Lucy (8) hides”.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.first_names import is_first_name, may_be_first_name
from milimo_tui.story.screenplay.line_grammar import is_time_of_day
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES, TITLES
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import QUOTED, fold, split_words

# Verbs that things hardly ever have. A kettle sings and a shadow dances, but only a person nods.
_HUMAN_WORDS = """answers asks bows brings buys chews chuckles claps counts crouches drinks eats enters exits
exhales folds frowns gasps gestures giggles glances grabs grimaces grins grunts hands hesitates hugs hurries
inhales juggles kisses kneels knits laughs leans licks listens looks marches mimes mutters nods pats peers
points pours prays pretends puts reads salutes scowls scratches sews shouts shrugs sips smiles smirks smokes
sneezes sniffs snores sobs sprints squints stares steps stoops strides strolls stumbles swallows takes talks
thinks tiptoes trots trudges tries walks wanders watches waves weeps whispers winks wipes yawns yells"""
HUMAN_ACTS = frozenset(_HUMAN_WORDS.split())
_PART = compile_lazily(
    r"(?<![\w'’])(?:[Aa]n?|[Tt]he|[Aa]nother) ([A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]*)+)(?![\w'’])"
    r"(?:,[^.!?,]*,)?(?: then| now| slowly| only| just)? ?([a-z]+)?"
)
_HOW = compile_lazily(r" (?:IN|WITH|FROM|OF|ON|AT|WITHOUT|UNDER|BY) ")
_GOES_ON = compile_lazily(r"[^.!?]*[.!?]\s+(?:Then )?(?:He|She|he|she)\b")
_IS_CALLED = compile_lazily(
    r"[^!?]{0,40}?\b(?:he|she)(?:['’]s| is) (?:called )?(?-i:[A-ZÀ-Þ]{2})", re.IGNORECASE
)
# Matches a name in capitals before a surname in small letters: “PHOEBE Larson, 28”.
_NAME_BEFORE = compile_lazily(r"[A-ZÀ-Þ]{2}\s$")
_NEAR = 12
_ABBREVIATED = 4  # Most letters of an abbreviated title.
_MOST_WORDS = 6
_SHORT_TITLES = """dr doc prof sgt capt lt col gen insp det rev sister brother"""
_TITLE_WORDS = frozenset([*TITLES, *ROLES, *KIN, *_SHORT_TITLES.split()])
_NAME = r"[A-ZÀ-Þ][a-zß-ÿ]+(?:['’-][A-ZÀ-Þ]?[a-zß-ÿ]+)*(?<!['’]s)"
_TITLED = compile_lazily(rf"(?<![\w'’-])([A-Z][a-z]+)\.? ({_NAME})(?![\w'’-])")
_NAMED = compile_lazily(rf"(?<![\w'’-])({_NAME}(?: {_NAME})?)(?=[,.:] |\s?\()")
_AGE = compile_lazily(
    r"\s?(?:\(\s*(?:(?:about|around|nearly|early|late|mid)[- ])?(\d{1,2})s?\b[^()]*\)"
    r"|,\s*(\d{1,2})s?(?=[,.]))"
)
_AGE_IN_WORDS = compile_lazily(
    rf"(?:,\s*|\s\(|[.:]\s)(?:(?:about|around|nearly|early|late|mid)[- ])?({NUMBER_WORDS})(?=[,.)])",
    re.IGNORECASE,
)
_ACT = compile_lazily(r"(?:,[^.!?,;]{1,60},)? (?:(?:\w+ly|then|now|still|only|just|also) )?([a-z]+)")
_BRINGS_IN = compile_lazily(
    r"(?::|\b(?:stands|sits|lies|waits|kneels|comes|leans|crouches|appears|enters|is))\s$", re.IGNORECASE
)
_BEASTS = "|".join(sorted((*CREATURES,), key=len, reverse=True))
_SOMEBODY = "|".join(sorted((*CREATURES, *GENERIC, *KIN), key=len, reverse=True))
_PROPER = r"[A-ZÀ-Þ][a-zß-ÿ]+"
# A name after a noun: “an old yellow dog, General, with”, “a boy called Tom”, “Biscuit, a spaniel,”.
_CALLED = compile_lazily(
    r"(?i:\b(?:an?|his|her|their|the|another|[^\W\d_]+['’]s) (?:[a-z-]+,? ){0,3}?)(?:"
    rf"(?P<beast>{_BEASTS}), (?P<its>{_PROPER})(?=[,.])"
    rf"|(?P<noun>{_SOMEBODY}),? (?:called|named|by the name of) (?P<name>{_PROPER})(?![\w'’]))"
    rf"|(?<![\w'’-])(?P<first>{_PROPER}), an? (?:[a-z-]+ ){{0,3}}?(?P<kind>{_BEASTS})\b(?!['’-])"
)
_IS = frozenset(["is", "has", "was", "sits", "stands", "lies", "waits", "comes", "goes", "turns"])


def find_silent_parts(texts: Sequence[str], taken: Collection[str]) -> Iterator[tuple[str, int | None, str]]:
    """Yield each person who appears only in action, as a tuple of name, age (or None) and noun. The noun says
    who the person is, such as `spaniel`; it is empty if the text gives none.

    `texts` are the paragraphs of action. `taken` are the words of names that are already known, case-folded.
    """
    found: set[str] = set()
    whole = "\n".join(QUOTED.sub(" ", text) for text in texts)
    for name, age, about in (
        *_find_silent_parts_in_capitals(whole),
        *_find_silent_parts_in_words(whole, taken),
    ):
        if fold(name) not in found:
            found.add(fold(name))
            yield name, age, about


def _find_silent_parts_in_capitals(whole: str) -> Iterator[tuple[str, int | None, str]]:
    """Yield each person whose name is several words in capitals (A BLUE DEVIL, A WOMAN WITH A PRAM), as a
    tuple of name, None for the age, and noun. Names in the plural are skipped.

    `whole` is all action of the screenplay.
    """
    folded = whole.casefold()
    for match in _PART.finditer(whole):
        name = match[1].strip()
        tokens = [fold(word) for word in split_words(_HOW.split(name)[0])]
        if not tokens or len(split_words(name)) > _MOST_WORDS or is_time_of_day(name):
            continue
        head, act = tokens[-1], match[2] or ""
        if head in CREATURES or head.endswith("s") or _IS_CALLED.match(whole, match.end()):
            continue  # Skip people whose real name follows: “the CHURRO MAN, enormous. (He's called OSCAR.)”
        somebody = head in GENERIC or head in ROLES or head in KIN
        goes_on = _GOES_ON.match(whole, match.end()) is not None
        again = folded.count(name.casefold()) > 1
        if (somebody and (act or again)) or (act in HUMAN_ACTS and (again or goes_on)):
            yield name, None, head if somebody else ""


def _find_silent_parts_in_words(whole: str, taken: Collection[str]) -> Iterator[tuple[str, int | None, str]]:
    """Yield each person whose name is not in capitals, as a tuple of name, age (or None) and noun. Such a
    name follows a title (“Mr. Okafor”) or a word such as “called”, or is a first name that is followed by an
    age.
    """
    titled: set[int] = set()  # Offsets in `whole` of names that follow a title, and of the titles.
    for match in _TITLED.finditer(whole):
        title, name = match[1], match[2]
        if fold(title) not in _TITLE_WORDS or (fold(title) in ROLES and may_be_first_name(title)):
            continue  # Skip surnames that are trades, as in “Baker Street”.
        if "." in match[0] and len(title) > _ABBREVIATED:
            continue  # Skip the end of a sentence: “He asks his Uncle. Agents come.”
        titled.update((match.start(), match.start(2)))
        if fold(name) in taken:
            continue
        age, act = _parse_age_after_name(whole, match.end()), _ACT.match(whole, match.end())
        shown = whole[match.end() : match.end() + 1] in (".", ",") and _BRINGS_IN.search(
            whole, max(0, match.start() - 12), match.start()
        )
        personal = fold(title) in TITLES or fold(title) in KIN or fold(title) in ("dr", "doc", "prof")
        verb = act[1] if act else ""
        acts = verb in HUMAN_ACTS | _IS or (personal and verb.endswith("s"))
        if age is not None or shown or acts:
            yield match[0].upper(), age, title.casefold()
    for match in _CALLED.finditer(whole):
        name = match["its"] or match["name"] or match["first"]
        if fold(name) not in taken:
            yield name.upper(), None, match["beast"] or match["noun"] or match["kind"]
    for match in _NAMED.finditer(whole):
        tokens = split_words(match[1])
        if match.start() in titled:
            continue
        # A first name that is also an ordinary word counts as a name only if an opening bracket follows:
        # “Hunter (12)”.
        bracketed = whole[match.end() : match.end() + 2] == " ("
        known = may_be_first_name(tokens[0]) if bracketed else is_first_name(tokens[0])
        is_surname = _NAME_BEFORE.search(whole, max(0, match.start() - _NEAR), match.start()) is not None
        if not known or is_surname or any(fold(token) in taken for token in tokens):
            continue
        age = _parse_age_after_name(whole, match.end())
        if age is not None:
            yield match[1].upper(), age, ""


def _parse_age_after_name(text: str, at: int) -> int | None:
    """Return the age that follows a name at offset `at` of the text, or None."""
    if figures := _AGE.match(text, at):
        return int(figures[1] or figures[2])
    worded = _AGE_IN_WORDS.match(text, at)
    return parse_number_words(worded[1]) if worded else None
