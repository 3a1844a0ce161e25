"""Handles: the extra frames of a take before and after its shot. Pure functions.

A cut does not show handles by default. Rolls, slips and dissolves use them.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.settings import Settings
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import MakeVideo


@dataclass(frozen=True, slots=True)
class Handles:
    """The number of frames that a take gets before its shot and again after it: `drawn` for drawn takes,
    `model` for takes made by models.
    """

    drawn: int
    model: int

    @classmethod
    def from_settings(cls, settings: Settings, frames: int | None = None) -> Handles:
        """Return the handles from the settings. If `frames` is given, use that number for every take."""
        if frames is not None:
            return cls(frames, frames)
        return cls(settings.handles, settings.model_handles)

    def add_handles(self, spec: MakeVideo) -> MakeVideo:
        """Return the spec with handles added. No handles are added for a single picture or for a spec that
        changes an existing take.

        A model's take gets no handle before the shot if its first frame is fixed. This is the case if a
        picture is followed there, if a control is used, or if the shot has dialogue, which would begin in the
        handle. If the take can be made in one piece, its handles are shortened so that this stays possible.
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
