"""The phrases of introductions that certainly describe one person: an age, or a noun phrase about a person,
clothes, or a part of the body. Pure functions.

A phrase is certain only if each of its words has a place in it: an article, words before a noun, the noun,
and then clothes, features or an age with their own preposition. The nouns and the small words are listed in
`introductions.toml`, by language. A finite verb has no place in such a phrase, and neither has a second
person.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from milimo_tui.story.looks.garment_words import COLOURS, FABRICS, GARMENTS
from milimo_tui.story.screenplay.people_words import GENERIC, KIN, ROLES
from milimo_tui.story.values.number_words import NUMBER_WORDS

MAX_AGE = 119
MAX_WORDS_BEFORE_NOUN = 3
_ELIDED = re.compile(r"\b(un|d|l)'(?=\w)", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*'?")
_NUMBER = re.compile(r"\d+")


class PhraseKind(Enum):
    """The subject of a phrase of an introduction. `NEUTRAL` is a phrase that identifies the person without a
    look, such as “her brother”.
    """

    AGE = "age"
    PERSON = "person"
    CLOTHES = "clothes"
    BODY = "body"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class IntroductionPhrase:
    """A phrase of an introduction as written. `clothes` are the words for clothes in it.

    `garments` also has the clothes after a word such as “with”, and `bare_text` is the phrase without
    `garments`.
    """

    kind: PhraseKind
    text: str
    clothes: str = ""
    garments: str = ""
    bare_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionLanguage:
    """The words of introductions in one language; `introductions.toml` describes them."""

    articles: frozenset[str]
    definite: frozenset[str]
    others: frozenset[str]
    people: frozenset[str]
    clothes: frozenset[str]
    colours: frozenset[str]
    body: frozenset[str]
    adjectives: frozenset[str]
    adverbs: frozenset[str]
    on_body: frozenset[str]
    before: frozenset[str]
    pictures: frozenset[str]
    conjunctions: frozenset[str]
    plural: frozenset[str]
    dressed: tuple[tuple[str, ...], ...]
    having: tuple[tuple[str, ...], ...]
    aged: tuple[tuple[str, ...], ...]
    age: re.Pattern[str]
    after: int
    # True for English: a verb of one person ends in -s, and an act without a finite verb in -ing.
    marks_verbs: bool

    def is_conjunction(self, word: str) -> bool:
        """Return True if a word joins two nouns."""
        return word in self.conjunctions

    def may_be_verb(self, word: str) -> bool:
        """Return True if a word has the ending of a finite verb, in a language that marks it."""
        is_marked = word.endswith("s") and not word.endswith(("ss", "us", "'s"))
        return self.marks_verbs and is_marked

    def is_plural_name(self, name: str) -> bool:
        """Return True if a name means several people, such as TWO NURSES."""
        words = name.casefold().split()
        last = words[-1] if words else ""
        return any(word in self.plural for word in words) or last.removesuffix("s") in self.people - {last}

    def shows_absent_person(self, before: str) -> bool:
        """Return True if the words before a name say that the person is only in a picture, or named."""
        words = _TOKEN.findall(before.casefold())
        return bool(words) and (words[-1] in self.before or not self.pictures.isdisjoint(words))

    def read_phrase(self, text: str) -> IntroductionPhrase | None:
        """Return the phrase between two commas, or None if it does not certainly describe one person."""
        plain = _ELIDED.sub(r"\1' ", " ".join(text.replace("’", "'").split()))
        words = _TOKEN.findall(plain)
        tokens = [word.casefold() for word in words]
        if not tokens or " ".join(words) != plain:
            return None
        if self._is_age(tokens):
            return IntroductionPhrase(PhraseKind.AGE, text)
        if tokens[0] in self.plural:
            return None
        return _PhraseParser(self, tokens, words).parse(text)

    def _is_age(self, tokens: Sequence[str]) -> bool:
        plain = " ".join(tokens)
        return self.age.fullmatch(plain) is not None and all(
            0 < int(number) <= MAX_AGE for number in _NUMBER.findall(plain)
        )

    def find_age_end(self, tokens: Sequence[str], at: int) -> int:
        """Return the index after an age that begins at `at`, or `at` if there is none."""
        ends = range(min(len(tokens), at + 6), at, -1)
        return next((end for end in ends if self._is_age(tokens[at:end])), at)


class _PhraseParser:
    """A position in the words of a phrase, and the rules that move it. A rule returns True if its words are
    there.
    """

    def __init__(self, language: IntroductionLanguage, tokens: Sequence[str], written: Sequence[str]) -> None:
        self._language = language
        self._tokens = tokens
        self._written = written
        self._at = 0
        self._clothes = ""
        self._garments: list[str] = []
        self._garment_words: set[int] = set()  # The indexes of the words to leave out with the garments.

    def parse(self, text: str) -> IntroductionPhrase | None:
        for kind, rule in (
            (PhraseKind.PERSON, self._take_person),
            (PhraseKind.PERSON, self._take_adjectives),
            (PhraseKind.CLOTHES, self._take_outfit),
            (PhraseKind.BODY, self._take_features),
            (PhraseKind.NEUTRAL, self._take_relation),
        ):
            self._at, self._clothes, self._garments, self._garment_words = 0, "", [], set()
            if rule() and self._at == len(self._tokens):
                bare = [word for at, word in enumerate(self._written) if at not in self._garment_words]
                return IntroductionPhrase(
                    kind, text, self._clothes, ", ".join(self._garments), _join_words(bare)
                )
        return None

    def _take_person(self) -> bool:
        """Take a person: “a tired courier in a grey coat”, “a boy of eight with freckles”."""
        if not self._take_noun(self._language.people, article=True):
            return False
        while self._at < len(self._tokens):
            if not (self._take_worn() or self._take_had() or self._take_aged()):
                return False
        return True

    def _take_adjectives(self) -> bool:
        """Take adjectives: “very tall and thin”."""
        language = self._language
        while self._at < len(self._tokens):
            self._take_word(language.adverbs)
            if not self._take_word(language.adjectives):
                return False
            self._take_word(language.conjunctions)
        return self._tokens[-1] in language.adjectives

    def _take_outfit(self) -> bool:
        """Take clothes: “in a grey coat”, “a red hat”, “blue nurse's scrubs and clogs”."""
        if self._take_worn():
            return True
        start = self._at
        while self._take_noun(self._language.clothes, article=True) or self._take_described_noun(
            self._language.clothes
        ):
            if not self._take_word(self._language.conjunctions):
                break
        self._add_clothes(start)
        return self._at > start

    def _take_features(self) -> bool:
        """Take features: “with kind eyes”, “a scar over one eye”, “grey hair and a beard”."""
        body = self._language.body
        if self._take_had():
            return True
        while self._take_noun(body, article=True) or self._take_described_noun(body):
            if self._take_word(self._language.on_body):
                while self._take_word(self._language.definite) or self._take_word(_SIDES):
                    pass
                return self._take_noun(body, article=False)
            if not self._take_word(self._language.conjunctions):
                return True
        return False

    def _take_relation(self) -> bool:
        """Take a relation: “her younger brother”, “the cook”, “Tom's sister”."""
        is_owned = self._peek().endswith("'s")
        if not (self._take_word(self._language.definite) or (is_owned and self._skip())):
            return False
        others = self._language.others
        words = self._tokens[self._at :]
        are_free = all(word not in others and not self._language.may_be_verb(word) for word in words)
        self._at = len(self._tokens)
        is_person = bool(words) and (words[-1] in self._language.people or words[-1] in KIN)
        return is_person and are_free and len(words) <= MAX_WORDS_BEFORE_NOUN + 1

    def _take_worn(self) -> bool:
        start = self._at
        worn = self._language.clothes | self._language.colours
        if not self._take_any(self._language.dressed) or not self._take_item(worn):
            self._at = start
            return False
        while self._take_word(self._language.conjunctions):
            if not self._take_item(worn):
                return False
        self._add_clothes(start)
        return True

    def _take_had(self) -> bool:
        start = self._at
        had = self._language.body | self._language.clothes
        begin = start
        if self._take_any(self._language.having):
            begin = self._at
        if begin == start or not self._take_item(had):
            self._at = start
            return False
        items = [(begin, self._at)]
        while self._take_word(self._language.conjunctions):
            begin = self._at
            if not self._take_item(had):
                return False
            items.append((begin, self._at))
        self._add_had_garments(start, items)
        return True

    def _add_had_garments(self, start: int, items: Sequence[tuple[int, int]]) -> None:
        """Add those items after a word such as “with” that are garments. The bare text has the others, and no
        word such as “with” if there are no others.
        """
        worn = [item for item in items if self._is_garment(*item)]
        others = [item for item in items if item not in worn]
        if not worn:
            return
        self._garments += [_join_words(self._written[slice(*item)]) for item in worn]
        self._garment_words.update(range(items[0][0] if others else start, self._at))
        for at, (begin, end) in enumerate(others):
            self._garment_words.difference_update(range(begin - bool(at), end))

    def _is_garment(self, start: int, end: int) -> bool:
        tokens = self._tokens[start:end]
        is_worn = any(self._is_noun(token, self._language.clothes) for token in tokens)
        return is_worn and not any(self._is_noun(token, self._language.body) for token in tokens)

    def _add_clothes(self, start: int) -> None:
        """Add the words from `start` on as clothes."""
        self._clothes = _join_words(self._written[start : self._at])
        self._garments.append(self._clothes)
        self._garment_words.update(range(start, self._at))

    def _take_aged(self) -> bool:
        start = self._at
        self._take_any(self._language.aged)
        end = self._language.find_age_end(self._tokens, self._at)
        is_found = end > self._at
        self._at = end if is_found else start
        return is_found

    def _take_item(self, nouns: frozenset[str]) -> bool:
        return self._take_noun(nouns, article=True) or self._take_noun(nouns, article=False)

    def _take_described_noun(self, nouns: frozenset[str]) -> bool:
        """Take a noun without an article that has at least one other word: “grey coat”, “manteau gris”. The
        noun alone may be the beginning of an act.
        """
        start = self._at
        is_act = self._language.marks_verbs and self._peek().endswith("ing")
        if not is_act and self._take_noun(nouns, article=False) and self._at - start > 1:
            return True
        self._at = start
        return False

    def _take_noun(self, nouns: frozenset[str], *, article: bool) -> bool:
        """Take a noun with the words before it, and with the adjectives after it in a language that has them
        there. The last noun counts: “a leather coat”.
        """
        start = self._at
        language = self._language
        if article and not self._take_word(language.articles):
            return False
        end = 0
        for at in range(self._at, min(len(self._tokens), self._at + MAX_WORDS_BEFORE_NOUN + 1)):
            token = self._tokens[at]
            if self._is_noun(token, nouns):
                end = at + 1
            if token in language.others or (
                self._language.may_be_verb(token) and not self._is_noun(token, nouns)
            ):
                break
        if not end:
            self._at = start
            return False
        self._at = end
        starts = {words[0] for words in (*language.dressed, *language.having, *language.aged)}
        for _ in range(language.after):
            if self._peek() in starts or self._peek() in language.others or not self._peek():
                break
            self._at += 1
        return True

    def _is_noun(self, token: str, nouns: frozenset[str]) -> bool:
        is_plural = self._language.marks_verbs and nouns is not self._language.people
        return token in nouns or (
            is_plural and (token[:-1] in nouns or token[:-2] in nouns) and token[-1] == "s"
        )

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _skip(self) -> bool:
        self._at += 1
        return True

    def _take_word(self, words: frozenset[str]) -> bool:
        is_there = self._peek() in words
        self._at += is_there
        return is_there

    def _take_any(self, phrases: Iterable[tuple[str, ...]]) -> bool:
        """Take the longest of these sequences of words."""
        here = [words for words in phrases if tuple(self._tokens[self._at : self._at + len(words)]) == words]
        self._at += max(map(len, here), default=0)
        return bool(here)


