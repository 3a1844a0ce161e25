"""Pictures that a picture is made by: what a shot follows and what shows its elements, in order. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.engines.pictures.courses import Variant
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo


@dataclass(frozen=True, slots=True)
class PictureInput:
    """A picture to look at, or of a clip the picture at a frame, negative from its end."""

    input: Input
    frame: int = 0


def inputs_of(spec: MakePicture | MakeVideo) -> tuple[PictureInput, ...]:
    """What a shot follows, as the person has it in order, then what shows its elements. Strength 0 is not
    followed.
    """
    shown = tuple(PictureInput(one) for one in spec.references)
    if isinstance(spec, MakePicture):
        return shown
    followed = (PictureInput(one.input, frame_of(one)) for one in spec.conditioning if one.strength > 0)
    return (*followed, *shown)


def frame_of(one: Conditioning) -> int:
    """Which frame of a clip is followed, negative from its end."""
    if one.at is not None:
        return one.at
    return -1 if one.source == "continuity" else one.start


def looked_at(
    variant: Variant, spec: MakePicture | MakeVideo, title: str
) -> tuple[tuple[PictureInput, ...], tuple[str, ...]]:
    """Those that the weights look at, and sentences on what is left out. Raises Refused for none, where they
    need one.
    """
    every = inputs_of(spec)
    if not variant.looks:
        what = "what the shot follows" if isinstance(spec, MakeVideo) else "its references"
        said = (f"left out, as {title} makes pictures from words alone: {what}",) if every else ()
        return (), said
    if not every:
        raise Refused(
            f"these weights of {title} change a picture, and none is given",
            "give it a reference, or take weights for words alone: milimo model use",
        )
    notes = []
    conditions = spec.conditioning if isinstance(spec, MakeVideo) else ()
    partly = [one.strength for one in conditions if 0 < one.strength < 1]
    if partly:
        notes.append(f"strength {partly[0]:g} is left out: {title} looks at what a picture follows, whole")
    if len(every) > variant.looks:
        notes.append(f"of {len(every)} references the first {variant.looks} are looked at")
    return every[: variant.looks], tuple(notes)
