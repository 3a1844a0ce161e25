"""Readings of the screenplay by a language model: the job, its expected size, and the proposal that the job
saves in the film.

A reading changes nothing until the user accepts it (`story.commit.accepted_reading`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.llm.chat_model import estimate_tokens
from milimo_tui.engines.llm.reading.questions import SCENE
from milimo_tui.engines.llm.reading.reading_forecast import NO_READING, EarlierReading, forecast_questions
from milimo_tui.engines.llm.reading.shot_prompts import PROMPT
from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.jobs.values.states import JobState
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.sqlite.value_table import dump_compact_json
from milimo_tui.story.breakdown.film_reading import (
    load_current_breakdown,
    load_person,
    load_scene_breakdown,
)
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown
from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.breakdown.stored_json import convert_from_json
from milimo_tui.story.commit.accepted_reading import make_reading_proposal
from milimo_tui.story.reading.eras import assign_eras
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.script_reading import (
    READING_JOB,
    READING_PROMPTS_JOB,
    ReadingAnswer,
    ScriptReading,
)
from milimo_tui.story.values.suggestion import SuggestionState
from milimo_tui.story.values.text import fold
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.script.accepted_prompts import has_open_prompts
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import suggestions
from milimo_tui.studio.writing.text_engine_choice import TextEngineChoice, choose_text_engine

TASK = "read"
ORDER = "order"  # Role of the file with the shots that need a prompt.


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """A reading that has not been queued: its scenes, and the estimated tokens of the questions and answers
    without those about prompts. `time_text` is the expected time in words; empty if it is unknown.

    `unread` are the scenes about which the model has to be asked. The film stores the model's answers about
    the other scenes, and the tokens and the time do not include them.

    `requests` are its jobs, which are queued together. The first job reads the scenes. For a film, a second
    job writes the prompts of the shots.
    """

    requests: tuple[JobRequest, ...]
    engine: str
    scenes: tuple[str, ...]
    unread: tuple[str, ...]
    question_tokens: int
    answer_tokens: int
    time_text: str = ""

    @property
    def size_text(self) -> str:
        """The size of the reading in words."""
        every = format_count(len(self.scenes), "scene")
        if not self.question_tokens:
            return f"{every} again without a question, because the answers are stored"
        scenes = f"{len(self.unread)} of {every}" if len(self.unread) < len(self.scenes) else every
        if not self.unread:
            scenes = f"only the people of {every}"
        answers = f"at most {self.answer_tokens:,} to write"
        size = f"{scenes}, about {self.question_tokens:,} tokens to read and {answers}"
        return f"{size}; {self.time_text}" if self.time_text else size


def plan_reading(
    studio: Studio,
    engine: str = "",
    model: str = "",
    scenes: str | None = None,
    seed: int | None = None,
) -> ReadingPlan:
    """Return the job in which a text engine reads the film's screenplay, or the scenes with the given
    numbers.

    Raises BadInput for unknown scenes, NotFound without a screenplay or for an engine that can't write, and
    Unavailable for an engine that can't run here.
    """
    _check_scene_list(scenes)
    file = studio.require_project()
    project = file.load_story().project
    mode = screenplays.get_script_mode(file)
    answers = tuple(answer for answer in file.facts.list_reading_answers() if answer.task != PROMPT)
    reader = choose_text_engine(studio, engine, model)
    known = tuple((answer.id, answer.text) for answer in answers)
    spec = _make_spec(reader, project.script, mode, seed, known_answers=known)
    earlier = _find_earlier_reading(file.facts.list_readings(), reader.recorded_name)
    return _plan_spec(spec, reader, scenes, str(file.paths.root), answers, earlier)


def _find_earlier_reading(readings: Sequence[ScriptReading], reader: str) -> EarlierReading:
    """Return the people and scenes of the newest reading by a model; an empty reading if there is none."""
    reading = next((each for each in reversed(readings) if each.reader == reader), None)
    if reading is None:
        return NO_READING
    rows = parse_untrusted_json(reading.scenes)
    people = convert_from_json(FilmBreakdown, parse_untrusted_json(reading.film)).people
    scenes = {
        str(row["number"]): convert_from_json(SceneBreakdown, row["breakdown"])
        for row in rows
        if row["breakdown"]
    }
    return EarlierReading(people, scenes)


def plan_text_reading(
    studio: Studio,
    text: str,
    mode: ScreenplayMode,
    engine: str = "",
    model: str = "",
    seed: int | None = None,
) -> ReadingPlan:
    """Return the job in which a text engine reads a screenplay that is in no film. Raises the errors of
    `plan_reading`.
    """
    reader = choose_text_engine(studio, engine, model)
    return _plan_spec(_make_spec(reader, text, mode, seed), reader)


def _make_spec(
    reader: TextEngineChoice, text: str, mode: ScreenplayMode, seed: int | None, **fields: Any
) -> Write:
    spec = Write(
        engine=reader.engine,
        task=TASK,
        text=text,
        model=reader.model,
        reading=mode.value,
        temperature=0.0,
        **fields,
    )
    return spec if seed is None else spec.model_copy(update={"seed": seed})


def _plan_spec(
    spec: Write,
    reader: TextEngineChoice,
    scenes: str | None = None,
    project: str = "",
    answers: Sequence[ReadingAnswer] = (),
    earlier: EarlierReading = NO_READING,
) -> ReadingPlan:
    screenplay = fountain.parse(spec.text.encode(errors="replace"), ScreenplayMode(spec.reading))
    cast = build_cast(screenplay)
    every = [number_scene(scene, cast) for scene in screenplay.scenes]
    if not any(scene.paragraphs for scene in every):
        raise NotFound("the film has no screenplay to read", "milimo script import FILE imports one")
    chosen = choose_scenes(every, scenes)
    numbers = tuple(scene.number for scene in chosen)
    if scenes is not None:
        spec = spec.model_copy(update={"scenes": numbers})
    eras = dict(zip((scene.number for scene in every), assign_eras(screenplay.scenes), strict=True))
    questions = forecast_questions(
        chosen,
        [eras[number] for number in numbers],
        cast.names,
        model=reader.recorded_name,
        seed=spec.seed,
        answers=answers,
        earlier=earlier,
    )
    asked = {scene for question in questions if question.task == SCENE for scene in question.scenes}
    unread = [scene for scene in chosen if scene.number in asked]
    request = JobRequest(
        id=new_id("job"), spec=spec.model_dump(mode="json"), label=READING_JOB[1], project=project
    )
    return ReadingPlan(
        (request, _make_prompts_job(request, spec)) if project else (request,),
        reader.engine,
        numbers,
        tuple(scene.number for scene in unread),
        sum(estimate_tokens(f"{each.system}{each.user}") for each in questions),
        sum(each.tokens for each in questions),
        reader.describe_time("".join(scene.format_for_model() for scene in unread)),
    )


def _make_prompts_job(request: JobRequest, reading: Write) -> JobRequest:
    """Return the job that writes the prompts of a reading after its scenes were read."""
    spec = Write(
        engine=reading.engine,
        task=suggestions.PROMPTS,
        text=READING_PROMPTS_JOB[1],
        model=reading.model,
        order_file=JobOutput(job=request.id, output=ORDER),
        reading_job=request.id,
        temperature=0.0,
    )
    return JobRequest(
        spec=spec.model_dump(mode="json"), label=READING_PROMPTS_JOB[1], project=request.project
    )


def make_reading(studio: Studio, plan: ReadingPlan, *, with_prompts: bool = False) -> ScriptReading:
    """Queue the job of a plan, wait for it, and return the reading. The reading of a film's screenplay is
    also an open proposal in the film. With `with_prompts`, the job that writes the prompts is queued too; its
    failure is a note of the reading. Raises the error because of which there is no reading.
    """
    client = studio.require_client()
    requests = plan.requests if with_prompts else plan.requests[:1]
    job, *others = jobs = client.submit_jobs(requests)
    ended = wait_with_progress(studio, requests[0].label, jobs)
    check_job_done(ended[job])
    failed = [other for other in others if ended[other].state != JobState.DONE]
    if requests[0].project:
        readings = studio.require_project().facts.list_readings()
        reading = next(reading for reading in readings if reading.job == job)
        notes = [f"the prompts are not written: milimo job retry {other} continues" for other in failed]
        return replace(reading, notes=(*reading.notes, *notes))
    found = suggestions.read_writing_answer(Path(client.fetch_job(job).outputs["text"]))["reading"]
    return _build_reading(job, plan.engine, found)


def choose_scenes(scenes: Sequence[NumberedScene], wanted: str | None) -> list[NumberedScene]:
    """Return the scenes that a text such as `3-7, 12A` names, in script order; all scenes for None. Raises
    BadInput for a number that no scene has, and for a text without a number.
    """
    _check_scene_list(wanted)
    if wanted is None:
        return list(scenes)
    numbers = [scene.number.upper() for scene in scenes]
    chosen: set[int] = set()
    for part in wanted.replace(",", " ").split():
        first, _, last = part.upper().partition("-")
        ends = [first, last or first]
        unknown = [number for number in ends if number not in numbers]
        if unknown:
            raise BadInput(f"the screenplay has no scene {unknown[0]}", "milimo scene list lists the scenes")
        at, to = map(numbers.index, ends)
        if to < at:
            raise BadInput(f"scene {first} is after scene {last}", f"write {last}-{first}")
        chosen.update(range(at, to + 1))
    return [scenes[at] for at in sorted(chosen)]


def _check_scene_list(wanted: str | None) -> None:
    """Raise BadInput for a list of scenes without a number or with an empty item, such as that of a script
    with an empty variable.
    """
    if wanted is None:
        return
    if not wanted.replace(",", " ").split():
        raise BadInput("--scenes names no scene", "leave --scenes out to choose all scenes")
    if not all(item.strip() for item in wanted.split(",")):
        raise BadInput("--scenes has a comma without a scene number", "write the numbers as 3-7 or 2,5,12A")


def list_scene_numbers(studio: Studio, wanted: str) -> tuple[str, ...]:
    """Return the numbers of the film's scenes that a text such as `3-7, 12A` names. Raises BadInput."""
    file = studio.require_project()
    script = file.load_story().project.script
    screenplay = fountain.parse(script.encode(), screenplays.get_script_mode(file))
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    return tuple(scene.number for scene in choose_scenes(scenes, wanted))


