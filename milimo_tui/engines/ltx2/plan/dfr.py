"""DFR (diffusion fidelity rendering), a method of LTX-2.5 for making a take: the requirements for a spec, and
its description for users. All functions are pure.

DFR first makes the take and some key frames at half the size. It then makes both at full size, guided by the
first result and by Lightricks' detailing LoRA. If the frame rate is doubled, a further round follows. Key
frames are at the ends of segments of equal length. The take is made slightly longer to fill the last segment,
and is cut afterwards. Source: diffusers 0.42.1, `LTX2DFRPipeline`, `dfr_layout.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import Refused, Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.ltx2.plan.generations import (
    TIME,
    Generation,
    count_longest_pass_frames,
    get_longest_pass_seconds,
)
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED
from milimo_tui.engines.specs.video_specs import MakeVideo

STAGES = "dfr"  # value of the option `--stages` that selects DFR
ROLE = "detailing_lora"
OTHERWISE = "milimo shot set --stages two"
# Possible lengths of a segment in frames. The length that adds fewer frames to the take is used; the longer
# one if both add the same number.
SEGMENTS = (24, 32)
REFERENCE = 2  # factor by which the width and height of the first pass are smaller
STRENGTH = 0.5  # strength of the detailing LoRA, fixed by Lightricks
ROUND = DISTILLED[4:]  # Noise levels of the additional round of sampling after the frame rate was doubled
TILES = 2  # Maximum number of time sections into which the round after the doubling is divided
# Highest rate, in frames per second, that is passed to the model unchanged. For every higher rate, the model
# is given 60.
SNAPPED = 30


@dataclass(frozen=True, slots=True)
class DfrCanvas:
    """The frames that a DFR take samples: `frames` frames with key frames at `positions`. `doubled` means
    that the frame rate is doubled afterwards.
    """

    frames: int
    positions: tuple[int, ...]
    doubled: bool = False

    @property
    def slots(self) -> int:
        """Number of generated key frames. Each has as many tokens as one latent frame of the take."""
        return len(self.positions)

    @property
    def tiles(self) -> int:
        """Number of time sections in the round that follows the doubling of the frame rate; 0 without that
        round.
        """
        return min(TILES, self.slots) if self.doubled else 0

    @property
    def round_steps(self) -> int:
        """Number of steps of the round that follows the doubling of the frame rate."""
        return len(ROUND) * self.tiles


def make_dfr_canvas(frames: int, *, doubled: bool = False) -> DfrCanvas:
    """Return the sampled frames of a take of `frames` frames (8k + 1), lengthened to complete segments."""
    content = max(TIME, frames - 1)
    segment = max(SEGMENTS, key=lambda one: (-(-content % one), one))
    whole = content + -content % segment
    return DfrCanvas(whole + 1, tuple(range(segment, whole + 1, segment)), doubled)


def require_dfr_support(spec: MakeVideo, row: Generation, *, detailing: bool) -> None:
    """Raise Refused for a spec that DFR cannot make, and Unavailable if `detailing` is False, that is, the
    detailing LoRA is not installed.
    """
    if not row.paints_keyframes:
        raise Refused(
            f"{row.title} can't paint key frames, which DFR needs", f"choose LTX-2.5, or {OTHERWISE}"
        )
    if spec.schedule == "full" or (spec.guidance or 1.0) > 1.0:
        raise Refused("DFR works only with the distilled schedule, without guidance", OTHERWISE)
    other = next((words for words, is_used in _list_incompatible_inputs(spec).items() if is_used), "")
    if other:
        raise Refused(f"DFR can't use this input: {other}", OTHERWISE)
    if not detailing:
        ids = [each.id for each in MODELS if (each.generation, each.role) == (row.id, ROLE)]
        raise Unavailable(
            f"DFR needs the detailing LoRA of {row.title}, which is not installed",
            f"milimo model download {ids[0]}, or {OTHERWISE}" if ids else OTHERWISE,
        )


def _list_incompatible_inputs(spec: MakeVideo) -> dict[str, bool]:
    """Return the names of the inputs that DFR cannot use, each with True if the spec has the input."""
    return {
        "control": bool(spec.control),
        "recorded sound": spec.sound is not None,
        "extension of a take": spec.extension is not None,
        "scene in one go": bool(spec.pieces),
        "part with its own prompt": bool(spec.chunks),
        "reference pictures of elements": spec.subjects.by == "on",
        "step cache": spec.cache != "off",
    }


def refuse_long_dfr_take(spec: MakeVideo, frames: int) -> None:
    """Raise Refused for a take that is too long for one pass. DFR cannot make several chunks, because a chunk
    does not know the key frames of the chunk before it.
    """
    most = count_longest_pass_frames(spec.rate, get_longest_pass_seconds(spec.width, spec.height))
    if frames > most:
        raise Refused(
            f"DFR makes a take in one pass, of at most {most} frames at {spec.width}×{spec.height}",
            f"shorten the shot, or {OTHERWISE}",
        )


def describe_dfr(spec: MakeVideo, painted: DfrCanvas | None) -> tuple[str, ...]:
    """Return sentences about the effects of DFR on a take. Empty if `painted` is None, that is, the take does
    not use DFR.
    """
    if painted is None:
        return ()
    found = [f"DFR: {painted.slots} key frames are painted for the take; the effect is unproved"]
    if spec.beats.parts and spec.rate > SNAPPED:
        found.append(
            f"the model chooses the times of the beats: above {SNAPPED} frames a second DFR sends none"
        )
    return tuple(found)
