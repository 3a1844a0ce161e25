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
class ShotWords:
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
    def is_open(self) -> bool:
        """True if the suggestion waits for the user's decision."""
        return self.state in ("suggested", "outgrown")


def shots_of(story: Story, scene: str) -> tuple[Shot, ...]:
    """Return the live shots of a scene, in film order."""
    return tuple(shot for shot in story.live_shots() if shot.scene == scene)


def words_of(story: Story, scene: str) -> tuple[ShotWords, ...]:
    """Return every shot of a scene with its newest suggestion; open suggestions come before decided ones."""
    return tuple(words_of_shot(story, shot) for shot in shots_of(story, scene))


def with_written(studio: Studio, scene: str) -> tuple[ShotWords, ...]:
    """Save the suggestions that running jobs have written so far, and return the prompts of the scene."""
    suggestions.take_in_written(studio, shots_of(studio.snapshot().story, scene))
    return words_of(studio.snapshot().story, scene)


def words_of_shot(story: Story, shot: Shot) -> ShotWords:
    """Return a shot with its newest suggestion."""
    mine = [
        one for one in suggestions.of_shot(story, shot.id) if one.task not in ("continue", told_lengths.TASK)
    ]
    waiting = [one for one in mine if one.state is SuggestionState.OPEN]
    one = next(iter((*waiting, *mine)), None)
    family = one.family if one is not None and one.family else briefs.family_of(story, shot)
    number, now = story.numbers.get(shot.id, ""), briefs.worded_now(story, shot, family)
    if one is None:
        return ShotWords(shot, number, now)
    state = one.state.value
    if one.state is SuggestionState.OPEN:
        state = "outgrown" if suggestions.is_outgrown(story, shot, one) else "suggested"
    faults = suggestions.faults_of(story, shot, one) if one.state is SuggestionState.OPEN else ()
    return ShotWords(shot, number, now, one, state, faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneWanted:
    """A request for prompts of a scene's shots. `again` includes shots with an open suggestion that is still
    current.
    """

    scene: Scene
    again: bool = False
    still: bool = False
    engine: str = ""
    model: str = ""
    seed: int | None = None


def request(studio: Studio, wanted: SceneWanted) -> JobRequest:
    """Return the job that words all shots of a scene. Raises Refused if no shot needs a suggestion,
    Unavailable.
    """
    story, scene = studio.snapshot().story, wanted.scene
    engine = wanted.engine or studio.settings.text_engine
    shot_spec.check_engine(engine, "write")
    every = [words_of_shot(story, shot) for shot in shots_of(story, scene.id)]
    if not every:
        raise Refused(f"scene {scene.number} has no shots to word", "milimo shot add makes one")
    due = [one.shot for one in every if wanted.again or one.state != "suggested"]
    if not due:
        raise Refused(
            f"a suggestion waits for every shot of scene {scene.number}",
            f"milimo scene enhance {scene.number} --again has them written anew",
        )
    seed = shot_spec.new_seed() if wanted.seed is None else wanted.seed
    spec = Write(
        engine=engine,
        task=TASK,
        text=scene.heading,
        seed=seed,
        model=wanted.model,
        briefs=tuple(
            briefs.brief_of(
                story, shot, briefs.family_of(story, shot, still=wanted.still), (seed + at) % 2**32
            )
            for at, shot in enumerate(due)
        ),
    )
    suggestions.require(studio, engine, wanted.model)
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=f"scene {scene.number} prompts",
        project=str(studio.project().paths.root),
    )


def accept(studio: Studio, scene: Scene) -> tuple[ShotWords, ...]:
    """Accept every open suggestion of a scene whose shot has the same meaning still, as one edit. Raises
    NotFound.

    Suggestions that a running job has finished are included.
    """
    taken = [one for one in with_written(studio, scene.id) if one.state == "suggested" and one.suggestion]
    if not taken:
        raise NotFound(f"no suggestion waits in scene {scene.number}", f"milimo scene enhance {scene.number}")
    pairs = [(one.shot, one.suggestion) for one in taken if one.suggestion is not None]
    studio.project().edit(
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


def decline(studio: Studio, scene: Scene) -> Sequence[Suggestion]:
    """Decline every open suggestion of a scene, as one edit. Raises NotFound."""
    suggestions.take_in_written(studio, shots_of(studio.snapshot().story, scene.id))
    story = studio.snapshot().story
    every = [one for shot in shots_of(story, scene.id) for one in suggestions.open_of(story, shot.id)]
    waiting = [one for one in every if one.task != told_lengths.TASK]
    if not waiting:
        raise NotFound(f"no suggestion waits in scene {scene.number}", f"milimo scene enhance {scene.number}")
    studio.project().edit(
        f"decline the suggestions for scene {scene.number}",
        scope="project",
        actor=studio.actor,
        before=waiting,
        after=[replace(one, state=SuggestionState.DECLINED) for one in waiting],
    )
    return waiting
