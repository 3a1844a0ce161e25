"""The keyframe keys of the inspector: set a keyframe, remove it, go to another one, and change its easing.

Each key runs a registered command. This module finds the clip, number and frame for the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Clip
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields import changes
from milimo_tui.tui.timeline.fields.entries import MARK, TAKE
from milimo_tui.tui.timeline.fields.fields import FieldGroup, InspectorField

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
    from milimo_tui.tui.timeline.inspector.listed_items import ListedItems
    from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits

WRITING_ACTS = frozenset({"key_set", "key_clear", "reset"})


class KeyframeKeys:
    """The part of the Timeline screen with the keyframe keys of the inspector and the key that resets a
    setting.
    """

    def __init__(
        self,
        core: TimelineCore,
        pending_edits: PendingEdits,
        inspector_part: InspectorPart,
        listed_items: ListedItems,
    ) -> None:
        self._core, self._pending_edits, self._inspector_part, self._listed_items = (
            core,
            pending_edits,
            inspector_part,
            listed_items,
        )

    def _find_keyed_number(self) -> tuple[InspectorField, Clip] | None:
        """Return the number under the cursor and its clip, if the number can have keyframes. Otherwise show a
        message and return None.
        """
        field, clip = self._inspector_part.selected_field, self._pending_edits.inspected_clip
        if field is None or clip is None or not field.can_have_keys:
            self._core.show_message(
                "this setting has no key frames", hint="choose opacity, scale, position or volume"
            )
            return None
        return field, clip

    @action
    async def act_key_set(self, key_command: KeyCommand) -> None:
        """Set a keyframe at the playhead with the number's present value (`m`). From then on, changes of the
        number set keyframes as well.
        """
        found = self._find_keyed_number()
        if found is None:
            return
        field, clip = found
        self._pending_edits.armed.add((clip.id, field.key))
        change = changes.make_key_change(clip, field.key, self._pending_edits.inspected_frame)
        await self._core.run_and_wait(change.command, **change.args)

    @action
    async def act_key_clear(self, key_command: KeyCommand) -> None:
        """Remove the keyframe at the playhead (`x`). On a number without keyframes, reset the number. On the
        line of a take, reject the take.
        """
        if self._inspector_part.inspector.key.startswith(TAKE):
            await self._listed_items.toggle_rejected(self._inspector_part.inspector.key.removeprefix(TAKE))
            return
        if self._inspector_part.inspector.key.startswith(MARK):
            await self._listed_items.remove_listed_marker(
                self._inspector_part.inspector.key.removeprefix(MARK)
            )
            return
        field, clip, at = (
            self._inspector_part.selected_field,
            self._pending_edits.inspected_clip,
            self._pending_edits.inspected_frame,
        )
        if field is None or clip is None:
            return
        curve = clip.effects.get_curve(field.key) if field.can_have_keys else ()
        if not changes.is_animated(curve):
            await self.act_reset(key_command)
        elif any(key.frame == at for key in curve):
            change = changes.make_key_removal(clip, field.key, at)
            await self._core.run_and_wait(change.command, **change.args)
        else:
            self._core.show_message(
                f"there is no key frame of {field.label} here",
                "warn",
                "{ui.key_next} {ui.key_previous} go to its key frames, {ui.reset} removes them",
            )

    @action
    async def act_reset(self, key_command: KeyCommand) -> None:
        """Reset the setting to its default value (`r`)."""
        field, clip = self._inspector_part.selected_field, self._pending_edits.inspected_clip
        if field is None or clip is None:
            return
        self._pending_edits.armed.discard((clip.id, field.key))
        if field.group in (FieldGroup.NUMBER, FieldGroup.CHOICE):
            await self._core.run_and_wait("cut.clear_effects", clip=clip.id, names=[field.key])
        elif field.auto or field.default is not None:
            self._pending_edits.change_setting(field, field.default)
            await self._pending_edits.write_pending()
        else:
            self._core.show_message(
                f"{field.label} has no default value",
                hint="Enter types another value, {ui.undo} undoes the last change",
            )

    async def change_easing(self, field: InspectorField, clip: Clip) -> None:
        """Give a keyframe the next easing: the keyframe at the playhead, or the last one before it."""
        next_easing = changes.find_next_easing(
            clip.effects.get_curve(field.key), self._pending_edits.inspected_frame
        )
        if next_easing is None:
            self._core.show_message(
                f"there is no key frame of {field.label} here or before", "warn", "{ui.key_set} sets one"
            )
            return
        frame, easing = next_easing
        change = changes.make_key_change(clip, field.key, frame, easing=easing)
        if await self._core.run_and_wait(change.command, **change.args) is not None:
            self._core.show_message(
                f"easing of {field.label} after its key frame at {frame}: {easing.value}", "good"
            )

    @action
    def act_key_next(self, key_command: KeyCommand) -> None:
        self._go_to_keyframe(key_command.times)

    @action
    def act_key_previous(self, key_command: KeyCommand) -> None:
        self._go_to_keyframe(-key_command.times)

    def _go_to_keyframe(self, count: int) -> None:
        """Move the playhead to the `count`-th following keyframe of the number under the cursor, or to an
        earlier one for a negative count. If that number has no keyframes, the keyframes of all numbers of the
        clip count.
        """
        span, clip, at = (
            self._core.shown_span,
            self._pending_edits.inspected_clip,
            self._pending_edits.inspected_frame,
        )
        if span is None or clip is None:
            return
        own = clip.effects.get_curve(self._inspector_part.inspector.key)
        curves = [own] if changes.is_animated(own) else [curve for _, curve in clip.effects.curves]
        frames = sorted(
            {
                key.frame
                for curve in curves
                if changes.is_animated(curve)
                for key in curve
                if 0 <= key.frame < clip.frames
            }
        )
        there = [f for f in frames if f > at] if count > 0 else [f for f in frames if f < at][::-1]
        if not there:
            self._core.show_message(
                f"there is no key frame {'after' if count > 0 else 'before'} the playhead",
                hint="{ui.key_set} sets one",
            )
            return
        self._core.halt_playback()
        self._core.go_to(span.start + there[min(abs(count), len(there)) - 1])
