"""Check a shot before a take of it is queued (preflight). The result has everything that the take would be
made from, such as the prompt, the conditions, the engine's plan, LoRAs and memory, and every problem.

The module reads the manifests of weights and detects the card. It loads no weights and queues nothing.
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
from milimo_tui.story.elements.prompt import BY_USER, ComposedPrompt
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Element, Shot, Story
from milimo_tui.story.values.making import LoraUse
from milimo_tui.story.values.suggestion import Suggestion
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
    """A reason why a take can't be made, and advice in `hint`."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """Everything that a take of a shot would be made from, and its problems.

    `plan` is the engine's plan for the take; it is None for an engine that draws from facts, and if planning
    failed. `model` is the id of the weights, and `noise` is True if they are tiny random weights, whose takes
    show only noise. `left` has the LoRAs that are not sent because they are for another model family.

    `outdated_prompt` is a prompt by a language model that is not sent, because the facts of the shot have
    changed since.
    """

    spec: MakeVideo
    prompt: ComposedPrompt
    follows: tuple[FollowedItem, ...]
    loras: tuple[tuple[LoraUse, str], ...]
    elements: tuple[Element, ...]
    left: tuple[tuple[LoraUse, str], ...] = ()
    plan: Way | None = None
    model: str = ""
    noise: bool = False
    memory: dict[str, Any] | None = None
    problems: tuple[PreflightProblem, ...] = ()
    outdated_prompt: Suggestion | None = None

    @property
    def prompt_source(self) -> str:
        """The author of the prompt, as a phrase: `set by the user`, `written by qwen2.5`, `composed from the
        facts`.
        """
        words = next((part for part in self.prompt.parts if part.role == "prompt"), None)
        if words is None:
            return "composed from the facts"
        return words.source if words.source.startswith(shot_spec.WRITTEN_BY) else BY_USER

    @property
    def negative_prompt(self) -> str:
        """The negative prompt that is sent. This is the negative prompt of the film. If the film has none, it
        is the default of the model, provided that the plan uses a negative prompt.
        """
        return self.prompt.negative or (self.plan.negative if self.plan else "")

    @property
    def has_model_negative(self) -> bool:
        """True if the film has no negative prompt and the model's own is used."""
        return bool(self.negative_prompt) and not self.prompt.negative

    @property
    def handle_frames(self) -> int:
        """The number of frames that are made in addition to the frames of the shot."""
        return self.plan.fitted.frames - self.spec.frames if self.plan else 0

    @property
    def handles_text(self) -> str:
        """The number of handle frames as a phrase: `8 f are handles`."""
        return f"{self.handle_frames} f {'is a handle' if self.handle_frames == 1 else 'are handles'}"

    @property
    def summary(self) -> str:
        """The engine, weights and number of stages as text: `ltx2 · ltx-2-distilled · two-stage`."""
        if self.plan is None:
            return self.spec.engine
        stages = {1: "one stage", 2: "two-stage"}.get(self.plan.stages, "") if self.plan.schedule else ""
        if self.spec.stages == "dfr":
            stages = "DFR"
        return " · ".join(filter(None, (self.spec.engine, self.model, stages)))


