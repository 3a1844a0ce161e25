"""The runs of `bench/reading.py`: import a case into a film in a temporary home, read it, accept the reading,
and collect the prompts.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from reading_gold import MOST_LINES, GoldCase
from reading_gold_model import GoldModel

from milimo_tui.core.errors import Failed
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply, ChatRequest, OnText
from milimo_tui.engines.llm.reading.questions import PEOPLE, SCENE
from milimo_tui.engines.llm.reading.reading_job import read_screenplay
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.story.breakdown.facts import Fact, FactSource
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.breakdown.people import FilmBreakdown
from milimo_tui.story.breakdown.quotes import find_quote
from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.breakdown.stored_json import convert_from_json
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.values.film import Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.text import fold
from milimo_tui.studio.registry import registry
from milimo_tui.studio.script import screenplays
from milimo_tui.studio.session.studio import Studio

# A function that reads a screenplay in a folder of its own and returns the reading as the job does.
Reader = Callable[[GoldCase, Path], dict[str, Any]]
_SCENE = re.compile(r"^Scene (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FilmOfCase:
    """A film made from a case. `problems` are scenes that the reader could not read and facts that the script
    does not confirm. `quotes` has an entry for each fact of a reader: True if its quotation is in the script.
    """

    story: Story
    problems: tuple[str, ...] = ()
    quotes: tuple[bool, ...] = ()


def make_film(case: GoldCase, reader: Reader | None) -> FilmOfCase:
    """Import a script as `milimo script import` does. With a reader, read it and accept the reading."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio.open(home=folder, actor="bench")
        try:
            values = {"script": str(case.script.resolve()), "name": case.name}
            registry.run_by_id(studio, "script.import", values)
            problems: tuple[str, ...] = ()
            quotes: tuple[bool, ...] = ()
            try:
                found = reader(case, Path(folder) / "reading") if reader is not None else None
            except Failed as error:  # Nothing of the answers is in the script.
                found, problems = None, (error.message,)
            if found is not None:
                reading = ScriptReading(
                    id="reading_bench",
                    job="job_bench",
                    reader=found["reader"],
                    film=json.dumps(found["film"]),
                    scenes=json.dumps(found["scenes"]),
                )
                studio.require_project().facts.add_reading(reading, [])
                screenplays.commit_script(studio, reading=reading)
                problems = tuple(_list_reading_problems(found))
                quotes = tuple(_check_quotes(found, number_case(case)))
            return FilmOfCase(studio.take_snapshot().story, problems, quotes)
        finally:
            studio.close()


def _list_reading_problems(found: dict[str, Any]) -> Iterator[str]:
    yield from found["problems"]
    for scene in found["scenes"]:
        if scene["problem"]:
            yield f"scene {scene['number']} is not read: {scene['problem']}"
        for fact in scene["rejected"]:
            yield f"scene {scene['number']}: {fact['subject']} “{fact['text']}”: {fact['reason']}"
    for person in found["film"].get("people", ()):
        for fact in person.get("rejected", ()):
            yield f"{fact['subject']} “{fact['text']}”: {fact['reason']}"


def _check_quotes(found: dict[str, Any], scenes: Sequence[NumberedScene]) -> Iterator[bool]:
    """Yield True or False for each fact of a model in a reading: its quotation is in the script, or not."""
    breakdowns = [
        convert_from_json(SceneBreakdown, row["breakdown"]) for row in found["scenes"] if row["breakdown"]
    ]
    for fact in _iterate_facts((convert_from_json(FilmBreakdown, found["film"]), *breakdowns)):
        if fact and fact.source is FactSource.MODEL:
            yield any(find_quote(scene, fact.quote, 0) is not None for scene in scenes)


