"""What the processes of the queue keep to themselves: logs, messages and environments without secrets."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO, cast

from milimo_tui.core.safe_text import harmless
from milimo_tui.core.secrets import Redactor, every_text, is_secret_name, redactor
from milimo_tui.core.settings import Settings, secrets_of
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.worker.channel import Message

CLEAN = redactor(os.environ)  # of this process, as it was started
LOG_LEVEL = "MILIMO_LOG_LEVEL"  # the variable by which a supervisor tells its workers what to log
LINE = 8192  # characters without an end of line that are held back, so that no secret is seen in halves
MOST = 4 << 20  # bytes of a log that are looked through at its end

# The words of a worker's message; what is not among them (paths, numbers, ids) is taken as it is.
_WORDS = frozenset({"message", "hint", "note", "notes", "stage", "facts", "engine"})


class CleanFormatter(logging.Formatter):
    """Log lines, tracebacks too, without secrets."""

    def __init__(self, form: str, clean: Redactor = CLEAN) -> None:
        super().__init__(form)
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        return self._clean(super().format(record))


def of(settings: Settings) -> Redactor:
    """Knows the secrets of this process's environment and of the settings."""
    return redactor(os.environ, secrets_of(settings))


class CleanStream:
    """A text stream whose lines are cleaned on their way; everything else is the stream's own."""

    def __init__(self, stream: TextIO, clean: Redactor = CLEAN) -> None:
        self._stream = stream
        self._clean = clean
        self._held = ""

    def write(self, text: str) -> int:
        """Write the lines that are whole; hold back what may go on."""
        whole = self._held + text
        end = max(whole.rfind("\n"), whole.rfind("\r")) + 1
        if len(whole) - end > LINE:
            end = len(whole)
        if end:
            self._stream.write(self._clean(whole[:end]))
        self._held = whole[end:]
        return len(text)

    def flush(self) -> None:
        if self._held:
            held, self._held = self._held, ""
            self._stream.write(self._clean(held))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def clean_streams() -> None:
    """Clean what this process prints from here on."""
    sys.stdout = cast(TextIO, CleanStream(sys.stdout))
    sys.stderr = cast(TextIO, CleanStream(sys.stderr))


def clean_end(path: Path, began: int, clean: Redactor = CLEAN) -> None:
    """Clean what came into a log from `began` on: programs that an engine starts write to it themselves.

    They know no secret but those of this process's environment: without any there is nothing to do.
    """
    if not clean.knows_any:
        return
    with path.open("r+b") as file:
        file.seek(began)
        data = file.read(MOST)
        text = data.decode(errors="surrogateescape")
        cleaned = clean(text)
        if cleaned != text:
            rest = file.read()
            file.seek(began)
            file.write(cleaned.encode(errors="surrogateescape") + rest)
            file.truncate()


def clean_message(message: Mapping[str, Any], clean: Redactor) -> Message:
    """A worker's message whose words hold no secret and command no terminal; the rest stays as it is."""

    def said(text: str) -> str:
        return harmless(clean(text))

    return {
        key: every_text(value, said)
        if key in _WORDS
        else clean_message(value, clean)
        if isinstance(value, Mapping)
        else value
        for key, value in message.items()
    }


def hidden_from(lane: str, environ: Mapping[str, str]) -> frozenset[str]:
    """The secret variables that no engine of that lane declares: its workers do not get them."""
    secret = frozenset(name for name in environ if is_secret_name(name))
    if not secret:
        return secret  # without a look for engines of other distributions
    return secret.difference(*(row.secrets for row in engine_registry.rows() if row.lane == lane))
