"""The places of accepted breakdowns as elements of the film: their descriptions, and the places that contain
them. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.breakdown.film_reading import load_place
from milimo_tui.story.breakdown.numbered_scene import number_scene
from milimo_tui.story.breakdown.people import Place
from milimo_tui.story.breakdown.quotes import find_quote
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.elements.place_tree import BETWEEN, find_place, list_containing_places
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import Screenplay
from milimo_tui.story.values.film import Element


def store_read_places(
    elements: Sequence[Element], places: Sequence[Place], screenplay: Screenplay
) -> tuple[Element, ...]:
    """Return the elements with the places of accepted breakdowns. A description and a larger place that the
    user set stay. A description whose quotation the present script no longer has is removed.
    """
    if not places:
        return tuple(elements)
    cast = build_cast(screenplay)
    scenes = [number_scene(scene, cast) for scene in screenplay.scenes]
    out = list(elements)
    for place in places:
        # A room in a heading, such as HOSPITAL - WARD, has the name of both.
        whole_name = f"{place.inside_of}{BETWEEN}{place.name}"
        element = find_place(out, whole_name) or find_place(out, place.name)
        if element is None:
            continue
        quote = place.description.quote
        is_described = any(find_quote(scene, quote, place.description.line) for scene in scenes)
        out[out.index(element)] = _store_place(out, element, place, is_described=is_described)
    return tuple(out)


def _store_place(
    elements: Sequence[Element], element: Element, place: Place, *, is_described: bool
) -> Element:
    before = load_place(element)
    known = before.description.text if before is not None else ""
    # A description that differs from the accepted one was set by the user.
    if element.description in ("", known):
        element = replace(element, description=place.description.text if is_described else "")
    larger = find_place(elements, place.inside_of)
    if larger is not None and not element.parent and "parent" not in dict(element.own):
        closes = any(each.id == element.id for each in list_containing_places(elements, larger))
        element = element if closes else replace(element, parent=larger.id)
    return replace(element, breakdown=format_stored_json(place))
