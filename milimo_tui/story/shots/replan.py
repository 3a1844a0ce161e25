"""A scene's shots as its script would be planned now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milimo_tui.story.shots.own_fields import kept
from milimo_tui.story.shots.shots import ShotDraft
from milimo_tui.story.values.film import Shot

# What a plan gives a shot.
PLANNED = ("size", "angle", "movement", "function", "rig", "characters", "focus", "stands", "reason")


def replanned(shots: Sequence[Shot], drafts: Sequence[ShotDraft]) -> list[Shot]:
    """Shots as the drafts of their scene frame them, each by its text; what a person set or added stays."""
    by_digest: dict[str, list[ShotDraft]] = {}
    for each in drafts:
        by_digest.setdefault(each.digest, []).append(each)
    out = []
    for shot in shots:
        same = by_digest.get(shot.digest)
        draft = same.pop(0) if same else None
        fresh = replace(shot, **{name: getattr(draft, name) for name in PLANNED}) if draft else shot
        out.append(kept(shot, fresh))
    return out
