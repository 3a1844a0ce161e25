"""List the pictures from which a model makes a new picture: the shot's conditioning pictures, then the
pictures of its elements. Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import Refused
from milimo_tui.engines.pictures.courses import WeightsVariant
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo


@dataclass(frozen=True, slots=True)
class PictureInput:
    """An input picture: a picture file, or frame number `frame` of a clip. A negative frame number counts
    from the clip's end.
    """

    input: Input
    frame: int = 0


def list_picture_inputs(spec: MakePicture | MakeVideo) -> tuple[PictureInput, ...]:
    """Return the shot's conditioning pictures in the user's order, then the pictures of its elements. A
    conditioning picture with strength 0 is left out.
    """
    inputs = tuple(PictureInput(one) for one in spec.references)
    if isinstance(spec, MakePicture):
        return inputs
    followed = (
        PictureInput(one.input, get_condition_frame(one)) for one in spec.conditioning if one.strength > 0
    )
    return (*followed, *inputs)


def get_condition_frame(one: Conditioning) -> int:
    """Return the number of the frame that is used as input picture, if a conditioning input is a clip. A
    negative number counts from the clip's end.
    """
    if one.at is not None:
        return one.at
    return -1 if one.source == "continuity" else one.start


def select_picture_inputs(
    variant: WeightsVariant, spec: MakePicture | MakeVideo, title: str
) -> tuple[tuple[PictureInput, ...], tuple[str, ...]]:
    """Return the input pictures that the weights accept, and a sentence about each that is left out.

    Raises Refused if there is no picture and the weights need at least one.
    """
    every = list_picture_inputs(spec)
    if not variant.looks:
        what = "what the shot follows" if isinstance(spec, MakeVideo) else "its references"
        left_out = (f"left out, as {title} makes pictures from a prompt alone: {what}",) if every else ()
        return (), left_out
    if not every:
        raise Refused(
            f"these weights of {title} change a picture, and none is given",
            "add a reference, or choose weights that need none: milimo model use",
        )
    notes = []
    conditions = spec.conditioning if isinstance(spec, MakeVideo) else ()
    partly = [one.strength for one in conditions if 0 < one.strength < 1]
    if partly:
        notes.append(f"strength {partly[0]:g} is left out: {title} uses references at full strength")
    if len(every) > variant.looks:
        notes.append(f"of {len(every)} references the first {variant.looks} are looked at")
    return every[: variant.looks], tuple(notes)