def save_reading(project: ProjectFile, job: DetailedJob, spec: Write, result: Result) -> None:
    """Save the reading that a job made, as an open proposal, and the new answers. Saving the same job again
    changes nothing. Raises Damaged if the file with the answer is missing.
    """
    path = Path(next(output.path for output in result.outputs if output.role == "text"))
    found: dict[str, Any] = suggestions.read_writing_answer(path)["reading"]
    project.facts.add_reading(_build_reading(job.id, spec.engine, found), make_answers(found["answers"]))


def make_answers(rows: Mapping[str, Any]) -> list[ReadingAnswer]:
    """Return the answers of a job, by key, as values of the film."""
    return [
        ReadingAnswer(id=key, task=row["task"], scenes=tuple(row["scenes"]), text=row["answer"])
        for key, row in rows.items()
    ]


def _build_reading(job: str, engine: str, found: dict[str, Any]) -> ScriptReading:
    return ScriptReading(
        id=new_id("reading"),
        job=job,
        engine=engine,
        reader=found["reader"],
        film=dump_compact_json(found["film"]),
        scenes=dump_compact_json(found["scenes"]),
        notes=tuple(found["problems"]),
    )


def list_unread_scenes(reading: ScriptReading) -> dict[str, str]:
    """Return the scenes of a reading that the model could not read, by number, each with the reason."""
    rows = parse_untrusted_json(reading.scenes)
    return {str(row["number"]): str(row.get("problem", "")) for row in rows if not row["breakdown"]}


