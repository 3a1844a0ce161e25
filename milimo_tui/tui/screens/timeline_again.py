"""What `.` does again on the timeline: the last edit, by a key or typed after `:`, at the playhead.

Also what a command is about here, whoever asks for it, and why it has nothing to act on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.screens.timeline_visual import TimelineVisual
from milimo_tui.tui.timeline import targets

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke
    from milimo_tui.tui.keymap import Binding

# Acts of keys that `.` does again, beside the commands of one clip or place.
ACTS = frozenset(
    {"ui.extract", "ui.lift", "ui.insert", "ui.overwrite", "ui.replace", "ui.earlier", "ui.later",
     "ui.dissolve", "ui.head", "ui.tail", "ui.extend"}
)  # fmt: skip
COUNTED = frozenset({"cut.remove", "cut.ripple_delete"})  # a count is so many clips: `3x`


class TimelineAgain(TimelineVisual):
    """Repeating over selecting."""

    def __init__(self) -> None:
        super().__init__()
        self.last_edit: Callable[[Stroke], Awaitable[None]] | None = None

    # -- what a command is about -----------------------------------------------------------------------

    def args_for(self, command: str, stroke: Stroke) -> Mapping[str, Any] | None:
        """What a command is about here; None where there is nothing for it."""
        self.halt()
        lane = self.cutting.lane(self.view.lane)
        found = targets.arguments(command, self.cutting, self.view, self.visual)
        if command == "cut.split" and lane is not None:
            here = {} if "track" in stroke.binding.args else {"track": lane.track.id}
            found = {"at": str(self.playhead), **here}
        if found is not None:
            self.remember(stroke)
            if self.visual is not None and command in targets.CLIPS | targets.RANGE | targets.PARTS.keys():
                self.leave_visual()
        return found

    def lacking(self, binding: Binding) -> tuple[str, str]:
        return targets.lacking(binding.run, self.cutting, self.view) or super().lacking(binding)[0], "warn"

    async def do(self, stroke: Stroke) -> None:
        """A command of one clip with a count is done to so many, as one step."""
        spans = targets.clips_from(self.cutting, self.view, stroke.times)
        if stroke.binding.run not in COUNTED or len(spans) < 2:
            await super().do(stroke)
            return
        self.halt()
        self.remember(stroke)
        names = ", ".join(self.name_of(span.clip) for span in spans)
        with self.studio_app.studio.project().bundle(f"delete {names}"):
            for span in spans:
                there = self.cut is not None and any(clip.id == span.clip.id for clip in self.cut.clips)
                if there and await self.command(stroke.binding.run, clip=span.clip.id) is None:
                    return
        self.say(f"delete {names}", "good")

    # -- again -----------------------------------------------------------------------------------------

    def remember(self, stroke: Stroke) -> None:
        """What `.` does again."""
        if stroke.binding.run in ACTS | targets.EDITS:
            self.last_edit = partial(self._do_again, stroke)

    async def _do_again(self, before: Stroke, stroke: Stroke) -> None:
        await self.do(before if stroke.count is None else replace(before, count=stroke.count))

    async def act_again(self, stroke: Stroke) -> None:
        """The last edit once more, here; a count takes the place of its own."""
        if self.last_edit is None:
            self.say("nothing was edited yet")
        else:
            await self.last_edit(stroke)

    # -- typed after `:` -------------------------------------------------------------------------------

    async def run_typed(self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]) -> bool:
        """A command from the command line: what it leaves to the playhead is where that is now."""
        await self.place_kept()
        lane = self.cutting.lane(self.view.lane)
        rest = {"track": lane.track.id} if lane is not None and id in targets.ON_TRACK else {}
        done = await self.command(id, **{**rest, **here, **values}) is not None
        if done and id in targets.EDITS:
            self.last_edit = partial(self._type_anew, id, values)
        return done

    async def _type_anew(self, id: str, values: Mapping[str, Any], stroke: Stroke) -> None:
        """`.`: the same words here; a count takes the place of `by`, in its direction."""
        by = str(values.get("by", ""))
        if stroke.count is not None and by:
            values = {**values, "by": -stroke.count if by.startswith("-") else stroke.count}
        here = targets.arguments(id, self.cutting, self.view, self.visual)
        if here is None:
            self.say(targets.lacking(id, self.cutting, self.view), "warn")
        else:
            await self.run_typed(id, values, targets.granted(here, values))
