"""A drawing: the objects that were masked in a picture or clip, numbered, named and coloured, with what was
done to each at each frame. Values alone; every change gives a new one, so that a step back is the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.media.masks.acts import Act, ActValue, Combine, Found, Number, Spot, count, files_of

How = Literal["add", "subtract", "meet"]  # of two objects
COLOURS = ("rose", "amber", "lime", "cyan", "violet", "white")
MOST_OBJECTS = 64
MOST_ACTS = 2000  # of an object at a frame, those of combined objects among them
MOST_NAME = 80


class Clicked(ActValue):
    """A click on the picture: `belongs` is whether the object is there."""

    at: Spot
    belongs: bool = True


class Key(ActValue):
    """What was done to an object at a frame: clicks that a model is asked with, and acts in order.
    `box` is around what was there before it was clicked: what the clicks correct.
    """

    frame: int = Field(default=0, ge=0)
    acts: tuple[Act, ...] = ()
    clicks: tuple[Clicked, ...] = ()
    box: tuple[Number, Number, Number, Number] | None = None


class DrawnObject(ActValue):
    """One object. `moving` is the file of its mask through the clip, where it was tracked; at the frames of
    `keys` the keys stand instead. What is not `on` is left out of the whole.
    """

    number: int = Field(ge=1, le=256)
    name: str = Field(default="", max_length=MOST_NAME)
    colour: str = COLOURS[0]
    on: bool = True
    moving: str = ""
    keys: tuple[Key, ...] = ()

    def key(self, frame: int) -> Key | None:
        return next((key for key in self.keys if key.frame == frame), None)

    def acts_at(self, frame: int) -> tuple[Act, ...]:
        """What makes its mask at a frame: the key there, else the mask through the clip."""
        key = self.key(frame)
        if key is not None and (key.acts or not self.moving):
            return key.acts
        return (Found(file=self.moving, frame=frame),) if self.moving else ()

    def at(self, frame: int, **changes: Any) -> DrawnObject:
        """The object with another key at that frame, which begins with what was there."""
        key = self.key(frame) or Key(frame=frame, acts=self.acts_at(frame))
        kept = [one for one in self.keys if one.frame != frame]
        keys = sorted([*kept, key.model_copy(update=changes)], key=lambda one: one.frame)
        return self.model_copy(update={"keys": tuple(keys)})


class Drawing(ActValue):
    """Objects over a picture of that size, or over a clip of so many frames."""

    width: int = Field(ge=1, le=1 << 16)
    height: int = Field(ge=1, le=1 << 16)
    frames: int = Field(default=1, ge=1)
    objects: tuple[DrawnObject, ...] = Field(default=(), max_length=MOST_OBJECTS)

    @property
    def is_moving(self) -> bool:
        """Whether an object was tracked through the clip."""
        return any(one.moving for one in self.objects)

    @property
    def shown(self) -> tuple[DrawnObject, ...]:
        """The objects that count."""
        return tuple(one for one in self.objects if one.on)

    def object(self, number: int) -> DrawnObject:
        """The object of that number. Raises NotFound."""
        for one in self.objects:
            if one.number == number:
                return one
        there = ", ".join(str(one.number) for one in self.objects) or "none"
        raise NotFound(f"there is no object {number} in the mask", f"there are: {there}")

    def key_frames(self) -> tuple[int, ...]:
        """The frames at which something was done by hand, in their order."""
        return tuple(sorted({key.frame for one in self.objects for key in one.keys}))


def added(drawing: Drawing, name: str = "") -> tuple[Drawing, DrawnObject]:
    """The drawing with one more object, which nothing was done to yet. Raises BadInput for too many."""
    if len(drawing.objects) >= MOST_OBJECTS:
        raise BadInput(f"a mask has {MOST_OBJECTS} objects at most", "delete one that is not needed")
    number = max((one.number for one in drawing.objects), default=0) + 1
    if number > 256:
        number = min(set(range(1, 257)) - {one.number for one in drawing.objects})
    one = DrawnObject(number=number, name=name[:MOST_NAME], colour=COLOURS[(number - 1) % len(COLOURS)])
    return drawing.model_copy(update={"objects": (*drawing.objects, one)}), one


def replaced(drawing: Drawing, one: DrawnObject) -> Drawing:
    """The drawing with that object in place of the one of its number."""
    objects = tuple(one if each.number == one.number else each for each in drawing.objects)
    return drawing.model_copy(update={"objects": objects})


def without(drawing: Drawing, number: int) -> Drawing:
    """The drawing without an object."""
    objects = tuple(one for one in drawing.objects if one.number != number)
    return drawing.model_copy(update={"objects": objects})


def done(drawing: Drawing, number: int, frame: int, act: Act) -> Drawing:
    """The drawing with one more act of an object at a frame. Raises NotFound, BadInput for too many."""
    one = drawing.object(number)
    acts = (*one.acts_at(frame), act)
    if count(acts) > MOST_ACTS:
        raise BadInput(
            f"more than {MOST_ACTS} acts were done to object {number} here",
            "keep the mask, then go on from it",
        )
    return replaced(drawing, one.at(frame, acts=acts))


def combined(drawing: Drawing, number: int, other: int, frame: int, how: How) -> Drawing:
    """The drawing with another object's mask added to one, taken from it, or met. Raises as `done`."""
    if number == other:
        raise BadInput(f"object {number} is no other than itself", "name another one")
    acts = drawing.object(other).acts_at(frame)
    return done(drawing, number, frame, Combine(how=how, acts=acts))