def list_scenes_left_unread(story: Story, readings: Sequence[ScriptReading]) -> list[str]:
    """Return the numbers of the scenes that the model could not read in an accepted reading, and that have no
    breakdown yet.
    """
    left = {
        number
        for reading in readings
        if reading.state is SuggestionState.ACCEPTED
        for number in list_unread_scenes(reading)
    }
    return [
        scene.number
        for scene in story.live_scenes()
        if scene.number in left and load_current_breakdown(scene) is None
    ]


def name_scenes(numbers: Sequence[str], order: Sequence[str]) -> str:
    """Return words for some scenes, such as `scenes 2, 5–7`. `order` are the numbers of all scenes."""
    spans: list[list[str]] = []
    for number in numbers:
        at = order.index(number)
        if spans and at > 0 and order[at - 1] == spans[-1][-1]:
            spans[-1].append(number)
        else:
            spans.append([number])
    parts = [span[0] if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans]
    return f"{'scene' if len(numbers) == 1 else 'scenes'} {', '.join(parts)}"


def describe_outdated_scenes(numbers: Sequence[str]) -> str:
    """Return the sentence that some scenes have changed since they were read."""
    scenes = ", ".join(numbers)
    if len(numbers) == 1:
        return f"scene {scenes} has changed since it was read"
    return f"scenes {scenes} have changed since they were read"


