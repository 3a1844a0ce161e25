"""The prompt of a shot, composed from the film's data as parts, each with a role.

The prompt is sent exactly as the user sees it; no engine adds anything. The order of the parts is style,
scene, place, shot, palette, action, dialogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.elements.triggers import describe_element, expand_triggers
from milimo_tui.story.screenplay.extensions import is_absent_extension
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Setting
from milimo_tui.story.values.text import fold, join_phrases, make_display_name


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A part of a prompt: the sentences about one subject.

    `role` is style, scene, place, shot, palette, action or dialogue. It is `prompt` for words of the user
    that replace the other parts. The composer of an engine may define further roles. `source` is the origin
    of the words: the script, a look, a table, the user.
    """

    role: str
    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class ComposedPrompt:
    """A composed prompt. `text` is its parts joined by spaces. `negative` is the negative prompt of the shot
    followed by the negative prompt of the project.

    `all_parts` are the parts that the user can reword or leave out, in order and including empty parts. It is
    empty if the prompt has no such parts.
    """

    text: str
    negative: str
    parts: tuple[PromptPart, ...]
    all_parts: tuple[PromptPart, ...] = ()


LEFT_OUT = "left out"
BY_USER = "set by the user"  # Prefix of the source of a part whose words were written by the user.


def list_visible_parts(prompt: ComposedPrompt) -> tuple[PromptPart, ...]:
    """Return the parts of a prompt that the user should see, in order: parts that have text, and parts that
    the user left out.
    """
    every = prompt.all_parts or prompt.parts
    return tuple(part for part in every if part.text or part.source.startswith(BY_USER))


