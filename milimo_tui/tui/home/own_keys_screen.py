"""The editor of the user's own keys: choose an action, press its new key, and see conflicts.

The keys are saved in a file that is applied over the preset. `tui.keys.own_keys` finds the conflicts and
formats the file. `u` undoes the last change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.core.host import explain_os_error, make_folders, write_file_atomically
from milimo_tui.core.settings import KEY_PRESETS
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.completion import complete_to_words, list_path_completions
from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, format_chord, format_keymap_help
from milimo_tui.tui.keys.own_keys import (
    find_key_conflicts,
    format_own_keys_file,
    has_same_action,
    remove_own_keys,
    set_own_key,
)
from milimo_tui.tui.shell.keyboard import get_studio_keymap_path, get_user_keymap_path
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

KEYS = 18  # Width of the column with an action's keys, in cells.
# Maximum number of rows for the conflicts of a key. If there are more conflicts, the last row shows how many
# are left out.
MOST_MET = 5
PRESET_NOTES = {
    "default": "letters act, as in vim: h j k l, g b, c c",
    "nle": "the default, with j k l and b as in other editors",
    "plain": "arrows, Enter, Delete, ctrl+s z c v, F-keys",
}


class PressingMode(Mode):
    """The mode KEY: pressed keys are recorded as the new key of an action instead of being run."""

    NAME = "KEY"

    def __init__(self, screen: OwnKeysScreen) -> None:
        self._screen = screen

    @property
    def is_on(self) -> bool:
        return self._screen.is_asking_key


class OwnKeysScreen(StudioScreen):
    """The screen with the actions of all screens and their keys. The actions of the screen from which it was
    opened come first.
    """

    MODE = "own_keys"
    TITLE = "Keys of your own"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("own_keys", "list", "global")
    CSS_PATH = "own_keys_screen.tcss"
    AUTO_FOCUS = "#acts"

    def __init__(self, contexts: Sequence[str] = ()) -> None:
        """Create the screen. The actions of the key contexts in `contexts` are listed first."""
        super().__init__()
        self._first = tuple(contexts)
        self._own: tuple[Binding, ...] = ()
        self._before: list[str] = []  # Earlier texts of the key file, for undo.
        self._after: list[str] = []
        self._acts: dict[str, Binding] = {}
        self._only_own = False
        # The action for which the user is pressing a new key; None if there is none.
        self._act: Binding | None = None
        self._typed: tuple[str, ...] = ()
        self._by_key = False  # True while the user presses a key to find its action.
        self.modes = self.stack_modes(PressingMode(self))

    def compose_body(self) -> Iterable[Widget]:
        yield Rows(id="acts")
        yield Line(id="asked")
        yield from (Line(id=f"met-{place}") for place in range(MOST_MET))

    @property
    def rows(self) -> Rows:
        return self.query_one("#acts", Rows)

    @property
    def keymap(self) -> Keymap:
        return self.studio_app.keyboard.keymap

    @property
    def preset(self) -> str:
        """The name of the active keymap preset."""
        return self.studio_app.studio.settings.keymap

    def on_mount(self) -> None:
        super().on_mount()
        self.run_in_background(self._read_own_keys, "read")

    def on_unmount(self) -> None:
        self.studio_app.keyboard.capture = None

    def show_film(self, film: FilmSnapshot | None) -> None:
        """Do nothing: keys do not depend on a film."""

    async def _read_own_keys(self) -> None:
        """Read the user's own keys from their file."""

        def read() -> tuple[Binding, ...]:
            path = get_studio_keymap_path()
            return keymap_file.read_file_bindings(path, self.preset) if path.exists() else ()

        try:
            self._own = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.show_error(error)
        self._draw_own_keys()

    def _draw_own_keys(self) -> None:
        ink, rows = self.ink, list[Row]()
        self._acts = {}
        order = [*self._first, *(name for name in self.keymap.titles if name not in self._first)]
        for context in order:
            group = self._build_context_rows(context)
            if group:
                title = self.keymap.titles.get(context, context)
                rows += [Row("", Text())] * bool(rows) + [Row("", join_line((title, ink.strong)))] + group
        if not rows:
            rows = [
                Row(
                    "",
                    join_line(
                        ("You have set no keys yet.  ", ink.muted),
                        (self.with_keys("{ui.filter}"), ink.key),
                        (" lists all actions", ink.muted),
                    ),
                )
            ]
        self.rows.show_rows(rows)
        self._draw_key_prompt()
        self.refresh_lines()

    def _build_context_rows(self, context: str) -> list[Row]:
        ink, found = self.ink, dict[str, list[Binding]]()
        for binding in self.keymap.by_context.get(context, {}).values():
            found.setdefault(_make_action_row_key(binding), []).append(binding)
        out = []
        for key, bindings in found.items():
            first = min(bindings, key=lambda each: each.alias)
            mine = any(each.context == context and has_same_action(each, first) for each in self._own)
            if self._only_own and not mine:
                continue
            self._acts[key] = first
            keys = "  ".join(
                _format_action_chord(each) for each in sorted(bindings, key=lambda each: each.alias)
            )
            left = join_line((f"{keys:<{KEYS}}", ink.accent), "  ", (first.note, ink.text))
            right = join_line(("your own" if mine else "", ink.picked))
            out.append(Row(key, left, right, search=f"{keys} {first.note} {first.run}"))
        return out

    def _draw_key_prompt(self) -> None:
        """Draw the prompt that asks for a key, and the conflicts of the keys pressed so far."""
        ink, act = self.ink, self._act
        prompt_line = self.query_one("#asked", Line)
        if self._by_key:
            prompt_line.show_line(
                join_line(("Press the key of the action", ink.strong), ("   Esc cancels", ink.muted))
            )
            self._show_conflicts([join_line((format_chord(self._typed), ink.accent))])
            return
        if act is None:
            prompt_line.show_line(
                join_line((f"preset {self.preset}: {PRESET_NOTES.get(self.preset, '')}", ink.muted))
            )
            self._show_conflicts([])
            return
        title = self.keymap.titles.get(act.context, act.context)
        prompt_line.show_line(
            join_line(
                (f"{act.note}", ink.strong),
                (f"  ({title})", ink.muted),
                ": ",
                (format_chord(self._typed) or "press its key", ink.accent),
            ),
            join_line(
                (
                    "Enter applies   Backspace removes one   Esc cancels" if self._typed else "Esc cancels",
                    ink.muted,
                )
            ),
        )
        found = find_key_conflicts(self.keymap, act, self._typed) if self._typed else []
        rows = [
            join_line(
                (f"✕ {each.words}", ink.failed) if each.is_in_the_way else (f"◐ {each.words}", ink.stale)
            )
            for each in found
        ]
        if len(rows) > MOST_MET:
            rows[MOST_MET - 1 :] = [join_line((f"  and {len(rows) - MOST_MET + 1} more", ink.muted))]
        self._show_conflicts(rows or ([join_line(("✓ free here", ink.picked))] if self._typed else []))

    def _show_conflicts(self, rows: Sequence[Text]) -> None:
        """Show the conflicts, one in each row. At least one row stays visible, even if it is empty."""
        for place in range(MOST_MET):
            row = self.query_one(f"#met-{place}", Line)
            row.display = place < max(1, len(rows))
            row.show_line(rows[place] if place < len(rows) else "")

    def format_header_facts(self) -> Text | str:
        count = len(self._own)
        return join_line(
            (f"{count} your own   ", self.ink.text if count else self.ink.muted),
            (f"preset {self.preset}", self.ink.muted),
        )

    @property
    def is_asking_key(self) -> bool:
        """True while the screen records keys, as the new key of an action or to find an action."""
        return self._act is not None or self._by_key

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Ask for a new key for the action under the cursor (Enter)."""
        act = self._acts.get(event.key)
        if act is not None:
            self._ask_new_key(act)

    def _ask_new_key(self, binding: Binding) -> None:
        self._act, self._typed, self._by_key = binding, (), False
        self.studio_app.keyboard.capture = self._take_pressed_key
        self._draw_key_prompt()
        self.refresh_lines()

    @action
    def act_by_key(self, key_command: KeyCommand) -> None:
        """Ask for a key, move the cursor to its action, and ask for a new key for that action."""
        self._act, self._typed, self._by_key = None, (), True
        self.studio_app.keyboard.capture = self._take_pressed_key
        self._draw_key_prompt()
        self.refresh_lines()

    def _take_pressed_key(self, key: str) -> bool:
        """Handle a key while the screen records keys. Return False if another screen is visible: then that
        screen must handle the key.
        """
        if self.studio_app.studio_screen is not self:
            return False
        if key == "escape":
            self._stop_asking_key()
        elif self._by_key:
            self._find_action_by_chord((*self._typed, key))
        elif key == "enter" and self._typed:
            self._save_pressed_key()
        elif key == "backspace" and self._typed:
            self._typed = self._typed[:-1]
        else:
            self._typed = (*self._typed, key)
        self._draw_key_prompt()
        self.refresh_lines()
        return True

    def _stop_asking_key(self) -> None:
        self._act, self._typed, self._by_key = None, (), False
        self.studio_app.keyboard.capture = None

    def _find_action_by_chord(self, chord: tuple[str, ...]) -> None:
        """Put the cursor on the action that has these keys (`chord`). If longer sequences of keys begin with
        the same keys, wait for more keys first.
        """
        self._typed = chord
        order = [*self._first, *(name for name in self.keymap.titles if name not in self._first)]
        tables = [self.keymap.by_context.get(name, {}) for name in order]
        found = next((table[chord] for table in tables if chord in table), None)
        if found is not None:
            if self._only_own:
                self._only_own = False
                self._draw_own_keys()
            self.rows.show_rows(self.rows.rows, key=_make_action_row_key(found))
            self._ask_new_key(self._acts.get(_make_action_row_key(found), found))
        elif not any(other[: len(chord)] == chord for table in tables for other in table):
            self._stop_asking_key()
            self.show_message(
                f"{format_chord(chord)} does nothing yet", "warn", "{ui.search} finds an action by its words"
            )

    def _save_pressed_key(self) -> None:
        """Save the pressed keys as the user's own keys for the action. If another binding makes these keys
        unusable, show a message and save nothing.
        """
        act, chord = self._act, self._typed
        if act is None:
            return
        stopped = next(
            (each for each in find_key_conflicts(self.keymap, act, chord) if each.is_in_the_way), None
        )
        if stopped is not None:
            self.show_message(stopped.words, "error", "Backspace removes the last key")
            return
        self._stop_asking_key()
        self.run_in_background(
            lambda: self._change_own_keys(
                set_own_key(self._own, act, chord), f"{format_chord(chord)} now means “{act.note}”"
            )
        )

    async def _change_own_keys(self, own: tuple[Binding, ...], message: str) -> None:
        """Write the user's own keys to their file, and apply them at once."""
        text = format_own_keys_file(own, self.preset) if own else ""
        await self._write_key_file(text, message)

    async def _write_key_file(self, text: str, message: str, *, step: int = 0) -> None:
        """Write the text of the key file and apply the keys. On an error, restore the file.

        `step` is 0 for a new change, -1 for undo and 1 for redo.
        """
        preset = self.preset

        def write() -> tuple[str, tuple[Binding, ...], Keymap]:
            path = get_studio_keymap_path()
            before = path.read_text(encoding="utf-8") if path.exists() else ""
            _write_key_text(path, text)
            try:
                own = keymap_file.read_file_bindings(path, preset) if text else ()
                return before, own, keymap_file.load_keymap(preset, get_user_keymap_path(), path)
            except MilimoError:
                # The new file can't be read back, for example because a key has no name in files.
                _write_key_text(path, before)
                raise

        try:
            before, self._own, keymap = await self.in_thread(write)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        if step <= 0:
            (self._after if step else self._before).append(before)
        else:
            self._before.append(before)
        if step == 0:
            self._after.clear()
        self.studio_app.keyboard.use_keymap(keymap)
        self._draw_own_keys()
        self.show_message(message, "good", "{ui.undo} undoes it")

    @action
    async def act_undo(self, key_command: KeyCommand) -> None:
        """Undo the last change of keys."""
        if self._before:
            await self._write_key_file(self._before.pop(), "the keys as they were before", step=-1)
        else:
            self.show_message("no key was changed here yet")

    @action
    async def act_redo(self, key_command: KeyCommand) -> None:
        if self._after:
            await self._write_key_file(self._after.pop(), "the change, redone", step=1)
        else:
            self.show_message("nothing was undone")

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Remove the user's own keys for the action under the cursor, so that the preset's keys apply
        again.
        """
        act = self._acts.get(self.rows.key)
        if act is None or not any(
            each.context == act.context and has_same_action(each, act) for each in self._own
        ):
            self.show_message("this action has the key of the preset", hint="{ui.enter} sets another key")
            return
        await self._change_own_keys(
            remove_own_keys(self._own, act), f"“{act.note}” has the key of the preset again"
        )

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Switch between all actions and only those with the user's own keys (f)."""
        self._only_own = not self._only_own
        self._draw_own_keys()

    @action
    async def act_preset(self, key_command: KeyCommand) -> None:
        """Ask for another preset and apply it. The user's own keys still apply over it."""
        ink = self.ink
        above = [
            join_line((f"  {name:<10}", ink.accent), (words, ink.muted))
            for name, words in PRESET_NOTES.items()
        ]
        name = await self.ask_text(
            "preset", self.preset, name="PRESET", lines=complete_to_words(tuple(PRESET_NOTES)), above=above
        )
        name = (name or "").strip()
        if not name or name == self.preset:
            return
        if name not in KEY_PRESETS:
            self.show_message(f"there is no preset “{name}”", "error", f"presets: {', '.join(KEY_PRESETS)}")
            return

        def write() -> tuple[str, Keymap]:
            write_settings({"keymap": name})
            return self.studio_app.studio.read_home_settings()[1]["keymap"], keymap_file.load_keymap(
                name, get_user_keymap_path(), get_studio_keymap_path()
            )

        try:
            origin, keymap = await self.in_thread(write)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        studio = self.studio_app.studio
        studio.settings = replace(studio.settings, keymap=name)
        self.studio_app.keyboard.use_keymap(keymap)
        self._draw_own_keys()
        if origin == "config.toml":
            self.show_message(
                f"the keys are {name} from now on", "good", "{ui.help} lists the keys of a screen"
            )
        else:
            self.show_message(
                f"the keys are {name} now, but {origin} sets another preset",
                "warn",
                "that preset applies again at the next start",
            )

    @action
    async def act_write_out(self, key_command: KeyCommand) -> None:
        """Ask for a file name and write the keys into the file. If the name ends in `.toml`, the file can be
        imported on another machine. With any other ending, the file contains a table for people to read.
        """
        typed = await self.ask_text(
            "write keys to the file (.toml, .txt)",
            "~/my-keys.toml",
            name="EXPORT",
            lines=list_path_completions,
        )
        if not typed or not typed.strip():
            return
        path = Path(os.path.expanduser(typed.strip()))
        text = (
            format_own_keys_file(self._own, self.preset)
            if path.suffix == ".toml"
            else format_keymap_help(self.keymap)
        )
        if await self.in_thread(path.exists) and not await self.confirm(
            f"{path.name} already exists. Overwrite it?"
        ):
            return

        try:
            await self.in_thread(lambda: _write_key_text(path, text))
        except MilimoError as error:
            self.studio_app.show_error(error)
        else:
            self.show_message(f"written to {path}", "good")

    @action
    async def act_read_in(self, key_command: KeyCommand) -> None:
        """Import keys from a file. They replace the user's own keys for the same actions."""
        typed = await self.ask_text("import keys from the file", name="READ", lines=list_path_completions)
        if not typed or not typed.strip():
            return
        path, preset = Path(os.path.expanduser(typed.strip())), self.preset
        try:
            found = await self.in_thread(lambda: keymap_file.read_file_bindings(path, preset))
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        own = self._own
        for each in found:
            own = set_own_key(own, each, each.chord)
        await self._change_own_keys(own, f"{format_count(len(found), 'key')} from {path.name}")


def _write_key_text(path: Path, text: str) -> None:
    """Write a file atomically; create its folders if necessary. Raises ReadOnly, DiskFull."""
    try:
        make_folders(path.parent)
        write_file_atomically(path, text.encode())
    except OSError as error:
        raise explain_os_error(error, path, "write") from error


def _make_action_row_key(binding: Binding) -> str:
    return f"{binding.context} {binding.run} {sorted(binding.args.items())}"


def _format_action_chord(binding: Binding) -> str:
    return format_chord(binding.chord) + (
        "…" if binding.role in (Role.RAW, Role.REGISTER, Role.OPERATOR) else ""
    )
