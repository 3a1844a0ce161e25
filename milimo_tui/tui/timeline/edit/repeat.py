"""Repeat the last edit at the playhead with `.`. The last edit was made by a key or typed after `:`.

This module also finds the arguments of a command at the playhead, for keys and for the command line.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import targets

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.selection import VisualMode

# The key actions that `.` repeats. `.` also repeats the commands in `targets.EDITS`.
REPEATABLE_ACTS = frozenset(
    {"ui.extract", "ui.lift", "ui.insert", "ui.overwrite", "ui.replace", "ui.earlier", "ui.later",
     "ui.dissolve", "ui.head", "ui.tail", "ui.extend"}
)  # fmt: skip
# A count before the key of these commands is the number of clips: `3x` removes three clips.
COUNTED = frozenset({"cut.remove", "cut.ripple_delete"})


class RepeatEdit:
    """The repetition of the last edit (`.`). This part of the Timeline screen remembers each edit that can be
    repeated.
    """

    def __init__(self, core: TimelineCore, visual_mode: VisualMode) -> None:
        self._core, self._visual_mode = core, visual_mode
        self.last_edit: Callable[[KeyCommand], Awaitable[None]] | None = None

    def find_args_here(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        """Return the arguments that name the clip, track or selection at the playhead on which `command`
        acts. Return None if there is nothing for the command to act on.
        """
        self._core.halt_playback()
        lane = self._core.cutting.get_lane(self._core.view.lane)
        found = targets.find_command_arguments(
            command, self._core.cutting, self._core.view, self._core.visual
        )
        if command == "cut.split" and lane is not None:
            here = {} if "track" in key_command.binding.args else {"track": lane.track.id}
            found = {"at": str(self._core.playhead), **here}
        if found is not None:
            self.remember_edit(key_command)
            if (
                self._core.visual is not None
                and command in targets.CLIPS | targets.RANGE | targets.PARTS.keys()
            ):
                self._visual_mode.leave_visual()
        return found

    async def run_counted(self, key_command: KeyCommand) -> bool:
        """Delete several clips as one undo step, if the key is a delete key with a count of at least 2. The
        count is the number of clips. Return True if this was done. For other keys, and if fewer than two
        clips are there, do nothing and return False.
        """
        core, command = self._core, key_command.binding.run
        if command not in COUNTED:
            return False
        spans = targets.list_clips_from_playhead(core.cutting, core.view, key_command.times)
        if len(spans) < 2:
            return False
        core.halt_playback()
        self.remember_edit(key_command)
        names = ", ".join(core.get_clip_name(span.clip) for span in spans)
        with core.studio_app.studio.require_project().combine_edits(f"delete {names}"):
            for span in spans:
                there = core.cut is not None and any(clip.id == span.clip.id for clip in core.cut.clips)
                if there and await core.run_and_wait(command, clip=span.clip.id) is None:
                    return True
        core.show_message(f"delete {names}", "good")
        return True

    def remember_edit(self, key_command: KeyCommand) -> None:
        """Remember a key command for `.`, if `.` can repeat it."""
        if key_command.binding.run in REPEATABLE_ACTS | targets.EDITS:
            self.last_edit = partial(self._repeat_key_command, key_command)

    async def _repeat_key_command(self, before: KeyCommand, key_command: KeyCommand) -> None:
        await self._core.do(before if key_command.count is None else replace(before, count=key_command.count))

    @action
    async def act_again(self, key_command: KeyCommand) -> None:
        """Repeat the last edit at the playhead (`.`). A count before the key replaces the count that the edit
        was made with.
        """
        if self.last_edit is None:
            self._core.show_message("nothing was edited yet")
        else:
            await self.last_edit(key_command)

    async def run_typed_here(
        self, id: str, values: Mapping[str, Any], here: Mapping[str, Any]
    ) -> Outcome | None:
        """Run a command that was typed after `:`. Arguments that the user left out are taken from `here`, the
        arguments found at the playhead.
        """
        await self._core.save_place_and_wait()
        lane = self._core.cutting.get_lane(self._core.view.lane)
        rest = {"track": lane.track.id} if lane is not None and id in targets.ON_TRACK else {}
        done = await self._core.run_and_wait(id, **{**rest, **here, **values})
        if done is not None and id in targets.EDITS:
            self.last_edit = partial(self._repeat_typed_command, id, values)
        return done

    async def _repeat_typed_command(
        self, id: str, values: Mapping[str, Any], key_command: KeyCommand
    ) -> None:
        """Repeat a typed command at the playhead. A count replaces the number in the argument `by`, but not
        its sign.
        """
        by = str(values.get("by", ""))
        if key_command.count is not None and by:
            values = {**values, "by": -key_command.count if by.startswith("-") else key_command.count}
        arguments = targets.find_command_arguments(id, self._core.cutting, self._core.view, self._core.visual)
        if arguments is None:
            why = targets.explain_missing_target(id, self._core.cutting, self._core.view)
            self._core.show_message(why, "warn", targets.find_target_hint(why))
        else:
            await self.run_typed_here(id, values, targets.choose_assumed_args(arguments, values))
