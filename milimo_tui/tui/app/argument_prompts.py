"""Prompts for the arguments of a command, one after the other: what it is, its choices, why not."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.core.errors import BadInput
from milimo_tui.studio.registry.args import Argument, arguments, check, one_of
from milimo_tui.studio.registry.completions import kind_of, offers
from milimo_tui.studio.registry.grammar import shape_of
from milimo_tui.tui.keys.completion import among, paths
from milimo_tui.tui.widgets.text import fit, line

if TYPE_CHECKING:
    from milimo_tui.core.errors import Ambiguous
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.tui.shell.ports import FrontScreen, StudioApp

MOST_SHOWN = 4  # of what may stand there
MOST_MEANT = 5  # of things of one name: the rows that a question has


class ArgumentPrompts:
    """Asks for the arguments of one command and keeps their values."""

    def __init__(
        self,
        app: StudioApp,
        screen: FrontScreen,
        entry: Command,
        given: Mapping[str, Any],
        here: Mapping[str, Any],
    ) -> None:
        """`here` is what the screen would give; it is not asked for unless all is."""
        self._app, self._screen, self._entry, self._here = app, screen, entry, here
        self._items = arguments(entry.args)
        self._values: dict[str, Any] = dict(given)
        self._asked: list[str] = []
        self._typed: dict[str, str] = {}

    @property
    def was_asked(self) -> bool:
        """Say whether the person was asked for anything."""
        return bool(self._asked)

    async def ask_all(self, *, every: bool = False) -> Mapping[str, Any] | None:
        """Ask for required values (`every`: for all) and return them; None when it was left."""
        self._asked = [
            name
            for name, item in self._items.items()
            if name not in self._values and (every or (item.required and name not in self._here))
        ]
        given = await self._ask_from(0, "")
        return given if every or given is None else await self._one_of(given)

    async def _one_of(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the values with one of those of which the command needs one; None when it was left."""
        names = one_of(self._entry.args)
        if not names or any(name in given or name in self._here for name in names):
            return given
        name = await self._argument_of(names) if len(names) > 1 else names[0]
        if name is None:
            return None
        self._asked.append(name)
        if self._items[name].type is bool:
            self._values[name] = True
            return self._values
        return await self._ask_from(len(self._asked) - 1, "")

    async def _argument_of(self, names: Sequence[str]) -> str | None:
        """Ask which of several arguments is meant; None when it was left."""
        words = {name.replace("_", "-"): name for name in names}
        found = [(word, self._app.in_keys(self._items[name].description)) for word, name in words.items()]
        reason = ""
        while True:
            typed = await self._screen.ask(
                f"{self._entry.cli or self._entry.id}  which",
                name="COMMAND",
                lines=among(tuple(words)),
                above=[*self._reason(reason), *self._rows(found, len(found))],
            )
            if typed is None:
                return None
            word = typed.strip().replace(" ", "-").replace("_", "-")
            if word in words:
                return words[word]
            reason = f"“{word}” is none of these" if word else "one of these is needed"

    async def ask_again(self, reason: str) -> Mapping[str, Any] | None:
        """Ask again, with the typed text, for the argument that the reason names, else for the last."""
        named = [place for place, name in enumerate(self._asked) if self._is_named(name, reason)]
        return await self._ask_from(named[-1] if named else len(self._asked) - 1, reason)

    async def ask_which(self, ambiguous: Ambiguous) -> Mapping[str, Any] | None:
        """Ask which of several is meant, and put its id in place of their name; None when it was left."""
        name = next(
            (name for name, value in self._values.items() if ambiguous.name in _names_in(value)), None
        )
        if name is None:
            return None
        ids = [id for id, _ in ambiguous.candidates]
        numbered = {str(place): id for place, id in enumerate(ids, 1)}
        reason = ambiguous.message
        while True:
            typed = await self._screen.ask(
                f"{self._entry.cli or self._entry.id}  {name.replace('_', ' ')}",
                name="COMMAND",
                lines=among((*numbered, *ids)),
                above=self._choice_lines(ambiguous, reason),
            )
            if typed is None:
                return None
            id = numbered.get(typed.strip(), typed.strip())
            if id in ids:
                self._values[name] = _with_id(self._values[name], ambiguous.name, id)
                return self._values
            reason = f"“{typed.strip()}” is none of these"

    def _choice_lines(self, ambiguous: Ambiguous, reason: str) -> list[Text]:
        """Return a line for each candidate, with the number that takes it."""
        ink, room = self._app.ink, self._screen.size.width - 2
        every = ambiguous.candidates
        shown = every if len(every) <= MOST_MEANT else every[: MOST_MEANT - 1]
        rows = [line((fit(f"✕ {reason}", room - 24), ink.failed), ("   which? say its number", ink.text))]
        for place, (id, what) in enumerate(shown, 1):
            words = fit(f"{what.removeprefix('(').removesuffix(')')}   {id}", max(1, room - 6))
            rows.append(line((f"  {place:<3}", ink.accent), (f" {words}", ink.muted)))
        if len(shown) < len(every):
            rest = f"  and {len(every) - len(shown)} more: Tab goes through them"
            rows.append(line((fit(rest, room), ink.muted)))
        return rows

    def _is_named(self, name: str, reason: str) -> bool:
        typed = self._typed.get(name, "")
        return bool(typed) and f"“{typed}”" in reason

    async def _ask_from(self, place: int, reason: str) -> Mapping[str, Any] | None:
        """Ask for the arguments from a place on; Esc goes one back, from the first away."""
        while 0 <= place < len(self._asked):
            name = self._asked[place]
            typed = await self._ask(name, place, reason)
            reason = ""
            if typed is None:
                place -= 1
                continue
            self._typed[name] = typed
            reason = self._keep(name, typed)
            place += not reason
        return self._values if place >= 0 else None

    async def _ask(self, name: str, place: int, reason: str) -> str | None:
        item = self._items[name]
        found = offers(item, self._app.film)
        words = tuple(offer.word for offer in found)
        return await self._screen.ask(
            f"{self._entry.cli or self._entry.id}  {name.replace('_', ' ')}",
            self._typed.get(name, str(self._here.get(name, ""))),
            name="COMMAND",
            lines=paths if kind_of(item) == "file" else among(words),
            above=self._prompt_lines(item, place, reason, [(each.word, each.note) for each in found]),
        )

    def _prompt_lines(
        self, item: Argument, place: int, reason: str, found: list[tuple[str, str]]
    ) -> list[Text]:
        """Return the lines above the prompt: why not, what is asked, the choices."""
        ink, room = self._app.ink, self._screen.size.width - 2
        count = f"argument {place + 1} of {len(self._asked)}"
        default = "" if item.required else f"default: {_default_text(item.default)}   "
        what = self._app.in_keys(item.description) or item.name.replace("_", " ")
        rows = self._reason(reason)
        right = f"{default}{count}"
        wide = max(10, room - len(right) - 2)
        rows.append(line((f"{fit(what, wide):<{wide}}  ", ink.text), (right, ink.muted)))
        return [*rows, *self._rows(found, MOST_SHOWN)]

    def _reason(self, reason: str) -> list[Text]:
        room = self._screen.size.width - 2
        return [line((fit(f"✕ {reason}", room), self._app.ink.failed))] if reason else []

    def _rows(self, found: Sequence[tuple[str, str]], most: int) -> list[Text]:
        """Return a line for each choice, as many as there is room for."""
        ink, room = self._app.ink, self._screen.size.width - 2
        most = min(most, max(MOST_SHOWN, self._screen.size.height - 12))
        rows = [
            line((f"  {fit(word, 18):<18}", ink.accent), (f" {fit(note, max(1, room - 22))}", ink.muted))
            for word, note in found[:most]
        ]
        more = len(found) - most
        if more > 0:
            rows[-1] = line((fit(f"  and {more + 1} more: Tab goes through them", room), ink.muted))
        return rows

    def _keep(self, name: str, typed: str) -> str:
        """Keep a typed value; returns the reason where it is refused, else an empty text."""
        item, words = self._items[name], typed.strip()
        if not words:
            if item.required:
                return f"{name.replace('_', ' ')} must be given"
            self._values.pop(name, None)
            return ""
        value: Any = words
        if shape_of(item)[0] == "many":
            value = _several(words)
        try:
            check(self._entry.args, name, value, self._entry.id)
        except BadInput as error:
            return error.message
        self._values[name] = value
        return ""


def _names_in(value: Any) -> list[str]:
    """Return the names that a value holds: itself, or each of several."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [str(value), *(part.strip() for part in str(value).split(","))]


def _with_id(value: Any, name: str, id: str) -> Any:
    """Return the value with an id in place of a name."""
    if isinstance(value, list | tuple):
        return [id if str(each) == name else each for each in value]
    if str(value) == name:
        return id
    return ",".join(id if part.strip() == name else part for part in str(value).split(","))


def _several(words: str) -> list[str]:
    try:
        parts = shlex.split(words)
    except ValueError:
        parts = words.split()
    return [each for part in parts for each in part.split(",") if each]


def _default_text(default: Any) -> str:
    """Format a default as people read it."""
    if default is None or default == "" or default == ():
        return "none"
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
