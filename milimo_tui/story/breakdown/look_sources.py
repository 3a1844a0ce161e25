"""Checks of a statement about the look of a person against the sentences of a scene.

A small language model often gives one person the clothes of another person in the same paragraph, or words of
the worked example. These checks find such statements by the words of the script alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.passages import contains_name, is_part_of_name
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.breakdown.presence import is_article
from milimo_tui.story.breakdown.quotes import fold_quote, list_numbers
from milimo_tui.story.values.text import fold, fold_accents, split_sentences, split_words
from milimo_tui.story.values.word_stems import STEM, list_word_stems

# Smallest share of the longer words of a statement that the scenes must have. Endings of words do not count.
_SHARE_IN_SCENES = 0.5
# Smallest share of all words of a statement that a sentence has if it makes the statement.
_SHARE_IN_SENTENCE = 0.67
_LONGEST_AGE = 6  # words
_WORD = re.compile(r"[^\W_]+")
# Matches the words between two names that are introduced together.
_JOINT = re.compile(r",? ?(?:and|und|et|y|e|&|,)? ?")
# Matches a possessive pronoun at the beginning of a clause.
_OWN_CONTRAST = re.compile(
    r"[,;] (?:(?:and|but|und|aber|et|mais|y|pero|e|ma|mas) )?(?:his|hers|seine?[rs]?|ihre?[rs]?"
    r"|l[ea] sienn?e?|(?:el|la|los|las) suy[oa]s?|il suo|la sua|[oa] (?:seu|sua|dela|dele))\b"
)
# Matches a word of comparison before a name, and an article or a preposition between them.
_COMPARISON = re.compile(r"\b(?:than|as|like|que|als|wie|come|como|di)$")
_UNITS = frozenset(("year", "ans", "ano", "anos", "anni", "jahr"))
# Shorter words, such as articles, say nothing about a look.
_SHORTEST_WORD = 3


def is_short_phrase(text: str, part: str) -> bool:
    """Return True if a part of a look is one phrase and no piece of the script. An age has few words, and a
    number or a word that is no article or pronoun.
    """
    if part == "age" and not (
        list_numbers(text) or any(map(str.isdigit, text)) or list_word_stems(text, STEM)
    ):
        return False
    return len(split_sentences(text)) <= 1 and (part != "age" or len(split_words(text)) <= _LONGEST_AGE)


def is_role(text: str, person: Person) -> bool:
    """Return True if a text may be the role of a person: it has no number, no word of the age, and is not the
    name.
    """
    words = list_word_stems(text, _SHORTEST_WORD)
    units = _UNITS | list_word_stems(person.age.text)
    is_number = bool(list_numbers(text)) or any(map(str.isdigit, text))
    bare = text.partition(" ")[2] if is_article(text.partition(" ")[0]) else text
    is_name = any(is_part_of_name(bare, name) for name in (person.name, *person.other_names))
    return bool(words) and not is_number and not is_name and words.isdisjoint(units)


def is_before_name(role: str, sentence: str, names: Sequence[str]) -> bool:
    """Return True if a role is in front of the name of its person: “her niece ISOLDE”."""
    text, word = fold(sentence), re.escape(fold(role).split()[-1] if role.split() else "")
    return bool(word) and any(re.search(rf"\b{word},? {re.escape(fold(name))}\b", text) for name in names)


def is_after_name(role: str, sentence: str, names: Sequence[str]) -> bool:
    """Return True if a role follows a name of its person without a mark or a verb between them: it is then
    the rest of the sentence, as in “SHIRLEY pokes her head in” or “hands JEFF a gift”.
    """
    text, words = " ".join(sentence.casefold().split()), " ".join(role.casefold().split())
    return bool(words) and any(
        re.search(rf"\b{re.escape(name.casefold())} {re.escape(words)}", text) for name in names
    )


def is_worded_in_scenes(text: str, scenes: Sequence[NumberedScene]) -> bool:
    """Return True if the scenes have half of the longer words of a statement. A statement with a number is
    compared by its number, because scripts write ages in many forms.
    """
    passage = list_word_stems(" ".join(scene.format_for_model() for scene in scenes), STEM)
    return (
        bool(list_numbers(text)) or _compute_share(list_word_stems(text, STEM), passage) >= _SHARE_IN_SCENES
    )


def is_before_introduction(fact: Fact, scene: NumberedScene, names: Sequence[str]) -> bool:
    """Return True if the quotation of a fact is before the name of a person, in the first paragraph of action
    that names the person: “Low mist. On the gate sits DOROTHEA”.
    """
    actions = [each for each in scene.paragraphs if not each.cue]
    first = next((each for each in actions if any(contains_name(name, each.text) for name in names)), None)
    if first is None or not fact.quote or fact.line != first.line:
        return False
    text, quote = fold_quote(first.text), fold_quote(fact.quote)
    named = min(text.index(fold(name)) for name in names if fold(name) in text)
    return quote in text and text.index(quote) + len(quote) <= named


def is_negated(text: str) -> bool:
    """Return True for something that a person lacks, in another language than English: “sin sombrero”. A
    prompt in English cannot use it as a noun.
    """
    return fold_accents(text).startswith(("sin ", "sans ", "ohne ", "kein", "senza ", "sem "))


def names_another_person(text: str, others: Sequence[str]) -> bool:
    """Return True if a feature is another person: “big sister Liv”. A comparison is not: “as tall as Liv”."""
    plain = fold_accents(text)
    found = (re.search(rf"\b{re.escape(fold_accents(name))}$", plain) for name in others)
    return any(each and not _COMPARISON.search(plain[: each.start()].rstrip()) for each in found)


def describes_another_person(
    text: str, scene: NumberedScene, names: Sequence[str], others: Sequence[str]
) -> bool:
    """Return True if each sentence that makes a statement makes it about another person: the last person whom
    the sentence names before the statement is one of `others`, and none of `names`. A sentence without such a
    name may be about anybody.
    """
    wanted = _list_words(text)
    sentences = [
        sentence
        for paragraph in scene.paragraphs
        if not paragraph.cue
        for sentence in split_sentences(paragraph.text)
        if _compute_share(wanted, _list_words(sentence)) >= _SHARE_IN_SENTENCE
    ]
    return bool(wanted and sentences) and all(
        _describes_another(sentence, wanted, names, others) for sentence in sentences
    )


def _describes_another(sentence: str, wanted: set[str], names: Sequence[str], others: Sequence[str]) -> bool:
    """Return True if each word of a statement describes another person. Each is checked, because a sentence
    often has a word such as “hair” for both people.
    """
    plain = fold_accents(sentence)
    places = [found.start() for found in _WORD.finditer(plain) if found[0][:STEM] in wanted]
    mentions = sorted((*_find_mentions(plain, names, True), *_find_mentions(plain, others, False)))
    is_introduced = any(re.search(rf"\b(\w+), {re.escape(name.upper())}\b", sentence) for name in names)
    return not is_introduced and all(_belongs_to_another(plain, place, mentions) for place in places)


def _belongs_to_another(text: str, place: int, mentions: Sequence[tuple[int, int, bool]]) -> bool:
    before = [each for each in mentions if each[1] <= place]
    if not before:
        return False
    at, last_end, is_own = before[-1]
    if _OWN_CONTRAST.search(text[last_end:place]):
        # “Marlenes Haar ist trocken, seines klebt”: the pronoun may mean anybody.
        return False
    for earlier, end, is_own_too in reversed(before[:-1]):
        if _JOINT.fullmatch(text[end:at]) is None:
            break
        at, is_own = earlier, is_own or is_own_too
    return not is_own


def _find_mentions(text: str, names: Sequence[str], is_own: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the beginning and the end of each name in a folded text. The last word of a long name counts
    alone. A name after a word of comparison is left out, and so is an owner inside a clause (“in Oda’s
    coat”).
    """
    for name in names:
        for phrase in {fold_accents(name), fold_accents(name).split()[-1]}:
            if len(phrase) < _SHORTEST_WORD:
                continue
            for found in re.finditer(rf"\b{re.escape(phrase)}s?\b", text):
                before = text[: found.start()].rstrip()
                is_owner = text[found.end() : found.end() + 2] in ("'s", "’s")
                if _COMPARISON.search(before) or (is_owner and before and before[-1] not in ",;:–—-"):
                    continue
                yield found.start(), found.end(), is_own


def _list_words(text: str) -> set[str]:
    """Return the stems of the words of a text, and its numbers in digits."""
    numbers = {word for word in split_words(text) if word.isdigit()}
    return list_word_stems(text, _SHORTEST_WORD) | numbers


def _compute_share(wanted: set[str], said: set[str]) -> float:
    return len(wanted & said) / len(wanted) if wanted else 1.0
