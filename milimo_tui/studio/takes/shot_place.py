"""Find the place, time and weather of a shot for its prompt and its drawing, and choose between interior and
exterior. Pure functions over a story snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.engines.prompting.place_names import find_place_setting
from milimo_tui.story.breakdown.shot_facts import get_shot_value
from milimo_tui.story.elements.circumstances import ShotCircumstances, gather_circumstances, plays_at
from milimo_tui.story.elements.place_tree import BETWEEN, find_place_element
from milimo_tui.story.elements.prompt import BY_USER, ShotPlace
from milimo_tui.story.screenplay.extensions import classify_extension
from milimo_tui.story.screenplay.line_grammar import parse_heading
from milimo_tui.story.values.film import Element, Line, Scene, Shot, Story
from milimo_tui.story.values.shot_words import Function, Setting, VoicePosition
from milimo_tui.story.values.text import fold


def describe_shot_place(story: Story, scene: Scene, shot: Shot, elements: Sequence[Element]) -> ShotPlace:
    """Return the place, time and weather of a shot for its prompt, the same that the Shot screen shows.

    `elements` are the film's elements as they look at this shot.
    """
    at = gather_circumstances(story, scene, shot)
    return ShotPlace(
        setting=choose_setting(at, scene, shot),
        location=strip_heading_setting(at.location.text),
        part=at.part.text,
        time_of_day=at.time_of_day.text,
        weather=at.weather.text,
        part_element=find_place_element(elements, at.location.text, at.part.text),
        layers=tuple((name, attribute.text) for name, attribute in at.layers.items()),
    )


def choose_setting(at: ShotCircumstances, scene: Scene, shot: Shot) -> Setting:
    """Return whether a shot plays inside or outside. `at` are its circumstances.

    A shot with a place of its own does not inherit the setting of its scene. Its setting is
    the first of these: the setting that the user wrote before the name of the place, the setting of a scene
    that plays there, the setting that the name of the place suggests. A thing that is shown alone, such as a
    telephone, is where its scene is. Otherwise the setting is `Setting.NONE`.
    """
    part_setting = find_place_setting(shot.part) if shot.part else Setting.NONE
    if not shot.location or plays_at(scene, shot.location):
        return part_setting or scene.setting
    if written := parse_heading(shot.location):
        return written[1].setting
    if plays_at(at.scene, shot.location):
        return part_setting or at.scene.setting
    inherited = Setting.NONE if at.scene is scene else at.scene.setting
    is_of_thing = shot.function is Function.INSERT or any(map(_is_on_screen, shot.dialogue))
    of_scene = scene.setting if is_of_thing else Setting.NONE
    return part_setting or find_place_setting(shot.location) or inherited or of_scene


def _is_on_screen(line: Line) -> bool:
    """Return True if a line is spoken on a screen. A reading may show the speaker there, so the words of the
    script count too.
    """
    marks = (classify_extension(line.extension), classify_extension(line.parenthetical))
    return VoicePosition.ON_A_SCREEN in (line.heard, *marks)


def is_setting_guessed(shot: Shot) -> bool:
    """Return True if a shot has a place of its own, without INT. or EXT. before it."""
    return bool(shot.location) and parse_heading(shot.location) is None


def strip_heading_setting(location: str) -> str:
    """Return the name of a location without INT. or EXT. before it."""
    written = parse_heading(location)
    return written[1].location if written else location


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPlace:
    """The place and time with which a shot is drawn."""

    heading: str
    setting: Setting
    location: str
    time_and_weather: str


def get_drawn_place(story: Story, scene: Scene, shot: Shot) -> DrawnPlace:
    """Return the place and time with which a shot is drawn: those of its scene, unless the shot has its own.

    Values of the scene that are found by analysing the screenplay are in the heading or in the action, from
    which a drawing takes them. They are not repeated, so that existing drawings stay fresh.
    """
    earlier = get_earlier_drawn_place(story, scene, shot)
    at = gather_circumstances(story, scene, shot)
    location = strip_heading_setting(at.location.text)
    if shot.part and fold(shot.part) not in fold(location):
        location = f"{location}{BETWEEN}{shot.part}"
    is_elsewhere = bool(shot.location) and not plays_at(scene, shot.location)
    if not is_elsewhere and not shot.part:
        # The heading of the scene may name another weather.
        weather = get_shot_value(scene, shot, "weather")
        is_contradicted = bool(weather and scene.weather) and fold(weather) != fold(scene.weather)
        return replace(earlier, heading="") if is_contradicted else earlier
    time = ", ".join(filter(None, (at.time_of_day.text, at.weather.text)))
    heading = at.scene.heading if is_elsewhere and plays_at(at.scene, shot.location) else ""
    return DrawnPlace(
        heading=heading, setting=choose_setting(at, scene, shot), location=location, time_and_weather=time
    )


def get_earlier_drawn_place(story: Story, scene: Scene, shot: Shot) -> DrawnPlace:
    """Return the place and time with which the first versions drew a shot: those of its scene, unless the
    user set others for the shot.
    """
    at = gather_circumstances(story, scene, shot)
    time = at.time_of_day.text if BY_USER in at.time_of_day.source else scene.time_of_day
    weather = at.weather.text if BY_USER in at.weather.source else ""
    return DrawnPlace(
        heading=scene.heading,
        setting=scene.setting,
        location=at.location.text if "for the shot" in at.location.source else scene.location,
        time_and_weather=", ".join(filter(None, (time, weather))),
    )
