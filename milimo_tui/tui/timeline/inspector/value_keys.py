"""The keys that change a line of the inspector: by steps, by typing, by the user's editor.

Text and colours are shown in the picture while they are typed. `pending_edits` makes and writes a change.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.tui.shell import handover
from milimo_tui.tui.timeline.fields.asked import asked_field
from milimo_tui.tui.timeline.fields.changes import animated
from milimo_tui.tui.timeline.fields.entries import ASSET, MARK, TAKE
from milimo_tui.tui.timeline.fields.field_text import parsed, to_type, value_text
from milimo_tui.tui.timeline.fields.fields import Field, Group, Shape, Value, stepped

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
    from milimo_tui.tui.timeline.inspector.keyframes import Keyframes
    from milimo_tui.tui.timeline.inspector.listed_items import ListedItems
    from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits

SEEN_AS_TYPED = frozenset({Shape.WORDS, Shape.TEXT, Shape.COLOUR, Shape.NAME, Shape.ONE_OF})


class ValueKeys:
    """The keys that set the value of a line."""

    def __init__(
        self,
        core: TimelineCore,
        pending_edits: PendingEdits,
        inspector_part: InspectorPart,
        listed_items: ListedItems,
        keyframes: Keyframes,
    ) -> None:
        self._core, self._pending_edits, self._inspector_part, self._listed_items, self._keyframes = (
            core,
            pending_edits,
            inspector_part,
            listed_items,
            keyframes,
        )

    # -- steps ---------------------------------------------------------------------------------------------

    def act_less(self, key_command: KeyCommand) -> None:
        self._step_here(-key_command.times, big=bool(key_command.binding.args.get("big")))

    def act_more(self, key_command: KeyCommand) -> None:
        self._step_here(key_command.times, big=bool(key_command.binding.args.get("big")))

    def drag(self, steps: int) -> None:
        """Step the number under the cursor while the mouse drags it."""
        self._step_here(steps, big=False)

    def _step_here(self, count: int, *, big: bool) -> None:
        key, field = self._inspector_part.inspector.key, self._inspector_part.field_here
        if field is not None and field.steps:
            self._step(field, count, big=big)
        elif key.startswith(TAKE):
            self._core.say(
                "a take is picked", hint="Enter picks it, {ui.take_previous} {ui.take_next} go through them"
            )
        elif field is not None and field.shape is Shape.NAME:
            self._core.say(f"the film has no {field.label} to choose", hint=_BRINGS[field.key])
        else:
            self._core.say("this is typed", hint="Enter types it")

    def _step(self, field: Field, count: int, *, big: bool = False) -> None:
        before = self._inspector_part.value(field)
        value = stepped(field, before, count, big=big)
        if value == before and not isinstance(before, bool):
            self._core.say(
                f"{field.label} goes no further than {self._value_text(field, before)}",
                "warn",
            )
            return
        if self._pending_edits.change(field, value) or field.shape is not Shape.ONE_OF:
            return
        # Skip choices that are not possible here; the first refusal was reported.
        for further in range(1, len(field.words)):
            value = stepped(field, before, count + (further if count > 0 else -further))
            if value == before or self._pending_edits.change(field, value, quiet=True):
                return

    # -- typing --------------------------------------------------------------------------------------------

    async def act_enter(self, key_command: KeyCommand) -> None:
        """Enter the inspector; inside it, change the line under the cursor: a count is the new value."""
        if not self._inspector_part.inspecting:
            self._inspector_part.enter_inspector()
            return
        key, field = self._inspector_part.inspector.key, self._inspector_part.field_here
        if key.startswith(TAKE):
            await self._listed_items.pick_take(key.removeprefix(TAKE))
        elif key.startswith(ASSET):
            await self._listed_items.find_file(key.removeprefix(ASSET))
        elif key.startswith(MARK):
            await self._listed_items.edit_mark(key.removeprefix(MARK))
        elif field is not None and key_command.count is not None:
            await self._give(field, str(key_command.count))
        elif field is not None and field.shape is Shape.NAME and field.words:
            await self._type_value(field, "")
        elif field is not None and isinstance(self._inspector_part.value(field), bool):
            self._step(field, 1)
        elif field is not None:
            await self._type_value(
                field, to_type(field, self._inspector_part.value(field), self._inspector_part.rate(field))
            )

    async def act_edit(self, key_command: KeyCommand) -> None:
        """Edit the line (`e`); for a number with keyframes, change its easing."""
        field, clip = self._inspector_part.field_here, self._pending_edits.inspected
        if field is not None and clip is not None and field.keyed and animated(clip.effects.curve(field.key)):
            await self._keyframes.turn_easing(field, clip)
        else:
            await self.act_enter(key_command)

    async def act_type_value(self, key_command: KeyCommand) -> None:
        """Ask for a value that begins with the typed character: `-`, `.`, `+`, or digits before them."""
        field = self._inspector_part.field_here
        if field is None:
            self._core.say("there is nothing to type here", hint="{ui.down} {ui.up} go to a setting")
            return
        sign = key_command.binding.chord[0].replace("+", "")
        digits = "" if key_command.count is None else str(key_command.count)
        await self._type_value(field, f"{digits}{sign}", begun=True)

    async def _type_value(self, field: Field, value: str, *, begun: bool = False) -> None:
        """Ask for a value on its own line; a value that is refused stays as it was typed, with the reason."""
        self._inspector_part.typing_value = self._inspector_part.inspector.held = True
        try:
            seen = field.shape in SEEN_AS_TYPED and field.group is not Group.SHOT
            look = partial(self._show_typed, field, value) if seen else None
            asked = asked_field(field, value, self._inspector_part.rate(field), begun=begun)
            at = self._inspector_part.inspector.value_region()
            typed = await self._core.ask_field(asked, name="VALUE", changed=look, at=at)
        finally:
            self._inspector_part.typing_value = self._inspector_part.inspector.held = False
        if typed is None:
            self._pending_edits.drop_change()
        elif not typed.strip() and not field.empties:
            self._pending_edits.drop_change()
            self._core.say(
                f"{field.label} stays {self._value_text(field, self._inspector_part.value(field))}"
            )
        else:
            await self._give(field, typed)

    def _value_text(self, field: Field, value: Value) -> str:
        """Format a value with its unit, at the rate that the field counts in."""
        return value_text(field, value, self._inspector_part.rate(field))

    def _show_typed(self, field: Field, before: str, typed: str) -> None:
        """Show the text typed so far in the picture; errors are reported only when the value is entered."""
        if typed == before and self._pending_edits.pending is None:
            return
        try:
            self._pending_edits.show_change(
                field, parsed(field, typed, self._inspector_part.rate(field)), quiet=True
            )
        except MilimoError:
            return

    async def _give(self, field: Field, typed: str) -> None:
        """Set a field to the typed value, at once."""
        try:
            value = parsed(field, typed, self._inspector_part.rate(field))
        except MilimoError as error:
            self._pending_edits.drop_change()
            self._core.studio_app.say_error(error)
            return
        await self._set(field, value)

    async def _set(self, field: Field, value: Value) -> None:
        if (
            self._pending_edits.pending is None
            and field.group is not Group.NUMBER
            and value == self._inspector_part.value(field)
        ):
            self._core.say(f"{field.label} is {self._value_text(field, value)} already")
            return
        self._pending_edits.change(field, value)
        await self._pending_edits.write_pending()

    # -- the user's editor ---------------------------------------------------------------------------------

    async def act_editor(self, key_command: KeyCommand) -> None:
        """Edit text in $EDITOR (`E`), on any number of lines."""
        key, field = self._inspector_part.inspector.key, self._inspector_part.field_here
        if not self._inspector_part.inspecting:
            self._core.studio_app.act_editor(key_command)
        elif key.startswith(MARK):
            mark = self._listed_items.marker_of(key.removeprefix(MARK))
            text = await self._in_editor(mark.text, "marker.txt") if mark is not None else None
            if mark is not None and text is not None:
                await self._listed_items.say_on(mark, " ".join(text.split()))
        elif field is None or not field.written:
            self._core.say("this is a value, not words", hint="Enter types it")
        else:
            text = await self._in_editor(
                str(self._inspector_part.value(field) or ""), f"{field.attribute}.txt"
            )
            if text is not None:
                await self._set(field, text if field.shape is Shape.TEXT else " ".join(text.split()))

    async def _in_editor(self, text: str, name: str) -> str | None:
        try:
            return (await handover.edit(self._core.studio_app, text, name)).strip("\r\n")
        except MilimoError as error:
            self._core.studio_app.say_error(error)
            return None


_BRINGS = {
    "lut": "{ui.mode media} {media:ui.add} brings a .cube file in",
    "matte": "{ui.mask} draws one on the picture, or has the model find it",
}