def _iterate_facts(value: object) -> Iterator[Fact]:
    if isinstance(value, Fact):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _iterate_facts(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _iterate_facts(getattr(value, each.name))


def number_case(case: GoldCase) -> list[NumberedScene]:
    """Return the scenes of a case as a model reads them."""
    screenplay = fountain.parse(case.script.read_bytes())
    cast = build_cast(screenplay)
    return [number_scene(scene, cast) for scene in screenplay.scenes]


def make_spec(case: GoldCase, engine: str, model: str = "") -> Write:
    """Return the job that reads a case."""
    text = case.script.read_text("utf-8")
    return Write(engine=engine, task="read", text=text, model=model, temperature=0.0)


def read_with_chat_model(case: GoldCase, workspace: Path, chat_model: ChatModel) -> dict[str, Any]:
    """Read a case with a chat model, in the same function as the worker's job."""
    return read_screenplay(make_spec(case, "bench"), chat_model, StandaloneContext(workspace))


def read_with_gold(case: GoldCase, workspace: Path) -> dict[str, Any]:
    """Read a case with the gold facts as the answers."""
    return read_with_chat_model(case, workspace, GoldModel(case, number_case(case)))


# -------------------------------------------------------------- recordings


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAnswer:
    """An answer of a real model. `key` is the hash of everything that went into the question, and `scene` is
    the number of the scene, or empty for the question about people.
    """

    key: str
    scene: str
    answer: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The answers of a real model about one case, in the order in which they arrived."""

    engine: str
    model: str = ""
    answers: tuple[RecordedAnswer, ...] = ()

    def save(self, path: Path) -> None:
        """Write the recording as JSON."""
        value = {
            "engine": self.engine,
            "model": self.model,
            "answers": [
                {"key": a.key, "scene": a.scene, "date": a.date, "answer": json.loads(a.answer)}
                for a in self.answers
            ],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load_recording(path: Path) -> Recording:
    """Load a recording. Raises OSError or ValueError."""
    value = json.loads(path.read_text("utf-8"))
    answers = tuple(
        RecordedAnswer(
            key=row["key"],
            scene=row["scene"],
            date=row["date"],
            answer=json.dumps(row["answer"], ensure_ascii=False, separators=(",", ":")),
        )
        for row in value["answers"]
    )
    return Recording(engine=value["engine"], model=value["model"], answers=answers)


def has_recording(case: GoldCase, folder: Path) -> bool:
    """Return True if a folder has a recording of a case."""
    return (folder / f"{case.name}.json").is_file()


def keep_recorded_moments(case: GoldCase, recording: Recording) -> GoldCase:
    """Return a case with only the moments in scenes that have a recorded answer."""
    known = {row.scene for row in recording.answers}
    scenes = number_case(case)
    ends = [scene.first_line for scene in scenes[1:]] + [MOST_LINES]
    ranges = [
        range(scene.first_line, end) for scene, end in zip(scenes, ends, strict=True) if scene.number in known
    ]
    moments = [each for each in case.moments if any(each.lines[0] in lines for lines in ranges)]
    return replace(case, moments=tuple(moments))


@dataclass(slots=True)
class RecordedModel:
    """A chat model that repeats the recorded answers. If a question has changed since, the answer to the
    earlier question about the same scene is used, and counted in `changed`. `missing` counts the questions
    without any answer.
    """

    recording: Recording
    changed: int = 0
    missing: int = 0
    takes_pictures: bool = False
    context_tokens: int = (
        32768  # The scripts are short, so that every context takes each question in one piece.
    )
    _used: set[str] = field(default_factory=set)

    @property
    def model(self) -> str:
        """The name of the model whose answers were recorded."""
        return self.recording.model

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the next recorded answer about the scene of a question, or an empty answer."""
        found = _SCENE.search(ask.user)
        for row in self.recording.answers:
            if row.key not in self._used and _is_answer_to(row, ask, found[1] if found else ""):
                self._used.add(row.key)
                self.changed += 1
                return ChatReply(row.answer)
        self.missing += 1
        return ChatReply("")


def _is_answer_to(row: RecordedAnswer, ask: ChatRequest, scene: str) -> bool:
    """Return True if a recorded answer is about the same scene, the same person, or the list of people."""
    properties = (ask.schema or {}).get("properties", {})
    answer = json.loads(row.answer)
    if "beats" in properties:
        return row.scene == scene
    if "seen" in properties:
        return "seen" in answer
    name = next(iter(properties["people"]["properties"]))
    return fold(name) in map(fold, answer.get("people", {}))


def read_from_recording(case: GoldCase, workspace: Path, chat_model: RecordedModel) -> dict[str, Any]:
    """Read a case with recorded answers."""
    known = tuple((row.key, row.answer) for row in chat_model.recording.answers)
    spec = make_spec(case, "bench").model_copy(update={"known_answers": known})
    return read_screenplay(spec, chat_model, StandaloneContext(workspace))


class RecordingContext(StandaloneContext):
    """The context of a real engine. Each answer is added to the recording of the case as soon as the job has
    stored it, so that a reading that was stopped continues at the next question.
    """

    def __init__(self, workspace: Path, path: Path, recording: Recording) -> None:
        super().__init__(workspace)
        self.path, self.recording = path, recording
        answers = workspace / "answers"
        answers.mkdir(exist_ok=True)
        for row in recording.answers:
            stored = {"task": SCENE if row.scene else PEOPLE, "scenes": [row.scene], "answer": row.answer}
            (answers / f"{row.key}.json").write_text(json.dumps(stored), "utf-8")

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        """Record the answers that have arrived since the last report."""
        self.record_answers()

    def record_answers(self) -> None:
        """Add the new answers in the workspace to the recording, and write it."""
        known = {row.key for row in self.recording.answers}
        paths = [path for path in (self.workspace / "answers").glob("*.json") if path.stem not in known]
        if not paths:
            return
        new = []
        for path in sorted(paths, key=lambda each: each.stat().st_mtime):
            stored = json.loads(path.read_text("utf-8"))
            scene = stored["scenes"][0] if stored["task"] == SCENE else ""
            date = time.strftime("%Y-%m-%d %H:%M")
            new.append(RecordedAnswer(key=path.stem, scene=scene, date=date, answer=stored["answer"]))
        self.recording = replace(self.recording, answers=(*self.recording.answers, *new))
        self.recording.save(self.path)


def read_with_engine(
    case: GoldCase, workspace: Path, path: Path, *, engine: str, model: str, again: bool
) -> dict[str, Any]:
    """Read a case with an installed engine, and record its answers in the file `path`. Answers that the file
    has already are not asked for, unless `again` is True. Raises the errors of the engine.
    """
    recording = Recording(engine=engine)
    if path.is_file() and not again:
        recording = load_recording(path)
    context = RecordingContext(workspace, path, recording)
    found = _run_engine(make_spec(case, engine, model), context)
    context.record_answers()
    replace(context.recording, model=found["reader"]).save(path)
    return found


def _run_engine(spec: Write, context: Context) -> dict[str, Any]:
    engine = engine_registry.build_engine(spec.engine)
    engine.load()
    try:
        result = engine.run(spec, context)
    finally:
        engine.unload()
    path = next(output.path for output in result.outputs if output.role == "text")
    value: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    found: dict[str, Any] = value["reading"]
    return found


@contextmanager
def open_workspace(folder: Path | None) -> Iterator[Path]:
    """Return a folder for the recordings of a run: the given one, or a temporary one."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
