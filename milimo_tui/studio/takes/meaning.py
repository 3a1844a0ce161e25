"""The meaning of a shot as facts for prompt composers: people with their looks, place, light and dialogue.

Pure over a story snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator

from milimo_tui.engines.contract.meaning import Seen, ShotMeaning, Spoken
from milimo_tui.story.elements.circumstances import Circumstances, circumstances
from milimo_tui.story.elements.place_tree import BETWEEN
from milimo_tui.story.elements.triggers import expand
from milimo_tui.story.looks.looks import look_at, visible
from milimo_tui.story.screenplay.extensions import is_absent
from milimo_tui.story.values.film import Element, ElementKind, Line, Project, Scene, Shot, Story
from milimo_tui.story.values.place_layers import FIVE
from milimo_tui.story.values.text import display_name, fold, has_phrase
from milimo_tui.studio.takes.element_inputs import scene_of

PARTS = (
    "action", "camera", "people", "things", "place", *FIVE, "light", "palette", "style", "sound", "speech",
)  # fmt: skip


def meaning_of(story: Story, shot: Shot) -> ShotMeaning:
    """Return the facts of a shot."""
    scene = scene_of(story, shot)
    people = {
        fold(name): element
        for element in story.elements
        if element.kind is ElementKind.CHARACTER
        for name in (element.trigger, *element.aliases, element.name)
    }
    at = circumstances(story, scene, shot)
    whole, _, room = at.location.text.partition(BETWEEN)
    said, by = reworded(story.project, scene, shot)
    negatives = dict.fromkeys(filter(None, (shot.negative.strip(), story.project.negative.strip())))
    return ShotMeaning(
        action=expand(shot.action, story.elements, {element.id for element in story.elements}),
        size=shot.size.value,
        angle=shot.angle.value,
        movement=shot.movement.value,
        camera_lora=shot.camera_lora,
        function=shot.function.value,
        rig=shot.rig.value,
        people=tuple(_seen(name, people.get(fold(name)), shot, story) for name in shot.characters),
        focus="" if shot.focus in shot.characters else shot.focus,
        lines=tuple(_spoken(line, people.get(fold(line.character))) for line in shot.dialogue),
        caption=shot.caption,
        setting=at.there.setting.value,
        place=display_name(whole),
        part=display_name(at.part.text or room),
        place_words=at.looks.text,
        layers={name: told.text for name, told in at.layers.items()},
        things=things_of(story, shot),
        sources=sources(at),
        time_of_day=at.time_of_day.text,
        weather=at.weather.text,
        era=scene.era.value,
        style=story.project.style,
        lens=shot.lens,
        palette=shot.palette,
        negative=", ".join(negatives),
        names=tuple(people),
        scene_words=at.there.text,
        own=None if shot.prompt is None else expand(shot.prompt.strip(), story.elements),
        reworded=said,
        by=by,
    )


def things_of(story: Story, shot: Shot) -> tuple[Seen, ...]:
    """Return the objects that are seen in a shot and whose looks are known."""
    seen = f"{shot.action} {shot.focus}" if shot.focus not in shot.characters else shot.action
    out: list[Seen] = []
    for element in story.elements:
        if element.kind is not ElementKind.OBJECT or element.dismissed:
            continue
        names = (element.name, *element.aliases, element.trigger)
        called = next((name for name in names if has_phrase(fold(seen), fold(name))), "")
        words = visible(element, look_at(story, shot, element)) if called else ""
        if words:
            by = "the script" if element.found else "by hand"
            out.append(Seen(name=called.lstrip("@"), visible=words, source=f"{element.trigger}, {by}"))
    return tuple(out)


def sources(at: Circumstances) -> dict[str, str]:
    """Return the sources of the words for place, time, weather and layers, by field."""
    told = {
        "place": at.location, "looks": at.looks, "time": at.time_of_day, "weather": at.weather, **at.layers,
    }  # fmt: skip
    return {name: one.source for name, one in told.items() if one.source}


def reworded(project: Project, scene: Scene, shot: Shot) -> tuple[dict[str, str], dict[str, str]]:
    """Return the prompt parts that the user worded, and the level of each (film, scene or shot).

    The level nearest to the shot counts.
    """
    words: dict[str, str] = {}
    whose: dict[str, str] = {}
    for name, value in (("film", project), ("scene", scene), ("shot", shot)):
        for part, text in value.prompt_parts:
            words[part], whose[part] = text, name
    return words, whose


def more_said(story: Story, shot: Shot) -> Iterator[str]:
    """Yield facts from the user or the script that the plain prompt leaves out, a line each.

    Empty for a film that has no such facts, so that its old takes stay fresh.
    """
    scene = scene_of(story, shot)
    words, _ = reworded(story.project, scene, shot)
    yield from (f"{part}: {text}" for part, text in sorted(words.items()))
    for name in ("location", "part", "time_of_day", "weather"):
        if value := getattr(shot, name):
            yield f"{name}: {value}"
    at = circumstances(story, scene, shot)
    if at.weather_said is not None:
        yield f"weather: {at.weather_said}"
    # Only composers get descriptions of objects, so a description set by the user changes the shot's meaning.
    yield from (f"{one.name}: {one.visible}" for one in things_of(story, shot) if "by hand" in one.source)
    speakers = [one for one in story.elements if any(one.is_called(line.character) for line in shot.dialogue)]
    yield from (f"{one.name} sounds: {one.speech}" for one in speakers if one.speech)
    # Layers found in the script are left out, so that a commit which finds them makes no take stale.
    by_hand = {name: told.text for name, told in at.layers.items() if "by hand" in told.source}
    yield from (f"{layer}: {text}" for layer, text in sorted(by_hand.items()))


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


def _spoken(line: Line, element: Element | None) -> Spoken:
    heard = line.heard.value or ("off screen" if is_absent(line.extension) else "")
    voice = element.speech if element is not None else ""
    return Spoken(name=line.character, text=line.text, heard=heard, tone=line.parenthetical, voice=voice)
