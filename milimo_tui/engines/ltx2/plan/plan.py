"""What will be made of a shot, before anything is loaded: pipeline and why, fit, schedule, guidance, chunks.

Pure: from a spec and what is known of the weights. The studio shows it, the engine runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.prompt_tokens import Unread
from milimo_tui.engines.contract.fitting import Fitted, fit, frames_up, refuse_odd
from milimo_tui.engines.ltx2.plan import camera_loras, chain, messages
from milimo_tui.engines.ltx2.plan.chain import Part
from milimo_tui.engines.ltx2.plan.generations import (
    CHUNK,
    FILM,
    TIME,
    Generation,
    limits,
    longest,
    seconds_at,
)
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF, Guidance, guidance
from milimo_tui.engines.ltx2.plan.pipeline_rule import Chosen, Followed, choose, frame_in, refuse_unmade
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED, REFINE, Schedule, sigmas
from milimo_tui.engines.specs.video_specs import Chunk, Conditioning, MakeVideo

__all__ = ["Plan", "Weights", "as_made", "fitting", "followed_by", "plan"]

CONTROLS = frozenset({"depth", "canny", "pose", "detail", "motion"})
LEAST_OF_TWO = 128  # pixels of a side in two stages: half of it is the least that a first pass can use
PRECEDENCE = ("hand", "board", "continuity")


@dataclass(frozen=True, slots=True)
class Weights:
    """What is known of the weights: generation, whether they are distilled, which additions go with them."""

    generation: Generation
    distilled: bool = False
    upsampler: bool = True
    temporal_upsampler: bool = True
    distilled_lora: bool = True
    controls: frozenset[str] = CONTROLS  # kinds that an IC-LoRA is here for
    downscales: Mapping[str, int] = field(default_factory=dict)  # by kind, how much smaller its reference is
    cameras: Mapping[str, str] = field(default_factory=dict)  # LoRAs that are here, by movement
    unread: Callable[[str], Unread | None] = lambda text: None  # what the encoder leaves out of a prompt

    def downscale(self, spec: MakeVideo) -> int:
        """By how much references are smaller than the take. Raises Refused for controls that differ in it."""
        by_kind = {control.kind: self.downscales.get(control.kind, 1) for control in spec.control}
        if len(set(by_kind.values())) > 1:
            factors = ", ".join(f"{kind} 1/{factor}" for kind, factor in by_kind.items())
            raise Refused(
                f"these controls can't be followed at once: their references differ in size ({factors})",
                "follow one of them",
            )
        return max(by_kind.values(), default=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """One take as it will be made. `width` and `height` are those of the last pass, cut to the spec's.

    `parts` are the chunks (one where the take fits); `base_frames` are those sampled, fewer than the take's
    where time is upscaled. `conditioning` is what is followed, by precedence; `changes` are for the person.
    """

    generation: Generation
    pipeline: Chosen
    fitted: Fitted
    stages: Literal[1, 2]
    schedule: Schedule
    sigmas: tuple[float, ...]
    refine: tuple[float, ...]
    guidance: Guidance
    parts: tuple[Part, ...]
    conditioning: tuple[Conditioning, ...]
    temporal_upscale: bool
    camera: str  # the id of the LoRA that moves the camera; empty: words alone
    lora_for: frozenset[str]  # passes (`first`, `second`) that need the distilled LoRA
    unread: Mapping[str, Unread]  # of prompts, by the prompt: those that are not read to their end
    changes: tuple[str, ...]

    @property
    def negative(self) -> str:
        """What the take is guided away from; empty where text guidance is off."""
        return self.parts[0].negative if self.guidance.listens else ""

    @property
    def go(self) -> int:
        """Frames of the longest go."""
        return max(part.frames for part in self.parts)

    @property
    def is_divisible(self) -> bool:
        """Whether it could be made in more chunks than it is."""
        return not self.temporal_upscale

    @property
    def steps(self) -> int:
        """Of all passes of all chunks."""
        return (len(self.sigmas) + len(self.refine)) * len(self.parts)


def fitting(spec: MakeVideo, weights: Weights, clips: Sequence[bool], fits: Callable[[int], bool]) -> Plan:
    """The plan with the fewest chunks that memory allows: `fits` tells of a go of so many frames. Chunks of
    the makers' usual length are not asked about. Raises as `plan`.
    """
    made = plan(spec, weights, clips)
    while made.go > CHUNK and made.is_divisible and not fits(made.go):
        frames = made.fitted.frames
        shorter = chain.evenly(frames, frames, len(made.parts) + 1)
        made = plan(spec, weights, clips, max(CHUNK, shorter))
    return made


def plan(spec: MakeVideo, weights: Weights, clips: Sequence[bool] = (), go: int = 0) -> Plan:
    """The plan of a shot. `clips` tells for each conditioning whether it is a clip (else a picture). `go` is
    the most frames of one go that memory allows; 0: as many as the model can.

    Raises BadInput, Refused or Unavailable with the nearest thing that can be made.
    """
    spec = as_made(spec)
    refuse_odd(spec.width, spec.height)
    refuse_unmade(spec.control)
    _refuse_controls(spec, weights)
    stages, one_stage = _stages(spec, weights)
    schedule = _schedule(spec, weights)
    steps, fewer_steps = _steps(spec, weights.generation, schedule)
    fitted = _fitted(spec, weights, stages)
    kept = followed_by(spec.conditioning)
    chosen = _pipeline(spec, kept, clips, fitted.frames)
    used = guidance(FULL if schedule == "full" else OFF, spec.guidance, spec.guidance_parts)
    negative = spec.negative or (weights.generation.negative if used.listens else "")
    parts = _parts(spec, weights, fitted.frames, go, negative)
    camera = camera_loras.used(spec, weights.cameras, weights.generation.id, weights.generation.title)
    words = dict.fromkeys([*(part.prompt for part in parts), spec.negative if used.listens else ""])
    unread = {text: left for text in words if (left := weights.unread(text)) is not None}
    return Plan(
        generation=weights.generation,
        pipeline=chosen,
        fitted=fitted,
        stages=stages,
        schedule=schedule,
        sigmas=sigmas(schedule, steps),
        refine=REFINE if stages == 2 else (),
        guidance=used,
        parts=parts,
        conditioning=kept,
        temporal_upscale=spec.temporal_upscale,
        camera=camera,
        lora_for=_lora_for(weights, stages, schedule),
        unread=unread,
        changes=(
            *messages.of_length(spec, unread),
            *fitted.changes,
            *one_stage,
            *fewer_steps,
            *_full_instead(spec, weights, stages, schedule),
            *messages.of_guidance(spec, schedule, used),
            *messages.of_chain(spec, parts, used, go),
            *messages.of_conditioning(spec, kept, fitted.frames),
            *camera_loras.message(spec, camera),
            *messages.of_references(spec),
            *messages.of_sound_alone(spec),
        ),
    )


def as_made(spec: MakeVideo) -> MakeVideo:
    """The order as it is made: of new sound for a take, what is said of its pictures has no say."""
    if spec.over is None:
        return spec
    pictures = {
        "conditioning": (),
        "control": (),
        "temporal_upscale": False,
        "pipeline": "auto",
        "chunks": (),
    }
    return spec.model_copy(update={**pictures, "stages": "one", "sound": None})


def followed_by(conditioning: Sequence[Conditioning]) -> tuple[Conditioning, ...]:
    """What is followed where several want the same frame: by hand, before the board, before continuity."""
    won: dict[int, Conditioning] = {}
    for one in sorted(conditioning, key=lambda one: PRECEDENCE.index(one.source)):
        won.setdefault(one.frame, one)
    return tuple(one for one in conditioning if won[one.frame] is one)


def _fitted(spec: MakeVideo, weights: Weights, stages: int) -> Fitted:
    row_limits = limits(
        weights.generation, stages="one" if stages == 1 else "two", downscale=weights.downscale(spec)
    )
    return fit(row_limits, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)


def _pipeline(spec: MakeVideo, kept: Sequence[Conditioning], clips: Sequence[bool], frames: int) -> Chosen:
    shown = dict(zip(spec.conditioning, clips, strict=False))
    followed = [Followed(frame_in(one.frame, frames), shown.get(one, False)) for one in kept]
    return choose(spec.pipeline, followed, [control.kind for control in spec.control], frames)


def _parts(spec: MakeVideo, weights: Weights, frames: int, go: int, negative: str) -> tuple[Part, ...]:
    """The chunks. Raises Refused where time is to be doubled and can't be."""
    written = spec.prompt, negative, spec.chunks
    if not spec.temporal_upscale:
        most = min(longest(spec.rate, seconds_at(spec.width, spec.height)), go or FILM)
        length = CHUNK if any(one != Chunk() for one in spec.chunks) else chain.evenly(frames, most)
        return chain.parts(frames, spec.seed, *written, length)
    if not weights.temporal_upsampler:
        raise Refused(
            f"{weights.generation.title} has no temporal upsampler here",
            _gets(weights.generation, "temporal_upsampler", "milimo shot set --temporal-upscale off"),
        )
    sampled, most = frames_up((frames + 1) // 2, TIME), longest(spec.rate / 2)
    if sampled > most:
        raise Refused(
            f"{frames} frames are too many for temporal upscaling, which doubles one go",
            f"make at most {2 * most - 1} frames, or milimo shot set --temporal-upscale off",
        )
    return chain.parts(sampled, spec.seed, *written, sampled)


def _gets(row: Generation, role: str, otherwise: str) -> str:
    """The command that gets what a generation lacks here, where its makers have it, or what to do else."""
    ids = [each.id for each in MODELS if (each.family, each.generation, each.role) == ("ltx2", row.id, role)]
    return f"milimo model download {ids[0]}, or {otherwise}" if ids else f"there is none: {otherwise}"


def _stages(spec: MakeVideo, weights: Weights) -> tuple[Literal[1, 2], tuple[str, ...]]:
    """One or two, and why there is one where two were to be expected. Raises Refused, BadInput."""
    small = min(spec.width, spec.height) < LEAST_OF_TWO
    if spec.stages == "one":
        return 1, ()
    if spec.stages == "two":
        _refuse_two_stages(spec, weights, small)
        return 2, ()
    if not weights.upsampler:
        return 1, ("one stage: there is no latent upsampler here",)
    if not weights.distilled and not weights.distilled_lora:
        return 1, ("one stage: the second needs the distilled LoRA, which is not here",)
    return (1, ()) if small else (2, ())


def _refuse_two_stages(spec: MakeVideo, weights: Weights, small: bool) -> None:
    if not weights.upsampler:
        raise Refused(
            f"{weights.generation.title} has no latent upsampler here, which two stages need",
            _gets(weights.generation, "upsampler", "milimo shot set --stages one"),
        )
    if small:
        raise BadInput(
            f"{spec.width}×{spec.height} is too small for two stages",
            f"milimo shot set --stages one, or sides of {LEAST_OF_TWO} up",
        )


def _schedule(spec: MakeVideo, weights: Weights) -> Schedule:
    """Distilled first, as the makers recommend, where the weights can; the full schedule where a shot asks
    for what it alone has. Controls run distilled: their LoRAs were trained so.
    """
    if spec.schedule == "full" and weights.distilled:
        raise Refused(
            "these weights are distilled: they have no full schedule",
            "milimo shot set --schedule auto, or choose the full weights: milimo model use",
        )
    if spec.schedule != "auto":
        return spec.schedule
    if weights.distilled or (weights.distilled_lora and (spec.control or not _asks_for_full(spec))):
        return "distilled"
    return "full"


def _asks_for_full(spec: MakeVideo) -> bool:
    """Whether the shot says what only the full schedule listens to."""
    return bool(spec.negative) or (spec.guidance or 1.0) > 1.0 or (spec.steps or 0) > len(DISTILLED)


def _full_instead(spec: MakeVideo, weights: Weights, stages: int, schedule: Schedule) -> tuple[str, ...]:
    """What the full schedule would bring and cost, where it was not asked about and could be had."""
    if spec.schedule != "auto" or schedule == "full" or weights.distilled or spec.control:
        return ()
    full, used = weights.generation.steps, guidance(FULL, None, spec.guidance_parts)
    share = 1 / 4 if stages == 2 else 1.0  # of the pixels, in the first of two passes
    refined = len(REFINE) if stages == 2 else 0
    times = (full * used.passes * share + refined) / (len(DISTILLED) * share + refined)
    return (
        f"{len(DISTILLED)} steps by the distilled LoRA; --schedule full: {full} guided ones and more detail, "
        f"in about {times:.0f} times the time",
    )


def _lora_for(weights: Weights, stages: int, schedule: Schedule) -> frozenset[str]:
    """The passes that full weights need the distilled LoRA for. Raises Refused where it is not here."""
    needs = {"first": schedule == "distilled", "second": stages == 2}
    passes = frozenset(name for name, needed in needs.items() if needed and not weights.distilled)
    if passes and not weights.distilled_lora:
        raise Refused(
            "the second pass of these weights needs the distilled LoRA, which is not here"
            if "second" in passes
            else "the distilled schedule needs distilled weights or their LoRA; none is here",
            _gets(weights.generation, "distilled_lora", "milimo shot set --stages one --schedule full"),
        )
    return passes


def _steps(spec: MakeVideo, row: Generation, schedule: Schedule) -> tuple[int, tuple[str, ...]]:
    if spec.steps is None:
        return (len(DISTILLED) if schedule == "distilled" else row.steps), ()
    if schedule == "distilled" and spec.steps > len(DISTILLED):
        return len(DISTILLED), (
            f"{len(DISTILLED)} steps instead of {spec.steps}: the distilled schedule's own",
        )
    return spec.steps, ()


def _refuse_controls(spec: MakeVideo, weights: Weights) -> None:
    row = weights.generation
    for control in spec.control:
        if control.kind in weights.controls:
            continue
        if control.kind in row.lacks:
            raise Refused(f"{row.title} has no control of {control.kind}", row.lacks[control.kind])
        ids = [
            each.id for each in MODELS if each.generation == row.id and control.kind in each.control.split()
        ]
        raise Unavailable(
            f"the control of {control.kind} needs an IC-LoRA of {row.title}, which is not here",
            f"milimo model download {ids[0]}" if ids else "milimo model list --family ltx2",
        )
