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
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.profile import Machine, Way
from milimo_tui.engines.recipes.tables import find_recipe_packages
from milimo_tui.engines.registry import engine_registry, explanation
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.story.elements.prompt import ComposedPrompt
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Element, LoraUse, Shot, Story
from milimo_tui.studio.machine import gpu_cards
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning, element_inputs, shot_spec
from milimo_tui.studio.takes.conditioning import FollowedItem
from milimo_tui.studio.takes.handles import Handles
from milimo_tui.studio.takes.shot_spec import FilmSpecs
from milimo_tui.studio.takes.switched import apply_feature_switches
from milimo_tui.studio.weights import lora_stacks, readiness


@dataclass(frozen=True, slots=True)
class PreflightProblem:
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
    prompt: ComposedPrompt
    follows: tuple[FollowedItem, ...]
    loras: tuple[tuple[LoraUse, str], ...]
    elements: tuple[Element, ...]
    left: tuple[tuple[LoraUse, str], ...] = ()
    way: Way | None = None
    model: str = ""
    noise: bool = False
    memory: dict[str, Any] | None = None
    problems: tuple[PreflightProblem, ...] = ()

    @property
    def negative_prompt(self) -> str:
        """The negative prompt: the film's, or else the model's if its plan uses one."""
        return self.prompt.negative or (self.way.negative if self.way else "")

    @property
    def has_model_negative(self) -> bool:
        """True if the negative prompt is the model's own because the film has none."""
        return bool(self.negative_prompt) and not self.prompt.negative

    @property
    def handle_frames(self) -> int:
        """The number of frames made in addition to the shot's."""
        return self.way.fitted.frames - self.spec.frames if self.way else 0

    @property
    def handles_text(self) -> str:
        """A phrase: `8 f are handles`."""
        return f"{self.handle_frames} f {'is a handle' if self.handle_frames == 1 else 'are handles'}"

    @property
    def summary(self) -> str:
        """A short description of the engine: `ltx2 · ltx-2-distilled · two-stage`."""
        if self.way is None:
            return self.spec.engine
        stages = {1: "one stage", 2: "two-stage"}.get(self.way.stages, "") if self.way.schedule else ""
        if self.spec.stages == "dfr":
            stages = "DFR"
        return " · ".join(filter(None, (self.spec.engine, self.model, stages)))


def make_preflight(studio: Studio, specs: FilmSpecs, shot: Shot, *, memory: bool = True) -> Preflight:
    """Return the preflight of a shot of the film in `specs`.

    Problems are listed, not raised. `memory` asks for the card.
    """
    story, spec = specs.story, apply_feature_switches(studio.settings, specs.get_spec(shot))
    scene = element_inputs.get_scene(story, shot)
    sending = Preflight(
        spec=spec,
        prompt=shot_spec.get_prompt(story, shot, spec.engine),
        follows=(),
        loras=(),
        elements=element_inputs.list_matched_elements(story, scene, shot),
    )
    if shot_spec.is_drawing_engine(spec.engine):
        return sending
    things = conditioning.list_followed(story, FilmPerformances(story).prepare_for_take(shot))
    problems = [
        PreflightProblem(*problem)
        for problem in (*conditioning.list_follow_problems(things), *list_offline_inputs(spec))
    ]
    if engine_registry.find_engine(spec.engine) is None:
        gone = shot_spec.make_missing_engine_error(spec.engine, story.numbers.get(shot.id, shot.id))
        told = (*problems, PreflightProblem(gone.message, gone.hint))
        return replace(sending, follows=things, problems=told)
    found, missing = find_take_weights(studio, spec)
    if missing:
        problems.append(missing)
    stack = element_inputs.list_lora_stack(story, shot, spec.engine)
    if found is not None:
        problems += [
            PreflightProblem(error.message, f"{error.hint}; or {command}")
            for error, command in list_lora_misfits(studio, story, shot, found, stack)
        ]
    sending = replace(
        sending,
        follows=things,
        loras=stack,
        left=element_inputs.list_unused_loras(story, shot, spec.engine),
        model=found.id if found else "",
        noise=bool(found and found.tiny),
    )
    try:
        spec = Handles.from_settings(studio.settings).add_handles(add_continuity(spec, things))
        way = plan_take(spec, describe_take_machine(studio, spec, found), list_clip_flags(things))
        by_recipes = memory and way is not None and explanation.uses_recipes(spec.engine)
        memory_need = (
            _explain_take_memory(studio, spec, found, way.go) if by_recipes and way is not None else None
        )
    except MilimoError as error:
        problems.append(PreflightProblem(error.message, error.hint))
        return replace(sending, problems=tuple(problems))
    return replace(sending, way=way, memory=memory_need, problems=tuple(problems))


def find_board_painter(studio: Studio, engine: str) -> str:
    """Return the picture engine that draws boards for takes of a model; empty without its weights or for
    drawn takes.
    """
    if shot_spec.is_drawing_engine(engine):
        return ""
    painter = engine_registry.find_first_engine("make_picture").name
    return painter if ModelStore(studio.home.models).has(painter) else ""


