"""The profiles of the voice service and the voice command. They check settings before a line is queued."""

from __future__ import annotations

import shutil
from pathlib import Path

from milimo_tui.core.settings import Settings
from milimo_tui.engines.contract.profile import Profile
from milimo_tui.engines.speech_services.speaker_settings import (
    make_missing_program_error,
    make_voice_service,
    parse_voice_command,
)


class VoiceServiceProfile(Profile):
    """The profile of the engine `voice-service`."""

    def check_settings(self, settings: Settings) -> None:
        """Raise Unavailable without an address, BadInput or Refused for an address that can't be used."""
        make_voice_service(settings).parts()


class VoiceCommandProfile(Profile):
    """The profile of the engine `voice-command`."""

    def check_settings(self, settings: Settings) -> None:
        """Raise Unavailable without a program, BadInput for a command that can't be read."""
        program = parse_voice_command(settings.voice_command)[0]
        if shutil.which(program) is None:
            raise make_missing_program_error(Path(program).name)
