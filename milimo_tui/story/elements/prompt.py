"""The prompt of a shot, composed from the film's data as parts, each with a role.

The prompt is sent exactly as the user sees it; no engine adds anything. The order of the parts is style,
scene, shot, action, dialogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.story.elements.triggers import describe_element, expand_triggers
from milimo_tui.story.screenplay.extensions import is_absent_extension
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot
from milimo_tui.story.values.shot_sizes import SHOT_SIZES
from milimo_tui.story.values.shot_words import Angle, Function, Movement, Rig, Setting
from milimo_tui.story.values.text import fold, make_display_name


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A part of a prompt: the sentences about one subject.

    `role` is style, scene, shot, action or dialogue. It is `prompt` for words of the user that replace the
    other parts. The composer of an engine may define further roles. `source` is the origin of the words: the
    script, a look, a table, the user.
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
_RIGS = {Rig.HANDHELD: "handheld", Rig.AERIAL: "aerial", Rig.UNDERWATER: "underwater"}
_SETTINGS = {
    Setting.INTERIOR: "Interior",
    Setting.EXTERIOR: "Exterior",
    Setting.BOTH: "Interior and exterior",
}


def compose(project: Project, scene: Scene, shot: Shot, elements: Sequence[Element]) -> ComposedPrompt:
    """Return the prompt exactly as it will be sent. A shot's own prompt replaces all parts except the
    style.
    """
    parts = [PromptPart("style", _end_with_period(project.style))]
    if shot.prompt is not None:
        parts.append(PromptPart("prompt", expand_triggers(shot.prompt.strip(), elements)))
    else:
        people = _map_people_to_elements(shot, elements)
        place = _find_element_by_name(scene.location, ElementKind.LOCATION, elements)
        described = {element.id for element in (*people.values(), place) if element}
        parts.append(PromptPart("scene", _compose_scene_part(scene, place)))
        parts.append(PromptPart("shot", _compose_shot_part(shot, people)))
        parts.append(
            PromptPart("palette", _end_with_period(f"Colours: {shot.palette}" if shot.palette else ""))
        )
        parts.append(
            PromptPart("action", _end_with_period(expand_triggers(shot.action, elements, described)))
        )
        parts.append(PromptPart("dialogue", _compose_dialogue_part(shot.dialogue)))
    parts = [part for part in parts if part.text]
    negatives = dict.fromkeys(filter(None, (shot.negative.strip(), project.negative.strip())))
    return ComposedPrompt(" ".join(part.text for part in parts), ", ".join(negatives), tuple(parts))


def _compose_scene_part(scene: Scene, place: Element | None) -> str:
    """Return the part of the prompt that describes the scene, such as `Interior, Noodle Bar (eight stools,
    red light), night.`
    """
    where = describe_element(place) if place else make_display_name(scene.location)
    pieces = (_SETTINGS.get(scene.setting, ""), where, scene.time_of_day.lower())
    return _end_with_period(", ".join(filter(None, pieces)))


def _compose_shot_part(shot: Shot, people: dict[str, Element | None]) -> str:
    """Return the part of the prompt that describes the framing, such as `Medium shot, over-the-shoulder shot,
    static camera, of Mara (a tired detective) and Jun.`
    """
    pieces = (
        SHOT_SIZES[shot.size].name,
        _FUNCTIONS.get(shot.function, ""),
        _ANGLES.get(shot.angle, ""),
        _RIGS.get(shot.rig, ""),
        _MOVEMENTS[shot.movement],
        shot.lens,
    )
    names = [describe_element(element) if element else name for name, element in people.items()]
    of = f", of {_join_names_with_and(names)}" if names else ""
    return _end_with_period(", ".join(filter(None, pieces)) + of)


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


def _join_names_with_and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _end_with_period(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text[-1] in '.!?…”"' else f"{text}."
