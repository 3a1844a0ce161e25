"""The animatic engine's profile, which the studio reads: the version of its drawings and the available
voices.
"""

from __future__ import annotations

from milimo_tui.engines.animatic.drawing import DRAWING
from milimo_tui.engines.animatic.stage import speech_program
from milimo_tui.engines.contract.profile import Profile, Voice


class AnimaticProfile(Profile):
    @property
    def drawing(self) -> int:
        """The version of the drawings."""
        return DRAWING

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices of the speech program."""
        program = speech_program.find_program(speech_program.read_setting())
        found = speech_program.list_voices(program) if program else ()
        return tuple(Voice(each.id, each.name) for each in found)

    def has_voice(self, voice: str) -> bool | None:
        """Return True if the speech program has a voice. None if no speech program is installed."""
        program = speech_program.find_program(speech_program.read_setting())
        return speech_program.has_voice(program, voice) if program else None
