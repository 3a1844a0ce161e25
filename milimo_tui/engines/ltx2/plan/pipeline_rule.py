"""The choice of the pipeline for a shot: one pure rule, with a reason in words that is shown to the user.

`ti2vid` begins from text, or from a picture at frame 0. `keyframe` follows pictures and clips anywhere.
`ic_lora` follows a control through the shot, and key frames at the same time.
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
    """A frame at which the take follows an input; `clip`: the input has more than one picture."""

    frame: int
    clip: bool = False


@dataclass(frozen=True, slots=True)
class PipelineChoice:
    """The chosen pipeline with the reason."""

    pipeline: Pipeline
    reason: str


def choose_pipeline(
    wish: str, followed: Sequence[FollowedFrame], controls: Sequence[str], frames: int
) -> PipelineChoice:
    """Return the pipeline for a request of `auto` or a name. Raises Refused if the named pipeline can't make
    the shot, with one that can; BadInput for an unknown name.
    """
    needed = _find_needed_pipeline(followed, controls, frames)
    if wish in ("auto", ""):
        return needed
    if wish not in PIPELINES:
        raise BadInput(f"there is no pipeline “{wish}”", f"pipelines: auto, {', '.join(PIPELINES)}")
    if PIPELINES.index(wish) < PIPELINES.index(needed.pipeline):
        raise Refused(
            f"{wish} can't make this shot: {needed.reason}",
            f"milimo shot set --pipeline auto (or {needed.pipeline}), or remove what it follows",
        )
    if wish == "ic_lora" and not controls:
        raise Refused(
            "ic_lora follows a control, and the shot has none",
            "give one (depth, canny, pose, detail, motion), or shot set --pipeline auto",
        )
    return PipelineChoice(PIPELINES[PIPELINES.index(wish)], f"{wish}, set in the shot")


def _find_needed_pipeline(
    followed: Sequence[FollowedFrame], controls: Sequence[str], frames: int
) -> PipelineChoice:
    """Return the simplest pipeline that supports all inputs of the shot."""
    if controls:
        told = "it uses reference pictures" if set(controls) == {"subjects"} else ""
        named = ", ".join(dict.fromkeys(controls))
        return PipelineChoice("ic_lora", told or f"it follows a control ({named})")
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
    """Return a frame number counted from the take's start; negative numbers count from the end. Raises
    BadInput outside the take, because pipelines would silently ignore such a frame.
    """
    at = frame + frames if frame < 0 else frame
    if not 0 <= at < frames:
        raise BadInput(
            f"frame {frame} is outside a take of {frames} frames",
            f"follow a picture at 0 to {frames - 1}, or −1 for the last frame",
        )
    return at


def fit_clip_length(count: int, frame: int, frames: int) -> int:
    """Return the number of frames of a clip that are followed from `frame` on: 8k + 1 that fit into the
    take.
    """
    return round_frames_down(min(count, frames - frame), TIME)


# How a control's map is computed within the take's job, if the input is no map. Other maps are made
# by jobs of their own (`control make`).
MADE_OF: dict[str, str] = {"canny": "edges", **dict.fromkeys(("detail", *ltx2_changes.KINDS), "picture")}


def refuse_missing_maps(controls: Sequence[Control]) -> None:
    """Raise Refused for a control whose input is no map and whose map has to be made by a job of its own."""
    for control in controls:
        if not control.prepared and control.kind not in MADE_OF:
            named = Path(control.input).name if isinstance(control.input, str) else "what it follows"
            raise Refused(
                f"{named} is to be followed as a {control.kind} map, but such a map can't be made "
                "during a take",
                f"milimo control make {named} --kind {control.kind} makes the map first; or follow "
                "its edges (canny)",
            )
