"""Readings of the screenplay by a language model: the job, its size beforehand, and the proposal that it
leaves in the film.

A reading changes nothing until the user accepts it (`story.commit.accepted_reading`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, MilimoError, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.llm.chat_model import estimate_tokens
from milimo_tui.engines.llm.reading.questions import ask_for_people, ask_for_scene
from milimo_tui.engines.llm.reading.shot_prompts import PROMPT
from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.engines.specs.text_specs import PromptOrder, Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.commit.reading_prompts import ProposedPrompt
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.script_reading import ReadingAnswer, ScriptReading
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.story.values.text import fold
from milimo_tui.studio.script import accepted_prompts, screenplays
from milimo_tui.studio.script.commit_desk import QuietDesk
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.writing import briefs, suggestions
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine

TASK = "read"
PROMPTS_LABEL = "prompts of the reading"
ORDER = "order"  # Role of the file with the shots that need a prompt.


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """A reading that has not been queued: the scenes to read, and estimated tokens of all questions and
    answers without those about prompts. `time_text` is the expected time in words; empty if it is unknown.

    `requests` are its two jobs, which are queued together: the first reads the scenes, and the second writes
    the prompts of the shots.
    """

    requests: tuple[JobRequest, JobRequest]
    engine: str
    scenes: tuple[str, ...]
    question_tokens: int
    answer_tokens: int
    time_text: str = ""

    @property
    def size_text(self) -> str:
        """The size of the reading in words."""
        scenes = format_count(len(self.scenes), "scene")
        answers = f"at most {self.answer_tokens:,} to write"
        size = f"{scenes}, about {self.question_tokens:,} tokens to read and {answers}"
        return f"{size}; {self.time_text}" if self.time_text else size


def plan_reading(studio: Studio, engine: str = "", model: str = "", scenes: str = "") -> ReadingPlan:
    """Return the job in which a text engine reads the film's screenplay, or the scenes with the given
    numbers.

    Raises BadInput for unknown scenes, NotFound without a screenplay or for an engine that can't write, and
    Unavailable for an engine that can't run here.
    """
    file = studio.require_project()
    project = file.load_story().project
    mode = screenplays.get_script_mode(file)
    screenplay = fountain.parse(project.script.encode(), mode)
    cast = build_cast(screenplay)
    every = [number_scene(scene, cast) for scene in screenplay.scenes]
    if not any(scene.paragraphs for scene in every):
        raise NotFound("the film has no screenplay to read", "milimo script import FILE brings one in")
    chosen = choose_scenes(every, scenes)
    reader = choose_text_engine(studio, engine, model)
    spec = Write(
        engine=reader.engine,
        task=TASK,
        text=project.script,
        model=reader.model,
        reading=mode.value,
        scenes=tuple(scene.number for scene in chosen) if scenes else (),
        known_answers=tuple(
            (answer.id, answer.text) for answer in file.facts.list_reading_answers() if answer.task != PROMPT
        ),
        temperature=0.0,
    )
    questions = [ask_for_people(chosen, cast.names), *(ask_for_scene(scene, (), ()) for scene in chosen)]
    request = JobRequest(
        id=new_id("job"),
        spec=spec.model_dump(mode="json"),
        label="reading the screenplay",
        project=str(file.paths.root),
    )
    return ReadingPlan(
        (request, _make_prompts_job(request, spec)),
        reader.engine,
        tuple(scene.number for scene in chosen),
        sum(estimate_tokens(f"{each.system}{each.user}") for each in questions),
        sum(each.tokens for each in questions),
        reader.time_text,
    )


def _make_prompts_job(request: JobRequest, reading: Write) -> JobRequest:
    """Return the job that writes the prompts of a reading after its scenes were read."""
    spec = Write(
        engine=reading.engine,
        task=suggestions.PROMPTS,
        text=PROMPTS_LABEL,
        model=reading.model,
        order_file=JobOutput(job=request.id, output=ORDER),
        reading_job=request.id,
        temperature=0.0,
    )
    return JobRequest(spec=spec.model_dump(mode="json"), label=PROMPTS_LABEL, project=request.project)


def choose_scenes(scenes: Sequence[NumberedScene], wanted: str) -> list[NumberedScene]:
    """Return the scenes that a text such as `3-7, 12A` names, in script order; all scenes for an empty text.
    Raises BadInput for a number that no scene has.
    """
    if not wanted.strip():
        return list(scenes)
    numbers = [scene.number.upper() for scene in scenes]
    chosen: set[int] = set()
    for part in wanted.replace(",", " ").split():
        first, _, last = part.upper().partition("-")
        ends = [first, last or first]
        unknown = [number for number in ends if number not in numbers]
        if unknown:
            raise BadInput(f"the screenplay has no scene {unknown[0]}", "milimo scene list names the scenes")
        at, to = map(numbers.index, ends)
        chosen.update(range(min(at, to), max(at, to) + 1))
    return [scenes[at] for at in sorted(chosen)]


def list_scene_numbers(studio: Studio, wanted: str) -> tuple[str, ...]:
    """Return the numbers of the film's scenes that a text such as `3-7, 12A` names. Raises BadInput."""
    file = studio.require_project()
    script = file.load_story().project.script
    screenplay = fountain.parse(script.encode(), screenplays.get_script_mode(file))
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    return tuple(scene.number for scene in choose_scenes(scenes, wanted))


def save_reading(project: ProjectFile, job: DetailedJob, spec: Write, result: Result) -> dict[str, str]:
    """Save the reading that a job made, as an open proposal, and the new answers. Saving the same job again
    changes nothing. Return the files for other jobs by role: the list of the shots that need a prompt.

    Raises Damaged if the file with the answer is missing.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    found: dict[str, Any] = suggestions.read_writing_answer(path)["reading"]
    reading = ScriptReading(
        id=new_id("reading"),
        job=job.id,
        engine=spec.engine,
        reader=found["reader"],
        film=_dump(found["film"]),
        scenes=_dump(found["scenes"]),
        notes=tuple(found["problems"]),
    )
    project.facts.add_reading(reading, _make_answers(found["answers"]))
    order = path.with_name(f"{ORDER}.json")
    text = make_reading_order(project, reading).model_dump_json()
    write_file_atomically(order, text.encode(errors="replace"), 0o600)
    return {ORDER: str(order)}


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
    text = _dump([json.loads(format_stored_json(prompt)) for prompt in prompts])
    is_new = project.facts.set_reading_prompts(spec.reading_job, text, _make_answers(found["answers"]))
    readings = project.facts.list_readings()
    reading = next((each for each in readings if each.job == spec.reading_job), None)
    if not is_new or reading is None or reading.state is not SuggestionState.ACCEPTED:
        return
    for shot, _, prompt in accepted_prompts.match_reading_prompts(project.load_story(), prompts):
        made = accepted_prompts.make_prompt_suggestion(reading, shot, prompt)
        project.facts.add_suggestion(replace(made, state=SuggestionState.OPEN))


def _make_answers(rows: Mapping[str, Any]) -> list[ReadingAnswer]:
    return [
        ReadingAnswer(id=key, task=row["task"], scenes=tuple(row["scenes"]), text=row["answer"])
        for key, row in rows.items()
    ]


def find_open_reading(project: ProjectFile) -> ScriptReading:
    """Return the newest reading that waits for the user's decision. Raises NotFound."""
    readings = [each for each in project.facts.list_readings() if each.state is SuggestionState.OPEN]
    if not readings:
        raise NotFound("no reading waits for a decision", "milimo script read makes one")
    return readings[-1]


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
