"""Everybody of a screenplay: people with a cue, and those that action alone introduces; what calls them.

“DELIA PRYCE (38)” and the cue DELIA are one person, YOUNG MARA and MARA as well; “A MAN in a linen suit” is
somebody where a role stands in capitals. Words of letters are Unicode's, so that names with accents count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from milimo_tui.story.reading.person_words import AGES, OLD, YOUNG, gender_of, roles
from milimo_tui.story.screenplay.cast import Cast
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.text import collapse, display_name, sentences

_WORD = r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*\.?"
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[.,;:!?()–—]")
_CAPS_RUN = re.compile(rf"(?<![\w'’-])(?:{_WORD})(?:\s+(?:{_WORD}))*")
_AGE = re.compile(r"\s*,?\s*\(?(?:aged? |early |mid |late )?(\d{1,3})(?:s|['’]s)?\b")
_PART = re.compile(r"\s*,\s*(?:an?|the|his|her|in|with|\d)\b|\s*\((?:\d|mid|early|late|[a-z])")
_ACTS = re.compile(r"\s+(?!is\b|was\b)(?:[a-zà-ÿ]+ly\s+)?([a-zà-ÿ]+(?:s|es))\b")
_COMES = re.compile(
    r"^([^\W\d_a-zà-ÿ][^\W\d_A-Z]+)(?:,[^,.]*,)? (?:enters|arrives|appears|walks in|comes in"
    r"|steps in|bursts in|joins)\b"
)
_BEFORE = re.compile(
    r"(?:^|[\s(“\"—–-])(an?|the|two|three|four|five|six|seven|eight|several|some|another|one|his|her)\s+$",
    re.I,
)
_NOT_PEOPLE = frozenset(
    [
        "int",
        "ext",
        "day",
        "night",
        "continuous",
        "later",
        "insert",
        "close",
        "angle",
        "pov",
        "cut",
        "fade",
        "dissolve",
        "super",
        "title",
        "title:",
        "back",
        "scene",
        "to",
        "on",
        "end",
        "begin",
        "montage",
        "intercut",
        "flashback",
        "omitted",
        "moments",
        "same",
        "time",
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "in",
        "at",
        "with",
        "off",
        "over",
        "from",
        "for",
        "no",
        "yes",
        "ok",
        "tv",
        "into",
        "up",
        "down",
        "out",
        "it",
        "he",
        "she",
        "they",
        "we",
        "i",
        "you",
        "his",
        "her",
        "their",
    ]
)
_HE_SHE = {
    "he": "he",
    "him": "he",
    "his": "he",
    "himself": "he",
    "she": "she",
    "her": "she",
    "hers": "she",
    "herself": "she",
}
_HEAD = 14  # words behind a name that describe it


@dataclass(slots=True)
class Person:
    """Somebody. `nouns` are words that call them (“the apprentice”), `age` in years where it is said."""

    name: str
    gender: str = ""  # she, he, they (a group), it (a creature); empty: nothing says
    nouns: set[str] = field(default_factory=set)
    age: int | None = None
    line: int = 0
    introduced: bool = False  # by action, not by a cue alone

    @property
    def is_group(self) -> bool:
        return self.gender == "they"


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a sentence that name somebody: from token `at` on, `wide` tokens."""

    name: str
    at: int
    wide: int


@dataclass(slots=True)
class People:
    """Everybody, by name in order of appearance. `by_cue` gives the people that speak under a cue."""

    by_name: dict[str, Person] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)  # another name → the name
    _keys: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)

    def speakers(self, cast: Cast, cue: str) -> tuple[str, ...]:
        """Who speaks under a cue, by their one name."""
        return tuple(dict.fromkeys(self.same.get(name, name) for name in cast.speakers(cue)))

    def called(self, name: str) -> str:
        """The one name of somebody."""
        return self.same.get(name, name)

    def mentions(self, tokens: list[str]) -> Iterator[Mention]:
        """Names in a sentence cut into tokens, the longest that fits at each place."""
        at = 0
        keys = [_key(token) for token in tokens]
        while at < len(tokens):
            step = 1
            for words, name in self._keys.get(keys[at], ()):
                wide = len(words)
                if tuple(keys[at : at + wide]) == words and (
                    tokens[at][0].isupper() or (wide > 1 and tokens[at - 1 : at] != ["."])
                ):
                    yield Mention(name, at, wide)
                    step = wide
                    break
            at += step

    def add_key(self, words: tuple[str, ...], name: str) -> None:
        if words and all(name != known or words != key for key, known in self._keys.get(words[0], ())):
            found = self._keys.setdefault(words[0], [])
            found.append((words, name))
            found.sort(key=lambda entry: -len(entry[0]))


