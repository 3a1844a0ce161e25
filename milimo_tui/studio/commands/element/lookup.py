"""Look up elements by id, trigger or name."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.story.values.film import Element
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.session.studio import Studio


def find_element(studio: Studio, name: str) -> Element:
    """Find an element by its id, its trigger (with or without `@`) or its name. Raises NotFound,
    Ambiguous.
    """
    wanted = name.casefold()
    element = find_by_name(
        name,
        "elements",
        studio.take_snapshot().story.elements,
        _describe_element_choice,
        lambda each: each.id == name,
        lambda each: each.trigger.casefold() == wanted,
        lambda each: name in (each.trigger[1:], each.name),
        lambda each: wanted in (each.trigger[1:].casefold(), each.name.casefold()),
    )
    if element is None:
        raise NotFound(f"there is no element “{name}”", "milimo element list lists the elements")
    return element


def _describe_element_choice(element: Element) -> tuple[str, str]:
    return element.id, f"({element.trigger}, {element.kind.value} {element.name})"
