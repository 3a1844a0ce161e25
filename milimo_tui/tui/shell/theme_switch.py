"""The theme that is shown: the theme of the settings, a theme that is previewed, or the user's own theme
file.

The user's own file is checked every second while it is shown, so changes in the file appear immediately.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.settings import OWN_THEME, THEMES
from milimo_tui.tui.terminal.theme import TOKENS, Tokens, take_up, theme_name, tokens_of, toolkit_theme
from milimo_tui.tui.terminal.theme_file import own_names, read_theme, theme_folder

if TYPE_CHECKING:
    from milimo_tui.tui.shell.base_app import BaseApp

USUAL = "milimo-dark"  # The fallback if the user's own theme file cannot be read.
LOOK_SECONDS = 1.0


class ThemeSwitch:
    """Shows themes in an app."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._versions: dict[str, int] = {}  # How often each theme file was read.
        self._changed_at = 0.0  # Modification time of the shown file.
        self._looks = False
        self._first_trouble: MilimoError | None = None
        self.wanted = app.studio.settings.theme  # The theme's name in the settings.
        self._known = USUAL  # The theme's name in the app; a file has a new name for each version.

    @property
    def names(self) -> Sequence[str]:
        """The available themes, the user's own themes last. Reads the disk."""
        return (*THEMES, *own_names(self._app.studio.home.root))

    def first(self) -> str:
        """Return the name of the theme to begin with, in the variant for the terminal's colours."""
        try:
            self._known = self._read(self.wanted)
        except MilimoError as error:
            self._first_trouble = error
        return self.fitting

    @property
    def fitting(self) -> str:
        """The name of the shown theme, in the variant for the terminal's colours."""
        return theme_name(self._known, self._app.colours)

    def begin(self) -> None:
        """Report an error in the first theme, and begin to check its file for changes."""
        if self._first_trouble is not None:
            self._app.say_error(self._first_trouble)
        self._watch()

    def tokens(self, name: str) -> Tokens:
        """Return the colours of a theme by its name in the settings. Reads the disk for a user's own theme.

        Raises NotFound and BadInput.
        """
        return TOKENS[name] if name in TOKENS else read_theme(theme_folder(self._app.studio.home.root) / name)

    def _read(self, name: str) -> str:
        """Load a theme and return its name in the app. Raises NotFound and BadInput."""
        if name in TOKENS:
            return name
        if not name.endswith(OWN_THEME):
            raise BadInput(f"there is no theme “{name}”", "{ui.themes} shows them all")
        path = theme_folder(self._app.studio.home.root) / name
        with suppress(OSError):
            self._changed_at = path.stat().st_mtime
        tokens, number = self.tokens(name), self._versions.get(name, 0)
        if number and tokens_of(f"{name}~{number}") == tokens:
            return f"{name}~{number}"
        self._versions[name] = number + 1
        take_up(f"{name}~{number + 1}", tokens)
        return f"{name}~{number + 1}"

    async def show(self, name: str) -> None:
        """Show a theme on all screens immediately. Raises NotFound and BadInput; then nothing is changed."""
        known = await self._app.reading.run(lambda: self._read(name))
        self.wanted, self._known = name, known
        self.fit()
        self._watch()

    def fit(self) -> None:
        """Show the theme in the variant for the colours that the terminal has now."""
        app, name = self._app, self.fitting
        if app.theme == name:
            return
        app.register_theme(toolkit_theme(name))
        app.theme = name
        app.pictures.ground = app.ink.rgb("surface")
        app.draw_all_anew()

    # -- the user's own theme file -------------------------------------------------------------------

    def _watch(self) -> None:
        if self.wanted.endswith(OWN_THEME) and not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._looks = False
        self._app.background(self._look_again, "wake")

    async def _look_again(self) -> None:
        """Show the theme file again if it was written since; an error in the file is reported once."""
        name = self.wanted
        if not name.endswith(OWN_THEME):
            return
        path = theme_folder(self._app.studio.home.root) / name

        def written() -> float:
            with suppress(OSError):
                return path.stat().st_mtime
            return self._changed_at

        try:
            if await self._app.reading.run(written) != self._changed_at:
                await self.show(name)
        except MilimoError as error:
            self._app.say_error(error)
        finally:
            self._watch()
