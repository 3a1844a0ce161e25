"""What the settings switch off for all takes, whatever their shots say. Pure."""

from __future__ import annotations

from milimo_tui.core.settings import Settings
from milimo_tui.engines.specs.video_specs import Beats, MakeVideo
from milimo_tui.studio.takes import shot_spec


def switched(settings: Settings, spec: MakeVideo) -> MakeVideo:
    """An order without what is switched off. Its take stands for what the shot says, and is not stale."""
    if settings.beats or not spec.beats.parts:
        return spec
    stands_for = spec.stands_for or shot_spec.signature(spec)
    return spec.model_copy(update={"beats": Beats(), "stands_for": stands_for})
