"""Who a story in prose is about, and who says what: by titles, verbs beside a name, and honorifics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import late
from milimo_tui.story.scenario.languages import Language
from milimo_tui.story.scenario.prose import Paragraph, Said, sentences, spoken

MOST = 60  # people of one story
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŒ][\w’'-]*[\wà-ÿ]"
_OF_WORDS = late(rf"(?<![\w'’-]){_CAPITAL}(?:\s(?:de|du|von|van|le|la)?\s?{_CAPITAL})*")
_JAPANESE = r"(?:[ァ-ヶー]{2,10}|[一-龯々]{1,4}(?:[ァ-ヶー]{1,6})?)"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, how often they are named, and the sentence that tells of them first."""

    name: str
    count: int
    words: str


def people_in(paragraphs: Sequence[Paragraph], language: Language) -> tuple[Named, ...]:
    """The people of a story, whoever is named first first; none where no rule finds any."""
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    finder = _Words(language) if language.has_blanks else _Signs(language)
    whole = " ".join(paragraph.text for paragraph in paragraphs)
    for paragraph in paragraphs:
        for sentence in sentences(paragraph.text):
            for name in finder.in_sentence(sentence, whole):
                counts[name] += 1
                first.setdefault(name, sentence)
    kept = [name for name in first if not _is_part(name, first)]
    return tuple(Named(name, counts[name], first[name]) for name in kept[:MOST])


def _is_part(name: str, names: dict[str, str]) -> bool:
    """Whether a name is only a piece of a longer one that is there: Tam beside Old Tam."""
    return any(
        other != name and (other.endswith(f" {name}") or other.startswith(f"{name} ")) for other in names
    )


def speaker_of(text: str, said: Said, people: Sequence[str], language: Language) -> str:
    """Who says a piece of a paragraph, by the verb and the name beside it; empty where nobody is named."""
    if said.dashed:
        told = re.search(rf"[,!?…]\s*(?:{language.said})\s+(.{{1,40}})", said.words)
        return _first_of(told[1] if told else "", people)
    before, behind = text[: said.start][-60:], text[said.end :][:60]
    told_behind = re.match(rf"[^.!?。]*?{language.whole(language.said)}[^.!?。]*", behind)
    if told_behind and (name := _first_of(told_behind[0], people)):
        return name
    clause = re.split(r"[.!?。]\s*", before)[-1]
    if name := _last_of(clause, people):
        return name
    if name := _first_of(re.split(r"[.!?。]", behind)[0], people):
        return name
    return _last_of(before, people)  # who was told of last: “Tam looked up. ‘No.’”


def _first_of(text: str, people: Sequence[str]) -> str:
    places = [(text.find(called), name) for name in people for called in _called(name) if called in text]
    return min(places)[1] if places else ""


def _last_of(text: str, people: Sequence[str]) -> str:
    places = [(text.rfind(called), name) for name in people for called in _called(name) if called in text]
    return max(places)[1] if places else ""


def _called(name: str) -> tuple[str, ...]:
    """A name, and its last word where it has several: old Tam is Tam."""
    words = name.split()
    return (name, words[-1]) if len(words) > 1 else (name,)


def without_attribution(words: str, language: Language, *, dashed: bool) -> str:
    """What is said without who says it: `Non, dit Marie.` behind a dash, `Non, dit-il, merci.` in quotes."""
    words = re.sub(rf",\s*(?:{language.said})(?:-t)?-(?:ils?|elles?|je|nous)\s*,\s*", ", ", words)
    if not dashed:
        return words
    found = re.search(rf"\s*[,!?…]?\s*(?:{language.said})\s+[^.!?]{{1,40}}[.]?\s*$", words)
    if not found or found.start() == 0:
        return words
    mark = re.match(r"\s*([!?…])", words[found.start() :])
    return words[: found.start()].rstrip(" ,") + (mark[1] if mark else ".")


