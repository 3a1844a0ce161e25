"""The engine that lets a program of the user speak lines, such as Piper. The program is run with an argument
list, its text on standard input, and a time limit.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

from milimo_tui.core.errors import BadInput, Failed, Unavailable
from milimo_tui.core.host import explain_os_error, read_settings
from milimo_tui.core.reasons import reason
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.speech.spoken_file import finish_spoken_line
from milimo_tui.engines.speech_services.foreign_sound import read_foreign_sound
from milimo_tui.media.sound.changed_speed import change_pitch_and_pace

_OUTPUT = "{output}"  # Replaced by the path of the WAV file that the program writes.
_LETTERS_OF_ERROR = 200  # The longest part of the program's error output that a message contains.
_POLL_SECONDS = 0.1


class VoiceCommand:
    """The engine that speaks lines by a program. It has no state between jobs."""

    name = "voice-command"

    def load(self) -> None:
        """Do nothing: the program is started for each line."""

    def unload(self) -> None:
        """Do nothing: the engine has no state between jobs."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Speak one line. Raises Unavailable without a program, Failed if the program fails."""
        if not isinstance(spec, MakeSpeech):
            raise BadInput(f"a voice command can't do “{spec.kind}”", "it speaks lines")
        settings, _ = read_settings()
        output = context.workspace / "spoken.wav"
        output.unlink(missing_ok=True)
        words = _parse_command(settings.voice_command)
        command = [_fill_word(word, spec, output) for word in words]
        printed = _run_program(command, spec.text, settings.voice_command_seconds, context)
        if not any(_OUTPUT in word for word in words):
            output.write_bytes(printed)
        program = Path(command[0]).name
        if not output.is_file() or not output.stat().st_size:
            raise Failed(f"{program} wrote no sound", "check voice_command in config.toml")
        sound, sample_rate = read_foreign_sound(output, program, spec.seconds)
        output.unlink()
        paced = any("{pace}" in word for word in words)
        sound = change_pitch_and_pace(
            sound, sample_rate, semitones=spec.pitch, pace=1 if paced else spec.pace
        )
        tags = build_provenance_texts(spec, libraries=MEDIA_LIBRARIES, program=program)
        return finish_spoken_line(spec, context, sound, sample_rate, metadata=tags)


def _parse_command(text: str) -> list[str]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise BadInput(
            f"voice_command can't be read: {reason(error)}", "correct it in config.toml"
        ) from error
    if not words:
        raise Unavailable(
            "no program that speaks lines is set up",
            "milimo config set voice_command 'piper -m en.onnx -f {output}'",
        )
    return words


def _fill_word(word: str, spec: MakeSpeech, output: Path) -> str:
    values = {
        _OUTPUT: str(output),
        "{voice}": spec.voice,
        "{language}": spec.language,
        "{pace}": f"{spec.pace:g}",
        "{reference}": spec.reference if isinstance(spec.reference, str) else "",
    }
    for name, value in values.items():
        word = word.replace(name, value)
    return word


def _run_program(command: list[str], text: str, seconds: float, context: Context) -> bytes:
    """Run a program with a text on its standard input, and return its standard output. The program and its
    children are ended when the job is cancelled.
    """
    name, begin = Path(command[0]).name, time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise Unavailable(
            f"there is no program “{name}”", "install it, or correct voice_command in config.toml"
        ) from None
    except OSError as error:
        raise explain_os_error(error, Path(command[0]), "run") from error
    given: bytes | None = f"{text}\n".encode()
    try:
        while True:
            context.progress("speaking", 0, 1)
            try:
                printed, wrong = process.communicate(given, timeout=_POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                given = None
                if time.monotonic() - begin > seconds:
                    raise Failed(
                        f"{name} did not end within {seconds:.0f} s",
                        "a higher voice_command_seconds in config.toml waits longer",
                    ) from None
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    if process.returncode:
        why = clean_one_line(wrong.decode(errors="replace"), _LETTERS_OF_ERROR)
        raise Failed(f"{name} failed with status {process.returncode}: {why}", "check voice_command")
    return printed
