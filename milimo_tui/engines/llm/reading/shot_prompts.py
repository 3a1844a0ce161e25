"""The third pass of a reading: a model writes one paragraph for each shot, for the models of one engine.

Each question has the text of the scene, the facts of the shot, the prompts of the neighbouring shots and the
guide of the model family. An answer that does not agree with the facts is asked for once more with its errors
named.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from milimo_tui.core.safe_text import clean_one_line, remove_control_characters
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.contract.worded_shots import WordedShot
from milimo_tui.engines.llm.chat_model import (
    ChatModel,
    ChatReply,
    OnText,
    describe_kept_answer,
    remove_thoughts,
)
from milimo_tui.engines.llm.json_repair import repair_json
from milimo_tui.engines.llm.reading.questions import ReadingQuestion
from milimo_tui.engines.prompting.paragraph_check import check_paragraph
from milimo_tui.engines.specs.text_specs import ShotBrief

PROMPT = "prompt"
_ANSWER_TOKENS = 700
# The rest of a longer answer is not stored. A prompt has about 1,500 characters.
_MOST_LETTERS = 10_000
_TEXT: dict[str, Any] = {"type": "string"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"prompt": _TEXT},
    "required": ["prompt"],
    "additionalProperties": False,
}
# The answer about a shot with a picture: first a judgement of the picture.
_SEEN_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"reference_sheet": {"type": "boolean"}, "reason": _TEXT, "prompt": _TEXT},
    "required": ["reference_sheet", "reason", "prompt"],
    "additionalProperties": False,
}
# Facts that the example has only if the question has them too.
_OPTIONAL_FACTS = ("camera", "speech")
_FENCE = re.compile(r"```[a-zA-Z]*\n?|```")
_QUOTED = re.compile(r'^["“](.*)["”]$', re.DOTALL)
_ROW = re.compile(r"^(\d+) ")


def clean_paragraph(text: str) -> str:
    """Return a model's text as one paragraph, without code fences, surrounding quotation marks and line
    breaks.
    """
    bare = " ".join(remove_control_characters(_FENCE.sub("", text)).split())
    quoted = _QUOTED.match(bare)
    return quoted[1].strip() if quoted and '"' not in quoted[1] else bare


@dataclass(slots=True)
class PromptWriter:
    """A model that writes the prompts of shots.

    `scenes` maps the numbers of scenes to their texts. `answers` maps the keys of questions to stored
    answers, and `on_answer` is called with each new answer. `picture` is a JPEG that is sent with each
    question.
    """

    chat_model: ChatModel
    scenes: Mapping[str, str]
    answers: dict[str, str]
    on_answer: Callable[[str, ReadingQuestion, str, ChatReply], None]
    temperature: float = 0.0
    picture: bytes | None = None
    # The keys `is_sheet` and `reason` if the model judged a picture.
    sheet: dict[str, Any] | None = None

    def write_prompt(self, brief: ShotBrief, before: str, after: str, on_text: OnText) -> WordedShot:
        """Return the prompt of a shot. `before` and `after` are the prompts of the neighbouring shots. If the
        answer does not agree with the facts after one correction, its faults are in the result.
        """
        question = self._fit_question(brief, before, after)
        if question is None:
            needed = f"the question is too long for {self.chat_model.model}"
            return WordedShot("", faults=(needed,), model=self.chat_model.model)
        best: WordedShot | None = None
        corrections = ""
        for attempt in range(2):
            notes: list[str] = []
            text = self._ask_for_shot_prompt(question, corrections, brief.seed + attempt, on_text, notes)
            faults = check_paragraph(text, brief.checked)
            found = WordedShot(text, tuple(notes), self.chat_model.model, faults)
            if best is None or len(faults) < len(best.faults) or not best.text:
                best = found
            if not faults:
                break
            corrections = _describe_faults(text, faults)
        assert best is not None
        return best

    def _fit_question(self, brief: ShotBrief, before: str, after: str) -> ReadingQuestion | None:
        """Return the longest question about a shot that fits into the context of the model: with the complete
        scene and the neighbouring shots, with the lines near the shot, or with the facts alone. None if not
        even that fits.
        """
        scene = self.scenes.get(brief.scene, "")
        texts = (scene, _cut_near_lines(scene, brief.lines, 12), _cut_near_lines(scene, brief.lines, 0), "")
        with_picture = self.picture is not None
        choices = [(texts[0], before, after), *((text, "", "") for text in texts)]
        for text, one, other in choices:
            question = ask_for_prompt(brief, text, one, other, with_picture=with_picture)
            # A correction repeats the answer and its faults, so there must be room for both.
            if question.size + question.tokens <= self.chat_model.context_tokens:
                return question
        return None

    def _ask_for_shot_prompt(
        self, question: ReadingQuestion, corrections: str, seed: int, on_text: OnText, notes: list[str]
    ) -> str:
        """Return the paragraph of an answer, from the stored answers or from the model. Empty if the answer
        has none.
        """
        asked = replace(question, user=f"{question.user}\n\n{corrections}") if corrections else question
        key = asked.compute_key(f"{self.chat_model.model} {seed} {self.temperature:g}")
        stored = self.answers.get(key) if self.picture is None else None
        if stored is not None:
            return str(parse_untrusted_json(stored).get("prompt", ""))
        request = replace(asked.make_request(seed), temperature=self.temperature, picture=self.picture)
        reply = self.chat_model.reply(request, on_text)
        notes += (*describe_kept_answer(reply), *reply.notes)
        text = self._parse_answer(reply, notes)
        stored = json.dumps({"prompt": text}, ensure_ascii=False)
        self.answers[key] = stored
        self.on_answer(key, asked, stored, reply)
        return text

    def _parse_answer(self, reply: ChatReply, notes: list[str]) -> str:
        bare = remove_thoughts(reply.text).strip()
        if not reply.is_whole:
            notes.append(f"the answer stopped at its limit of {_ANSWER_TOKENS} tokens")
        found = repair_json(bare) if "{" in bare else None
        value = found.value if found is not None else None
        if self.picture is not None:
            self._take_judgement(value if isinstance(value, dict) else {}, notes)
        if not isinstance(value, dict):
            # A model that ignores the requested form may answer with the paragraph alone.
            return "" if bare.startswith(("{", "[")) else clean_paragraph(bare[:_MOST_LETTERS])
        prompt = value.get("prompt")
        return clean_paragraph(prompt[:_MOST_LETTERS]) if isinstance(prompt, str) else ""

    def _take_judgement(self, value: Mapping[str, Any], notes: list[str]) -> None:
        judged = value.get("reference_sheet")
        if not isinstance(judged, bool):
            notes.append("the model did not say whether the picture is a reference sheet")
            return
        self.sheet = {"is_sheet": judged, "reason": clean_one_line(str(value.get("reason") or ""), 300)}


def ask_for_prompt(
    brief: ShotBrief, scene: str, before: str, after: str, *, with_picture: bool = False
) -> ReadingQuestion:
    """Return the question for the prompt of a shot. `scene` is the text of its scene. Unless `scene`,
    `before` and `after` are empty, they are part of the question.
    """
    table = _read_question_table()
    parts = [
        f"{table[name].format(number=brief.number)}\n{text.strip()}"
        for name, text in (("scene", scene), ("before", before), ("after", after), ("facts", brief.facts))
        if text.strip()
    ]
    rules = [brief.rules, table["form"].strip(), _format_example(brief.facts)]
    if with_picture:
        rules.append(table["still_picture" if brief.still else "first_picture"].strip())
    return ReadingQuestion(
        task=PROMPT,
        scenes=(brief.scene,) if brief.scene else (),
        system="\n".join(rules),
        user="\n\n".join((*parts, table["end"].format(number=brief.number).strip())),
        schema=_SEEN_SCHEMA if with_picture else _SCHEMA,
        tokens=_ANSWER_TOKENS,
    )


def _format_example(facts: str) -> str:
    """Return a worked example for a question with some facts. A small model without an example repeats the
    words that describe the form of the answer.
    """
    rows = [
        row
        for row in _read_question_table()["example"]
        if (name := row["fact"].partition(":")[0]) not in _OPTIONAL_FACTS or f"- {name}: " in facts
    ]
    answer = json.dumps({"prompt": " ".join(row["words"] for row in rows)}, ensure_ascii=False)
    lines = "\n".join(f"- {row['fact']}" for row in rows)
    return f"Example from another film. Facts of shot 7B:\n{lines}\nAnswer to the example:\n{answer}"


def _describe_faults(text: str, faults: tuple[str, ...]) -> str:
    table = _read_question_table()
    rows = "\n".join(f"- {fault}" for fault in faults)
    # A long wrong answer is not repeated: it would fill the context of the model.
    shown = clean_one_line(text, 1500)
    return str(table["correction"]).strip().format(answer=shown or "(nothing)", faults=rows)


def _cut_near_lines(scene: str, lines: tuple[int, int], distance: int) -> str:
    """Return the heading of a scene and its numbered lines near the lines of a shot."""
    first, last = lines[0] - distance, lines[1] + distance
    return "\n".join(
        row
        for row in scene.splitlines()
        if (found := _ROW.match(row)) and (int(found[1]) == 0 or first <= int(found[1]) <= last)
    )


@cache
def _read_question_table() -> dict[str, Any]:
    text = Path(__file__).with_name("shot_prompts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
