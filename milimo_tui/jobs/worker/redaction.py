"""Removes secrets such as access tokens from the logs, messages and environments of the supervisor and its
workers.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO, cast

from milimo_tui.core.safe_text import remove_control_characters
from milimo_tui.core.secrets import Redactor, create_redactor, is_secret_name, map_strings
from milimo_tui.core.settings import Settings, collect_secret_settings
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.worker.worker_queue import Message

# A function that removes secrets from a text: the secrets in the environment with which this process was
# started.
CLEAN = create_redactor(os.environ)
# The environment variable through which the supervisor gives its workers the log level.
LOG_LEVEL = "MILIMO_LOG_LEVEL"
# An incomplete line is buffered up to this many characters, so that a secret is not divided between two
# writes.
LINE = 8192
# A log is cleaned in pieces of about this many bytes. A longer piece would stop the other threads for long,
# because a regular expression does not let them run.
PIECE = 1 << 16
# A piece ends with a complete line, unless the line is longer than this many bytes.
LONGEST_LINE = 1 << 20

# The fields of a worker's message that contain text. Other fields (paths, numbers, ids) are not changed.
_WORDS = frozenset({"message", "hint", "note", "notes", "stage", "facts", "engine"})


class CleanFormatter(logging.Formatter):
    """A formatter that removes secrets from log lines and tracebacks."""

    def __init__(self, form: str, clean: Redactor = CLEAN) -> None:
        super().__init__(form)
        self._clean = clean

    def format(self, record: logging.LogRecord) -> str:
        """Format a log record and remove secrets from the result."""
        return self._clean(super().format(record))


def build_settings_redactor(settings: Settings) -> Redactor:
    """Build a function that removes the secrets in this process's environment and in the settings."""
    return create_redactor(os.environ, collect_secret_settings(settings))


class CleanStream:
    """A wrapper of a text stream that removes secrets from each line before it is written. All other
    attributes are those of the wrapped stream.
    """

    def __init__(self, stream: TextIO, clean: Redactor = CLEAN) -> None:
        self._stream = stream
        self._clean = clean
        self._held = ""

    def write(self, text: str) -> int:
        """Write the complete lines of `text`, and store an incomplete last line until its rest arrives."""
        whole = self._held + text
        end = max(whole.rfind("\n"), whole.rfind("\r")) + 1
        if len(whole) - end > LINE:
            end = len(whole)
        if end:
            self._stream.write(self._clean(whole[:end]))
        self._held = whole[end:]
        return len(text)

    def flush(self) -> None:
        """Write the buffered text and flush the stream."""
        if self._held:
            text, self._held = self._held, ""
            self._stream.write(self._clean(text))
        self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def clean_streams() -> None:
    """Remove secrets from everything that this process prints from now on."""
    sys.stdout = cast(TextIO, CleanStream(sys.stdout))
    sys.stderr = cast(TextIO, CleanStream(sys.stderr))


def clean_log_end(path: Path, began: int, clean: Redactor = CLEAN) -> None:
    """Remove secrets from a log, from byte `began` to its end. This is needed because programs that an engine
    starts write to the log directly.

    Such programs can know only the secrets in this process's environment. If the environment has no secrets,
    the log is not read.
    """
    if not clean.has_known_secrets:
        return
    with path.open("r+b") as file:
        file.seek(began)
        read = written = began  # The positions up to which the log is read, and rewritten without secrets.
        waiting = b""  # Clean bytes that do not fit yet, because a mark can be longer than its secret.
        # A piece ends with a line if possible, so that no secret is divided between two pieces.
        while piece := file.read(PIECE) + file.readline(LONGEST_LINE):
            is_in_place = written == read and not waiting
            read += len(piece)
            text = piece.decode(errors="surrogateescape")
            cleaned = clean(text)
            if is_in_place and cleaned == text:
                written = read
                continue
            waiting += cleaned.encode(errors="surrogateescape")
            room = read - written
            file.seek(written)
            written += file.write(waiting[:room])
            waiting = waiting[room:]
            file.seek(read)
        if waiting or written < read:
            file.seek(written)
            file.write(waiting)
            file.truncate()


def clean_message(message: Mapping[str, Any], clean: Redactor) -> Message:
    """Return a copy of a worker's message without secrets and terminal control sequences in its texts. Other
    values are unchanged.
    """

    def said(text: str) -> str:
        return remove_control_characters(clean(text))

    return {
        key: map_strings(value, said)
        if key in _WORDS
        else clean_message(value, clean)
        if isinstance(value, Mapping)
        else value
        for key, value in message.items()
    }


def list_hidden_variables(lane: str, environ: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the secret environment variables that the workers of a lane must not get, because
    no engine of the lane declares them. A lane is a group of workers of one kind, such as `gpu0` or `render`.
    """
    secret = frozenset(name for name in environ if is_secret_name(name))
    if not secret:
        return secret  # Without secrets, the engines of other installed packages need not be searched.
    return secret.difference(*(row.secrets for row in engine_registry.rows() if row.lane == lane))
