"""People whom only the action names: DELIA PRYCE (38), BRUNO, a dog; Jun enters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.story.screenplay.first_names import CREATURES, FIRST_NAMES, GENERIC, ROLES
from milimo_tui.story.screenplay.screenplay import Kind, Screenplay
from milimo_tui.story.values.text import collapse

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_AGE = re.compile(
    r"\s*(?:\((?:[^()]*?)(\d{1,3})['’]?(s?)\b[^()]*\)|,\s*(?:\w+[- ])?(\d{1,3})(s?)\b(?=[,.\s]))"
)
_APPOSITION = re.compile(r",\s*((?:an?|the|his|her|their)\s+)?([^,.;:!?]{1,60})")
_NEAR = 120  # letters around a name that tell of it: a paragraph of names alone is read in its length
_ENTERS = re.compile(
    r"(?:^|[.!?]\s+)([^\W\d_]+(?:-[^\W\d_]+)?) "
    r"(?:enters|arrives|appears|bursts in|walks in|comes in|steps in|runs in|rushes in)\b"
)
_KIN_BEFORE = re.compile(r"\b(?:his|her|their|the)\s+([^\W\d_]+)\s+$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"\b(?:an?|the|his|her|their|its|two|three|four|five|some|several)\s+(?:[^\W\d_]+\s+)?$", re.IGNORECASE
)
_WORDS_1 = """he she it they we you i nobody somebody someone everyone everybody one another nothing
something the a an this that who and then both neither"""
_NO_NAMES = frozenset(_WORDS_1.split())


@dataclass(frozen=True, slots=True)
class Introduced:
    """Somebody as an action brings them in. `about` is the description behind the name."""

    name: str
    age: int | None = None
    about: str = ""
    alone: bool = False  # a part of its own, though nobody says a word under that name


def introduced_in(screenplay: Screenplay) -> tuple[Introduced, ...]:
    """Everybody whom an action introduces, in order."""
    texts = [collapse(element.text) for element in screenplay.elements if element.kind is Kind.ACTION]
    common = {word for text in texts for word in _WORD.findall(text) if word.islower()}
    found: dict[str, Introduced] = {}
    for text in texts:
        for person in (*_in_capitals(text), *_entering(text, common)):
            known = found.get(person.name)
            if known is None or (person.age is not None and known.age is None):
                found[person.name] = person
    return tuple(found.values())


def _in_capitals(text: str) -> Iterator[Introduced]:
    for run in _runs(text):
        start, end = run[0].start(), run[-1].end()
        name, before, after = text[start:end], text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
        if len(name) < 2 or before.rstrip().endswith(('"', "“")):
            continue
        age = _AGE.match(after)
        rest = after[age.end() :] if age else after
        apposition = _APPOSITION.match(rest)
        about = apposition[2] if apposition else ""
        kin = _KIN_BEFORE.search(before)
        about = " ".join(filter(None, (kin[1] if kin else "", about)))
        years = int(age[1] or age[3]) if age else None
        article = _ARTICLE.search(before) is not None and not kin
        first = FIRST_NAMES.get(run[0][0].casefold())
        named = not article and (first is not None or (apposition is not None and _is_somebody(about)))
        if before.rstrip().endswith(":") and not age and not _is_somebody(about):
            continue  # words on a stone, a label, a screen
        if age or named or kin:
            alone = age is not None or (named and not _is_word(run))
            yield Introduced(name, years, about, alone)


def _runs(text: str) -> Iterator[Sequence[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        follows = run and text[run[-1].end() : word.start()] in (" ", ". ")
        short = run and text[run[-1].end() : word.start()] == ". " and len(run[-1][0]) > 3
        upper = word[0].isupper() and (len(word[0]) > 1 or bool(follows))
        if run and (not upper or not follows or short):
            yield run
            run = []
        if upper:
            run.append(word)
    if run:
        yield run


def _is_word(run: Sequence[re.Match[str]]) -> bool:
    return len(run) == 1 and (run[0][0].casefold() in ROLES or run[0][0].casefold() in GENERIC)


def _is_somebody(about: str) -> bool:
    nouns = [word.casefold() for word in _WORD.findall(about)[:5]]
    return any(word in CREATURES or word in GENERIC or word in ROLES for word in nouns)


def _entering(text: str, common: set[str]) -> Iterator[Introduced]:
    for match in _ENTERS.finditer(text):
        name = match[1]
        folded = name.casefold()
        if name[0].isupper() and not name.isupper() and folded not in common and folded not in _NO_NAMES:
            yield Introduced(name, None, "", True)
