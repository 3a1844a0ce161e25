"""Prompts for the shots of a scene, written by a language model in one job. The user compares them with the
present prompts, and accepts or declines them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.suggestion import CONTINUE, Suggestion, SuggestionState
from milimo_tui.studio.script.screenplays import get_script_mode
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import briefs, predicted_lengths, suggestions
from milimo_tui.studio.writing.acceptance import find_refusal_reasons
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine


@dataclass(frozen=True, slots=True)
class ShotPromptState:
    """The present prompt of a shot (`now`), and a language model's suggestion for it.

    `state` is `suggested`, `outgrown` (the meaning of the shot has changed since the request), `accepted`,
    `declined`, or empty if there is no suggestion. `faults` are the faults that the prompt guide finds in the
    suggestion.
    """

    shot: Shot
    number: str
    now: str
    suggestion: Suggestion | None = None
    state: str = ""
    faults: tuple[str, ...] = ()

    @property
    def has_open_suggestion(self) -> bool:
        """True if the user has neither accepted nor declined the suggestion."""
        return self.state in ("suggested", "outgrown")


def list_scene_shots(story: Story, scene: str) -> tuple[Shot, ...]:
    """Return the shots of a scene (an id) in film order, without shots that were taken out of the film."""
    return tuple(shot for shot in story.live_shots() if shot.scene == scene)


def list_scene_prompts(story: Story, scene: str) -> tuple[ShotPromptState, ...]:
    """Return the present prompt and the newest suggestion of every shot of a scene (an id). A suggestion
    without the user's decision is preferred to a newer one that the user has accepted or declined.
    """
    return tuple(get_shot_prompt_state(story, shot) for shot in list_scene_shots(story, scene))


def refresh_scene_prompts(studio: Studio, scene: str) -> tuple[ShotPromptState, ...]:
    """Save the suggestions that running jobs have written so far, and return the prompts of the scene."""
    suggestions.save_partial_suggestions(studio, list_scene_shots(studio.take_snapshot().story, scene))
    return list_scene_prompts(studio.take_snapshot().story, scene)


def get_shot_prompt_state(story: Story, shot: Shot) -> ShotPromptState:
    """Return the present prompt of a shot with its newest suggestion. Suggestions that wait for the user's
    decision are preferred to those that the user has accepted or declined.
    """
    mine = [
        one
        for one in suggestions.list_shot_suggestions(story, shot.id)
        if one.task not in (CONTINUE, predicted_lengths.TASK)
    ]
    waiting = [one for one in mine if one.state is SuggestionState.OPEN]
    one = next(iter((*waiting, *mine)), None)
    family = one.family if one is not None and one.family else briefs.choose_guide_family(story, shot)
    number, now = story.numbers.get(shot.id, ""), briefs.compose_current_prompt(story, shot, family)
    if one is None:
        return ShotPromptState(shot, number, now)
    state = "same" if suggestions.repeats_present_prompt(one) else one.state.value
    if one.state is SuggestionState.OPEN:
        state = "outgrown" if suggestions.is_suggestion_outgrown(story, shot, one) else "suggested"
    faults = suggestions.list_suggestion_faults(story, shot, one) if one.state is SuggestionState.OPEN else ()
    return ShotPromptState(shot, number, now, one, state, faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePromptRequest:
    """A request for new prompts for the shots of a scene. Shots with an up-to-date suggestion that waits for
    the user's decision are skipped, unless `again` is True. With `still`, the prompts are for boards.
    """

    scene: Scene
    again: bool = False
    still: bool = False
    engine: str = ""
    model: str = ""
    seed: int | None = None


def make_scene_prompt_job(studio: Studio, wanted: ScenePromptRequest) -> JobRequest:
    """Return the job that writes prompts for the shots of a scene. Raises Refused if no shot needs a
    suggestion, and Unavailable if the engine can't run here.
    """
    story, scene = studio.take_snapshot().story, wanted.scene
    every = [get_shot_prompt_state(story, shot) for shot in list_scene_shots(story, scene.id)]
    if not every:
        raise Refused(f"scene {scene.number} has no shots to describe", "milimo shot add adds a shot")
    due = [one.shot for one in every if wanted.again or one.state != "suggested"]
    if not due:
        raise Refused(
            f"every shot of scene {scene.number} already has a suggestion",
            f"milimo scene enhance {scene.number} --again writes them again",
        )
    seed = shot_spec.draw_random_seed() if wanted.seed is None else wanted.seed
    writer = choose_text_engine(studio, wanted.engine, wanted.model)
    shots = [(shot, briefs.choose_guide_family(story, shot, still=wanted.still)) for shot in due]
    mode = get_script_mode(studio.require_project())
    spec = Write(
        engine=writer.engine,
        task=suggestions.PROMPTS,
        text=scene.heading,
        seed=seed,
        model=writer.model,
        order=briefs.make_prompt_order(story, shots, mode, seed=seed),
    )
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"scene {scene.number} prompts",
        project=str(studio.require_project().paths.root),
    )


def accept_scene_suggestions(
    studio: Studio, scene: Scene, *, force: bool = False
) -> tuple[ShotPromptState, ...]:
    """Accept all suggestions of a scene that wait for the user's decision, in one edit. Suggestions that a
    running job has already written are included.

    A suggestion is skipped if the meaning of its shot has changed since the request. Raises NotFound if there
    is nothing to accept, and Refused if one of the answers cannot be a prompt of its shot, unless `force` is
    True.
    """
    taken = [
        one for one in refresh_scene_prompts(studio, scene.id) if one.state == "suggested" and one.suggestion
    ]
    if not taken:
        raise NotFound(
            f"scene {scene.number} has no suggestions", f"milimo scene enhance {scene.number} asks for some"
        )
    if not force:
        _require_acceptable_prompts(studio.take_snapshot().story, scene, taken)
    story = studio.take_snapshot().story
    accepted = [(one.shot, one.suggestion) for one in taken if one.suggestion is not None]
    label = f"accept the suggestions for scene {scene.number}"
    suggestions.write_acceptance(studio.require_project(), studio.actor, story, accepted, label)
    return tuple(taken)


def _require_acceptable_prompts(story: Story, scene: Scene, taken: Sequence[ShotPromptState]) -> None:
    """Raise Refused if the answer for a shot cannot be its prompt."""
    reasons = {
        one.number: found
        for one in taken
        if one.suggestion and (found := find_refusal_reasons(story, one.shot, one.suggestion))
    }
    if reasons:
        listed = "; ".join(f"{number}: {', '.join(found)}" for number, found in reasons.items())
        others = f"milimo shot decline {next(iter(reasons))} declines one"
        raise Refused(
            f"{len(reasons)} of {len(taken)} answers for scene {scene.number} are not accepted: {listed}",
            f"{others}; milimo scene accept {scene.number} --force accepts all",
        )


def decline_scene_suggestions(studio: Studio, scene: Scene) -> Sequence[Suggestion]:
    """Decline all suggestions of a scene that wait for the user's decision, in one edit, and return them.
    Raises NotFound if there are none.
    """
    suggestions.save_partial_suggestions(studio, list_scene_shots(studio.take_snapshot().story, scene.id))
    story = studio.take_snapshot().story
    every = [
        one
        for shot in list_scene_shots(story, scene.id)
        for one in suggestions.list_open_suggestions(story, shot.id)
    ]
    waiting = [one for one in every if one.task != predicted_lengths.TASK]
    if not waiting:
        raise NotFound(
            f"scene {scene.number} has no suggestions", f"milimo scene enhance {scene.number} asks for some"
        )
    studio.require_project().write_edit(
        f"decline the suggestions for scene {scene.number}",
        scope="project",
        actor=studio.actor,
        before=waiting,
        after=[replace(one, state=SuggestionState.DECLINED) for one in waiting],
    )
    return waiting
