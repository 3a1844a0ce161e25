"""Describe small boards to be drawn for shots that have neither take nor board. They have the style of previs
drawings.

This module gathers the facts to draw and chooses the path of the picture in the cache. The animatic engine
draws it in a separate process (`engines.animatic.picture.portrait`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.media.files import cache
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.studio.pictures.portraits import get_drawing_version
from milimo_tui.studio.takes.element_inputs import get_first_seed
from milimo_tui.studio.takes.shot_spec import get_shot_facts

KIND = "boards"
WIDTH = 480  # The width of a small board in pixels, slightly more than its space on a wide screen.


@dataclass(frozen=True, slots=True)
class SmallBoard:
    """A small board to be drawn: the facts of the shot, the size, and the path of the picture in the
    cache.
    """

    facts: ShotFacts
    seed: int
    width: int
    height: int
    path: Path

    def as_json(self) -> dict[str, Any]:
        """Return the board as JSON data for the process that draws it."""
        facts = self.facts.model_dump(mode="json")
        size = {"width": self.width, "height": self.height}
        return {"facts": facts, "seed": self.seed, **size, "to": str(self.path)}


def make_small_board(story: Story, paths: ProjectPaths, shot: Shot) -> SmallBoard:
    """Return the small board of a shot. The path depends only on the facts, so an equal picture is drawn only
    once.
    """
    facts, seed = get_shot_facts(story, shot), get_first_seed(story, shot)
    ratio = story.project.width / story.project.height
    height = max(16, 2 * round(WIDTH / ratio / 2))
    digest = hashlib.sha256(facts.model_dump_json().encode()).hexdigest()
    kept = cache.locate_cached_file(
        paths.cache, digest, KIND, ".jpg", get_drawing_version(), seed=seed, width=WIDTH, height=height
    )
    return SmallBoard(facts, seed, WIDTH, height, kept)
