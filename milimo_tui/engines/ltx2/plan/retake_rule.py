"""What a take that is there can be changed to: which orders can be, from which noise, and what is said of it.

Pure. The makers' own retake (ltx-pipelines, `retake.py`, August 2026) makes a range of time anew in one
stage; a part of the picture and new edges are the same by token, which they show for no base model.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.engines.ltx2.plan.generations import TIME, Generation
from milimo_tui.engines.specs.video_specs import NOTHING_FOLLOWED, Beats, MakeVideo, Subjects

# An order of before, for which each of these has no say: the take says all of it.
_PICTURES: dict[str, Any] = {
    **NOTHING_FOLLOWED,
    "pipeline": "auto",
    "stages": "one",
    "sound": None,
    "beats": Beats(),
    "subjects": Subjects(),
}


def as_changed(spec: MakeVideo) -> MakeVideo:
    """The order as it is made: of a take that is changed, what a new take would follow has no say."""
    return spec.model_copy(update=_PICTURES) if spec.changes_a_take else spec


def worked_on(spec: MakeVideo, longest: int) -> int:
    """How many frames are encoded, worked on and decoded at once; a go has at most `longest`. `spec.frames`
    are all of the file. Raises BadInput for a range outside of it, Refused for one that no go holds.
    """
    if spec.doubled is not None:
        if spec.doubled.strength and spec.frames > longest:
            raise Refused(
                f"{spec.frames} frames are too many to be gone over once more: {longest} are at once",
                "double it without a strength",
            )
        return spec.frames
    first, last = window(*range_of(spec), spec.frames, longest)
    return last - first


def range_of(spec: MakeVideo) -> tuple[int, int]:
    """The frames of the file that are made anew, [first, last). Raises BadInput where it has not got them."""
    again = spec.again
    assert again is not None
    end = spec.frames if again.end is None else again.end
    if not again.start < end <= spec.frames:
        raise BadInput(
            f"frames {again.start} to {end} are not all in the take, which has {spec.frames}",
            f"a range within 0 to {spec.frames}",
        )
    return again.start, end


def window(start: int, end: int, frames: int, longest: int) -> tuple[int, int]:
    """The frames that are worked on, [first, last): all of a take where one go holds it, else as many before
    the range as behind it: a whole number of latents, one frame and eights. Raises Refused for a range that
    no go holds.
    """
    if end - start > longest:
        raise Refused(
            f"{end - start} frames are too many to be made anew at once",
            f"give a range of at most {longest} frames, and the next one on the take that it makes",
        )
    most = (longest - 1) // TIME * TIME + 1
    if frames <= most:
        return 0, frames
    first = max(0, min((start + end - most) // 2, frames - most))
    return first, first + most


def levels(strength: float, sigmas: tuple[float, ...]) -> tuple[float, ...]:
    """The noise levels of a pass that begins with so much noise over what is there: of a schedule, those
    below it. 0.909375 gives the makers' own second pass.
    """
    if strength <= 0:
        return ()
    return sigmas if strength >= sigmas[0] else (strength, *(one for one in sigmas if one < strength))


def sentences(spec: MakeVideo, row: Generation) -> tuple[str, ...]:
    """What is said to the person beforehand."""
    if spec.doubled is not None:
        return _of_doubling(spec)
    again = spec.again
    if again is None:
        return ()
    found: list[str] = []
    if again.place is not None:
        found.append(f"new edges are unproved on {row.title}: its makers show them for a LoRA alone")
    if again.region is not None or again.mask is not None:
        found.append(
            f"a part of the picture made anew is unproved on {row.title}: its makers show times alone"
        )
    if again.keeps:
        found.append("what stays is kept bit by bit: the file is without loss, about twice as large")
    return tuple(found)


def _of_doubling(spec: MakeVideo) -> tuple[str, ...]:
    doubled = spec.doubled
    assert doubled is not None
    if doubled.what == "sides":
        return (f"{spec.frames} frames of {spec.width}×{spec.height}, its sound as it is",)
    count = doubled.end - doubled.start
    made = 2 * (-(-count // TIME) * TIME + 1) - 1
    return (
        f"{count} frames become {2 * count} at {float(2 * spec.rate):g} a second; of the {made} that the "
        "upsampler makes the last are cut",
    )
