"""Test that a person with an ordinary cue stays visible, even if a model takes the person for a voice."""

from __future__ import annotations

import json

from milimo_tui.engines.llm.chat_model import ChatReply, ChatRequest, OnText
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


class VoicesOnly:
    """A chat model that takes everybody for a voice."""

    model = "voices"
    takes_pictures = False
    context_tokens = 8192

    def reply(self, ask: ChatRequest, on_text: OnText) -> ChatReply:
        name = ask.user.partition("\n")[0].removeprefix("Names: ")
        return ChatReply(json.dumps({"people": {name: {"kind": "voice"}}, "seen": []}))


def test_only_people_without_an_ordinary_cue_are_voices() -> None:
    screenplay = fountain.parse(SCRIPT)
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    reader = ReadingPasses(VoicesOnly(), 8192, {}, lambda *_: None, lambda _: None)
    kinds = {person.name: person.kind for person in reader.read_people(scenes, cast.names).people}
    voice = PersonKind.VOICE
    assert kinds == {"Ines": PersonKind.PERSON, "Caller": voice, "P.A. Voice": voice}
