"""Preflight of a shot: prompt, conditioning, engine plan, LoRAs, memory, and all problems, before anything
runs.

Reads manifests of weights and asks for the card. Loads nothing, queues nothing.
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
    """The reason why no take can be made, and what to do."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """Everything that a shot's take would be made from.

    `way` is the engine's plan, None for engines that draw from facts and if there is no plan. `model` is the
    id of the weights, `noise` is True for random weights. `left` are LoRAs for another model family, which
    are not sent.
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
        """The negative prompt: the film's, or else the model's if its plan uses one."""
        return self.prompt.negative or (self.way.negative if self.way else "")

    @property
    def keeps_out_by_itself(self) -> bool:
        """True if the negative prompt is the model's own because the film has none."""
        return bool(self.kept_out) and not self.prompt.negative

    @property
    def handles(self) -> int:
        """The number of frames made in addition to the shot's."""
        return self.way.fitted.frames - self.spec.frames if self.way else 0

    @property
    def handles_text(self) -> str:
        """A phrase: `8 f are handles`."""
        return f"{self.handles} f {'is a handle' if self.handles == 1 else 'are handles'}"

    @property
    def summary(self) -> str:
        """A short description of the engine: `ltx2 · ltx-2-distilled · two-stage`."""
        if self.way is None:
            return self.spec.engine
        stages = {1: "one stage", 2: "two-stage"}.get(self.way.stages, "") if self.way.schedule else ""
        if self.spec.stages == "dfr":
            stages = "DFR"
        return " · ".join(filter(None, (self.spec.engine, self.model, stages)))


def preflight_of(studio: Studio, specs: Specs, shot: Shot, *, memory: bool = True) -> Preflight:
    """Return the preflight of a shot of the film in `specs`.

    Problems are listed, not raised. `memory` asks for the card.
    """
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
    """Return the picture engine that draws boards for takes of a model; empty without its weights or for
    drawn takes.
    """
    if shot_spec.draws_from_facts(engine):
        return ""
    painter = engine_registry.first("make_picture").name
    return painter if ModelStore(studio.home.models).has(painter) else ""


def require(studio: Studio, story: Story, wanted: Iterable[tuple[Shot, MakeVideo]]) -> None:
    """Raise the problem that prevents takes, before anything is queued. The message names the shot.

    Raises BadInput or Refused for takes that can't be made, and Unavailable for missing parts.
    """
    index = conditioning.Index.of(story)
    ready: dict[tuple[str, str], tuple[Found | None, Machine]] = {}  # cached for all shots
    held: set[tuple[tuple[str, str], str]] = set()  # LoRAs that were found to fit these weights
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
    """Yield the LoRAs that can't be used with the weights: the reason, and the command that removes each."""
    store = ModelStore(studio.home.models)
    number = story.numbers.get(shot.id, shot.id)
    for use, whose in stack:
        try:
            lora_stacks.check(store, found, use)
        except MilimoError as error:
            yield error, lora_stacks.off(use, whose, number)


def offline(spec: MakeVideo) -> tuple[tuple[str, str], ...]:
    """Return a sentence and a hint for each missing file that a take follows."""
    named = [one.input for one in spec.conditioning] + [one.input for one in spec.control]
    named += spec.references
    named += [spec.voice.input] if spec.voice is not None else []
    named += [*spec.references, *(one.input for one in spec.subjects.parts)]
    gone = [Path(path) for path in named if isinstance(path, str) and not Path(path).is_file()]
    return tuple(
        (f"{path.name} is offline: it was at {path.parent}", "milimo asset relink ID FILE") for path in gone
    )


def weights_of(studio: Studio, spec: MakeVideo) -> tuple[Found | None, Problem | None]:
    """Return the weights for a take, and the problem if it can't be made here."""
    if not explanation.has_ladder(spec.engine):
        return None, None
    try:
        return readiness.require(studio, spec.engine, spec.model), None
    except MilimoError as error:
        problem = Problem(error.message, error.hint)
    try:
        return ModelStore(studio.home.models).resolve(spec.engine, model=spec.model), problem
    except MilimoError:
        return None, problem  # The first problem explains this already.


def way_of(spec: MakeVideo, machine: Machine, clips: Sequence[bool]) -> Way | None:
    """Return the engine's plan for the take; None for an engine without plans.

    Raises BadInput, Refused or Unavailable if the engine can't make the take.
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
    """Return this machine for an engine's plan: installed weights, the card, and its measured runs."""
    return Machine(
        ModelStore(studio.home.models),
        found,
        spec.model,
        card=partial(gpu_cards.card, studio),
        shown=partial(gpu_cards.shown, studio),
        packages=installed_packages,
    )


def with_end(spec: MakeVideo, things: Sequence[Followed]) -> MakeVideo:
    """Return the spec with the end of the previous shot, which has only a name until that shot is made."""
    ends = [one for one in things if one.source == "continuity" and not one.behind]
    if not ends:
        return spec
    going_on = Conditioning(input=ends[0].what, source="continuity", at=ends[0].at)
    return spec.model_copy(update={"conditioning": (*spec.conditioning, going_on)})


def clips_of(things: Sequence[Followed]) -> list[bool]:
    """Return for each conditioning that is sent, in the spec's order, whether it is a clip."""
    sent = [one.is_clip for one in things if one.is_sent and not one.control]
    return [*sent, *(False for one in things if one.source == "continuity" and not one.behind)]


def _memory(studio: Studio, spec: MakeVideo, found: Found | None, go: int) -> dict[str, Any] | None:
    """Return the recipe and memory on this machine's card, as `engine explain` does; None for tiny
    weights.
    """
    if found is not None and found.tiny:
        return None
    request = gpu_cards.request(studio, spec.engine, found, spec.model, spec, go)
    return gpu_cards.explained(studio, request)
