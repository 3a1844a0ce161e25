"""The profile of engines that speak with a program such as `espeak-ng`."""

from __future__ import annotations

from milimo_tui.engines.contract.profile import Profile, Voice
from milimo_tui.engines.speech import speech_program


class SpeechProgramProfile(Profile):
    """The profile of an engine whose voices are those of the speech program."""

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices of the speech program."""
        program = speech_program.find_program(speech_program.read_setting())
        found = speech_program.list_voices(program) if program else ()
        return tuple(Voice(each.id, each.name) for each in found)

    def has_voice(self, voice: str) -> bool | None:
        """Return True if the speech program has a voice. None if no speech program is installed."""
        program = speech_program.find_program(speech_program.read_setting())
        return speech_program.has_voice(program, voice) if program else None
