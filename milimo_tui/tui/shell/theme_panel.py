"""The panel of themes (`g o`): the theme under the cursor is shown on the entire screen.

Enter saves the theme in config.toml, Esc returns to the previous theme. The panel also creates the user's own
theme files and sets how much moves by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import MilimoError
from milimo_tui.core.settings import OWN_THEME
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.terminal.by_index import numbers_of
from milimo_tui.tui.terminal.theme import BY_NUMBER, FAILED, NUMBERS, PICKED, STALE, WORKING, Ink, Tokens
from milimo_tui.tui.terminal.theme_file import begin_theme, theme_folder
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp, ThemesShown

# The cursor must rest this long before its theme is shown, so that keys do not wait for it.
REST_SECONDS = 0.12
SWATCH = (("accent", "▏"), ("picked", PICKED), ("stale", STALE), ("failed", FAILED), ("working", WORKING))


async def open_themes(app: StudioApp) -> None:
    """Open the panel and save the chosen theme."""
    switch = app.themes
    before = switch.wanted
    panel = ThemePanel(await app.reading.run(lambda: _read_all(switch)), before)
    chosen = await app.push_screen_wait(panel)
    if chosen:
        await keep(app, chosen)
    elif switch.wanted != panel.kept:
        await switch.show(panel.kept)


def _read_all(switch: ThemesShown) -> dict[str, Tokens | None]:
    """Return each theme with its colours; None for a file that cannot be read."""
    found: dict[str, Tokens | None] = {}
    for name in switch.names:
        try:
            found[name] = switch.tokens(name)
        except MilimoError:
            found[name] = None
    return found


async def keep(app: StudioApp, name: str) -> None:
    """Show a theme and write it into config.toml; report another setting that overrides config.toml."""
    try:
        await app.themes.show(name)
    except MilimoError as error:
        app.say_error(error)
        return
    await _write_down(app, "theme", name, name)


async def set_motion(app: StudioApp, motion: str) -> None:
    """Apply a motion setting and write it into config.toml; report another setting that overrides
    config.toml.
    """
    app.move_so(motion)
    await _write_down(app, "motion", motion, f"motion is {motion}")


async def _write_down(app: StudioApp, setting: str, value: str, words: str) -> None:
    """Write a setting into config.toml, and show a message that begins with `words`."""

    def write() -> str:
        write_settings({setting: value})
        return app.studio.read_settings()[1][setting]

    try:
        origin = await app.reading.run(write)
    except MilimoError as error:
        app.say_error(error)
        return
    if origin == "config.toml":
        app.say(f"{words} from now on", "good")
    else:
        app.say(f"{words} for now", "warn", f"{origin} overrules it at the next start")


async def begin_own(app: StudioApp, name: str) -> str:
    """Create the user's own theme file based on a theme, show and save it, and show its path.

    Returns the file's name; empty if the file cannot be written.
    """
    switch = app.themes

    def write() -> Path:
        return begin_theme(app.studio.home.root, name, switch.tokens(name))

    try:
        path = await app.reading.run(write)
    except MilimoError as error:
        app.say_error(error)
        return ""
    await keep(app, path.name)
    app.say(f"{path.name} is yours: what you save in it is shown", "good", str(path))
    return path.name


class ThemePanel(Overlay):
    """The panel of themes. Dismisses with the name of the chosen theme, empty when closed."""

    CONTEXTS: ClassVar[tuple[str, ...]] = ("themes", "overlay")
    CSS_PATH = "overlay.tcss"

    def __init__(self, themes: Mapping[str, Tokens | None], shown: str) -> None:
        keys = "Enter keeps it  Esc as it was  {ui.own_theme} your own  {ui.motion} motion"
        super().__init__("Themes", (), keys)
        self._themes, self.kept = dict(themes), shown
        self._timer: Timer | None = None

    def _open(self) -> None:
        self.first_rows = theme_rows(self._themes, self.kept, self.ink, self._shows_colour)
        super()._open()
        names = list(self._themes)
        if self.kept in names:
            self.rows.move_to(names.index(self.kept))

    @property
    def _shows_colour(self) -> str:
        return self.studio_app.colours

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Show the theme under the cursor once the cursor rests there."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_SECONDS, self._try_on)

    def _try_on(self) -> None:
        name, app = self.rows.key, self.studio_app
        if not name or name == app.themes.wanted or not self.is_active:
            return

        async def show() -> None:
            try:
                await app.themes.show(name)
            except MilimoError as error:
                app.say_error(error)
                return
            if self.is_active:
                place = self.rows.cursor
                self.first_rows = theme_rows(self._themes, self.kept, self.ink, self._shows_colour)
                self._filter(self._words)
                self.rows.move_to(place)

        app.background(show, "acts")

    def act_motion(self, key_command: KeyCommand) -> None:
        """m: switch reduced motion on or off; with reduced motion nothing moves by itself except what is
        played.
        """
        app = self.studio_app
        app.background(partial(set_motion, app, "full" if app.is_still else "reduced"), "acts")

    def act_own_theme(self, key_command: KeyCommand) -> None:
        """e: create the user's own theme file from the theme under the cursor; for a user's own theme, show
        its path.
        """
        name, app = self.rows.key, self.studio_app
        if not name:
            return
        if name.endswith(OWN_THEME):
            path = theme_folder(app.studio.home.root) / name
            app.say(f"{name} is yours: what you save in it is shown", hint=str(path))
            return
        tokens = self._themes[name]
        if tokens is not None and tokens.ansi:
            app.say(f"{name} has the terminal's colours: none to change", "warn", "go to another one")
            return

        async def begin() -> None:
            own = await begin_own(app, name)
            if own and self.is_active:
                self.kept = own
                self._themes = await app.reading.run(lambda: _read_all(app.themes))
                self.first_rows = theme_rows(self._themes, own, self.ink, self._shows_colour)
                self._filter(self._words)
                shown = [row.key for row in self.rows.rows]
                if own in shown:  # Otherwise the filter hides the new theme.
                    self.rows.move_to(shown.index(own))

        app.background(begin, "acts")

    @property
    def _words(self) -> str:
        from textual.widgets import Input

        return self.query_one(Input).value


def theme_rows(themes: Mapping[str, Tokens | None], shown: str, ink: Ink, colours: str) -> tuple[Row, ...]:
    """Return a row for each theme: its name, its state glyphs in its own colours, and whose theme it is."""
    rows = []
    for name, tokens in themes.items():
        note = "the terminal's own colours" if tokens is not None and tokens.ansi else ""
        if name.endswith(OWN_THEME):
            note = "yours" if tokens is not None else "yours, but can't be read"
        elif not note and tokens is not None:
            note = "dark" if tokens.dark else "light"
        mark = (PICKED if name == shown else " ", ink.picked)
        left = line(mark, f" {name:<22}") + (_swatch(name, tokens, colours) if tokens is not None else Text())
        rows.append(Row(name, left, line((note, ink.muted)), f"{name} {note}"))
    return tuple(rows)


def _swatch(name: str, tokens: Tokens, colours: str) -> Text:
    """Return the state glyphs in a theme's own colours; empty if the terminal does not support these
    colours.
    """
    if tokens.ansi or colours not in ("truecolor", "256"):
        return Text()
    if colours == "256":
        found = NUMBERS.get(f"{name}{BY_NUMBER}") or numbers_of(tokens)
        look = {role: f"color({number})" for role, number in found.items()}
    else:
        roles = ("background", "text", *(role for role, _ in SWATCH))
        look = {role: getattr(tokens, role) for role in roles}
    text = Text(" Aa ", Style(color=look["text"], bgcolor=look["background"]))
    for role, sign in SWATCH:
        text.append(f"{sign} ", Style(color=look[role], bgcolor=look["background"]))
    return text
