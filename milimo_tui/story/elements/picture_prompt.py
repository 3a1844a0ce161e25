"""Prompts for reference pictures of elements. There is a template for each kind of element, which the user
can replace for a film.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.triggers import expand_triggers
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.text import fold, has_phrase

TEMPLATES: Mapping[ElementKind, str] = {
    ElementKind.CHARACTER: (
        "Character sheet of {name}: {description}. The whole figure three times, from the front, from the "
        "side and from behind, in the same clothes, on plain white. Concept art, even light."
    ),
    ElementKind.LOCATION: (
        "Concept art of a place, {name}: {description}. A wide view with depth and atmosphere, lit as for a "
        "film, with nobody in it."
    ),
    ElementKind.OBJECT: (
        "Concept design of a thing, {name}: {description}. One of it, seen whole, on plain grey, in soft "
        "studio light."
    ),
}
TEMPLATE_FIELDS = ("name", "description")
MAX_TEMPLATE_LENGTH = 2000


def check_template(text: str) -> str:
    """Return a template unchanged if it is valid.

    Raises BadInput for an unknown field, for a template that is too long, and for a template that has neither
    the name nor the description of the element.
    """
    unknown = [word for word in re.findall(r"\{([^}]*)\}", text) if word not in TEMPLATE_FIELDS]
    if unknown or len(text) > MAX_TEMPLATE_LENGTH:
        problem = (
            f"there is no {{{unknown[0]}}}" if unknown else f"it is longer than {MAX_TEMPLATE_LENGTH} letters"
        )
        raise BadInput(f"the template can't be used: {problem}", "it may contain {name} and {description}")
    if "{name}" not in text and "{description}" not in text:
        raise BadInput("the template contains no element", "use {name}, {description} or both")
    return text


def compose_element_prompt(
    element: Element, elements: Sequence[Element], template: str = "", words: str = ""
) -> str:
    """Return the prompt for a picture of an element.

    `words` replace the description of the element. Triggers of other elements in `words` are expanded to name
    and description; the element's own trigger is replaced by its name.
    """
    described = expand_triggers(
        (words or element.description).strip(), elements, already={element.id}
    ).rstrip(".")
    text = template or TEMPLATES[element.kind]
    if not described:
        text = re.sub(r"[:,]? ?\{description\}", "", text)
    words_of = {"{name}": element.name, "{description}": described}
    filled = re.sub(r"\{name\}|\{description\}", lambda found: words_of[found[0]], text)
    return " ".join(filled.split())


def find_elements_in_text(text: str, elements: Sequence[Element]) -> tuple[Element, ...]:
    """Return the elements whose triggers occur in a text, in order of first occurrence."""
    folded = fold(text)
    found = [
        (folded.index(fold(element.trigger)), element)
        for element in elements
        if fold(element.trigger).strip("@") and has_phrase(folded, fold(element.trigger))
    ]
    return tuple(element for _, element in sorted(found, key=lambda pair: pair[0]))