def _join_words(words: Iterable[str]) -> str:
    return " ".join(words).replace("' ", "'")


_SIDES = frozenset(("one", "both", "left", "right"))
_LISTS = (
    "articles", "definite", "others", "people", "clothes", "colours", "body", "adjectives", "adverbs",
    "on_body", "before", "pictures", "conjunctions", "plural",
)  # fmt: skip


@cache
def _load_languages() -> Mapping[str, IntroductionLanguage]:
    text = files(__package__).joinpath("introductions.toml").read_text("utf-8")
    rows = tomllib.loads(text.replace("ß", "ss"))  # As `casefold` does it.
    return {code: _make_language(row) for code, row in rows.items()}


def _make_language(row: Mapping[str, Any]) -> IntroductionLanguage:
    lists: dict[str, Any] = {key: frozenset(row.get(key, "").split()) for key in _LISTS}
    phrases: dict[str, Any] = {
        key: tuple(tuple(words.split()) for words in row[key]) for key in ("dressed", "having", "aged")
    }
    is_english = "number" not in row
    if is_english:
        lists["people"] = frozenset((*GENERIC, *ROLES, *KIN))
        lists["clothes"] = frozenset(GARMENTS.split())
        lists["colours"] = frozenset((*COLOURS.split(), *FABRICS.split()))
        number = rf"(?!(?:one|two|three)\b)(?:{NUMBER_WORDS})"
    else:
        words = "|".join(sorted(row["number"].split(), key=len, reverse=True))
        number = rf"(?:{words})(?:(?:-| |und| y | e | et )?(?:{words}))*"
    age = row["age"].replace("{number}", rf"(?:\d{{1,3}}|{number})")
    pattern = re.compile(rf"\d{{1,3}}|{age}")
    return IntroductionLanguage(**lists, **phrases, age=pattern, after=row["after"], marks_verbs=is_english)


def get_introduction_language(code: str) -> IntroductionLanguage:
    """Return the words of introductions in a language; those in English for an unknown language."""
    languages = _load_languages()
    return languages.get(code, languages["en"])
