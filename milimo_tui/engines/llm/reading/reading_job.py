"""The task `read` of the `write` spec: read a screenplay in a worker, scene by scene.

Each answer of the model is written to the workspace at once. If the job is stopped, the next attempt
continues at the next question.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Cancelled, Failed, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.engines.contract import text_usage
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply
from milimo_tui.engines.llm.reading.passes import ReadingPasses, SceneReading, list_read_places
from milimo_tui.engines.llm.reading.questions import SCENE, ReadingQuestion
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.story.breakdown.film_reading import list_look_facts
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.reading.eras import assign_eras
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import ScreenplayMode

_MOST_NAMED_FACTS = 3  # An error message names at most this number of unconfirmed facts.

STAGE, PREPARING = "reading", "preparing"


def read_screenplay(spec: Write, chat_model: ChatModel, context: Context) -> dict[str, Any]:
    """Read the screenplay of a spec and return the reading as JSON: the people, the scenes with their
    breakdowns, and the new answers of the model by key. If the job is cancelled or the model fails after some
    scenes, the reading has these scenes. `kept` counts the scenes of a cancelled job.

    Raises BadInput for a text without scenes, Failed if no answer has a fact that the screenplay confirms,
    and the errors of the model.
    """
    screenplay = fountain.parse(spec.text.encode(errors="replace"), ScreenplayMode(spec.reading))
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    wanted = frozenset(spec.scenes) if spec.scenes else frozenset(scene.number for scene in scenes)
    chosen = [scene for scene in scenes if scene.number in wanted]
    if not chosen:
        raise BadInput("the screenplay has no scene to read", "milimo scene list lists the scenes")
    store = _AnswerFolder(context.workspace / "answers")
    new = store.load_answers()
    known = {**dict(spec.known_answers), **{key: row["answer"] for key, row in new.items()}}

    def listen(_: str) -> None:
        progress.report_text()

    def store_answer(key: str, question: ReadingQuestion, text: str, reply: ChatReply) -> None:
        new[key] = {"task": question.task, "scenes": list(question.scenes), "answer": text}
        store.save_answer(key, new[key])
        text_usage.record_answer_usage(
            context.workspace,
            engine=spec.engine,
            model=chat_model.model,
            task=spec.task,
            tokens=(reply.tokens.asked, reply.tokens.answered),
            kept=bool(reply.kept_since),
        )
        if question.task != SCENE:
            progress.finish_people_question()

    reader = ReadingPasses(chat_model, chat_model.context_tokens, known, store_answer, listen, spec.seed)
    windows = len(list(reader.divide_into_windows(chosen, cast.names)))
    progress = _ReadingProgress(context, windows + len(cast.names), len(chosen))
    film = reader.read_people(chosen, cast.names)
    eras = [era for scene, era in zip(scenes, assign_eras(screenplay.scenes), strict=True) if scene in chosen]
    readings: list[SceneReading] = []
    kept = ""
    try:
        for reading in reader.read_scenes(chosen, eras, film, progress.begin_scene):
            readings.append(reading)
    except (Cancelled, Failed, Unavailable) as error:
        if not any(each.breakdown for each in readings):
            raise
        count = f"{len(readings)} of {format_count(len(chosen), 'scene')}"
        kept = count if isinstance(error, Cancelled) else ""
        problem = f"the reading stopped after {count}: {error.message}"
        readings += [SceneReading(scene.number, None, problem=problem) for scene in chosen[len(readings) :]]
        reader.add_problem(problem)
    film = replace(film, places=list_read_places(chosen, readings))
    _check_not_empty(chat_model.model, film, readings)
    return {**_format_reading(chat_model.model, film, readings, reader, new), "kept": kept}


def _check_not_empty(model: str, film: FilmBreakdown, readings: Sequence[SceneReading]) -> None:
    if any(each.breakdown for each in readings) or any(map(list_look_facts, film.people)):
        return
    first = readings[0]
    rejected = [f"{fact.subject_label}: “{fact.text}”" for fact in first.rejected[:_MOST_NAMED_FACTS]]
    examples = f", such as {'; '.join(rejected)}" if rejected else ""
    raise Failed(
        f"no answer of {model} can be used; scene {first.number}: {first.problem}{examples}",
        "choose another model: milimo script read --engine ENGINE --model MODEL",
    )


class _ReadingProgress:
    """The progress of a reading: the number of finished questions, `people` about people and one for each
    scene.

    Scenes whose answers are stored take no time. They are counted with the first question that the model
    answers, so that the speed and the remaining time are those of the model.
    """

    def __init__(self, context: Context, people: int, scenes: int) -> None:
        self._context = context
        self._people, self._scenes = people, scenes
        self._finished = self._begun = 0
        self._has_asked = False
        context.plan({STAGE: 1.0})
        context.progress(PREPARING, 0, 1)

    def report_text(self) -> None:
        """Report that a part of an answer has arrived. Raises Cancelled if the job was asked to stop."""
        self._has_asked = True
        note = f"scene {self._begun} of {self._scenes}" if self._begun else "the people"
        self._context.progress(STAGE, self._finished, self._people + self._scenes, note)

    def finish_people_question(self) -> None:
        """Count a finished question about people. People without a given name are known only then, so that
        there may be more questions than planned.
        """
        self._finished = min(self._finished + 1, self._people)
        self.report_text()

    def begin_scene(self, _: NumberedScene) -> None:
        """Count the scenes before this scene as finished."""
        self._finished = self._people + self._begun
        self._begun += 1
        if self._has_asked:
            self.report_text()


class _AnswerFolder:
    """The folder of a job's workspace in which the answers that have arrived are stored."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_answers(self) -> dict[str, dict[str, Any]]:
        """Return the answers of earlier attempts of the job by key, each with its task and its scenes."""
        found = {}
        for path in sorted(self._folder.glob("*.json")):
            row = read_stored_object(path.read_text(encoding="utf-8", errors="replace"))
            if row:
                found[path.stem] = row
        return found

    def save_answer(self, key: str, row: dict[str, Any]) -> None:
        """Store an answer with its task and its scenes. Raises Failed if the disk is full."""
        self._folder.mkdir(exist_ok=True)
        text = json.dumps(row, ensure_ascii=False)
        write_file_atomically(self._folder / f"{key}.json", text.encode(), 0o600)


def _format_reading(
    model: str,
    film: FilmBreakdown,
    readings: list[SceneReading],
    reader: ReadingPasses,
    new: dict[str, dict[str, Any]],
) -> dict[str, Any]:
    return {
        "reader": model,
        "film": json.loads(format_stored_json(film)),
        "scenes": [
            {
                "number": each.number,
                "breakdown": json.loads(format_stored_json(each.breakdown)) if each.breakdown else None,
                "problem": each.problem,
                "rejected": [json.loads(format_stored_json(one)) for one in each.rejected],
            }
            for each in readings
        ],
        "problems": reader.problems,
        "asked": reader.asked,
        "answers": new,
    }
