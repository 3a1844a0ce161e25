"""The command line, opened by `:`. It accepts a timecode, `q`, a screen's name, a word that only the open
screen knows, or a command.

A command is written as in the shell (`scene move 2 1`), or as its id with key=value pairs. It can also be
chosen in the palette. The user is asked for each missing required argument on a separate line.
"""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.screens import ScreenName
from milimo_tui.core.time import parse_shift
from milimo_tui.tui.app.command_list import CommandList, list_screen_command_ids, list_typeable_commands
from milimo_tui.tui.app.modes import SCREENS
from milimo_tui.tui.keys.command_words import parse_command_values, split_list_values
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.keys.keymap import Binding
from milimo_tui.tui.shell.actions import find_action, find_action_with_parts

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.studio.registry.registry import Command, Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.app.argument_prompts import ArgumentPrompts
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen

LINE = "COMMAND"  # The mode name that the status line shows while the command line is open.
FINDER_TAB = "ui.finder"
LEAVE = ("q", "quit", "leave")
MOST_USED = 10  # Number of recently used commands that the palette lists first.
USED = "palette"  # The key under which a film stores its recently used commands.
# Commands that print a list for which a panel exists. The panel is opened instead, because actions can be
# applied to its rows. Each value is the action that opens the panel.
PANELS = {
    "app.theme": "ui.themes",
    "config.show": "ui.settings",
    "cut.list": "ui.cuts",
    "cut.history": "ui.history",
    "cut.notes": "ui.notes",
    "shot.unsure": "ui.unsure",
    "line.list": "ui.lines",
    "sound.list": "ui.sounds",
}
# Commands whose history depends on the screen, with the action of the key that does the same. Without
# arguments the action runs instead, so that the palette undoes the same edit as the key.
SCREEN_ACTIONS = {"cut.undo": "undo", "cut.redo": "redo"}
# Placeholder for the key of a command that was typed in words.
_NO_KEY = KeyCommand(Binding("global", (), "", ""))


class HelpRequested(Exception):
    """Raised when the typed line contains `--help`. The text of the exception is the help to show."""