_ANGLES = {
    Angle.LOW: "low angle",
    Angle.HIGH: "high angle",
    Angle.OVERHEAD: "seen from overhead",
    Angle.DUTCH: "dutch angle",
    Angle.PROFILE: "in profile",
}
_MOVEMENTS = {
    Movement.STATIC: "static camera",
    Movement.PAN_LEFT: "slow pan left",
    Movement.PAN_RIGHT: "slow pan right",
    Movement.TILT_UP: "tilt up",
    Movement.TILT_DOWN: "tilt down",
    Movement.DOLLY_IN: "slow push in",
    Movement.DOLLY_OUT: "slow pull back",
    Movement.DOLLY_LEFT: "slow dolly left",
    Movement.DOLLY_RIGHT: "slow dolly right",
    Movement.TRACK: "tracking shot",
    Movement.CRANE_UP: "crane up",
    Movement.CRANE_DOWN: "crane down",
    Movement.ZOOM_IN: "zoom in",
    Movement.ZOOM_OUT: "zoom out",
    Movement.ARC: "arc around the subject",
    Movement.RACK: "rack focus",
}
_FUNCTIONS = {
    Function.TWO_SHOT: "two-shot",
    Function.THREE_SHOT: "three-shot",
    Function.GROUP: "group shot",
    Function.OTS: "over-the-shoulder shot",
    Function.POV: "point-of-view shot",
    Function.INSERT: "insert",
    Function.CUTAWAY: "cutaway",
    Function.ESTABLISHING: "establishing shot",
    Function.REACTION: "reaction shot",
    Function.REVERSE: "reverse shot",
}
_RIGS = {
    Rig.HANDHELD: "handheld",
    Rig.STEADICAM: "steadicam",
    Rig.AERIAL: "aerial",
    Rig.UNDERWATER: "underwater",
}
_SIDES = {"left": " on the left", "centre": " in the centre", "right": " on the right"}
_SETTINGS = {
    Setting.INTERIOR: "Interior",
    Setting.EXTERIOR: "Exterior",
    Setting.BOTH: "Interior and exterior",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotPlace:
    """The place, time and weather of a shot, which can differ from those of its scene.

    `part_element` is the element of the sub-location `part`, if there is one. `layers` are the attributes of
    the place (light, culture, …) as pairs of name and words.
    """

    setting: Setting = Setting.NONE
    location: str = ""
    part: str = ""
    time_of_day: str = ""
    weather: str = ""
    part_element: Element | None = None
    layers: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_scene(cls, scene: Scene) -> ShotPlace:
        """Return the place and time in the heading of a scene, without its sub-location and weather."""
        return cls(setting=scene.setting, location=scene.location, time_of_day=scene.time_of_day)


def compose(project: Project, place: ShotPlace, shot: Shot, elements: Sequence[Element]) -> ComposedPrompt:
    """Return the prompt exactly as it will be sent. A shot's own prompt replaces all parts except the
    style.
    """
    parts = [PromptPart("style", _end_with_period(project.style))]
    if shot.prompt is not None:
        parts.append(PromptPart("prompt", expand_triggers(shot.prompt.strip(), elements)))
    else:
        people = _map_people_to_elements(shot, elements)
        location = _find_element_by_name(place.location, ElementKind.LOCATION, elements)
        described = {element.id for element in (*people.values(), location) if element}
        parts.append(PromptPart("scene", _compose_scene_part(place, location)))
        parts.append(PromptPart("place", _compose_layers_part(place)))
        parts.append(PromptPart("shot", _compose_shot_part(shot, people)))
        parts.append(
            PromptPart("palette", _end_with_period(f"Colours: {shot.palette}" if shot.palette else ""))
        )
        parts.append(
            PromptPart("action", _end_with_period(expand_triggers(shot.action, elements, described)))
        )
        parts.append(
            PromptPart(
                "caption", _end_with_period(f"Words on the screen: “{shot.caption}”" if shot.caption else "")
            )
        )
        parts.append(PromptPart("dialogue", _compose_dialogue_part(shot.dialogue)))
    parts = [part for part in parts if part.text]
    negatives = dict.fromkeys(filter(None, (shot.negative.strip(), project.negative.strip())))
    return ComposedPrompt(" ".join(part.text for part in parts), ", ".join(negatives), tuple(parts))


def compose_signature_text(
    project: Project, place: ShotPlace, shot: Shot, elements: Sequence[Element]
) -> str:
    """Return the text of a shot by which stale takes are found.

    This is the prompt without the facts that only later versions send: the attributes of the place, the
    focus, the positions of people, the words on the screen, and the steadicam. Takes made before these
    versions therefore stay fresh.
    """
    rig = Rig.TRIPOD if shot.rig is Rig.STEADICAM else shot.rig
    earlier = replace(shot, rig=rig, focus="", stands=(), caption="")
    return compose(project, replace(place, layers=()), earlier, elements).text


def _compose_scene_part(place: ShotPlace, location: Element | None) -> str:
    """Return the part of the prompt that describes the place and the time, such as `Interior, Noodle Bar
    (eight stools, red light), kitchen, night, rain.`
    """
    where = describe_element(location) if location else make_display_name(place.location)
    part = make_display_name(place.part)
    if place.part_element is not None and place.part_element != location:
        description = place.part_element.description.strip().rstrip(".")
        part = f"{part} ({description})" if part and description else part
    pieces = (_SETTINGS.get(place.setting, ""), where, part, place.time_of_day.lower(), place.weather.lower())
    return _end_with_period(", ".join(filter(None, pieces)))


def _compose_layers_part(place: ShotPlace) -> str:
    """Return the part of the prompt with the attributes of the place, such as `Light: two red lamps.`"""
    return " ".join(_end_with_period(f"{name.capitalize()}: {words}") for name, words in place.layers)


def _compose_shot_part(shot: Shot, people: dict[str, Element | None]) -> str:
    """Return the part of the prompt that describes the framing, such as `Medium shot, over-the-shoulder shot,
    static camera, of Mara (a tired detective) on the left and Jun, with the focus on Jun.`
    """
    pieces = (
        SHOT_SIZES[shot.size].name,
        _FUNCTIONS.get(shot.function, ""),
        _ANGLES.get(shot.angle, ""),
        _RIGS.get(shot.rig, ""),
        _MOVEMENTS[shot.movement],
        shot.lens,
    )
    sides = dict(shot.stands)
    names = [
        (describe_element(element) if element else name) + _SIDES.get(sides.get(name, ""), "")
        for name, element in people.items()
    ]
    of = f", of {join_phrases(names)}" if names else ""
    # The only person of a shot is its subject already.
    focus = f", with the focus on {shot.focus}" if shot.focus and shot.characters != (shot.focus,) else ""
    return _end_with_period(", ".join(filter(None, pieces)) + of + focus)


def _compose_dialogue_part(lines: Sequence[Line]) -> str:
    out = []
    for line in lines:
        if not line.text:
            out.append(f"{line.character} is heard {line.heard or 'off screen'}.")
            continue
        how = f", {line.parenthetical}," if line.parenthetical else ""
        verb = "is heard" if is_absent_extension(line.extension) else "says"
        out.append(f"{line.character}{how} {verb}: “{line.text}”")
    return " ".join(out)


def _map_people_to_elements(shot: Shot, elements: Sequence[Element]) -> dict[str, Element | None]:
    """Return the people in the picture of a shot: each name with the person's element, or with None if there
    is no such element.
    """
    return {name: _find_element_by_name(name, ElementKind.CHARACTER, elements) for name in shot.characters}


def _find_element_by_name(name: str, kind: ElementKind, elements: Sequence[Element]) -> Element | None:
    wanted = fold(name)
    for element in elements:
        if wanted and element.kind is kind and not element.dismissed and element.has_name_or_alias(name):
            return element
    return None


def _end_with_period(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in '.!?…”"' else f"{text}."
