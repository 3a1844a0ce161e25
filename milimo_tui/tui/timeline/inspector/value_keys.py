"""The keys that change a value in the inspector: by steps, by typing, or in the user's text editor.

While the user types a text or a colour, the picture shows the value typed so far. `pending_edits` makes and
writes each change.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell import handover
from milimo_tui.tui.timeline.fields.changes import is_animated
from milimo_tui.tui.timeline.fields.entries import ASSET, MARK, TAKE
from milimo_tui.tui.timeline.fields.field_text import (
    format_for_typing,
    format_setting_value,
    parse_setting_value,
)
from milimo_tui.tui.timeline.fields.fields import (
    FieldGroup,
    FieldShape,
    InspectorField,
    Value,
    step_setting_value,
)
from milimo_tui.tui.timeline.fields.setting_questions import make_setting_form_field

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
    from milimo_tui.tui.timeline.inspector.keyframes import KeyframeKeys
    from milimo_tui.tui.timeline.inspector.listed_items import ListedItems
    from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits

SEEN_AS_TYPED = frozenset(
    {FieldShape.WORDS, FieldShape.TEXT, FieldShape.COLOUR, FieldShape.NAME, FieldShape.ONE_OF}
)


class ValueKeys:
    """The keys of the Timeline screen that set the value on the inspector's current line."""

    def __init__(
        self,
        core: TimelineCore,
        pending_edits: PendingEdits,
        inspector_part: InspectorPart,
        listed_items: ListedItems,
        keyframes: KeyframeKeys,
    ) -> None:
        self._core, self._pending_edits, self._inspector_part, self._listed_items, self._keyframes = (
            core,
            pending_edits,
            inspector_part,
            listed_items,
            keyframes,
        )

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._step_selected(-key_command.times, big=bool(key_command.binding.args.get("big")))

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._step_selected(key_command.times, big=bool(key_command.binding.args.get("big")))

    def step_by_drag(self, steps: int) -> None:
        """Change the number under the cursor by `steps` steps, because the user drags it with the mouse."""
        self._step_selected(steps, big=False)

    def _step_selected(self, count: int, *, big: bool) -> None:
        key, field = self._inspector_part.inspector.key, self._inspector_part.selected_field
        if field is not None and field.can_step:
            self._step_setting(field, count, big=big)
        elif key.startswith(TAKE):
            self._core.show_message(
                "a take has no value to change",
                hint="Enter picks one, {ui.take_previous} {ui.take_next} show the others",
            )
        elif field is not None and field.shape is FieldShape.NAME:
            self._core.show_message(f"the film has no {field.label} to choose", hint=_BRINGS[field.key])
        else:
            self._core.show_message("this setting needs a typed text", hint="Enter opens it")

    def _step_setting(self, field: InspectorField, count: int, *, big: bool = False) -> None:
        before = self._inspector_part.get_setting_value(field)
        value = step_setting_value(field, before, count, big=big)
        if value == before and not isinstance(before, bool):
            self._core.show_message(
                f"the limit of {field.label} is {self._format_value(field, before)}",
                "warn",
            )
            return
        if self._pending_edits.change_setting(field, value) or field.shape is not FieldShape.ONE_OF:
            return
        # The next choice is not possible for this clip, and a message said so. Try the following choices
        # without more messages.
        for further in range(1, len(field.words)):
            value = step_setting_value(field, before, count + (further if count > 0 else -further))
            if value == before or self._pending_edits.change_setting(field, value, quiet=True):
                return

    @action
    async def act_enter(self, key_command: KeyCommand) -> None:
        """Enter the inspector. If keys go to the inspector already, change the setting or take under the
        cursor. A count before the key is the new value.
        """
        if not self._inspector_part.has_inspector_focus:
            self._inspector_part.enter_inspector()
            return
        key, field = self._inspector_part.inspector.key, self._inspector_part.selected_field
        if key.startswith(TAKE):
            await self._listed_items.pick_take(key.removeprefix(TAKE))
        elif key.startswith(ASSET):
            await self._listed_items.relink_missing_file(key.removeprefix(ASSET))
        elif key.startswith(MARK):
            await self._listed_items.edit_marker(key.removeprefix(MARK))
        elif field is not None and key_command.count is not None:
            await self._set_typed(field, str(key_command.count))
        elif field is not None and field.shape is FieldShape.NAME and field.words:
            await self._type_value(field, "")
        elif field is not None and isinstance(self._inspector_part.get_setting_value(field), bool):
            self._step_setting(field, 1)
        elif field is not None:
            await self._type_value(
                field,
                format_for_typing(
                    field,
                    self._inspector_part.get_setting_value(field),
                    self._inspector_part.get_setting_rate(field),
                ),
            )

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Edit the value under the cursor (`e`). On a number with keyframes, change the easing instead."""
        field, clip = self._inspector_part.selected_field, self._pending_edits.inspected_clip
        if (
            field is not None
            and clip is not None
            and field.can_have_keys
            and is_animated(clip.effects.get_curve(field.key))
        ):
            await self._keyframes.change_easing(field, clip)
        else:
            await self.act_enter(key_command)

    @action
    async def act_type_value(self, key_command: KeyCommand) -> None:
        """Ask for a value because the user began to type one. The input begins with the typed character (`-`,
        `.` or `+`) and any digits before it.
        """
        field = self._inspector_part.selected_field
        if field is None:
            self._core.show_message("there is nothing to type here", hint="{ui.down} {ui.up} go to a setting")
            return
        sign = key_command.binding.chord[0].replace("+", "")
        digits = "" if key_command.count is None else str(key_command.count)
        await self._type_value(field, f"{digits}{sign}", begun=True)

    async def _type_value(self, field: InspectorField, value: str, *, begun: bool = False) -> None:
        """Ask for the value of a setting, on the setting's line, with `value` as the initial text. If the
        input is refused, the typed text stays and the reason is shown. If `begun` is True, the user has typed
        `value` already and continues to type after it.
        """
        self._inspector_part.typing_value = self._inspector_part.inspector.held = True
        try:
            seen = field.shape in SEEN_AS_TYPED and field.group is not FieldGroup.SHOT
            look = partial(self._show_typed, field, value) if seen else None
            form_field = make_setting_form_field(
                field, value, self._inspector_part.get_setting_rate(field), begun=begun
            )
            at = self._inspector_part.inspector.value_region()
            typed = await self._core.ask_field(form_field, name="VALUE", changed=look, at=at)
        finally:
            self._inspector_part.typing_value = self._inspector_part.inspector.held = False
        if typed is None:
            self._pending_edits.drop_change()
        elif not typed.strip() and not field.accepts_empty:
            self._pending_edits.drop_change()
            self._core.show_message(
                f"{field.label} stays "
                f"{self._format_value(field, self._inspector_part.get_setting_value(field))}"
            )
        else:
            await self._set_typed(field, typed)

    def _format_value(self, field: InspectorField, value: Value) -> str:
        """Format a value of a setting with its unit. Times are formatted at the frame rate of the setting."""
        return format_setting_value(field, value, self._inspector_part.get_setting_rate(field))

    def _show_typed(self, field: InspectorField, before: str, typed: str) -> None:
        """Show the value typed so far in the picture. `before` is the text before typing. Errors are ignored
        here; they are reported when the value is entered.
        """
        if typed == before and self._pending_edits.pending is None:
            return
        try:
            self._pending_edits.show_change(
                field,
                parse_setting_value(field, typed, self._inspector_part.get_setting_rate(field)),
                quiet=True,
            )
        except MilimoError:
            return

    async def _set_typed(self, field: InspectorField, typed: str) -> None:
        """Change a setting to the typed value, and write the change at once."""
        try:
            value = parse_setting_value(field, typed, self._inspector_part.get_setting_rate(field))
        except MilimoError as error:
            self._pending_edits.drop_change()
            self._core.studio_app.show_error(error)
            return
        await self._set_and_write(field, value)

    async def _set_and_write(self, field: InspectorField, value: Value) -> None:
        if (
            self._pending_edits.pending is None
            and field.group is not FieldGroup.NUMBER
            and value == self._inspector_part.get_setting_value(field)
        ):
            self._core.show_message(f"{field.label} is {self._format_value(field, value)} already")
            return
        self._pending_edits.change_setting(field, value)
        await self._pending_edits.write_pending()

    @action
    async def act_editor(self, key_command: KeyCommand) -> None:
        """Edit the text under the cursor in $EDITOR (`E`). The text may have any number of lines."""
        key, field = self._inspector_part.inspector.key, self._inspector_part.selected_field
        if not self._inspector_part.has_inspector_focus:
            self._core.studio_app.act_editor(key_command)
        elif key.startswith(MARK):
            mark = self._listed_items.find_marker(key.removeprefix(MARK))
            text = await self._edit_externally(mark.text, "marker.txt") if mark is not None else None
            if mark is not None and text is not None:
                await self._listed_items.set_marker_text(mark, " ".join(text.split()))
        elif field is None or not field.is_free_text:
            self._core.show_message("this setting has a value, not a text", hint="Enter types it")
        else:
            text = await self._edit_externally(
                str(self._inspector_part.get_setting_value(field) or ""), f"{field.attribute}.txt"
            )
            if text is not None:
                await self._set_and_write(
                    field, text if field.shape is FieldShape.TEXT else " ".join(text.split())
                )

    async def _edit_externally(self, text: str, name: str) -> str | None:
        try:
            return (await handover.edit_in_editor(self._core.studio_app, text, name)).strip("\r\n")
        except MilimoError as error:
            self._core.studio_app.show_error(error)
            return None


_BRINGS = {
    "lut": "{ui.mode media} {media:ui.add} adds a .cube file",
    "matte": "{ui.mask} draws one on the picture, or has the model find it",
}
