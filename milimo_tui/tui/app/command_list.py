"""The commands that fit what is typed after `:`, as rows above the line: words, what they do, their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.tui.keys.completion import entry_in
from milimo_tui.tui.keys.ranking import Entry, matches
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.text import ends, fit, line

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.tui.shell.ports import FrontScreen, StudioApp

WORDS = 22  # cells of a command's words
MOST = 40  # rows that any terminal shows


class CommandList:
    """Commands with what they need to be listed. `first` are ids that come before others that fit as well."""

    def __init__(self, known: Mapping[str, Command], entries: Sequence[Entry], first: Sequence[str]) -> None:
        self._known, self._entries, self._first = known, tuple(entries), tuple(first)

    def rows(self, typed: str, ink: Ink, width: int) -> list[Text]:
        """List what fits, the best first; behind a command's words what it takes. None for a timecode."""
        if typed[:1].isdigit() or typed[:1] in ("+", "-"):
            return []
        entry, rest = entry_in(self._known, typed.split())
        if entry is not None and (rest or typed.endswith(" ")):
            return [_usage(entry, ink, width)]
        found = matches(self._entries, typed, self._first)[:MOST]
        return [_row(*each, ink, width) for each in found]


def offered_commands(app: StudioApp, screen: FrontScreen, commands: Iterable[Command]) -> list[Entry]:
    """Return commands that can be typed, why they can't be run here, and their keys; for a thread."""
    chord_of = app.keyboard.keymap.chord_of
    return [
        (entry, app.in_keys(entry.enabled(app.studio)), chord_of(entry.id, screen.CONTEXTS))
        for entry in commands
        if entry.cli
    ]


def commands_of(app: StudioApp, screen: FrontScreen) -> list[str]:
    """Return the ids of the commands that the screen has keys of its own for, in their order."""
    return [binding.run for binding in app.keyboard.keymap.lookup(screen.CONTEXTS[:1]) if not binding.is_ui]


def _row(entry: Command, reason: str, keys: str, ink: Ink, width: int) -> Text:
    style = ink.muted if reason else ink.text
    left = line((fit(entry.cli, max(WORDS, len(entry.cli))), style), "  ", (reason or entry.help, ink.muted))
    return ends(left, line((keys, ink.accent)), width)


def _usage(entry: Command, ink: Ink, width: int) -> Text:
    names = " ".join(name.upper().replace("_", "-") for name in entry.positional)
    left = line((f"{entry.cli} {names}".rstrip(), ink.text), "  ", (entry.help, ink.muted))
    return ends(left, line(("Tab", ink.accent), (" what can follow", ink.muted)), width)