def tokens_of(text: str) -> list[str]:
    """Words and marks of a sentence, in order."""
    return _TOKEN.findall(text)


def people_of(screenplay: Screenplay, cast: Cast) -> People:
    """Read everybody of a screenplay."""
    people = People()
    for name in cast.names:
        people.by_name[name] = Person(name)
    actions = [
        (sentence, element.span.line)
        for element in screenplay.elements
        if element.kind is Kind.ACTION
        for sentence in sentences(collapse(element.text))
    ]
    for sentence, line in actions:
        for name, behind in _introduced(sentence, people):
            _meet(people, name, behind, line)
    _merge_ages(people)
    for name, person in people.by_name.items():
        _call(people, person)
        person.gender = person.gender or gender_of(name)
    _vote(people, [sentence for sentence, _ in actions])
    return people


# ------------------------------------------------------------------ introductions


def _introduced(sentence: str, people: People) -> Iterator[tuple[str, str]]:
    """Names that a sentence introduces, as written, each with the text behind it."""
    if sentence.isupper():
        return
    for run, at, end in _capitals(sentence):
        behind, before = sentence[end:], sentence[:at]
        words = [word.casefold() for word in run.split()]
        article = _BEFORE.search(before)
        role = next((roles()[word] for word in reversed(words) if word in roles()), None)
        known = _known(run, people)
        if not known and (set(words) & _NOT_PEOPLE or (role is None and words[-1].endswith("ing"))):
            continue
        if known or role is not None:
            yield _with_number(run, article, role), behind
        elif (_AGE.match(behind) and behind.lstrip(" ,").startswith("(")) or (
            not article and (_PART.match(behind) or (_ACTS.match(behind) and not before.rstrip(' “"—–-')))
        ):
            yield run, behind
    found = _COMES.match(sentence)
    name = found[1] if found else ""
    if (
        found
        and gender_of(name)
        and name.casefold() not in (*roles(), *_NOT_PEOPLE)
        and not _known(name, people)
    ):
        yield name, sentence[found.end(1) :]


def _capitals(sentence: str) -> Iterator[tuple[str, int, int]]:
    """Runs of words in capitals, with where they begin and end."""
    start, end, words = -1, -1, 0
    for word in re.finditer(_WORD, sentence):
        text = word[0].rstrip(".")
        loud = (
            text.isupper()
            and (len(text) > 1 or text.isalpha())
            and not (len(text) == 1 and word[0][-1] != ".")
        )
        if loud and words and sentence[end : word.start()].strip():
            yield sentence[start:end].rstrip("."), start, end
            start, words = word.start(), 0
        if loud:
            start = word.start() if not words else start
            end, words = word.start() + len(text), words + 1
        elif words:
            yield sentence[start:end], start, end
            words = 0
    if words:
        yield sentence[start:end], start, end


def _with_number(run: str, article: re.Match[str] | None, role: str | None) -> str:
    """Several of a kind are a group by their number: THREE SOLDIERS."""
    count = article[1].casefold() if article else ""
    if role == "they" and count in ("two", "three", "four", "five", "six", "seven", "eight"):
        return f"{count} {run}"
    return run


def _known(run: str, people: People) -> bool:
    return display_name(run) in people.by_name or _parent(run, people) != ""


def _parent(run: str, people: People) -> str:
    """Whom a name in capitals calls already: DELIA PRYCE is Delia, where no other Delia is known."""
    words = [_key(word) for word in display_name(run).split()]
    found = [
        name
        for name in people.by_name
        if (known := [_key(word) for word in name.split()])
        and known != words
        and (
            set(known) <= set(words) or (len(words) == 1 and words[0] == known[0] and words[0] not in roles())
        )
        and not set(known) <= set(roles())
    ]
    return found[0] if len(found) == 1 else ""