def require_preflight(studio: Studio, story: Story, wanted: Iterable[tuple[Shot, MakeVideo]]) -> None:
    """Raise the problem that prevents takes, before anything is queued. The message names the shot.

    Raises BadInput or Refused for takes that can't be made, and Unavailable for missing parts.
    """
    index = conditioning.StoryIndex.from_story(story)
    ready: dict[
        tuple[str, str], tuple[ResolvedWeights | None, Machine]
    ] = {}  # weights and machine by engine and model, found once for all shots
    held: set[tuple[tuple[str, str], str]] = set()  # LoRAs that were found to fit these weights
    for shot, spec in wanted:
        if shot_spec.is_drawing_engine(spec.engine):
            continue
        if engine_registry.find_engine(spec.engine) is None:
            raise shot_spec.make_missing_engine_error(spec.engine, index.get_shot_number(shot))
        things = conditioning.list_followed(story, index.performances.prepare_for_take(shot), index)
        for message, hint in (*conditioning.list_follow_problems(things), *list_offline_inputs(spec)):
            raise Unavailable(f"{index.get_shot_number(shot)}: {message}", hint)
        named = (spec.engine, spec.model)
        if named not in ready:
            there = (
                readiness.require_runnable_weights(studio, *named)
                if explanation.uses_recipes(spec.engine)
                else None
            )
            ready[named] = there, Machine(ModelStore(studio.home.models), there, spec.model)
        found, machine = ready[named]
        try:
            plan_take(spec, machine, list_clip_flags(things))
        except MilimoError as error:
            raise type(error)(f"{index.get_shot_number(shot)}: {error.message}", error.hint) from error
        if found is None:
            continue
        stack = [
            one
            for one in element_inputs.list_lora_stack(story, shot, spec.engine)
            if (named, one[0].id) not in held
        ]
        for misfit, command in list_lora_misfits(studio, story, shot, found, stack):
            raise type(misfit)(
                f"{index.get_shot_number(shot)}: {misfit.message}", f"{misfit.hint}; or {command}"
            )
        held |= {(named, use.id) for use, _ in stack}


def list_lora_misfits(
    studio: Studio, story: Story, shot: Shot, found: ResolvedWeights, stack: Sequence[tuple[LoraUse, str]]
) -> Iterator[tuple[MilimoError, str]]:
    """Yield the LoRAs that can't be used with the weights: the reason, and the command that removes each."""
    store = ModelStore(studio.home.models)
    number = story.numbers.get(shot.id, shot.id)
    for use, whose in stack:
        try:
            lora_stacks.check_lora_fits(store, found, use)
        except MilimoError as error:
            yield error, lora_stacks.format_lora_removal(use, whose, number)


def list_offline_inputs(spec: MakeVideo) -> tuple[tuple[str, str], ...]:
    """Return a sentence and a hint for each missing file that a take follows."""
    named = [one.input for one in spec.conditioning] + [one.input for one in spec.control]
    named += [spec.voice.input] if spec.voice is not None else []
    named += [*spec.references, *(one.input for one in spec.subjects.parts)]
    gone = [Path(path) for path in named if isinstance(path, str) and not Path(path).is_file()]
    return tuple(
        (f"{path.name} is offline: it was at {path.parent}", "milimo asset relink ID FILE") for path in gone
    )


def find_take_weights(
    studio: Studio, spec: MakeVideo
) -> tuple[ResolvedWeights | None, PreflightProblem | None]:
    """Return the weights for a take, and the problem if it can't be made here."""
    if not explanation.uses_recipes(spec.engine):
        return None, None
    try:
        return readiness.require_runnable_weights(studio, spec.engine, spec.model), None
    except MilimoError as error:
        problem = PreflightProblem(error.message, error.hint)
    try:
        return ModelStore(studio.home.models).resolve(spec.engine, model=spec.model), problem
    except MilimoError:
        return None, problem  # The first problem explains this already.


def plan_take(spec: MakeVideo, machine: Machine, clips: Sequence[bool]) -> Way | None:
    """Return the engine's plan for the take; None for an engine without plans.

    Raises BadInput, Refused or Unavailable if the engine can't make the take.
    """
    profile = engine_registry.profile(spec.engine)
    if spec.options and not profile.row.options:
        raise BadInput(
            f"{spec.engine} has no such options: {spec.options}",
            "clear them: milimo shot set SHOT --options ''",
        )
    profile.check(spec)
    return profile.plan(spec, machine, clips)


def describe_take_machine(studio: Studio, spec: MakeVideo, found: ResolvedWeights | None) -> Machine:
    """Return this machine for an engine's plan: installed weights, the card, and its measured runs."""
    return Machine(
        ModelStore(studio.home.models),
        found,
        spec.model,
        card=partial(gpu_cards.find_card, studio),
        shown=partial(gpu_cards.list_measured_runs, studio),
        packages=find_recipe_packages,
    )


def add_continuity(spec: MakeVideo, things: Sequence[FollowedItem]) -> MakeVideo:
    """Return the spec with the end of the previous shot, which has only a name until that shot is made."""
    ends = [one for one in things if one.source == "continuity" and not one.behind]
    if not ends:
        return spec
    going_on = Conditioning(input=ends[0].what, source="continuity", at=ends[0].at)
    return spec.model_copy(update={"conditioning": (*spec.conditioning, going_on)})


def list_clip_flags(things: Sequence[FollowedItem]) -> list[bool]:
    """Return for each conditioning that is sent, in the spec's order, whether it is a clip."""
    sent = [one.is_clip for one in things if one.is_sent and not one.control]
    return [*sent, *(False for one in things if one.source == "continuity" and not one.behind)]


def _explain_take_memory(
    studio: Studio, spec: MakeVideo, found: ResolvedWeights | None, go: int
) -> dict[str, Any] | None:
    """Return the recipe and memory on this machine's card, as `engine explain` does; None for tiny
    weights.
    """
    if found is not None and found.tiny:
        return None
    request = gpu_cards.make_memory_request(studio, spec.engine, found, spec.model, spec, go)
    return gpu_cards.explain_on_this_card(studio, request)
