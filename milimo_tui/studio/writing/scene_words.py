"""Prompts of a scene's shots, worded by a language model: requested as one job, compared, accepted or
declined together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.values.film import Scene, Shot, Story, Suggestion, SuggestionState
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import briefs, suggestions, told_lengths

TASK = "rewrite"


@dataclass(frozen=True, slots=True)
class ShotPromptState:
    """The current prompt of a shot, and the suggestion of a model for it.

    `state` is `suggested`, `outgrown` (the meaning of the shot has changed since), `accepted`, `declined`, or
    empty if there is no suggestion. `faults` are the suggestion's faults by the prompt guide.
    """

    shot: Shot
    number: str
    now: str
    suggestion: Suggestion | None = None
    state: str = ""
    faults: tuple[str, ...] = ()

    @property
    def has_open_suggestion(self) -> bool:
        """True if the suggestion waits for the user's decision."""
        return self.state in ("suggested", "outgrown")


def list_scene_shots(story: Story, scene: str) -> tuple[Shot, ...]:
    """Return the live shots of a scene, in film order."""
    return tuple(shot for shot in story.live_shots() if shot.scene == scene)


def list_scene_prompts(story: Story, scene: str) -> tuple[ShotPromptState, ...]:
    """Return every shot of a scene with its newest suggestion; open suggestions come before decided ones."""
    return tuple(get_shot_prompt_state(story, shot) for shot in list_scene_shots(story, scene))


def refresh_scene_prompts(studio: Studio, scene: str) -> tuple[ShotPromptState, ...]:
    """Save the suggestions that running jobs have written so far, and return the prompts of the scene."""
    suggestions.save_partial_suggestions(studio, list_scene_shots(studio.take_snapshot().story, scene))
    return list_scene_prompts(studio.take_snapshot().story, scene)


def get_shot_prompt_state(story: Story, shot: Shot) -> ShotPromptState:
    """Return a shot with its newest suggestion."""
    mine = [
        one
        for one in suggestions.list_shot_suggestions(story, shot.id)
        if one.task not in ("continue", told_lengths.TASK)
    ]
    waiting = [one for one in mine if one.state is SuggestionState.OPEN]
    one = next(iter((*waiting, *mine)), None)
    family = one.family if one is not None and one.family else briefs.choose_guide_family(story, shot)
    number, now = story.numbers.get(shot.id, ""), briefs.compose_current_prompt(story, shot, family)
    if one is None:
        return ShotPromptState(shot, number, now)
    state = one.state.value
    if one.state is SuggestionState.OPEN:
        state = "outgrown" if suggestions.is_suggestion_outgrown(story, shot, one) else "suggested"
    faults = suggestions.list_suggestion_faults(story, shot, one) if one.state is SuggestionState.OPEN else ()
    return ShotPromptState(shot, number, now, one, state, faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePromptRequest:
    """A request for prompts of a scene's shots. `again` includes shots with an open suggestion that is still
    current.
    """

    scene: Scene
    again: bool = False
    still: bool = False
    engine: str = ""
    model: str = ""
    seed: int | None = None


def make_scene_prompt_job(studio: Studio, wanted: ScenePromptRequest) -> JobRequest:
    """Return the job that words all shots of a scene. Raises Refused if no shot needs a suggestion,
    Unavailable.
    """
    story, scene = studio.take_snapshot().story, wanted.scene
    engine = wanted.engine or studio.settings.text_engine
    shot_spec.check_engine(engine, "write")
    every = [get_shot_prompt_state(story, shot) for shot in list_scene_shots(story, scene.id)]
    if not every:
        raise Refused(f"scene {scene.number} has no shots", "milimo shot add makes one")
    due = [one.shot for one in every if wanted.again or one.state != "suggested"]
    if not due:
        raise Refused(
            f"a suggestion waits for every shot of scene {scene.number}",
            f"milimo scene enhance {scene.number} --again makes new ones",
        )
    seed = shot_spec.draw_random_seed() if wanted.seed is None else wanted.seed
    spec = Write(
        engine=engine,
        task=TASK,
        text=scene.heading,
        seed=seed,
        model=wanted.model,
        briefs=tuple(
            briefs.make_shot_brief(
                story, shot, briefs.choose_guide_family(story, shot, still=wanted.still), (seed + at) % 2**32
            )
            for at, shot in enumerate(due)
        ),
    )
    suggestions.require_text_engine(studio, engine, wanted.model)
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"scene {scene.number} prompts",
        project=str(studio.require_project().paths.root),
    )


def accept_scene_suggestions(studio: Studio, scene: Scene) -> tuple[ShotPromptState, ...]:
    """Accept every open suggestion of a scene whose shot has the same meaning still, as one edit. Raises
    NotFound.

    Suggestions that a running job has finished are included.
    """
    taken = [
        one for one in refresh_scene_prompts(studio, scene.id) if one.state == "suggested" and one.suggestion
    ]
    if not taken:
        raise NotFound(
            f"there is no open suggestion in scene {scene.number}", f"milimo scene enhance {scene.number}"
        )
    pairs = [(one.shot, one.suggestion) for one in taken if one.suggestion is not None]
    studio.require_project().write_edit(
        f"accept the suggestions for scene {scene.number}",
        scope="project",
        actor=studio.actor,
        before=[value for pair in pairs for value in pair],
        after=[
            value
            for shot, one in pairs
            for value in (replace(shot, prompt=one.text), replace(one, state=SuggestionState.ACCEPTED))
        ],
    )
    return tuple(taken)


def decline_scene_suggestions(studio: Studio, scene: Scene) -> Sequence[Suggestion]:
    """Decline every open suggestion of a scene, as one edit. Raises NotFound."""
    suggestions.save_partial_suggestions(studio, list_scene_shots(studio.take_snapshot().story, scene.id))
    story = studio.take_snapshot().story
    every = [
        one
        for shot in list_scene_shots(story, scene.id)
        for one in suggestions.list_open_suggestions(story, shot.id)
    ]
    waiting = [one for one in every if one.task != told_lengths.TASK]
    if not waiting:
        raise NotFound(
            f"there is no open suggestion in scene {scene.number}", f"milimo scene enhance {scene.number}"
        )
    studio.require_project().write_edit(
        f"decline the suggestions for scene {scene.number}",
        scope="project",
        actor=studio.actor,
        before=waiting,
        after=[replace(one, state=SuggestionState.DECLINED) for one in waiting],
    )
    return waiting
