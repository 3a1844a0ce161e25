"""Small boards that previs draws for shots without take and board: their facts, and the path of the cached
picture.

Draws nothing itself; the animatic does, in a separate process (`engines.animatic.picture.portrait`).
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
WIDTH = 480  # pixels; slightly more than a board's card on a wide screen


@dataclass(frozen=True, slots=True)
class SmallBoard:
    """The facts that a shot is drawn from, the size, and the cache path of its picture."""

    facts: ShotFacts
    seed: int
    width: int
    height: int
    kept: Path

    def as_json(self) -> dict[str, Any]:
        """Return the board in the form that the drawing process reads."""
        facts = self.facts.model_dump(mode="json")
        size = {"width": self.width, "height": self.height}
        return {"facts": facts, "seed": self.seed, **size, "to": str(self.kept)}


def make_small_board(story: Story, paths: ProjectPaths, shot: Shot) -> SmallBoard:
    """Return the board of a shot for the storyboard. Equal descriptions give an equal picture, which is drawn
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
