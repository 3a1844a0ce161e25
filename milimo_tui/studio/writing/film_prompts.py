"""Prompts for the shots of a film by a language model, for the models of another engine than the film's: the
job, and the acceptance of its prompts.
"""

from __future__ import annotations

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.suggestion import Suggestion
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
    studio: Studio, family: str = "", scenes: str = "", engine: str = "", model: str = ""
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
    numbers = script_readings.list_scene_numbers(studio, scenes) if scenes else ()
    chosen = {scene.id for scene in story.scenes if not scenes or scene.number in numbers}
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
        text=f"prompts for {wanted}",
        model=writer.model,
        order=briefs.make_prompt_order(story, shots, get_script_mode(file)),
        temperature=0.0,
    )
    return JobRequest(
        spec=spec.model_dump(mode="json"), label=f"prompts for {wanted}", project=str(file.paths.root)
    )


def accept_film_prompts(studio: Studio, job: str) -> tuple[list[Suggestion], list[Suggestion]]:
    """Accept the prompts that a job wrote and that agree with the facts of their shots, as one edit. Return
    the accepted prompts, and those that were left out.
    """
    story = studio.take_snapshot().story
    shots = {shot.id: shot for shot in story.live_shots()}
    made = [one for one in story.suggestions if one.job == job and one.shot in shots]
    left = [
        one
        for one in made
        if suggestions.list_suggestion_faults(story, shots[one.shot], one)
        or suggestions.is_suggestion_outgrown(story, shots[one.shot], one)
    ]
    accepted = [one for one in made if one not in left]
    if accepted:
        chosen = [(shots[one.shot], one) for one in accepted]
        suggestions.write_acceptance(studio, story, chosen, f"accept {len(accepted)} prompts")
    return accepted, left
