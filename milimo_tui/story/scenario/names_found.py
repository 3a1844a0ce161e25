"""Find the people of a story in prose.

The rules look for titles, for verbs next to a name, for roles that act, and for Japanese honorifics.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.story.scenario.languages import Language
from milimo_tui.story.scenario.prose import (
    NO_STOP,
    ProseParagraph,
    find_speech,
    mask_abbreviation_stops,
    restore_abbreviation_stops,
    split_prose_sentences,
    strip_prose_asides,
)

MOST = 60  # Maximum number of people that are taken from one story. Further people are left out.
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŒ][\w’'-]*[\wà-ÿ]"
_MORE = rf"(?:\s(?:de|du|von|van|le|la)?\s?{_CAPITAL})*"
# Matches the words that may be between a name and its verb: “slowly” in `Ines slowly turned`, “ne” in `Claire
# ne dormit`, “l'” in `l'attendait`.
_BETWEEN = (
    r"(?:(?:ne|se|lui|le|la|les|leur|me|y|en|then|just|only|also|still|always|\w+ly)\s|[nslmty]['’]){0,2}"
)
_OF_WHAT = r"(?:\s(?:of|with|in|from|at|de|du|aux?|à|en)\s(?:[\w'’-]+\s){0,4}?[\w'’-]+)?"
_JAPANESE = r"(?:[ァ-ヶー]{2,10}|[一-龯々]{1,4}(?:[ァ-ヶー]{1,6})?)"


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person of a story: the name, the number of mentions, and the sentence with the first mention."""

    name: str
    count: int
    words: str


def find_story_people(paragraphs: Sequence[ProseParagraph], language: Language) -> tuple[NamedPerson, ...]:
    """Return the people of a story in order of their first mention. The result is empty if no rule finds a
    person.
    """
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    finder = _CapitalizedNames(language) if language.has_blanks else _JapaneseNames(language)
    whole = " ".join(paragraph.text for paragraph in paragraphs)
    for paragraph in paragraphs:
        for sentence in split_prose_sentences(paragraph.text):
            for name in finder.find_names(mask_abbreviation_stops(sentence), whole):
                counts[name] += 1
                first.setdefault(name, sentence)
    longest_names = {name: _find_longest_name(name, first) for name in first}
    out: dict[str, NamedPerson] = {}
    for name, words in first.items():
        if not finder.is_separate_person(name, counts[name], whole):
            continue
        longest = longest_names[name]
        before = out.get(longest)
        count = counts[name] + (before.count if before else 0)
        out[longest] = NamedPerson(longest, count, before.words if before else words)
    return tuple(out.values())[:MOST]


def _find_longest_name(name: str, names: Iterable[str]) -> str:
    """Return the longest name that begins or ends with `name`: Ines Calder for Ines. Return `name` itself if
    there is none.
    """
    longer = [other for other in names if other.endswith(f" {name}") or other.startswith(f"{name} ")]
    return max(longer, key=len) if longer else name


