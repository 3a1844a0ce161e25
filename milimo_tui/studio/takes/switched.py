"""Remove features from specs that the user has turned off in the settings for all takes, even if a shot asks
for them. Pure functions.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.settings import Settings
from milimo_tui.engines.specs.video_specs import Beats, MakeVideo, Subjects
from milimo_tui.studio.takes import signatures


def apply_feature_switches(settings: Settings, spec: MakeVideo) -> MakeVideo:
    """Return the spec without the features (timed beats, subject pictures) that the settings turn off. The
    take keeps the signature of the unchanged spec of its shot, so that it does not count as stale.
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
