"""The commands that fit the text typed after `:`, as rows above the line: words, description, keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.studio.registry.following import entry_in
from milimo_tui.tui.keys.keymap import Role, show
from milimo_tui.tui.keys.ranking import NAMED, Entry, called, fit_of, matches, nearest
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.text import ends, fit, line

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.tui.shell.ports import FrontScreen, StudioApp

BY_KEYS = "keys:"  # Prefix of the id of a screen's action among commands; the action's keys follow.
# Actions that only move the cursor or open the list itself; they are not listed.
_MOVES = frozenset(
    {"ui.down", "ui.up", "ui.first", "ui.last", "ui.page_down", "ui.page_up", "ui.left", "ui.right",
     "ui.enter", "ui.out", "ui.palette", "ui.command_line", "ui.finder", "ui.next_pane", "ui.previous_pane",
     "ui.close"}
)  # fmt: skip
WORDS = 22  # Width of a command's words, in cells.
MOST = 40  # No terminal shows more rows.


class CommandList:
    """Commands with the data to list them. `first` holds ids that come before equally good matches."""

    def __init__(self, known: Mapping[str, Command], entries: Sequence[Entry], first: Sequence[str]) -> None:
        self._known, self._entries, self._first = known, tuple(entries), tuple(first)

    def rows(self, typed: str, ink: Ink, width: int) -> list[Text]:
        """Return the rows of the commands that fit, the best match first; none for a timecode.

        After a complete command, the only row shows the arguments that the command takes.
        """
        if typed[:1].isdigit() or typed[:1] in ("+", "-"):
            return []
        entry, rest = entry_in(self._known, typed.split())
        if entry is not None and (rest or typed.endswith(" ")):
            return [_usage(entry, ink, width)]
        found = matches(self._entries, typed, self._first)[:MOST]
        if not found:
            return [not_found(self._entries, typed, ink)]
        return [_row(*each, typed, ink, width) for each in found]

    def best(self, typed: str) -> str:
        """Return the id of the command that the words mean although they are no command; empty if that is a
        guess.
        """
        found = matches(self._entries, typed, self._first)[:1]
        is_sure = found and not found[0][1] and fit_of(found[0][0], typed) in NAMED
        return found[0][0].id if is_sure else ""


def offered_commands(app: StudioApp, screen: FrontScreen, commands: Iterable[Command]) -> list[Entry]:
    """Return the commands that can be typed, each with the reason why it can't run and with its keys. Call in
    a thread.
    """
    chord_of = app.keyboard.keymap.chord_of
    return [
        (entry, app.in_keys(entry.enabled(app.studio)), chord_of(entry.id, screen.CONTEXTS))
        for entry in commands
        if entry.cli
    ]


def commands_of(app: StudioApp, screen: FrontScreen) -> list[str]:
    """Return the ids of the commands that have keys in the screen's own context, in the order of the
    keymap.
    """
    return [binding.run for binding in app.keyboard.keymap.lookup(screen.CONTEXTS[:1]) if not binding.is_ui]


def acts_of(app: StudioApp, screen: FrontScreen) -> list[Entry]:
    """Return the actions of the visible screen that are not commands, each as a command that types its
    keys.
    """
    from milimo_tui.studio.registry.registry import Command, Outcome

    keymap, idle = app.keyboard.keymap, screen.idle_acts()
    out: dict[tuple[str, str], Entry] = {}
    for binding in keymap.lookup(screen.CONTEXTS):
        if not binding.is_ui or binding.run in _MOVES or binding.role is not Role.ACT:
            continue
        title = binding.note[:1].upper() + binding.note[1:]
        entry = Command(
            f"{BY_KEYS}{' '.join(binding.chord)}",
            title,
            keymap.titles.get(binding.context, ""),
            lambda studio, args: Outcome(),
            cli=binding.run,
        )
        reason = "nothing is here for it" if binding.run in idle else ""
        out.setdefault((binding.note, binding.run), (entry, reason, show(binding.chord)))
    return list(out.values())


def not_found(entries: Sequence[Entry], typed: str, ink: Ink) -> Text:
    """Return the line that reports that no command matches, with the nearest name."""
    near = nearest(entries, typed)
    return line((f"✕ no “{typed.strip()}”", ink.failed), (f"; nearest: {near}" if near else "", ink.text))


def about(entry: Command, reason: str, typed: str) -> str:
    """Return the text after a command's name: why it can't run here, or its other name and its help."""
    also = called(entry, typed)
    return reason or (f"{also}: {entry.help}" if also else entry.help)


def _row(entry: Command, reason: str, keys: str, typed: str, ink: Ink, width: int) -> Text:
    style = ink.muted if reason else ink.text
    words = about(entry, reason, typed)
    left = line((fit(entry.cli, max(WORDS, len(entry.cli))), style), "  ", (words, ink.muted))
    return ends(left, line((keys, ink.accent)), width)


def _usage(entry: Command, ink: Ink, width: int) -> Text:
    names = " ".join(name.upper().replace("_", "-") for name in entry.positional)
    left = line((f"{entry.cli} {names}".rstrip(), ink.text), "  ", (entry.help, ink.muted))
    return ends(left, line(("Tab", ink.accent), (" what can follow", ink.muted)), width)
