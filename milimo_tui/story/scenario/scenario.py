"""A scenario as values: items of nine kinds, each with the words that it came from, switched on or off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

RULES = "rules"
LONGEST = 4000  # letters of a word that a person writes in an item's place


class ItemKind(StrEnum):
    """What an item is. Of titles, themes and tones the first that is on counts."""

    TITLE = "title"
    THEME = "theme"
    TONE = "tone"
    PERSON = "person"
    PLACE = "place"
    OBJECT = "object"
    ACT = "act"
    SEQUENCE = "sequence"
    SCENE = "scene"


PLURALS = {
    ItemKind.PERSON: "people",
    ItemKind.PLACE: "places",
    ItemKind.OBJECT: "objects",
    ItemKind.THEME: "themes",
    ItemKind.TONE: "tones",
}


@dataclass(frozen=True, slots=True)
class Beat:
    """What happens in a scene, in its order: something done (no speaker), or words that somebody says."""

    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was found. `key` names it (`person 2`); `text` is its name, heading or title.

    `words` are the story's that it came from, `stands` whether they are there, letter for letter; `at` is
    where, in letters from the start. `detail` is what is known of it. `within` is the key of what it is a
    part of. `by` is who read it: rules, or a model's name.
    """

    key: str
    kind: ItemKind
    text: str
    detail: str = ""
    words: str = ""
    stands: bool = False
    at: int = -1
    is_on: bool = True
    within: str = ""
    by: str = RULES
    beats: tuple[Beat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What was read of a story. `language` is its code, empty where nobody could tell; `notes` are said."""

    name: str
    language: str = ""
    items: tuple[Item, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""  # of the story's text

    def of(self, kind: ItemKind, *, on: bool = False) -> tuple[Item, ...]:
        """The items of a kind, in order; `on`: those that are not switched off."""
        return tuple(item for item in self.items if item.kind is kind and (item.is_on or not on))

    def with_item(self, changed: Item) -> Scenario:
        """The scenario with an item in the place of the one of its key."""
        items = tuple(changed if item.key == changed.key else item for item in self.items)
        return replace(self, items=items)

    def as_json(self) -> dict[str, Any]:
        """The scenario as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Scenario:
        """The scenario of its JSON values. Raises KeyError, TypeError and ValueError for what is none."""
        items = tuple(
            Item(
                **{
                    **item,
                    "kind": ItemKind(item["kind"]),
                    "beats": tuple(Beat(**beat) for beat in item["beats"]),
                }
            )
            for item in value["items"]
        )
        return cls(**{**value, "items": items, "notes": tuple(value["notes"])})


@dataclass(slots=True)
class Keys:
    """Gives each item its key: its kind, and its count among those."""

    counts: dict[ItemKind, int] = field(default_factory=dict)

    def next(self, kind: ItemKind) -> str:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind.value} {self.counts[kind]}"


def none_found(items: Sequence[Item]) -> tuple[str, ...]:
    """Say plainly of which kinds nothing was found: `no people found`."""
    there = {item.kind for item in items}
    return tuple(f"no {plural} found" for kind, plural in PLURALS.items() if kind not in there)
