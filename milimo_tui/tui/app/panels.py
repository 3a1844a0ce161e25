"""The panels that can be opened over every screen: keys, palette, log, history, lists, plain text.

Each function opens a panel with the current values, waits, and carries out the choice. A panel's module is
imported when the panel is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName

if TYPE_CHECKING:
    from textual.geometry import Offset

    from milimo_tui.studio.registry.registry import Command
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.keys.ranking import CommandEntry
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.terminal.theme import TextStyles
    from milimo_tui.tui.widgets.rows import Row

MOST_COMMANDS = 8


async def open_key_sheet(app: StudioApp, screen: StudioScreen) -> None:
    """Open the key sheet: the keys of the current context, grouped by task. Enter types the keys under the
    cursor, or runs the command there.
    """
    from milimo_tui.tui.app.command_line import CommandLine
    from milimo_tui.tui.shell.key_sheet import COMMAND, NARROW, KeySheet, find_manual_page, key_rows

    with app.keyboard.hold_keys_while_opening():
        keymap, contexts = app.keyboard.keymap, screen.contexts
        rows = key_rows(keymap, contexts, app.ink, screen.list_idle_acts(), NARROW)
        manual = await app.reading.run(lambda: find_manual_page(keymap, contexts))
        registry = await app.load_command_registry()
        with_keys = {each.run for each in keymap.list_bindings_in_reach(contexts)}
        commands = [command for id, command in registry.items() if id not in with_keys]
        panel = KeySheet(
            f"Keys · {screen.TITLE}", rows, manual, partial(_list_keyless_commands, commands, app.ink)
        )
    chosen: str | None = await app.push_screen_wait(panel)
    if chosen is None:
        return  # The panel closed without an answer because the studio is closing.
    if chosen.startswith(COMMAND):
        await CommandLine(app, screen).run_chosen_command(chosen.removeprefix(COMMAND))
    elif chosen:
        app.type_keys(chosen.split())


async def open_action_menu(app: StudioApp, at: Offset | None = None) -> None:
    """Open the context menu and type the keys of the chosen row. `at` is the clicked cell; if it is None, the
    menu is centred.
    """
    from milimo_tui.tui.app.context_menu import ContextMenu, build_menu_rows, list_menu_bindings

    front, screen = app.studio_screen, app.screen
    contexts = tuple(getattr(screen, "contexts", ()))
    if not contexts or isinstance(screen, ContextMenu) or getattr(screen, "typing", False):
        return
    if front is not None and (front.prompt.is_open or front.question.is_open or front.lacks_film):
        return
    bindings = list_menu_bindings(app.keyboard.keymap, contexts)
    idle, notes = (front.list_idle_acts(), front.get_key_notes()) if front is not None else ((), {})
    rows = build_menu_rows(bindings, app.ink, idle, notes)
    heading = front.TITLE or "Here" if front is not None else "Here"
    chord = await app.push_screen_wait(ContextMenu(heading, rows, at))
    if chord:
        app.type_keys(chord.split())


def _list_keyless_commands(commands: Sequence[Command], ink: TextStyles, words: str) -> list[Row]:
    """Return rows for the commands that match `words` and have no key in this context. Matches by synonym
    come first.
    """
    from milimo_tui.tui.keys.synonyms import get_synonyms
    from milimo_tui.tui.shell.key_sheet import COMMAND
    from milimo_tui.tui.widgets.rows import Row
    from milimo_tui.tui.widgets.text import join_line

    wanted = words.casefold().split()
    found: list[tuple[int, Command]] = []
    for command in commands:
        names = f"{command.title} {command.cli}".casefold()
        others = " ".join(get_synonyms(command.id))
        for place, searched in enumerate((others, names, f"{names} {others} {command.help.casefold()}")):
            if all(word in searched for word in wanted):
                found.append((place, command))
                break
    if not found:
        return []
    best = [command for _, command in sorted(found, key=lambda each: each[0])[:MOST_COMMANDS]]
    rows = [Row("", Text()), Row("", join_line(("Without a key here", ink.strong)))]
    return rows + [
        Row(f"{COMMAND}{each.id}", join_line((f"{each.title}  ", ink.text), (each.help, ink.muted)))
        for each in best
    ]


async def open_palette(app: StudioApp, screen: StudioScreen, words: str = "") -> None:
    """Open the command palette with all commands and the actions of the visible screen. `words` is the first
    text of its search field.

    Enter runs the entry under the cursor, after asking for its required arguments. Another key switches to
    the finder.
    """
    from milimo_tui.tui.app.command_line import CommandLine
    from milimo_tui.tui.app.command_list import BY_KEYS, list_screen_actions, list_screen_command_ids
    from milimo_tui.tui.app.palette import Palette

    with app.keyboard.hold_keys_while_opening():
        registry, keymap = await app.load_command_registry(), app.keyboard.keymap

        def entries() -> list[CommandEntry]:
            return [
                (
                    command,
                    app.replace_commands_with_keys(command.enabled(app.studio)),
                    keymap.find_chord(command.id, screen.contexts),
                )
                for command in registry.values()
            ]

        found = [*await app.reading.run(entries), *list_screen_actions(app, screen)]
        lately = await app.list_recent_commands()
        panel = Palette(found, [*lately, *list_screen_command_ids(app, screen)], words, lately)
    chosen = await app.push_screen_wait(panel)
    if chosen.startswith(Palette.FINDER):
        await open_finder(app, chosen.removeprefix(Palette.FINDER))
    elif chosen.startswith(BY_KEYS):
        app.type_keys(chosen.removeprefix(BY_KEYS).split())
    elif chosen:
        every = chosen.startswith(Palette.EVERY)
        await CommandLine(app, screen).run_chosen_command(chosen.removeprefix(Palette.EVERY), every=every)


async def open_finder(app: StudioApp, words: str) -> None:
    """Open the finder with `words` in its field. An open panel or command line is closed; text typed in the
    command line is carried over.
    """
    from milimo_tui.tui.app.command_line import LINE
    from milimo_tui.tui.finder.screen import FinderScreen
    from milimo_tui.tui.shell.overlay import Overlay

    if isinstance(app.screen, Overlay):
        await app.screen.dismiss("")
    screen = app.studio_screen
    if screen is None:
        return
    if screen.prompt.is_open and screen.prompt.name_shown == LINE:
        words = words or screen.prompt.typed
        screen.prompt.leave_unanswered()
    app.open_on_top(FinderScreen(words))


def open_own_keys(app: StudioApp, screen: StudioScreen) -> None:
    """Open the editor of the user's own keys. The keys of the visible screen are listed first."""
    from milimo_tui.tui.home.own_keys_screen import OwnKeysScreen

    app.open_on_top(OwnKeysScreen(screen.CONTEXTS))


