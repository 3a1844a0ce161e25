"""Handles: the frames that a take has more than its shot, before and behind it.

The film never shows them unasked; edits are rolled, slipped and dissolved into them. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.settings import Settings
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import MakeVideo


@dataclass(frozen=True, slots=True)
class Handles:
    """Frames on each side of a take: of those that are drawn, and of those that models make."""

    drawn: int
    model: int

    @classmethod
    def wanted(cls, settings: Settings, frames: int | None = None) -> Handles:
        """As the settings say, or so many on each side of every take."""
        if frames is not None:
            return cls(frames, frames)
        return cls(settings.handles, settings.model_handles)

    def of(self, spec: MakeVideo) -> MakeVideo:
        """What is asked of an engine, with handles; a picture and new sound over a take have none of their
        own.

        A model makes a head only where nothing has to happen at the first frame: nothing is followed there,
        no control runs along, nobody speaks (the words would begin in the handle). What it makes in one go
        is made in one go with handles too, shorter ones if need be.
        """
        row = engine_registry.find(spec.engine)
        if row is None or spec.frames == 1 or spec.changes_a_take:
            return spec
        if row.previs:
            return spec.model_copy(update={"head": self.drawn, "tail": self.drawn})
        is_pinned = spec.control or spec.facts.lines or any(one.frame == 0 for one in spec.conditioning)
        in_one_go = row.frames_in_one_go(spec.width, spec.height, spec.rate)
        room = max(0, (in_one_go if spec.frames <= in_one_go else row.most_frames) - spec.frames)
        tail = min(self.model, room)
        head = 0 if is_pinned else min(self.model, room - tail)
        return spec.model_copy(update={"head": head, "tail": tail})


NO_HANDLES = Handles(0, 0)
