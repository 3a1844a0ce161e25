"""Errors that are shown to the user. Each has a kind, a message, a hint, and the exit code with which the
command line ends.

The command line and the studio decide how to format an error. A hint may name an action twice:
`{ui.level|milimo cut louder CLIP}` contains the studio's action and the shell command for the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

_ACTION_HINT_PATTERN = re.compile(r"\{[^{}|]+\|([^{}]*)\}")


def format_shell_hint(hint: str) -> str:
    """Return a hint for the shell: each action is replaced by its shell command."""
    return _ACTION_HINT_PATTERN.sub(r"\1", hint)


class MilimoError(Exception):
    """An error that is shown to the user: a message, and a hint about the next step."""

    kind: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_json(self) -> dict[str, dict[str, str]]:
        """Return the error as a JSON document."""
        return {"error": {"kind": self.kind, "message": self.message, "hint": format_shell_hint(self.hint)}}


class BadInput(MilimoError):
    """A file, field or argument that can't be used."""

    kind = "bad_input"
    exit_code = 2


class NotFound(BadInput):
    """An id or name that matches nothing."""

    kind = "not_found"


class Ambiguous(BadInput):
    """A name that matches several things. The program never guesses, but asks the user to choose.

    `candidates` are the matching ids, each with a text that distinguishes it from the others.
    """

    kind = "ambiguous"

    def __init__(
        self, message: str, hint: str = "", *, name: str = "", candidates: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message, hint)
        self.name = name
        self.candidates = tuple(candidates)


class Refused(BadInput):
    """An action that would break a rule of the film. The message names the rule."""

    kind = "refused"


class Conflict(MilimoError):
    """A change to rows that another user or program has changed in the meantime."""

    kind = "conflict"


class Failed(MilimoError):
    """An action that was tried and did not succeed."""

    kind = "failed"


class NotFinite(Failed):
    """A model whose result contains values that are not numbers (NaN). Its weights may be damaged."""


class Damaged(MilimoError):
    """A file written by Milimo that can't be read."""

    kind = "damaged"


class DamagedResult(Damaged):
    """A job's result, or its record, that can't be read. Running the job again may replace it."""

    kind = "damaged_result"


class Newer(MilimoError):
    """A file that was written by a newer version of Milimo."""

    kind = "newer"


class ReadOnly(MilimoError):
    """A folder or file that can't be written."""

    kind = "read_only"


class DiskFull(MilimoError):
    """A disk without enough space for the data to be written."""

    kind = "disk_full"


class OutOfMemory(MilimoError):
    """A device or machine with too little memory for a job at the settings that were used."""

    kind = "out_of_memory"


class DeviceLost(MilimoError):
    """A device that was removed or failed during the work. The process can't use the device any more."""

    kind = "device_lost"


class Unavailable(MilimoError):
    """Missing weights, a missing device or a missing program. The hint says how to get it."""

    kind = "unavailable"
    exit_code = 3


class Cancelled(MilimoError):
    """Work that was stopped at the request of the user or of a client program."""

    kind = "cancelled"
    exit_code = 130


def read_json_error(document: Mapping[str, Any]) -> MilimoError:
    """Return the error that a child process wrote as JSON with `as_json`."""
    kinds = {cls.kind: cls for cls in (BadInput, NotFound, Unavailable, Failed, DiskFull, ReadOnly)}
    fields = document["error"]
    return kinds.get(fields["kind"], Failed)(fields["message"], fields["hint"])
