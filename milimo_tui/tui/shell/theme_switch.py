"""The theme that is shown: the one of the settings, another one while it is chosen, a person's own file.

A file of one's own is looked at every second while it is shown: what is changed in it is seen at once.
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

USUAL = "milimo-dark"  # where a file of one's own can't be read
LOOK_SECONDS = 1.0


class ThemeSwitch:
    """Shows themes in an app."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._versions: dict[str, int] = {}  # of files, how often each was read
        self._changed_at = 0.0  # when the file that is shown was written
        self._looks = False
        self._first_trouble: MilimoError | None = None
        self.wanted = app.studio.settings.theme  # as the settings name it
        self._known = USUAL  # what the app knows it as: files have a name for each state

    @property
    def names(self) -> Sequence[str]:
        """The themes there are, those of one's own last. Reads the disk."""
        return (*THEMES, *own_names(self._app.studio.home.root))

    def first(self) -> str:
        """Return the name of the theme to begin with, for the colours that the terminal has."""
        try:
            self._known = self._read(self.wanted)
        except MilimoError as error:
            self._first_trouble = error
        return self.fitting

    @property
    def fitting(self) -> str:
        """The theme that is shown, in the colours that the terminal has."""
        return theme_name(self._known, self._app.colours)

    def begin(self) -> None:
        """Say what is wrong with the first theme, and begin to look whether its file changes."""
        if self._first_trouble is not None:
            self._app.say_error(self._first_trouble)
        self._watch()

    def tokens(self, name: str) -> Tokens:
        """Return the colours of a theme by its name in the settings. Reads the disk for one of one's own.

        Raises NotFound and BadInput.
        """
        return TOKENS[name] if name in TOKENS else read_theme(theme_folder(self._app.studio.home.root) / name)

    def _read(self, name: str) -> str:
        """Return what the app knows a theme as. Raises NotFound and BadInput."""
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
        """Show a theme, everywhere and at once. Raises NotFound and BadInput; then all is as it was."""
        known = await self._app.reading.run(lambda: self._read(name))
        self.wanted, self._known = name, known
        self.fit()
        self._watch()

    def fit(self) -> None:
        """Show the theme in the colours that the terminal has now."""
        app, name = self._app, self.fitting
        if app.theme == name:
            return
        app.register_theme(toolkit_theme(name))
        app.theme = name
        app.pictures.ground = app.ink.rgb("surface")
        app.draw_all_anew()

    # -- a file of one's own -------------------------------------------------------------------------

    def _watch(self) -> None:
        if self.wanted.endswith(OWN_THEME) and not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._looks = False
        self._app.background(self._look_again, "wake")

    async def _look_again(self) -> None:
        """Show the file anew where it was written since; what is wrong in it is said once."""
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
