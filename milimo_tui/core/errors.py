"""Every error a person can meet: a kind, a sentence, a hint and an exit code (CLI contract).

No I/O, no formatting: the CLI and the studio decide how a sentence is shown. What a hint asks for often has
two ways: `{ui.level|milimo cut louder CLIP}` is an act of a screen, and the command that does it in a shell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

_TWO_WAYS = re.compile(r"\{[^{}|]+\|([^{}]*)\}")


def in_shell(hint: str) -> str:
    """Return a hint as a shell shows it: of each act with two ways the command."""
    return _TWO_WAYS.sub(r"\1", hint)


class MilimoError(Exception):
    """An error with a sentence for the person, and what to do about it."""

    kind: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def as_json(self) -> dict[str, dict[str, str]]:
        return {"error": {"kind": self.kind, "message": self.message, "hint": in_shell(self.hint)}}


class BadInput(MilimoError):
    """What was given can't be used: a file, a field or an argument."""

    kind = "bad_input"
    exit_code = 2


class NotFound(BadInput):
    """Nothing by that id or name."""

    kind = "not_found"


class Ambiguous(BadInput):
    """Several things go by that name: which is meant is asked, and never guessed.

    `candidates` are their ids, each with what tells it from the others.
    """

    kind = "ambiguous"

    def __init__(
        self, message: str, hint: str = "", *, name: str = "", candidates: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message, hint)
        self.name = name
        self.candidates = tuple(candidates)


class Refused(BadInput):
    """The act would break a rule of the film; the message names the rule."""

    kind = "refused"


class Conflict(MilimoError):
    """Someone else changed the same rows first."""

    kind = "conflict"


class Failed(MilimoError):
    """The work itself did not succeed."""

    kind = "failed"


class Damaged(MilimoError):
    """A file of ours can't be read as what it should be."""

    kind = "damaged"


class DamagedResult(Damaged):
    """What was made can't be read, or its record can't: made once more it may be whole."""

    kind = "damaged_result"


class Newer(MilimoError):
    """A file was written by a newer version of Milimo."""

    kind = "newer"


class ReadOnly(MilimoError):
    """A folder or file can't be written."""

    kind = "read_only"


class DiskFull(MilimoError):
    """No space is left for what has to be written."""

    kind = "disk_full"


class OutOfMemory(MilimoError):
    """The device, or the machine, has not enough memory for the work as it was run."""

    kind = "out_of_memory"


class DeviceLost(MilimoError):
    """The device was taken away, or broke, amid the work: the process that used it can use it no more."""

    kind = "device_lost"


class Unavailable(MilimoError):
    """Not available here: weights, a device or a program is missing; the hint says how to get it."""

    kind = "unavailable"
    exit_code = 3


class Cancelled(MilimoError):
    """The person, or a client for them, asked to stop."""

    kind = "cancelled"
    exit_code = 130
