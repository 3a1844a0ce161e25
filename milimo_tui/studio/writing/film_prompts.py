"""Prompts for the shots of a film by a language model, for the models of another engine than the film's: the
job, and the acceptance of its prompts.
"""

from __future__ import annotations

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.format import format_count
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import BOX
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.script_reading import PROMPTS_JOB
from milimo_tui.story.values.suggestion import Suggestion, SuggestionState
from milimo_tui.studio.script.screenplays import get_script_mode
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.written_prompts import get_prompt_guide
from milimo_tui.studio.writing import briefs, script_readings, suggestions
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine


def list_shots_without_prompt(story: Story, family: str) -> list[Shot]:
    """Return the shots of a film that have neither a prompt by the user nor an accepted prompt for the models
    of an engine that agrees with the present facts.
    """
    performances = FilmPerformances(story)
    return [
        shot
        for shot in story.live_shots()
        if shot.prompt is None
        and performances.find_take_maker(shot).id == shot.id
        and not shot_spec.find_written_prompt(story, performances.prepare_for_take(shot), family)
    ]


def make_film_prompt_job(
    studio: Studio, family: str = "", scenes: str | None = None, engine: str = "", model: str = ""
) -> JobRequest:
    """Return the job that writes the prompts of the film's shots, or of some scenes, for the models of the
    engine `family`; empty: the film's engine. Shots that have such a prompt are left out.

    Raises NotFound for an engine without a prompt guide, BadInput for unknown scenes, Refused if every shot
    has a prompt, and Unavailable if the text engine can't run here.
    """
    file = studio.require_project()
    story = studio.take_snapshot().story
    wanted = family or story.project.engine
    if family and get_prompt_guide(family) is None:
        raise NotFound(f"there is no prompt guide for “{family}”", "milimo model list lists the engines")
    numbers = None if scenes is None else script_readings.list_scene_numbers(studio, scenes)
    chosen = {scene.id for scene in story.scenes if numbers is None or scene.number in numbers}
    due = [shot for shot in list_shots_without_prompt(story, wanted) if shot.scene in chosen]
    if not due:
        raise Refused(f"every shot has a prompt for {wanted}", "milimo shot enhance writes another one")
    still = (guide := get_prompt_guide(wanted)) is not None and guide.still
    writer = choose_text_engine(studio, engine, model)
    shots = [
        (shot, wanted if family else briefs.choose_guide_family(story, shot, still=still)) for shot in due
    ]
    spec = Write(
        engine=writer.engine,
        task=suggestions.PROMPTS,
        text=f"{PROMPTS_JOB}for {wanted}",
        model=writer.model,
        order=briefs.make_prompt_order(story, shots, get_script_mode(file)),
        temperature=0.0,
        accepts=True,
    )
    return JobRequest(
        spec=spec.model_dump(mode="json"), label=f"{PROMPTS_JOB}for {wanted}", project=str(file.paths.root)
    )


def accept_film_prompts(project: ProjectFile, job: str) -> None:
    """Accept the prompts that a job wrote and that agree with the facts of their shots, as one edit. The
    others stay suggestions.
    """
    story = project.load_story()
    shots = {shot.id: shot for shot in story.live_shots()}
    accepted = [
        one
        for one in story.suggestions
        if (one.job, one.state) == (job, SuggestionState.OPEN)
        and one.shot in shots
        and not suggestions.is_suggestion_outgrown(story, shots[one.shot], one)
        and not suggestions.list_suggestion_faults(story, shots[one.shot], one)
    ]
    if accepted:
        chosen = [(shots[one.shot], one) for one in accepted]
        label = f"accept {format_count(len(accepted), 'prompt')} for {accepted[0].family}"
        suggestions.write_acceptance(project, BOX, story, chosen, label)


def list_job_prompts(story: Story, job: str) -> tuple[list[Suggestion], list[Suggestion]]:
    """Return the prompts of a job that are accepted, and those that wait because they do not agree with the
    facts. Prompts of deleted shots are left out.
    """
    live = {shot.id for shot in story.live_shots()}
    made = [one for one in story.suggestions if one.job == job and one.shot in live]
    return (
        [one for one in made if one.state is SuggestionState.ACCEPTED],
        [one for one in made if one.state is SuggestionState.OPEN],
    )
