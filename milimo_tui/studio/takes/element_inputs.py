"""Collect the inputs of a take that come from the elements of its shot: LoRAs, reference pictures, voice
samples and seeds. Pure functions over a story snapshot.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.engines.specs.spec_values import Lora
from milimo_tui.engines.specs.video_specs import Voice
from milimo_tui.story.elements import matching
from milimo_tui.story.elements.place_faces import FaceDirection, choose_place_face, order_place_pictures
from milimo_tui.story.elements.place_tree import find_shot_place, inherit_place_values, list_containing_places
from milimo_tui.story.looks.looks import apply_look_inputs
from milimo_tui.story.values.film import Asset, Element, ElementKind, Scene, Shot, Story
from milimo_tui.story.values.making import LoraUse
from milimo_tui.studio.takes import conditioning


def get_scene(story: Story, shot: Shot) -> Scene:
    """Return the scene a shot belongs to. Raises Damaged if the film has none."""
    for scene in story.scenes:
        if scene.id == shot.scene:
            return scene
    raise Damaged(
        f"shot {shot.number or shot.id} belongs to no scene of the film", "milimo project export saves a copy"
    )


def list_matched_elements(story: Story, scene: Scene, shot: Shot) -> tuple[Element, ...]:
    """Return the elements that occur in a shot. The element that matches the shot best comes first."""
    return tuple(match.element for match in matching.match_elements(story.elements, scene, shot))


def _get_elements_at_shot(story: Story, shot: Shot) -> tuple[Element, ...]:
    """Return the film's elements as they are at this shot. If a look of an element applies to the shot, the
    pictures, LoRAs and voice sample of the look replace those of the element.

    The place of the shot is a special case. Its picture in the camera's direction comes first. If the place
    has no pictures, LoRAs or seed of its own, it gets those of the place that contains it. The containing
    place itself then adds nothing to the shot.
    """
    elements = tuple(apply_look_inputs(story, shot, element) for element in story.elements)
    place = find_shot_place(elements, get_scene(story, shot), shot)
    if place is None:
        return elements
    above = {each.id for each in list_containing_places(elements, place)[1:]}
    whole = inherit_place_values(elements, place) if place.parent else place
    whole = replace(whole, references=order_place_pictures(whole, choose_place_face(shot)))
    return tuple(
        whole
        if each.id == place.id
        else replace(each, references=(), loras=(), seed=None)
        if each.id in above
        else each
        for each in elements
    )


def list_shot_loras(story: Story, shot: Shot, engine: str = "") -> tuple[Lora, ...]:
    """Return the LoRAs of the shot, its elements (best match first) and the film.

    If a LoRA is set at several levels, the level nearest to the shot applies. LoRAs for a model family other
    than the engine's are left out.
    """
    uses = [use for use, _ in list_lora_stack(story, shot, engine)]
    return tuple(Lora(id=use.id, strength=use.strength, digest=use.digest) for use in uses)


def list_lora_stack(story: Story, shot: Shot, engine: str = "") -> tuple[tuple[LoraUse, str], ...]:
    """Return the LoRAs that `list_shot_loras` returns, each with the level that sets it: `shot`, the trigger
    of an element, or `film`.
    """
    return tuple(
        (use, level) for use, level in _collect_lora_stack(story, shot) if _is_lora_for_engine(use, engine)
    )


def list_unused_loras(story: Story, shot: Shot, engine: str) -> tuple[tuple[LoraUse, str], ...]:
    """Return the LoRAs that are set for a shot but not sent to the engine, because they are for another model
    family. Each comes with the level that sets it: `shot`, the trigger of an element, or `film`.
    """
    return tuple(
        (use, level)
        for use, level in _collect_lora_stack(story, shot)
        if not _is_lora_for_engine(use, engine)
    )


def _is_lora_for_engine(use: LoraUse, engine: str) -> bool:
    return not (engine and use.family) or use.family == engine.partition(":")[0]


def _collect_lora_stack(story: Story, shot: Shot) -> tuple[tuple[LoraUse, str], ...]:
    trained = [each for each in _get_elements_at_shot(story, shot) if each.loras]
    found = matching.match_elements(trained, get_scene(story, shot), shot, story.elements) if trained else ()
    stacks = (
        (shot.loras, "shot"),
        *((match.element.loras, match.element.trigger) for match in found),
        (story.project.loras, "film"),
    )
    nearest: dict[str, tuple[LoraUse, str]] = {}
    for stack, level in stacks:
        for use in stack:
            nearest.setdefault(use.id, (use, level))
    return tuple(nearest.values())


def list_reference_pictures(story: Story, shot: Shot, most: int, root: Path | None = None) -> tuple[str, ...]:
    """Return at most `most` reference pictures of a shot's elements: the first of each element, then the
    second of each.
    """
    shown = _list_shown_references(story, shot, most)
    return tuple(conditioning.get_conditioning_path(asset, root) for asset, _ in shown)


def list_reference_subjects(story: Story, shot: Shot, most: int) -> tuple[str, ...]:
    """Return the name of the element that each reference picture of a shot shows, in the order of the
    pictures.
    """
    return tuple(element.name for _, element in _list_shown_references(story, shot, most))


def _list_shown_references(story: Story, shot: Shot, most: int) -> list[tuple[Asset, Element]]:
    if not most:
        return []
    assets = {asset.id: asset for asset in story.assets if not asset.binned}
    elements = list_pictured_elements(story, shot)
    by_turns = zip_longest(*([(id, element) for id in element.references] for element in elements))
    shown: dict[str, Element] = {}
    for id, element in (pair for turn in by_turns for pair in turn if pair is not None):
        if id in assets:
            shown.setdefault(id, element)
    return [(assets[id], element) for id, element in list(shown.items())[:most]]


def find_voice_sample(story: Story, shot: Shot, root: Path | None = None) -> Voice | None:
    """Return the voice sample of the first speaker of the shot who has a voice sample. Return None if no
    speaker has one, or if the shot turns voices off.
    """
    if not shot.voices:
        return None
    assets = {asset.id: asset for asset in story.assets if not asset.binned}
    people = [element for element in story.elements if element.kind is ElementKind.CHARACTER]
    for line in shot.dialogue:
        speaker = next(
            (each for each in people if line.text and each.has_name_or_alias(line.character)), None
        )
        if speaker is not None and (sample := apply_look_inputs(story, shot, speaker).sample) in assets:
            return Voice(input=conditioning.get_conditioning_path(assets[sample], root), who=speaker.name)
    return None


def list_pictured_elements(story: Story, shot: Shot) -> tuple[Element, ...]:
    """Return the shot's elements that have pictures, the best match first. Each element has the pictures of
    the look that applies at this shot.
    """
    elements = [each for each in _get_elements_at_shot(story, shot) if each.references]
    found = (
        matching.match_elements(elements, get_scene(story, shot), shot, story.elements) if elements else ()
    )
    return tuple(match.element for match in found)


def find_place_face(story: Story, shot: Shot) -> tuple[FaceDirection, Asset] | None:
    """Return the picture of the place in the camera's direction, which is sent with the shot, and the reason
    for that direction. Return None if there is no such picture.
    """
    looking = choose_place_face(shot)
    place = find_shot_place(story.elements, get_scene(story, shot), shot)
    if looking is None or place is None:
        return None
    faces = dict(inherit_place_values(story.elements, place).faces)
    asset = next((each for each in story.assets if each.id == faces.get(looking.face)), None)
    return (looking, asset) if asset is not None and not asset.binned else None


def get_first_seed(story: Story, shot: Shot) -> int:
    """Return the seed of a shot's first take and of its board.

    If the shot's seed is locked, this seed is used. Otherwise, if an element of the shot has a seed, the seed
    of the best matching element is used, so that a character looks the same in all shots. Otherwise the
    shot's own seed is used.
    """
    if shot.seed_locked:
        return shot.seed
    seeded = [element for element in _get_elements_at_shot(story, shot) if element.seed is not None]
    found = matching.match_elements(seeded, get_scene(story, shot), shot, story.elements) if seeded else ()
    return next((match.element.seed for match in found if match.element.seed is not None), shot.seed)
