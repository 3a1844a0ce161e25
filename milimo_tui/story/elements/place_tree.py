"""The tree of places: a kitchen is a sub-location of its house and inherits the values of the house. Pure
functions.

Stored data may be wrong. A parent that was removed, or that would create a cycle, is therefore treated as no
parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.values.film import Element, ElementKind, Scene, Shot
from milimo_tui.story.values.place_layers import OF_LAYER, Layers, replace_layer, set_user_layer
from milimo_tui.story.values.text import fold, make_display_name
from milimo_tui.story.values.vocabulary import PLACE_STATES

BETWEEN = " - "  # Separates an outer place from its sub-location in a name.
_STATES = PLACE_STATES | {"same"}


def normalize_place_name(location: str) -> str:
    """Return the name of a place without words for motion: “CAR - MOVING” becomes “CAR”."""
    pieces = [piece.strip() for piece in location.split(BETWEEN) if piece.strip()]
    pieces = [piece for at, piece in enumerate(pieces) if not at or fold(piece) not in _STATES]
    return make_display_name(BETWEEN.join(pieces))


def list_containing_places(elements: Iterable[Element], place: Element) -> tuple[Element, ...]:
    """Return a list that begins with a place, followed by the place that contains it, and so on up to the
    outermost place.
    """
    by_id = {element.id: element for element in elements}
    chain: dict[str, Element] = {}
    at: Element | None = place
    while at is not None and at.id not in chain:
        chain[at.id] = at
        above = by_id.get(at.parent)
        at = above if above is not None and above.kind is ElementKind.LOCATION else None
    return tuple(chain.values())


def find_parent_place(elements: Iterable[Element], place: Element) -> Element | None:
    """Return the place that contains a place, or None."""
    chain = list_containing_places(elements, place)
    return chain[1] if len(chain) > 1 else None


def walk_element_tree(elements: Sequence[Element]) -> Iterator[tuple[int, Element]]:
    """Yield all elements in order, each with its depth in the tree. The sub-locations of a place come right
    after the place.
    """
    below: dict[str, list[Element]] = {}
    tops: list[Element] = []
    shown = {element.id for element in elements}
    for element in elements:
        above = find_parent_place(elements, element) if element.kind is ElementKind.LOCATION else None
        in_circle = above is not None and any(
            up.id == element.id for up in list_containing_places(elements, above)
        )
        if above is None or above.id not in shown or in_circle:
            tops.append(element)
        else:
            below.setdefault(above.id, []).append(element)
    waiting = [(0, element) for element in reversed(tops)]
    while waiting:
        depth, element = waiting.pop()
        yield depth, element
        waiting += [(depth + 1, part) for part in reversed(below.get(element.id, []))]


def set_parent_place(elements: Sequence[Element], place: Element, whole: Element | None) -> Element:
    """Return a place with `whole` set by the user as the place that contains it, or with no containing place
    if `whole` is None.

    Raises BadInput if an element is no place, or if the change would create a cycle.
    """
    if place.kind is not ElementKind.LOCATION:
        raise BadInput(
            f"{place.trigger} is not a place",
            f"milimo element set {place.trigger} --kind location makes it one",
        )
    if whole is not None and whole.kind is not ElementKind.LOCATION:
        raise BadInput(
            f"{whole.trigger} is not a place that contains others",
            "{ui.mode elements|milimo element list} lists the places",
        )
    if whole is not None and any(above.id == place.id for above in list_containing_places(elements, whole)):
        what = "itself" if whole.id == place.id else f"{whole.trigger}, which is inside it"
        raise BadInput(f"{place.trigger} can't be inside {what}", "name a place around it, or '' for none")
    # The script's parent is saved so that it can be restored.
    own = dict(place.own)
    own.setdefault("parent", place.parent)
    return replace(place, parent=whole.id if whole else "", own=tuple(own.items()))


def set_place_layer(place: Element, name: str, text: str | None) -> Element:
    """Return a place with an attribute (“layer”) set by the user. None as `text` restores the script's text.
    Raises BadInput if the element is no place.
    """
    if place.kind is not ElementKind.LOCATION:
        raise BadInput(
            f"{place.trigger} is not a place and has no layers",
            "{ui.mode elements|milimo element list} lists the places",
        )
    layers, own = set_user_layer(place.layers, place.own, name, text, key=name)
    return replace(place, layers=layers, own=own)


def update_place_from_script(place: Element, parent: str, layers: Layers) -> Element:
    """Return a place updated to the current script: `parent` is the place that contains it, and `layers` are
    its attributes. Values set by the user stay; for these, the script's values are saved in `own`.
    """
    own = dict(place.own)
    known = dict(place.layers)
    for name in {*known, *dict(layers)}:
        text = dict(layers).get(name, "")
        if name in own:
            own[name] = text
        elif text:
            known[name] = text
        else:
            known.pop(name, None)
    if "parent" in own:
        own["parent"], parent = parent, place.parent
    out: Layers = ()
    for name, text in known.items():
        out = replace_layer(out, name, text)
    return replace(place, parent=parent, layers=out, own=tuple(own.items()))


def find_place(elements: Iterable[Element], name: str) -> Element | None:
    """Return the place with this name, trigger or alias, or None. Places that the user dismissed are not
    searched.
    """
    wanted = _fold_cached(name)
    for element in elements if wanted else ():
        if element.kind is not ElementKind.LOCATION or element.dismissed:
            continue
        if wanted in (_fold_cached(element.name), _fold_cached(element.trigger)) or (
            element.aliases and wanted in map(_fold_cached, element.aliases)
        ):
            return element
    return None


@lru_cache(maxsize=8192)
def _fold_cached(name: str) -> str:
    """Return a folded name. The result is cached, because the same names are looked up for every shot of a
    film.
    """
    return fold(name)


def find_place_element(elements: Sequence[Element], location: str, part: str) -> Element | None:
    """Return the element of a location: of the sub-location `part` if it has an element, otherwise of the
    outer place.

    A sub-location's name alone (“Kitchen”) matches only sub-locations of the given location.
    """
    whole_name = location.partition(BETWEEN)[0]
    exact = find_place(elements, f"{location}{BETWEEN}{part}" if part else location)
    if exact is not None:
        return exact
    whole = find_place(elements, location) or find_place(elements, whole_name)
    rooms = [part] if part else [location.rpartition(BETWEEN)[2]]
    for room in filter(None, rooms):
        found = find_place(elements, f"{whole_name}{BETWEEN}{room}") or find_place(elements, room)
        lies_there = found is not None and (
            whole is None or any(above.id == whole.id for above in list_containing_places(elements, found))
        )
        if found is not None and (lies_there or not found.parent):
            return found
    return whole


def find_shot_place(elements: Sequence[Element], scene: Scene, shot: Shot) -> Element | None:
    """Return the element of the place in which a shot plays."""
    location, part = get_shot_location(scene, shot)
    return find_place_element(elements, location, part)


def get_shot_location(scene: Scene, shot: Shot) -> tuple[str, str]:
    """Return the name of the place where a shot plays and the name of the sub-location, both as written in
    the script.
    """
    return shot.location or scene.location, shot.part or ("" if shot.location else scene.part)


def inherit_place_values(elements: Sequence[Element], place: Element) -> Element:
    """Return a place with its missing pictures, faces, LoRAs and seed copied from the places that contain
    it.
    """
    chain = list_containing_places(elements, place)
    return replace(
        place,
        references=next((each.references for each in chain if each.references), ()),
        faces=next((each.faces for each in chain if each.faces), ()),
        loras=next((each.loras for each in chain if each.loras), ()),
        seed=next((each.seed for each in chain if each.seed is not None), None),
    )


def shorten_place_name(elements: Iterable[Element], place: Element) -> str:
    """Return the name of a place without the name of its parent: “Kitchen” for the place “House - Kitchen” in
    “House”.
    """
    above = find_parent_place(elements, place)
    whole, between, part = place.name.partition(BETWEEN)
    return part if above is not None and between and above.has_name_or_alias(whole) else place.name


def collect_layers(
    elements: Sequence[Element],
    place: Element | None,
    scene: Scene | None = None,
    shot: Shot | None = None,
) -> Mapping[str, tuple[str, str]]:
    """Return each attribute (“layer”) that applies to a place, scene and shot, with its source. The most
    specific text wins; an empty text removes the attribute.

    The attribute `detail` (the look of a place) is not inherited by sub-locations if the script gave it,
    because it is not visible there. A detail that the user set is inherited.
    """
    found: dict[str, tuple[str, str]] = {}
    for each in reversed(list_containing_places(elements, place)) if place is not None else ():
        own = dict(each.own)
        for name, text in each.layers:
            if name == "detail" and name not in own and each is not place:
                continue
            found[name] = text, f"{each.trigger}, {BY_USER if name in own else 'the script'}"
    for name, text in scene.layers if scene is not None else ():
        by_hand = scene is not None and scene.is_set_by_user(OF_LAYER + name)
        found[name] = text, f"{BY_USER}, for the scene" if by_hand else "the scene, the script"
    for name, text in shot.layers if shot is not None else ():
        found[name] = text, f"{BY_USER}, for the shot"
    return {name: sourced_text for name, sourced_text in found.items() if sourced_text[0]}
