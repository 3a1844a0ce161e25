"""Looks that a screenplay gives its people: where somebody is introduced, dresses, undresses, gets wet.

An introduction makes the look of its place, a later one adds another; what is no description (“who turns to
look”, a feeling, somebody else's name) is left out. Each has the words that it came from. Pure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from milimo_tui.story.reading.people import People, tokens_of
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.film import Era
from milimo_tui.story.values.text import collapse, sentences

LONGEST = 240  # letters of a look
_YEARS = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|\d{1,3}(?:['’]?s)?)"
)
_AGE = re.compile(rf"\s*,?\s*\(?((?:aged? |early |mid |late )?{_YEARS})\b\)?", re.IGNORECASE)
_LIKE_AGE = re.compile(r"about (?:his|her|their|[^\W\d_]+['’]s) age", re.IGNORECASE)
_GONE = re.compile(r"\b(?:no|without|out of)\s+(?:an?\s|the\s|his\s|her\s|more\s)?([^\W\d_]+)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\(([^()]{1,80})\)")
_CLAUSE = re.compile(r"\s*[,;]\s*|\s+(?:--|–|—)\s+")
_FINITE = re.compile(r"^(?:and |then |slowly |quietly )?(?:is|was|has been|goes|does|[a-z]{2,}(?<![su’'])s)$")
_WORN = re.compile(
    r"\b(?:in|wearing|dressed in|dressed as|with|under|wrapped in|clad in)\s+((?:an?|the|his"
    r"|her|their|its|no|two|one)?\s*[^,.;:()–—]{2,70})",
    re.I,
)
_STOPS = re.compile(
    r"\b(?:who|which|that|as|while|when|where|and (?:he|she|they)|but|at|behind|beside|on the"
    r"|from|into|through|toward|towards|across|over the|looks?|stands?|sits?|walks?|comes?|goes"
    r"|turns?)\b.*$"
)
_HAS = re.compile(
    r"^(?:his|her|their|its) ((?:\w+ ){0,3}?)(hair|beard|face|eyes|coat|dress|shirt|feet"
    r"|nails|glasses|arm|hand|head)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDraft:
    """A look as the script has it: whose, from which line on, and the words that it came from."""

    name: str
    era: Era
    line: int
    age: str = ""
    facts: tuple[str, ...] = ()
    condition: tuple[str, ...] = ()
    quote: str = ""

    @property
    def text(self) -> str:
        """The look as it goes into prompts."""
        age = f"{self.age} years old" if self.age.isdigit() else self.age
        return ", ".join(dict.fromkeys(filter(None, (age, *self.facts, *self.condition))))[:LONGEST]

    @property
    def title(self) -> str:
        """A short name of the look: its age or its first fact."""
        first = self.condition[-1:] or self.facts[:1]
        return (first[0] if first else self.age)[:40]


@dataclass(slots=True)
class _Wardrobe:
    """The look that each person has now, by name and era."""

    now: dict[tuple[str, Era], LookDraft] = field(default_factory=dict)
    out: list[LookDraft] = field(default_factory=list)

    def set(self, look: LookDraft) -> None:
        if look.text and self.now.get((look.name, look.era)) != look:
            self.now[look.name, look.era] = look
            self.out.append(look)


def looks_found(screenplay: Screenplay, people: People, eras: Mapping[int, Era]) -> tuple[LookDraft, ...]:
    """Every look in order; `eras` has the era of each scene by the line of its heading."""
    wardrobe = _Wardrobe()
    for scene in screenplay.scenes:
        era = eras.get(scene.span.line, Era.PRESENT)
        before = ""
        for element in scene.elements:
            if element.kind is not Kind.ACTION:
                continue
            line = element.span.line
            for sentence in sentences(collapse(element.text)):
                before = _sentence(sentence, line, era, people, wardrobe, before)
    return tuple(wardrobe.out)


def _sentence(sentence: str, line: int, era: Era, people: People, wardrobe: _Wardrobe, before: str) -> str:
    """Read one sentence; returns whom the next one's pronoun means."""
    tokens = tokens_of(sentence)
    found = list(people.mentions(tokens))
    introduced = list(_loud(sentence, tokens, found))
    for index, (name, behind) in enumerate(introduced):
        end = introduced[index + 1][1] if index + 1 < len(introduced) else ""
        behind = behind[: len(behind) - len(end)] if end and behind.endswith(end) else behind
        _introduce(name, behind, line, era, wardrobe)
    named = list(dict.fromkeys(mention.name for mention in found))
    lowered = sentence.lower()
    subject = named[0] if named else before if re.match(r"(?:he|she|his|her|they)\b", lowered) else ""
    if not introduced and subject:
        _change(subject, sentence, line, era, wardrobe)
    return subject or (introduced[-1][0] if introduced else before)


