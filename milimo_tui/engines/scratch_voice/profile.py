"""The profile of the scratch voice: its voices, and those that suit a character."""

from __future__ import annotations

from milimo_tui.engines.animatic.figures.cast import describe_appearance
from milimo_tui.engines.animatic.stage.speaker_tones import choose_tone
from milimo_tui.engines.specs.spec_values import DescribedPerson
from milimo_tui.engines.speech.program_profile import SpeechProgramProfile


class ScratchVoiceProfile(SpeechProgramProfile):
    """The profile of the engine `scratch-voice`."""

    def find_default_voice(self, person: DescribedPerson, language: str) -> str:
        """Return the variant that speaks for a character without a voice, such as `+f3`."""
        return f"+{choose_tone(describe_appearance(person)).variant}"

    def suit_voices(self, person: DescribedPerson, language: str) -> tuple[str, ...]:
        """Return the variants for a woman or a man, such as `+f3`, beginning with the one that speaks if the
        character has no voice. Each variant speaks the language of the line.
        """
        first = self.find_default_voice(person, language)
        family = [voice.id for voice in self.voices() if voice.id[:2] == first[:2] and voice.id[2:].isdigit()]
        place = family.index(first) if first in family else 0
        return (*family[place:], *family[:place])
