"""The mode that types a title on the frame (`Z t`): text, style, place and length, written as one edit.

First the text field has the keys (Esc goes on to placing), then letter keys place the title; the picture
shows the result in both steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.shell import handover
from milimo_tui.tui.timeline.fields.title_edit import TitleEdit, new_title, title_of
from milimo_tui.tui.timeline.widgets.title_panel import TitlePanel, TitleText

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

STEP, FAR = 0.01, 0.05  # Fractions of the picture by which a title is moved.
PLACES = "{ui.sooner} {ui.later} letters, {ui.shorter} {ui.longer} length, {ui.write} words, Enter keeps"
WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


class TitleMode:
    """The mode TITLE; `edit` is None outside the mode, and `placing` means that letter keys place the
    title.
    """

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        self._core, self._live = core, live_edit
        self.edit: TitleEdit | None = None
        self.placing = False
        self._first: TitleEdit | None = None
        self._before: list[TitleEdit] = []

    @property
    def panel(self) -> TitlePanel:
        return self._core.query_one(TitlePanel)

    @property
    def field(self) -> TitleText:
        return self.panel.field

    @property
    def contexts(self) -> tuple[str, ...]:
        return ("title_place", "viewing", "global") if self.placing else ("title", "global")

    # -- entering and leaving --------------------------------------------------------------------------

    def act_title(self, key_command: KeyCommand) -> None:
        """Make a title at the playhead, or change the title that is there."""
        core, span = self._core, self._core.span
        if not self._live.begin("TITLE"):
            return
        there = span if span is not None and span.clip.effects.title is not None else None
        if there is not None:
            self.edit = title_of(there.clip, there.start)
        else:
            self.edit = new_title(core.playhead, core.cutting.rate, self._room())
        self._first, self._before, self.placing = self.edit, [], False
        self.panel.display = True
        self.field.read_only = False
        self.field.load_text(self.edit.text)
        self.field.move_cursor(self.field.document.end)
        core.set_focus(self.field)
        core.share_rows()
        self._show()
        core.say("type its words", hint="↓ another line, {ui.next_pane} style, Enter keeps, Esc places it")

    def _room(self) -> int | None:
        """Return how many frames the V1 clip under the playhead has after the playhead, or None without a
        clip.
        """
        lane = self._core.cutting.lane(self._core.cutting.main_lane())
        span = lane.at(self._core.playhead) if lane is not None else None
        if span is None or span.clip.source.kind is SourceKind.GAP:
            return None
        return span.end - self._core.playhead

    def over(self) -> str:
        """Return the name of the clip under the title, or an empty string."""
        edit, base = self.edit, self._live.base
        main = next((track for track in base.tracks if track.magnetic), None) if base is not None else None
        under = base.at(main.id, edit.at) if base is not None and edit is not None and main else None
        if under is None or under.clip.source.kind is SourceKind.GAP:
            return ""
        return self._core.name_of(under.clip)

    async def act_enter(self, key_command: KeyCommand) -> None:
        """Write the title as one edit."""
        edit = self.edit
        if edit is None:
            return
        if not edit.text.strip():
            self._core.say("✕ a title needs words", "warn", "type them; Esc twice gives up")
            return
        await self.keep()

    async def keep(self) -> None:
        edit, same = self.edit, self.edit == self._first
        if edit is None:
            return
        if same or not edit.text.strip():
            await self.give_up(quiet=True)
            return
        self._leave()
        if await self._core.command("cut.title", **edit.arguments()) is not None:
            self._core.go_to(edit.at)
            return
        film = self._core.snapshot
        if film is not None and film.cut is not None:
            self._core.draw_film(film)
            await self._core.plan_cut(film, film.cut)

    def arguments(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that writes the title, or None if nothing was changed."""
        edit = self.edit
        if edit is None or edit == self._first or not edit.text.strip():
            return None
        return "cut.title", edit.arguments()

    async def act_out(self, key_command: KeyCommand) -> None:
        """Go from typing to placing, or from placing out of the mode. A title without text is discarded at
        once.
        """
        if self.edit is not None and not self.placing and self.edit.text.strip():
            self.placing = True
            self.field.read_only = True
            self._core.set_focus(None)
            self._show()
            self._core.say("the arrows place it", hint=PLACES)
            return
        await self.give_up()

    async def give_up(self, *, quiet: bool = False) -> None:
        """Leave the mode without writing."""
        was_new = self.edit is not None and not self.edit.clip
        self._leave(live=False)
        await self._live.give_up()
        if not quiet:
            self._core.say("no title was made" if was_new else "the title is as it was")

    def _leave(self, *, live: bool = True) -> None:
        self.edit, self.placing = None, False
        self.panel.display = False
        self._core.set_focus(None)
        if live:
            self._live.leave()

    # -- typing ----------------------------------------------------------------------------------------

    def words_changed(self) -> None:
        """Copy the text of the field into the title."""
        if self.edit is not None and not self.placing and self.field.text != self.edit.text:
            self.edit = self.edit.worded(self.field.text)
            self._show()

    def caret_moved(self) -> None:
        """Show the caret in the picture."""
        if self.edit is not None and not self.placing and self.field.text == self.edit.text:
            self._show()

    def act_down(self, key_command: KeyCommand) -> None:
        """Go down a line; on the last line, begin a new one."""
        field = self.field
        if field.cursor_location[0] >= field.document.line_count - 1:
            field.move_cursor(field.document.end)
            field.insert("\n")
        else:
            field.action_cursor_down()

    def act_new_line(self, key_command: KeyCommand) -> None:
        """Begin a new line, and type in it."""
        self.act_write(key_command)
        self.field.move_cursor(self.field.document.end)
        self.field.insert("\n")

    def act_write(self, key_command: KeyCommand) -> None:
        """Return to typing the text."""
        self.placing = False
        self.field.read_only = False
        self._core.set_focus(self.field)
        self._show()

    async def act_editor(self, key_command: KeyCommand) -> None:
        """Edit the text in $EDITOR."""
        edit = self.edit
        if edit is None:
            return
        try:
            text = (await handover.edit(self._core.studio_app, edit.text, "title.txt")).strip("\r\n")
        except MilimoError as error:
            self._core.studio_app.say_error(error)
            return
        if self.edit is not None and text.strip():
            self.field.load_text(text)
            self._change(self.edit.worded(text))

    # -- style and place -------------------------------------------------------------------------------

    def act_next_pane(self, key_command: KeyCommand) -> None:
        self._restyle(1)

    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self._restyle(-1)

    def _restyle(self, step: int) -> None:
        if self.edit is not None:
            self._change(self.edit.in_style(step, self._core.cutting.rate))

    def act_nudge(self, key_command: KeyCommand) -> None:
        """Move the title by a hundredth of the picture, or by a twentieth."""
        args = key_command.binding.args
        across, down = WAYS[str(args["to"])]
        far = (FAR if args.get("big") else STEP) * key_command.times
        if self.edit is not None:
            self._change(self.edit.moved(across * far, down * far))

    def act_sooner(self, key_command: KeyCommand) -> None:
        """Make the letters larger."""
        self._size(key_command.times)

    def act_later(self, key_command: KeyCommand) -> None:
        """Make the letters smaller."""
        self._size(-key_command.times)

    def _size(self, count: int) -> None:
        if self.edit is not None:
            self._change(self.edit.sized(count))

    def act_longer(self, key_command: KeyCommand) -> None:
        self._last(key_command.times)

    def act_shorter(self, key_command: KeyCommand) -> None:
        self._last(-key_command.times)

    def _last(self, by: int) -> None:
        if self.edit is not None:
            self._change(self.edit.lasting(by))

    def act_fade_more(self, key_command: KeyCommand) -> None:
        if self.edit is not None:
            self._change(self.edit.fading(key_command.times))

    def act_fade_less(self, key_command: KeyCommand) -> None:
        if self.edit is not None:
            self._change(self.edit.fading(-key_command.times))

    def act_colour(self, key_command: KeyCommand) -> None:
        """Give the letters the next colour."""
        if self.edit is not None:
            self._change(self.edit.coloured())

    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last step of placing."""
        if not self._before:
            self._core.say("nothing was changed here yet", hint="{ui.write} changes the words, Esc gives up")
            return
        self.edit = self._before.pop()
        self.field.load_text(self.edit.text)
        self._show()

    def act_redo(self, key_command: KeyCommand) -> None:
        self._core.say("steps are not taken again here", hint="Enter keeps, Esc gives up")

    def _change(self, edit: TitleEdit) -> None:
        if self.edit is not None and edit != self.edit:
            self._before.append(self.edit)
            self.edit = edit
            self._show()

    # -- display ---------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Show the text at once, and the film with the title as soon as it is drawn."""
        edit, base = self.edit, self._live.base
        if edit is None or base is None:
            return
        self.panel.show(edit, self.over(), float(self._core.cutting.rate), placing=self.placing)
        try:
            after = edit.applied(base.cut, new_id, None if self.placing else self.field.caret)
        except Refused as error:
            self._core.say(f"✕ {error.message}", "warn", error.hint)
            return
        at = edit.at
        if edit.fade:  # The first frame at which the title is fully visible.
            at = min(edit.at + edit.fade, edit.at + edit.frames - 1)
        if edit.title.roll:
            at = edit.at + edit.frames // 2
        self._live.show(after, at)
