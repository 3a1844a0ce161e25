"""The profile of the engine `kokoro`: its voices. The module imports no model library."""

from __future__ import annotations

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.host import read_settings
from milimo_tui.engines.contract.profile import Profile, Voice
from milimo_tui.engines.kokoro.installation import find_model_files, list_voice_names
from milimo_tui.engines.kokoro.kokoro_voices import choose_voice, describe_voice, find_language
from milimo_tui.engines.specs.spec_values import DescribedPerson


class KokoroProfile(Profile):
    """The profile of the engine `kokoro`."""

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices in the installed file of voices. Empty if there is none."""
        return tuple(Voice(name, describe_voice(name)) for name in _find_voice_names())

    def find_default_voice(self, person: DescribedPerson, language: str) -> str:
        """Return the voice that speaks for a character without a voice. Empty if the file of voices is not
        installed, or if Kokoro does not speak the language.
        """
        names = _find_voice_names()
        try:
            spoken = find_language(language)
        except BadInput:
            return ""
        return choose_voice(names, spoken, name=person.name, pronoun=person.gender) if names else ""

    def suit_voices(self, person: DescribedPerson, language: str) -> tuple[str, ...]:
        """Return all voices: first the one that speaks if the character has no voice, then those of the same
        language and gender.
        """
        names = _find_voice_names()
        first = self.find_default_voice(person, language)
        if not first:
            return names
        return tuple(sorted(names, key=lambda name: (name != first, name[:2] != first[:2], name)))

    def has_voice(self, voice: str) -> bool | None:
        """Return True if the installed file of voices has a voice. None if no such file is installed."""
        names = _find_voice_names()
        return voice in names if names else None


def _find_voice_names() -> tuple[str, ...]:
    settings, _ = read_settings()
    try:
        return list_voice_names(find_model_files(settings)[1])
    except MilimoError:
        return ()
