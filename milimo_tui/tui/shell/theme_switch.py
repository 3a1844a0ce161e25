"""The theme that is shown: the theme of the settings, a theme that is previewed, or the user's own theme
file.

The user's own file is checked every second while it is shown, so changes in the file appear immediately.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.core.settings import OWN_THEME, THEMES
from milimo_tui.tui.terminal.theme import (
    TOKENS,
    ThemeColours,
    get_theme_colours,
    register_own_theme,
)
from milimo_tui.tui.terminal.theme_file import get_theme_folder, list_own_themes, read_theme_file

if TYPE_CHECKING:
    from textual.app import App

    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.background.work_threads import WorkThread

USUAL = "milimo-dark"  # The fallback if the user's own theme file cannot be read.
LOOK_SECONDS = 1.0


class ThemeSwitch:
    """The chosen theme and its file."""

    def __init__(
        self,
        app: App[Any],
        studio: Studio,
        reading: WorkThread,
        show: Callable[[], None],
        show_error: Callable[[MilimoError], None],
    ) -> None:
        """Create the switch. `show` shows the theme `known` on all screens."""
        self._app, self._studio, self._reading = app, studio, reading
        self._show, self._show_error = show, show_error
        self._versions: dict[str, int] = {}  # How often each theme file was read.
        self._changed_at = 0.0  # Modification time of the shown file.
        self._looks = False
        self._first_trouble: MilimoError | None = None
        self.wanted = studio.settings.theme  # The theme's name in the settings.
        self.known = USUAL  # The theme's name in the app; a file has a new name for each version.

    @property
    def names(self) -> Sequence[str]:
        """The available themes, the user's own themes last. Reads the disk."""
        return (*THEMES, *list_own_themes(self._studio.home.root))

    def load_first_theme(self) -> None:
        """Load the theme to begin with; `start_watching` reports an error in it."""
        try:
            self.known = self._register_theme(self.wanted)
        except MilimoError as error:
            self._first_trouble = error

    def start_watching(self) -> None:
        """Report an error in the first theme, and begin to check its file for changes."""
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
        """Load a theme and return its name in the app. Raises NotFound and BadInput."""
        if name in TOKENS:
            return name
        if not name.endswith(OWN_THEME):
            raise BadInput(f"there is no theme “{name}”", "{ui.themes} shows them all")
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
        """Show a theme on all screens immediately. Raises NotFound and BadInput; then nothing is changed."""
        known = await self._reading.run(lambda: self._register_theme(name))
        self.wanted, self.known = name, known
        self._show()
        self._schedule_file_check()

    # -- the user's own theme file -------------------------------------------------------------------

    def _schedule_file_check(self) -> None:
        if self.wanted.endswith(OWN_THEME) and not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_SECONDS, self._start_file_check)

    def _start_file_check(self) -> None:
        self._looks = False
        self._app.run_worker(self._reload_changed_file(), group="wake")

    async def _reload_changed_file(self) -> None:
        """Show the theme file again if it was written since; an error in the file is reported once."""
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
