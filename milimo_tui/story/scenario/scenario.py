"""The values of a scenario: items of nine kinds. The user can switch each item on or off; each has the words
of the story that it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

RULES = "rules"
# Maximum number of characters of a text that the user gives to an item. A longer text is refused.
LONGEST = 4000


class ItemKind(StrEnum):
    """The kind of an item. The user can switch on several titles, themes or tones, but only the first of each
    kind is used.
    """

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
class ScenarioBeat:
    """An event in a scene: an action (then `speaker` is empty), or words that a person says."""

    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioItem:
    """A thing found in the story, such as a person, a place or a scene. The user can switch it off or reword
    it.

    - `key` identifies the item: `person 2`.
    - `text` is its name, heading or title; `detail` has further facts.
    - `words` are the words of the story that the item came from.
    - `stands` is True if the story contains exactly these words. `at` is their offset in characters, or -1 if
      the story does not contain them.
    - `within` is the key of the item that contains this item, such as the sequence of a scene.
    - `by` names the finder of the item: `rules`, or the name of a model.
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
    beats: tuple[ScenarioBeat, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The result of analysing a story. `language` is a language code, empty if unknown. `notes` are messages
    for the user. `left_out` are the stretches of the story that no beat of a scene contains.
    """

    name: str
    language: str = ""
    items: tuple[ScenarioItem, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""  # SHA-256 digest of the story's text.
    left_out: tuple[str, ...] = ()

    def list_items_of_kind(self, kind: ItemKind, *, on: bool = False) -> tuple[ScenarioItem, ...]:
        """Return the items of a kind in order. With `on=True`, return only the items that are switched on."""
        return tuple(item for item in self.items if item.kind is kind and (item.is_on or not on))

    def replace_item(self, changed: ScenarioItem) -> Scenario:
        """Return the scenario with `changed` in place of the item that has the same key."""
        items = tuple(changed if item.key == changed.key else item for item in self.items)
        return replace(self, items=items)

    def as_json(self) -> dict[str, Any]:
        """Return the scenario as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Scenario:
        """Create a scenario from its JSON values. Raises KeyError, TypeError and ValueError for invalid
        values.
        """
        items = tuple(
            ScenarioItem(
                **{
                    **item,
                    "kind": ItemKind(item["kind"]),
                    "beats": tuple(ScenarioBeat(**beat) for beat in item["beats"]),
                }
            )
            for item in value["items"]
        )
        left_out = tuple(value.get("left_out", ()))
        return cls(**{**value, "items": items, "notes": tuple(value["notes"]), "left_out": left_out})


@dataclass(slots=True)
class ItemKeyCounter:
    """A counter that creates the keys of new items: the kind, and the item's number among the items of this
    kind.
    """

    counts: dict[ItemKind, int] = field(default_factory=dict)

    def make_item_key(self, kind: ItemKind) -> str:
        """Return the next key for an item of this kind."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind.value} {self.counts[kind]}"


def list_missing_kinds(items: Sequence[ScenarioItem]) -> tuple[str, ...]:
    """Return a note for each kind that has no item, such as `no people found`."""
    kinds = {item.kind for item in items}
    return tuple(f"no {plural} found" for kind, plural in PLURALS.items() if kind not in kinds)
