"""The rule that chooses the pipeline for a shot. It is one pure function, and its reason is shown to the
user.

`ti2vid` begins from text, or from a picture at frame 0. `keyframe` follows pictures and clips at any frame.
`ic_lora` follows a control map through the shot, and can follow pictures and clips at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.engines.catalog.rows import ltx2_changes
from milimo_tui.engines.contract.fitting import round_frames_down
from milimo_tui.engines.ltx2.plan.generations import TIME
from milimo_tui.engines.specs.video_specs import Control

Pipeline = Literal["ti2vid", "keyframe", "ic_lora"]
PIPELINES: tuple[Pipeline, ...] = ("ti2vid", "keyframe", "ic_lora")


@dataclass(frozen=True, slots=True)
class FollowedFrame:
    """A frame of the take at which the take follows a picture or clip. `clip` is True if the input has more
    than one picture.
    """

    frame: int
    clip: bool = False


@dataclass(frozen=True, slots=True)
class PipelineChoice:
    """The pipeline that was chosen for a shot, and the reason in words for the user."""

    pipeline: Pipeline
    reason: str


def choose_pipeline(
    requested: str, followed: Sequence[FollowedFrame], controls: Sequence[str], frames: int
) -> PipelineChoice:
    """Return the pipeline for a shot. `requested` is the name of a pipeline, or `auto`. Raises BadInput for
    an unknown name. If the named pipeline cannot make the shot, raises Refused with the name of a pipeline
    that can.
    """
    needed = _find_needed_pipeline(followed, controls, frames)
    if requested in ("auto", ""):
        return needed
    if requested not in PIPELINES:
        raise BadInput(f"there is no pipeline “{requested}”", f"pipelines: auto, {', '.join(PIPELINES)}")
    if PIPELINES.index(requested) < PIPELINES.index(needed.pipeline):
        raise Refused(
            f"{requested} can't make this shot: {needed.reason}",
            f"milimo shot set --pipeline auto (or {needed.pipeline}), or remove what the shot follows",
        )
    if requested == "ic_lora" and not controls:
        raise Refused(
            "ic_lora follows a control, and the shot has none",
            "add a control to the shot, or milimo shot set --pipeline auto",
        )
    return PipelineChoice(PIPELINES[PIPELINES.index(requested)], f"{requested}, set in the shot")


def _find_needed_pipeline(
    followed: Sequence[FollowedFrame], controls: Sequence[str], frames: int
) -> PipelineChoice:
    """Return the simplest pipeline that supports all inputs of the shot."""
    if controls:
        text = "it uses reference pictures" if set(controls) == {"subjects"} else ""
        named = ", ".join(dict.fromkeys(controls))
        return PipelineChoice("ic_lora", text or f"it follows a control ({named})")
    clips = [one for one in followed if one.clip]
    if clips:
        return PipelineChoice("keyframe", f"it follows a clip at frame {clips[0].frame}")
    later = [one for one in followed if one.frame > 0]
    if later and len(followed) > 1:
        both = {one.frame for one in followed} == {0, frames - 1}
        return PipelineChoice(
            "keyframe", f"it follows {'first and last frame' if both else f'{len(followed)} key frames'}"
        )
    if later:
        return PipelineChoice("keyframe", f"it follows a picture at frame {later[0].frame}")
    if followed:
        return PipelineChoice("ti2vid", "it begins with a picture")
    return PipelineChoice("ti2vid", "it is made from text alone")


def resolve_frame(frame: int, frames: int) -> int:
    """Convert a frame number, which is negative if it counts from the end of the take, to a number counted
    from the start. Raises BadInput for a frame outside the take, because a pipeline would silently ignore it.
    """
    at = frame + frames if frame < 0 else frame
    if not 0 <= at < frames:
        raise BadInput(
            f"frame {frame} is outside a take of {frames} frames",
            f"choose a frame from 0 to {frames - 1}, or −1 for the last frame",
        )
    return at


def fit_clip_length(count: int, frame: int, frames: int) -> int:
    """Return the number of frames of a clip that the take follows from its frame `frame` on: the largest 8k +
    1 that fits into the clip's `count` frames and into the take's `frames`.
    """
    return round_frames_down(min(count, frames - frame), TIME)


# If the input of such a control is not a map, the job that makes the take computes the map by the named
# method. Maps for all other kinds of control are made earlier by a separate job (`control make`).
MADE_OF: dict[str, str] = {"canny": "edges", **dict.fromkeys(("detail", *ltx2_changes.KINDS), "picture")}


def refuse_missing_maps(controls: Sequence[Control]) -> None:
    """Raise Refused for a control whose input is not a map, if only a separate job can make a map from it."""
    for control in controls:
        if not control.prepared and control.kind not in MADE_OF:
            named = Path(control.input).name if isinstance(control.input, str) else "the input"
            raise Refused(
                f"{named} is to be followed as a {control.kind} map, but such a map can't be made "
                "during a take",
                f"milimo control make {named} --kind {control.kind} makes the map first; or follow "
                "its edges (canny)",
            )
