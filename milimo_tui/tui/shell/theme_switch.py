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
from milimo_tui.tui.terminal.theme import (
    TOKENS,
    ThemeColours,
    choose_theme_name,
    get_theme_colours,
    make_textual_theme,
    register_own_theme,
)
from milimo_tui.tui.terminal.theme_file import get_theme_folder, list_own_themes, read_theme_file

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
        return (*THEMES, *list_own_themes(self._app.studio.home.root))

    def load_first_theme(self) -> str:
        """Return the name of the theme to begin with, in the variant for the terminal's colours."""
        try:
            self._known = self._register_theme(self.wanted)
        except MilimoError as error:
            self._first_trouble = error
        return self.fitted_theme_name

    @property
    def fitted_theme_name(self) -> str:
        """The name of the shown theme, in the variant for the terminal's colours."""
        return choose_theme_name(self._known, self._app.colours)

    def start_watching(self) -> None:
        """Report an error in the first theme, and begin to check its file for changes."""
        if self._first_trouble is not None:
            self._app.show_error(self._first_trouble)
        self._schedule_file_check()

    def load_tokens(self, name: str) -> ThemeColours:
        """Return the colours of a theme by its name in the settings. Reads the disk for a user's own theme.

        Raises NotFound and BadInput.
        """
        return (
            TOKENS[name]
            if name in TOKENS
            else read_theme_file(get_theme_folder(self._app.studio.home.root) / name)
        )

    def _register_theme(self, name: str) -> str:
        """Load a theme and return its name in the app. Raises NotFound and BadInput."""
        if name in TOKENS:
            return name
        if not name.endswith(OWN_THEME):
            raise BadInput(f"there is no theme “{name}”", "{ui.themes} shows them all")
        path = get_theme_folder(self._app.studio.home.root) / name
        with suppress(OSError):
            self._changed_at = path.stat().st_mtime
        tokens, number = self.load_tokens(name), self._versions.get(name, 0)
        if number and get_theme_colours(f"{name}~{number}") == tokens:
            return f"{name}~{number}"
        self._versions[name] = number + 1
        register_own_theme(f"{name}~{number + 1}", tokens)
        return f"{name}~{number + 1}"

    async def show_theme(self, name: str) -> None:
        """Show a theme on all screens immediately. Raises NotFound and BadInput; then nothing is changed."""
        known = await self._app.reading.run(lambda: self._register_theme(name))
        self.wanted, self._known = name, known
        self.apply_fitted_theme()
        self._schedule_file_check()

    def apply_fitted_theme(self) -> None:
        """Show the theme in the variant for the colours that the terminal has now."""
        app, name = self._app, self.fitted_theme_name
        if app.theme == name:
            return
        app.register_theme(make_textual_theme(name))
        app.theme = name
        app.pictures.ground = app.ink.get_rgb("surface")
        app.redraw_all_screens()

    # -- the user's own theme file -------------------------------------------------------------------

    def _schedule_file_check(self) -> None:
        if self.wanted.endswith(OWN_THEME) and not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_SECONDS, self._start_file_check)

    def _start_file_check(self) -> None:
        self._looks = False
        self._app.run_in_background(self._reload_changed_file, "wake")

    async def _reload_changed_file(self) -> None:
        """Show the theme file again if it was written since; an error in the file is reported once."""
        name = self.wanted
        if not name.endswith(OWN_THEME):
            return
        path = get_theme_folder(self._app.studio.home.root) / name

        def read_modification_time() -> float:
            with suppress(OSError):
                return path.stat().st_mtime
            return self._changed_at

        try:
            if await self._app.reading.run(read_modification_time) != self._changed_at:
                await self.show_theme(name)
        except MilimoError as error:
            self._app.show_error(error)
        finally:
            self._schedule_file_check()
