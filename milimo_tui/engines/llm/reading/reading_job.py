"""The task `read` of the `write` spec: read a screenplay in a worker, scene by scene.

Each answer of the model is written to the workspace at once. If the job is stopped, the next attempt
continues at the next question.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import write_file_atomically
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.engines.contract import text_usage
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply
from milimo_tui.engines.llm.reading.passes import SceneReading, ScriptReader
from milimo_tui.engines.llm.reading.questions import ReadingQuestion
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.reading.eras import assign_eras
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import ScreenplayMode

PEOPLE_STAGE = "people"
# The list of people takes about as long as this number of scenes.
_PEOPLE_WEIGHT = 3.0


def read_screenplay(spec: Write, chat_model: ChatModel, context: Context) -> dict[str, Any]:
    """Read the screenplay of a spec and return the reading as JSON: the people, the scenes with their
    breakdowns, and the new answers of the model by key.

    Raises BadInput for a text without scenes, and the errors of the model.
    """
    screenplay = fountain.parse(spec.text.encode(errors="replace"), ScreenplayMode(spec.reading))
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    wanted = frozenset(spec.scenes) if spec.scenes else frozenset(scene.number for scene in scenes)
    chosen = [scene for scene in scenes if scene.number in wanted]
    if not chosen:
        raise BadInput("there is no such scene to read", "milimo scene list names the scenes")
    stages = {scene.number: f"scene {at} of {len(chosen)}" for at, scene in enumerate(chosen, 1)}
    context.plan({PEOPLE_STAGE: _PEOPLE_WEIGHT, **dict.fromkeys(stages.values(), 1.0)})
    store = _AnswerFolder(context.workspace / "answers")
    known = {**dict(spec.known_answers), **store.load_answers()}
    new: dict[str, dict[str, Any]] = {}
    stage = PEOPLE_STAGE

    def listen(_: str) -> None:
        context.progress(stage, 0, 1)

    def begin_scene(scene: NumberedScene) -> None:
        nonlocal stage
        stage = stages[scene.number]
        context.progress(stage, 0, 1)

    def store_answer(key: str, question: ReadingQuestion, text: str, reply: ChatReply) -> None:
        store.save_answer(key, text)
        new[key] = {"task": question.task, "scenes": list(question.scenes), "answer": text}
        text_usage.record_answer_usage(
            context.workspace,
            engine=spec.engine,
            model=chat_model.model,
            task=spec.task,
            tokens=(reply.tokens.asked, reply.tokens.answered),
            kept=bool(reply.kept_since),
        )

    reader = ScriptReader(chat_model, chat_model.context_tokens, known, store_answer, listen, spec.seed)
    context.progress(stage, 0, 1)
    film = reader.read_people(chosen, cast.names)
    eras = [era for scene, era in zip(scenes, assign_eras(screenplay.scenes), strict=True) if scene in chosen]
    readings = list(reader.read_scenes(chosen, eras, film, begin_scene))
    return _format_reading(chat_model.model, film, readings, reader, new)


class _AnswerFolder:
    """The folder of a job's workspace in which the answers that have arrived are stored."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_answers(self) -> dict[str, str]:
        """Return the answers of earlier attempts of the job by key."""
        found = {}
        for path in sorted(self._folder.glob("*.json")):
            text = path.read_text(encoding="utf-8", errors="replace")
            if read_stored_object(text):
                found[path.stem] = text
        return found

    def save_answer(self, key: str, text: str) -> None:
        """Store an answer. Raises Failed if the disk is full."""
        self._folder.mkdir(exist_ok=True)
        write_file_atomically(self._folder / f"{key}.json", text.encode(), 0o600)


def _format_reading(
    model: str,
    film: FilmBreakdown,
    readings: list[SceneReading],
    reader: ScriptReader,
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
