"""The panel of themes (`g o`). The theme under the cursor is shown on the entire screen.

Enter saves the theme in config.toml; Esc restores the previous theme. The panel also creates the user's own
theme files, and switches reduced motion on and off.
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
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.terminal.by_index import choose_palette_indexes
from milimo_tui.tui.terminal.palettes import ThemeColours
from milimo_tui.tui.terminal.theme import (
    FAILED,
    INDEXED_SUFFIX,
    PICKED,
    STALE,
    THEME_NUMBERS,
    WORKING,
    TextStyles,
)
from milimo_tui.tui.terminal.theme_file import create_theme_file, get_theme_folder
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from textual.timer import Timer

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.theme_switch import ThemeSwitch

# Seconds that the cursor must rest on a theme before the theme is shown. Changing the theme at every key
# would delay the keys.
REST_SECONDS = 0.12
SWATCH = (("accent", "▏"), ("picked", PICKED), ("stale", STALE), ("failed", FAILED), ("working", WORKING))


async def open_theme_panel(app: StudioApp) -> None:
    """Open the panel of themes, and save the chosen theme."""
    switch = app.themes
    before = switch.wanted
    panel = ThemePanel(await app.reading.run(lambda: _load_all_themes(switch)), before)
    chosen = await app.push_screen_wait(panel)
    if chosen:
        await save_theme(app, chosen)
    elif switch.wanted != panel.kept:
        await switch.show_theme(panel.kept)


def _load_all_themes(switch: ThemeSwitch) -> dict[str, ThemeColours | None]:
    """Return the colours of each theme by name; None for a theme file that can't be read."""
    found: dict[str, ThemeColours | None] = {}
    for name in switch.names:
        try:
            found[name] = switch.load_tokens(name)
        except MilimoError:
            found[name] = None
    return found


async def save_theme(app: StudioApp, name: str) -> None:
    """Show a theme and write its name into config.toml. If another setting overrides config.toml, show a
    warning.
    """
    try:
        await app.themes.show_theme(name)
    except MilimoError as error:
        app.show_error(error)
        return
    await _save_setting(app, "theme", name, name)


async def save_motion(app: StudioApp, motion: str) -> None:
    """Apply a motion setting (`full` or `reduced`) and write it into config.toml. If another setting
    overrides config.toml, show a warning.
    """
    app.apply_motion(motion)
    await _save_setting(app, "motion", motion, f"motion is {motion}")


async def _save_setting(app: StudioApp, setting: str, value: str, words: str) -> None:
    """Write a setting into config.toml, and show a message that begins with `words`. The message is a warning
    if another source overrides config.toml.
    """

    def write_setting() -> str:
        write_settings({setting: value})
        return app.studio.read_home_settings()[1][setting]

    try:
        origin = await app.reading.run(write_setting)
    except MilimoError as error:
        app.show_error(error)
        return
    if origin == "config.toml":
        app.show_message(f"{words} from now on", "good")
    else:
        app.show_message(f"{words} for now", "warn", f"{origin} replaces it at the next start")


async def create_own_theme(app: StudioApp, name: str) -> str:
    """Create the user's own theme file as a copy of the theme `name`. Then show the new theme, save it as the
    setting, and show the file's path.

    Return the file's name; empty if the file can't be written.
    """
    switch = app.themes

    def write() -> Path:
        return create_theme_file(app.studio.home.root, name, switch.load_tokens(name))

    try:
        path = await app.reading.run(write)
    except MilimoError as error:
        app.show_error(error)
        return ""
    await save_theme(app, path.name)
    app.show_message(f"{path.name} is your own copy; the studio shows your edits in it", "good", str(path))
    return path.name


