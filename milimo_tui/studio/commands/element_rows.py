"""Finding elements by what people call them."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.story.values import Element
from milimo_tui.studio.studio import Studio


def find_element(studio: Studio, name: str) -> Element:
    """An element by id, trigger (with or without @) or name. Raises NotFound."""
    wanted = name.casefold()
    for element in studio.snapshot().story.elements:
        if wanted in (
            element.id,
            element.trigger.casefold(),
            element.trigger[1:].casefold(),
            element.name.casefold(),
        ):
            return element
    raise NotFound(f"there is no element “{name}”", "milimo element list")
