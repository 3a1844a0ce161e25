"""The commands that match the text typed after `:`, as rows above the command line. A row has the command's
words, its description and its keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.studio.registry.following import find_entry
from milimo_tui.tui.keys.keymap import Role, format_chord
from milimo_tui.tui.keys.ranking import (
    NAMED,
    CommandEntry,
    find_matching_synonym,
    find_nearest_words,
    list_matching_entries,
    rank_match,
)
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, join_line_ends

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen

# Prefix of the id of a list entry that is a screen action instead of a command. The keys of the action follow
# the prefix.
BY_KEYS = "keys:"
# Actions that are not listed, because they only move the cursor or open the list itself.
_MOVES = frozenset(
    {"ui.down", "ui.up", "ui.first", "ui.last", "ui.page_down", "ui.page_up", "ui.left", "ui.right",
     "ui.enter", "ui.out", "ui.palette", "ui.command_line", "ui.finder", "ui.next_pane", "ui.previous_pane",
     "ui.close"}
)  # fmt: skip
WORDS = 22  # Width of the column with a command's words, in cells.
MOST = 40  # Maximum number of rows; no terminal has space for more above the line.


class CommandList:
    """The list of matching commands, shown above the command line while the user types after `:`.

    `known` has all commands by id. `entries` has the commands with their keys, and with the reason if a
    command can't run. If two commands match equally well, a command in `first` (ids) precedes.
    """

    def __init__(
        self, known: Mapping[str, Command], entries: Sequence[CommandEntry], first: Sequence[str]
    ) -> None:
        self._known, self._entries, self._first = known, tuple(entries), tuple(first)

    def list_fitting_rows(self, typed: str, ink: TextStyles, width: int) -> list[Text]:
        """Return the rows of the matching commands, the best match first; no rows if a timecode is typed.

        After a complete command, return a single row with the arguments that the command takes.
        """
        if typed[:1].isdigit() or typed[:1] in ("+", "-"):
            return []
        entry, rest = find_entry(self._known, typed.split())
        if entry is not None and (rest or typed.endswith(" ")):
            return [_format_usage_row(entry, ink, width)]
        found = list_matching_entries(self._entries, typed, self._first)[:MOST]
        if not found:
            return [format_no_match(self._entries, typed, ink)]
        return [_format_command_row(*each, typed, ink, width) for each in found]

    def find_certain_match(self, typed: str) -> str:
        """Return the id of the command that the typed text identifies without doubt. The text must be a
        complete name, the beginning of a name or of its words, or a synonym.

        Return an empty text if the best match is only a guess, or if the matching command can't run here.
        """
        found = list_matching_entries(self._entries, typed, self._first)[:1]
        is_sure = found and not found[0][1] and rank_match(found[0][0], typed) in NAMED
        return found[0][0].id if is_sure else ""


def list_typeable_commands(
    app: StudioApp, screen: StudioScreen, commands: Iterable[Command]
) -> list[CommandEntry]:
    """Return the commands that can be typed. Each entry has the reason why the command can't run (empty if it
    can) and its keys.

    Checking the commands may block, so call this in a thread.
    """
    chord_of = app.keyboard.keymap.find_chord
    return [
        (
            entry,
            app.replace_commands_with_keys(entry.enabled(app.studio)),
            chord_of(entry.id, screen.CONTEXTS),
        )
        for entry in commands
        if entry.cli
    ]


def list_screen_command_ids(app: StudioApp, screen: StudioScreen) -> list[str]:
    """Return the ids of the commands that have a key in the screen's own context, in keymap order."""
    return [
        binding.run
        for binding in app.keyboard.keymap.list_bindings_in_reach(screen.CONTEXTS[:1])
        if not binding.is_ui
    ]


def list_screen_actions(app: StudioApp, screen: StudioScreen) -> list[CommandEntry]:
    """Return the actions of the visible screen that are not commands, as entries of the command list. If the
    user chooses such an entry, the studio types the keys of the action.
    """
    from milimo_tui.studio.registry.registry import Command, Outcome

    keymap, idle = app.keyboard.keymap, screen.list_idle_acts()
    out: dict[tuple[str, str], CommandEntry] = {}
    for binding in keymap.list_bindings_in_reach(screen.CONTEXTS):
        if not binding.is_ui or binding.run in _MOVES or binding.role is not Role.ACT:
            continue
        title = binding.note[:1].upper() + binding.note[1:]
        entry = Command(
            f"{BY_KEYS}{' '.join(binding.chord)}",
            title,
            "on every screen" if binding.context == "global" else keymap.titles.get(binding.context, ""),
            lambda studio, args: Outcome(),
            cli=binding.run,
        )
        reason = "it has no effect here" if binding.run in idle else ""
        out.setdefault((binding.note, binding.run), (entry, reason, format_chord(binding.chord)))
    return list(out.values())


def format_no_match(entries: Sequence[CommandEntry], typed: str, ink: TextStyles) -> Text:
    """Return the line shown if no command matches; it names the nearest command."""
    near = find_nearest_words(entries, typed)
    return join_line(
        (f"✕ no “{typed.strip()}”", ink.failed), (f"; nearest: {near}" if near else "", ink.text)
    )


def describe_list_entry(entry: Command, reason: str, typed: str) -> str:
    """Return the text shown after a command's name: the reason why it can't run here, otherwise its help. A
    matching synonym precedes the help.
    """
    synonym = find_matching_synonym(entry, typed)
    return reason or (f"{synonym}: {entry.help}" if synonym else entry.help)


def _format_command_row(
    entry: Command, reason: str, keys: str, typed: str, ink: TextStyles, width: int
) -> Text:
    style = ink.muted if reason else ink.text
    words = describe_list_entry(entry, reason, typed)
    left = join_line((fit_to_cells(entry.cli, max(WORDS, len(entry.cli))), style), "  ", (words, ink.muted))
    return join_line_ends(left, join_line((keys, ink.accent)), width)


def _format_usage_row(entry: Command, ink: TextStyles, width: int) -> Text:
    names = " ".join(name.upper().replace("_", "-") for name in entry.positional)
    left = join_line((f"{entry.cli} {names}".rstrip(), ink.text), "  ", (entry.help, ink.muted))
    return join_line_ends(left, join_line(("Tab", ink.accent), (" shows options", ink.muted)), width)
