"""The user's keys: the keymap with its parser, keys of the status line, and code that receives all keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.host import get_config_folder
from milimo_tui.tui.keys import keymap as keymaps
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.key_parser import KeyParser
from milimo_tui.tui.keys.keymap import Binding, Keymap
from milimo_tui.tui.widgets.hints import DELAY
from milimo_tui.tui.widgets.lines import StatusKey

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio

MOST_KEYS = 5  # On the status line, next to the key that lists all keys.


class Keyboard:
    """The key parser with the user's keys."""

    def __init__(
        self,
        studio: Studio,
        show_warning: Callable[[str, str], None],
        show_error: Callable[[MilimoError], None],
    ) -> None:
        self._studio, self._show_warning, self._show_error = studio, show_warning, show_error
        self._parser: KeyParser | None = None
        self.hints_after = DELAY
        # Receives each key before anything else does; a key for which it returns True goes no further.
        self.capture: Callable[[str], bool] | None = None
        self.opening = 0  # Number of panels that are being prepared.

    @property
    def parser(self) -> KeyParser:
        """The key parser. A keymap file that cannot be read is reported, and the preset is used."""
        if self._parser is None:
            self._parser = KeyParser(self._read_keymap())
        return self._parser

    @property
    def keymap(self) -> Keymap:
        return self.parser.keymap

    def use_keymap(self, keymap: Keymap) -> None:
        """Use another keymap from now on; an incomplete chord is discarded."""
        self.parser.reset()
        self.parser.keymap = keymap

    def _read_keymap(self) -> Keymap:
        own, made, preset = get_user_keymap_path(), get_studio_keymap_path(), self._studio.settings.keymap
        try:
            keymap = keymap_file.load_keymap(preset, own, made)
        except BadInput as error:
            self._show_error(error)
            return keymap_file.load_keymap(preset if preset in keymap_file.PRESETS else "default")
        # Conflicts of keys that were defined in the studio were shown when they were defined.
        met = keymap_file.load_keymap(preset, own).describe_conflicts() if own.exists() else ()
        if met:
            more = f", and {len(met) - 1} more" if len(met) > 1 else ""
            self._show_warning(f"{own.name}: {met[0]}{more}", "{ui.help} lists the keys of a screen")
        return keymap

    @contextmanager
    def hold_keys_while_opening(self) -> Iterator[None]:
        """Make keys wait while a panel is prepared: keys typed after the one that opens the panel belong to
        it.
        """
        self.opening += 1
        try:
            yield
        finally:
            self.opening -= 1

    def list_status_keys(
        self,
        contexts: tuple[str, ...],
        *,
        typing: bool = False,
        first: Sequence[Binding] = (),
        idle: Collection[str] = (),
    ) -> list[StatusKey]:
        """List the keys for the status line: at most five, and the key that lists all others.

        `first` are bindings that the present state needs; bindings that the nearest context marks for the
        status line follow. Acts and commands in `idle` can do nothing now: their keys come last.
        """
        marked: list[Binding] = []
        for context in contexts:
            there = self.keymap.by_context.get(context, {}).values()
            marked = [binding for binding in there if binding.foot and not binding.alias]
            if marked:
                break
        able = [binding for binding in marked if binding.run not in idle]
        rest = [binding for binding in marked if binding.run in idle]
        needed = [binding for binding in first if binding.run not in idle]
        chosen = list({binding.chord: binding for binding in (*needed, *able, *rest)}.values())[:MOST_KEYS]
        found = [StatusKey(keymaps.format_chord(each.chord), each.note, each.chord) for each in chosen]
        if "global" in contexts:
            chord = ("f1",) if typing else ("?",)
            found.append(StatusKey(keymaps.format_chord(chord), "keys", chord))
        return found


def get_user_keymap_path() -> Path:
    """Return the path of the keymap that the user wrote in a text editor; it overrides the preset."""
    return get_config_folder() / "keymap.toml"


def get_studio_keymap_path() -> Path:
    """Return the path of the keys that the user defined in the studio; they override the preset and the user
    keymap.
    """
    return get_config_folder() / "own_keys.toml"
