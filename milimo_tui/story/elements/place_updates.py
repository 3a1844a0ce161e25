"""Update of a film's places from the script: the parents of places, and the attributes (“layers”) of places
and scenes.

Values set by the user stay; for these, the script's current values are saved in `own`. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.elements.place_layers_found import extract_place_layers
from milimo_tui.story.elements.place_names_found import list_script_places
from milimo_tui.story.elements.place_tree import find_place, list_containing_places, update_place_from_script
from milimo_tui.story.reading.moment import ReadScene
from milimo_tui.story.screenplay.screenplay import ScriptScene
from milimo_tui.story.values.film import Scene, Story
from milimo_tui.story.values.place_layers import OF_LAYER, Layers, replace_layer, set_user_layer


def update_places(story: Story, scenes: Sequence[ScriptScene], read: Sequence[ReadScene]) -> Story:
    """Return the film with its places and scene attributes updated from the current script."""
    found = extract_place_layers(scenes, read)
    elements = list(story.elements)
    for name, above in list_script_places(scenes, read).items():
        place, whole = find_place(elements, name), find_place(elements, above)
        if place is None:
            continue
        closes = whole is not None and any(
            each.id == place.id for each in list_containing_places(elements, whole)
        )
        parent = whole.id if whole is not None and not closes else ""
        elements[elements.index(place)] = update_place_from_script(place, parent, found.places.get(name, ()))
    return replace(
        story,
        elements=tuple(elements),
        scenes=tuple(
            scene if scene.parked else update_scene_layers(scene, found.scenes.get(scene.line, ()))
            for scene in story.scenes
        ),
    )


def update_scene_layers(scene: Scene, layers: Layers) -> Scene:
    """Return a scene with the attributes that the script now gives it. Attributes set by the user stay."""
    known, own, script_layers = dict(scene.layers), dict(scene.own), dict(layers)
    out: Layers = ()
    for name in {**known, **script_layers}:
        key = OF_LAYER + name
        if key in own:
            own[key] = script_layers.get(name, "")
            if name in known:
                out = replace_layer(out, name, known[name])
        elif name in script_layers:
            out = replace_layer(out, name, script_layers[name])
    return replace(scene, layers=out, own=tuple(own.items()))


def set_scene_layer(scene: Scene, name: str, text: str | None) -> Scene:
    """Return a scene with an attribute (“layer”) set by the user. None as `text` restores the script's
    text.
    """
    layers, own = set_user_layer(scene.layers, scene.own, name, text, key=OF_LAYER + name)
    return replace(scene, layers=layers, own=own)
