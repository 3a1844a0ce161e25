"""The mode that edits a number of a clip over time, drawn as a curve in a lane under the clip.

`Z v` edits the speed, `Z m` the level, and `o` in the inspector any number. `curve_edit` holds the keyframes
and values. This module handles the keys, shows each result at once, and writes the result as one edit.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.effects import OPACITY
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields.curve_edit import (
    LEVEL,
    SPEED,
    CurveEdit,
    CurveLane,
    begin_curve_edit,
    list_editable_curves,
    make_curve_lane_of,
)
from milimo_tui.tui.timeline.fields.field_text import parse_setting_value
from milimo_tui.tui.timeline.fields.setting_questions import make_setting_form_field
from milimo_tui.tui.timeline.live.live_mode import LiveMode
from milimo_tui.tui.timeline.widgets.shares import TopView

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.live.live_edit import LiveEdit

KEYS = "{ui.less} {ui.more} value, {ui.key_set} key, {ui.key_next} {ui.key_previous} to keys, Enter applies"


class CurveMode(LiveMode):
    """The mode that edits one number of a clip as a curve. For the speed and the level, the mode is called
    SPEED and LEVEL; for any other number, it is called like the number. `edit` is the number being edited, or
    None outside the mode.
    """

    CONTEXTS = ("curve", "viewing", "global")
    HIDES_KEYS = True
    TOP_VIEW = TopView.CURVE

    def __init__(self, core: TimelineCore, live_edit: LiveEdit) -> None:
        super().__init__(core, live_edit)
        self.edit: CurveEdit | None = None
        self._first: CurveEdit | None = None  # The number as it was before the mode began.
        self._before: list[CurveEdit] = []

    @property
    def is_on(self) -> bool:
        return self.edit is not None

    @action
    def act_speed(self, key_command: KeyCommand) -> None:
        """Edit the speed of the clip under the playhead."""
        self.open_lane(SPEED)

    @action
    def act_level(self, key_command: KeyCommand) -> None:
        """Edit the sound level of the clip under the playhead."""
        self.open_lane(LEVEL)

    def open_lane(self, name: str) -> None:
        """Begin to edit the number `name` of the clip under the playhead, in a lane under the clip."""
        core, span = self._core, self.find_editable_clip()
        if span is None:
            return
        try:
            if name == SPEED and span.clip.effects.title is not None:
                raise Refused("a title has no speed", "{ui.title} gives it another length")
            edit = begin_curve_edit(span.clip, name)
        except Refused as error:
            core.show_message(error.message, "warn", error.hint)
            return
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
        to that count for the entire clip.
        """
        edit = self.edit
        if edit is None:
            return
        if key_command.count is not None:
            await self._set_for_clip(str(key_command.count))
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

    def get_live_command(self) -> tuple[str, dict[str, object]] | None:
        """Return the command that writes the changes, or None if nothing was changed."""
        edit = self.edit
        return None if edit is None or _is_unchanged(edit, self._first) else edit.to_curve_command()

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
        if edit is None:
            return
        if edit.key_at(self.original_frame) is None:
            self._core.show_message(
                "there is no key frame here", "warn", "{ui.key_next} {ui.key_previous} go to key frames"
            )
            return
        self._apply_edit(edit.without_key(self.original_frame))

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

    @action
    def act_pitch(self, key_command: KeyCommand) -> None:
        """Toggle the treatment of sound at a changed speed. Either the sound keeps its pitch, or the pitch
        changes with the speed, as on tape.
        """
        if self._require_speed("a level has no pitch") and self.edit is not None:
            self._apply_edit(replace(self.edit, keeps_pitch=not self.edit.keeps_pitch))

    @action
    def act_blend(self, key_command: KeyCommand) -> None:
        """Toggle the treatment of pictures at a changed speed. Either neighbouring source frames are blended,
        or the nearest source frame is repeated.
        """
        if self._require_speed("only a speed has pictures to blend") and self.edit is not None:
            self._apply_edit(replace(self.edit, blended=not self.edit.blended))

    @action
    def act_fixed(self, key_command: KeyCommand) -> None:
        """Toggle the effect of a speed change on the clip's length. Either the clip keeps its length and
        shows more or less of its source, or it shows the same range of its source and changes its length.
        """
        if self._require_speed("this changes no length") and self.edit is not None:
            self._apply_edit(replace(self.edit, keep_length=not self.edit.keep_length))

    def _require_speed(self, why_not: str) -> bool:
        if self.edit is not None and not self.edit.is_speed:
            self._core.show_message(why_not, hint="{ui.next_pane} goes to the speed")
        return self.edit is not None and self.edit.is_speed

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
        """Switch to the next number of the clip (Tab): its speed, its level, then other numbers that change
        over time.
        """
        await self._switch_lane(1)

    @action
    async def act_previous_pane(self, key_command: KeyCommand) -> None:
        await self._switch_lane(-1)

    async def _switch_lane(self, step: int) -> None:
        edit = self.edit
        if edit is None or self._live.base is None:
            return
        if not _is_unchanged(edit, self._first):
            await self.write_live_change()
        else:
            await self.discard_live_change(quiet=True)
        span = self._core.span
        if span is None or span.clip.id != edit.clip.id:
            return
        names = list_editable_curves(span.clip)
        if span.clip.effects.title is not None:
            names = tuple(name for name in names if name not in (SPEED, LEVEL)) or (OPACITY.name,)
        at = names.index(edit.name) if edit.name in names else 0
        self.open_lane(names[(at + step) % len(names)])

    @action
    async def act_type_value(self, key_command: KeyCommand) -> None:
        """Ask for a value for the entire clip, because the user began to type one. The input begins with the
        typed character: a sign, a point or 0.
        """
        edit = self.edit
        if edit is None:
            return
        first_text = key_command.binding.chord[0].replace("+", "")
        field = make_setting_form_field(edit.field, first_text, Fraction(25), begun=True)
        typed = await self._core.ask_field(field, label=edit.title, name="VALUE")
        if typed is not None and typed.strip():
            await self._set_for_clip(typed)

    async def _set_for_clip(self, typed: str) -> None:
        """Set the number to a typed value for the entire clip; keyframes are dropped."""
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

    def _apply_edit(self, edit: CurveEdit, *, back: bool = False) -> None:
        """Show the result of a changed `edit`. If the cut cannot be changed like this, show the reason and
        change nothing. `back` is True if the edit is an earlier one that undo restores.
        """
        base, before = self._live.base, self.edit
        if base is None or before is None:
            return
        try:
            after = edit.apply_to_cut(base.cut, new_id, self._live.get_live_lengths())
        except Refused as error:
            self._core.show_message(f"✕ {error.message}", "warn", error.hint)
            if back:
                self._before.append(edit)
            return
        at = self.original_frame
        if not back:
            self._before.append(before)
        self.edit = edit
        self._draw_changed_cut(after, at)
        self._report_value()

    def _draw_changed_cut(self, after: Cut, at: int) -> None:
        """Draw the changed cut; the playhead stays on the same picture."""
        edit = self.edit
        if edit is None:
            return
        from milimo_tui.cut.layout.layout import layout

        placed = layout(after).get_placed(edit.clip.id)
        frame = edit.to_new_frame(at, placed.clip)
        key = edit.key_at(at)
        lane = make_curve_lane_of(edit, placed.clip, 0, placed.start)
        if key is not None:
            frame = lane.keys[edit.keys.index(key)].frame
        self._live.show_changed_cut(after, placed.start + min(max(0, frame), placed.clip.frames - 1))

    @property
    def original_frame(self) -> int:
        """The frame of the unchanged clip that corresponds to the playhead. If the playhead is on a keyframe,
        this is exactly the frame of that keyframe.
        """
        edit, after, lane = self.edit, self._live.after, self.make_curve_lane()
        if edit is None or after is None or lane is None:
            return 0
        here = self._core.playhead - lane.start
        for key, shown in zip(edit.keys, lane.keys, strict=True):
            if shown.frame == here:
                return key.frame
        clip = after.get_placed(edit.clip.id).clip
        here = min(max(0, here), clip.frames - 1)
        return min(max(0, edit.to_old_frame(here, clip)), edit.clip.frames - 1)

    def make_curve_lane(self) -> CurveLane | None:
        """Return the curve as the timeline draws it under its clip, or None outside these modes."""
        edit, after = self.edit, self._live.after
        if edit is None or after is None or after.find_placed(edit.clip.id) is None:
            return None
        placed = after.get_placed(edit.clip.id)
        index = next(
            (at for at, lane in enumerate(self._core.cutting.lanes) if lane.track.id == placed.clip.track), 0
        )
        return make_curve_lane_of(edit, placed.clip, index, placed.start, self._describe_lane(edit))

    def _describe_lane(self, edit: CurveEdit) -> tuple[str, ...]:
        """Return the text that is shown next to the curve, one string for each row."""
        if not edit.is_speed:
            return (edit.title,)
        clip, rate = self._live.get_changed_clip(edit.clip.id), self._core.cutting.rate
        was, now = (float(frames / rate) for frames in (edit.clip.frames, clip.frames))
        length = f"{was:.1f} s → {now:.1f} s" if clip.frames != edit.clip.frames else f"{now:.1f} s"
        if edit.keep_length:
            length = f"{length}, kept"
        pitch = "same pitch" if edit.keeps_pitch else "pitch as on tape"
        return (length, pitch, "blended" if edit.blended else "nearest frame")

    def _report_value(self, hint: str = "") -> None:
        edit = self.edit
        if edit is None:
            return
        name, value = (
            self._core.get_clip_name(edit.clip),
            edit.format_with_unit(edit.value_at_frame(self.original_frame)),
        )
        key = edit.key_at(self.original_frame)
        if key is not None:
            what = f"key {edit.keys.index(key) + 1} of {len(edit.keys)}, then {key.easing.value}"
        else:
            what = f"between {len(edit.keys)} keys" if len(edit.keys) > 1 else "all along"
        more = self._describe_lane(edit)[0] if edit.is_speed else ""
        self._core.show_message(f"{name} {edit.title} {value}, {what}   {more}".rstrip(), hint=hint)


def _is_unchanged(edit: CurveEdit, first: CurveEdit | None) -> bool:
    """Return True if `edit` equals `first`, the edit with which the mode began, so that nothing has to be
    written. At normal speed the options for pitch and blending are ignored, because they have no effect.
    """
    if first is None or (edit.keys, edit.whole) != (first.keys, first.whole):
        return False
    effects = edit.clip.effects
    if not edit.is_speed or (effects.speed in (1, -1) and not edit.keys):
        return True
    return (edit.keep_length, edit.keeps_pitch, edit.blended) == (False, effects.keeps_pitch, effects.blended)
