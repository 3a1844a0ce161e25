"""Chooses the theme on the screen: the theme in the settings, a previewed theme, or a theme file written by
the user.

While a theme file is in use, the file is checked every second, so that changes in it appear immediately.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.core.settings import OWN_THEME, THEMES
from milimo_tui.tui.terminal.palettes import TOKENS, ThemeColours
from milimo_tui.tui.terminal.theme import get_theme_colours, register_own_theme
from milimo_tui.tui.terminal.theme_file import get_theme_folder, list_own_themes, read_theme_file

if TYPE_CHECKING:
    from textual.app import App

    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.background.work_threads import WorkThread

USUAL = "milimo-dark"  # The fallback if the user's own theme file cannot be read.
LOOK_SECONDS = 1.0


class ThemeSwitch:
    """The theme in use and its file. The app uses this object to load, show and reload themes."""

    def __init__(
        self,
        app: App[Any],
        studio: Studio,
        reading: WorkThread,
        show: Callable[[], None],
        show_error: Callable[[MilimoError], None],
    ) -> None:
        """Create the switch. `reading` is the thread that reads the disk. `show` is called to apply the theme
        in use (see `known`) to all screens. `show_error` is called with the error of a broken theme file.
        """
        self._app, self._studio, self._reading = app, studio, reading
        self._show, self._show_error = show, show_error
        # Number of different contents read so far from each theme file, by file name.
        self._versions: dict[str, int] = {}
        self._changed_at = 0.0  # Modification time of the theme file in use, in seconds since 1970.
        self._looks = False
        self._first_trouble: MilimoError | None = None
        self.wanted = studio.settings.theme  # The theme's name in the settings.
        # The name under which the app knows the theme. Each changed version of a theme file gets a new name.
        self.known = USUAL

    @property
    def names(self) -> Sequence[str]:
        """The available themes, the user's own themes last. Reads the disk."""
        return (*THEMES, *list_own_themes(self._studio.home.root))

    def load_first_theme(self) -> None:
        """Load the theme of the settings when the app starts. Screens can't show messages yet, so an error is
        stored and reported later by `start_watching`.
        """
        try:
            self.known = self._register_theme(self.wanted)
        except MilimoError as error:
            self._first_trouble = error

    def start_watching(self) -> None:
        """Report an error found by `load_first_theme`, and begin to check the theme file for changes."""
        if self._first_trouble is not None:
            self._show_error(self._first_trouble)
        self._schedule_file_check()

    def load_tokens(self, name: str) -> ThemeColours:
        """Return the colours of a theme by its name in the settings. Reads the disk for a user's own theme.

        Raises NotFound and BadInput.
        """
        return (
            TOKENS[name]
            if name in TOKENS
            else read_theme_file(get_theme_folder(self._studio.home.root) / name)
        )

    def _register_theme(self, name: str) -> str:
        """Load a theme, register it with the app, and return its name in the app. Raises NotFound and
        BadInput.
        """
        if name in TOKENS:
            return name
        if not name.endswith(OWN_THEME):
            raise NotFound(f"there is no theme “{name}”", "{ui.themes} lists the themes")
        path = get_theme_folder(self._studio.home.root) / name
        with suppress(OSError):
            self._changed_at = path.stat().st_mtime
        tokens, number = self.load_tokens(name), self._versions.get(name, 0)
        if number and get_theme_colours(f"{name}~{number}") == tokens:
            return f"{name}~{number}"
        self._versions[name] = number + 1
        register_own_theme(f"{name}~{number + 1}", tokens)
        return f"{name}~{number + 1}"

    async def show_theme(self, name: str) -> None:
        """Show a theme on all screens immediately. Raises NotFound and BadInput; after an error the previous
        theme stays.
        """
        known = await self._reading.run(lambda: self._register_theme(name))
        self.wanted, self.known = name, known
        self._show()
        self._schedule_file_check()

    def _schedule_file_check(self) -> None:
        if self.wanted.endswith(OWN_THEME) and not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_SECONDS, self._start_file_check)

    def _start_file_check(self) -> None:
        self._looks = False
        self._app.run_worker(self._reload_changed_file(), group="wake")

    async def _reload_changed_file(self) -> None:
        """Reload the theme file and show its theme if the file was modified since the last check. An error in
        the file is reported only once.
        """
        name = self.wanted
        if not name.endswith(OWN_THEME):
            return
        path = get_theme_folder(self._studio.home.root) / name

        def read_modification_time() -> float:
            with suppress(OSError):
                return path.stat().st_mtime
            return self._changed_at

        try:
            if await self._reading.run(read_modification_time) != self._changed_at:
                await self.show_theme(name)
        except MilimoError as error:
            self._show_error(error)
        finally:
            self._schedule_file_check()