class _CapitalizedNames:
    """Finder of people in languages that write names with a capital letter."""

    def __init__(self, language: Language) -> None:
        self._language = language
        # Cache: lower-case word → True if the story contains the word in lower case.
        self._words: dict[str, bool] = {}
        # Cache: name → True if a person of this name acts or speaks anywhere in the story.
        self._told: dict[str, bool] = {}
        self._within: dict[str, bool] = {}  # Cache: name → True if it is the name of a place.
        self._no_names = frozenset(re.split(r"\|", language.no_names))
        titles = language.titles.replace(r"\.?", f"[.{NO_STOP}]?").replace(r"\.", f"[.{NO_STOP}]")
        self._named = re.compile(rf"(?<![\w'’-])(?:(?:{titles})\s+)?{_CAPITAL}{_MORE}")
        self._title = re.compile(rf"(?:{titles})\s+")
        self._act = re.compile(rf"\s{_BETWEEN}(?:{language.acts}|\w+ed)\b")
        self._said = re.compile(rf"\b(?:{language.said})(?:[- ]t)?\s+$")
        self._place = re.compile(rf"(?:{language.before_place})\s+$", re.IGNORECASE)
        articles = rf"(?:{language.articles})(?:\s|(?<=['’]))"
        self._role = re.compile(
            rf"\b{articles}(?:[\w'’-]+\s)?(?:{language.roles}|{language.kin})\b(?![\w'’-])", re.IGNORECASE
        )
        self._article = re.compile(rf"^{articles}", re.IGNORECASE)
        self._kin = frozenset(language.kin.split("|"))
        # Roles are matched in the singular only. A word in -s after a role is therefore its verb: “the waiter
        # nods”.
        self._of_role = re.compile(rf"{_OF_WHAT}\s{_BETWEEN}(?:{language.acts}|\w+ed|[a-z]{{2,}}s)\b")

    def find_names(self, sentence: str, whole: str) -> Iterator[str]:
        """Yield each name in `sentence`, and each role (“the waiter”) that acts or speaks. `whole` is the
        complete story.
        """
        bare = sentence
        # The mark at the end of a speech is removed, so that a person addressed there is not taken for the
        # subject of the words that follow.
        for speech in find_speech(sentence):
            if not speech.dashed:
                bare = bare.replace(speech.words, speech.words.rstrip(".,!?…"))
        bare = strip_prose_asides(bare)
        for found in self._named.finditer(bare):
            name = self._extract_name(found[0], bare[: found.start()], bare[found.end() :], whole)
            if name:
                yield restore_abbreviation_stops(name)
        for role in self._role.finditer(bare):
            if self._of_role.match(bare[role.end() :]) or self._said.search(bare[: role.start()]):
                yield self._article.sub("", " ".join(role[0].split()).lower())

    def is_separate_person(self, name: str, count: int, whole: str) -> bool:
        """Return True unless `name` is a word for a relative (“his sister”) that may mean a person with a
        name.

        `count` is the number of mentions, `whole` the complete story.
        """
        if name.split()[-1] not in self._kin:
            return True
        if re.search(rf"\b{name}\s{_CAPITAL}|{_CAPITAL},\s(?:{self._language.articles})\s?{name}\b", whole):
            return False
        return count > 1 or re.search(rf"\b(?:{self._language.said})\s+\w+\s{name}\b", whole) is not None

    def _extract_name(self, found: str, before: str, after: str, whole: str) -> str:
        words = found.split()
        title = self._title.match(f"{found} ")
        while words and words[0] in self._no_names and not title:
            words = words[1:]
            before += "x "
        if not words or (len(words) == 1 and (words[0] in self._no_names or len(words[0]) < 2)):
            return ""
        if re.match(r"\w['’][a-zà-ÿ]", words[0]):
            return ""  # An elided article with a noun, such as “L'escalier”, is no name.
        name = re.sub(r"['’]s?$", "", " ".join(words))
        if title and len(words) > 1:
            return name
        if self._is_place_name(name, whole):
            return ""
        begins = re.fullmatch(r"(?:.*[.!?…:]\s*)?[\"“«—–\s]*", before, re.DOTALL) is not None
        if self._act.match(after) or self._said.search(before):
            return "" if begins and self._is_uncapitalized_word(name.lower(), whole) else name
        if begins or self._place.search(before):
            return ""
        # In the middle of a sentence, a word with a capital is taken for a name only if a person of this name
        # acts or speaks somewhere in the story.
        return name if self._acts_or_speaks(name, whole) else ""

    def _is_uncapitalized_word(self, word: str, whole: str) -> bool:
        """Return True if the story also contains `word` in lower case, which shows that it is an ordinary
        word.
        """
        if word not in self._words:
            self._words[word] = re.search(rf"(?<![\w'’-]){re.escape(word)}(?![\w-])", whole) is not None
        return self._words[word]

    def _is_place_name(self, name: str, whole: str) -> bool:
        """Return True if the story uses the name after a word such as “in” or “across”: “in London” names a
        place.
        """
        if name not in self._within:
            words = rf"\b(?:in|into|across|through|dans|en)\s{re.escape(name)}\b"
            self._within[name] = re.search(words, whole) is not None
        return self._within[name]

    def _acts_or_speaks(self, name: str, whole: str) -> bool:
        """Return True if a person of this name acts or speaks anywhere in the story."""
        if name not in self._told:
            acts = re.search(rf"\b{re.escape(name)}(?:{self._act.pattern})", whole)
            match = re.search(rf"\b(?:{self._language.said})\s+{re.escape(name)}\b", whole)
            self._told[name] = bool(acts or match)
        return self._told[name]


class _JapaneseNames:
    """Finder of people in Japanese, which has no capital letters: by honorifics, and by particles that mark a
    subject.
    """

    def __init__(self, language: Language) -> None:
        self._no_names = frozenset(language.no_names.split("|"))
        self._places = frozenset(f"{language.places_in}|{language.places_out}".split("|"))
        self._kin = frozenset(language.kin.split("|"))
        self._roles = frozenset(language.roles.split("|")) | self._kin
        self._honoured = re.compile(rf"({_JAPANESE}|[ぁ-ん]{{2,4}})(?:{language.honorifics})")
        self._subject = re.compile(rf"(?<![一-龯々ァ-ヶー])({_JAPANESE})(?=は|が|だけが|も)")
        self._acts = re.compile(language.acts)
        self._said = language.said
        self._speaking: dict[str, bool] = {}  # Cache: name → True if the person speaks.
        self._honorifics = re.compile(rf"(?:{language.honorifics})$")

    def find_names(self, sentence: str, whole: str) -> Iterator[str]:
        """Yield each name in a sentence: a word before さん or another honorific, or the subject of a verb of
        action.
        """
        bare = sentence
        for speech in find_speech(sentence):
            bare = bare.replace(speech.words, "")
        bare = strip_prose_asides(bare)
        seen: set[str] = set()
        for found in self._honoured.finditer(sentence):
            if found[1] in self._no_names or found[1] in seen:
                continue
            if found[1] in self._roles and found[0] not in bare:
                continue  # A relative who is only mentioned in speech is not present in the scene.
            seen.add(found[1])
            yield found[1]
        for found in self._subject.finditer(bare):
            name = self._honorifics.sub("", found[1]) or found[1]
            if name in seen or name in self._no_names or name in self._places:
                continue
            if (
                len(name) == 1
                and name not in self._roles
                and not self._single_character_name_speaks(name, whole)
            ):
                continue
            if self._acts.search(bare[found.end() :]):
                seen.add(name)
                yield name

    def _single_character_name_speaks(self, name: str, whole: str) -> bool:
        """Return True if the story has a verb of speech with this single character as its subject.

        Many things have names of one character too, but things do not speak.
        """
        return (
            re.search(rf"(?<![一-龯々]){name}(?:は|が)[^。「」]{{0,12}}(?:{self._said})", whole) is not None
        )

    def is_separate_person(self, name: str, count: int, whole: str) -> bool:
        """Return True unless `name` is a word for a relative, such as 姉 (sister), that may mean a named
        person.
        """
        if name not in self._kin:
            return True
        if re.search(rf"{name}の{_JAPANESE}(?=は|が|も|を|に|と)", whole):
            return False
        return count > 1 or self._single_character_name_speaks(name, whole)
