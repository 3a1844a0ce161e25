"""Test the corrections of people whom a model takes for a voice, a group or somebody else."""

from __future__ import annotations

import json

from milimo_tui.engines.llm.chat_model import ChatModel, ChatReply, ChatRequest, OnText
from milimo_tui.engines.llm.reading.passes import ReadingPasses
from milimo_tui.story.breakdown.numbered_scene import number_scene
from milimo_tui.story.breakdown.people import PersonKind
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast

SCRIPT = b"""INT. ATTIC - NIGHT

INES (V.O.)
I should have left.

INES
Hello?

CALLER (V.O.)
Wrong number.

P.A. VOICE
Doors closing.
"""


YARD = b"""EXT. YARD - NIGHT

A figure runs through the rain. Two guards follow. The older guard has a dog, TSAR, at his boots.

A crowd watches.

GUARD
Stop!

The figure's hand opens.
"""


class Confused:
    """A chat model that takes the figure for a group, the dog for the guard, and a hand for somebody."""

    model = "confused"
    takes_pictures = False
    context_tokens = 8192

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        name = ask.user.partition("\n")[0].removeprefix("Names: ")
        kinds = {"Guard": "person", "Tsar": "animal"}
        person = {"kind": kinds.get(name, "group"), "gender": "it" if name == "Tsar" else "he"}
        other = ["Tsar"] if name == "Guard" else []
        seen = [{"name": each, "kind": "group"} for each in ("figure", "crowd", "figure's hand")]
        return ChatReply(json.dumps({"people": {name: {**person, "other_names": other}}, "seen": seen}))


class VoicesOnly:
    """A chat model that takes everybody for a voice."""

    model = "voices"
    takes_pictures = False
    context_tokens = 8192

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        name = ask.user.partition("\n")[0].removeprefix("Names: ")
        return ChatReply(json.dumps({"people": {name: {"kind": "voice"}}, "seen": []}))


def read_kinds(script: bytes, model: ChatModel) -> dict[str, PersonKind]:
    """Return the kind of each person whom a model reads in a script."""
    screenplay = fountain.parse(script)
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    reader = ReadingPasses(model, 8192, {}, lambda *_: None, lambda _: None)
    return {person.name: person.kind for person in reader.read_people(scenes, cast.names).people}


def test_only_people_without_an_ordinary_cue_are_voices() -> None:
    voice = PersonKind.VOICE
    kinds = read_kinds(SCRIPT, VoicesOnly())
    assert kinds == {"Ines": PersonKind.PERSON, "Caller": voice, "P.A. Voice": voice}


def test_script_corrects_kinds_and_names_of_people() -> None:
    assert read_kinds(YARD, Confused()) == {
        "Guard": PersonKind.PERSON,
        "Figure": PersonKind.PERSON,
        "Crowd": PersonKind.GROUP,
        "Tsar": PersonKind.ANIMAL,
    }
