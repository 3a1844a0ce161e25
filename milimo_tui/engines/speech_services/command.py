"""The engine that lets a program of the user speak lines, such as Piper. The program is run with an argument
list, its text on standard input, and a time limit.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain_os_error, read_settings
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.speech.spoken_file import finish_spoken_line
from milimo_tui.engines.speech_services.foreign_sound import compute_most_bytes, read_foreign_sound
from milimo_tui.engines.speech_services.speaker_settings import (
    make_missing_program_error,
    parse_voice_command,
)
from milimo_tui.media.sound.changed_speed import change_pitch_and_pace

_OUTPUT = "{output}"  # Replaced by the path of the WAV file that the program writes.
_LETTERS_OF_ERROR = 200  # The longest part of the program's error output that a message contains.
_POLL_SECONDS = 0.1
_PIECE_BYTES = 1 << 16
_ADVICE = "run the program in a shell; milimo config set voice_command COMMAND corrects it"


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
        words = parse_voice_command(settings.voice_command)
        command = [_fill_word(word, spec, output) for word in words]
        most = compute_most_bytes(spec.seconds)
        printed = _run_program(command, spec.text, settings.voice_command_seconds, most, context)
        if not any(_OUTPUT in word for word in words):
            output.write_bytes(printed)
        program = Path(command[0]).name
        if not output.is_file() or not output.stat().st_size:
            raise Failed(f"{program} wrote no sound", _ADVICE)
        sound, sample_rate = read_foreign_sound(output, program, spec.seconds)
        output.unlink()
        paced = any("{pace}" in word for word in words)
        sound = change_pitch_and_pace(
            sound, sample_rate, semitones=spec.pitch, pace=1 if paced else spec.pace
        )
        tags = build_provenance_texts(spec, libraries=MEDIA_LIBRARIES, program=program)
        return finish_spoken_line(spec, context, sound, sample_rate, metadata=tags)


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


class _PipeReader:
    """A thread that reads the output of a program, until it ends or has more than `most` bytes."""

    def __init__(self, pipe: IO[bytes], most: int) -> None:
        self.data = bytearray()
        self._pipe, self._most = pipe, most
        self._thread = threading.Thread(target=self._read, name="program output", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._pipe:
            while len(self.data) <= self._most and (piece := self._pipe.read(_PIECE_BYTES)):
                self.data += piece

    def wait_for_end(self) -> bool:
        """Wait for the end of the output for `_POLL_SECONDS`. Return True if it is complete."""
        self._thread.join(_POLL_SECONDS)
        return not self._thread.is_alive()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_POLL_SECONDS)
    return process.returncode is not None


def _run_program(command: list[str], text: str, seconds: float, most: int, context: Context) -> bytes:
    """Run a program with a text on its standard input, and return its standard output, which has at most
    `most` bytes. The program and its children are ended when the job is cancelled.
    """
    name, begin = Path(command[0]).name, time.monotonic()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise make_missing_program_error(name) from None
    except OSError as error:
        raise explain_os_error(error, Path(command[0]), "run") from error
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    printed = _PipeReader(process.stdout, most)
    wrong = _PipeReader(process.stderr, most)
    # The text has at most 16,000 bytes, so that a pipe holds it even if the program does not read.
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(f"{text}\n".encode())
        process.stdin.close()
    try:
        while True:
            context.progress("speaking", 0, 1)
            is_complete = printed.wait_for_end() and wrong.wait_for_end()
            if max(len(printed.data), len(wrong.data)) > most:
                raise Failed(f"{name} printed more than {most / 1e6:.0f} MB", _ADVICE)
            if is_complete and _has_ended(process):
                break
            if time.monotonic() - begin > seconds:
                raise Failed(
                    f"{name} did not end within {seconds:g} s",
                    "milimo config set voice_command_seconds SECONDS waits longer",
                )
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        why = clean_one_line(wrong.data.decode(errors="replace"), _LETTERS_OF_ERROR)
        if not why:
            what = "printed no error" if printed.data else "printed nothing"
            raise Failed(f"{name} failed with status {process.returncode} and {what}", _ADVICE)
        raise Failed(f"{name} failed with status {process.returncode}: {why}", _ADVICE)
    return bytes(printed.data)
