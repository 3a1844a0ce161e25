"""The keys of every mode that edits a number over time as a curve in a lane under a track: keyframes are set,
moved, changed and deleted at the playhead, and each result is shown at once.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields.field_text import parse_setting_value
from milimo_tui.tui.timeline.fields.keyed_number import CurveLane, KeyedNumber
from milimo_tui.tui.timeline.fields.setting_questions import make_setting_form_field
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.widgets.shares import TopView

if TYPE_CHECKING:
    from milimo_tui.cut.values.cut import Cut
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

KEYS = "{ui.less} {ui.more} value, {ui.key_set} key, {ui.key_next} {ui.key_previous} to keys, Enter applies"


Edit = TypeVar("Edit", bound=KeyedNumber)


class CurveKeysMode(LiveMode, Generic[Edit]):
    """A mode that edits one number as a curve. `edit` is that number, or None outside the mode."""

    CONTEXTS = ("curve", "viewing", "global")
    HIDES_KEYS = True
    TOP_VIEW = TopView.CURVE

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        super().__init__(core, live_edit)
        self.edit: Edit | None = None
        self._first: Edit | None = None  # The number as it was before the mode began.
        self._before: list[Edit] = []

    @property
    def is_on(self) -> bool:
        return self.edit is not None

    @property
    def original_frame(self) -> int:
        """The frame of the number's keyframes that corresponds to the playhead."""
        raise NotImplementedError

    def make_curve_lane(self) -> CurveLane | None:
        """Return the curve as the timeline draws it under its track, or None outside the mode."""
        raise NotImplementedError

    def _make_changed_cut(self, edit: Edit, cut: Cut) -> Cut:
        """Return a copy of the cut with the edited number. Raises Refused."""
        raise NotImplementedError

    def _draw_changed_cut(self, after: Cut, at: int) -> None:
        """Draw the changed cut, with the playhead on the frame that corresponds to `at`."""
        raise NotImplementedError

    def _describe_number(self, edit: Edit) -> str:
        """Return the number's name for messages."""
        return edit.title

    def _list_numbers(self, edit: Edit) -> tuple[list[Any], Any]:
        """Return the numbers between which Tab switches, and the one that is being edited."""
        raise NotImplementedError

    def _open_number(self, number: Any) -> None:
        """Begin to edit another number."""
        raise NotImplementedError

    def _begin_edit(self, edit: Edit) -> None:
        """Begin the mode, or switch to another number in it. If the cut can't be changed, show a message."""
        core = self._core
        if not self._live.is_on and not self._live.begin_mode(edit.title.upper()):
            return
        self._live.mode = edit.title.upper()
        self.edit = self._first = edit
        self._before = []
        core.divide_screen()
        core.redraw()
        self._report_value(KEYS)

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Write the changes as one edit and leave the mode. With a count before the key, first set the number
        to that count, without keyframes.
        """
        edit = self.edit
        if edit is None:
            return
        if key_command.count is not None:
            await self._set_constant_value(str(key_command.count))
            if self.edit is None or self.edit is edit:
                return  # The value was refused and a message shows the reason, so the mode stays.
        await self.write_live_change()

    async def write_live_change(self) -> bool:
        edit, is_unchanged = self.edit, self.get_live_command() is None
        is_written = await super().write_live_change()
        if edit is not None and is_unchanged:
            self._core.show_message(f"{edit.title} stays as it was")
        return is_written

    def forget_change(self) -> None:
        self.edit = None

    @property
    def discard_message(self) -> str:
        return f"{self.edit.title} is unchanged" if self.edit is not None else ""

    def get_live_command(self) -> tuple[str, dict[str, Any]] | None:
        edit = self.edit
        return None if edit is None or self._is_unchanged(edit) else edit.to_curve_command()

    def _is_unchanged(self, edit: Edit) -> bool:
        """Return True if `edit` equals the edit with which the mode began, so that nothing has to be
        written.
        """
        first = self._first
        return first is not None and (edit.keys, edit.whole) == (first.keys, first.whole)

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._step_value(key_command.times, big=bool(key_command.binding.args.get("big")))

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._step_value(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def _step_value(self, count: int, *, big: bool) -> None:
        edit = self.edit
        if edit is None:
            return
        after = edit.step_value(self.original_frame, count, big=big)
        if after == edit:
            self._core.show_message(
                f"the limit of {edit.title} is "
                f"{edit.format_with_unit(edit.value_at_frame(self.original_frame))}",
                "warn",
            )
            return
        self._apply_edit(after)

    @action
    def act_key_set(self, key_command: KeyCommand) -> None:
        """Set a keyframe at the playhead with the value that the number has there."""
        edit = self.edit
        if edit is None:
            return
        if edit.key_at(self.original_frame) is not None:
            self._core.show_message(
                "there is a key frame here already",
                hint="{ui.less} {ui.more} change its value, {ui.edit} its easing",
            )
            return
        self._apply_edit(edit.with_key_here(self.original_frame))

    @action
    def act_key_clear(self, key_command: KeyCommand) -> None:
        """Remove the keyframe at the playhead."""
        edit = self.edit
        if edit is not None and self._require_key_here():
            self._apply_edit(edit.without_key(self.original_frame))

    @action
    def act_key_move(self, key_command: KeyCommand) -> None:
        """Move the keyframe at the playhead by a frame, or by the typed count of frames. The playhead moves
        with it.
        """
        edit, by = self.edit, key_command.binding.args["by"] * key_command.times
        if edit is None or not self._require_key_here():
            return
        after, frame = edit.move_key(self.original_frame, by)
        if after == edit:
            self._core.show_message("another key frame or the end is next to it", "warn")
            return
        self._apply_edit(after, at=frame)

    def _require_key_here(self) -> bool:
        if self.edit is not None and self.edit.key_at(self.original_frame) is not None:
            return True
        self._core.show_message(
            "there is no key frame here", "warn", "{ui.key_next} {ui.key_previous} go to key frames"
        )
        return False

    @action
    def act_edit(self, key_command: KeyCommand) -> None:
        """Give the keyframe at or before the playhead the next easing."""
        edit = self.edit
        if edit is None:
            return
        if edit.find_key_before(self.original_frame) is None:
            self._core.show_message("there is no key frame here or before", "warn", "{ui.key_set} sets one")
            return
        self._apply_edit(edit.with_next_easing(self.original_frame))

    @action
    def act_key_next(self, key_command: KeyCommand) -> None:
        self._go_to_curve_key(key_command.times)

    @action
    def act_key_previous(self, key_command: KeyCommand) -> None:
        self._go_to_curve_key(-key_command.times)

    def _go_to_curve_key(self, count: int) -> None:
        lane = self.make_curve_lane()
        if lane is None:
            return
        here = self._core.playhead - lane.start
        frames = [key.frame for key in lane.keys]
        there = [f for f in frames if f > here] if count > 0 else [f for f in frames if f < here][::-1]
        if not there:
            side = "after" if count > 0 else "before"
            self._core.show_message(
                f"there is no key frame {side} the playhead", hint="{ui.key_set} sets one"
            )
            return
        self._core.halt_playback()
        self._core.go_to(lane.start + there[min(abs(count), len(there)) - 1])
        self._report_value()

    @action
    def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last step made in this mode."""
        if not self._before:
            self._core.show_message("nothing was changed here yet", hint="Esc leaves, then {ui.undo} undoes")
            return
        self._apply_edit(self._before.pop(), back=True)

    @action
    def act_redo(self, key_command: KeyCommand) -> None:
        self._core.show_message(
            "redo is not available in this mode", hint="Enter applies the curve, Esc discards it"
        )

    @action
    async def act_next_pane(self, key_command: KeyCommand) -> None:
        """Switch to the next number (Tab)."""
        await self._switch_number(1)

    @action
    async def act_previous_pane(self, key_command: KeyCommand) -> None:
        await self._switch_number(-1)

    async def _switch_number(self, step: int) -> None:
        edit = self.edit
        if edit is None or self._live.base is None:
            return
        if not self._is_unchanged(edit):
            await self.write_live_change()
        else:
            await self.discard_live_change(quiet=True)
        numbers, present = self._list_numbers(edit)
        if numbers:
            at = numbers.index(present) if present in numbers else 0
            self._open_number(numbers[(at + step) % len(numbers)])

    @action
    async def act_type_value(self, key_command: KeyCommand) -> None:
        """Ask for a value of the number without keyframes, because the user began to type one. The input
        begins with the typed character: a sign, a point or 0.
        """
        edit = self.edit
        if edit is None:
            return
        first_text = key_command.binding.chord[0].replace("+", "")
        field = make_setting_form_field(edit.field, first_text, Fraction(25), begun=True)
        typed = await self._core.ask_field(field, label=edit.title, name="VALUE")
        if typed is not None and typed.strip():
            await self._set_constant_value(typed)

    async def _set_constant_value(self, typed: str) -> None:
        """Set the number to a typed value; keyframes are dropped."""
        edit = self.edit
        if edit is None:
            return
        try:
            value = parse_setting_value(edit.field, typed, Fraction(25))
            if isinstance(value, str | bool) or value is None:
                return
            self._apply_edit(edit.with_constant_value(float(value)))
        except MilimoError as error:
            self._core.show_message(error.message, "warn", error.hint)

    def _apply_edit(self, edit: Edit, *, back: bool = False, at: int | None = None) -> None:
        """Show the result of a changed `edit`. If the cut cannot be changed like this, show the reason and
        change nothing. `back` is True if the edit is an earlier one that undo restores. `at` is the frame to
        which the playhead goes; None keeps the playhead on the same picture.
        """
        base, before = self._live.base, self.edit
        if base is None or before is None:
            return
        try:
            after = self._make_changed_cut(edit, base.cut)
        except Refused as error:
            self._core.show_message(f"✕ {error.message}", "warn", error.hint)
            if back:
                self._before.append(edit)
            return
        at = self.original_frame if at is None else at
        if not back:
            self._before.append(before)
        self.edit = edit
        self._draw_changed_cut(after, at)
        self._report_value()

    def _report_value(self, hint: str = "") -> None:
        edit = self.edit
        if edit is None:
            return
        value = edit.format_with_unit(edit.value_at_frame(self.original_frame))
        key = edit.key_at(self.original_frame)
        if key is not None:
            what = f"key {edit.keys.index(key) + 1} of {len(edit.keys)}, then {key.easing.value}"
        else:
            what = f"between {len(edit.keys)} keys" if len(edit.keys) > 1 else "all along"
        words = f"{self._describe_number(edit)} {value}, {what}   {self._describe_result(edit)}"
        self._core.show_message(words.rstrip(), hint=hint)

    def _describe_result(self, edit: Edit) -> str:
        """Return more words for the message about the value, such as the clip's new length."""
        return ""