class CommandLine:
    """The command line at the bottom of the visible screen. It asks for a line, parses the line and runs the
    command.
    """

    def __init__(self, app: StudioApp, screen: StudioScreen) -> None:
        self._app, self._screen = app, screen
        # The list shown above the line; None until the commands are loaded.
        self._offered: CommandList | None = None

    async def open(self) -> None:
        """Ask for a line and run it. A line that is not a command stays in the field, with the nearest
        commands listed above it.
        """
        typed: str | None = ""
        chord = self._app.keyboard.keymap.find_chord(FINDER_TAB, ("prompt",))
        while typed is not None:
            self._app.run_in_background(self._offer_commands, "suggestions")
            self._screen.prompt.beside = f"commands   {chord} finder" if chord else ""
            typed = await self._screen.ask_text(":", typed, name=LINE, changed=self._show_commands)
            if not typed or await self.run(typed):
                return

    async def _offer_commands(self) -> None:
        """Set up completion with the existing commands, and list the matching commands above the line."""
        from milimo_tui.tui.keys.completion import make_command_completion

        app, screen = self._app, self._screen
        known, used = await app.load_command_registry(), await app.list_recent_commands()
        entries = await app.reading.run(lambda: list_typeable_commands(app, screen, known.values()))
        with screen.guard_screen_work():
            if screen.prompt.is_open:
                screen.prompt.set_completion(make_command_completion(known, tuple(SCREENS), app.film))
                self._offered = CommandList(known, entries, [*used, *list_screen_command_ids(app, screen)])
                self._show_commands(screen.prompt.typed)

    def _show_commands(self, typed: str) -> None:
        """List the commands that match the typed text above the line."""
        if self._offered is not None:
            width = self._screen.size.width - 2
            self._screen.prompt.above = tuple(self._offered.list_fitting_rows(typed, self._app.ink, width))
            self._screen.refresh_message()

    async def run(self, typed: str) -> bool:
        """Run a line; return False if the line is not understood.

        The first word may be known only to the open screen, such as `macro` in `:macro a`. Such a word runs
        the method `line_<word>` of the screen or of one of its parts, and the method receives the remaining
        words.
        """
        typed = typed.strip().lstrip(":")
        words = typed.split()
        if not words:
            return True
        head = words[0]
        of_screen = find_action_with_parts(self._screen, f"line_{head}")
        if of_screen is not None:
            await of_screen(words[1:])
        elif head in LEAVE:
            await self._app.leave_studio()
        elif head in SCREENS and len(words) == 1:
            await self._app.go_to_mode(head)
        elif head[0].isdigit() or head[0] in "+-":
            await self._go_to_timecode(head)
        else:
            try:
                entry, values = await self._parse_typed_command(typed)
            except HelpRequested as help_request:
                self._app.show_text(f":{typed}", str(help_request))
            except MilimoError as error:
                if _looks_like_command(await self._app.load_command_registry(), typed):
                    self._app.show_error(error)
                elif best := self._offered.find_certain_match(typed) if self._offered is not None else "":
                    await self.run_chosen_command(best)
                else:
                    return False
            else:
                await self._run_with_prompts(entry, values)
        return True

    async def run_chosen_command(self, id: str, *, every: bool = False) -> None:
        """Run the command `id`, which was chosen in a list. With `every`, ask for all arguments instead of
        only the required ones.
        """
        await self._run_with_prompts((await self._app.load_command_registry())[id], {}, every=every)

    async def _parse_typed_command(self, typed: str) -> tuple[Command, dict[str, Any]]:
        """Parse a line into a command and its values. Raises BadInput, NotFound, HelpRequested."""
        known = await self._app.load_command_registry()
        head = typed.split()[0]
        if head in known or ("." in head and not head.startswith(".")):
            from milimo_tui.studio.registry.corrections import correct_refused_line
            from milimo_tui.studio.registry.registry import find_command

            try:
                id, values = parse_command_values(typed)
            except BadInput as error:
                raise correct_refused_line(error, ["run", *typed.split()], self._app.film) from None
            entry = known.get(id) or find_command(id)
            return entry, split_list_values(values, entry.args)
        return await self._app.reading.run(partial(_parse_shell_words, known, typed, self._app.film))

    async def _run_with_prompts(self, entry: Command, values: dict[str, Any], *, every: bool = False) -> None:
        """Run a command, after asking for missing required arguments.

        If `values` is empty, arguments such as the selected shot come from the screen, as if the command were
        run by its key. With `every`, ask for all arguments in one form.
        """
        from milimo_tui.tui.app.argument_prompts import ArgumentPrompts

        here = dict(self._screen.get_command_args(entry.id, _NO_KEY) or {})
        if values:  # If the user typed values, the screen only supplies the clip under the cursor.
            here = {"clip": here["clip"]} if "clip" in here else {}
        reason = await self._app.reading.run(lambda: entry.enabled(self._app.studio))
        if reason:
            self._app.show_message(f"{entry.title}: {reason}", "error")
            return
        chord = self._app.keyboard.keymap.find_chord(PANELS.get(entry.id, ""), self._screen.contexts)
        if chord and not values and not every:
            self._remember_used_command(entry.id)
            self._app.type_keys(chord.split())
            return
        action = find_action(self._app, SCREEN_ACTIONS[entry.id]) if entry.id in SCREEN_ACTIONS else None
        if action is not None and not values and not every:
            self._remember_used_command(entry.id)
            if inspect.isawaitable(result := action(_NO_KEY)):
                await result
            return
        prompts = ArgumentPrompts(self._app, self._screen, entry, values, here)
        if every and prompts.build_all_fields():
            await self._run_from_form(entry, prompts, here)
            return
        given: Mapping[str, Any] | None = await prompts.ask_required()
        while given is not None:
            before = len(self._app.messages)
            # A refused line is offered again for correction only if the user could type all of its values.
            # Values from the screen can't be typed.
            self._app.typed_command = None if here.keys() - given.keys() else (entry, given)
            try:
                outcome = await self._screen.run_typed_command(entry.id, given, here)
            finally:
                self._app.typed_command = None
            if outcome is not None:
                self._remember_used_command(entry.id)
                self._show_outcome(entry, outcome)
                return
            if self._app.ambiguous is not None:
                given = await prompts.ask_ambiguous_name(self._app.ambiguous)
                continue
            messages = self._app.messages[before:]
            refused = next((message for message in messages if message.kind == "error"), None)
            if refused is None or not prompts.has_asked:
                return
            given = await prompts.ask_refused_argument(refused.text)

    async def _run_from_form(self, entry: Command, prompts: ArgumentPrompts, here: Mapping[str, Any]) -> None:
        """Ask for every argument in one form, and run the command when the form is saved. If the command
        refuses a value, the form stays open with the texts as typed. `here` has the values that the screen
        supplies, such as the selected shot.
        """
        from milimo_tui.tui.forms.form import Form
        from milimo_tui.tui.forms.form_dialogs import ask_form

        outcomes: list[Outcome] = []

        async def keep(texts: Mapping[str, str]) -> str:
            given = {name: prompts.parse_typed_value(name, text) for name, text in texts.items()}
            before = len(self._app.messages)
            outcome = await self._screen.run_typed_command(entry.id, given, here)
            if outcome is not None:
                outcomes.append(outcome)
                return ""
            reasons = [message.text for message in self._app.messages[before:] if message.kind == "error"]
            return reasons[0] if reasons else "it was refused"

        form = Form(
            f"{entry.title}: {entry.help}",
            prompts.build_all_fields(),
            keep,
            verb="runs the command",
            whole=True,
        )
        if await ask_form(self._screen, form) and outcomes:
            self._remember_used_command(entry.id)
            self._show_outcome(entry, outcomes[0])

    async def _play_outcome(self, found: RenderPlan | Path) -> None:
        """Play a file or a render plan in mpv. Show a warning if mpv can't play the plan without a render."""
        from milimo_tui.tui.play.edit_list import write_edit_list
        from milimo_tui.tui.play.mpv import play_in_mpv

        try:
            target = str(found) if isinstance(found, Path) else write_edit_list(found)
        except MilimoError as error:
            self._app.show_message(
                error.message, "warn", "{timeline:ui.player} on the Timeline renders the cut first"
            )
            return
        await play_in_mpv(self._app, target)

    async def _show_theme(self, name: str) -> None:
        try:
            await self._app.themes.show_theme(name)
        except MilimoError as error:
            self._app.show_error(error)

    def _remember_used_command(self, id: str) -> None:
        """Put a command first in the list of recently used commands, and store the list with the film."""
        self._app.used = [id, *(each for each in self._app.used if each != id)][:MOST_USED]
        self._app.save_ui_value(USED, self._app.used)

    def _show_outcome(self, entry: Command, outcome: Outcome) -> None:
        """Show a command's outcome. A text of several lines opens in a panel; media opens in the user's
        player.
        """
        if outcome.plays is not None:
            self._app.run_in_background(partial(self._play_outcome, outcome.plays), "acts")
        if outcome.opens_card:
            self._app.open_card()
        if outcome.theme:
            self._app.run_in_background(partial(self._show_theme, outcome.theme), "acts")
        if outcome.motion:
            self._app.apply_motion(outcome.motion)
        from milimo_tui.tui.app.outcome_text import format_outcome_text

        text = format_outcome_text(outcome)
        if outcome.stream is not None:
            self._app.show_message("the job continues in the queue", hint="{ui.mode jobs} shows its progress")
        elif len(text.splitlines()) > 1:
            self._app.show_text(entry.title, text)
        elif text and text != outcome.message:
            self._app.show_message(text)
        elif not outcome.message and outcome.plays is None and not outcome.opens_card:
            # In a shell, a command may end without a message. Here the user sees no new shell prompt, so the
            # end is confirmed.
            self._app.show_message(f"{entry.title}: done", "good")

    async def _go_to_timecode(self, words: str) -> None:
        """Move the playhead to a timecode, on this screen if it has a playhead, otherwise on the timeline. A
        timecode with a leading sign is relative to the playhead.
        """
        cut = self._app.film.cut if self._app.film else None
        if cut is None:
            self._app.show_message(
                "there is no cut yet",
                "warn",
                "{ui.mode home}, then {home:ui.start_film} starts a film",
            )
            return
        try:
            frame = parse_shift(words, cut.rate)
        except BadInput as error:
            self._app.show_error(error)
            return
        playhead = getattr(self._screen, "playhead", cut.playhead)
        frame = playhead + frame if words[0] in "+-" else frame
        if not self._screen.go_to_frame(max(0, frame)):
            await self._app.go_to_mode(ScreenName.TIMELINE)
            if self._app.studio_screen is not None:
                self._app.studio_screen.go_to_frame(max(0, frame))


