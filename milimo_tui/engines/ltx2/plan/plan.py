"""The plan of a shot before anything is loaded: the pipeline with its reason, the size, schedule, guidance
and chunks.

The module is pure: a plan follows from the spec and the known facts about the weights. The studio shows the
plan, and the engine carries it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from milimo_tui.core.errors import BadInput, Refused, Unavailable
from milimo_tui.engines.catalog.model_catalog import MODELS
from milimo_tui.engines.catalog.prompt_tokens import TruncatedPrompt
from milimo_tui.engines.contract.fitting import Fitted, fit, require_even_sides, round_frames_up
from milimo_tui.engines.ltx2.plan import camera_loras, chain, dfr, messages, relay, retake_rule, sound_orders
from milimo_tui.engines.ltx2.plan import subjects as pictures
from milimo_tui.engines.ltx2.plan.chain import ChainChunk
from milimo_tui.engines.ltx2.plan.dfr import DfrCanvas, make_dfr_canvas
from milimo_tui.engines.ltx2.plan.generations import (
    CHUNK,
    FILM,
    TIME,
    Generation,
    count_longest_pass_frames,
    get_longest_pass_seconds,
    limits,
)
from milimo_tui.engines.ltx2.plan.guidance import FULL, OFF, Guidance, guidance
from milimo_tui.engines.ltx2.plan.pipeline_rule import (
    FollowedFrame,
    PipelineChoice,
    choose_pipeline,
    refuse_missing_maps,
    resolve_frame,
)
from milimo_tui.engines.ltx2.plan.schedules import DISTILLED, REFINE, Schedule, compute_sigmas
from milimo_tui.engines.ltx2.plan.spoken_lines import limit_beats_to_speech
from milimo_tui.engines.specs.video_specs import FOLLOWED, Chunk, Conditioning, MakeVideo, Subject

CONTROLS: frozenset[str] = frozenset(FOLLOWED)
LEAST_OF_TWO = 128  # smallest side, in pixels, of a take in two stages; the first pass has half of it
PRECEDENCE = ("hand", "board", "continuity")


@dataclass(frozen=True, slots=True)
class Weights:
    """The known facts about the weights of a take: their generation, whether they are distilled, and which
    additional models are installed for them.
    """

    generation: Generation
    distilled: bool = False
    upsampler: bool = True
    temporal_upsampler: bool = True
    distilled_lora: bool = True
    detailing_lora: bool = True  # True if the detailing LoRA, which DFR needs, is installed
    controls: frozenset[str] = CONTROLS  # kinds of control for which an IC-LoRA is installed
    # Factor by which a control's reference is smaller than the take, by kind of control; 1 if missing.
    downscales: Mapping[str, int] = field(default_factory=dict)
    layout: pictures.Layout = "clip"  # method by which the model receives subject pictures
    # Ids of the installed camera LoRAs by camera movement
    cameras: Mapping[str, str] = field(default_factory=dict)
    # Returns the end of a prompt that is too long for the text encoder, or None if the prompt is read
    # completely.
    unread: Callable[[str], TruncatedPrompt | None] = lambda text: None

    @property
    def takes_voices(self) -> bool:
        """True if a LoRA is installed that makes a character speak in the voice of a voice sample."""
        return sound_orders.VOICE in self.controls

    def get_reference_downscale(self, spec: MakeVideo) -> int:
        """Return the factor by which the references of the spec's controls are smaller than the take. Raises
        Refused if the controls have different factors.
        """
        followed: list[str] = [control.kind for control in spec.control]
        followed += [pictures.KIND] if self.choose_subjects(spec) else []
        by_kind = {kind: self.downscales.get(kind, 1) for kind in followed}
        if len(set(by_kind.values())) > 1:
            factors = ", ".join(f"{kind} 1/{factor}" for kind, factor in by_kind.items())
            raise Refused(
                f"these controls can't be followed at once: their references differ in size ({factors})",
                "follow one of them",
            )
        return max(by_kind.values(), default=1)

    def choose_subjects(self, spec: MakeVideo) -> tuple[Subject, ...]:
        """Return the subjects of the spec whose pictures are sent to the model. Raises Unavailable if the
        user insists on subject pictures and no LoRA that uses them is installed.
        """
        return pictures.choose_sent_subjects(spec, self.generation, self.controls, self.downscales)


@dataclass(frozen=True, slots=True)
class Ltx2Plan:
    """The plan of one take. `fitted` contains two sizes: that of the last pass, and the requested size to
    which the take is cropped.

    `parts` are the chunks, only one if the take fits into one pass. `sigmas` and `refine` are the noise
    levels of the first and of the second pass. `conditioning` holds the inputs that the take follows, in
    order of precedence. `changes` are sentences for the user about differences from the request.
    """

    generation: Generation
    pipeline: PipelineChoice
    fitted: Fitted
    stages: Literal[1, 2]
    schedule: Schedule
    sigmas: tuple[float, ...]
    refine: tuple[float, ...]
    keyframes: DfrCanvas | None  # frames of a DFR take, which generates key frames; None without DFR
    guidance: Guidance
    parts: tuple[ChainChunk, ...]
    conditioning: tuple[Conditioning, ...]
    temporal_upscale: bool
    camera: str  # id of the camera LoRA; empty if only the prompt's words move the camera
    lora_for: frozenset[str]  # passes (`first`, `second`, `round`) in which the distilled LoRA is needed
    # Prompts of the take that are too long for the model, each with the text at its end that the model does
    # not read
    unread: Mapping[str, TruncatedPrompt]
    is_whole: bool  # True if the take must be made in one pass, whatever its length
    voiced: bool  # True if a voice sample is used through a LoRA made for voice samples
    subjects: tuple[Subject, ...]  # subjects whose pictures are sent to the model
    layout: pictures.Layout  # method by which the model receives the pictures of `subjects`
    changes: tuple[str, ...]

    @property
    def negative(self) -> str:
        """The negative prompt; empty if text guidance is off."""
        return self.parts[0].negative if self.guidance.uses_negative_prompt else ""

    @property
    def go(self) -> int:
        """Number of frames of the longest chunk."""
        return max(part.frames for part in self.parts)

    @property
    def is_divisible(self) -> bool:
        """True if the take may be divided into more chunks."""
        return not self.temporal_upscale and not self.is_whole and self.keyframes is None

    @property
    def steps(self) -> int:
        """Total number of steps, over all passes of all chunks."""
        added = self.keyframes.round_steps if self.keyframes else 0
        return (len(self.sigmas) + len(self.refine) + added) * len(self.parts)


def find_fitting_plan(
    spec: MakeVideo, weights: Weights, clips: Sequence[bool], fits: Callable[[int], bool]
) -> Ltx2Plan:
    """Return the plan with the fewest chunks for which memory is sufficient. `fits` takes a number of frames
    and returns True if memory is sufficient for a chunk of this length. It is not called for chunks of
    Lightricks' usual length, which are always allowed. Raises the errors of `plan_ltx2_take`.
    """
    made = plan_ltx2_take(spec, weights, clips)
    while made.go > CHUNK and made.is_divisible and not fits(made.go):
        frames = made.fitted.frames
        shorter = chain.compute_even_chunk_length(frames, frames, len(made.parts) + 1)
        if spec.again is not None:
            shorter = round_frames_up(made.go // 2, TIME)
        made = plan_ltx2_take(spec, weights, clips, max(CHUNK, shorter))
    return made


def make_memory_probe_spec(spec: MakeVideo, chunk_frames: int) -> MakeVideo:
    """Return the spec with which the memory for a chunk of `chunk_frames` frames is estimated.

    If `chunk_frames` is longer than the usual chunk length, this is `spec` itself. Otherwise it is an
    ordinary take with the same prompt and size. One-go scenes and retakes cannot be used for short chunks,
    because they are always made in one pass.
    """
    return (
        spec.model_copy(update={"pieces": (), "again": None, "doubled": None})
        if chunk_frames <= CHUNK
        else spec
    )


def plan_ltx2_take(
    spec: MakeVideo, weights: Weights, clips: Sequence[bool] = (), chunk_limit: int = 0
) -> Ltx2Plan:
    """Return the plan of a shot. `clips` has one entry for each conditioning: True for a clip, False for a
    picture. `chunk_limit` is the maximum number of frames of a chunk that memory allows; 0 means as many as
    the model can make.

    Raises BadInput, Refused or Unavailable with the nearest alternative.
    """
    spec = resolve_made_spec(spec)
    require_even_sides(spec.width, spec.height)
    refuse_missing_maps(spec.control)
    sound_orders.require_dub_lora(spec, weights.controls, weights.generation.title)
    _refuse_missing_controls(spec, weights)
    if spec.stages == dfr.STAGES:
        dfr.require_dfr_support(spec, weights.generation, detailing=weights.detailing_lora)
    stages, one_stage = _choose_stages(spec, weights)
    schedule = _choose_schedule(spec, weights)
    steps, fewer_steps = _choose_steps(spec, weights.generation, schedule)
    fitted = _fit_to_generation(spec, weights, stages)
    conditioning = resolve_conditioning(spec.conditioning)
    subjects_sent = weights.choose_subjects(spec)
    chosen = _choose_plan_pipeline(spec, conditioning, clips, fitted.frames, bool(subjects_sent))
    used = guidance(FULL if schedule == "full" else OFF, spec.guidance, spec.guidance_parts)
    if spec.sound is not None:  # A recorded sound is used unchanged, so no guidance for the sound is needed.
        used = used.without_sound_guidance()
    negative = spec.negative or (weights.generation.negative if used.uses_negative_prompt else "")
    parts = tuple(
        replace(part, prompt=pictures.add_figure_lines(part.prompt, subjects_sent))
        for part in _plan_chunks(spec, weights, fitted.frames, chunk_limit, negative)
    )
    _require_doubling_upsampler(spec, weights)
    _refuse_split_scene(spec, parts, chunk_limit)
    painted = None
    if spec.stages == dfr.STAGES:
        painted = make_dfr_canvas(parts[0].frames, doubled=spec.temporal_upscale)
    camera = camera_loras.choose_camera_lora(
        spec, weights.cameras, weights.generation.id, weights.generation.title
    )
    words = dict.fromkeys(
        [*(part.prompt for part in parts), spec.negative if used.uses_negative_prompt else ""]
    )
    unread = {text: left for text in words if (left := weights.unread(text)) is not None}
    return Ltx2Plan(
        generation=weights.generation,
        pipeline=chosen,
        fitted=fitted,
        stages=stages,
        schedule=schedule,
        sigmas=compute_sigmas(schedule, steps),
        refine=REFINE if stages == 2 else (),
        keyframes=painted,
        guidance=used,
        parts=parts,
        conditioning=conditioning,
        temporal_upscale=spec.temporal_upscale,
        camera=camera,
        lora_for=_find_distilled_lora_passes(
            weights, stages, schedule, doubled=painted is not None and painted.doubled
        ),
        unread=unread,
        is_whole=spec.doubled is not None,
        voiced=weights.takes_voices,
        subjects=subjects_sent,
        layout=weights.layout,
        changes=(
            *messages.describe_unread_prompts(spec, unread),
            *(() if spec.again or spec.doubled else fitted.changes),
            *one_stage,
            *fewer_steps,
            *_describe_full_schedule(spec, weights, stages, schedule),
            *messages.describe_guidance(spec, schedule, used),
            *messages.describe_chain(spec, parts, used, chunk_limit),
            *messages.describe_conditioning_conflicts(spec, conditioning, fitted.frames),
            *messages.describe_control_prompts(spec),
            *messages.describe_foreign_loras(spec, weights.generation),
            *camera_loras.describe_camera_lora(spec, camera),
            *messages.describe_ignored_references(spec),
            *messages.describe_cache_effect(spec, [steps, *([len(REFINE)] if stages == 2 else [])]),
            *retake_rule.describe_retake(spec, weights.generation),
            *sound_orders.describe_sound_order(spec, weights.takes_voices),
            *pictures.describe_subject_pictures(spec, weights.generation, subjects_sent),
            *relay.describe_beats(spec, parts),
            *messages.describe_pieces(spec),
            *dfr.describe_dfr(spec, painted),
        ),
    )


def resolve_made_spec(spec: MakeVideo) -> MakeVideo:
    """Return the spec from which the plan is made. For an extension, it covers the new frames and the
    existing frames that are generated again for a smooth transition. For a change of an existing take, inputs
    that have an effect on new takes only are cleared.
    """
    return retake_rule.clear_followed_inputs(sound_orders.resolve_extension(spec))


def resolve_conditioning(conditioning: Sequence[Conditioning]) -> tuple[Conditioning, ...]:
    """Return the conditionings that the take follows, in the given order. If several are for the same frame,
    only one is followed: preferably one that the user set, otherwise the board (the shot's picture on the
    storyboard), otherwise the end of the previous shot.
    """
    won: dict[int, Conditioning] = {}
    for one in sorted(conditioning, key=lambda one: PRECEDENCE.index(one.source)):
        won.setdefault(one.frame, one)
    return tuple(one for one in conditioning if won[one.frame] is one)


def _fit_to_generation(spec: MakeVideo, weights: Weights, stages: int) -> Fitted:
    row_limits = limits(
        weights.generation,
        stages="one" if stages == 1 else "two",
        downscale=weights.get_reference_downscale(spec),
    )
    return fit(row_limits, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)


def _choose_plan_pipeline(
    spec: MakeVideo, conditions: Sequence[Conditioning], clips: Sequence[bool], frames: int, pictured: bool
) -> PipelineChoice:
    shown = dict(zip(spec.conditioning, clips, strict=False))
    followed = [FollowedFrame(resolve_frame(one.frame, frames), shown.get(one, False)) for one in conditions]
    controls = [*(control.kind for control in spec.control), *([pictures.KIND] if pictured else [])]
    return choose_pipeline(spec.pipeline, followed, controls, frames)


def _plan_chunks(
    spec: MakeVideo, weights: Weights, frames: int, chunk_limit: int, negative: str
) -> tuple[ChainChunk, ...]:
    """Return the chunks into which a take of `frames` frames is divided. `chunk_limit` is the maximum number
    of frames of a chunk that memory allows, and `negative` is the negative prompt. Raises Refused if the spec
    asks for a doubled frame rate and the take cannot be doubled.
    """
    written = spec.prompt, negative, spec.chunks
    if spec.again is not None or spec.doubled is not None:
        most = min(
            count_longest_pass_frames(spec.rate, get_longest_pass_seconds(spec.width, spec.height)),
            chunk_limit or FILM,
        )
        worked_on = round_frames_up(retake_rule.count_retake_frames(spec, most), TIME)
        return chain.split_into_chunks(worked_on, spec.seed, *written, worked_on)
    if spec.stages == dfr.STAGES and not spec.temporal_upscale:
        dfr.refuse_long_dfr_take(spec, frames)
        return chain.split_into_chunks(frames, spec.seed, *written, frames)
    if not spec.temporal_upscale:
        most = min(
            count_longest_pass_frames(spec.rate, get_longest_pass_seconds(spec.width, spec.height)),
            chunk_limit or FILM,
        )
        length = (
            CHUNK
            if any(one != Chunk() for one in spec.chunks)
            else chain.compute_even_chunk_length(frames, most)
        )
        beats = limit_beats_to_speech(spec.beats, spec.rate)
        return chain.split_into_chunks(frames, spec.seed, *written, length, beats, led=spec.sound is not None)
    if not weights.temporal_upsampler:
        raise Refused(
            f"{weights.generation.title} has no temporal upsampler here",
            _suggest_download(
                weights.generation, "temporal_upsampler", "milimo shot set --temporal-upscale off"
            ),
        )
    sampled, most = round_frames_up((frames + 1) // 2, TIME), count_longest_pass_frames(spec.rate / 2)
    if sampled > most:
        raise Refused(
            f"{frames} frames are too many for temporal upscaling, which doubles a single pass",
            f"make at most {2 * most - 1} frames, or switch it off: milimo shot set --temporal-upscale off",
        )
    return chain.split_into_chunks(sampled, spec.seed, *written, sampled)


def _require_doubling_upsampler(spec: MakeVideo, weights: Weights) -> None:
    """Raise Refused if the spec doubles a take and the upsampler for that is not installed."""
    if spec.doubled is None:
        return
    has = {"sides": weights.upsampler, "time": weights.temporal_upsampler}
    if not has[spec.doubled.what]:
        role, what = (
            ("upsampler", "latent") if spec.doubled.what == "sides" else ("temporal_upsampler", "temporal")
        )
        raise Refused(
            f"{weights.generation.title} has no {what} upsampler here",
            _suggest_download(weights.generation, role, "milimo model use takes weights that have one"),
        )


def _refuse_split_scene(spec: MakeVideo, parts: Sequence[ChainChunk], chunk_limit: int) -> None:
    """Raise Refused for a one-go scene that does not fit into one pass, either because it is too long for the
    model or because memory is too small.
    """
    if not spec.pieces or len(parts) == 1:
        return
    seconds = min(
        get_longest_pass_seconds(spec.width, spec.height),
        int(chunk_limit / spec.rate) if chunk_limit else FILM,
    )
    raise Refused(
        f"{float(spec.frames / spec.rate):.1f} s are too long for one pass: at "
        f"{spec.width}×{spec.height} this machine can make {seconds} s",
        "make fewer shots: milimo shot make 3A 3B --one-go; or use a smaller size",
    )


def _suggest_download(row: Generation, role: str, otherwise: str) -> str:
    """Return advice for an additional model that is not installed. The advice is the command that downloads
    it. If no such model was published for the generation, the advice is `otherwise`.
    """
    ids = [each.id for each in MODELS if (each.family, each.generation, each.role) == ("ltx2", row.id, role)]
    return f"milimo model download {ids[0]}, or {otherwise}" if ids else f"there is none: {otherwise}"


def _choose_stages(spec: MakeVideo, weights: Weights) -> tuple[Literal[1, 2], tuple[str, ...]]:
    """Return the number of stages, and the reason if the take has one stage although two are usual. Raises
    Refused, BadInput.
    """
    small = min(spec.width, spec.height) < LEAST_OF_TWO
    if spec.stages == "one":
        return 1, ()
    if spec.stages in ("two", dfr.STAGES):
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
            _suggest_download(weights.generation, "upsampler", "milimo shot set --stages one"),
        )
    if small:
        raise BadInput(
            f"{spec.width}×{spec.height} is too small for two stages",
            f"milimo shot set --stages one, or use sides of at least {LEAST_OF_TWO}",
        )


def _choose_schedule(spec: MakeVideo, weights: Weights) -> Schedule:
    """Return the schedule of the noise levels: distilled or full. The user's choice comes first.

    Without a choice, the distilled schedule is used if the weights support it, as Lightricks recommends.
    There is one exception: the full schedule is used if a setting of the shot needs it and the shot has no
    controls. The LoRAs of controls were trained with the distilled schedule.
    """
    if spec.schedule == "full" and weights.distilled:
        raise Refused(
            "these weights are distilled: they have no full schedule",
            "milimo shot set --schedule auto, or choose the full weights: milimo model use",
        )
    if spec.schedule != "auto":
        return spec.schedule
    if spec.stages == dfr.STAGES:
        return "distilled"
    if weights.distilled or (weights.distilled_lora and (spec.control or not _needs_full_schedule(spec))):
        return "distilled"
    return "full"


def _needs_full_schedule(spec: MakeVideo) -> bool:
    """Return True if the shot has a setting that has an effect only with the full schedule."""
    return bool(spec.negative) or (spec.guidance or 1.0) > 1.0 or (spec.steps or 0) > len(DISTILLED)


def _describe_full_schedule(
    spec: MakeVideo, weights: Weights, stages: int, schedule: Schedule
) -> tuple[str, ...]:
    """Return a sentence about the benefit and cost of the full schedule. Empty if that schedule is not
    available or the user chose a schedule.
    """
    if spec.schedule != "auto" or schedule == "full" or weights.distilled or spec.control:
        return ()
    if spec.stages == dfr.STAGES:
        return ()
    full, used = weights.generation.steps, guidance(FULL, None, spec.guidance_parts)
    # Number of pixels of a frame in the first pass, relative to the finished take. With two stages, the first
    # pass has half the width and half the height.
    share = 1 / 4 if stages == 2 else 1.0
    refined = len(REFINE) if stages == 2 else 0
    times = (full * used.passes * share + refined) / (len(DISTILLED) * share + refined)
    return (
        f"{len(DISTILLED)} steps by the distilled LoRA; the full schedule: {full} guided ones and more "
        f"detail, in about {times:.0f} times the time",
    )


def _find_distilled_lora_passes(
    weights: Weights, stages: int, schedule: Schedule, *, doubled: bool
) -> frozenset[str]:
    """Return the passes in which weights that are not distilled need the distilled LoRA. Raises Refused if
    the LoRA is needed but not installed.
    """
    needs = {"first": schedule == "distilled", "second": stages == 2, "round": doubled}
    passes = frozenset(name for name, needed in needs.items() if needed and not weights.distilled)
    if passes and not weights.distilled_lora:
        raise Refused(
            "the second pass of these weights needs the distilled LoRA, which is missing"
            if "second" in passes
            else "the distilled schedule needs distilled weights or a LoRA; both are missing",
            _suggest_download(
                weights.generation, "distilled_lora", "milimo shot set --stages one --schedule full"
            ),
        )
    return passes


def _choose_steps(spec: MakeVideo, row: Generation, schedule: Schedule) -> tuple[int, tuple[str, ...]]:
    if spec.steps is None:
        return (len(DISTILLED) if schedule == "distilled" else row.steps), ()
    if schedule == "distilled" and spec.steps > len(DISTILLED):
        return len(DISTILLED), (
            f"{len(DISTILLED)} steps instead of {spec.steps}: the distilled schedule's own",
        )
    return spec.steps, ()


def _refuse_missing_controls(spec: MakeVideo, weights: Weights) -> None:
    row = weights.generation
    controls = messages.list_active_controls(spec)
    for control in spec.control:
        if control.kind in weights.controls or control.kind in controls:
            continue
        if control.kind in row.lacks:
            raise Refused(f"{row.title} has no {control.kind} control", row.lacks[control.kind])
        ids = [
            each.id for each in MODELS if each.generation == row.id and control.kind in each.control.split()
        ]
        raise Unavailable(
            f"the {control.kind} control needs an IC-LoRA of {row.title}, which is not installed",
            f"milimo model download {ids[0]}" if ids else "milimo model list --family ltx2",
        )
