"""What is read of looks: each change as the script has it, and by which rule it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.story.reading.moment import Mention, Told
from milimo_tui.story.values.film import Era


@dataclass(frozen=True, slots=True)
class Rule:
    """How a change of look was found: how sure that is, and why in words."""

    sure: float
    reason: str


LISTED = Rule(0.95, "listed where they are introduced")
INTRODUCED = Rule(0.85, "told where they are introduced")
BY_NAME = Rule(0.8, "told of by name")
WITHOUT_NAME = Rule(0.7, "told behind them, without a name")
BY_PRONOUN = Rule(0.6, "told of by a pronoun")
OF_SEVERAL = Rule(0.6, "told of several at once")
UNCOVERED = Rule(0.6, "seen under what was opened")
TIME_WENT_ON = Rule(0.6, "time has gone on since")
HANDED_OVER = Rule(0.5, "handed from one to another")
LAID_DOWN = Rule(0.5, "it lies somewhere else now")
STRANGER = Rule(0.5, "told of a stranger, and they speak next")
SURE_ENOUGH = 0.75  # from here on a change is not asked about
QUOTED = 72  # characters of the script's words that a doubt names
PRONOUNS = frozenset({"he", "she", "they", "him", "her", "them"})
LIST = 2  # things behind a name that are one


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDraft:
    """How somebody looks from a sentence of the script on. `action` is empty at the head of a scene."""

    name: str
    line: int
    end_line: int
    scene_line: int
    action: str  # of the shot that shows it
    quote: str
    opens: bool  # the first one: it holds in its whole scene
    era: Era
    age: str = ""
    wardrobe: str = ""
    hair: str = ""
    condition: str = ""
    text: str = ""
    ended: str = ""  # the state that is over here, because time has gone on
    rule: Rule = BY_NAME
    since: int = 0  # of one that opens: the line of a scene before, from which it holds as no time has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A sentence with words of clothes, hair or a state that are in no look of whom it is about."""

    name: str
    line: int
    end_line: int
    scene_line: int
    action: str
    quote: str


@dataclass(frozen=True, slots=True)
class LooksRead:
    """The looks of people in the order of the script, and what may be one and was not read."""

    drafts: tuple[LookDraft, ...]
    unread: tuple[Unread, ...]


def quoted(words: str) -> str:
    """Return words of the script as a doubt names them."""
    return words if len(words) <= QUOTED else f"{words[: QUOTED - 1].rstrip()}…"


def rule_of(told: Told, subjects: Sequence[Mention], introduced: bool, added: int, several: str) -> Rule:
    """Return by what a sentence tells of a look; `added`: so many things of it were not known."""
    if introduced:
        return LISTED if added >= LIST else INTRODUCED
    if several:
        return OF_SEVERAL
    if not subjects:
        return WITHOUT_NAME
    by = {told.sentence[each.start : each.end].casefold() for each in subjects}
    return BY_PRONOUN if by & PRONOUNS else BY_NAME
