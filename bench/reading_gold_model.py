"""A stand-in for a language model that answers the questions of a reading from the facts of a case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reading_gold import UNSEEN, GoldCase, GoldPerson

from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText
from milimo_tui.story.breakdown.numbered_scene import NumberedScene

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
            answer = self.answer_people(ask.user)
        else:
            found = _SCENE.search(ask.user)
            answer = self.answer_scene(next(s for s in self.scenes if found and s.number == found[1]))
        return ChatReply(json.dumps(answer, ensure_ascii=False))

    def answer_people(self, question: str) -> dict[str, Any]:
        """Return everybody whose scene is in the question, except people who are only spoken of."""
        asked = set(_SCENE.findall(question))
        rows = [self._describe_person(each) for each in self.case.people if each.kind != UNSEEN]
        return {"people": {}, "others": [row for row in rows if row["scene"] in asked]}

    def answer_scene(self, scene: NumberedScene) -> dict[str, Any]:
        """Return the breakdown of a scene, with a beat for each paragraph that a moment describes."""
        mine = set(range(scene.first_line, self._find_end(scene)))
        changes = [
            {
                "who": each.person, "line": each.line - scene.first_line, "quote": each.quote,
                "clothes": each.wears, "features": each.body, "condition": "",
            }
            for each in self.case.changes if each.line in mine
        ]  # fmt: skip
        beats = {}
        for paragraph in scene.filmed:
            first, last = paragraph.line + scene.first_line, paragraph.end_line + scene.first_line
            for moment in self.case.moments:
                if moment.lines[0] <= last and first <= moment.lines[1]:
                    beats[str(paragraph.line)] = {
                        "people": dict.fromkeys(moment.heard, "heard")
                        | dict.fromkeys(moment.visible, "visible"),
                        "shows": "people", "details": [],
                    }  # fmt: skip
                    break
        return {
            "circumstances": list(self._list_circumstances(scene, mine)),
            "changes": changes,
            "beats": beats,
        }

    def _find_end(self, scene: NumberedScene) -> int:
        return next(
            (each.first_line for each in self.scenes if each.first_line > scene.first_line), 1_000_000
        )

    def _find_scene(self, line: int) -> NumberedScene:
        return next((s for s in reversed(self.scenes) if s.first_line <= line), self.scenes[0])

    def _describe_person(self, person: GoldPerson) -> dict[str, Any]:
        scene = self._find_scene(person.first_line)
        return {
            "name": person.name, "kind": person.kind, "gender": "", "scene": scene.number,
            "line": max(0, person.first_line - scene.first_line), "quote": person.quote, "age": person.age,
            "build": "", "features": person.body, "clothes": person.wears, "other_names": list(person.also),
        }  # fmt: skip

    def _list_circumstances(self, scene: NumberedScene, mine: set[int]) -> Iterator[dict[str, Any]]:
        """Yield the circumstances of a scene. The other place of a phone call is left to the program, because
        the scene does not describe it.
        """
        for gold in self.case.scenes:
            if gold.heading_line not in mine:
                continue
            inside = {} if gold.inside is None else {"inside": gold.inside}
            # A time that follows only from an earlier heading is left to the program.
            is_said = bool(gold.quote) or not gold.inherited_from
            yield {
                "line": gold.heading_line - scene.first_line, "place": gold.place, **inside,
                "time": gold.time if is_said else "", "weather": gold.weather, "light": "",
                "quote": gold.quote,
            }  # fmt: skip
