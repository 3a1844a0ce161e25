"""Prompts for the arguments of a command, one after the other. Each offers choices, and shows the reason if a
value was refused.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.studio.registry.args import Argument, list_alternatives, read_arguments
from milimo_tui.studio.registry.args import check_argument as check_argument
from milimo_tui.studio.registry.grammar import get_argument_shape
from milimo_tui.tui.fields.argument_field import format_argument_default, make_argument_field
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.fields.reading import format_refusal_error
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

if TYPE_CHECKING:
    from milimo_tui.core.errors import Ambiguous
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen


class ArgumentPrompts:
    """The prompts that ask the user for the arguments of one command. The studio's command line and palette
    use them. The object stores the values that the user enters.
    """

    def __init__(
        self,
        app: StudioApp,
        screen: StudioScreen,
        entry: Command,
        given: Mapping[str, Any],
        here: Mapping[str, Any],
    ) -> None:
        """Create the prompts for a command.

        `given` has the values that are known already. `here` has values that the screen supplies, such as the
        selected shot. The user is asked for them only in a form with all arguments.
        """
        self._app, self._screen, self._entry, self._here = app, screen, entry, here
        self._items = read_arguments(entry.args)
        self._values: dict[str, Any] = dict(given)
        self._asked: list[str] = []
        self._typed: dict[str, str] = {}

    @property
    def _command_name(self) -> str:
        return self._entry.cli or self._entry.id

    @property
    def has_asked(self) -> bool:
        """True if the user was asked for an argument."""
        return bool(self._asked)

    async def ask_required(self) -> Mapping[str, Any] | None:
        """Ask for the missing required arguments. Return the values of all arguments; None if the user
        cancels.
        """
        self._asked = [
            name
            for name, item in self._items.items()
            if name not in self._values and item.required and name not in self._here
        ]
        given = await self._ask_from_place(0, "")
        return None if given is None else await self._ask_alternative(given)

    async def _ask_alternative(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Ask for one of several alternative arguments, if the command needs one of them and none has a value
        yet. Return the values of all arguments; None if the user cancels. `given` has the values so far.
        """
        names = list_alternatives(self._entry.args)
        if not names or any(name in given or name in self._here for name in names):
            return given
        name = await self._ask_argument_name(names) if len(names) > 1 else names[0]
        if name is None:
            return None
        self._asked.append(name)
        if self._items[name].type is bool:
            self._values[name] = True
            return self._values
        return await self._ask_from_place(len(self._asked) - 1, "")

    async def _ask_argument_name(self, names: Sequence[str]) -> str | None:
        """Ask which of several arguments the user wants to give. Return its name; None if the user
        cancels.
        """
        words = {name.replace("_", "-"): name for name in names}
        choices = tuple(
            FieldChoice(word, self._app.replace_commands_with_keys(self._items[name].description))
            for word, name in words.items()
        )
        field = FormField(
            key="which", label="which one", kind=FieldKind.CHOICE, choices=choices, is_needed=True,
        )  # fmt: skip
        typed = await self._screen.ask_field(field, label=f"{self._command_name}  which one", name="COMMAND")
        return None if typed is None else words[typed]

    async def ask_refused_argument(self, reason: str) -> Mapping[str, Any] | None:
        """Ask again for the argument whose value the command refused. The field contains the text that the
        user typed, and `reason` is shown above it.

        The argument is the one whose text `reason` quotes, or else the last one that was asked for.
        """
        named = [place for place, name in enumerate(self._asked) if self._does_reason_quote(name, reason)]
        return await self._ask_from_place(named[-1] if named else len(self._asked) - 1, reason)

    async def ask_ambiguous_name(self, ambiguous: Ambiguous) -> Mapping[str, Any] | None:
        """Ask which of several objects an ambiguous name means, and replace the name by the id of the chosen
        object. Return the values of all arguments; None if the user cancels.
        """
        name = next(
            (name for name, value in self._values.items() if ambiguous.name in _list_names_in_value(value)),
            None,
        )
        if name is None:
            return None
        ids = [id for id, _ in ambiguous.candidates]
        numbered = {str(place): id for place, id in enumerate(ids, 1)}
        choices = tuple(
            FieldChoice(str(place), f"{what.removeprefix('(').removesuffix(')')}   {id}")
            for place, (id, what) in enumerate(ambiguous.candidates, 1)
        )

        def check(typed: str) -> str:
            return "" if typed in numbered or typed in ids else f"“{typed}” isn't in the list"

        field = FormField(
            key=name, label=name, kind=FieldKind.CHOICE, choices=choices, is_free=True, is_needed=True,
            check=check,
        )  # fmt: skip
        label = f"{self._command_name}  {name.replace('_', ' ')}"
        typed = await self._screen.ask_field(
            field, label=label, name="COMMAND", above=[self._format_ambiguity_line(ambiguous)]
        )
        if typed is None:
            return None
        self._values[name] = _replace_name_by_id(
            self._values[name], ambiguous.name, numbered.get(typed, typed)
        )
        return self._values

    def _format_ambiguity_line(self, ambiguous: Ambiguous) -> Text:
        ink, room = self._app.ink, self._screen.size.width - 2
        reason = fit_to_cells(f"✕ {ambiguous.message}", room - 24)
        return join_line((reason, ink.failed), ("   which? type its number", ink.text))

    def _does_reason_quote(self, name: str, reason: str) -> bool:
        typed = self._typed.get(name, "")
        return bool(typed) and f"“{typed}”" in reason

    async def _ask_from_place(self, place: int, reason: str) -> Mapping[str, Any] | None:
        """Ask for the arguments in order, beginning with the argument at index `place`. Return the values of
        all arguments; None if the user cancels. `reason` says why the value of the first argument was
        refused.

        Esc goes back to the previous argument. On the first argument it cancels.
        """
        while 0 <= place < len(self._asked):
            name = self._asked[place]
            typed = await self._ask_argument(name, place, reason)
            reason = ""
            if typed is None:
                place -= 1
                continue
            self._typed[name] = typed
            reason = self._store_typed_value(name, typed)
            place += not reason
        return self._values if place >= 0 else None

    async def _ask_argument(self, name: str, place: int, reason: str) -> str | None:
        field = self.build_argument_field(name, self._typed.get(name, str(self._here.get(name, ""))))
        return await self._screen.ask_field(
            replace(field, help=""),  # The help is shown above the line already.
            label=f"{self._command_name}  {field.label}",
            name="COMMAND",
            above=self._format_prompt_lines(self._items[name], place, reason),
        )

    def build_argument_field(self, name: str, text: str = "") -> FormField:
        """Return a form field for an argument. `text` is the initial text in the field."""

        def check(typed: str) -> str:
            try:
                check_argument(self._entry.args, name, self.parse_typed_value(name, typed), self._entry.id)
            except BadInput as error:
                return format_refusal_error(error)
            return ""

        item = self._items[name]
        needed = item.required and name not in self._here
        store = ModelStore(self._app.studio.home.models)
        return make_argument_field(
            item, self._app.film, text=text, is_needed=needed, check=check, store=store
        )

    def build_all_fields(self) -> tuple[FormField, ...]:
        """Return a form field for each argument of the command, the required arguments first."""
        fields = [self.build_argument_field(name, self._name_screen_value(name)) for name in self._items]
        return tuple(sorted(fields, key=lambda field: not field.is_needed))

    def _name_screen_value(self, name: str) -> str:
        """Return the value that the screen supplies for an argument, with ids of shots and tracks replaced by
        the numbers and names that users see.
        """
        value, film = str(self._here.get(name, "")), self._app.film
        if film is None or not value:
            return value
        names = dict(film.story.numbers)
        if film.cut is not None:
            names |= {track.id: track.name for track in film.cut.tracks}
        return names.get(value, value)

    def _format_prompt_lines(self, item: Argument, place: int, reason: str) -> list[Text]:
        """Return the lines above a prompt: the reason if a value was refused, the description of the
        argument, and its number among the arguments. `place` is the index of the argument, from 0.
        """
        ink, room = self._app.ink, self._screen.size.width - 2
        count = f"argument {place + 1} of {len(self._asked)}"
        default = "" if item.required else f"default: {format_argument_default(item)}   "
        what = self._app.replace_commands_with_keys(item.description) or item.name.replace("_", " ")
        rows = [join_line((fit_to_cells(f"✕ {reason}", room), ink.failed))] if reason else []
        right = f"{default}{count}"
        wide = max(10, room - len(right) - 2)
        rows.append(join_line((f"{fit_to_cells(what, wide):<{wide}}  ", ink.text), (right, ink.muted)))
        return rows

    def parse_typed_value(self, name: str, typed: str) -> Any:
        """Convert typed text to the type that the argument takes: a list or a single text."""
        return (
            _split_typed_list(typed) if get_argument_shape(self._items[name])[0] == "many" else typed.strip()
        )

    def _store_typed_value(self, name: str, typed: str) -> str:
        """Store a typed value. Return the reason if the value is refused, otherwise an empty text."""
        item, words = self._items[name], typed.strip()
        if not words:
            if item.required:
                return f"{name.replace('_', ' ')} must be given"
            self._values.pop(name, None)
            return ""
        self._values[name] = self.parse_typed_value(name, words)
        return ""


def _list_names_in_value(value: Any) -> list[str]:
    """Return all names that a value may contain. For a list, these are its items. For a text, these are the
    text itself and its parts between commas.
    """
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [str(value), *(part.strip() for part in str(value).split(","))]


def _replace_name_by_id(value: Any, name: str, id: str) -> Any:
    """Return the value with a name replaced by an id. The value is a text, a text with commas, or a list."""
    if isinstance(value, list | tuple):
        return [id if str(each) == name else each for each in value]
    if str(value) == name:
        return id
    return ",".join(id if part.strip() == name else part for part in str(value).split(","))


def _split_typed_list(words: str) -> list[str]:
    try:
        parts = shlex.split(words)
    except ValueError:
        parts = words.split()
    return [each for part in parts for each in part.split(",") if each]
