"""Errors that a person can see. Each has a kind, a message, a hint and an exit code (CLI contract).

No I/O and no formatting: the command line and the studio decide how to show an error. A hint may describe an
action in two forms: `{ui.level|milimo cut louder CLIP}` is an action of a screen and the shell command for
it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

_ACTION_HINT_PATTERN = re.compile(r"\{[^{}|]+\|([^{}]*)\}")


def format_shell_hint(hint: str) -> str:
    """Return a hint as the shell shows it, with each action replaced by its command."""
    return _ACTION_HINT_PATTERN.sub(r"\1", hint)


class MilimoError(Exception):
    """An error with a message for the user and a hint about the next step."""

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
    """A name that matches several things. The user is asked to choose; the program never guesses.

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
    """A change to rows that somebody else changed first."""

    kind = "conflict"


class Failed(MilimoError):
    """Work that did not succeed."""

    kind = "failed"


class Damaged(MilimoError):
    """A file written by Milimo that can't be read."""

    kind = "damaged"


class DamagedResult(Damaged):
    """A result, or its record, that can't be read. Making the result again may repair it."""

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
    """A device or machine without enough memory for the work as it was run."""

    kind = "out_of_memory"


class DeviceLost(MilimoError):
    """A device that was removed or failed during the work. The process can't use the device any more."""

    kind = "device_lost"


class Unavailable(MilimoError):
    """Weights, a device or a program that is missing. The hint says how to get it."""

    kind = "unavailable"
    exit_code = 3


class Cancelled(MilimoError):
    """Work that the user, or a client acting for the user, asked to stop."""

    kind = "cancelled"
    exit_code = 130


def read_json_error(document: Mapping[str, Any]) -> MilimoError:
    """Return the error of a document that a child process made with `as_json`."""
    kinds = {cls.kind: cls for cls in (BadInput, NotFound, Unavailable, Failed, DiskFull, ReadOnly)}
    fields = document["error"]
    return kinds.get(fields["kind"], Failed)(fields["message"], fields["hint"])
