"""The prompts of a reading: the order for the job that writes them, after the scenes were read, and the
prompts that the job leaves in the reading.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import write_file_atomically
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.llm.reading.shot_prompts import PROMPT
from milimo_tui.engines.specs.text_specs import PromptOrder, Write
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.commit.reading_prompts import ProposedPrompt
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.story.values.text import fold
from milimo_tui.studio.script import accepted_prompts, screenplays
from milimo_tui.studio.script.commit_desk import QuietDesk
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import briefs, script_readings, suggestions


def save_reading_order(project: ProjectFile, job: DetailedJob, result: Result) -> dict[str, str]:
    """Write the order for the prompts of the reading that a job made to a file in the job's workspace. Return
    its path by the role of the file. The job of the prompts gets this path.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    reading = next(each for each in project.facts.list_readings() if each.job == job.id)
    order = path.with_name(f"{script_readings.ORDER}.json")
    text = make_reading_order(project, reading).model_dump_json()
    write_file_atomically(order, text.encode(errors="replace"), 0o600)
    return {script_readings.ORDER: str(order)}


def make_reading_order(project: ProjectFile, reading: ScriptReading) -> PromptOrder:
    """Return the order to write the prompts of the shots that the film has if a reading is accepted, each for
    the models of the shot's engine. Shots with a prompt by the user or with an accepted prompt are left out.
    """
    try:
        prepared = screenplays.prepare_commit(QuietDesk(project), asking=False, reading=reading)
    except MilimoError:
        # The script can't be committed now, for example because it has no shots any more.
        return PromptOrder()
    story = shot_spec.number_story(prepared.then)
    read = {fold(row["number"]) for row in json.loads(reading.scenes) if row["breakdown"]}
    scenes = {scene.id for scene in story.scenes if fold(scene.number) in read}
    performances = FilmPerformances(story)
    shots = [
        (shot, briefs.choose_guide_family(story, shot))
        for shot in story.live_shots()
        if shot.scene in scenes
        and shot.prompt is None
        and not shot_spec.find_written_prompt(
            story, performances.prepare_for_take(shot), shot_spec.choose_engine(story, shot)
        )
    ]
    known = [
        (answer.id, answer.text) for answer in project.facts.list_reading_answers() if answer.task == PROMPT
    ]
    mode = screenplays.get_script_mode(project)
    return briefs.make_prompt_order(story, shots, mode, known_answers=known)


def save_reading_prompts(project: ProjectFile, spec: Write, result: Result) -> None:
    """Save the prompts that a job wrote in the reading that they belong to. If the user has accepted the
    reading already, the prompts become suggestions for the shots.

    Saving the same job again changes nothing. Raises Damaged if the file with the answer is missing.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    found = suggestions.read_writing_answer(path)
    prompts = tuple(
        ProposedPrompt(
            number=row["number"],
            scene=row["scene"],
            family=row["family"],
            meant=row["meant"],
            text=row["text"],
            faults=tuple(row["faults"]),
        )
        for row in found["shots"]
    )
    text = json.dumps([json.loads(format_stored_json(prompt)) for prompt in prompts], ensure_ascii=False)
    is_new = project.facts.set_reading_prompts(
        spec.reading_job, text, script_readings.make_answers(found["answers"])
    )
    readings = project.facts.list_readings()
    reading = next((each for each in readings if each.job == spec.reading_job), None)
    if not is_new or reading is None or reading.state is not SuggestionState.ACCEPTED:
        return
    for shot, _, prompt in accepted_prompts.match_reading_prompts(project.load_story(), prompts):
        made = accepted_prompts.make_prompt_suggestion(reading, shot, prompt)
        project.facts.add_suggestion(replace(made, state=SuggestionState.OPEN))