class ThemePanel(Overlay):
    """The panel in which the user chooses a theme. It dismisses with the name of the chosen theme, or with an
    empty text if none was chosen.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("themes", "overlay")
    CSS_PATH = "../shell/overlay.tcss"

    def __init__(self, themes: Mapping[str, ThemeColours | None], shown: str) -> None:
        keys = "Enter applies  Esc cancels  {ui.own_theme} your own  {ui.motion} motion"
        super().__init__("Themes", (), keys)
        self._themes, self.kept = dict(themes), shown
        self._timer: Timer | None = None

    def _prepare_panel(self) -> None:
        self.first_rows = make_theme_rows(self._themes, self.kept, self.ink, self._terminal_colours)
        super()._prepare_panel()
        names = list(self._themes)
        if self.kept in names:
            self.rows.move_to(names.index(self.kept))

    @property
    def _terminal_colours(self) -> str:
        return self.studio_app.colours

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Show the theme under the cursor once the cursor rests there."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_SECONDS, self._preview_theme)

    def _preview_theme(self) -> None:
        name, app = self.rows.key, self.studio_app
        if not name or name == app.themes.wanted or not self.is_active:
            return

        async def show() -> None:
            try:
                await app.themes.show_theme(name)
            except MilimoError as error:
                app.show_error(error)
                return
            if self.is_active:
                place = self.rows.cursor
                self.first_rows = make_theme_rows(self._themes, self.kept, self.ink, self._terminal_colours)
                self._filter_rows(self._filter_text)
                self.rows.move_to(place)

        app.run_in_background(show, "acts")

    @action
    def act_motion(self, key_command: KeyCommand) -> None:
        """Switch reduced motion on or off (m). With reduced motion, nothing moves except media that is being
        played.
        """
        app = self.studio_app
        app.run_in_background(partial(save_motion, app, "full" if app.is_still else "reduced"), "acts")

    @action
    def act_own_theme(self, key_command: KeyCommand) -> None:
        """Create the user's own theme file from the theme under the cursor (e). If that theme is already the
        user's own, show its path.
        """
        name, app = self.rows.key, self.studio_app
        if not name:
            return
        if name.endswith(OWN_THEME):
            path = get_theme_folder(app.studio.home.root) / name
            app.show_message(f"{name} is your own copy; the studio shows your edits in it", hint=str(path))
            return
        tokens = self._themes[name]
        if tokens is not None and tokens.ansi:
            app.show_message(
                f"{name} uses the terminal's colours and can't be changed", "warn", "choose another theme"
            )
            return

        async def create_and_select() -> None:
            own = await create_own_theme(app, name)
            if own and self.is_active:
                self.kept = own
                self._themes = await app.reading.run(lambda: _load_all_themes(app.themes))
                self.first_rows = make_theme_rows(self._themes, own, self.ink, self._terminal_colours)
                self._filter_rows(self._filter_text)
                keys = [row.key for row in self.rows.rows]
                if own in keys:  # The text in the filter field may hide the new theme.
                    self.rows.move_to(keys.index(own))

        app.run_in_background(create_and_select, "acts")

    @property
    def _filter_text(self) -> str:
        from textual.widgets import Input

        return self.query_one(Input).value


def make_theme_rows(
    themes: Mapping[str, ThemeColours | None], shown: str, ink: TextStyles, colours: str
) -> tuple[Row, ...]:
    """Return a row for each theme: its name, a sample of glyphs in its colours, and a note (dark, light or
    the user's own).

    `shown` is the saved theme, which is marked. `colours` is the number of colours of the terminal, such as
    `truecolor`.
    """
    rows = []
    for name, tokens in themes.items():
        note = "the terminal's own colours" if tokens is not None and tokens.ansi else ""
        if name.endswith(OWN_THEME):
            note = "yours" if tokens is not None else "yours, but can't be read"
        elif not note and tokens is not None:
            note = "dark" if tokens.dark else "light"
        mark = (PICKED if name == shown else " ", ink.picked)
        left = join_line(mark, f" {name:<22}") + (
            _draw_theme_swatch(name, tokens, colours) if tokens is not None else Text()
        )
        rows.append(Row(name, left, join_line((note, ink.muted)), f"{name} {note}"))
    return tuple(rows)


def _draw_theme_swatch(name: str, tokens: ThemeColours, colours: str) -> Text:
    """Return a sample of state glyphs in a theme's colours; empty if the terminal can't show the colours."""
    if tokens.ansi or colours not in ("truecolor", "256"):
        return Text()
    if colours == "256":
        found = THEME_NUMBERS.get(f"{name}{INDEXED_SUFFIX}") or choose_palette_indexes(tokens)
        look = {role: f"color({number})" for role, number in found.items()}
    else:
        roles = ("background", "text", *(role for role, _ in SWATCH))
        look = {role: getattr(tokens, role) for role in roles}
    text = Text(" Aa ", Style(color=look["text"], bgcolor=look["background"]))
    for role, sign in SWATCH:
        text.append(f"{sign} ", Style(color=look[role], bgcolor=look["background"]))
    return text
