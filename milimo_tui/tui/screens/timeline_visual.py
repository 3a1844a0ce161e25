"""Selecting on the timeline: visual mode by frames and by clips, over one track or several.

Changes what is selected; what is done with it are the operators of `timeline_edits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.screens.timeline_turns import TimelineTurns
from milimo_tui.tui.timeline import grammar
from milimo_tui.tui.timeline.grammar import Visual

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke


class TimelineVisual(TimelineTurns):
    """VISUAL over motions: `j` and `k` take tracks in, `o` goes to the other end."""

    def act_visual(self, stroke: Stroke) -> None:
        self._enter_visual(clips=False)

    def act_visual_clip(self, stroke: Stroke) -> None:
        self._enter_visual(clips=True)

    def _enter_visual(self, *, clips: bool) -> None:
        now = self.visual
        if now is not None and now.clips == clips:
            self.leave_visual()
            return
        if now is None:
            self.halt()
            now = Visual(self.playhead, self.view.lane)
        self._select(Visual(now.anchor, now.lane, clips))

    def _select(self, visual: Visual) -> None:
        self.visual = visual
        self.submode = "VISUAL CLIP" if visual.clips else "VISUAL"
        self.redraw()
        self.say("motions select", hint="d D y c act on it, Esc leaves it")

    def mode_name(self) -> str:
        """VISUAL with how much it holds, which every motion changes."""
        name, reach = super().mode_name(), self.reach
        if reach is None or self.visual is None:
            return name
        tracks = f" on {len(reach.lanes)} tracks" if len(reach.lanes) > 1 else ""
        return f"{name} {reach.end - reach.start} f{tracks}"

    async def act_cancel(self, stroke: Stroke) -> None:
        """ctrl+c leaves what is selected, as Esc does."""
        if self.visual is not None:
            self.leave_visual()
        else:
            await self.studio_app.act_cancel(stroke)

    def leave_visual(self) -> None:
        self.visual, self.submode = None, ""
        self.redraw()

    def act_object(self, stroke: Stroke) -> None:
        """In visual mode an object becomes the selection."""
        reach = grammar.by_object(self.cutting, self.view, str(stroke.binding.args["of"]), stroke.times)
        if reach is None:
            self.say(f"there is nothing here: {stroke.binding.note}", "warn")
            return
        self.visual = Visual(reach.start, reach.lanes[0] if reach.lanes else None)
        self.go_to(reach.end - 1)
        self._select(self.visual)

    def act_other_end(self, stroke: Stroke) -> None:
        """To the other end of the selection, to move that one."""
        visual = self.visual
        if visual is None:
            return
        self.visual = Visual(self.playhead, visual.lane, visual.clips)
        self.go_to(visual.anchor)

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        return ("visual", *found) if self.visual is not None and found == self.CONTEXTS else found

    def act_out(self, stroke: Stroke) -> None:
        """Esc: out of visual mode first."""
        if self.visual is not None:
            self.leave_visual()
            self.say("nothing is selected")
        else:
            super().act_out(stroke)
