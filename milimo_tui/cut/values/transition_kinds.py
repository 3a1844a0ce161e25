"""A table of the kinds of transitions between two clips, with every property that differs by kind.

The drawing functions are in `media.compose.transitions`. A test checks that every kind has a drawing
function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class TransitionKind(StrEnum):
    """The kind of a transition. The values are stored in films and in the files of other programs."""

    DISSOLVE = "dissolve"
    DIP = "dip"
    WIPE = "wipe"
    PUSH = "push"

    @classmethod
    def make_unknown(cls, name: str) -> TransitionKind:
        """Return a kind whose name this version does not know, for a film that was edited with a newer
        version. The kind is not a member of this enum. Raises ValueError for a name that no version uses.
        """
        if not re.fullmatch("[a-z][a-z0-9_-]{0,39}", name):
            raise ValueError(f"“{name[:40]}” is not the name of a transition")
        kind = str.__new__(cls, name)
        kind._name_ = kind._value_ = name
        return kind


class Direction(StrEnum):
    """The direction in which the edge of a wipe, or the pictures of a push, move."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class TransitionFacts:
    """The properties of a kind of transition.

    - `settings` names the fields of `Transition` that this kind uses in addition to its length.
    - `shows_one_clip` means that each half of the transition shows only its own clip. Neither clip then needs
      media beyond the edit, and their sounds do not overlap.
    - `is_standard` means that other programs have the same transition. Otherwise an export replaces the
      transition with a dissolve.
    """

    note: str  # short explanation, shown next to the kind in lists of choices
    sign: str  # two characters that mark the transition in the timeline
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
        "a line moves over the picture", "▏▸", frozenset({"direction", "softness"}), edl_code="W001"
    ),
    TransitionKind.PUSH: TransitionFacts("the next pushes it out", "▸▸", frozenset({"direction"})),
}


def get_transition_facts(kind: TransitionKind) -> TransitionFacts:
    """Return the properties of a kind. A kind that this version does not know is shown as a dissolve, under
    its own name.
    """
    return TRANSITIONS.get(kind) or TransitionFacts(
        "from a newer version; shown as a dissolve", f"{kind:2.2}", joins_sound=True
    )
