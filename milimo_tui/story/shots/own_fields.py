"""Fields of a shot that a person set, beside what the script says of each: a commit leaves them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from milimo_tui.story.values.doubts import Doubt, DoubtKind, answer_to, asked_about
from milimo_tui.story.values.film import Scene, Shot

# Fields that the script gives and a person may set; the kind of doubt that setting one answers.
SCRIPTED = {
    "characters": DoubtKind.CAST,
    "focus": None,
    "size": None,
    "angle": None,
    "movement": None,
    "function": None,
    "rig": None,
    "location": DoubtKind.PLACE,
    "part": DoubtKind.PLACE,
    "time_of_day": DoubtKind.TIME,
    "weather": None,
    "looks": DoubtKind.LOOK,
    "continues": None,
    "continues_as": None,
}


def with_own(shot: Shot, **changes: Any) -> Shot:
    """The shot with fields as a person sets them, what the script says kept beside, doubts answered.

    A field set to what the script says is the script's again.
    """
    own = dict(shot.own)
    for name, value in changes.items():
        if name not in SCRIPTED or value == getattr(shot, name):
            continue
        said = own.get(name, _text(getattr(shot, name)))
        if _text(value) == said:
            own.pop(name, None)
        else:
            own[name] = said
    answered = {SCRIPTED[name] for name in changes if name in SCRIPTED} - {None}
    doubts = tuple(doubt for doubt in shot.doubts if doubt.kind not in answered)
    return replace(shot, **changes, own=tuple(own.items()), doubts=doubts)


def kept(before: Shot, after: Shot) -> Shot:
    """A shot as a commit or a new plan made it, with the fields that a person set as they were.

    What the script says of them now is kept beside; doubts that a person answered stay answered.
    """
    own = {name: getattr(before, name) for name, _ in before.own if name in SCRIPTED}
    if not before.own:
        return after
    said = {name: _text(getattr(after, name)) for name in own}
    answered = {SCRIPTED[name] for name in own}
    rest = {name: text for name, text in before.own if name not in SCRIPTED}
    doubts = tuple(
        doubt
        for doubt in after.doubts
        if _accepts(doubt) not in rest and (doubt.kind not in answered or doubt in before.doubts)
    )
    return replace(after, **own, own=tuple({**said, **rest}.items()), doubts=doubts)


def keeps_continuing(shot: Shot) -> bool:
    """Whether a person said what a shot continues, and how."""
    return any(name in ("continues", "continues_as") for name, _ in shot.own)


def accepted(shot: Shot, doubt: Doubt) -> Shot:
    """The shot with a doubt accepted as it was guessed; a commit asks again only for another guess."""
    own = {**dict(shot.own), _accepts(doubt): "yes"}
    doubts = tuple(other for other in shot.doubts if other != doubt)
    return replace(shot, own=tuple(own.items()), doubts=doubts)


def corrected(shot: Shot, doubt: Doubt, people: Sequence[str]) -> Shot:
    """The shot with these people where a doubt's guess stood, in its order; its other doubts stay."""
    wrong = {name.strip() for name in doubt.guess.split(",")}
    cast = list(shot.characters)
    place = next((place for place, name in enumerate(cast) if name in wrong), len(cast))
    right = [*cast[:place], *people, *cast[place:]]
    characters = tuple(dict.fromkeys(name for name in right if name not in wrong or name in people))
    doubts = tuple(other for other in shot.doubts if other != doubt)
    return replace(accepted(with_own(shot, characters=characters), doubt), doubts=doubts)


def is_answered(shot: Shot, doubt: Doubt) -> bool:
    """Whether a person accepted a doubt's guess, or answered it otherwise."""
    return bool(answer_to(shot.own, doubt.words))


DELETED = "deleted"  # in `own`: a person took it out of the film, and a commit leaves it so

S = TypeVar("S", Scene, Shot)


def deleted(value: S) -> S:
    """A scene or shot as somebody takes it out of the film: parked, with all that was made for it."""
    return replace(value, parked=True, own=tuple({**dict(value.own), DELETED: ""}.items()))


def is_deleted(value: Scene | Shot) -> bool:
    """Whether a person took a scene or shot out of the film."""
    return value.parked and any(name == DELETED for name, _ in value.own)


def brought_back(value: S) -> S:
    """A parked scene or shot as somebody takes it back."""
    return replace(value, parked=False, own=tuple(pair for pair in value.own if pair[0] != DELETED))


def _accepts(doubt: Doubt) -> str:
    return f"{asked_about(doubt.words)}{doubt.guess}"


def _text(value: Any) -> str:
    return (
        value.value if isinstance(value, StrEnum) else value if isinstance(value, str) else json.dumps(value)
    )
