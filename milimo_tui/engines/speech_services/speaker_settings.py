"""The settings of the voice service and the voice command. The module imports no numpy, because it is read
before a line is queued.
"""

from __future__ import annotations

import shlex

from milimo_tui.core.errors import BadInput, Unavailable
from milimo_tui.core.reasons import reason
from milimo_tui.core.settings import Settings
from milimo_tui.engines.remote.remote_service import RemoteService


def make_voice_service(settings: Settings) -> RemoteService:
    """Return the service of the settings. Raises Unavailable if none is set."""
    if not settings.voice_service_url:
        raise Unavailable(
            "no service that speaks lines is set up", "milimo config set voice_service_url ADDRESS"
        )
    return RemoteService(
        title="the voice service",
        setting="voice_service",
        address=settings.voice_service_url,
        key=settings.voice_service_key,
        seconds=settings.voice_service_seconds,
        patience="voice_service_seconds",
    )


def parse_voice_command(text: str) -> list[str]:
    """Return the words of the setting `voice_command`: a program and its arguments. Raises BadInput for a
    text that can't be read, Unavailable if it is empty.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise BadInput(
            f"voice_command can't be read: {reason(error)}",
            "milimo config set voice_command COMMAND corrects it",
        ) from error
    if not words:
        raise Unavailable(
            "no program that speaks lines is set up",
            "milimo config set voice_command 'piper -m en.onnx -f {output}'",
        )
    return words


def make_missing_program_error(program: str) -> Unavailable:
    """Return the error for a program of `voice_command` that is not installed."""
    return Unavailable(
        f"there is no program “{program}”",
        "install it, or milimo config set voice_command COMMAND",
    )
