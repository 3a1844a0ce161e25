"""Find the place, time of day, weather and appearance of the place that apply to a shot. Each value is
returned with its source, such as the script or the user. Pure functions.

A value of the shot takes precedence over the value of its scene, and that value takes precedence over the
value of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from milimo_tui.story.breakdown.shot_facts import has_own_value
from milimo_tui.story.elements.place_tree import (
    BETWEEN,
    collect_layers,
    find_shot_place,
    get_shot_location,
    list_containing_places,
)
from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot
from milimo_tui.story.values.film import Element, Scene, Shot, Story
from milimo_tui.story.values.text import fold

SCRIPT = "the script"


@dataclass(frozen=True, slots=True)
class SourcedText:
    """Words for one circumstance of a shot, such as its weather or its light, and where the words come from.
    Both are empty if nothing specifies the circumstance.
    """

    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ShotCircumstances:
    """The place, time and weather of a shot, from which prompts and screens describe the shot. `place` is the
    element of the visible sub-location if there is one, otherwise of the outer place.

    - `looks` is the visible description of the place, and `layers` are the attributes of the place by name.
    - `scene` is the scene whose text describes the place: the shot's own scene, or another scene if the shot
      plays in another place.
    - `weather_said` is the weather if the user set it for the scene or if it comes from the place. It is None
      if only the script gives the weather.
    """

    location: SourcedText
    part: SourcedText
    time_of_day: SourcedText
    weather: SourcedText
    scene: Scene
    place: Element | None = None
    looks: SourcedText = SourcedText()
    layers: Mapping[str, SourcedText] = field(default_factory=dict)
    weather_said: str | None = None


def gather_circumstances(story: Story, scene: Scene, shot: Shot) -> ShotCircumstances:
    """Return the place, time, weather and appearance that apply to a shot of a scene."""
    place = find_shot_place(story.elements, scene, shot)
    location, part = get_shot_location(scene, shot)
    of_scene = (f"scene {scene.number}, {SCRIPT}", f"scene {scene.number}, {BY_USER}")
    found = collect_layers(story.elements, place, scene, shot)
    layers = {name: SourcedText(text, source) for name, (text, source) in found.items()}
    there = find_describing_scene(story, scene, shot)
    own = _read_sourced_field(scene, shot, "weather", of_scene)
    weather = own if own.text else layers.pop("weather", SourcedText())
    is_said = scene.is_set_by_user("weather") or (weather.text and not own.text)
    of_there = SourcedText(there.weather, f"as in scene {there.number}") if there.weather else SourcedText()
    return ShotCircumstances(
        location=SourcedText(location, _read_sourced_field(scene, shot, "location", of_scene).source),
        part=SourcedText(part, (_read_sourced_field(scene, shot, "part", of_scene).source if part else "")),
        time_of_day=_read_sourced_field(scene, shot, "time_of_day", of_scene),
        weather=weather if weather.text else of_there,
        scene=there,
        place=place,
        looks=_describe_visible_place(story, shot, place),
        layers={name: layer for name, layer in layers.items() if name != "weather"},
        weather_said=weather.text if is_said else None,
    )


def find_describing_scene(story: Story, scene: Scene, shot: Shot) -> Scene:
    """Return the scene whose description of the place applies to a shot. If the shot plays in another place
    than its scene, this is the first scene of the film that plays there, or else the first in the outer place
    that contains it. Otherwise it is the shot's own scene.
    """
    if not shot.location or plays_at(scene, shot.location):
        return scene
    whole = shot.location.partition(BETWEEN)[0]
    scenes = story.live_scenes()
    there = next((one for one in scenes if plays_at(one, shot.location)), None)
    return there or next((one for one in scenes if plays_at(one, whole)), scene)


def plays_at(scene: Scene, location: str) -> bool:
    """Return True if a scene plays at a location, given as the scene's location or together with the scene's
    sub-location, in upper or lower case.
    """
    wanted = fold(location)
    names = (scene.location, f"{scene.location}{BETWEEN}{scene.part}" if scene.part else "")
    return any(name and fold(name) == wanted for name in names)


def _read_sourced_field(scene: Scene, shot: Shot, name: str, of_scene: tuple[str, str]) -> SourcedText:
    """Return the value of the field `name` with its source. The shot's value is used if the shot has one,
    otherwise the scene's value.

    `of_scene` has two names for the source of a scene's value: the first is used if the script set the value,
    the second if the user did.
    """
    if has_own_value(scene, shot, name):
        source = f"{BY_USER}, for the shot" if name in dict(shot.own) else f"the shot, {SCRIPT}"
        return SourcedText(getattr(shot, name), source)
    text = getattr(scene, name)
    return SourcedText(text, of_scene[scene.is_set_by_user(name)]) if text else SourcedText()


def _describe_visible_place(story: Story, shot: Shot, place: Element | None) -> SourcedText:
    """Return the visible description of a place: its own description, or otherwise the description of the
    nearest place that contains it.
    """
    for each in list_containing_places(story.elements, place) if place is not None else ():
        if words := describe_visible_look(each, find_look_at_shot(story, shot, each)):
            return SourcedText(words, each.trigger)
    return SourcedText()
