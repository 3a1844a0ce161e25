"""Test prompts for reference pictures of elements: a template for each kind, and the elements that a template
names.
"""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.picture_prompt import (
    TEMPLATES,
    check_template,
    compose_element_prompt,
    find_elements_in_text,
)
from milimo_tui.story.values.film import Element, ElementKind


def element(name: str, kind: ElementKind = ElementKind.CHARACTER, description: str = "") -> Element:
    return Element(id=f"element_{name}", kind=kind, name=name, trigger=f"@{name}", description=description)


MARA = element("Mara", description="a tired detective.")
MARA_JUNIOR = element("Mara-Junior", description="her dog")
LAMP = element("Lamp", ElementKind.OBJECT, "brass, once of @Mara, called {name} by her")


def test_row_20_each_kind_has_a_template_that_shows_it() -> None:
    assert set(TEMPLATES) == set(ElementKind)
    for kind, template in TEMPLATES.items():
        assert check_template(template) == template
        prompt = compose_element_prompt(element("Noodle Bar", kind, "eight stools"), ())
        assert "Noodle Bar: eight stools." in prompt
        assert "{" not in prompt


def test_facts_of_a_description_are_reported_once_and_not_searched_again() -> None:
    prompt = compose_element_prompt(LAMP, (LAMP, MARA), "{name}, {description}!")
    assert prompt == "Lamp, brass, once of Mara (a tired detective), called {name} by her!"
    assert (
        compose_element_prompt(MARA, (MARA,), "{name} as @Mara {description}", "@Mara in red")
        == "Mara as @Mara Mara in red"
    )


def test_element_without_a_description_is_drawn_by_its_name() -> None:
    assert (
        compose_element_prompt(element("Jun"), (), "Sheet of {name}: {description}. White.")
        == "Sheet of Jun. White."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{name} in {colour}", "no {colour}"),
        ("a lamp", "no element"),
        ("{name}" + "x" * 2000, "longer"),
    ],
)
def test_unusable_templates_are_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as caught:
        check_template(text)
    assert caught.value.hint


def test_elements_are_named_in_the_order_of_the_words() -> None:
    everyone = (MARA, LAMP, MARA_JUNIOR)
    assert find_elements_in_text("the @lamp of @MARA", everyone) == (LAMP, MARA)
    assert find_elements_in_text("@Mara-Junior sleeps", everyone) == (MARA_JUNIOR,)
    assert find_elements_in_text("mail mara@lamp.org", everyone) == ()
