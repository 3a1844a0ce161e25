"""Comparison of the people in a written prompt with the facts of its shot: who is in the picture, and how
they look. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.prompting.measures import (
    SIZES,
    find_all_words,
    list_content_stems,
    shares_half_of_words,
)
from milimo_tui.engines.specs.text_specs import PersonFacts, PromptFacts
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, NOUN_SYNONYMS, ORDERS, ROLES, TITLES
from milimo_tui.story.values.text import fold, has_phrase, split_sentences, split_words
from milimo_tui.story.values.word_stems import STEM, list_word_stems

_STRANGERS = compile_lazily(
    r"\b(?:another|(?:a|the) second|(?:a|the) third|(?:an )?(?:unknown|unnamed))"
    r" (man|woman|person|boy|girl|figure|child|stranger)s?\b"
    r"|\b(passers?-?by|bystanders?|onlookers?|pedestrians?|crowds?|strangers?|commuters?|customers?|patrons?"
    r"|guests?|people|men|women|children|figures|silhouettes|someone|somebody|couples?(?! of))\b",
    re.IGNORECASE,
)
_SEVERAL = frozenset(("people", "men", "women", "children", "figures", "silhouettes", "couple", "couples"))
# The number of people of whom the words can be said: “the second boy” is one of two. A second person with
# the same look is “another man in scrubs”.
_LEAST = (("another ", 2), ("the second ", 2), ("the third ", 3))
# Occupations that are mostly other things or qualities in a description: a medium shot, a page of a book.
_AMBIGUOUS = frozenset(
    ("medium", "general", "private", "giant", "model", "patient", "page", "runner", "coach", "principal",
     "keeper", "chief", "mate", "scout", "ghost", "minister", "junior", "temp", "minor", "groom", "potter",
     "docker", "navigator", "conductor", "organ", "dealer", "press", "angel", "catcher", "hunter", "fellow",
     "host", "king", "queen", "prince", "star", "count", "sister", "brother", "mother", "father", "marine")
)  # fmt: skip
_OTHERS = "|".join(sorted((*KIN, *(ROLES - _AMBIGUOUS)), key=len, reverse=True))
_ANYONE = "|".join(sorted(GENERIC, key=len, reverse=True))
_OWNER = r"(?:an?|the|her|his|their|two|three|four|five|six|several|some|other|many)"
# A noun is a person if a verb or the end of the phrase follows; “a guard rail” is none.
_FOLLOWED = (
    r"(?=\W*$|[.,;:!?)]|\s+(?:in|on|at|with|who|and|or|of|by|from|to|near|behind|beside|outside|inside|is|are"
    r"|\w+(?:s|ing|ed))\b)"
)
_OTHER_PERSON = compile_lazily(
    rf"\b{_OWNER} (?:[\w-]+ ){{0,2}}?({_OTHERS})(?:e?s\b(?!['’])|\b(?!['’]){_FOLLOWED})", re.IGNORECASE
)
_ANY_PERSON = compile_lazily(
    rf"\b{_OWNER} (?:[\w-]+ ){{0,2}}?({_ANYONE})(?:s\b(?!['’])|\b(?!['’]){_FOLLOWED})", re.IGNORECASE
)
_NEW_PERSON = compile_lazily(
    rf"\b(?:an?|two|three|four|several|some) (?:[\w-]+ ){{0,2}}?({_ANYONE})(?:s\b|\b(?!['’]){_FOLLOWED})",
    re.IGNORECASE,
)
# Words for the way in which somebody is heard who is not in the picture.
_HEARD = compile_lazily(
    r"\b(?:voices?|sa(?:y|ys|id|ying)|ask\w*|speak\w*|spoken|speech|whisper\w*|call\w*|shout\w*|answer\w*"
    r"|repl(?:y|ies|ied|ying)|hear\w*|listen\w*|phone|telephone|radio|intercom|speaker|unseen|narrat\w*"
    r"|sing\w*|mutter\w*|murmur\w*|yell\w*|tell\w*|talk\w*|words?|lines?|sounds?|cries|cry|laugh\w*|add\w*"
    r"|continu\w*|explain\w*|off[- ]?(?:screen|camera|frame)|out of (?:frame|sight|view|shot)"
    r"|not (?:in|seen|visible)|voice-?over|from (?:behind|outside|another|the next))\b",
    re.IGNORECASE,
)
_COLOURS = (
    "black|white|grey|red|blue|green|yellow|orange|purple|violet|pink|brown|navy|teal|turquoise|beige|silver"
    "|golden|blond|ginger|auburn|maroon|crimson|scarlet|lilac|khaki|olive|ivory"
)
_COLOUR = compile_lazily(rf"\b({_COLOURS})(?:e|ish)?\b")
_NEGATION = r"(?:no|without(?: an?| any| his| her| their)?|not an?|lacks an?)"
_TITLE_WORDS = frozenset((*TITLES, *ORDERS, "the", "old", "young", "little", "big", "of", "and"))


def check_people(bare: str, text: str, facts: PromptFacts) -> Iterator[str]:
    """Yield the faults about people in a prompt. `text` is the complete prompt and `bare` has no quoted
    words.
    """
    for one in facts.people:
        if not _has_person(bare, one.name, facts):
            yield f"{one.name} is missing"
        elif facts.is_english:
            yield from _check_look(bare, one, facts)
    action = fold(f"{facts.action} {facts.place} {facts.caption}")
    present = [fold(name) for name in (*(one.name for one in facts.people), *facts.heard)]
    for name in facts.absent:
        known = has_phrase(action, fold(name)) or any(has_phrase(one, fold(name)) for one in present)
        if not known and name[:1].isupper() and _has_capitalized_name(bare, name, (action, *present)):
            yield f"{name} is not in this shot"
    for name in facts.heard:
        if not has_phrase(action, fold(name)) and (sentence := _find_visible_sentence(text, name, facts)):
            yield f"{name} is heard and not in the frame: {sentence}"
    if facts.is_english:
        yield from _check_strangers(bare, facts)
        yield from _check_swapped_colours(bare, facts.people)


def _check_look(bare: str, one: PersonFacts, facts: PromptFacts) -> Iterator[str]:
    for trait in one.look:
        if not shares_half_of_words(trait, bare) or _lacks_colour(trait, bare) or _is_negated(trait, bare):
            yield f"it does not say of {one.name}: {trait}"
        elif other := _find_other_colour(trait, bare, facts):
            yield f"it says “{other}”; {one.name}: {trait}"


def _fold_colours(text: str) -> str:
    return re.sub(r"\bgray", "grey", fold(text)).replace("gold ", "golden ")


def _lacks_colour(trait: str, bare: str) -> bool:
    """Return True if a text does not have each colour of a trait."""
    text = _fold_colours(bare)
    return any(not re.search(rf"\b{colour}", text) for colour in _COLOUR.findall(_fold_colours(trait)))


def _is_negated(trait: str, bare: str) -> bool:
    """Return True if a text denies a thing of a trait: “no beard” instead of “a grey beard”."""
    wanted = fold(trait)
    return any(
        re.search(rf"\b{_NEGATION} (?:\w+ )?{re.escape(word)}\b", fold(bare))
        for word in split_words(wanted)
        if len(word) > 3 and not re.search(rf"\b{_NEGATION} (?:\w+ )?{re.escape(word)}\b", wanted)
    )


def _find_other_colour(trait: str, bare: str, facts: PromptFacts) -> str:
    """Return the words with which a text gives the thing of a trait a colour that no fact has; empty if there
    are none.
    """
    known = _fold_colours(
        " ".join((facts.action, facts.known_text, *(word for each in facts.people for word in each.look)))
    )
    wanted = dict(_list_coloured_things(_fold_colours(trait)))
    for thing in wanted:
        for other, colour in _list_coloured_things(_fold_colours(bare)):
            if other == thing and not re.search(rf"\b{colour}", known):
                return f"{colour} {thing}"
    return ""


def _list_coloured_things(text: str) -> list[tuple[str, str]]:
    """Return the things in a folded text that follow a colour after at most two words, each with the colour:
    a blue woollen raincoat.
    """
    out = []
    for found in _COLOUR.finditer(text):
        clause = re.split(r"[.,;:()]|\b(?:and|with|in|of|on|a|an|the)\b", text[found.end() :], maxsplit=1)[0]
        words = split_words(clause)[:3]
        out += [(word, found[1]) for word in words[-1:]]
    return out


def _check_swapped_colours(bare: str, people: Sequence[PersonFacts]) -> Iterator[str]:
    """Yield a fault if two people have each other's colour of the same thing."""
    text = _fold_colours(bare)
    names = {one.name: [found.start() for found in _find_name(text, one.name)] for one in people}

    def find_owners(thing: str, colour: str) -> set[str]:
        """Return the people whose names are the last before a thing in a colour."""
        owners = set()
        for found in re.finditer(rf"\b{colour}\w* (?:\w+ )?{re.escape(thing)}\b", text):
            before = {name: max((at for at in ats if at < found.start()), default=-1)
                      for name, ats in names.items()}  # fmt: skip
            if before and max(before.values()) >= 0:
                owners.add(max(before, key=lambda name: before[name]))
        return owners

    for at, one in enumerate(people):
        mine = dict(_list_coloured_things(_fold_colours(", ".join(one.look))))
        for other in people[at + 1 :]:
            theirs = dict(_list_coloured_things(_fold_colours(", ".join(other.look))))
            for thing in mine.keys() & theirs.keys():
                if mine[thing] == theirs[thing]:
                    continue
                owners = find_owners(thing, mine[thing]), find_owners(thing, theirs[thing])
                if owners == ({other.name}, {one.name}):
                    yield f"it gives {one.name} and {other.name} each other's {thing}"


