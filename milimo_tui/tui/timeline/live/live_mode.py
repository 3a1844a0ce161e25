"""The base class of the modes that edit one property of the cut and show each change at once. They share one
`LiveEdit`, and write or discard the change by the same rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from milimo_tui.core.screens import ScreenName
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.widgets.shares import TopView

if TYPE_CHECKING:
    from milimo_tui.cut.layout.rows import PlacedClip
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

QUEUES_KEYS = frozenset(
    {"enter", "out", "close", "next_pane", "previous_pane", "take_off", "editor", "search"}
)


class LiveMode(Mode):
    """A mode that edits one property of a clip, such as its title or speed, and shows each change in the
    picture at once.
    """

    NAME_STAYS = True
    TOP_VIEW: ClassVar[TopView]  # The kind of view that the screen shows above the tracks in this mode.

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        self._core, self._live = core, live_edit

    @property
    def mode_name(self) -> str:
        return self._live.mode

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self,)

    def find_editable_clip(self) -> PlacedClip | None:
        """Return the clip under the playhead. If there is none, or its track is locked, show a message and
        return None.
        """
        core, span = self._core, self._core.span
        if span is None or span.clip.source.kind is SourceKind.GAP:
            core.show_message(
                "no clip is under the playhead", "warn", "{ui.move next_edit} goes to the next one"
            )
            return None
        lane = core.cutting.get_lane(core.view.lane)
        if lane is not None and lane.track.locked:
            core.show_message(
                f"track {lane.track.name} is locked", "error", "{ui.track_flag locked} unlocks it"
            )
            return None
        return span

    def get_live_command(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that writes the change, or None if nothing was changed."""
        raise NotImplementedError

    def forget_change(self) -> None:
        """Switch this mode off. The `LiveEdit`, which all live modes share, is left unchanged."""
        raise NotImplementedError

    @property
    def discard_message(self) -> str:
        """The message to show after the user has discarded the change; empty for no message."""
        raise NotImplementedError

    async def write_live_change(self) -> bool:
        """Write the change as one edit, and leave the mode. Return True if the film was changed."""
        if not self.is_on:
            return False
        command = self.get_live_command()
        if command is None:
            await self.discard_live_change(quiet=True)
            return False
        self.forget_change()
        self._live.leave_mode()
        if await self._core.run_and_wait(command[0], **command[1]) is not None:
            return True
        film = self._core.snapshot
        if film is not None and film.cut is not None:  # The change was refused: show the film as it is.
            self._core.draw_film(film)
            await self._core.plan_cut(film, film.cut)
        return False

    async def discard_live_change(self, *, quiet: bool = False) -> None:
        """Leave the mode without writing the change, and show a message unless `quiet` is True."""
        message = self.discard_message
        self.forget_change()
        await self._live.restore_unchanged_film()
        if message and not quiet:
            self._core.show_message(message)

    @action
    async def act_out(self, key_command: KeyCommand) -> None:
        """Discard the change (Esc)."""
        await self.discard_live_change()

    def leave_by_close(self) -> bool:
        self._core.run_in_background(self.discard_live_change)
        return True

    async def cancel_work(self) -> bool:
        await self.discard_live_change()
        return True

    def finish_work(self) -> None:
        self._core.run_in_background(self.write_live_change)

    def write_work_while_closing(self) -> None:
        command = self.get_live_command()
        if command is not None:
            self._core.studio_app.run_while_closing(*command, ScreenName.TIMELINE)

    def queues_keys_after(self, key_command: KeyCommand) -> bool | None:
        return key_command.binding.act in QUEUES_KEYS or None

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        if self._live.continues_live(film):
            return True
        self.forget_change()
        self._core.divide_screen()
        return False