def find_open_reading(project: ProjectFile) -> ScriptReading:
    """Return the newest reading that waits for the user's decision (`list_open_readings`). Raises
    NotFound.
    """
    readings = list_open_readings(project.load_story(), project.facts.list_readings())
    if not readings:
        raise NotFound("no reading waits for a decision", "milimo script read makes one")
    return readings[-1]


def list_open_readings(story: Story, readings: Sequence[ScriptReading]) -> list[ScriptReading]:
    """Return the readings that wait for the user's decision, oldest first. An accepted reading waits again if
    the user has undone the acceptance. A reading whose scenes were all read again later is left out.
    """
    found: list[ScriptReading] = []
    read_later: set[str] = set()
    for reading in reversed(readings):
        scenes = parse_untrusted_json(reading.scenes)
        numbers = {str(scene["number"]) for scene in scenes}
        is_open = reading.state is SuggestionState.OPEN or (
            reading.state is SuggestionState.ACCEPTED and not _is_in_film(story, reading)
        )
        if is_open and not numbers <= read_later:
            found.insert(0, reading)
        read_later |= numbers
    return found


def _is_in_film(story: Story, reading: ScriptReading) -> bool:
    """Return True if the film has anything of a reading."""
    known = {read.digest for scene in story.scenes if (read := load_scene_breakdown(scene)) is not None}
    scenes = (scene["breakdown"] or {} for scene in parse_untrusted_json(reading.scenes))
    if any(scene.get("digest") in known for scene in scenes):
        return True
    rows = parse_untrusted_json(reading.film).get("people", ())
    names = {fold(str(row.get("name", ""))) for row in rows}
    return any(
        fold(person.name) in names for each in story.elements if (person := load_person(each)) is not None
    )


def is_reading_settled(file: ProjectFile, story: Story, reading: ScriptReading) -> bool:
    """Return True if the film has everything of a reading that can be accepted, so that the user has nothing
    to decide. Raises BadInput.
    """
    screenplay = fountain.parse(story.project.script.encode(), screenplays.get_script_mode(file))
    proposal = make_reading_proposal(story, screenplay, reading)
    scenes = [each for each in proposal.scenes if each.breakdown is not None and each.is_current]
    are_accepted = [each.is_accepted for each in scenes]
    are_accepted += [each.is_accepted for each in proposal.people if each.is_current]
    return bool(are_accepted) and all(are_accepted) and not has_open_prompts(story, reading)


def list_outdated_scenes(story: Story, readings: Sequence[ScriptReading], mode: ScreenplayMode) -> list[str]:
    """Return the numbers of the scenes whose text has changed since their accepted or open reading, in film
    order. A scene that was read again since is left out, even if the user declined that reading.
    """
    newest: dict[str, tuple[str, bool]] = {}
    for reading in reversed(readings):
        is_declined = reading.state is SuggestionState.DECLINED
        for row in parse_untrusted_json(reading.scenes):
            if row["breakdown"]:
                newest.setdefault(str(row["number"]), (row["breakdown"].get("digest", ""), is_declined))
    accepted = {scene.number: load_scene_breakdown(scene) for scene in story.live_scenes()}
    outdated = {number for number, known in accepted.items() if known is not None and known.is_outdated}
    missing = {
        number
        for number, known in accepted.items()
        if known is None and number in newest and not newest[number][1]
    }
    if not (outdated or missing):
        return []
    screenplay = fountain.parse(story.project.script.encode(errors="replace"), mode)
    cast = build_cast(screenplay)
    digests = {scene.number: number_scene(scene, cast).digest for scene in screenplay.scenes}
    # A digest that another scene has belongs to a scene whose number has changed.
    present = set(digests.values())
    return [
        number
        for number in accepted
        if number in outdated | missing
        and newest.get(number, ("", False))[0] != digests.get(number)
        and (number in outdated or newest[number][0] not in present)
    ]