def _meet(people: People, run: str, behind: str, line: int) -> None:
    """Take in an introduction: a new person, or more of one who is known."""
    shown = display_name(run)
    name = shown if shown in people.by_name else _parent(run, people) or shown
    person = people.by_name.setdefault(name, Person(name))
    if shown != name:
        people.same[shown] = name
    described = re.split(r"[.;:!?–—]", behind)[0]
    words = [word.casefold() for word in tokens_of(described)[:_HEAD]]
    if age := _AGE.match(behind):
        person.age = person.age if person.age is not None else int(age[1])
    clause = words[: next((index for index, word in enumerate(words) if index > 1 and word == ")"), _HEAD)]
    for before, word in zip(["", *clause], clause, strict=False):
        if (word in roles() and before in ("a", "an", "the", ",", "her", "his", "(", "")) or word in YOUNG:
            person.nouns.add(word)
            if not person.introduced:
                person.gender = person.gender or gender_of(name) or roles().get(word, "")
    if not person.introduced:
        said = next((_HE_SHE[word] for word in words if word in _HE_SHE), "")
        person.gender = person.gender or gender_of(name) or said
        person.introduced, person.line = True, line


def _merge_ages(people: People) -> None:
    """YOUNG MARA is Mara: one person with another look; a role by age (YOUNGER MAN) is somebody else."""
    for name in list(people.by_name):
        words = name.split()
        if len(words) < 2 or words[0].casefold() not in AGES - {"old"}:
            continue
        rest = " ".join(words[1:])
        if rest in people.by_name and rest.split()[-1].casefold() not in roles():
            younger = people.by_name.pop(name)
            kept = people.by_name[rest]
            kept.nouns |= younger.nouns
            kept.gender = kept.gender or younger.gender
            people.same[name] = rest


def _call(people: People, person: Person) -> None:
    """The words that name somebody: the whole name, and its parts where they are nobody else's."""
    names = [person.name, *(other for other, name in people.same.items() if name == person.name)]
    for name in names:
        words = tuple(_key(word) for word in tokens_of(name) if word[0].isalnum())
        people.add_key(words, person.name)
        if len(words) > 1 and words[0] in ("two", "three", "four", "five", "six", "seven", "eight"):
            people.add_key(words[1:], person.name)
        for word in words if len(words) > 1 else ():
            if (
                word in roles()
                or word in AGES
                or word.rstrip(".") in ("mr", "mrs", "ms", "miss", "dr", "the", "sir")
            ):
                continue
            others = [other for other in people.by_name.values() if other is not person]
            if not any(word in map(_key, other.name.split()) for other in others):
                people.add_key((word,), person.name)


def _vote(people: People, actions: list[str]) -> None:
    """Gender by the pronouns that follow a name that stands alone at the head of a sentence."""
    unknown = {name for name, person in people.by_name.items() if not person.gender}
    if not unknown:
        return
    votes: dict[str, Counter[str]] = {name: Counter() for name in unknown}
    before = ""
    for sentence in actions:
        tokens = tokens_of(sentence)
        named = list(dict.fromkeys(mention.name for mention in people.mentions(tokens)))
        lowered = [token.casefold() for token in tokens]
        if len(named) == 1 and named[0] in unknown:
            votes[named[0]].update(_HE_SHE[word] for word in lowered if word in _HE_SHE)
        elif not named and before in unknown and lowered and lowered[0] in _HE_SHE:
            votes[before][_HE_SHE[lowered[0]]] += 2
        before = named[0] if len(named) == 1 else "" if named else before
    for name, count in votes.items():
        best = count.most_common(2)
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            people.by_name[name].gender = best[0][0]


def fits_noun(person: Person, noun: str, ages: set[str]) -> bool:
    """Whether “the old man”, “the boy”, “the apprentice” may be this person."""
    gender = roles().get(noun, "")
    name_words = [word.casefold() for word in person.name.split()]
    if noun in person.nouns or noun in name_words:
        return not ages or noun not in name_words or bool(ages & set(name_words)) or not ages & AGES
    if gender not in ("she", "he") or person.gender != gender:
        return False
    if noun in YOUNG:
        return person.age is not None and person.age < 20
    if noun in ("man", "woman", "lady", "gentleman", "guy", "fellow", "bloke"):
        if ages & OLD:
            return person.age is not None and person.age >= 55
        return person.age is None or person.age >= 18
    return False


def _key(word: str) -> str:
    folded = word.casefold().replace("’", "'").rstrip(".")
    return folded[:-2] if folded.endswith("'s") else folded.rstrip("'")
