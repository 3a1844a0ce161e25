"""What will be sent for a shot, worked out before anything runs: words, what is followed, the way it is made,
fit, LoRAs, memory, and all that stands in its way.

Reads manifests of weights and asks for the card; loads nothing, queues nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, Unavailable
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Machine, Way
from milimo_tui.engines.recipes.tables import installed_packages
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.story.elements.prompt import Prompt
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Element, LoraUse, Shot, Story
from milimo_tui.studio.machine import gpu_cards
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning, element_inputs, shot_spec
from milimo_tui.studio.takes.conditioning import Followed
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.takes.shot_spec import Specs
from milimo_tui.studio.takes.switched import switched
from milimo_tui.studio.weights import lora_stacks, readiness


@dataclass(frozen=True, slots=True)
class Problem:
    """Why no take can be made, and the way out."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
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
    def handles_text(self) -> str:
        """`8 f are handles`."""
        return f"{self.handles} f {'is a handle' if self.handles == 1 else 'are handles'}"

    @property
    def summary(self) -> str:
        """`ltx2 · ltx-2-distilled · two-stage`: what makes it, in short."""
        if self.way is None:
            return self.spec.engine
        stages = {1: "one stage", 2: "two-stage"}.get(self.way.stages, "") if self.way.schedule else ""
        if self.spec.stages == "dfr":
            stages = "DFR"
        return " · ".join(filter(None, (self.spec.engine, self.model, stages)))


def preflight_of(studio: Studio, specs: Specs, shot: Shot, *, memory: bool = True) -> Preflight:
    """All of it, of the film as `specs` has it. Problems are told, not raised; `memory` asks for the card."""
    story, spec = specs.story, switched(studio.settings, specs.of(shot))
    scene = element_inputs.scene_of(story, shot)
    sending = Preflight(
        spec=spec,
        prompt=shot_spec.prompt_of(story, shot, spec.engine),
        follows=(),
        loras=(),
        elements=element_inputs.matched(story, scene, shot),
    )
    if shot_spec.draws_from_facts(spec.engine):
        return sending
    things = conditioning.followed(story, Performances(story).performed(shot))
    problems = [Problem(*problem) for problem in (*conditioning.problems(things), *offline(spec))]
    if engine_registry.find(spec.engine) is None:
        gone = shot_spec.engine_gone(spec.engine, story.numbers.get(shot.id, shot.id))
        told = (*problems, Problem(gone.message, gone.hint))
        return replace(sending, follows=things, problems=told)
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
        spec = Handles.wanted(studio.settings).of(with_end(spec, things))
        way = way_of(spec, machine_of(studio, spec, found), clips_of(things))
        by_recipes = memory and way is not None and explanation.has_ladder(spec.engine)
        memory_need = _memory(studio, spec, found, way.go) if by_recipes and way is not None else None
    except MilimoError as error:
        problems.append(Problem(error.message, error.hint))
        return replace(sending, problems=tuple(problems))
    return replace(sending, way=way, memory=memory_need, problems=tuple(problems))


def painter_of(studio: Studio, engine: str) -> str:
    """The engine of pictures that draws boards for takes of a model, where its weights are here; empty: none,
    panels are drawn.
    """
    if shot_spec.draws_from_facts(engine):
        return ""
    painter = engine_registry.first("make_picture").name
    return painter if ModelStore(studio.home.models).has(painter) else ""


def require(studio: Studio, story: Story, wanted: Iterable[tuple[Shot, MakeVideo]]) -> None:
    """Raise what stands in the way of takes before anything is queued: BadInput or Refused for what can't be
    made, Unavailable for what is not here; the sentence names the shot.
    """
    index = conditioning.Index.of(story)
    ready: dict[tuple[str, str], tuple[Found | None, Machine]] = {}  # looked up once for all the shots
    held: set[tuple[tuple[str, str], str]] = set()  # LoRAs that fit what is ready
    for shot, spec in wanted:
        if shot_spec.draws_from_facts(spec.engine):
            continue
        if engine_registry.find(spec.engine) is None:
            raise shot_spec.engine_gone(spec.engine, index.number(shot))
        things = conditioning.followed(story, index.performances.performed(shot), index)
        for message, hint in (*conditioning.problems(things), *offline(spec)):
            raise Unavailable(f"{index.number(shot)}: {message}", hint)
        named = (spec.engine, spec.model)
        if named not in ready:
            there = readiness.require(studio, *named) if explanation.has_ladder(spec.engine) else None
            ready[named] = there, Machine(ModelStore(studio.home.models), there, spec.model)
        found, machine = ready[named]
        try:
            way_of(spec, machine, clips_of(things))
        except MilimoError as error:
            raise type(error)(f"{index.number(shot)}: {error.message}", error.hint) from error
        if found is None:
            continue
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
    store = ModelStore(studio.home.models)
    number = story.numbers.get(shot.id, shot.id)
    for use, whose in stack:
        try:
            lora_stacks.check(store, found, use)
        except MilimoError as error:
            yield error, lora_stacks.off(use, whose, number)


def offline(spec: MakeVideo) -> tuple[tuple[str, str], ...]:
    """Files that a take follows and that are not where they were, a sentence and the way out each."""
    named = [one.input for one in spec.conditioning] + [one.input for one in spec.control]
    named += spec.references
    named += [spec.voice.input] if spec.voice is not None else []
    named += [*spec.references, *(one.input for one in spec.subjects.parts)]
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
        return ModelStore(studio.home.models).resolve(spec.engine, model=spec.model), problem
    except MilimoError:
        return None, problem  # it is told already


def way_of(spec: MakeVideo, machine: Machine, clips: Sequence[bool]) -> Way | None:
    """How its engine makes it there. None for engines that say nothing of it. Raises BadInput, Refused,
    Unavailable for what it can't make.
    """
    profile = engine_registry.profile(spec.engine)
    if spec.options and not profile.row.options:
        raise BadInput(
            f"{spec.engine} takes no options: {spec.options}",
            "take them back: milimo shot set SHOT --options ''",
        )
    profile.check(spec)
    return profile.plan(spec, machine, clips)


def machine_of(studio: Studio, spec: MakeVideo, found: Found | None) -> Machine:
    """This machine as an engine plans for it: weights that are here, and the card with what it has shown."""
    return Machine(
        ModelStore(studio.home.models),
        found,
        spec.model,
        card=partial(gpu_cards.card, studio),
        shown=partial(gpu_cards.shown, studio),
        packages=installed_packages,
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


def _memory(studio: Studio, spec: MakeVideo, found: Found | None, go: int) -> dict[str, Any] | None:
    """The recipe and the memory on this machine's card, as `engine explain` tells; None for tiny weights."""
    if found is not None and found.tiny:
        return None
    request = gpu_cards.request(studio, spec.engine, found, spec.model, spec, go)
    return gpu_cards.explained(studio, request)
