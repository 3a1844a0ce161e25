"""Remove from a commit the scenes that the user deleted from the film, although the script still contains
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.commit.pairing import pair_scenes
from milimo_tui.story.shots.own_fields import is_deleted_by_user
from milimo_tui.story.shots.shots import SceneDraft
from milimo_tui.story.values.film import Story


def drop_deleted_scenes(story: Story, drafts: Sequence[SceneDraft]) -> tuple[SceneDraft, ...]:
    """Return the scenes of a script (`drafts`) without the scenes that the user deleted from the film.

    A deleted scene is also recognized if its text has changed since it was deleted.
    """
    deleted_ids = {scene.id for scene in story.scenes if is_deleted_by_user(scene)}
    if not deleted_ids:
        return tuple(drafts)
    then = [
        replace(
            scene,
            heading=scene.get_script_value("heading"),
            parked=scene.parked and scene.id not in deleted_ids,
        )
        for scene in story.scenes
    ]
    paired, _ = pair_scenes(then, drafts)
    return tuple(
        draft for at, draft in enumerate(drafts) if at not in paired or then[paired[at]].id not in deleted_ids
    )
