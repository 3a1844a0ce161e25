"""Manage fields of a shot that the user has set. For each such field, the shot also stores the value from the
script. Commits update the script's value and preserve the user's value.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from milimo_tui.story.values.doubts import (
    Doubt,
    DoubtKind,
    find_doubt_answer,
    is_answer_about,
    make_doubt_key,
)
from milimo_tui.story.values.film import Scene, Shot

# Fields that the script provides and the user can change. Each field is mapped to the kind of doubt that
# counts as answered when the user sets the field, or to None if there is no such doubt.
SCRIPTED_FIELDS = {
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
# Fields that stay the user's if the user sets them to their present value, because a reading may change them.
_READ_FIELDS = SCRIPTED_FIELDS.keys() - {"looks", "continues", "continues_as"}
# Beginning of a key of a shot's `own` field: the user confirmed a value after the text had changed.
_CONFIRMED = "confirmed "


def set_user_fields(shot: Shot, *, following: Collection[str] = (), **changes: Any) -> Shot:
    """Set fields of a shot for the user. The script's values are saved, and doubts about these fields are
    removed.

    A field that is set back to the script's value follows the script again, and so do the fields in
    `following`, which are set to the script's values. Another field that is set to its present value is the
    user's: it stays as it is when a reading finds another value.
    """
    own = dict(shot.own)
    for name, value in changes.items():
        if name not in SCRIPTED_FIELDS:
            continue
        own.pop(f"{_CONFIRMED}{name}", None)
        if name in following:
            own.pop(name, None)
            continue
        if value == getattr(shot, name):
            if name in _READ_FIELDS and value != "":
                own.setdefault(name, _serialize_field(value))
            continue
        script_value = own.get(name, _serialize_field(getattr(shot, name)))
        if _serialize_field(value) == script_value:
            own.pop(name, None)
        else:
            own[name] = script_value
    answered = {SCRIPTED_FIELDS[name] for name in changes if name in SCRIPTED_FIELDS} - {None}
    doubts = tuple(
        doubt
        for doubt in shot.doubts
        if (doubt.field not in changes if doubt.field else doubt.kind not in answered)
    )
    return replace(shot, **changes, own=tuple(own.items()), doubts=doubts)


def get_script_value(shot: Shot, field: str) -> Any:
    """Return the value that the script gives for a field, even if the user set another value."""
    present, stored = getattr(shot, field), dict(shot.own).get(field)
    if stored is None:
        return present
    if not isinstance(present, tuple):
        return type(present)(stored)
    return tuple(tuple(item) if isinstance(item, list) else item for item in json.loads(stored))


def is_set_by_user(shot: Shot, field: str) -> bool:
    """Return True if the user set this field of a shot."""
    return any(name == field for name, _ in shot.own)


def restore_script_values(shot: Shot) -> Shot:
    """Return the shot with the script's values of all fields that the user set. A commit begins with this
    shot, and `preserve_user_fields` then restores the user's values.
    """
    names = [name for name, _ in shot.own if name in SCRIPTED_FIELDS]
    return replace(shot, **{name: get_script_value(shot, name) for name in names})


def is_value_confirmed(shot: Shot, field: str) -> bool:
    """Return True if the user confirmed a value that the user had set, after the text of the shot changed."""
    return any(name == f"{_CONFIRMED}{field}" for name, _ in shot.own)


def confirm_user_value(shot: Shot, doubt: Doubt) -> Shot:
    """Return the shot with the user's value of `doubt.field` confirmed, and without the doubt."""
    own = {**dict(shot.own), f"{_CONFIRMED}{doubt.field}": ""}
    doubts = tuple(other for other in shot.doubts if other != doubt)
    return replace(shot, own=tuple(own.items()), doubts=doubts)


def preserve_user_fields(before: Shot, after: Shot) -> Shot:
    """Return `after`, the shot from a commit or a new plan, with the fields that the user set in `before`.

    The new script values of these fields are saved. Doubts that the user answered are not asked again, unless
    the text of the shot has changed. Open doubts about values of the user stay open.
    """
    own = {name: getattr(before, name) for name, _ in before.own if name in SCRIPTED_FIELDS}
    if not before.own:
        return after
    script_values = {name: _serialize_field(getattr(after, name)) for name in own}
    answered = {SCRIPTED_FIELDS[name] for name in own}
    rest = {name: text for name, text in before.own if name not in SCRIPTED_FIELDS}
    if before.digest != after.digest and before.action != after.action:
        rest = {name: text for name, text in rest.items() if not is_answer_about(name, before.action)}
    asked = [doubt for doubt in before.doubts if doubt.field and doubt not in after.doubts]
    doubts = tuple(
        doubt
        for doubt in after.doubts
        if _make_answer_key(doubt) not in rest and (doubt.kind not in answered or doubt in before.doubts)
    )
    return replace(after, **own, own=tuple({**script_values, **rest}.items()), doubts=(*doubts, *asked))


def has_user_set_continuation(shot: Shot) -> bool:
    """Return True if the user set how the shot continues an earlier shot, or which shot it continues."""
    return any(name in ("continues", "continues_as") for name, _ in shot.own)


def accept_doubt(shot: Shot, doubt: Doubt) -> Shot:
    """Return the shot with the guess of a doubt accepted by the user. A later commit adds the doubt again
    only if its guess is different.
    """
    own = {**dict(shot.own), _make_answer_key(doubt): "yes"}
    doubts = tuple(other for other in shot.doubts if other != doubt)
    return replace(shot, own=tuple(own.items()), doubts=doubts)


def correct_cast(shot: Shot, doubt: Doubt, people: Sequence[str]) -> Shot:
    """Return the shot with `people` instead of the people that a doubt guessed. Other doubts of the shot stay
    open.
    """
    wrong = {name.strip() for name in doubt.guess.split(",")}
    cast = list(shot.characters)
    place = next((place for place, name in enumerate(cast) if name in wrong), len(cast))
    right = [*cast[:place], *people, *cast[place:]]
    characters = tuple(dict.fromkeys(name for name in right if name not in wrong or name in people))
    doubts = tuple(other for other in shot.doubts if other != doubt)
    return replace(accept_doubt(set_user_fields(shot, characters=characters), doubt), doubts=doubts)


def is_doubt_answered(shot: Shot, doubt: Doubt) -> bool:
    """Return True if the user accepted the guess of a doubt, or gave another answer."""
    return bool(find_doubt_answer(shot.own, doubt.words))


# Key in the `own` field of a scene or shot that the user removed from the film. A commit of the screenplay
# does not restore a scene or shot with this key.
DELETED = "deleted"

S = TypeVar("S", Scene, Shot)


def mark_as_deleted(value: S) -> S:
    """Return the scene or shot, marked as deleted by the user. It is parked, which means that it is taken out
    of the film but keeps its takes and settings.
    """
    return replace(value, parked=True, own=tuple({**dict(value.own), DELETED: ""}.items()))


def is_deleted_by_user(value: Scene | Shot) -> bool:
    """Return True if the user deleted a scene or shot."""
    return value.parked and any(name == DELETED for name, _ in value.own)


def unmark_deleted(value: S) -> S:
    """Return a deleted scene or shot restored to the film: it is no longer parked or marked as deleted."""
    return replace(value, parked=False, own=tuple(pair for pair in value.own if pair[0] != DELETED))


def _make_answer_key(doubt: Doubt) -> str:
    return f"{make_doubt_key(doubt.words)}{doubt.guess}"


def _serialize_field(value: Any) -> str:
    return (
        value.value if isinstance(value, StrEnum) else value if isinstance(value, str) else json.dumps(value)
    )