def _loud(sentence: str, tokens: Sequence[str], found: Sequence[object]) -> Iterator[tuple[str, str]]:
    """People whose name stands in capitals, or is followed by an age, each with the text behind the name."""
    if sentence.isupper():
        return
    at = 0
    for mention in found:
        words = tokens[mention.at : mention.at + mention.wide]  # type: ignore[attr-defined]
        place = sentence.find(words[0], at)
        end = sentence.find(words[-1], place) + len(words[-1])
        while end < len(sentence) and re.match(r"\s+[^\W\d_a-zà-ÿ]{2,}\b", sentence[end:]):
            end += re.match(r"\s+[^\W\d_a-zà-ÿ]{2,}\b", sentence[end:]).end()  # type: ignore[union-attr]
        at = max(at, end)
        behind = sentence[end:]
        loud = words[0].isupper() and len(words[0]) > 1
        if loud or re.match(r"\s*\(\d|(?: \w+)?, (?:early |mid |late )?\d{1,2}0?s?\b", behind):
            yield mention.name, behind  # type: ignore[attr-defined]


def _introduce(name: str, behind: str, line: int, era: Era, wardrobe: _Wardrobe) -> None:
    age, facts, condition = "", [], []
    rest = behind
    if aged := _AGE.match(rest):
        if rest.lstrip(" ,").startswith("(") or rest.lstrip().startswith(","):
            age, rest = aged[1], rest[aged.end() :].lstrip(")")
    elif bracket := _IN_BRACKETS.match(rest):
        facts.append(bracket[1])
        rest = rest[bracket.end() :]
    clauses = _CLAUSE.split(re.split(r"(?<=[^\d])[.!?:](?:\s|$)", rest)[0])
    apposed = rest.lstrip()[:1] in (",", ";")
    for index, clause in enumerate(clauses):
        clause = clause.strip(" .")
        if not clause:
            continue
        word = clause.split(" ")[0].lower()
        finite = bool(_FINITE.match(word)) and word not in _words("garments") and word not in _words("body")
        if re.fullmatch(rf"(?:early |mid |late )?{_YEARS}", clause, re.IGNORECASE) and not age:
            age = clause
        elif _LIKE_AGE.fullmatch(clause):
            facts.append(clause)
        elif word in _words("conditions") or clause.lower() in _words("conditions"):
            condition.append(clause)
        elif not finite and (index > 0 or apposed or not age) and _describes(clause, apposed and index < 3):
            facts.append(_trimmed(clause))
        facts += [fact for fact in _worn(clause) if finite or index == 0]
    look = LookDraft(
        name=name,
        era=era,
        line=line,
        age=age,
        facts=tuple(dict.fromkeys(filter(None, facts))),
        condition=tuple(condition),
        quote=behind.strip(" ,")[:120],
    )
    known = wardrobe.now.get((name, era))
    if known is not None and not look.age:
        look = replace(look, age=known.age)
    if known is not None and not (look.facts or look.condition):
        return
    wardrobe.set(look)


def _describes(clause: str, apposed: bool) -> bool:
    """Whether a clause says what is visible: a garment, a part of the body, a build; or what one is."""
    words = [word.casefold().rstrip("'s") for word in tokens_of(clause)]
    if words and words[0] in ("who", "whose", "not", "never", "for", "because", "as", "then", "and", "but"):
        return words[0] == "whose" and bool(set(words) & _words("body"))
    if set(words) & (_words("garments") | _words("body") | _words("looks") | _words("conditions")):
        return True
    return (apposed and bool(words) and len(words) <= 9 and words[0] in ("a", "an", "the", "his", "her")) or (
        apposed and len(words) <= 2 and clause.islower()
    )


