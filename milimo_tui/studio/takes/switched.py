"""What the settings switch off for all takes, whatever their shots say. Pure."""

from __future__ import annotations

from typing import Any

from milimo_tui.core.settings import Settings
from milimo_tui.engines.specs.video_specs import Beats, MakeVideo, Subjects
from milimo_tui.studio.takes import signatures


def switched(settings: Settings, spec: MakeVideo) -> MakeVideo:
    """An order without what is switched off. Its take stands for what the shot says, and is not stale."""
    changes: dict[str, Any] = {}
    if spec.beats.parts and not settings.beats:
        changes["beats"] = Beats()
    if spec.subjects.parts and not settings.subjects:
        changes["subjects"] = Subjects()
    if not changes:
        return spec
    return spec.model_copy(update={**changes, "stands_for": spec.stands_for or signatures.signature(spec)})