def make_preflight(studio: Studio, specs: FilmSpecs, shot: Shot, *, memory: bool = True) -> Preflight:
    """Return the preflight of a shot. `specs` has the specs of the shot's film.

    Problems are listed in the result and not raised. If `memory` is True, the result also says if the take
    fits the memory of this machine's card.
    """
    story, spec = specs.story, apply_feature_switches(studio.settings, specs.get_spec(shot))
    scene = element_inputs.get_scene(story, shot)
    sending = Preflight(
        spec=spec,
        prompt=shot_spec.get_prompt(story, shot, spec.engine),
        outdated_prompt=shot_spec.find_outdated_prompt(story, shot, spec.engine),
        follows=(),
        loras=(),
        elements=element_inputs.list_matched_elements(story, scene, shot),
    )
    if shot_spec.is_drawing_engine(spec.engine):
        return sending
    followed = conditioning.list_followed(story, FilmPerformances(story).prepare_for_take(shot))
    problems = [
        PreflightProblem(*problem)
        for problem in (*conditioning.list_follow_problems(followed), *list_offline_inputs(spec))
    ]
    if engine_registry.find_engine(spec.engine) is None:
        missing_engine = shot_spec.make_missing_engine_error(spec.engine, story.numbers.get(shot.id, shot.id))
        all_problems = (*problems, PreflightProblem(missing_engine.message, missing_engine.hint))
        return replace(sending, follows=followed, problems=all_problems)
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
        follows=followed,
        loras=stack,
        left=element_inputs.list_unused_loras(story, shot, spec.engine),
        model=found.id if found else "",
        noise=bool(found and found.tiny),
    )
    try:
        spec = Handles.from_settings(studio.settings).add_handles(add_continuity(spec, followed))
        plan = plan_take(spec, describe_take_machine(studio, spec, found), list_clip_flags(followed))
        by_recipes = memory and plan is not None and explanation.uses_recipes(spec.engine)
        memory_need = (
            _explain_take_memory(studio, spec, found, plan.go) if by_recipes and plan is not None else None
        )
    except MilimoError as error:
        problems.append(PreflightProblem(error.message, error.hint))
        return replace(sending, problems=tuple(problems))
    return replace(sending, plan=plan, memory=memory_need, problems=tuple(problems))


def find_board_painter(studio: Studio, engine: str) -> str:
    """Return the name of the picture engine that draws boards for takes of `engine`. Return an empty text if
    its weights are not installed, or if `engine` draws its takes.
    """
    if shot_spec.is_drawing_engine(engine):
        return ""
    painter = engine_registry.find_first_engine("make_picture").name
    return painter if ModelStore(studio.home.models).has(painter) else ""


def require_preflight(studio: Studio, story: Story, wanted: Iterable[tuple[Shot, MakeVideo]]) -> None:
    """Check that all wanted takes can be made, before a job is queued. Raise the first problem, with the
    number of its shot.

    Raises BadInput or Refused for takes that the engine can't make, and Unavailable for missing weights or
    files.
    """
    index = conditioning.StoryIndex.from_story(story)
    ready: dict[
        tuple[str, str], tuple[ResolvedWeights | None, Machine]
    ] = {}  # The weights and the machine for each engine and model, found once and used for all shots.
    # The LoRAs that fit, each with the engine and model that it was checked for. They are not checked again
    # for further shots.
    checked: set[tuple[tuple[str, str], str]] = set()
    for shot, spec in wanted:
        if shot_spec.is_drawing_engine(spec.engine):
            continue
        if engine_registry.find_engine(spec.engine) is None:
            raise shot_spec.make_missing_engine_error(spec.engine, index.get_shot_number(shot))
        followed = conditioning.list_followed(story, index.performances.prepare_for_take(shot), index)
        for message, hint in (*conditioning.list_follow_problems(followed), *list_offline_inputs(spec)):
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
            plan_take(spec, machine, list_clip_flags(followed))
        except MilimoError as error:
            raise type(error)(f"{index.get_shot_number(shot)}: {error.message}", error.hint) from error
        if found is None:
            continue
        stack = [
            one
            for one in element_inputs.list_lora_stack(story, shot, spec.engine)
            if (named, one[0].id) not in checked
        ]
        for misfit, command in list_lora_misfits(studio, story, shot, found, stack):
            raise type(misfit)(
                f"{index.get_shot_number(shot)}: {misfit.message}", f"{misfit.hint}; or {command}"
            )
        checked |= {(named, use.id) for use, _ in stack}


