"""Update the framing of a scene's shots to the framing that the planning rules would choose now. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.commit.merge import apply_performance
from milimo_tui.story.shots.own_fields import preserve_user_fields, restore_script_values
from milimo_tui.story.shots.shots import ShotDraft
from milimo_tui.story.values.film import Shot

# The fields that planning the shots of a scene sets, and that `replan_shots` therefore renews.
PLANNED_SHOT_FIELDS = (
    "size",
    "angle",
    "movement",
    "function",
    "rig",
    "characters",
    "focus",
    "stands",
    "reason",
)


def replan_shots(shots: Sequence[Shot], drafts: Sequence[ShotDraft]) -> list[Shot]:
    """Return the shots with the framing of the scene's current drafts (the shots as planned from the script).
    Shots and drafts are matched by text.

    Values that the user set, and shots that the user added, stay as they are.
    """
    by_digest: dict[str, list[ShotDraft]] = {}
    for each in drafts:
        by_digest.setdefault(each.digest, []).append(each)
    matched: dict[str, ShotDraft] = {}
    first: dict[str, str] = {}
    for shot in shots:
        if same := by_digest.get(shot.digest):
            matched[shot.id] = same.pop(0)
            first.setdefault(shot.digest, shot.id)
    out = []
    for shot in shots:
        draft = matched.get(shot.id)
        if draft is None:
            out.append(shot)
            continue
        first[draft.digest] = shot.id
        planned = {name: getattr(draft, name) for name in PLANNED_SHOT_FIELDS}
        fresh = replace(restore_script_values(shot), **planned)
        fresh = apply_performance(fresh, draft, first.get(draft.leader, ""))
        out.append(preserve_user_fields(shot, fresh))
    return out
