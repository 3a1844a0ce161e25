"""Handles: the extra frames of a take before and after its shot.

The film does not show handles by default; rolls, slips and dissolves use them. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.settings import Settings
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import MakeVideo


@dataclass(frozen=True, slots=True)
class Handles:
    """Frames of handle on each side of a take: for drawn takes, and for takes made by models."""

    drawn: int
    model: int

    @classmethod
    def from_settings(cls, settings: Settings, frames: int | None = None) -> Handles:
        """Return the handles from the settings, or `frames` on each side of every take."""
        if frames is not None:
            return cls(frames, frames)
        return cls(settings.handles, settings.model_handles)

    def add_handles(self, spec: MakeVideo) -> MakeVideo:
        """Return the spec with handles added. A picture, and new sound over a take, get none.

        A model makes a head only if nothing is fixed at the first frame: nothing is followed there, no
        control is used, and nobody speaks (the words would begin in the handle). A take that can be made at
        once stays so with handles, which are shortened if necessary.
        """
        row = engine_registry.find_engine(spec.engine)
        if row is None or spec.frames == 1 or spec.changes_a_take:
            return spec
        if row.previs:
            return spec.model_copy(update={"head": self.drawn, "tail": self.drawn})
        is_pinned = spec.control or spec.facts.lines or any(one.frame == 0 for one in spec.conditioning)
        in_one_go = row.count_single_pass_frames(spec.width, spec.height, spec.rate)
        room = max(0, (in_one_go if spec.frames <= in_one_go else row.most_frames) - spec.frames)
        tail = min(self.model, room)
        head = 0 if is_pinned else min(self.model, room - tail)
        return spec.model_copy(update={"head": head, "tail": tail})


NO_HANDLES = Handles(0, 0)