def open_settings(app: StudioApp) -> None:
    """Open the settings over the visible screen."""
    from milimo_tui.tui.home.settings_screen import SettingsScreen

    app.open_on_top(SettingsScreen())


async def choose_shell_line(app: StudioApp, screen: StudioScreen) -> str | None:
    """Return a shell command to run on the user's own machine. The command plays the selected item or
    downloads its file.

    If both are possible, ask which command to copy. Return an empty text if the user chose neither, and None
    if no such command exists for the selection.
    """
    from milimo_tui.tui.shell.overlay import Overlay, get_panel_text_width
    from milimo_tui.tui.widgets.rows import Row
    from milimo_tui.tui.widgets.text import join_line, wrap_words

    file, words = screen.get_selected_file(), screen.get_play_arguments()
    connection = app.terminal.connection
    lines = await app.reading.run(lambda: _list_shell_lines(app.studio, file, words, connection))
    if len(lines) < 2:
        return next(iter(lines.values()), None)
    ink, width = app.ink, get_panel_text_width(screen.size.width) - 4
    rows = []
    for name, shell_line in lines.items():
        rows.append(Row(name, join_line((name, ink.strong))))
        rows += [Row("", join_line("  ", (part, ink.muted))) for part in wrap_words(shell_line, width)]
    chosen = await app.push_screen_wait(Overlay("On your own machine", rows, "Enter copies   Esc leaves"))
    return lines.get(chosen, "")


