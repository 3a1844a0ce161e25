"""The profile of the engine `kokoro`: its voices. The module imports no model library."""

from __future__ import annotations

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.host import read_settings
from milimo_tui.engines.contract.profile import Profile, Voice
from milimo_tui.engines.kokoro.installation import find_model_files, list_voice_names
from milimo_tui.engines.kokoro.kokoro_voices import describe_voice


class KokoroProfile(Profile):
    """The profile of the engine `kokoro`."""

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices in the installed file of voices. Empty if there is none."""
        return tuple(Voice(name, describe_voice(name)) for name in _find_voice_names())

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
