"""The sheet of a character (role, traits, arc, relations and manner of speaking) as lines of text. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.story.values.film import Element, ElementKind

SHEET_FIELDS = ("role", "traits", "arc", "relations", "speech")
MAX_TRAITS = 20


def describe_role_and_traits(element: Element) -> str:
    """Return the role and traits of a character in a few words: `the lead; stubborn, tired`."""
    return "; ".join(filter(None, (element.role, ", ".join(element.traits))))


def list_relations(elements: Sequence[Element], element: Element) -> list[tuple[Element, str]]:
    """Return the characters that a character is related to, each with the words for the relation. Relations
    to removed elements are left out.
    """
    by_id = {one.id: one for one in elements}
    return [(by_id[other], words) for other, words in element.relations if other in by_id]


def list_sheet_lines(elements: Sequence[Element], element: Element) -> list[tuple[str, str]]:
    """Return the filled fields of a character's sheet as pairs of field name and text."""
    related = "; ".join(f"{other.name}: {words}" for other, words in list_relations(elements, element))
    lines = [
        ("role", element.role),
        ("traits", ", ".join(element.traits)),
        ("arc", element.arc),
        ("relations", related),
        ("speech", element.speech),
    ]
    return [(name, words) for name, words in lines if words]


def parse_traits(words: str) -> tuple[str, ...]:
    """Return the traits in a text that separates them by commas, each once. Raises BadInput if there are more
    traits than a sheet can hold.
    """
    traits = tuple(dict.fromkeys(filter(None, map(str.strip, words.split(",")))))
    if len(traits) > MAX_TRAITS:
        raise BadInput(f"{len(traits)} traits are too many", f"use at most {MAX_TRAITS}")
    return traits


def set_relation(element: Element, other: Element, words: str) -> Element:
    """Return a character with a relation to another character; empty words remove it. Raises BadInput."""
    if other.id == element.id:
        raise BadInput(f"{element.name} can't have a relation to itself", "name another character")
    if other.kind is not ElementKind.CHARACTER:
        raise BadInput(
            f"{other.name} is not a character", "name a character: relations are between characters"
        )
    kept = {id: relation for id, relation in element.relations if id != other.id}
    if words.strip():
        kept[other.id] = words.strip()
    return replace(element, relations=tuple(kept.items()))
