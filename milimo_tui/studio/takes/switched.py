"""Features that the settings turn off for all takes, whatever the shots say. Pure functions."""

from __future__ import annotations

from typing import Any

from milimo_tui.core.settings import Settings
from milimo_tui.engines.specs.video_specs import Beats, MakeVideo, Subjects
from milimo_tui.studio.takes import signatures


def apply_feature_switches(settings: Settings, spec: MakeVideo) -> MakeVideo:
    """Return the spec without the features (timed beats, subject pictures) that the settings turn off. The
    take gets the signature of its shot, so that it does not count as stale.
    """
    changes: dict[str, Any] = {}
    if spec.beats.parts and not settings.beats:
        changes["beats"] = Beats()
    if spec.subjects.parts and not settings.subjects:
        changes["subjects"] = Subjects()
    if not changes:
        return spec
    return spec.model_copy(
        update={**changes, "stands_for": spec.stands_for or signatures.get_signature(spec)}
    )
