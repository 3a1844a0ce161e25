"""What somebody's act changes of how another looks: a hat pulled off, a jacket laid round shoulders. Pure.

A sentence that tells of it is cut in two: what is left of it for whoever acts, and words for the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.looks.dressing import NAMED
from milimo_tui.story.reading.moment import Mention, Told

_THING = rf"(?:the|an?|his|her|their) ({NAMED})"
_PULLED_FROM = re.compile(
    r"(?<!\w)(?:takes|drags|pulls|peels|tears|whips|gets|has|rips|yanks|tugs|knocks|flicks|snatches"
    r"|sweeps|lifts"
    rf"|plucks|strips|slides|wrenches|slaps|grabs|unwinds|slips|eases|blows) {_THING} (?:off|from|out of"
    rf"|from round|(?:off|up) over) (?:the )?$",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"(?<!\w)(?:snatches|steals|takes|removes|has taken|(?:rips|tears|pulls|knocks|yanks|whips|peels"
    r"|lifts|takes) (?:off|away)"
    r"|unties|unclasps|wins|confiscates|pockets) $",
    re.IGNORECASE,
)
_LAID_ON = re.compile(
    r"(?<!\w)(?:puts|drapes|wraps|lays|hangs|throws|drops|sets|places|jams|claps|slips|ties|winds|pulls"
    r"|settles|pops|spreads)"
    rf" (?:{_THING}|it) (?:back )?(?:round|around|over|on|about|across|onto|on to) (?:the )?$",
    re.IGNORECASE,
)
_BOUND = re.compile(r"\s?(?:\w+ )?(?:hands?|wrists?|ankles?|fingers?|knees?|wounds?)(?!\w)", re.IGNORECASE)
_PUT_THERE = re.compile(rf"(?<!\w)(?:puts|lays|hangs|drapes|wraps) {_THING} there(?!\w)", re.IGNORECASE)
_CLADS = re.compile(
    r"(?<!\w)(?:wraps|bundles|dresses|swaddles|rolls|helps|eases|gets|zips|buttons) $", re.IGNORECASE
)
_CLAD_IN = re.compile(rf"\s(?:up )?(?:in|into) {_THING}", re.IGNORECASE)
_OUT_OF = re.compile(rf"\s(?:out of|off with) {_THING}", re.IGNORECASE)
_GIVES = re.compile(r"(?<!\w)(?:gives|hands|lends|throws|tosses) $", re.IGNORECASE)
_GIVEN = re.compile(rf"\s(?:his|her|their) ({NAMED})(?!\w)", re.IGNORECASE)
_ITS = re.compile(
    rf"\s({NAMED})(?! (?:by|in place|between|tighter?|straight))(?:$|[\s,.;:!?])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Change:
    """A garment that somebody gets or loses; `own`: it was the one's who gives it. `at`: where it is told."""

    name: str
    garment: str
    gets: bool
    giver: str
    own: bool
    at: int


def changes_of_others(told: Told, subjects: Sequence[Mention]) -> tuple[Change, ...]:
    """Return what a sentence's first one does to the clothes of another."""
    if not subjects:
        return ()
    found = (
        _change(told.sentence, one, each)
        for each in told.mentions
        for one in _acting_on(each, subjects)
        if each.start > one.end
    )
    changes = [change for change in found if change is not None]
    if changes and (there := _PUT_THERE.search(told.sentence, changes[-1].at)):
        changes.append(replace(changes[-1], garment=there[1], gets=True, own=False))
    return tuple(changes)


def _acting_on(other: Mention, subjects: Sequence[Mention]) -> Sequence[Mention]:
    """Return who does it to somebody: whom the sentence begins with, or, where that is the same, who comes
    next.
    """
    before = [each for each in subjects if each.end < other.start]
    others = [each for each in before if each.name and each.name != other.name]
    return before[:1] if before[:1] and before[0].name != other.name else others[-1:]


def _change(sentence: str, one: Mention, other: Mention) -> Change | None:
    if not other.name or other.name == one.name or not one.name:
        return None
    before, after = sentence[one.end : other.start], sentence[other.end :]

    def change(found: re.Match[str], garment: str, *, gets: bool, who: str = "") -> Change:
        own = re.search(r"\b(?:his|her|their) ", found[0], re.IGNORECASE) is not None
        return Change(who or other.name, garment, gets, one.name, own and gets, one.end + found.start())

    if pulled := _PULLED_FROM.search(before):
        return change(pulled, pulled[1], gets=False)
    if laid := _LAID_ON.search(before):
        named = re.findall(rf"(?<!\w){_THING}", before[: laid.start()], re.IGNORECASE)
        if (thing := laid[1] or (named[-1] if named else "")) and not _BOUND.match(after):
            laid_on = change(laid, thing, gets=True)
            return replace(laid_on, own=laid_on.own or not laid[1])
    if other.owner and (taken := _TAKEN.search(before)) and (its := _ITS.match(after)):
        return change(taken, its[1], gets=False)
    if clads := _CLADS.search(before):
        if out_of := _OUT_OF.match(after):
            return change(clads, out_of[1], gets=False)
        if clad := _CLAD_IN.match(after):
            return change(clads, clad[1], gets=True)
    if (gives := _GIVES.search(before)) and (given := _GIVEN.match(after)):
        return change(gives, given[1], gets=False, who=one.name)
    return None
