"""How the animatic describes itself, and the voices that it speaks with. Draws nothing."""

from __future__ import annotations

from milimo_tui.engines.animatic.engine import speech_setting
from milimo_tui.engines.animatic.stage import scratch_voices
from milimo_tui.engines.contract.profile import Profile, Voice


class AnimaticProfile(Profile):
    def voices(self) -> tuple[Voice, ...]:
        program = scratch_voices.program(speech_setting())
        found = scratch_voices.known(program) if program else ()
        return tuple(Voice(each.id, each.name) for each in found)

    def has_voice(self, voice: str) -> bool | None:
        program = scratch_voices.program(speech_setting())
        return scratch_voices.is_known(program, voice) if program else None
