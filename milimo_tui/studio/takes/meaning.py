"""What a shot means, gathered for the composers of prompts: people in their looks, place, light, who speaks.

Pure over a story snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from milimo_tui.engines.contract.meaning import Seen, ShotMeaning, Spoken
from milimo_tui.story.elements.elements import expand
from milimo_tui.story.elements.looks import look_at, visible
from milimo_tui.story.screenplay.cast import is_absent
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot, Story
from milimo_tui.story.values.text import display_name, fold
from milimo_tui.studio.takes.element_inputs import scene_of

PARTS = ("action", "camera", "people", "place", "light", "style", "sound", "speech")


def meaning_of(story: Story, shot: Shot) -> ShotMeaning:
    """The facts of a shot."""
    scene = scene_of(story, shot)
    people = {
        fold(name): element
        for element in story.elements
        if element.kind is ElementKind.CHARACTER
        for name in (element.trigger, *element.aliases, element.name)
    }
    location, there = shot.location or scene.location, _scene_there(story, scene, shot)
    whole, _, room = location.partition(" - ")
    room = room or ("" if shot.location else scene.part)
    place = place_of(story, location, shot.part or room)
    said, by = reworded(story.project, scene, shot)
    negatives = dict.fromkeys(filter(None, (shot.negative.strip(), story.project.negative.strip())))
    return ShotMeaning(
        action=expand(shot.action, story.elements, {element.id for element in story.elements}),
        size=shot.size.value,
        angle=shot.angle.value,
        movement=shot.movement.value,
        function=shot.function.value,
        rig=shot.rig.value,
        people=tuple(_seen(name, people.get(fold(name)), shot, story) for name in shot.characters),
        focus="" if shot.focus in shot.characters else shot.focus,
        lines=tuple(_spoken(line) for line in shot.dialogue),
        caption=shot.caption,
        setting=there.setting.value,
        place=display_name(whole),
        part=display_name(shot.part or room),
        place_words=place.description if place else "",
        layers=layers_of(story, place),
        time_of_day=shot.time_of_day or scene.time_of_day,
        weather=shot.weather or there.weather,
        era=scene.era.value,
        style=story.project.style,
        negative=", ".join(negatives),
        names=tuple(people),
        scene_words=there.text,
        own=None if shot.prompt is None else expand(shot.prompt.strip(), story.elements),
        reworded=said,
        by=by,
    )


def _scene_there(story: Story, scene: Scene, shot: Shot) -> Scene:
    """The scene that says how it looks where a shot plays: another one, where the shot names its place."""
    if not shot.location or shot.location == scene.location:
        return scene
    return next((one for one in story.live_scenes() if one.location == shot.location), scene)


def reworded(project: Project, scene: Scene, shot: Shot) -> tuple[dict[str, str], dict[str, str]]:
    """The parts that a person worded, and who for: what is nearer to the shot counts."""
    words: dict[str, str] = {}
    whose: dict[str, str] = {}
    for name, value in (("film", project), ("scene", scene), ("shot", shot)):
        for part, text in value.prompt_parts:
            words[part], whose[part] = text, name
    return words, whose


def more_said(story: Story, shot: Shot) -> Iterator[str]:
    """What the plain prompt leaves out and a person or the script says all the same, a line each.

    Nothing for a film of before there was such a thing, whose takes then stay as fresh as they are.
    """
    scene = scene_of(story, shot)
    words, _ = reworded(story.project, scene, shot)
    yield from (f"{part}: {text}" for part, text in sorted(words.items()))
    for name in ("location", "part", "time_of_day", "weather"):
        if value := getattr(shot, name):
            yield f"{name}: {value}"
    place = place_of(story, shot.location or scene.location, shot.part or scene.part)
    yield from (f"{layer}: {text}" for layer, text in sorted(layers_of(story, place).items()))


def place_of(story: Story, location: str, part: str) -> Element | None:
    """The element of a place: of its part where there is one, else of the whole."""
    places = [element for element in story.elements if element.kind is ElementKind.LOCATION]
    for name in (part, f"{location} - {part}" if part else "", location):
        found = next((element for element in places if name and element.is_called(name)), None)
        if found is not None:
            return found
    return None


def layers_of(story: Story, place: Element | None) -> Mapping[str, str]:
    """The layers of a place, by name: its own, else those of the place that it is a part of."""
    if place is None:
        return {}
    by_id = {element.id: element for element in story.elements}
    chain: list[Element] = []
    at: Element | None = place
    while at is not None and at not in chain:
        chain.append(at)
        at = by_id.get(at.parent)
    return {layer: text for one in reversed(chain) for layer, text in one.layers if text}


def _seen(name: str, element: Element | None, shot: Shot, story: Story) -> Seen:
    look = look_at(story, shot, element) if element is not None else None
    known = element is not None and any(one.element == element.id for one in story.looks)
    return Seen(
        name=element.name if element is not None else name,
        visible=visible(element, look) if element is not None and (look or not known) else "",
        gender=element.gender if element is not None else "",
        stands=dict(shot.stands).get(name, ""),
        source=f"the look {look.name}".strip() if look is not None else "",
    )


def _spoken(line: Line) -> Spoken:
    heard = line.heard.value or ("off screen" if is_absent(line.extension) else "")
    return Spoken(name=line.character, text=line.text, heard=heard, tone=line.parenthetical)
