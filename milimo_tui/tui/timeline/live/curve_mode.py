"""The mode that edits a number of a clip over time, drawn as a curve in a lane under the clip.

`Z v` edits the speed, `Z m` the level, and `o` in the inspector any number. `curve_edit` holds the keyframes
and values. This module finds the clip and draws the changed clip; the keys are in `curve_keys`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.core.errors import Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.effects import OPACITY
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields.curve_edit import (
    LEVEL,
    SPEED,
    CurveEdit,
    begin_curve_edit,
    list_editable_curves,
    make_curve_lane_of,
)
from milimo_tui.tui.timeline.fields.keyed_number import CurveLane
from milimo_tui.tui.timeline.live.curve_keys import CurveKeysMode

if TYPE_CHECKING:
    from milimo_tui.cut.values.cut import Cut
    from milimo_tui.tui.keys.key_parser import KeyCommand


class CurveMode(CurveKeysMode[CurveEdit]):
    """The mode that edits one number of a clip as a curve. For the speed and the level, the mode is called
    SPEED and LEVEL; for any other number, it is called like the number.
    """

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
        self._begin_edit(edit)

    def _open_number(self, number: str) -> None:
        self.open_lane(number)

    def _list_numbers(self, edit: CurveEdit) -> tuple[list[str], str]:
        span = self._core.span
        if span is None or span.clip.id != edit.clip.id:
            return [], edit.name
        names = list_editable_curves(span.clip)
        if span.clip.effects.title is not None:
            names = tuple(name for name in names if name not in (SPEED, LEVEL)) or (OPACITY.name,)
        return list(names), edit.name

    def _is_unchanged(self, edit: CurveEdit) -> bool:
        """Return True if nothing has to be written. At normal speed the options for pitch and blending are
        ignored, because they have no effect.
        """
        if not super()._is_unchanged(edit):
            return False
        effects = edit.clip.effects
        if not edit.is_speed or (effects.speed in (1, -1) and not edit.keys):
            return True
        return (edit.keep_length, edit.keeps_pitch, edit.blended) == (
            False,
            effects.keeps_pitch,
            effects.blended,
        )

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

    def _make_changed_cut(self, edit: CurveEdit, cut: Cut) -> Cut:
        return edit.apply_to_cut(cut, new_id, self._live.get_live_lengths())

    def _draw_changed_cut(self, after: Cut, at: int) -> None:
        """Draw the changed cut; the playhead stays on the same picture."""
        edit = self.edit
        if edit is None:
            return
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

    def _describe_number(self, edit: CurveEdit) -> str:
        return f"{self._core.get_clip_name(edit.clip)} {edit.title}"

    def _describe_result(self, edit: CurveEdit) -> str:
        return self._describe_lane(edit)[0] if edit.is_speed else ""