def _worn(clause: str) -> Iterator[str]:
    """What a clause says is worn or had: “leans in the doorway in a paint-flecked sweatshirt”."""
    for found in _WORN.finditer(clause):
        inner = [found[1]]
        while more := _WORN.search(inner[-1]):
            inner.append(more[1])
        for text in inner:
            phrase = _trimmed(text)
            words = {word.casefold() for word in tokens_of(phrase)}
            if words & (_words("garments") | _words("body")) and len(words) <= 9:
                yield phrase
                break
    words = {word.casefold() for word in tokens_of(clause)}
    yield from (word for word in ("barefoot", "bareheaded", "bare-chested") if word in words)


def _trimmed(text: str) -> str:
    cut = _STOPS.sub("", text).strip(" ,.") or text.strip(" ,.")
    return re.sub(r"^(?:and|in|wearing|with|dressed in|his|her|the)\s+", "", cut)


# ------------------------------------------------------------------ changes


def _change(name: str, sentence: str, line: int, era: Era, wardrobe: _Wardrobe) -> None:
    """A garment put on or taken off, hair let down, somebody soaked."""
    known = wardrobe.now.get((name, era), LookDraft(name=name, era=era, line=line))
    facts, condition = list(known.facts), list(known.condition)
    for found in re.finditer(rf"\b(?:{_pattern('takes_off')})\s+([^,.;]{{2,50}})", sentence, re.IGNORECASE):
        worn = {word.casefold() for word in tokens_of(found[1])} & _words("garments")
        facts = [fact for fact in facts if not worn & {word.casefold() for word in tokens_of(fact)}]
    for found in _GONE.finditer(sentence):
        if found[1].casefold() in _words("garments"):
            facts = [fact for fact in facts if found[1].casefold() not in map(str.casefold, tokens_of(fact))]
    for fact in _apposed(sentence):
        if _is_new(fact, facts):
            facts = [*_without_its_like(fact, facts), fact]
    for found in re.finditer(rf"\b(?:{_pattern('puts_on')})\s+([^,.;]{{2,60}})", sentence, re.IGNORECASE):
        phrase = _trimmed(found[1])
        if {word.casefold() for word in tokens_of(phrase)} & _words("garments"):
            facts = [*_without_its_like(phrase, facts), phrase]
    if not known.text or re.search(
        r"\b(?:now|still|again|no longer) in\b|\bin (?:a|an|her|his) \w", sentence, re.I
    ):
        for fact in _worn(sentence):
            if _is_new(fact, facts):
                facts = [*_without_its_like(fact, facts), fact]
    words = {word.casefold() for word in tokens_of(sentence)}
    condition += [word for word in sorted(words & _words("conditions")) if word not in condition]
    changed = replace(
        known, line=line, facts=tuple(dict.fromkeys(facts)), condition=tuple(condition), quote=sentence[:120]
    )
    if (changed.facts, changed.condition) != (known.facts, known.condition):
        wardrobe.set(changed)


def _apposed(sentence: str) -> Iterator[str]:
    """What stands between commas behind the one that acts: “Dot, a blanket round her shoulders, shares …”."""
    clauses = _CLAUSE.split(sentence)
    for clause in clauses[1:]:
        word = clause.split(" ")[0].lower()
        if _FINITE.match(word) and word not in _words("garments") and word not in _words("body"):
            return
        words = {one.casefold() for one in tokens_of(clause)}
        if (
            words & _words("garments")
            and len(words) <= 9
            and not re.match(r"(?:and|then|no|without)\b", clause)
        ):
            yield clause.strip(" .")


def _without_its_like(fact: str, facts: Sequence[str]) -> list[str]:
    """The facts without garments whose place a new one takes: a coat that of a coat."""
    words = {word.casefold() for word in tokens_of(fact)}
    if "shirtsleeves" in words:
        words |= _words("outer")
    like = [_words(slot) for slot in ("outer", "whole", "head", "feet") if words & _words(slot)]
    return [
        one for one in facts if not any({word.casefold() for word in tokens_of(one)} & slot for slot in like)
    ]


def _is_new(fact: str, facts: Sequence[str]) -> bool:
    words = {word.casefold() for word in tokens_of(fact)} & (_words("garments") | _words("body"))
    return bool(words & _words("garments")) and not any(
        words <= {word.casefold() for word in tokens_of(other)} for other in facts
    )


@cache
def _table() -> Mapping[str, str]:
    return tomllib.loads(files(__package__).joinpath("appearance.toml").read_text("utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_table()[name].split())


@cache
def _pattern(name: str) -> str:
    return _table()[name]
