"""Place, time, weather and appearance of the place of a shot, each with the source of its words. Pure
functions.

The values of a shot take precedence over those of its scene, which take precedence over those of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from milimo_tui.story.elements.place_tree import layers_at, place_in, upwards, where
from milimo_tui.story.looks.looks import look_at, visible
from milimo_tui.story.values.film import Element, Scene, Shot, Story

SCRIPT = "the script"


@dataclass(frozen=True, slots=True)
class Told:
    """Words and their source; both are empty if nothing specifies the value."""

    text: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Place and time of a shot. `place` is the element of the visible part, or otherwise of the complete
    place.

    `looks` is the visible description of the place; `layers` are its layers by name. `there` is the scene
    that describes the place; it differs from the shot's own scene if the shot names another place.
    `weather_said` is the weather as the user or the place itself specifies it, or None if only the script
    does.
    """

    location: Told
    part: Told
    time_of_day: Told
    weather: Told
    there: Scene
    place: Element | None = None
    looks: Told = Told()
    layers: Mapping[str, Told] = field(default_factory=dict)
    weather_said: str | None = None


def circumstances(story: Story, scene: Scene, shot: Shot) -> Circumstances:
    """Return the circumstances of a shot of a scene."""
    place = place_in(story.elements, scene, shot)
    location, part = where(scene, shot)
    of_scene = (f"scene {scene.number}, {SCRIPT}", f"scene {scene.number}, by hand")
    found = layers_at(story.elements, place, scene, shot)
    layers = {name: Told(text, source) for name, (text, source) in found.items()}
    there = scene_there(story, scene, shot)
    own = _field(scene, shot, "weather", of_scene)
    weather = own if own.text else layers.pop("weather", Told())
    is_said = scene.keeps("weather") or (weather.text and not own.text)
    of_there = Told(there.weather, f"as in scene {there.number}") if there.weather else Told()
    return Circumstances(
        location=Told(location, _field(scene, shot, "location", of_scene).source),
        part=Told(part, (_field(scene, shot, "part", of_scene).source if part else "")),
        time_of_day=_field(scene, shot, "time_of_day", of_scene),
        weather=weather if weather.text else of_there,
        there=there,
        place=place,
        looks=_looks(story, shot, place),
        layers={name: told for name, told in layers.items() if name != "weather"},
        weather_said=weather.text if is_said else None,
    )


def scene_there(story: Story, scene: Scene, shot: Shot) -> Scene:
    """Return the scene that describes the place of a shot: another scene if the shot names another place."""
    if not shot.location or shot.location == scene.location:
        return scene
    return next((one for one in story.live_scenes() if one.location == shot.location), scene)


def _field(scene: Scene, shot: Shot, name: str, of_scene: tuple[str, str]) -> Told:
    """Return a field of the shot, or of its scene if the shot has none."""
    if text := getattr(shot, name):
        return Told(text, "by hand, for the shot" if name in dict(shot.own) else f"the shot, {SCRIPT}")
    text = getattr(scene, name)
    return Told(text, of_scene[scene.keeps(name)]) if text else Told()


def _looks(story: Story, shot: Shot, place: Element | None) -> Told:
    """Return the visible description of a place: its own, or otherwise that of the nearest place that
    contains it.
    """
    for each in upwards(story.elements, place) if place is not None else ():
        if words := visible(each, look_at(story, shot, each)):
            return Told(words, each.trigger)
    return Told()