def _list_shell_lines(studio: Studio, file: str, words: tuple[str, ...], connection: str) -> dict[str, str]:
    """Return shell commands for the user's own machine, by their descriptions. A command plays the film
    there, or copies a file there.

    `file` is the path of the file to copy, and `words` are the arguments of `milimo play`. If either is
    empty, its command is left out. `connection` is the SSH_CONNECTION of the user's terminal.
    """
    from milimo_tui.studio.machine import scp_line, ssh_line

    found = {}
    if words:
        project = studio.project_or_none()
        of_film = () if words == (file,) or project is None else ("--project", project.paths.root.name)
        home = () if words == (file,) else ("--home", str(studio.home.root))
        play = (*home, *of_film, "play", "--stdout", *words)
        found["play it there, in mpv"] = ssh_line.format_play_line(play, connection)
    if file:
        found["fetch the file"] = scp_line.format_scp_line(Path(file), connection)
    return found


def open_history(app: StudioApp, screen: StudioScreen) -> None:
    """Open the tree of edits: the cut's history if the screen edits the cut, otherwise the film's history."""
    from milimo_tui.tui.cuts.history import HistoryScreen

    if app.film is None:
        app.show_message("no film is open", "warn", "{ui.mode home} opens or starts one")
    elif screen.MODE != HistoryScreen.MODE:
        app.open_on_top(HistoryScreen(screen.undo_history))


# The lists, by action name: module and class of the list's screen.
LISTS = {
    ListName.NOTES: ("milimo_tui.tui.cuts.notes", "NotesScreen"),
    ListName.CUTS: ("milimo_tui.tui.cuts.cuts", "CutsScreen"),
    ListName.ARRIVALS: ("milimo_tui.tui.cuts.arrivals", "ArrivalsScreen"),
    ListName.MIXER: ("milimo_tui.tui.cuts.mixer", "MixerScreen"),
    ListName.UNSURE: ("milimo_tui.tui.storyboard.unsure", "UnsureScreen"),
    ListName.LINES: ("milimo_tui.tui.cuts.spoken_lines", "LinesScreen"),
    ListName.SOUNDS: ("milimo_tui.tui.cuts.sound_takes", "SoundsScreen"),
    ListName.CAPTIONS: ("milimo_tui.tui.cuts.captions", "CaptionsScreen"),
    ListName.TRANSCRIPT: ("milimo_tui.tui.cuts.transcript", "TranscriptScreen"),
}


async def open_cut_list(app: StudioApp, screen: StudioScreen, list_name: ListName) -> None:
    """Open the list named `list_name` over the visible screen. If the visible screen is itself such a list,
    the new list replaces it.
    """
    if app.film is None:
        app.show_message("no film is open", "warn", "{ui.mode home} opens or starts one")
        return
    if app.film.cut is None:
        app.show_message(
            "there is no cut yet",
            "warn",
            "{ui.mode script} goes to the script; {script:ui.commit} there makes it",
        )
        return
    if list_name == screen.MODE:
        return
    if screen.MODE in LISTS:
        await app.pop_screen()
    module, name = LISTS[list_name]
    app.open_on_top(getattr(import_module(module), name)())


def open_log(app: StudioApp) -> None:
    """Open the log of messages, with the cursor on the newest."""
    from milimo_tui.tui.shell.overlay import Overlay, get_panel_text_width, make_log_rows, make_text_rows

    rows = make_log_rows(app.messages, app.ink, get_panel_text_width(app.size.width))
    rows = rows or make_text_rows(
        "Nothing yet. Results and reasons for refusals appear here.",
        app.ink,
        get_panel_text_width(app.size.width),
    )
    app.push_screen(Overlay("Messages", rows, format_count(len(app.messages), "message"), at_end=True))


def open_text_panel(app: StudioApp, heading: str, text: str, manual: str) -> None:
    """Open a panel with a longer text. If `manual` names a page of the documentation, add a link to the
    page.
    """
    from milimo_tui.tui.shell.overlay import Overlay, get_panel_text_width, make_text_rows

    app.push_screen(
        Overlay(heading, make_text_rows(text, app.ink, get_panel_text_width(app.size.width)), foot=manual)
    )
