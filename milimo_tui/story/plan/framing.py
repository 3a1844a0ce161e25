"""How a beat is framed when the text does not say: rotas and suggestive words, as data.

A rota is walked by a counter that belongs to one breakdown, so that the same script always gives the same
film and no two shots in a row look alike. What a text asks for outright (`story.values.vocabulary`) always
wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from milimo_tui.story.values.film import Angle, Function, Movement, Rig, Size
from milimo_tui.story.values.vocabulary import Reading


@dataclass(frozen=True, slots=True)
class Framing:
    """The five axes of a shot."""

    size: Size = Size.MS
    angle: Angle = Angle.EYE
    movement: Movement = Movement.STATIC
    function: Function = Function.SINGLE
    rig: Rig = Rig.TRIPOD


@dataclass(frozen=True, slots=True)
class Delivery:
    """A framing of a speech: who is the subject, and the action in words. {a} speaks, {b} listens."""

    framing: Framing
    action: str
    subjects: str = "a"  # which of a and b are in the picture, the subject first


# Dialogue between two: face, delivery, over the shoulder, both, listening, walking and talking.
TOGETHER = (
    Delivery(Framing(Size.CU, Angle.EYE, Movement.DOLLY_IN), "{a} speaks, the face close."),
    Delivery(Framing(Size.MS), "{a} speaks to {b}."),
    Delivery(
        Framing(Size.MS, Angle.EYE, Movement.STATIC, Function.OTS), "Over {b}'s shoulder, {a} speaks.", "ab"
    ),
    Delivery(
        Framing(Size.MLS, Angle.EYE, Movement.STATIC, Function.TWO_SHOT), "{a} and {b} face each other.", "ab"
    ),
    Delivery(Framing(Size.CU, Angle.EYE, Movement.STATIC, Function.REACTION), "{b} listens to {a}.", "b"),
    Delivery(Framing(Size.MLS, Angle.EYE, Movement.TRACK), "Moving alongside {a}, who talks to {b}.", "ab"),
)
ALONE = (
    Delivery(Framing(Size.CU, Angle.EYE, Movement.DOLLY_IN), "{a} speaks, the face close."),
    Delivery(Framing(Size.MS), "{a} speaks."),
    Delivery(Framing(Size.MCU, Angle.PROFILE), "{a} speaks, seen from the side."),
    Delivery(Framing(Size.MLS, Angle.LOW), "{a} speaks, seen from below."),
    Delivery(Framing(Size.CU, Angle.EYE, Movement.RACK), "{a} speaks, coming into focus."),
    Delivery(Framing(Size.MLS, Angle.EYE, Movement.TRACK), "Moving alongside {a}, who talks."),
)
UNSEEN = (  # somebody else is in the picture while a voice is heard
    Delivery(
        Framing(Size.CU, Angle.EYE, Movement.DOLLY_IN, Function.REACTION), "{b} listens to {a}'s voice.", "b"
    ),
    Delivery(
        Framing(Size.MS, Angle.PROFILE, Movement.STATIC, Function.REACTION),
        "{b} hears {a}, out of frame.",
        "b",
    ),
)
THOUGHT = (  # the speaker is in the picture, silent
    Delivery(Framing(Size.MCU, Angle.PROFILE, Movement.DOLLY_IN), "{a}, silent; we hear {a}'s thoughts."),
    Delivery(Framing(Size.CU, Angle.EYE, Movement.DOLLY_OUT), "{a}, silent, while {a}'s voice goes on."),
)
NOBODY = (  # only the place is in the picture
    Delivery(
        Framing(Size.WS, Angle.EYE, Movement.DOLLY_IN, Function.CUTAWAY), "{place}, while {a} is heard.", ""
    ),
    Delivery(
        Framing(Size.LS, Angle.HIGH, Movement.PAN_RIGHT, Function.CUTAWAY), "{place}, while {a} is heard.", ""
    ),
    Delivery(
        Framing(Size.CU, Angle.EYE, Movement.RACK, Function.CUTAWAY), "A detail of {place}; {a} is heard.", ""
    ),
)

ESTABLISHING_OUTSIDE = (
    Framing(Size.EWS, Angle.HIGH, Movement.CRANE_DOWN, Function.ESTABLISHING, Rig.CRANE),
    Framing(Size.WS, Angle.EYE, Movement.PAN_RIGHT, Function.ESTABLISHING),
    Framing(Size.EWS, Angle.LOW, Movement.TILT_DOWN, Function.ESTABLISHING),
)
ESTABLISHING_INSIDE = (
    Framing(Size.WS, Angle.EYE, Movement.DOLLY_IN, Function.ESTABLISHING, Rig.DOLLY),
    Framing(Size.WS, Angle.HIGH, Movement.STATIC, Function.ESTABLISHING),
    Framing(Size.LS, Angle.EYE, Movement.PAN_LEFT, Function.ESTABLISHING),
)
ONE = (
    Framing(Size.MS),
    Framing(Size.MCU, Angle.EYE, Movement.DOLLY_IN),
    Framing(Size.FS, Angle.LOW),
    Framing(Size.MLS, Angle.EYE, Movement.PAN_RIGHT),
    Framing(Size.CU),
    Framing(Size.MS, Angle.HIGH, Movement.DOLLY_OUT),
    Framing(Size.MLS, Angle.PROFILE, Movement.PAN_LEFT),
)
TWO = (
    Framing(Size.MLS, Angle.EYE, Movement.STATIC, Function.TWO_SHOT),
    Framing(Size.MS, Angle.EYE, Movement.DOLLY_IN, Function.TWO_SHOT),
    Framing(Size.FS, Angle.LOW, Movement.STATIC, Function.TWO_SHOT),
)
THREE = (
    Framing(Size.MLS, Angle.EYE, Movement.STATIC, Function.THREE_SHOT),
    Framing(Size.FS, Angle.EYE, Movement.PAN_RIGHT, Function.THREE_SHOT),
)
MANY = (
    Framing(Size.LS, Angle.EYE, Movement.PAN_RIGHT, Function.GROUP),
    Framing(Size.WS, Angle.HIGH, Movement.STATIC, Function.GROUP),
)
THING = (
    Framing(Size.CU, Angle.HIGH, Movement.STATIC, Function.INSERT),
    Framing(Size.ECU, Angle.EYE, Movement.DOLLY_IN, Function.INSERT),
    Framing(Size.CU, Angle.EYE, Movement.RACK, Function.INSERT),
)
WORLD = (
    Framing(Size.LS, Angle.EYE, Movement.PAN_LEFT, Function.CUTAWAY),
    Framing(Size.WS, Angle.LOW, Movement.TILT_UP, Function.CUTAWAY),
    Framing(Size.LS, Angle.HIGH, Movement.STATIC, Function.CUTAWAY),
)
CARD = Framing(Size.MS, Angle.EYE, Movement.STATIC, Function.INSERT)

_WORLD = re.compile(
    r"\b(?:rain|snow|wind|storm|fog|mist|sun|moon|sky|skies|clouds?|stars|sea|ocean|waves|river|rivers|forest|desert"
    r"|mountains?|hills?|fields?|city|town|village|streets?|roads?|alley|alleys|market|bridge|harbou?r|traffic|crowds?"
    r"|people|trains?|cars|lights|neon|buildings?|towers?|house|houses|rooftops?|roofs|stalls|windows|thunder"
    r"|lightning|dawn|dusk|night|morning)\b",
    re.IGNORECASE,
)

_THING = re.compile(
    r"(?:the|an?|this|that|these|those|some|its|another|one|two|three|four|five|\d+)\s"
    r"(?!(?:\w+\s)?(?:beat|moment|pause|silence|while|second|minute|others?|same)\b)",
    re.IGNORECASE,
)

# Words that suggest a framing: the first row that matches wins, axis by axis.
_ROWS: tuple[tuple[str, Reading], ...] = (
    (
        r"skyline|landscape|exterior of|bird(?:s|'s) view",
        Reading(size=Size.EWS, function=Function.ESTABLISHING),
    ),
    (r"panorama|vastness|horizon", Reading(size=Size.EWS)),
    (
        r"(?<!other )(?<!second )(?<!in )(?:hand|fist|fingertips?)(?! (?:over|him|me|it|the|in))",
        Reading(size=Size.CU),
    ),
    (r"eye|detail|teardrop|lips|whispers?", Reading(size=Size.CU)),
    (r"(?:the|an|this|that) object|(?:the|a) prop", Reading(size=Size.CU, function=Function.INSERT)),
    (
        r"follow(?:s|ing)?|chas(?:e|es|ing)|running|runs?|sprints?|races|walking|walks|hurries|strides",
        Reading(movements=(Movement.TRACK,)),
    ),
    (r"towers over|looms|looming|overhead", Reading(angle=Angle.LOW)),
    (r"far below|from above|looks down (?:at|on)|from the roof(?:top)?", Reading(angle=Angle.HIGH)),
    (r"lurches|staggers|reels|dizzy|drunk(?:en|enly)?|nightmare", Reading(angle=Angle.DUTCH)),
    (r"freezes|stands still|motionless|silence", Reading(movements=(Movement.DOLLY_IN,))),
    (r"turns (?:left|away)", Reading(movements=(Movement.PAN_LEFT,))),
    (r"looks up|rises|climbs|soars", Reading(movements=(Movement.TILT_UP,))),
    (r"falls|drops|descends|sinks", Reading(movements=(Movement.TILT_DOWN,))),
)
_HINTS = tuple((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), reading) for pattern, reading in _ROWS)
_ANY_HINT = re.compile(rf"\b(?:{'|'.join(pattern for pattern, _ in _ROWS)})\b", re.IGNORECASE)
_RIGS = {
    Movement.DOLLY_IN: Rig.DOLLY,
    Movement.DOLLY_OUT: Rig.DOLLY,
    Movement.TRACK: Rig.STEADICAM,
    Movement.CRANE_UP: Rig.CRANE,
    Movement.CRANE_DOWN: Rig.CRANE,
}  # fmt: skip


def hinted(text: str) -> Reading:
    """What the words of an action suggest."""
    found = Reading()
    if not _ANY_HINT.search(text):
        return found
    for pattern, hint in _HINTS:
        if pattern.search(text):
            found = Reading(
                found.size or hint.size,
                found.angle or hint.angle,
                found.movements or hint.movements,
                found.function or hint.function,
            )
    return found


def shows_world(text: str) -> bool:
    """Whether an action without people is about weather, a place or a crowd."""
    return _WORLD.search(text) is not None


def shows_thing(text: str) -> bool:
    """Whether an action without people begins with a thing (a coin spins), not with a mood (a beat)."""
    return _THING.match(text) is not None


def is_about_nobody(text: str) -> bool:
    """Whether an action without people is about the world or a thing."""
    return shows_world(text) or shows_thing(text)


def overlaid(framing: Framing, reading: Reading) -> Framing:
    """The framing with what a text says laid over it, and a rig that can make the movement."""
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


# What a function asks for by itself, where the text names the function and no size.
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
_CLOSE = (Size.ECU, Size.CU, Size.MCU)


def completed(reading: Reading) -> Reading:
    """A reading with what goes without saying: a function's size, a slow push where something is close."""
    size = reading.size or (_SIZE_OF.get(reading.function) if reading.function else None)
    movements = reading.movements
    if reading.size in _CLOSE and not movements:
        movements = (Movement.DOLLY_IN,)
    return replace(reading, size=size, movements=movements)