def _parse_shell_words(
    known: Mapping[str, Command], typed: str, film: FilmSnapshot | None
) -> tuple[Command, dict[str, Any]]:
    """Parse a line with the shell's own parser; required arguments may be missing.

    A group's name may be omitted if only one command has the remaining name (`title` is `cut title`). If a
    command takes a single text, that text needs no quotes at the end of the line.
    """
    from milimo_tui.studio.registry import grammar as shell
    from milimo_tui.studio.registry.args import check_argument
    from milimo_tui.studio.registry.command_help import build_command_page
    from milimo_tui.studio.registry.corrections import correct_refused_line
    from milimo_tui.studio.registry.following import find_entry

    try:
        words = shlex.split(typed)
    except ValueError:  # An unmatched quote is taken as an apostrophe.
        words = typed.split()
    if words[0] not in shell.WORDS:
        named = [entry for entry in known.values() if entry.cli.split(" ")[1:] == [words[0]]]
        if words[1:2] and any(entry.cli.startswith(f"{words[1]} ") for entry in named):
            # Do not accept `rate shot` as a short form of `shot rate`. The error message then names the
            # correct order.
            named = []
        if len(named) > 1:
            choices = ", ".join(entry.cli for entry in named)
            raise BadInput(f"“{words[0]}” matches several things", f"name one of them: {choices}")
        if named:
            words[:1] = named[0].cli.split(" ")
    entry, rest = find_entry(known, words)
    if entry is not None:
        bare = next((place for place, word in enumerate(rest) if word.startswith("--")), len(rest))
        names = entry.positional
        takes_one = names and not any(_takes_several_values(entry, name) for name in names)
        if takes_one and bare > len(names):
            last = len(names) - 1
            rest = [*rest[:last], " ".join(rest[last:bare]), *rest[bare:]]
            words = [*entry.cli.split(" "), *rest]
    if {"-h", "--help"} & set(words):
        raise HelpRequested(build_command_page([word for word in words if word[:1] != "-"]))
    try:
        entry, values = shell.parse(words, demanding=False)
        for name, value in values.items():
            check_argument(entry.args, name, value, entry.id)
    except BadInput as error:
        raise correct_refused_line(error, words, film) from None
    return entry, values


def _looks_like_command(known: Mapping[str, Command], typed: str) -> bool:
    """Return True if the typed line begins with the name of a command or of a group of commands. An error in
    such a line is shown as the command's own error. For any other line, the most similar commands are listed.
    """
    head = typed.split()[0]
    named = (entry.cli.split(" ") for entry in known.values())
    return head in known or "." in head or any(head == words[0] or words[1:] == [head] for words in named)


def _takes_several_values(entry: Command, name: str) -> bool:
    from milimo_tui.studio.registry.args import read_arguments
    from milimo_tui.studio.registry.grammar import get_argument_shape

    return get_argument_shape(read_arguments(entry.args)[name])[0] == "many"
