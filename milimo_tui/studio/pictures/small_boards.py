"""How previs draws a shot that has neither take nor board: what of, and where the small picture is kept.

Draws nothing: the animatic does, in a process of its own (`engines.animatic.picture.portrait`).
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
from milimo_tui.studio.pictures.portraits import drawing_version
from milimo_tui.studio.takes.element_inputs import first_seed
from milimo_tui.studio.takes.shot_spec import facts_of

KIND = "boards"
WIDTH = 480  # pixels: a card of a board on a wide screen, and little more


@dataclass(frozen=True, slots=True)
class SmallBoard:
    """What a shot is drawn from, how large, and where its picture is kept."""

    facts: ShotFacts
    seed: int
    width: int
    height: int
    kept: Path

    def as_json(self) -> dict[str, Any]:
        """Return it as who draws it takes it."""
        facts = self.facts.model_dump(mode="json")
        size = {"width": self.width, "height": self.height}
        return {"facts": facts, "seed": self.seed, **size, "to": str(self.kept)}


def small_board_of(story: Story, paths: ProjectPaths, shot: Shot) -> SmallBoard:
    """Return how a shot is drawn for the storyboard; equal words give an equal picture, drawn once."""
    facts, seed = facts_of(story, shot), first_seed(story, shot)
    ratio = story.project.width / story.project.height
    height = max(16, 2 * round(WIDTH / ratio / 2))
    digest = hashlib.sha256(facts.model_dump_json().encode()).hexdigest()
    kept = cache.place(
        paths.cache, digest, KIND, ".jpg", drawing_version(), seed=seed, width=WIDTH, height=height
    )
    return SmallBoard(facts, seed, WIDTH, height, kept)
