"""The mode in which the user types a title on the picture (`Z t`). Text, style, position and duration are
written as one edit.

At first, keys go to the text field. Esc then switches to placing, where letter keys move and style the title.
The picture shows the result in both phases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.ids import new_id
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell import handover
from milimo_tui.tui.timeline.fields.title_edit import TitleEdit, begin_new_title, begin_title_change
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.widgets.shares import TopView
from milimo_tui.tui.timeline.widgets.title_panel import TitlePanel, TitleText

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

# Fractions of the picture's width or height by which a key moves the title: `STEP` normally, and `FAR` with
# the key for a big step.
STEP, FAR = 0.01, 0.05
PLACES = "{ui.sooner} {ui.later} letters, {ui.shorter} {ui.longer} length, {ui.write} text, Enter applies"


class TitleMode(LiveMode):
    """The mode TITLE. `edit` is the title being made or changed, or None outside the mode. `placing` is True
    in the second phase, in which letter keys move the title instead of being typed.
    """

    TOP_VIEW = TopView.TITLE

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        super().__init__(core, live_edit)
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
    def is_on(self) -> bool:
        return self.edit is not None

    def extend_contexts(self, below: tuple[str, ...]) -> tuple[str, ...]:
        return ("title_place", "viewing", "global") if self.placing else ("title", "global")

    @action
    def act_title(self, key_command: KeyCommand) -> None:
        """Make a title at the playhead, or change the title under the playhead."""
        core, span = self._core, self._core.span
        if not self._live.begin_mode("TITLE"):
            return
        there = span if span is not None and span.clip.effects.title is not None else None
        if there is not None:
            self.edit = begin_title_change(there.clip, there.start)
        else:
            self.edit = begin_new_title(core.playhead, core.cutting.rate, self._count_frames_left())
        self._first, self._before, self.placing = self.edit, [], False
        self.panel.display = True
        self.field.read_only = False
        self.field.load_text(self.edit.text)
        self.field.move_cursor(self.field.document.end)
        core.set_focus(self.field)
        core.divide_screen()
        self._draw_title()
        core.show_message(
            "type the text of the title",
            hint="↓ adds a line, {ui.next_pane} changes the style, Enter applies, Esc moves it",
        )

    def _count_frames_left(self) -> int | None:
        """Return the number of frames from the playhead to the end of the V1 clip under it. Return None if V1
        has no clip there.
        """
        lane = self._core.cutting.get_lane(self._core.cutting.main_lane_index())
        span = lane.clip_at(self._core.playhead) if lane is not None else None
        if span is None or span.clip.source.kind is SourceKind.GAP:
            return None
        return span.end - self._core.playhead

    def find_clip_under(self) -> str:
        """Return the name of the V1 clip over which the title is shown, or an empty string if there is
        none.
        """
        edit, base = self.edit, self._live.base
        main = next((track for track in base.tracks if track.magnetic), None) if base is not None else None
        under = (
            base.find_clip_at(main.id, edit.at) if base is not None and edit is not None and main else None
        )
        if under is None or under.clip.source.kind is SourceKind.GAP:
            return ""
        return self._core.get_clip_name(under.clip)

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Write the title as one edit."""
        edit = self.edit
        if edit is None:
            return
        if not edit.text.strip():
            self._core.show_message(
                "✕ a title needs a text", "warn", "type one; Esc twice discards the title"
            )
            return
        await self.write_live_change()

    async def write_live_change(self) -> bool:
        edit = self.edit
        is_written = await super().write_live_change()
        if is_written and edit is not None:
            self._core.go_to(edit.at)
        return is_written

    def get_live_command(self) -> tuple[str, dict[str, Any]] | None:
        """Return the command that writes the title, or None if nothing was changed."""
        edit = self.edit
        if edit is None or edit == self._first or not edit.text.strip():
            return None
        return "cut.title", edit.to_title_arguments()

    @action
    async def act_out(self, key_command: KeyCommand) -> None:
        """Go back one phase (Esc). From typing, go to placing. From placing, leave the mode without writing
        the title. If the user was typing a title that has no text, leave the mode at once.
        """
        if self.edit is not None and not self.placing and self.edit.text.strip():
            self.placing = True
            self.field.read_only = True
            self._core.set_focus(None)
            self._draw_title()
            self._core.show_message("the arrow keys move the title", hint=PLACES)
            return
        await super().act_out(key_command)

    @property
    def discard_message(self) -> str:
        was_new = self.edit is not None and not self.edit.clip
        return "no title was made" if was_new else "the title is unchanged"

    def forget_change(self) -> None:
        self.edit, self.placing = None, False
        self.panel.display = False
        self._core.set_focus(None)

    def take_typed_text(self) -> None:
        """Copy the text of the field into the title."""
        if self.edit is not None and not self.placing and self.field.text != self.edit.text:
            self.edit = self.edit.with_title_text(self.field.text)
            self._draw_title()

    def show_caret(self) -> None:
        """Draw the caret of the text field in the picture at its present position."""
        if self.edit is not None and not self.placing and self.field.text == self.edit.text:
            self._draw_title()

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        """Move the caret down a line. On the last line, add a new line."""
        field = self.field
        if field.cursor_location[0] >= field.document.line_count - 1:
            field.move_cursor(field.document.end)
            field.insert("\n")
        else:
            field.action_cursor_down()

    @action
    def act_new_line(self, key_command: KeyCommand) -> None:
        """Return from placing to typing, on a new line at the end of the text."""
        self.act_write(key_command)
        self.field.move_cursor(self.field.document.end)
        self.field.insert("\n")

    @action
    def act_write(self, key_command: KeyCommand) -> None:
        """Return from placing to typing."""
        self.placing = False
        self.field.read_only = False
        self._core.set_focus(self.field)
        self._draw_title()

    @action
    async def act_editor(self, key_command: KeyCommand) -> None:
        """Edit the text in $EDITOR."""
        edit = self.edit
        if edit is None:
            return
        try:
            text = (await handover.edit_in_editor(self._core.studio_app, edit.text, "title.txt")).strip(
                "\r\n"
            )
        except MilimoError as error:
            self._core.studio_app.show_error(error)
            return
        if self.edit is not None and text.strip():
            self.field.load_text(text)
            self._apply_title_edit(self.edit.with_title_text(text))

    @action
    def act_next_pane(self, key_command: KeyCommand) -> None:
        self._change_style(1)

    @action
    def act_previous_pane(self, key_command: KeyCommand) -> None:
        self._change_style(-1)

    def _change_style(self, step: int) -> None:
        if self.edit is not None:
            self._apply_title_edit(self.edit.with_style(step, self._core.cutting.rate))

    @action
    def act_nudge(self, key_command: KeyCommand) -> None:
        """Move the title by a hundredth of the picture, or by a twentieth with the key for a big step."""
        across, down = key_command.direction
        far = (FAR if key_command.binding.args.get("big") else STEP) * key_command.times
        if self.edit is not None:
            self._apply_title_edit(self.edit.move_title_by(across * far, down * far))

    @action
    def act_sooner(self, key_command: KeyCommand) -> None:
        """Make the letters larger, by one step or by the number of steps that was typed before the key."""
        self._change_letter_size(key_command.times)

    @action
    def act_later(self, key_command: KeyCommand) -> None:
        """Make the letters smaller, by one step or by the number of steps that was typed before the key."""
        self._change_letter_size(-key_command.times)

    def _change_letter_size(self, count: int) -> None:
        if self.edit is not None:
            self._apply_title_edit(self.edit.resize_letters(count))

    @action
    def act_longer(self, key_command: KeyCommand) -> None:
        self._change_duration(key_command.times)

    @action
    def act_shorter(self, key_command: KeyCommand) -> None:
        self._change_duration(-key_command.times)

    def _change_duration(self, by: int) -> None:
        if self.edit is not None:
            self._apply_title_edit(self.edit.lengthen_by(by))

    @action
    def act_fade_more(self, key_command: KeyCommand) -> None:
        if self.edit is not None:
            self._apply_title_edit(self.edit.lengthen_fades(key_command.times))

    @action
    def act_fade_less(self, key_command: KeyCommand) -> None:
        if self.edit is not None:
            self._apply_title_edit(self.edit.lengthen_fades(-key_command.times))

    @action
    def act_colour(self, key_command: KeyCommand) -> None:
        """Give the letters the next colour."""
        if self.edit is not None:
            self._apply_title_edit(self.edit.with_next_colour())

    @action
    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last change of position, style, size, length or text in this mode."""
        if not self._before:
            self._core.show_message(
                "nothing was changed here yet", hint="{ui.write} changes the text, Esc discards the title"
            )
            return
        self.edit = self._before.pop()
        self.field.load_text(self.edit.text)
        self._draw_title()

    @action
    def act_redo(self, key_command: KeyCommand) -> None:
        self._core.show_message(
            "redo is not available in this mode", hint="Enter applies the title, Esc discards it"
        )

    def _apply_title_edit(self, edit: TitleEdit) -> None:
        if self.edit is not None and edit != self.edit:
            self._before.append(self.edit)
            self.edit = edit
            self._draw_title()

    def _draw_title(self) -> None:
        """Show the title in the panel at once. Then plan and draw the film with the title."""
        edit, base = self.edit, self._live.base
        if edit is None or base is None:
            return
        self.panel.show_title_edit(
            edit, self.find_clip_under(), float(self._core.cutting.rate), placing=self.placing
        )
        try:
            after = edit.apply_title(base.cut, new_id, None if self.placing else self.field.caret)
        except BadInput as error:
            self._core.show_message(f"✕ {error.message}", "warn", error.hint)
            return
        at = edit.at
        if edit.fade:  # Show the first frame at which the title is fully visible, after its fade-in.
            at = min(edit.at + edit.fade, edit.at + edit.frames - 1)
        if edit.title.roll:
            at = edit.at + edit.frames // 2
        self._live.show_changed_cut(after, at)