def _check_strangers(bare: str, facts: PromptFacts) -> Iterator[str]:
    """Yield a fault for each person in a prompt whom no fact has."""
    looks = [f"{one.name} {' '.join(one.look)}" for one in facts.people]
    stems = _list_noun_stems(" ".join((facts.action, facts.place, *looks, *facts.heard, *facts.user_words)))
    # The action may name people by what they do: “two fishermen” are also “two men”.
    has_unnamed = any(map(_is_person_noun, split_words(fold(facts.action))))
    for match in _STRANGERS.finditer(bare):
        word = (match[1] or match[2]).casefold()
        if _is_among_stems(word, stems) or (word in _SEVERAL and (len(facts.people) > 1 or has_unnamed)):
            continue
        least = next((count for words, count in _LEAST if fold(match[0]).startswith(words)), None)
        if least is None or len(facts.people) < least:
            yield f"it names “{match[0]}”, who is not in the facts"
    known = _list_noun_stems(facts.known_text)
    names = [one.name for one in facts.people]
    for sentence in split_sentences(bare):
        is_about_present = any(_has_person(sentence, name, facts) for name in names)
        others = [*_OTHER_PERSON.finditer(sentence)]
        is_action = has_unnamed and bool(list_content_stems(sentence) & list_content_stems(facts.action))
        if not facts.people and not is_action:
            others += _ANY_PERSON.finditer(sentence)
        elif facts.people and not is_about_present and not _describes_present(sentence):
            others += _NEW_PERSON.finditer(sentence)
        for match in others:
            word = match[1].casefold()
            if not _is_among_stems(word, stems) and not (is_about_present and _is_among_stems(word, known)):
                yield f"it names “{match[0]}”, who is not in the facts"


