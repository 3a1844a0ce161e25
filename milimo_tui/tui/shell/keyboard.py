"""The keyboard of the app: the keymap with the user's changes, its parser, and the keys shown on the status
line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.host import get_config_folder
from milimo_tui.core.settings import KEY_PRESETS
from milimo_tui.tui.keys import keymap as keymaps
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.key_parser import KeyParser
from milimo_tui.tui.keys.keymap import Binding, Keymap
from milimo_tui.tui.widgets.hints import DELAY
from milimo_tui.tui.widgets.lines import StatusKey

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Studio

# Maximum number of keys on the status line, besides the key that lists all keys. Further keys are left out.
MOST_KEYS = 5


class Keyboard:
    """The keymap of the app, including the user's changes, and the parser that reads keys by it."""

    def __init__(
        self,
        studio: Studio,
        show_warning: Callable[[str, str], None],
        show_error: Callable[[MilimoError], None],
    ) -> None:
        self._studio, self._show_warning, self._show_error = studio, show_warning, show_error
        self._parser: KeyParser | None = None
        self.hints_after = DELAY
        # A function that receives each key first. If it returns True, the key is not handled further.
        self.capture: Callable[[str], bool] | None = None
        self.opening = 0  # Number of panels that are being prepared; keys wait until it is 0.

    @property
    def parser(self) -> KeyParser:
        """The key parser. If a keymap file of the user cannot be read, the error is shown and the preset is
        used.
        """
        if self._parser is None:
            self._parser = KeyParser(self._read_keymap())
        return self._parser

    @property
    def keymap(self) -> Keymap:
        return self.parser.keymap

    def use_keymap(self, keymap: Keymap) -> None:
        """Replace the keymap. An incomplete chord is discarded."""
        self.parser.reset()
        self.parser.keymap = keymap

    def _read_keymap(self) -> Keymap:
        own, path, preset = get_user_keymap_path(), get_studio_keymap_path(), self._studio.settings.keymap
        try:
            keymap = keymap_file.load_keymap(preset, own, path)
        except BadInput as error:
            self._show_error(error)
            return keymap_file.load_keymap(preset if preset in KEY_PRESETS else "default")
        # Report only conflicts in the user's own file. Conflicts of keys that were defined in the studio were
        # shown at that time.
        conflicts = keymap_file.load_keymap(preset, own).describe_conflicts() if own.exists() else ()
        if conflicts:
            more = f", and {len(conflicts) - 1} more" if len(conflicts) > 1 else ""
            self._show_warning(f"{own.name}: {conflicts[0]}{more}", "{ui.help} lists the keys of a screen")
        return keymap

    @contextmanager
    def hold_keys_while_opening(self) -> Iterator[None]:
        """Make keys wait during the `with` block, in which a panel is prepared. Keys typed after the key that
        opens the panel are meant for the panel.
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
        """Return at most five keys for the status line, followed by the key that lists all keys.

        The bindings in `first` come first; they are the keys that the user needs most at the moment. Then
        come the bindings that the keymap marks for the status line. These are taken from the first of
        `contexts` that has any. Keys of actions and commands in `idle`, which can do nothing now, come last.
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
    """Return the path of the keymap file that the user writes in a text editor. It overrides the preset."""
    return get_config_folder() / "keymap.toml"


def get_studio_keymap_path() -> Path:
    """Return the path of the file with the keys that the user defined inside the studio. This file overrides
    the preset and the user's own keymap file.
    """
    return get_config_folder() / "own_keys.toml"
