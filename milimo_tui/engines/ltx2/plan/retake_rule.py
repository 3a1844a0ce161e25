"""The rules for changing an existing take: the possible changes, the noise level from which they start, and
the messages for users. All functions are pure.

Lightricks' own retake (ltx-pipelines, `retake.py`, August 2026) regenerates a time range in one stage.
Regions of the picture and new edges are regenerated here by the same method, applied to single tokens.
Lightricks demonstrates this for no base model.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.engines.ltx2.plan.generations import TIME, Generation
from milimo_tui.engines.specs.video_specs import NO_FOLLOWED_FIELDS, Beats, MakeVideo, Subjects

# Fields that are reset for a retake, because the existing take already determines their values.
_PICTURES: dict[str, Any] = {
    **NO_FOLLOWED_FIELDS,
    "pipeline": "auto",
    "stages": "one",
    "sound": None,
    "beats": Beats(),
    "subjects": Subjects(),
}


def clear_followed_inputs(spec: MakeVideo) -> MakeVideo:
    """Return the spec from which the take is made. If the spec changes an existing take, the inputs that only
    a new take would follow are cleared; otherwise the spec is unchanged.
    """
    return spec.model_copy(update=_PICTURES) if spec.changes_a_take else spec


def count_retake_frames(spec: MakeVideo, longest: int) -> int:
    """Return the number of frames that a retake or a doubling of an existing take encodes, samples and
    decodes at once. `longest` is the maximum number of frames in one pass; `spec.frames` is the length of the
    existing file. Raises BadInput if the range of a retake is outside the file, and Refused if a range, or a
    take to be refined, is too long for one pass.
    """
    if spec.doubled is not None:
        if spec.doubled.strength and spec.frames > longest:
            raise Refused(
                f"{spec.frames} frames are too many to refine: the limit is {longest}",
                "leave --strength out to double the take without refining it",
            )
        return spec.frames
    first, last = choose_retake_window(*get_retake_range(spec), spec.frames, longest)
    return last - first


def get_retake_range(spec: MakeVideo) -> tuple[int, int]:
    """Return the range of frames in the file that is regenerated, [first, last). Raises BadInput if the range
    is not inside the file.
    """
    again = spec.again
    assert again is not None
    end = spec.frames if again.end is None else again.end
    if not again.start < end <= spec.frames:
        raise BadInput(
            f"frames {again.start} to {end} are not all in the take, which has {spec.frames} frames",
            f"give a range within 0 to {spec.frames}",
        )
    return again.start, end


def choose_retake_window(start: int, end: int, frames: int, longest: int) -> tuple[int, int]:
    """Return the range of frames that is sampled, [first, last), to regenerate the range [start, end). It is
    the complete take if that fits into one pass of `longest` frames. Otherwise it has 8k + 1 frames, with
    about the same number of frames before and after the regenerated range. Raises Refused for a range that is
    too long for one pass.
    """
    if end - start > longest:
        raise Refused(
            f"{end - start} frames are too many to replace at once",
            f"give a range of at most {longest} frames, then the next range on the new take",
        )
    most = (longest - 1) // TIME * TIME + 1
    if frames <= most:
        return 0, frames
    first = max(0, min((start + end - most) // 2, frames - most))
    return first, first + most


def select_noise_levels(strength: float, sigmas: tuple[float, ...]) -> tuple[float, ...]:
    """Return the noise levels of a pass that adds noise of the level `strength` (0 to 1) to existing latents.
    The first level is `strength`, and those levels of the schedule `sigmas` that are lower follow. The
    strength 0.909375 gives the levels of Lightricks' own second pass. Return no levels for strength 0.
    """
    if strength <= 0:
        return ()
    return sigmas if strength >= sigmas[0] else (strength, *(one for one in sigmas if one < strength))


def describe_retake(spec: MakeVideo, row: Generation) -> tuple[str, ...]:
    """Return sentences about a retake or a doubled take. Empty for a new take."""
    if spec.doubled is not None:
        return _describe_doubling(spec)
    again = spec.again
    if again is None:
        return ()
    found: list[str] = []
    if again.place is not None:
        found.append(f"new edges are unproved on {row.title}: Lightricks shows them only with a LoRA")
    if again.region is not None or again.mask is not None:
        found.append(
            f"a retake of part of a picture is unproved on {row.title}: Lightricks shows only time ranges"
        )
    if again.keeps_some_pixels:
        found.append("the rest stays exactly the same: the file is lossless and about twice as large")
    return tuple(found)


def _describe_doubling(spec: MakeVideo) -> tuple[str, ...]:
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
