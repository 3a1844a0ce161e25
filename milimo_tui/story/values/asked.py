"""What a field of a value says of itself, so that commands and forms can ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ASKED = "asked"  # in the metadata of a field


@dataclass(frozen=True, slots=True)
class Asked:
    """How a person is asked for a field of a shot.

    `help` says what it is; `words` are those it may be, any where there are none; `least` and `most` bound a
    number, `longest` a text, in characters. `label` names a line of its own in `shot show` and the inspector,
    where Enter asks for it, and puts it in `--json`; without one it is asked for on the inspector's row
    `row`, and what shows it is written there. `after` is the argument of `shot set` that it follows in help,
    where that is not the one before it in the shot.
    """

    help: str
    words: tuple[str, ...] = ()
    row: str = ""
    after: str = ""
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    label: str = ""


def asked(help: str, **more: Any) -> dict[str, Asked]:
    """The metadata of a field that a person sets: `shot set` and the inspector offer it as `Asked` says."""
    return {ASKED: Asked(help, **more)}