def list_lora_misfits(
    studio: Studio, story: Story, shot: Shot, found: ResolvedWeights, stack: Sequence[tuple[LoraUse, str]]
) -> Iterator[tuple[MilimoError, str]]:
    """Yield each LoRA of `stack` that does not fit the weights `found`, as the error and the command that
    removes the LoRA.
    """
    store = ModelStore(studio.home.models)
    number = story.numbers.get(shot.id, shot.id)
    for use, owner in stack:
        try:
            lora_stacks.check_lora_fits(store, found, use)
        except MilimoError as error:
            yield error, lora_stacks.format_lora_removal(use, owner, number)


def list_offline_inputs(spec: MakeVideo) -> tuple[tuple[str, str], ...]:
    """Return a sentence and a hint for each file that a take must follow but that is missing."""
    named = [one.input for one in spec.conditioning] + [one.input for one in spec.control]
    named += [spec.voice.input] if spec.voice is not None else []
    named += [*spec.references, *(one.input for one in spec.subjects.parts)]
    paths = [Path(path) for path in named if isinstance(path, str) and not Path(path).is_file()]
    return tuple(
        (f"{path.name} is offline: it was at {path.parent}", "milimo asset relink ID FILE links it again")
        for path in paths
    )


def find_take_weights(
    studio: Studio, spec: MakeVideo
) -> tuple[ResolvedWeights | None, PreflightProblem | None]:
    """Return the weights for a take, and the problem that prevents the take on this machine. The weights are
    None if none are needed or found. The problem is None if the take can be made.
    """
    if not explanation.uses_recipes(spec.engine):
        return None, None
    try:
        return readiness.require_runnable_weights(studio, spec.engine, spec.model), None
    except MilimoError as error:
        problem = PreflightProblem(error.message, error.hint)
    try:
        return ModelStore(studio.home.models).resolve(spec.engine, model=spec.model), problem
    except MilimoError:
        return None, problem  # The problem found above already explains why no weights can be used.


def plan_take(spec: MakeVideo, machine: Machine, clips: Sequence[bool]) -> Way | None:
    """Return the engine's plan for a take; None for an engine that makes no plans. `clips` says for each
    condition of the spec if it is a clip.

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
    """Return a description of this machine for an engine's plan: the installed weights, the card, and the
    runs measured on it.
    """
    return Machine(
        ModelStore(studio.home.models),
        found,
        spec.model,
        card=partial(gpu_cards.find_card, studio),
        shown=partial(gpu_cards.list_measured_runs, studio),
        packages=find_recipe_packages,
    )


def add_continuity(spec: MakeVideo, followed: Sequence[FollowedItem]) -> MakeVideo:
    """Return the spec with the end of the previous shot added as a condition. The condition has a placeholder
    name instead of a file, because the take of the previous shot may not exist yet.
    """
    ends = [one for one in followed if one.source == "continuity" and not one.behind]
    if not ends:
        return spec
    going_on = Conditioning(input=ends[0].what, source="continuity", at=ends[0].at)
    return spec.model_copy(update={"conditioning": (*spec.conditioning, going_on)})


def list_clip_flags(followed: Sequence[FollowedItem]) -> list[bool]:
    """Return a flag for each condition that is sent, in the order of the spec: True for a clip, False for a
    picture.
    """
    sent = [one.is_clip for one in followed if one.is_sent and not one.control]
    return [*sent, *(False for one in followed if one.source == "continuity" and not one.behind)]


def _explain_take_memory(
    studio: Studio, spec: MakeVideo, found: ResolvedWeights | None, chunk_limit: int
) -> dict[str, Any] | None:
    """Return the recipe (how the weights are loaded) and the memory of a take on this machine's card, in the
    form of `engine explain`. Return None for tiny weights. `chunk_limit` is the number of frames made at
    once.
    """
    if found is not None and found.tiny:
        return None
    request = gpu_cards.make_memory_request(studio, spec.engine, found, spec.model, spec, chunk_limit)
    return gpu_cards.explain_on_this_card(studio, request)
