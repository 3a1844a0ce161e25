"""What will be sent for a shot, worked out before anything runs: words, what is followed, the way it is made,
fit, LoRAs, memory, and all that stands in its way.

Reads manifests of weights and asks for the card; loads nothing, queues nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError, Unavailable
from milimo_tui.engines.catalog import model_lookup
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import Shelf
from milimo_tui.engines.contract.fitting import Fitted, fit
from milimo_tui.engines.contract.specs import Conditioning, MakeVideo
from milimo_tui.engines.flux2 import one_frame, variants
from milimo_tui.engines.ltx2.plan import generations, installed_parts
from milimo_tui.engines.ltx2.plan.chunk_memory import allows
from milimo_tui.engines.ltx2.plan.plan import Weights, fitting
from milimo_tui.engines.recipes.values import Request
from milimo_tui.engines.registry import explanation
from milimo_tui.story.elements.prompt import Prompt
from milimo_tui.story.values.film import Element, LoraUse, Shot, Story
from milimo_tui.studio.machine import gpu_cards
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning, element_inputs, shot_spec
from milimo_tui.studio.takes.conditioning import Followed
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.weights import lora_stacks, readiness

PAINTER = "flux2"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why no take can be made, and the way out."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model makes the take. `steps` are all of it, `parts` the chunks: frames, seed, prompt.

    `negative` is what it is guided away from: the film's words, else the model's own; empty where it is not.
    `changes` are sentences on what is not as it was asked for.
    """

    pipeline: str
    reason: str
    fitted: Fitted
    stages: int = 1
    schedule: str = ""
    steps: int = 0
    guidance: str = ""
    negative: str = ""
    parts: tuple[tuple[int, int, str], ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def go(self) -> int:
        """Frames of its longest go; 0 for a picture."""
        return self.parts[0][0] if self.parts else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Everything about what a shot will be made from. `way` is None for engines that draw from facts, and
    where there is none. `model` is the weights' id, `noise` says that they are random; `left` are LoRAs for
    another family of models, which are not sent.
    """

    spec: MakeVideo
    prompt: Prompt
    follows: tuple[Followed, ...]
    loras: tuple[tuple[LoraUse, str], ...]
    elements: tuple[Element, ...]
    left: tuple[tuple[LoraUse, str], ...] = ()
    way: Way | None = None
    model: str = ""
    noise: bool = False
    memory: dict[str, Any] | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def kept_out(self) -> str:
        """What is kept out of the take: the film's words, else those of the model where they have a say."""
        return self.prompt.negative or (self.way.negative if self.way else "")

    @property
    def keeps_out_by_itself(self) -> bool:
        """Whether what is kept out is the model's own, as the film says nothing."""
        return bool(self.kept_out) and not self.prompt.negative

    @property
    def handles(self) -> int:
        """Frames that are made beyond the shot's."""
        return self.way.fitted.frames - self.spec.frames if self.way else 0

    @property
    def handles_told(self) -> str:
        """`8 f are handles`."""
        return f"{self.handles} f {'is a handle' if self.handles == 1 else 'are handles'}"

    @property
    def summary(self) -> str:
        """`ltx2 · ltx-2-distilled · two-stage`: what makes it, in short."""
        if self.way is None:
            return self.spec.engine
        stages = {1: "one stage", 2: "two-stage"}.get(self.way.stages, "") if self.way.schedule else ""
        return " · ".join(filter(None, (self.spec.engine, self.model, stages)))


def what_is_sent(
    studio: Studio, story: Story, shot: Shot, *, engine: str = "", memory: bool = True
) -> Sending:
    """All of it, of the film as `story` has it. Problems are told, not raised; `memory` asks for the card."""
    root = studio.project().paths.root
    spec = shot_spec.video_spec(story, shot, engine=engine, root=root)
    scene = element_inputs.scene_of(story, shot)
    sending = Sending(
        spec=spec,
        prompt=shot_spec.prompt_of(story, shot),
        follows=(),
        loras=(),
        elements=element_inputs.matched(story, scene, shot),
    )
    if shot_spec.draws_from_facts(spec.engine):
        return sending
    things = conditioning.followed(story, shot)
    problems = [Problem(*told) for told in (*conditioning.problems(things), *offline(spec))]
    found, missing = weights_of(studio, spec)
    if missing:
        problems.append(missing)
    stack = element_inputs.stack_of(story, shot, spec.engine)
    if found is not None:
        problems += [
            Problem(error.message, f"{error.hint}; or {command}")
            for error, command in misfits(studio, story, shot, found, stack)
        ]
    sending = replace(
        sending,
        follows=things,
        loras=stack,
        left=element_inputs.left_of(story, shot, spec.engine),
        model=found.id if found else "",
        noise=bool(found and found.tiny),
    )
    try:
        known = known_of(studio, spec, found)
        spec = Handles.wanted(studio.settings).of(with_end(spec, things))
        way = way_of(spec, found, known, clips_of(things), _room(studio, spec, found))
        asked = _memory(studio, spec, found, way.go) if memory and way is not None else None
    except MilimoError as error:
        problems.append(Problem(error.message, error.hint))
        return replace(sending, problems=tuple(problems))
    return replace(sending, way=way, memory=asked, problems=tuple(problems))


def painter_of(studio: Studio, engine: str) -> str:
    """The engine of pictures that draws boards for takes of a model, where its weights are here; empty: none,
    panels are drawn.
    """
    is_drawn = shot_spec.draws_from_facts(engine)
    return "" if is_drawn or not Shelf(studio.home.models).has(PAINTER) else PAINTER


def require(studio: Studio, story: Story, asked: Iterable[tuple[Shot, MakeVideo]]) -> None:
    """Raise what stands in the way of takes before anything is queued: BadInput or Refused for what can't be
    made, Unavailable for what is not here; the sentence names the shot.
    """
    index = conditioning.Index.of(story)
    ready: dict[tuple[str, str], tuple[Found, Weights | None]] = {}  # looked up once for all the shots
    held: set[tuple[tuple[str, str], str]] = set()  # LoRAs that fit what is ready
    for shot, spec in asked:
        if shot_spec.draws_from_facts(spec.engine) or not explanation.has_ladder(spec.engine):
            continue
        things = conditioning.followed(story, shot, index)
        for message, hint in (*conditioning.problems(things), *offline(spec)):
            raise Unavailable(f"{index.number(shot)}: {message}", hint)
        named = (spec.engine, spec.model)
        if named not in ready:
            there = readiness.require(studio, *named)
            ready[named] = there, known_of(studio, spec, there)
        found, known = ready[named]
        try:
            way_of(spec, found, known, clips_of(things))
        except MilimoError as error:
            raise type(error)(f"{index.number(shot)}: {error.message}", error.hint) from error
        stack = [
            one for one in element_inputs.stack_of(story, shot, spec.engine) if (named, one[0].id) not in held
        ]
        for misfit, command in misfits(studio, story, shot, found, stack):
            raise type(misfit)(f"{index.number(shot)}: {misfit.message}", f"{misfit.hint}; or {command}")
        held |= {(named, use.id) for use, _ in stack}


def misfits(
    studio: Studio, story: Story, shot: Shot, found: Found, stack: Sequence[tuple[LoraUse, str]]
) -> Iterator[tuple[MilimoError, str]]:
    """The LoRAs that can't be used with weights: why, and the command that takes each off."""
    shelf = Shelf(studio.home.models)
    number = story.numbers.get(shot.id, shot.id)
    for use, whose in stack:
        try:
            lora_stacks.check(shelf, found, use)
        except MilimoError as error:
            yield error, lora_stacks.off(use, whose, number)


def offline(spec: MakeVideo) -> tuple[tuple[str, str], ...]:
    """Files that a take follows and that are not where they were, a sentence and the way out each."""
    named = [one.input for one in spec.conditioning] + [one.input for one in spec.control]
    named += spec.references
    gone = [Path(path) for path in named if isinstance(path, str) and not Path(path).is_file()]
    return tuple(
        (f"{path.name} is offline: it was at {path.parent}", "milimo asset relink ID FILE") for path in gone
    )


def weights_of(studio: Studio, spec: MakeVideo) -> tuple[Found | None, Problem | None]:
    """The weights a take would be made with, and why it can't be here."""
    if not explanation.has_ladder(spec.engine):
        return None, None
    try:
        return readiness.require(studio, spec.engine, spec.model), None
    except MilimoError as error:
        problem = Problem(error.message, error.hint)
    try:
        return Shelf(studio.home.models).resolve(spec.engine, model=spec.model), problem
    except MilimoError:
        return None, problem  # it is told already


def way_of(
    spec: MakeVideo,
    found: Found | None,
    known: Weights | None,
    clips: Sequence[bool],
    fits: Callable[[int], bool] = lambda _: True,
) -> Way | None:
    """How the weights make it, by what is `known_of` them. None for engines that say nothing of it. `fits`
    tells whether there is memory for a go of so many frames.

    Raises BadInput, Refused for what they can't make.
    """
    if known is not None:
        return _video(spec, known, clips, fits)
    if spec.engine == "flux2":
        return _still(spec, found)
    return None


def known_of(studio: Studio, spec: MakeVideo, found: Found | None) -> Weights | None:
    """What a plan needs to know of weights of LTX-2; of those that are not here, as the registry has them."""
    if spec.engine != "ltx2":
        return None
    if found is not None:
        return installed_parts.weights(Shelf(studio.home.models), found)
    row = model_lookup.find(spec.model) or model_lookup.suggested("ltx2")
    generation = row.generation if row and row.generation else generations.GENERATIONS[0].id
    return Weights(generations.generation(generation), distilled=bool(row and "distilled" in row.id))


def _video(spec: MakeVideo, known: Weights, clips: Sequence[bool], fits: Callable[[int], bool]) -> Way:
    made = fitting(spec.with_handles_inside(), known, clips, fits)
    used = made.guidance
    words = f"{used.text:g}" if used.passes > 1 else "off"
    return Way(
        pipeline=made.pipeline.pipeline,
        reason=made.pipeline.reason,
        fitted=made.fitted,
        stages=made.stages,
        schedule=made.schedule,
        steps=made.steps,
        guidance=words,
        negative=made.negative,
        parts=tuple((part.fresh, part.seed, part.prompt) for part in made.parts),
        changes=made.changes,
    )


def _still(spec: MakeVideo, found: Found | None) -> Way:
    fitted = fit(variants.LIMITS, frames=spec.frames, width=spec.width, height=spec.height, rate=spec.rate)
    folder = (found.path if found.path.is_dir() else found.base) if found else None
    variant = variants.variant_of(folder) if folder else variants.DISTILLED
    run = variants.course(variant, spec.steps, spec.guidance, spec.negative)
    one_frame.looks(spec)  # refuses what it can't look at
    return Way(
        pipeline="picture",
        reason="a shot of one frame is a picture",
        fitted=fitted,
        steps=run.steps,
        guidance=f"{run.guidance:g}" if run.guided else "off",
        negative=run.negative,
        changes=(*fitted.changes, *run.notes, *one_frame.said(spec)),
    )


def with_end(spec: MakeVideo, things: Sequence[Followed]) -> MakeVideo:
    """The spec with the end of the shot it continues, which is known by name only until that is made."""
    ends = [one for one in things if one.source == "continuity" and not one.behind]
    if not ends:
        return spec
    going_on = Conditioning(input=ends[0].what, source="continuity", at=ends[0].at)
    return spec.model_copy(update={"conditioning": (*spec.conditioning, going_on)})


def clips_of(things: Sequence[Followed]) -> list[bool]:
    """Which of what is sent at frames are clips, in the order of the spec."""
    sent = [one.is_clip for one in things if one.is_sent and not one.control]
    return [*sent, *(False for one in things if one.source == "continuity" and not one.behind)]


def _room(studio: Studio, spec: MakeVideo, found: Found | None) -> Callable[[int], bool]:
    """Tells whether this machine's card has memory for a go of so many frames; the card is only asked for a
    long one, and what can't be known stands in nobody's way.
    """

    def fits(go: int) -> bool:
        here = None if found is not None and found.tiny else gpu_cards.card(studio)
        if here is None:
            return True

        def asked(frames: int) -> Request:
            return gpu_cards.request(studio, spec.engine, found, spec.model, spec, frames)

        return allows(here, asked, gpu_cards.shown(studio, here), gpu_cards.installed())(go)

    return fits


def _memory(studio: Studio, spec: MakeVideo, found: Found | None, go: int) -> dict[str, Any] | None:
    """The recipe and the memory on this machine's card, as `engine explain` tells; None for tiny weights."""
    if found is not None and found.tiny:
        return None
    request = gpu_cards.request(studio, spec.engine, found, spec.model, spec, go)
    return gpu_cards.explained(studio, request)
