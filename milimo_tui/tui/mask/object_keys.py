"""Keys for the objects of the mask: select, name and colour an object, or change its complete area (grow,
fill, invert, combine).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.media.masks.acts import Act, CombineMode, Feather, Fill, Grow, Invert
from milimo_tui.media.masks.drawing import (
    MASK_COLOURS,
    MOST_NAME,
    DrawnObject,
    add_mask_action,
    combine_mask_objects,
    remove_mask_object,
    replace_mask_object,
)
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.mask_core import MaskCore

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

NO_OBJECT = "no object is selected"


class MaskObjectKeys:
    """The part of the mask screen with the keys that act on the current object."""

    def __init__(self, screen: MaskCore) -> None:
        self._screen = screen

    def _get_object_or_warn(self) -> DrawnObject | None:
        state = self._screen.state
        one = state.object if state is not None else None
        if one is None:
            self._screen.show_message(
                NO_OBJECT, "warn", "{ui.text} finds one by words, {ui.tool brush} draws one"
            )
        return one

    @action
    def act_object(self, key_command: KeyCommand) -> None:
        """Select an object by its number (keys 1 to 9)."""
        self._select_object(int(key_command.binding.args["number"]))

    def _select_object(self, number: int) -> None:
        state = self._screen.state
        if state is None:
            return
        if not any(one.number == number for one in state.drawing.objects):
            self._screen.show_message(f"there is no object {number}", "warn", "{ui.new_object} adds one")
            return
        state.number = number
        self._screen.redraw_mask()

    @action
    def act_step_object(self, key_command: KeyCommand) -> None:
        """Select the next or the previous object."""
        state = self._screen.state
        numbers = [one.number for one in state.drawing.objects] if state is not None else []
        if state is None or not numbers:
            self._get_object_or_warn()
            return
        at = numbers.index(state.number) if state.number in numbers else 0
        by = int(key_command.binding.args["by"]) * key_command.times
        self._select_object(numbers[(at + by) % len(numbers)])

    @action
    def act_new_object(self, key_command: KeyCommand) -> None:
        """Begin a new object; the following strokes and clicks belong to it."""
        state = self._screen.state
        if state is not None:
            was, drawing = state.number, state.begin_object()
            number, state.number = state.number, was
            self._screen.apply_drawing(drawing)
            state.number = number
            self._screen.redraw_mask()

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        """Leave the object out of the combined mask, or include it again."""
        one, state = self._get_object_or_warn(), self._screen.state
        if one is not None and state is not None:
            self._screen.apply_drawing(
                replace_mask_object(state.drawing, one.model_copy(update={"on": not one.on}))
            )

    @action
    async def act_name(self, key_command: KeyCommand) -> None:
        """Ask for the object's name."""
        one = self._get_object_or_warn()
        if one is None:
            return
        field = FormField(
            key="name", label=f"Name of object {one.number}:", kind=FieldKind.TEXT, text=one.name
        )
        name = await self._screen.ask_field(field, name="NAME")
        state = self._screen.state
        if name is not None and state is not None:
            named = " ".join(name.split())[:MOST_NAME]
            self._screen.apply_drawing(
                replace_mask_object(state.drawing, one.model_copy(update={"name": named}))
            )

    @action
    async def act_colour(self, key_command: KeyCommand) -> None:
        """Ask for the colour in which the screen shows the object."""
        one = self._get_object_or_warn()
        if one is None:
            return
        field = FormField(
            key="colour",
            label="Colour:",
            kind=FieldKind.CHOICE,
            text=one.colour,
            choices=make_choices(MASK_COLOURS),
            is_needed=True,
        )
        colour = await self._screen.ask_field(field, name="COLOUR")
        state = self._screen.state
        if colour in MASK_COLOURS and state is not None:
            self._screen.apply_drawing(
                replace_mask_object(state.drawing, one.model_copy(update={"colour": colour}))
            )

    @action
    def act_delete(self, key_command: KeyCommand) -> None:
        """Delete the object from the mask."""
        one, state = self._get_object_or_warn(), self._screen.state
        if one is not None and state is not None:
            self._screen.apply_drawing(remove_mask_object(state.drawing, one.number))
            self._screen.show_message(f"object {one.number} is deleted", hint="{ui.undo} restores it")

    @action
    def act_grow(self, key_command: KeyCommand) -> None:
        """Grow or shrink the object by a pixel, or by the number of pixels typed before the key."""
        by = int(key_command.binding.args["by"])
        self._apply_object_act(Grow(pixels=max(-512, min(512, by * key_command.times))))

    @action
    def act_feather(self, key_command: KeyCommand) -> None:
        """Feather the object's edge by two more pixels."""
        self._apply_object_act(Feather(pixels=min(512, 2 * key_command.times)))

    @action
    def act_fill(self, key_command: KeyCommand) -> None:
        """Fill the object's holes."""
        self._apply_object_act(Fill())

    @action
    def act_invert(self, key_command: KeyCommand) -> None:
        """Invert the object's mask."""
        self._apply_object_act(Invert())

    def _apply_object_act(self, mask_action: Act) -> None:
        one, state = self._get_object_or_warn(), self._screen.state
        if one is None or state is None:
            return
        with self._screen.guard_screen_work():
            self._screen.apply_drawing(add_mask_action(state.drawing, one.number, state.frame, mask_action))

    @action
    async def act_combine(self, key_command: KeyCommand) -> None:
        """Ask for the number of another object, and add its mask to the current one, subtract it, or keep the
        intersection of both.
        """
        one, state = self._get_object_or_warn(), self._screen.state
        how = CombineMode(key_command.binding.args["how"])
        if one is None or state is None:
            return
        others = [each for each in state.drawing.objects if each.number != one.number]
        if not others:
            self._screen.show_message("there is no other object", "warn", "{ui.new_object} adds one")
            return
        other = others[0].number
        if len(others) > 1:
            named = {str(each.number): each.name or "no name" for each in others}
            field = FormField(
                key="other",
                label=f"{how} which object?",
                kind=FieldKind.CHOICE,
                text=str(other),
                choices=make_choices(named, named),
                is_needed=True,
            )
            answer = await self._screen.ask_field(field, name=how.upper())
            if not answer or not answer.isdigit():
                return
            other = int(answer)
        try:
            self._screen.apply_drawing(
                combine_mask_objects(state.drawing, one.number, other, state.frame, how)
            )
        except MilimoError as error:
            self._screen.show_message(error.message, "warn", error.hint)
