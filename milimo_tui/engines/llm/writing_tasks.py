"""The tasks of the `write` spec, for any language model that implements `ChatModel`. Each task sends a
prompt, parses the answer and saves the result.

The result is a JSON file with the role `text` in the job's workspace. While an answer arrives, its last
characters are shown as the job's progress.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PIL import Image

from milimo_tui.core.errors import BadInput, Cancelled, Failed, Unavailable
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.reasons import reason
from milimo_tui.core.safe_text import clean_one_line, remove_control_characters
from milimo_tui.engines.contract import text_usage
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.worded_shots import WordedShot
from milimo_tui.engines.llm import scenario_answer
from milimo_tui.engines.llm.caption_translation import parse_text_list, translate_captions
from milimo_tui.engines.llm.chat_model import (
    ChatModel,
    ChatReply,
    ChatRequest,
    OnText,
    describe_kept_answer,
    remove_thoughts,
)
from milimo_tui.engines.llm.json_repair import repair_json
from milimo_tui.engines.llm.prompts import (
    TaskPrompt,
    describe_prompt_length,
    fill_task_prompt,
    format_clip_seconds,
)
from milimo_tui.engines.llm.reading.questions import ReadingQuestion
from milimo_tui.engines.llm.reading.reading_job import read_screenplay
from milimo_tui.engines.llm.reading.shot_prompts import PromptWriter, clean_paragraph
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.text_specs import PromptOrder, ShotBrief, Write
from milimo_tui.media.files.stills import read_still
from milimo_tui.story.scenario import scenario_rules
from milimo_tui.story.scenario.languages import detect_language
from milimo_tui.story.scenario.left_out import describe_left_out_words
from milimo_tui.story.scenario.scenario import Scenario, list_missing_kinds

ANSWER = "answer.json"
SIDE = 896  # Longer side, in pixels, of a picture sent to the model: the input size of Gemma 3.
STRUCTURE = "acts"  # name of the stage in which the model divides the scenes into acts
TAIL = 200  # number of last characters of an arriving answer that are shown as progress
READ = 4000  # number of last characters shown if the user reads the answer while it arrives
_MARKS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "marks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"enum": ["name", "place", "entrance", "knows", "look"]},
                    "who": {"type": "string"},
                    "quote": {"type": "string"},
                    "sentence": {"type": "string"},
                },
                "required": ["kind", "who", "quote", "sentence"],
            },
        }
    },
    "required": ["marks"],
}


@dataclass(slots=True)
class WritingResult:
    """The result of a writing task. Its fields are those of the answer file."""

    text: str = ""
    parts: list[str] = field(default_factory=list)
    # The keys `is_sheet` and `reason`: the first says if the picture is a reference sheet, the second why.
    sheet: dict[str, Any] | None = None
    # A reading of the screenplay (`engines.llm.reading.reading_job`)
    reading: dict[str, Any] | None = None
    scenario: dict[str, Any] | None = None  # a `story.scenario.scenario.Scenario` as JSON
    # The prompts of shots, each with the keys `shot`, `number`, `meant`, `family`, `text`, `notes` and
    # `faults`.
    shots: list[dict[str, Any]] = field(default_factory=list)
    # The new answers about prompts by key, each with the keys `task`, `scenes` and `answer`
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Contradictions in a screenplay, each with the keys `kind`, `who`, `quote` and `sentence`
    marks: list[dict[str, Any]] = field(default_factory=list)
    told: int = 0  # number of characters of all prompts that were sent
    # Numbers of prompt and answer tokens as the service counts them; None if the service does not report
    # them.
    counted: tuple[int | None, int | None] = (None, None)
    notes: list[str] = field(default_factory=list)
    kept: str = ""  # description of the part that was finished when the job was cancelled


def run_writing_task(spec: Write, chat_model: ChatModel, context: Context) -> Result:
    """Run the task of the spec and save its result. Raises Failed if there is no result, and the errors of
    the model.
    """
    desk = _WritingJob(spec, chat_model, context)
    tasks: dict[str, Callable[[], None]] = {
        "continue": desk.write_part_prompts,
        "answer": desk.answer_plainly,
        "prompts": desk.write_shot_prompts,
        "ask": desk.answer_about_film,
        "check": desk.check_screenplay,
        "scenario": desk.read_scenario,
        "read": desk.read_screenplay,
        "translate": desk.translate_captions,
    }
    tasks[spec.task]()
    return _save_writing_result(spec, chat_model, desk.made, context)


class _WritingJob:
    """A writing task while it runs. Each public method is one task of the `write` spec."""

    def __init__(self, spec: Write, chat_model: ChatModel, context: Context) -> None:
        self.spec, self.chat_model, self.context = spec, chat_model, context
        self.made = WritingResult()
        self.picture = self._encode_picture(spec.image)
        self._heard: list[str] = []  # pieces of the answer that has arrived so far

    def answer_plainly(self) -> None:
        """Send the text of the spec to the model and use the reply as the result. Line breaks of the reply
        are preserved.
        """
        reply = self._ask_model(self._make_prompt("answer", text=self.spec.text))
        self.made.text = remove_control_characters(reply.text).strip()

    def answer_about_film(self) -> None:
        """Answer a question about the film and preserve the line breaks of the reply. If the job is
        cancelled, the text that has arrived is saved.
        """
        words = self._make_prompt("ask", text=self.spec.text, background=self.spec.background.strip())
        try:
            text = self._ask_model(words, tail=READ).text
        except Cancelled:
            text = remove_thoughts("".join(self._heard))
            if not text.strip():
                raise
            self.made.kept = "the answer until then"
            self.made.notes.append("the answer was stopped and is incomplete")
        self.made.text = remove_control_characters(text).strip()

    def translate_captions(self) -> None:
        """Translate the texts of captions. The result has as many texts, in the same order."""
        texts = parse_text_list(self.spec.text)

        def ask(lines: str, schema: Any, stage: str) -> str:
            words = self._make_prompt("translate", text=lines, background=self.spec.background.strip())
            return self._ask_model(words, schema=schema, stage=stage).text

        self.made.parts, left = translate_captions(texts, ask)
        if left:
            self.made.notes.append(f"{left} captions were not translated")

    def check_screenplay(self) -> None:
        """Find contradictions in a screenplay. The result is a list of marks, each with a quotation from the
        screenplay.
        """
        words = self._make_prompt("check", text=self.spec.text, background=self.spec.background.strip())
        reply = self._ask_model(words, schema=_MARKS)
        found = repair_json(reply.text)
        value = found.value if found else None
        listed = value.get("marks") if isinstance(value, dict) else value
        if not isinstance(listed, list):
            raise Failed(
                f"the answer of {self.chat_model.model} is not a list of marks",
                "milimo job retry sends the request again",
            )
        names = ("kind", "who", "quote", "sentence")
        for one in listed:
            if isinstance(one, dict):
                mark = {
                    name: clean_one_line(remove_control_characters(str(one.get(name) or "")), 400)
                    for name in names
                }
                self.made.marks.append(mark)

    def write_part_prompts(self) -> None:
        """Write a prompt for each part of a long take. The first part gets the take's own prompt."""
        spec = self.spec
        whole = spec.text.strip()
        seconds = spec.seconds / spec.parts if spec.seconds else 4.0
        self.made.parts = [whole]
        for part in range(2, spec.parts + 1):
            words = self._make_prompt(
                "continue",
                text=whole,
                previous=self.made.parts[-1],
                before=part - 1,
                part=part,
                parts=spec.parts,
                seconds=format_clip_seconds(spec.seconds),
                part_seconds=format_clip_seconds(seconds),
                length=describe_prompt_length(seconds),
            )
            stage = f"part {part} of {spec.parts}"
            self.made.parts.append(self._ask_for_paragraph(words, stage=stage, seed=spec.seed + part - 1))
        self.made.text = whole

    def read_scenario(self) -> None:
        """Analyse a story as a scenario, one piece after the other. If the answer about a piece is unusable,
        the piece is analysed by rules, and a note says so.
        """
        story = scenario_rules.require_readable_length(self.spec.text)
        cut = tuple(scenario_answer.split_story(story))
        self.context.plan(
            {**{_name_piece_stage(at, len(cut)): 1.0 for at in range(1, len(cut) + 1)}, STRUCTURE: 0.3}
        )
        gathered = scenario_answer.ScenarioBuilder(story, self.chat_model.model)
        for at, piece in enumerate(cut, 1):
            self._read_story_piece(piece, at, len(cut), gathered)
        structure = self._ask_for_structure(gathered) if len(gathered.scenes) > 1 else None
        items = gathered.build_items(structure)
        language = detect_language(story)
        found = Scenario(
            name=self.spec.background,
            language=language.code if language else "",
            items=items,
            notes=(
                f"read by {self.chat_model.model}",
                *list_missing_kinds(items),
                *self.made.notes,
                *describe_left_out_words(gathered.left_out),
            ),
            digest=scenario_rules.digest_story(story),
            left_out=tuple(gathered.left_out),
        )
        self.made.scenario = found.as_json()

    def read_screenplay(self) -> None:
        """Read the screenplay scene by scene. The result has only facts that the script confirms."""
        self.made.reading = read_screenplay(self.spec, self.chat_model, self.context)
        self.made.kept = self.made.reading["kept"]

    def _read_story_piece(
        self, piece: str, at: int, of: int, gathered: scenario_answer.ScenarioBuilder
    ) -> None:
        where = f"piece {at} of {of}" if of > 1 else ""
        words = self._make_prompt("scenario", text=piece, piece=at, pieces=of)
        why = ""
        for attempt in range(2):
            seed = self.spec.seed + attempt
            reply = self._ask_model(
                words,
                schema=scenario_answer.ToldPiece.model_json_schema(),
                stage=_name_piece_stage(at, of),
                seed=seed,
            )
            found = repair_json(reply.text)
            if found is None:
                why = "it held no JSON"
                continue
            try:
                gathered.add_piece_answer(scenario_answer.parse_piece_answer(found.value), piece)
            except ValueError as error:
                why = str(error)
                continue
            if found.reasons:
                self._add_result_note(where, f"the answer was mended: {'; '.join(found.reasons)}")
            return
        read = scenario_rules.read_prose(piece)
        gathered.add_rule_items(read.items)
        gathered.left_out += read.left_out
        self._add_result_note(where, f"read by rules, as the answer was no scenario: {why}")

    def _ask_for_structure(
        self, gathered: scenario_answer.ScenarioBuilder
    ) -> scenario_answer.ToldStructure | None:
        """Ask the model to divide the scenes into acts and sequences. If the answer is unusable, add a note
        and return None; the caller then divides the scenes by rules.
        """
        words = self._make_prompt("structure", text=scenario_answer.format_scene_list(gathered.scenes))
        reply = self._ask_model(
            words, schema=scenario_answer.ToldStructure.model_json_schema(), stage=STRUCTURE
        )
        found = repair_json(reply.text)
        try:
            return scenario_answer.parse_structure_answer(
                found.value if found else None, len(gathered.scenes)
            )
        except ValueError as error:
            self._add_result_note("", f"acts by rules, as the answer held none: {reason(error)}")
            return None

    def write_shot_prompts(self) -> None:
        """Write a prompt for each shot, one after the other. Each finished prompt is saved at once, so that a
        failure or cancel does not lose it.
        """
        order = self._load_order()
        briefs = order.briefs
        stages = [f"prompt {at} of {len(briefs)}: {brief.number}" for at, brief in enumerate(briefs, 1)]
        self.context.plan(dict.fromkeys(stages, 1.0))
        writer = PromptWriter(
            self.chat_model,
            dict(order.scenes),
            dict(order.known_answers),
            self._store_answer,
            self.spec.temperature,
            self.picture,
        )
        before: ShotBrief | None = None
        text_before = ""
        for at, (brief, stage) in enumerate(zip(briefs, stages, strict=True), 1):
            same_scene = before is not None and before.scene == brief.scene
            after = briefs[at] if at < len(briefs) and briefs[at].scene == brief.scene else None
            worded = WordedShot.find_saved_prompt(self.context.workspace, at, brief)
            if worded is None:
                try:
                    worded = writer.write_prompt(
                        brief,
                        text_before if same_scene else "",
                        after.text if after is not None else "",
                        self._make_text_listener(stage, self.spec.tokens, TAIL),
                    )
                except (Cancelled, Failed, Unavailable) as error:
                    if not self.made.shots:
                        raise
                    count = f"{len(self.made.shots)} of {len(briefs)} shots"
                    is_cancelled = isinstance(error, Cancelled)
                    self.made.kept = count if is_cancelled else ""
                    why = "it was cancelled" if is_cancelled else error.message
                    self.made.notes.append(f"{count}: {why}")
                    break
                self.context.part(worded.save_prompt(self.context.workspace, at, brief))
            self.made.shots.append(
                {
                    "shot": brief.shot,
                    "number": brief.number,
                    "scene": brief.scene,
                    "meant": brief.meant,
                    "family": brief.family,
                    "text": worded.text,
                    "notes": list(worded.notes),
                    "faults": list(worded.faults),
                }
            )
            if not worded.text:
                self.made.notes.append(f"{brief.number} has no new prompt: {'; '.join(worded.faults)}")
            before, text_before = brief, brief.text if worded.faults else worded.text
        self.made.sheet = writer.sheet

    def _load_order(self) -> PromptOrder:
        """Return the shots whose prompts are wanted, from the spec or from the file of another job. Raises
        BadInput.
        """
        if self.spec.order_file is None:
            return self.spec.order
        try:
            return PromptOrder.model_validate_json(Path(str(self.spec.order_file)).read_bytes())
        except (OSError, ValueError) as error:
            raise BadInput(
                f"the list of shots to describe can't be read: {reason(error)}", "read the script again"
            ) from None

    def _store_answer(self, key: str, question: ReadingQuestion, text: str, reply: ChatReply) -> None:
        self.made.told += len(question.system) + len(question.user)
        self.made.counted = (reply.tokens.asked, reply.tokens.answered)
        self.made.answers[key] = {"task": question.task, "scenes": list(question.scenes), "answer": text}
        self._record_usage(reply)

    def _add_result_note(self, where: str, sentence: str) -> str:
        self.made.notes.append(f"{where}: {sentence}" if where else sentence)
        return sentence

    def _make_prompt(self, task: str, **values: Any) -> TaskPrompt:
        return fill_task_prompt(task, system=self.spec.system, **values)

    def _ask_for_paragraph(
        self, words: TaskPrompt, *, stage: str = "writing", seed: int | None = None
    ) -> str:
        """Send a prompt to the model and return its answer as one paragraph. Raises Failed for an empty
        answer. In that case the text that the user had before stays unchanged.
        """
        text = clean_paragraph(self._ask_model(words, stage=stage, seed=seed).text)
        if not text:
            raise Failed(
                f"{self.chat_model.model} returned an empty answer", "milimo job retry asks it again"
            )
        return text

    def _ask_model(
        self,
        words: TaskPrompt,
        *,
        schema: Any = None,
        stage: str = "writing",
        seed: int | None = None,
        tail: int = TAIL,
    ) -> ChatReply:
        self.made.told += len(words.system) + len(words.user)
        ask = ChatRequest(
            system=words.system,
            user=words.user,
            picture=self.picture,
            schema=schema,
            tokens=self.spec.tokens,
            temperature=self.spec.temperature,
            seed=self.spec.seed if seed is None else seed,
        )
        reply = self.chat_model.reply(ask, self._make_text_listener(stage, ask.tokens, tail))
        self.made.counted = (reply.tokens.asked, reply.tokens.answered)
        self._record_usage(reply)
        self.made.notes += (*describe_kept_answer(reply), *reply.notes)
        reply = replace(reply, text=remove_thoughts(reply.text))
        if not reply.text.strip():
            raise Failed(
                f"{self.chat_model.model} returned an empty answer", "milimo job retry asks it again"
            )
        if not reply.is_whole:
            self.made.notes.append(f"the answer stopped at its limit of {ask.tokens} tokens")
        return reply

    def _record_usage(self, reply: ChatReply) -> None:
        text_usage.record_answer_usage(
            self.context.workspace,
            engine=self.spec.engine,
            model=self.chat_model.model,
            task=self.spec.task,
            tokens=(reply.tokens.asked, reply.tokens.answered),
            kept=bool(reply.kept_since),
        )

    def _make_text_listener(self, stage: str, tokens: int, shown: int) -> OnText:
        """Return a callback that reports the last `shown` characters of the answer as progress. It raises
        Cancelled if the job is cancelled.
        """
        pieces = self._heard = []
        self.context.progress(stage, 0, tokens)

        heard = ""  # The last characters received, before white space is collapsed.

        def listen(piece: str) -> None:
            nonlocal heard
            if piece:
                pieces.append(piece)
                heard = (heard + piece)[-4 * shown :]
            tail = clean_one_line(heard, 1 << 20)[-shown:]
            self.context.progress(stage, min(len(pieces), tokens - 1), tokens, tail)

        return listen

    def _encode_picture(self, given: Input | None) -> bytes | None:
        """Return the picture as a JPEG for the model. None if there is no picture or the model does not
        accept pictures.
        """
        if given is None:
            return None
        if not isinstance(given, str):
            raise Failed("the picture comes from another job, which has not made it yet")
        image = read_still(Path(given)).convert("RGB")
        if not self.chat_model.takes_pictures:
            self.made.notes.append(
                f"{self.chat_model.model} sees no pictures: it was not shown {Path(given).name}"
            )
            return None
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=90)
        return out.getvalue()


