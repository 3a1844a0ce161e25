"""The keys that make a clip or a track louder or softer, by one decibel per key press, and the key for
ducking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import targets

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore


class LevelKeys:
    """The actions that change the levels of clips and tracks. A count before the key is the number of
    decibels.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core

    @action
    async def act_louder(self, key_command: KeyCommand) -> None:
        """Make the clip under the playhead louder or softer, depending on the key."""
        core, span = self._core, self._core.span
        if span is None or not targets.list_clips_from_playhead(core.cutting, core.view, 1):
            core.show_message(
                targets.describe_missing_clip(core.cutting, core.view),
                "warn",
                "{ui.lane_down} goes a track down",
            )
            return
        await core.run_and_wait("cut.louder", clip=span.clip.id, by=_read_decibels(key_command))

    @action
    async def act_track_louder(self, key_command: KeyCommand) -> None:
        """Make the current track louder or softer, depending on the key."""
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is not None:
            await self._core.run_and_wait(
                "cut.track_set", track=lane.track.id, louder=_read_decibels(key_command)
            )

    @action
    async def act_track_duck(self, key_command: KeyCommand) -> None:
        """Run the command that makes all clips of the current track softer while somebody speaks in the film
        (ducking).
        """
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is not None:
            await self._core.run_and_wait("cut.duck", track=lane.track.id)


def _read_decibels(key_command: KeyCommand) -> float:
    return float(key_command.binding.args["by"]) * key_command.times