def clicked(
    drawing: Drawing,
    number: int,
    frame: int,
    click: Clicked,
    around: tuple[float, float, float, float] | None = None,
) -> Drawing:
    """The drawing with one more click on an object at a frame; `around` is the box of what is there
    before the first of them. Raises NotFound.
    """
    one = drawing.object(number)
    key = one.key(frame)
    clicks = key.clicks if key else ()
    box = key.box if key and clicks else around
    return replaced(drawing, one.at(frame, clicks=(*clicks, click), box=box))


def found(drawing: Drawing, number: int, frame: int, file: str, file_frame: int = 0) -> Drawing:
    """The drawing where a model has found an object (anew): its file comes first, what was drawn since
    stays over it. Raises NotFound.
    """
    one = drawing.object(number)
    by_hand = tuple(act for act in one.acts_at(frame) if not isinstance(act, Found))
    return replaced(drawing, one.at(frame, acts=(Found(file=file, frame=file_frame), *by_hand)))


def tracked(drawing: Drawing, files: Mapping[int, str]) -> Drawing:
    """The drawing where objects were tracked through the clip: by number the files of their masks."""
    objects = tuple(
        one.model_copy(update={"moving": files[one.number]}) if one.number in files else one
        for one in drawing.objects
    )
    return drawing.model_copy(update={"objects": objects})


def files_named(drawing: Drawing) -> set[str]:
    """All files that a drawing names."""
    moving = {one.moving for one in drawing.objects if one.moving}
    return moving.union(*(files_of(key.acts) for one in drawing.objects for key in one.keys))


def with_files(drawing: Drawing, places: Mapping[str, str]) -> Drawing:
    """The drawing whose files lie elsewhere now: by their old paths the new ones."""

    def moved(acts: tuple[Act, ...]) -> tuple[Act, ...]:
        out: list[Act] = []
        for act in acts:
            if isinstance(act, Found):
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


def read(text: str) -> Drawing:
    """A drawing as JSON says it. Raises BadInput for what is none."""
    try:
        drawing = Drawing.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise BadInput(f"that is no drawing of a mask: {where}: {first['msg']}"[:300]) from None
    numbers = [one.number for one in drawing.objects]
    if len(set(numbers)) != len(numbers):
        raise BadInput("that is no drawing of a mask: two objects have one number")
    return drawing
