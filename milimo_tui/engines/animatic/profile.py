"""How the animatic describes itself, and the voices that it speaks with. Draws nothing."""

from __future__ import annotations

from milimo_tui.engines.animatic.drawing import DRAWING
from milimo_tui.engines.animatic.stage import speech_program
from milimo_tui.engines.contract.profile import Profile, Voice


class AnimaticProfile(Profile):
    @property
    def drawing(self) -> int:
        return DRAWING

    def voices(self) -> tuple[Voice, ...]:
        program = speech_program.find_program(speech_program.read_setting())
        found = speech_program.list_voices(program) if program else ()
        return tuple(Voice(each.id, each.name) for each in found)

    def has_voice(self, voice: str) -> bool | None:
        program = speech_program.find_program(speech_program.read_setting())
        return speech_program.has_voice(program, voice) if program else None
