"""The changes that the user makes in the inspector. For each change, this module makes the command that
writes it and a preview of the changed cut. Pure.

If a number already has keyframes, changing it sets a keyframe at the playhead. Otherwise the new number
applies to the entire clip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import format_ratio, round_half_up
from milimo_tui.cut.edit import edits
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId
from milimo_tui.cut.values.effects import Blend, OnDamage, TitleAlign, TitlePlace
from milimo_tui.cut.values.keyframes import Curve, Easing
from milimo_tui.tui.timeline.fields.fields import NONE, FieldGroup, FieldShape, InspectorField, Value

_KINDS: Mapping[str, Callable[[str], Any]] = {
    "blend": Blend, "damaged": OnDamage, "align": TitleAlign, "place": TitlePlace,
}  # fmt: skip


@dataclass(frozen=True)
class ClipChange:
    """A change to a clip: the command that writes it, with its arguments. `preview` is a function that
    returns the changed cut without writing it; None if the change cannot be previewed.
    """

    command: str
    args: Mapping[str, Any]
    preview: Callable[[Cut], Cut] | None = None


def is_animated(curve: Curve) -> bool:
    """Return True if a number changes over time: if it has several keyframes, or one at a frame other than 0.
    A single keyframe at frame 0 is a constant.
    """
    return len(curve) > 1 or any(key.frame for key in curve)


def make_clip_change(
    field: InspectorField,
    clip: Clip,
    value: Value,
    *,
    frame: int | None,
    shot: str,
    new_id: NewId,
    bounds: MediaLength,
    rate: Fraction,
) -> ClipChange:
    """Return the change that gives the setting `field` of a clip the new value `value`.

    If `frame` is given and the setting is a number, a keyframe is set at that frame of the clip. `shot` is
    the id of the clip's shot, `bounds` returns the lengths of media, and `rate` is the frame rate of the cut.
    """
    match field.group:
        case FieldGroup.NUMBER if frame is not None:
            return make_key_change(clip, field.key, frame, _require_float(value))
        case FieldGroup.NUMBER:
            number = _require_float(value)
            return ClipChange(
                "cut.effect",
                {"clip": clip.id, "name": field.key, "value": repr(number)},
                lambda cut: edits.set_number(cut, clip.id, field.key, number),
            )
        case FieldGroup.CLIP:
            given: dict[str, Any] = {field.attribute: value}
            args = {"unmuted": True} if field.key == "muted" and not value else given
            return ClipChange(
                "cut.set", {"clip": clip.id, **args}, lambda cut: edits.set_clip(cut, clip.id, **given)
            )
        case FieldGroup.CHOICE:
            return _make_choice_change(field, clip, value)
        case FieldGroup.SPEED:
            speed = Fraction(value if isinstance(value, Fraction) else str(value))
            return ClipChange(
                "cut.speed",
                {"clip": clip.id, "speed": format_ratio(speed)},
                lambda cut: edits.set_speed(cut, clip.id, speed, new_id=new_id, bounds=bounds),
            )
        case FieldGroup.LENGTH:
            by = int(_require_float(value)) - clip.frames
            return ClipChange(
                "cut.trim_out",
                {"clip": clip.id, "by": by},
                lambda cut: edits.trim_clip_out(cut, clip.id, by, new_id=new_id, bounds=bounds),
            )
        case FieldGroup.PLACE:
            on = round_half_up(
                (int(_require_float(value)) - clip.source_in * rate) / (clip.effects.speed or 1)
            )
            return ClipChange(
                "cut.slip",
                {"clip": clip.id, "by": on},
                lambda cut: edits.slip_clip(cut, clip.id, on, new_id=new_id, bounds=bounds),
            )
        case FieldGroup.TITLE:
            return _make_title_change(
                field, clip, value if isinstance(value, str | bool) else _require_float(value)
            )
        case FieldGroup.JOIN:
            return _make_transition_change(field, clip, value, new_id, bounds)
        case FieldGroup.SHOT:
            return _make_shot_change(field, shot, value)


def make_key_change(
    clip: Clip, name: str, frame: int, value: float | None = None, easing: Easing | None = None
) -> ClipChange:
    """Return the change that sets a keyframe of the number `name` at a frame of the clip. If `value` or
    `easing` is None, that property of the keyframe stays the same.
    """
    args: dict[str, Any] = {"clip": clip.id, "name": name, "frame": frame}
    if value is not None:
        args["value"] = value
    if easing is not None:
        args["easing"] = easing.value
    return ClipChange(
        "cut.keyframe", args, lambda cut: edits.set_key(cut, clip.id, name, frame, value, easing)
    )


def make_key_removal(clip: Clip, name: str, frame: int) -> ClipChange:
    """Return the change that removes the keyframe of the number `name` at a frame of the clip."""
    args = {"clip": clip.id, "name": name, "frame": frame, "remove": True}
    return ClipChange("cut.keyframe", args, lambda cut: edits.remove_key(cut, clip.id, name, frame))


def find_next_easing(curve: Curve, frame: int) -> tuple[int, Easing] | None:
    """Find the last keyframe at or before `frame`. Return the keyframe's frame, and the easing that comes
    after its present easing in the list of easings. Return None if there is no such keyframe.
    """
    before = [key for key in curve if key.frame <= frame]
    if not before:
        return None
    easings = list(Easing)
    return before[-1].frame, easings[(easings.index(before[-1].easing) + 1) % len(easings)]


def _make_choice_change(field: InspectorField, clip: Clip, value: Value) -> ClipChange:
    text = ("yes" if value else "no") if field.shape is FieldShape.SWITCH else str(value or "")
    args = {"clip": clip.id, "name": field.key, "value": text}
    # The chosen file is not in the film yet, so there is no preview. The command `cut.effect` finds the file.
    if field.shape is FieldShape.NAME and value and value not in field.titles:
        return ClipChange("cut.effect", args)
    kind = _KINDS.get(field.key)
    given: dict[str, Any] = {field.key: kind(str(value)) if kind else value}
    return ClipChange("cut.effect", args, lambda cut: edits.set_choices(cut, clip.id, **given))


def _make_title_change(field: InspectorField, clip: Clip, value: str | float) -> ClipChange:
    kind = _KINDS.get(field.attribute)
    given: dict[str, Any] = {field.attribute: kind(str(value)) if kind else value}
    assert clip.effects.title is not None
    title = replace(clip.effects.title, **given)
    return ClipChange(
        "cut.title", {"clip": clip.id, **given}, lambda cut: edits.set_title(cut, clip.id, title)
    )


def _make_transition_change(
    field: InspectorField, clip: Clip, value: Value, new_id: NewId, bounds: MediaLength
) -> ClipChange:
    """Return the change of the transition at one edge of a clip. The value "none" removes the transition."""
    edge = field.edge
    if value == NONE:
        args: dict[str, Any] = {"clip": clip.id, "edge": edge}
        return ClipChange(
            "cut.transition_remove", args, lambda cut: edits.remove_transition(cut, clip.id, edge=edge)
        )
    given: dict[str, Any] = {field.attribute: value}
    return ClipChange(
        "cut.transition",
        {"clip": clip.id, "edge": edge, **given},
        lambda cut: edits.set_transition(cut, clip.id, new_id=new_id, edge=edge, bounds=bounds, **given),
    )


def _make_shot_change(field: InspectorField, shot: str, value: Value) -> ClipChange:
    if field.key == "size":
        return ClipChange("project.set", {"size": value})
    if field.key == "seed_locked":
        return ClipChange("shot.set", {"id": shot, "lock" if value else "unlock": True})
    if field.key == "frames":
        return ClipChange("shot.set", {"id": shot, "length": f"{value}f"})
    return ClipChange("shot.set", {"id": shot, field.key: "auto" if value is None else value})


def _require_float(value: Value) -> float:
    assert value is not None
    assert not isinstance(value, str)
    return float(value)
