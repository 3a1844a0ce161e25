"""A stand-in for a language model that answers the questions of a reading from the facts of a case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reading_gold import UNSEEN, GoldCase, GoldChange, GoldPerson, GoldScene

from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText
from milimo_tui.story.breakdown.numbered_scene import NumberedScene
from milimo_tui.story.breakdown.quotes import shares_stems
from milimo_tui.story.values.text import fold

_SCENE = re.compile(r"^Scene (.+)$", re.MULTILINE)


class GoldModel:
    """A chat model that answers both passes of a reading with the facts of a case."""

    model = "gold"
    takes_pictures = False
    context_tokens = 8192

    def __init__(self, case: GoldCase, scenes: Sequence[NumberedScene]) -> None:
        self.case = case
        self.scenes = scenes

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        """Return the answer to a question about people or about a scene."""
        properties: Mapping[str, Any] = (ask.schema or {})["properties"]
        if "people" in properties:
            answer = self.answer_person(next(iter(properties["people"]["properties"])))
        elif "seen" in properties:
            answer = self.answer_list(ask.user)
        else:
            found = _SCENE.search(ask.user)
            answer = self.answer_scene(next(s for s in self.scenes if found and s.number == found[1]))
        return ChatReply(json.dumps(answer, ensure_ascii=False))

    def answer_list(self, question: str) -> dict[str, Any]:
        """Return everybody whose scene is in the question by a name that is there, except people who are only
        spoken of.
        """
        asked = set(_SCENE.findall(question))
        people = [each for each in self.case.people if each.kind != UNSEEN]
        here = [each for each in people if self._find_scene(each.first_line).number in asked]
        names = [next((n for n in each.names if shares_stems(n, question)), each.name) for each in here]
        return {"seen": [{"name": name, "kind": "person"} for name in names]}

    def answer_person(self, name: str) -> dict[str, Any]:
        """Return the person with a name. A name that the case does not have is that of a thing."""
        known = [each for each in self.case.people if fold(name) in map(fold, each.names)]
        rows = {each.name: self._describe_person(each) for each in known[:1] if each.kind != UNSEEN}
        return {"people": rows or {name: {"kind": "thing"}}}

    def answer_scene(self, scene: NumberedScene) -> dict[str, Any]:
        """Return the breakdown of a scene, with a beat for each paragraph that a moment describes."""
        mine = range(scene.first_line, self._find_end(scene))
        beats: dict[str, Any] = {}
        for paragraph in scene.paragraphs:
            lines = range(paragraph.line + scene.first_line, paragraph.end_line + scene.first_line + 1)
            moment = next((one for one in self.case.moments if _overlaps(one.lines, lines)), None)
            changes = [each for each in self.case.changes if each.line in lines]
            beats[str(paragraph.line)] = {
                "visible": moment.visible if moment is not None else (),
                "heard": moment.heard if moment is not None else (),
                "shows": "people",
                "facts": [fact for change in changes for fact in _describe_change(change)],
            }
            if moment is None and not changes:
                del beats[str(paragraph.line)]
        for gold in self.case.scenes:
            if gold.heading_line in mine:
                row = beats.setdefault(str(gold.heading_line - scene.first_line), {})
                row["scene"] = list(_describe_place(gold))
        return {"beats": beats}

    def _find_end(self, scene: NumberedScene) -> int:
        return next(
            (each.first_line for each in self.scenes if each.first_line > scene.first_line), 1_000_000
        )

    def _find_scene(self, line: int) -> NumberedScene:
        return next((s for s in reversed(self.scenes) if s.first_line <= line), self.scenes[0])

    def _describe_person(self, person: GoldPerson) -> dict[str, Any]:
        return {
            "kind": person.kind, "gender": "", "quote": person.quote, "role": "", "age": person.age,
            "build": "", "hair_and_face": person.body, "clothes": person.wears,
            "other_names": list(person.also),
        }  # fmt: skip


def _overlaps(lines: tuple[int, int], others: range) -> bool:
    return lines[0] <= others[-1] and others[0] <= lines[1]


def _describe_change(change: GoldChange) -> Iterator[dict[str, str]]:
    for what, words in (("changes_into", change.wears), ("hair", change.body)):
        if words:
            yield {"who": change.person, "what": what, "words": words, "quote": change.quote}


def _describe_place(gold: GoldScene) -> Iterator[dict[str, str]]:
    """Yield the place, time and weather from a line on. A time that follows only from an earlier heading is
    left to the program.
    """
    is_said = bool(gold.quote) or not gold.inherited_from
    for what, words in (
        ("place", gold.place), ("time", gold.time if is_said else ""), ("weather", gold.weather),
    ):  # fmt: skip
        if words:
            yield {"what": what, "words": words, "quote": gold.quote}
