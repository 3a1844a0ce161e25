"""Scenes that a person took out of the film while the script has them: a commit leaves them out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.shots.own_fields import is_deleted
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Story


def left_in(story: Story, drafts: Sequence[SceneDraft]) -> tuple[SceneDraft, ...]:
    """The drafts without those of scenes that a person deleted, whatever became of their text since."""
    gone = {scene.id for scene in story.scenes if is_deleted(scene)}
    if not gone:
        return tuple(drafts)
    then = [
        replace(scene, heading=scene.in_script("heading"), parked=scene.parked and scene.id not in gone)
        for scene in story.scenes
    ]
    paired, _ = pair_scenes(then, drafts)
    return tuple(
        draft for at, draft in enumerate(drafts) if at not in paired or then[paired[at]].id not in gone
    )