def _name_piece_stage(at: int, of: int) -> str:
    """Return the name of the progress stage in which the model reads piece number `at` of a text that was cut
    into `of` pieces: `piece 2 of 5`, or `writing` for a text of one piece.
    """
    return f"piece {at} of {of}" if of > 1 else "writing"


def _save_writing_result(spec: Write, chat_model: ChatModel, made: WritingResult, context: Context) -> Result:
    """Write the answer to a file and flush it to the disk."""
    value = {
        "task": spec.task,
        "engine": spec.engine,
        "model": chat_model.model,
        "seed": spec.seed,
        "text": made.text,
        "parts": made.parts,
        "sheet": made.sheet,
        "shots": made.shots,
        "answers": made.answers,
        "marks": made.marks,
        "told": made.told,
        "counted": made.counted,
        "scenario": made.scenario,
        "reading": made.reading,
        "notes": made.notes,
    }
    path = context.workspace / ANSWER
    try:
        with path.open("w", encoding="utf-8") as handle:
            json.dump(value, handle, ensure_ascii=False, indent=1)
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        raise explain_os_error(error, path, "write") from error
    for note in made.notes:
        context.log(note)
    facts = {
        "model": chat_model.model,
        "letters": len(made.text),
        "shots": len(made.shots),
    }
    output = Output(role="text", path=str(path), facts=facts)
    return Result(outputs=(output,), notes=tuple(made.notes), kept=made.kept)
