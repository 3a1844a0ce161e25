"""DFR, diffusion fidelity rendering: what an order of it has to be, and what is said of it. Pure.

Half the size first with key frames painted beside the take, then both at full size, led by the first and the
makers' detailing LoRA; where time is doubled, a round over that. Key frames are at the borders of even
segments, for which a take is made a little longer and cut again (diffusers 0.42.1, `LTX2DFRPipeline`,
`dfr_layout.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import Refused, Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.ltx2.plan.generations import TIME, Generation, longest, seconds_at
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED
from milimo_tui.engines.specs.video_specs import MakeVideo

STAGES = "dfr"  # as `--stages` names it
ROLE = "detailing_lora"
OTHERWISE = "milimo shot set --stages two"
SEGMENTS = (24, 32)  # frames; of two that need as many more, the longer
REFERENCE = 2  # by how much the first pass is smaller
STRENGTH = 0.5  # of the detailing LoRA, as the makers fix it
ROUND = DISTILLED[4:]  # noise levels of the round that doubles the frames
TILES = 2  # of that round, in time
SNAPPED = 30  # frames a second above which the model is told of 60, whatever the take's rate is


@dataclass(frozen=True, slots=True)
class Canvas:
    """`frames` that are sampled, key frames at `positions`; `doubled` once more in time afterwards."""

    frames: int
    positions: tuple[int, ...]
    doubled: bool = False

    @property
    def slots(self) -> int:
        """Key frames that are painted, each as many tokens as a latent of the take."""
        return len(self.positions)

    @property
    def tiles(self) -> int:
        """Parts of the round that doubles the frames; none where they are not."""
        return min(TILES, self.slots) if self.doubled else 0

    @property
    def round_steps(self) -> int:
        return len(ROUND) * self.tiles


def canvas(frames: int, *, doubled: bool = False) -> Canvas:
    """The canvas of a take of so many frames, one and eights."""
    content = max(TIME, frames - 1)
    segment = max(SEGMENTS, key=lambda one: (-(-content % one), one))
    whole = content + -content % segment
    return Canvas(whole + 1, tuple(range(segment, whole + 1, segment)), doubled)


def require(spec: MakeVideo, row: Generation, *, detailing: bool) -> None:
    """Raises Refused for what DFR can't make, Unavailable where its LoRA is not here."""
    if not row.paints_keyframes:
        raise Refused(f"{row.title} paints no key frames, which DFR begins with", f"LTX-2.5, or {OTHERWISE}")
    if spec.schedule == "full" or (spec.guidance or 1.0) > 1.0:
        raise Refused("DFR has the distilled schedule alone, without guidance", OTHERWISE)
    other = next((words for words, asked in _others(spec).items() if asked), "")
    if other:
        raise Refused(f"DFR follows no {other}: what it is led by is its own first pass", OTHERWISE)
    if not detailing:
        ids = [each.id for each in MODELS if (each.generation, each.role) == (row.id, ROLE)]
        raise Unavailable(
            f"DFR needs the detailing LoRA of {row.title}, which is not here",
            f"milimo model download {ids[0]}, or {OTHERWISE}" if ids else OTHERWISE,
        )


def _others(spec: MakeVideo) -> dict[str, bool]:
    """What else a take can be led by, and whether it is asked for."""
    return {
        "control": bool(spec.control),
        "recorded sound": spec.sound is not None,
        "take that goes on": spec.extension is not None,
        "scene in one go": bool(spec.pieces),
        "part with words of its own": bool(spec.chunks),
        "pictures that go along": spec.subjects.by == "on",
        "cache of steps": spec.cache != "off",
    }


def refuse_long(spec: MakeVideo, frames: int) -> None:
    """Raises Refused for more than one go: key frames of one part are unknown to the next."""
    most = longest(spec.rate, seconds_at(spec.width, spec.height))
    if frames > most:
        raise Refused(
            f"DFR makes a take in one go, of at most {most} frames at {spec.width}×{spec.height}",
            f"a shorter shot, or {OTHERWISE}",
        )


def told(spec: MakeVideo, painted: Canvas | None) -> tuple[str, ...]:
    """What is said to the person beforehand."""
    if painted is None:
        return ()
    found = [f"DFR: {painted.slots} key frames are painted beside the take; no card has shown what it brings"]
    if spec.beats.parts and spec.rate > SNAPPED:
        found.append(f"its beats come when the model likes: above {SNAPPED} frames a second DFR sends none")
    return tuple(found)
