"""The kinds of transitions between two clips: one row for each kind, with everything that differs by kind.

The drawing of a kind is in `media.compose.transitions`, whose table a test holds complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TransitionKind(StrEnum):
    """The kind of a transition, as films and other programs' files store it."""

    DISSOLVE = "dissolve"
    DIP = "dip"
    WIPE = "wipe"
    PUSH = "push"


class Direction(StrEnum):
    """The direction in which the edge of a wipe or the pictures of a push move."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class TransitionFacts:
    """Facts about a kind of transition.

    `settings` are the fields of `Transition` that this kind uses besides its length. If `shows_one_clip`,
    each half shows only its own clip, so neither clip needs media beyond the edit and their sounds do not
    cross. `is_standard` means that other programs have the same transition; they get a dissolve otherwise.
    """

    note: str  # Stands beside the kind in lists of choices.
    sign: str  # Two cells in the timeline.
    settings: frozenset[str] = frozenset()
    shows_one_clip: bool = False
    joins_sound: bool = False
    is_standard: bool = False
    edl_code: str = "D"


TRANSITIONS: dict[TransitionKind, TransitionFacts] = {
    TransitionKind.DISSOLVE: TransitionFacts(
        "one into the other: time passes", "╲╱", joins_sound=True, is_standard=True
    ),
    TransitionKind.DIP: TransitionFacts(
        "through a colour: a chapter ends",
        "╲╱",
        frozenset({"colour"}),
        shows_one_clip=True,
        joins_sound=True,
    ),
    TransitionKind.WIPE: TransitionFacts(
        "a line goes over the picture", "▏▸", frozenset({"direction", "softness"}), edl_code="W001"
    ),
    TransitionKind.PUSH: TransitionFacts("the next pushes it out", "▸▸", frozenset({"direction"})),
}
