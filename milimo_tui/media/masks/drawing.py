"""A mask drawing: the masked objects of a picture or clip, each with a number, a name, a colour and its
actions at certain frames.

The module contains values only. Every change returns a new drawing, so that undo can restore the previous
one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.masks.acts import (
    Act,
    Combine,
    CombineMode,
    FoundMask,
    MaskValue,
    Number,
    Spot,
    count_acts,
    list_act_files,
)

MASK_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "rose": (255, 64, 160),
    "amber": (255, 184, 28),
    "lime": (150, 230, 50),
    "cyan": (40, 200, 240),
    "violet": (160, 110, 255),
    "white": (240, 240, 240),
}
MOST_OBJECTS = 64
# The largest number of actions on one object at one frame, including the actions of combined objects. Further
# actions raise BadInput.
MOST_ACTS = 2000
MOST_NAME = 80


class MaskClick(MaskValue):
    """A click on the picture, sent to the model that finds masks. `belongs` is True if the object is at that
    point, False if it is not.
    """

    at: Spot
    belongs: bool = True


class MaskKey(MaskValue):
    """The user's work on one object at one frame: the actions that make the mask, and the clicks that are
    sent to the model that finds masks.

    `box` is the box around the object's mask before the first of these clicks.
    """

    frame: int = Field(default=0, ge=0)
    acts: tuple[Act, ...] = ()
    clicks: tuple[MaskClick, ...] = ()
    box: tuple[Number, Number, Number, Number] | None = None


class DrawnObject(MaskValue):
    """A masked object of a picture or clip.

    `moving` is the file of the mask that was tracked through the clip; empty if the object was not tracked.
    `keys` has the user's actions at single frames, and there they replace the tracked mask. If `on` is False,
    the object is left out of the combined mask.
    """

    number: int = Field(ge=1, le=256)
    name: str = Field(default="", max_length=MOST_NAME)
    colour: str = next(iter(MASK_COLOURS))
    on: bool = True
    moving: str = ""
    keys: tuple[MaskKey, ...] = ()

    def key(self, frame: int) -> MaskKey | None:
        """Return the object's key (its actions and clicks) at a frame, or None if the object has none
        there.
        """
        return next((key for key in self.keys if key.frame == frame), None)

    def acts_at(self, frame: int) -> tuple[Act, ...]:
        """Return the actions that produce the mask at a frame: the actions of the key at this frame, or else
        a single action that adds the tracked mask. Empty if there is neither.
        """
        key = self.key(frame)
        if key is not None and (key.acts or not self.moving):
            return key.acts
        return (FoundMask(file=self.moving, frame=frame),) if self.moving else ()

    def with_key_at(self, frame: int, **changes: Any) -> DrawnObject:
        """Return the object with changed fields of its key at a frame. `changes` has the new values of the
        fields. If the frame has no key, a new key is made whose actions give the present mask at this frame.
        """
        key = self.key(frame) or MaskKey(frame=frame, acts=self.acts_at(frame))
        kept = [one for one in self.keys if one.frame != frame]
        keys = sorted([*kept, key.model_copy(update=changes)], key=lambda one: one.frame)
        return self.model_copy(update={"keys": tuple(keys)})


class MaskDrawing(MaskValue):
    """The masked objects of a picture of width × height pixels, or of a clip of `frames` frames."""

    width: int = Field(ge=1, le=1 << 16)
    height: int = Field(ge=1, le=1 << 16)
    frames: int = Field(default=1, ge=1)
    objects: tuple[DrawnObject, ...] = Field(default=(), max_length=MOST_OBJECTS)

    @property
    def is_moving(self) -> bool:
        """True if at least one object has a mask that was tracked through the clip."""
        return any(one.moving for one in self.objects)

    @property
    def active_objects(self) -> tuple[DrawnObject, ...]:
        """The objects that are switched on."""
        return tuple(one for one in self.objects if one.on)

    def get_object(self, number: int) -> DrawnObject:
        """Return the object with a number. Raises NotFound."""
        for one in self.objects:
            if one.number == number:
                return one
        names = ", ".join(str(one.number) for one in self.objects) or "none"
        raise NotFound(f"the mask has no object {number}", f"objects: {names}")

    def key_frames(self) -> tuple[int, ...]:
        """Return the frames at which any object has a key, in order."""
        return tuple(sorted({key.frame for one in self.objects for key in one.keys}))


def add_mask_object(drawing: MaskDrawing, name: str = "") -> tuple[MaskDrawing, DrawnObject]:
    """Return the drawing with a new object that has no actions, and the new object. Raises BadInput if there
    are too many objects.
    """
    if len(drawing.objects) >= MOST_OBJECTS:
        raise BadInput(f"a mask has at most {MOST_OBJECTS} objects", "delete an object that is not needed")
    number = max((one.number for one in drawing.objects), default=0) + 1
    if number > 256:
        number = min(set(range(1, 257)) - {one.number for one in drawing.objects})
    one = DrawnObject(number=number, name=name[:MOST_NAME], colour=get_colour_by_number(number))
    return drawing.model_copy(update={"objects": (*drawing.objects, one)}), one


def get_colour_by_number(number: int) -> str:
    """Return the name of the default colour for an object number. Numbers begin with 1, and the colours
    repeat.
    """
    return tuple(MASK_COLOURS)[(number - 1) % len(MASK_COLOURS)]


def replace_mask_object(drawing: MaskDrawing, one: DrawnObject) -> MaskDrawing:
    """Return the drawing with `one` in place of the object with the same number."""
    objects = tuple(one if each.number == one.number else each for each in drawing.objects)
    return drawing.model_copy(update={"objects": objects})


def remove_mask_object(drawing: MaskDrawing, number: int) -> MaskDrawing:
    """Return the drawing without an object."""
    objects = tuple(one for one in drawing.objects if one.number != number)
    return drawing.model_copy(update={"objects": objects})


def add_mask_action(drawing: MaskDrawing, number: int, frame: int, action: Act) -> MaskDrawing:
    """Return the drawing with an action added to the object `number` at a frame.

    Raises NotFound for an unknown object, BadInput for too many actions.
    """
    one = drawing.get_object(number)
    acts = (*one.acts_at(frame), action)
    if count_acts(acts) > MOST_ACTS:
        raise BadInput(
            f"object {number} was changed more than {MOST_ACTS} times here",
            "save the mask, then continue from it",
        )
    return replace_mask_object(drawing, one.with_key_at(frame, acts=acts))


def combine_mask_objects(
    drawing: MaskDrawing, number: int, other: int, frame: int, how: CombineMode
) -> MaskDrawing:
    """Return the drawing with an action added at a frame that combines the mask of object `number` with the
    mask of object `other`. `how` is addition, subtraction or intersection.

    Raises BadInput if both are the same object, and the errors of `add_mask_action`.
    """
    if number == other:
        raise BadInput(f"object {number} can't be joined with itself", "name another object")
    acts = drawing.get_object(other).acts_at(frame)
    return add_mask_action(drawing, number, frame, Combine(how=how, acts=acts))


def add_mask_click(
    drawing: MaskDrawing,
    number: int,
    frame: int,
    click: MaskClick,
    around: tuple[float, float, float, float] | None = None,
) -> MaskDrawing:
    """Return the drawing with a click added to the object `number` at a frame. Raises NotFound for an unknown
    object.

    `around` is the box around the object's mask; it is stored with the first click.
    """
    one = drawing.get_object(number)
    key = one.key(frame)
    clicks = key.clicks if key else ()
    box = key.box if key and clicks else around
    return replace_mask_object(drawing, one.with_key_at(frame, clicks=(*clicks, click), box=box))


def set_found_mask(
    drawing: MaskDrawing, number: int, frame: int, file: str, file_frame: int = 0
) -> MaskDrawing:
    """Return the drawing with a mask file that a model found for an object. Raises NotFound for an unknown
    object.

    The file replaces an earlier result at the frame, and the user's other actions are applied over it.
    `file_frame` is the frame to use if the file is a clip.
    """
    one = drawing.get_object(number)
    by_hand = tuple(act for act in one.acts_at(frame) if not isinstance(act, FoundMask))
    return replace_mask_object(
        drawing, one.with_key_at(frame, acts=(FoundMask(file=file, frame=file_frame), *by_hand))
    )


def set_tracked_files(drawing: MaskDrawing, files: Mapping[int, str]) -> MaskDrawing:
    """Return the drawing with the files of the masks that were tracked through the clip. `files` maps object
    numbers to paths.
    """
    objects = tuple(
        one.model_copy(update={"moving": files[one.number]}) if one.number in files else one
        for one in drawing.objects
    )
    return drawing.model_copy(update={"objects": objects})


def list_drawing_files(drawing: MaskDrawing) -> set[str]:
    """Return all files that a drawing refers to."""
    moving = {one.moving for one in drawing.objects if one.moving}
    return moving.union(*(list_act_files(key.acts) for one in drawing.objects for key in one.keys))


def replace_drawing_files(drawing: MaskDrawing, places: Mapping[str, str]) -> MaskDrawing:
    """Return the drawing with the paths of moved files replaced. `places` maps old paths to new paths."""

    def moved(actions: tuple[Act, ...]) -> tuple[Act, ...]:
        out: list[Act] = []
        for act in actions:
            if isinstance(act, FoundMask):
                out.append(act.model_copy(update={"file": places.get(act.file, act.file)}))
            elif isinstance(act, Combine):
                out.append(act.model_copy(update={"acts": moved(act.acts)}))
            else:
                out.append(act)
        return tuple(out)

    objects = tuple(
        one.model_copy(
            update={
                "moving": places.get(one.moving, one.moving),
                "keys": tuple(key.model_copy(update={"acts": moved(key.acts)}) for key in one.keys),
            }
        )
        for one in drawing.objects
    )
    return drawing.model_copy(update={"objects": objects})


def parse_mask_drawing(text: str) -> MaskDrawing:
    """Return the drawing from its JSON. Raises BadInput if the JSON is not a drawing."""
    try:
        drawing = MaskDrawing.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise BadInput(f"that is no drawing of a mask: {where}: {first['msg']}"[:300]) from None
    numbers = [one.number for one in drawing.objects]
    if len(set(numbers)) != len(numbers):
        raise BadInput("this is not a drawing of a mask: two objects have the same number")
    return drawing
