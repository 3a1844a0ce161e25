"""Find the program that speaks scratch dialogue, and list its voices.

The program is run with an argument list and a time limit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

from milimo_tui.core.settings import Settings

TIMEOUT = 15.0


def read_setting() -> str:
    """Return the configured program that speaks the lines of animatics. An empty `MILIMO_SPEECH` turns speech
    off.
    """
    return os.environ.get("MILIMO_SPEECH", Settings().speech)


def find_program(setting: str) -> str:
    """Return the path of the speech program. Empty if speech is off or the program is not installed."""
    return shutil.which(setting) or "" if setting.strip() else ""


@dataclass(frozen=True, slots=True)
class SpeechVoice:
    """A voice of the speech program: its value for the option `-v`, and its display name.

    A value that begins with `+`, such as `+f3`, is a variant. It is appended to another voice: `en-gb+f3`.
    """

    id: str
    name: str


@cache
def list_voices(executable: str) -> tuple[SpeechVoice, ...]:
    """Return the voices that the program lists. Variants are last."""
    rows = [line.split() for line in _read_voices(executable, "--voices")]
    voices = [SpeechVoice(row[1], row[3].replace("_", " ")) for row in rows if len(row) > 4]
    variants = [row for row in map(str.split, _read_voices(executable, "--voices=variant")) if len(row) == 5]
    return (*voices, *(SpeechVoice(f"+{row[4].removeprefix('!v/')}", row[3]) for row in variants))


def _read_voices(executable: str, what: str) -> list[str]:
    try:
        done = subprocess.run([executable, what], capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode(errors="replace").splitlines()[1:]


def find_language_voice(executable: str, language: str) -> str:
    """Return the program's voice for a language, such as `de` or `pt-br`. Empty if it has none, `en` if the
    program does not list its voices.
    """
    ids = [voice.id for voice in list_voices(executable)]
    if not ids:
        return "en"
    base = language.partition("-")[0]
    exact = next((wanted for wanted in (language, base) if wanted in ids), "")
    return exact or next((id for id in ids if id.partition("-")[0] == base), "")


def has_voice(executable: str, voice: str) -> bool:
    """Return True if the program has a voice, such as `en-gb`, a voice with a variant, such as `en-gb+f3`, or
    a variant of every voice, such as `+f3`.
    """
    ids = {each.id for each in list_voices(executable)}
    base, plus, variant = voice.partition("+")
    return (base in ids or (not base and bool(plus))) and (not plus or f"+{variant}" in ids)
