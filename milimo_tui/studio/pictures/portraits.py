"""Describe portraits to be drawn for elements that have no picture. A portrait is a simple drawing in the
style of previs drawings.

This module describes the shot to draw and chooses the path of the picture in the cache. The animatic engine
draws it in a separate process (`engines.animatic.picture.portrait`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts
from milimo_tui.media.files import cache
from milimo_tui.story.values.film import Element, ElementKind, Story
from milimo_tui.story.values.shot_words import Setting

KIND = "portraits"
WIDTH, HEIGHT = 512, 288


@dataclass(frozen=True, slots=True)
class Portrait:
    """A portrait to be drawn for an element: the facts of the shot that shows the element, and the path of
    the picture in the cache.
    """

    facts: ShotFacts
    path: Path

    def as_json(self) -> dict[str, Any]:
        """Return the portrait as JSON data for the process that draws it."""
        facts = self.facts.model_dump(mode="json")
        return {"facts": facts, "width": WIDTH, "height": HEIGHT, "to": str(self.path)}


def make_portrait(story: Story, paths: ProjectPaths, element: Element) -> Portrait:
    """Return the portrait of an element: a person from the chest up, a place in a wide shot, an object by
    itself.

    A place is lit as in its first scene. The path depends only on the description, so an equal portrait is
    drawn only once.
    """
    facts = _make_portrait_facts(story, element)
    digest = hashlib.sha256(facts.model_dump_json().encode()).hexdigest()
    drawing = get_drawing_version()
    return Portrait(
        facts,
        cache.locate_cached_file(paths.cache, digest, KIND, ".jpg", drawing, width=WIDTH, height=HEIGHT),
    )


def get_drawing_version() -> int:
    """Return the version of the previs drawings. Pictures of an older version are drawn again."""
    return engine_registry.profile(
        engine_registry.find_first_engine("make_picture", previs=True).name
    ).drawing


def _make_portrait_facts(story: Story, element: Element) -> ShotFacts:
    name, words = element.name, element.description
    if element.kind is ElementKind.CHARACTER:
        person = DescribedPerson(name=name.upper(), description=words, gender=element.gender)
        return ShotFacts(heading="INT. ROOM - DAY", setting="INT", size="MCU", characters=(person,))
    if element.kind is ElementKind.OBJECT:
        action = f"INSERT - {name}. {words}".strip()
        return ShotFacts(
            heading="INT. ROOM - DAY", setting="INT", size="CU", function="insert", action=action
        )
    plain = _strip_to_letters(name)
    scene = next((scene for scene in story.live_scenes() if _strip_to_letters(scene.location) == plain), None)
    setting = "EXT" if scene is None or scene.setting is Setting.EXTERIOR else "INT"
    return ShotFacts(
        heading=scene.heading if scene is not None else f"{setting}. {name.upper()} - DAY",
        setting=setting,
        location=name.upper(),
        time_of_day=scene.time_of_day if scene is not None else "DAY",
        size="WS",
        function="establishing",
        action=words,
    )


def _strip_to_letters(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())