class _Words:
    """Names of languages that write them with capitals."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._words: dict[str, bool] = {}  # by word, whether it stands in the story
        self._told: dict[str, bool] = {}  # by name, whether somebody of it acts
        self._no_names = frozenset(re.split(r"\|", language.no_names))
        self._act = re.compile(rf"\s(?:ne\s|se\s|s['’]|l['’]|lui\s|me\s)?(?:{language.acts}|\w+ed)\b")
        self._said = re.compile(rf"\b(?:{language.said})(?:[- ]t)?\s+$")
        self._place = re.compile(rf"(?:{language.before_place})\s+$", re.IGNORECASE)
        self._title = re.compile(rf"(?:{language.titles})\s+")
        roles = rf"\b(?:{language.articles})\s?(?:\w+\s)?(?:{language.roles})\b(?!['’-])"
        self._role = re.compile(roles, re.IGNORECASE)
        self._article = re.compile(rf"^(?:{language.articles})(?:\s|(?<=['’]))")

    def in_sentence(self, sentence: str, whole: str) -> Iterator[str]:
        """Each name of a sentence, and a role that acts where it has no name."""
        bare = sentence
        for said in spoken(sentence):  # whom somebody calls is named, and is no subject of what follows
            if not said.dashed:
                bare = bare.replace(said.words, said.words.rstrip(".,!?…"))
        named = False
        for found in _OF_WORDS.finditer(bare):
            name = self._name(found[0], bare[: found.start()], bare[found.end() :], whole)
            if name:
                named = True
                yield name
        if not named and (role := self._role.search(bare)) and self._act.match(bare[role.end() :]):
            yield self._article.sub("", " ".join(role[0].split()).lower())

    def _name(self, found: str, before: str, behind: str, whole: str) -> str:
        words = found.split()
        title = self._title.match(f"{found} ")
        while words and words[0] in self._no_names and not title:
            words = words[1:]
            before += "x "
        if not words or (len(words) == 1 and (words[0] in self._no_names or len(words[0]) < 2)):
            return ""
        name = re.sub(r"['’]s?$", "", " ".join(words))
        if title and len(words) > 1:
            return name
        begins = re.fullmatch(r"(?:.*[.!?…:]\s*)?[\"“«—–\s]*", before, re.DOTALL) is not None
        if self._act.match(behind) or self._said.search(before):
            return "" if begins and self._is_word(name.lower(), whole) else name
        if begins or self._place.search(before):
            return ""
        # Named in the middle of a sentence: a name where it is told of as somebody elsewhere, too.
        return name if self._is_told(name, whole) else ""

    def _is_word(self, word: str, whole: str) -> bool:
        """Whether a word stands in the story without a capital: then it is no name."""
        if word not in self._words:
            self._words[word] = re.search(rf"(?<![\w'’-]){re.escape(word)}(?![\w-])", whole) is not None
        return self._words[word]

    def _is_told(self, name: str, whole: str) -> bool:
        """Whether somebody of that name does or says something anywhere in the story."""
        if name not in self._told:
            acts = re.search(rf"\b{re.escape(name)}(?:{self._act.pattern})", whole)
            said = re.search(rf"\b(?:{self._language.said})\s+{re.escape(name)}\b", whole)
            self._told[name] = bool(acts or said)
        return self._told[name]


class _Signs:
    """Names of Japanese, by what stands behind them."""

    def __init__(self, language: Language) -> None:
        self._no_names = frozenset(language.no_names.split("|"))
        self._places = frozenset(f"{language.places_in}|{language.places_out}".split("|"))
        self._roles = frozenset(language.roles.split("|"))
        self._honoured = re.compile(rf"({_JAPANESE}|[ぁ-ん]{{2,4}})(?:{language.honorifics})")
        self._subject = re.compile(rf"(?<![一-龯々ァ-ヶー])({_JAPANESE})(?=は|が)")
        self._acts = re.compile(language.acts)
        self._honorifics = re.compile(rf"(?:{language.honorifics})$")

    def in_sentence(self, sentence: str, whole: str) -> Iterator[str]:
        """Each name of a sentence: before さん and the like, or the subject of what somebody does."""
        bare = sentence
        for said in spoken(sentence):
            bare = bare.replace(said.words, "")
        seen: set[str] = set()
        for found in self._honoured.finditer(sentence):
            if found[1] not in self._no_names and found[1] not in seen:
                seen.add(found[1])
                yield found[1]
        for found in self._subject.finditer(bare):
            name = self._honorifics.sub("", found[1]) or found[1]
            if name in seen or name in self._no_names or name in self._places:
                continue
            is_role = name in self._roles
            if len(name) == 1 and not is_role:
                continue
            if self._acts.search(bare[found.end() :]):
                seen.add(name)
                yield name