def _describes_present(sentence: str) -> bool:
    """Return True if a sentence without names may describe a person of the shot: “A close-up of a woman”, or
    somebody who is heard.
    """
    return bool(find_all_words(SIZES, sentence) or _HEARD.search(sentence))


def _is_person_noun(word: str) -> bool:
    """Return True if a word is a noun for a person, in the singular or the plural."""
    forms = (word, word.removesuffix("s"), re.sub(r"men$", "man", word))
    return any(form in nouns for form in forms for nouns in (ROLES, GENERIC, KIN)) and word not in _AMBIGUOUS


def _list_noun_stems(text: str) -> set[str]:
    """Return the beginnings of the words of a text, and those of plurals in the singular: nuns, nun."""
    words = split_words(fold(text))
    return list_word_stems(" ".join((*words, *(word.removesuffix("s") for word in words))), shortest=3)


def _is_among_stems(word: str, stems: set[str]) -> bool:
    return any(each[:STEM] in stems for each in (word, *NOUN_SYNONYMS.get(word, ())))


def _find_visible_sentence(text: str, name: str, facts: PromptFacts) -> str:
    """Return a sentence that shows a person who is only heard; empty if there is none."""
    for sentence in split_sentences(text):
        if re.search(r"[\"“”‘«»]", sentence) or _HEARD.search(sentence):
            continue
        if any(
            sentence[found.end() : found.end() + 1] not in ("'", "’") for found in _find_name(sentence, name)
        ):
            return sentence
    return ""


def _find_name(text: str, name: str) -> list[re.Match[str]]:
    return [*re.finditer(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)]


def _has_person(text: str, name: str, facts: PromptFacts) -> bool:
    """Return True if a text has a name, or a part of it that is no part of another person's name."""
    if has_phrase(fold(text), fold(name)) or has_phrase(
        _strip_accents(fold(text)), _strip_accents(fold(name))
    ):
        return True
    others = [one.name for one in facts.people if one.name != name]
    taken = {word for other in (*others, *facts.heard, *facts.absent) for word in split_words(fold(other))}
    return any(
        re.search(rf"\b{re.escape(part)}\b", text)
        for part in _list_name_parts(name)
        if fold(part) not in taken
    )


def _has_capitalized_name(text: str, name: str, known: Sequence[str]) -> bool:
    """Return True if a text has a name as a name, so that “May” is not found in “she may go”. The last part
    of a name counts too, unless `known` texts have it.
    """
    text, bare = _strip_accents(text), _strip_accents(name)
    if re.search(rf"\b{re.escape(bare)}\b", text) or (" " in name and has_phrase(fold(text), fold(bare))):
        return True
    parts = _list_name_parts(bare)
    return len(split_words(bare)) > 1 and any(
        re.search(rf"(?<![.!?] )(?<!^)\b{re.escape(part)}\b", text)
        for part in parts[-1:]
        if not any(has_phrase(_strip_accents(each), fold(part)) for each in known)
    )


def _list_name_parts(name: str) -> list[str]:
    """Return the parts of a name of several words that can stand for the person, without titles."""
    return [
        part
        for part in split_words(name)
        if len(part) > 2 and part[:1].isupper() and part.casefold() not in _TITLE_WORDS
    ]


def _strip_accents(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )
