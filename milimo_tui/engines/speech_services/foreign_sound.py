"""Read sound that a service or a program made. Its format is not trusted."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput, Failed, MilimoError
from milimo_tui.media.files.facts import probe_in_subprocess
from milimo_tui.media.sound.samples import Sound
from milimo_tui.media.sound.sound_file import SoundFile

_HEADER_BYTES = 1 << 20
_BYTES_PER_SECOND = 192_000 * 2 * 4  # Stereo at 192 kHz with 32 bits.


def compute_most_bytes(longest: float) -> int:
    """Return the greatest size of a sound file with a spoken line of at most `longest` seconds."""
    return _HEADER_BYTES + round(longest * _BYTES_PER_SECOND)


def read_foreign_sound(path: Path, maker: str, longest: float) -> tuple[Sound, int]:
    """Return the samples (1, n) of a sound file and its sample rate. `maker` names the service or program for
    messages, and `longest` is the greatest length in seconds.

    Raises Failed if the file is no sound or too long.
    """
    try:
        facts = probe_in_subprocess(path)
        if facts.kind != "sound" or not facts.seconds:
            raise BadInput(f"it is a {facts.kind}")
        file = SoundFile(path, 1)
    except MilimoError as error:
        raise Failed(
            f"{maker} answered with no sound: {error.message}", "set its output format to WAV"
        ) from error
    try:
        seconds = float(facts.seconds)
        if seconds > longest:
            raise Failed(f"{maker} spoke for {seconds:.0f} s, at most {longest:.0f} s are expected")
        return file.read(0, round(seconds * file.sample_rate)), file.sample_rate
    finally:
        file.close()
