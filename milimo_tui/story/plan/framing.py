"""Framings as immutable values, and tables of words that suggest a framing.

A framing that the script asks for explicitly (`story.values.vocabulary`) always takes precedence over a
suggested framing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.act_words import ACTS, BASES
from milimo_tui.story.reading.place_words import names_a_place
from milimo_tui.story.reading.plural_words import CROWD_ACTS
from milimo_tui.story.screenplay.people_words import CREATURES, GENERIC, KIN, ROLES
from milimo_tui.story.values.shot_sizes import CLOSE_SIZES
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Size
from milimo_tui.story.values.text import QUOTED, fold, split_sentences, split_words
from milimo_tui.story.values.vocabulary import FramingReading


@dataclass(frozen=True, slots=True)
class Framing:
    """The framing of a shot on five independent axes."""

    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    rig: Rig = Rig.TRIPOD


CARD = Framing(Size.MS, Angle.EYE, Movement.STATIC, Function.INSERT)

_WORLD = compile_lazily(
    r"\b(?:rain|snow|wind|storm|fog|mist|sun|moon|sky|skies|clouds?|stars|sea|ocean|waves|river|rivers|forest|desert"
    r"|mountains?|hills?|fields?|city|town|village|streets?|roads?|alley|alleys|market|bridge|harbou?r|traffic|crowds?"
    r"|people|trains?|cars|lights|neon|buildings?|towers?|house|houses|rooftops?|roofs|stalls|windows|thunder"
    r"|lightning|dawn|dusk|night|morning)\b",
    re.IGNORECASE,
)

_PEOPLE = "|".join(
    sorted((*GENERIC, *ROLES, *KIN, *CREATURES, "figure", "person", "silhouette"), key=len, reverse=True)
)
# A person or animal in the singular, without a name: “a police officer”, “the old barkeep”. An
# apostrophe after the words means a thing of this person.
_SOMEBODY = (
    r"(?:an?|the|another|one|his|her|their|my|our)\s"
    r"(?:(?!(?:of|in|on|at|with|from|to|by|under|behind|like|and|or)\b)[a-z-]+,?\s){0,3}?"
    rf"(?:{_PEOPLE}|[a-z]{{3,}}(?:man|woman|girl|boy|maid|keeper|keep|person))\b(?!['’-])"
)
_VERB = rf"(?:{'|'.join(sorted((*ACTS, *BASES)))}|is|was|[a-z]+ing)"
_UNNAMED = compile_lazily(
    rf"(?:^|[.!?…]\s+){_SOMEBODY}|\b{_SOMEBODY}\s(?:[a-z]+ly\s)?{_VERB}\b"
    rf"|\b(?:he|she|somebody|someone)\b|^(?:they|you|we['’]re|we are)\b",
    re.IGNORECASE,
)

_MOST_SENTENCES = 2  # A text with more sentences is not about a single thing.
_SUBJECT_WORDS = 5  # Words at the beginning of a text among which its subject is searched.
_THING = compile_lazily(
    r"(?:the|an?|his|her|their|its|one|another|two|three|insert)\s|[^\W\d_]+['’]s\s", re.IGNORECASE
)
_THING_NEAR = compile_lazily(
    r"((?:The|An?|One|Another) [^.!?]*?) (?:of|to|beside|near|behind|under|before|with|around) "
    r"(?:him|her|them|[A-ZÀ-Þ][\w’'-]*)\b(?! (?:and|or)\b)[^.!?]*[.!?]?"
)
# Body parts of many people. Such words alone do not mean a group.
_PARTS = compile_lazily(r"\b(?:heads|faces|hands)\b", re.IGNORECASE)
_PLURAL = compile_lazily(r"(?:(?<!s)s|people|men|children|police|folk)$", re.IGNORECASE)

# Patterns of words, each with the framing that it suggests. If several patterns match, each value (size,
# angle, movement, function) comes from the first pattern that suggests one.
_ROWS: tuple[tuple[str, FramingReading], ...] = (
    (
        r"skyline|landscape|exterior of|bird(?:s|'s) view",
        FramingReading(size=Size.EWS, function=Function.ESTABLISHING),
    ),
    (r"panorama|vastness|horizon", FramingReading(size=Size.EWS)),
    (
        r"(?<!other )(?<!second )(?<!in )(?:hand|fist|fingertips?)(?! (?:over|him|me|it|the|in))",
        FramingReading(size=Size.CU),
    ),
    (r"eye|detail|teardrop|lips|whispers?", FramingReading(size=Size.CU)),
    (r"(?:the|an|this|that) object|(?:the|a) prop", FramingReading(size=Size.CU, function=Function.INSERT)),
    (
        r"follow(?:s|ing)?|chas(?:e|es|ing)|running|runs?|sprints?|races|walking|walks|hurries|strides",
        FramingReading(movements=(Movement.TRACK,)),
    ),
    (r"towers over|looms|looming|overhead", FramingReading(angle=Angle.LOW)),
    (r"far below|from above|looks down (?:at|on)|from the roof(?:top)?", FramingReading(angle=Angle.HIGH)),
    (r"lurches|staggers|reels|dizzy|drunk(?:en|enly)?|nightmare", FramingReading(angle=Angle.DUTCH)),
    (r"freezes|stands still|motionless|silence", FramingReading(movements=(Movement.DOLLY_IN,))),
    (r"turns (?:left|away)", FramingReading(movements=(Movement.PAN_LEFT,))),
    (r"looks up|rises|climbs|soars", FramingReading(movements=(Movement.TILT_UP,))),
    (r"falls|drops|descends|sinks", FramingReading(movements=(Movement.TILT_DOWN,))),
)
_HINTS = tuple((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), reading) for pattern, reading in _ROWS)
_ANY_HINT = compile_lazily(rf"\b(?:{'|'.join(pattern for pattern, _ in _ROWS)})\b", re.IGNORECASE)
_RIGS = {
    Movement.DOLLY_IN: Rig.DOLLY,
    Movement.DOLLY_OUT: Rig.DOLLY,
    Movement.DOLLY_LEFT: Rig.DOLLY,
    Movement.DOLLY_RIGHT: Rig.DOLLY,
    Movement.TRACK: Rig.STEADICAM,
    Movement.CRANE_UP: Rig.CRANE,
    Movement.CRANE_DOWN: Rig.CRANE,
}  # fmt: skip


def read_framing_hints(text: str) -> FramingReading:
    """Return the framing that the words of an action suggest."""
    found = FramingReading()
    if not _ANY_HINT.search(text):
        return found
    for pattern, hint in _HINTS:
        if pattern.search(text):
            found = FramingReading(
                found.size or hint.size,
                found.angle or hint.angle,
                found.movements or hint.movements,
                found.function or hint.function,
            )
    return found


def is_about_world(text: str) -> bool:
    """Return True if an action without people is about weather, a place or a crowd."""
    return _WORLD.search(text) is not None


def shows_unnamed_person(text: str) -> bool:
    """Return True if an action shows one person or animal whose name is not known: “A waiter brings the
    bill.” or “He walks away.”
    """
    return _UNNAMED.search(QUOTED.sub(" ", text)) is not None


def is_about_group(text: str) -> bool:
    """Return True if an action without people is about a group, such as “six soldiers stand in a row”."""
    matches = (CROWD_ACTS.match(sentence) for sentence in split_sentences(text))
    found = next(filter(None, matches), None)
    if found is None or _PARTS.search(found[0]):
        return False
    if _PLURAL.search(found[0]):
        return True
    # A verb must follow: “a crowd waits” matches, “a crowd barrier” does not.
    follows = re.match(r"[\s,]*([a-z]+)", found.string[found.end() :])
    return follows is not None and follows[1] in ACTS


def shows_one_thing(text: str) -> bool:
    """Return True if an action without people is about a single thing that a close shot can show: “A letter
    on the table.” A longer text describes a larger part of the place.
    """
    sentences = split_sentences(text)
    if len(sentences) > _MOST_SENTENCES or _THING.match(text) is None:
        return False
    return not names_a_place(split_words(fold(text))[1:_SUBJECT_WORDS])


def is_about_thing_near_person(text: str, people: Sequence[str]) -> bool:
    """Return True if the subject of a sentence is a thing and it names a person only after a preposition: “A
    knife on the floor next to him.” `people` are the names of the people whom the sentence shows.
    """
    found = _THING_NEAR.fullmatch(text)
    if any(text.casefold().startswith(name.casefold()) for name in people):
        return False
    return found is not None and _UNNAMED.search(found[1]) is None


def apply_reading(framing: Framing, reading: FramingReading) -> Framing:
    """Return `framing` with each value replaced that the script asks for in `reading`. If the script names a
    movement that a tripod does not allow, but no rig (camera support), the rig is changed to one that allows
    the movement.
    """
    changed = Framing(
        reading.size or framing.size,
        reading.angle or framing.angle,
        reading.movements[0] if reading.movements else framing.movement,
        reading.function or framing.function,
        reading.rig or framing.rig,
    )
    if reading.rig is None and changed.rig is Rig.TRIPOD:
        return replace(changed, rig=_RIGS.get(changed.movement, Rig.TRIPOD))
    return changed


# The size that is used for a function (such as an insert) if the script names the function but no size.
_SIZE_OF = {
    Function.INSERT: Size.CU,
    Function.REACTION: Size.CU,
    Function.ESTABLISHING: Size.EWS,
    Function.OTS: Size.MS,
    Function.POV: Size.LS,
    Function.TWO_SHOT: Size.MS,
    Function.THREE_SHOT: Size.MLS,
    Function.GROUP: Size.LS,
}


def complete_reading(reading: FramingReading) -> FramingReading:
    """Return the framing that the script asks for, with implied values added. A function such as an insert
    implies a size, and a close size without a movement implies a slow push in.
    """
    size = reading.size or (_SIZE_OF.get(reading.function) if reading.function else None)
    movements = reading.movements
    if reading.size in CLOSE_SIZES and not movements:
        movements = (Movement.DOLLY_IN,)
    return replace(reading, size=size, movements=movements)
