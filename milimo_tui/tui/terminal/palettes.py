"""The colours of all built-in themes, one colour for each role. This module has only values.

The colours of well-known schemes are those of their authors. A hue that would not be readable on a clip is
made lighter or darker, just enough for a contrast of 4.5 to 1 on background, panel and clip.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ThemeColours:
    """The colours of one theme, one attribute for each role such as `background` or `accent`. The notation is
    one that both Rich and Textual can read.
    """

    background: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    working: str
    picked: str
    stale: str
    failed: str
    edge: str  # Colour of the line at the beginning of each clip on the timeline.
    selected: str  # Background colour of the item on which keys act.
    wave: str  # Colour of the waveform of a clip's sound.
    dark: bool = True
    ansi: bool = False


DARK = ThemeColours(
    background="#101216",
    surface="#171a20",
    raised="#20242c",
    line="#343a45",
    text="#e7e5df",
    muted="#8f98a6",
    accent="#5fd3c6",
    working="#78a9ff",
    picked="#7fd18b",
    stale="#e8b75a",
    failed="#ff7a76",
    edge="#8f98a6",
    selected="#1c5a58",
    wave="#818a97",
)
LIGHT = ThemeColours(
    background="#fbfaf7",
    surface="#f2f0ea",
    raised="#e7e4db",
    line="#cdc8bb",
    text="#1d2127",
    muted="#5f6875",
    accent="#0b6e66",
    working="#1f4fbf",
    picked="#17692f",
    stale="#8a5a00",
    failed="#b3261e",
    edge="#5f6875",
    selected="#8fc1bb",
    wave="#6f7680",
    dark=False,
)
ANSI = ThemeColours(
    background="ansi_default",
    surface="ansi_default",
    raised="ansi_default",
    # Drawn with the attribute dim, because in some users' themes bright black is the background colour.
    line="ansi_default",
    text="ansi_default",
    muted="ansi_default",
    accent="ansi_cyan",
    working="ansi_blue",
    picked="ansi_green",
    stale="ansi_yellow",
    failed="ansi_red",
    edge="ansi_default",
    selected="ansi_default",  # Drawn with the attribute reverse.
    wave="ansi_default",  # Drawn with the attribute dim.
    ansi=True,
)
SCHEMES: Mapping[str, ThemeColours] = {
    "nord": ThemeColours(  # Nord, by Arctic Ice Studio
        background="#2e3440",
        surface="#343b49",
        raised="#3b4252",
        line="#4c566a",
        text="#eceff4",
        muted="#b6bfce",
        accent="#88c0d0",
        working="#90b1d1",
        picked="#a3be8c",
        stale="#ebcb8b",
        failed="#f6929a",
        edge="#b6bfce",
        selected="#4b6a8a",
        wave="#a3adbf",
    ),
    "gruvbox-dark": ThemeColours(  # Gruvbox, by Pavel Pertsev
        background="#282828",
        surface="#32302f",
        raised="#3c3836",
        line="#504945",
        text="#ebdbb2",
        muted="#b0a18c",
        accent="#8ec07c",
        working="#88aa9d",
        picked="#b8bb26",
        stale="#fabd2f",
        failed="#fe7a66",
        edge="#a89984",
        selected="#48654e",
        wave="#a89984",
    ),
    "gruvbox-light": ThemeColours(  # Gruvbox, light variant
        background="#fbf1c7",
        surface="#f2e5bc",
        raised="#ebdbb2",
        line="#bdae93",
        text="#3c3836",
        muted="#665c54",
        accent="#336c4a",
        working="#076678",
        picked="#676201",
        stale="#885600",
        failed="#9d0006",
        edge="#665c54",
        selected="#a5b893",
        wave="#796c61",
        dark=False,
    ),
    "solarized-dark": ThemeColours(  # Solarized, by Ethan Schoonover
        background="#002b36",
        surface="#05313d",
        raised="#0b3d4a",
        line="#2a5a66",
        text="#eee8d5",
        muted="#95a3a3",
        accent="#3fb1a7",
        working="#48a7f0",
        picked="#95aa27",
        stale="#c79a27",
        failed="#ff766a",
        edge="#93a1a1",
        selected="#18616c",
        wave="#839496",
    ),
    "solarized-light": ThemeColours(  # Solarized, light variant
        background="#fdf6e3",
        surface="#f5efdc",
        raised="#e9e2cd",
        line="#c9c3ae",
        text="#073642",
        muted="#52686f",
        accent="#02716a",
        working="#0068a5",
        picked="#5d6b00",
        stale="#7e5f04",
        failed="#c8161c",
        edge="#586e75",
        selected="#97bfba",
        wave="#61777f",
        dark=False,
    ),
    "dracula": ThemeColours(  # Dracula, by Zeno Rocha
        background="#282a36",
        surface="#2f3240",
        raised="#383b4c",
        line="#525670",
        text="#f8f8f2",
        muted="#b4bbd3",
        accent="#8be9fd",
        working="#bd93f9",
        picked="#50fa7b",
        stale="#f1fa8c",
        failed="#fd817b",
        edge="#b4bbd3",
        selected="#4f5b8c",
        wave="#9aa5c9",
    ),
    "catppuccin-mocha": ThemeColours(  # Catppuccin, Mocha
        background="#1e1e2e",
        surface="#262637",
        raised="#313244",
        line="#45475a",
        text="#cdd6f4",
        muted="#a6adc8",
        accent="#94e2d5",
        working="#89b4fa",
        picked="#a6e3a1",
        stale="#f9e2af",
        failed="#f38ba8",
        edge="#a6adc8",
        selected="#3f5a78",
        wave="#9399b2",
    ),
    "catppuccin-latte": ThemeColours(  # Catppuccin, Latte
        background="#eff1f5",
        surface="#e6e9ef",
        raised="#dce0e8",
        line="#bcc0cc",
        text="#41445e",
        muted="#5c5f77",
        accent="#026d73",
        working="#0d57e5",
        picked="#1b7300",
        stale="#8d5600",
        failed="#c70033",
        edge="#5c5f77",
        selected="#a3b7dc",
        wave="#6c6f85",
        dark=False,
    ),
    "tokyo-night": ThemeColours(  # Tokyo Night, by Enkia
        background="#1a1b26",
        surface="#1f2335",
        raised="#292e42",
        line="#3b4261",
        text="#c0caf5",
        muted="#9aa5ce",
        accent="#7dcfff",
        working="#7aa2f7",
        picked="#9ece6a",
        stale="#e0af68",
        failed="#f7768e",
        edge="#9aa5ce",
        selected="#33518a",
        wave="#8d97bd",
    ),
    "high-contrast": ThemeColours(  # Black and white; text contrast of 7 to 1 or more
        background="#000000",
        surface="#101010",
        raised="#2a2a2a",
        line="#8a8a8a",
        text="#ffffff",
        muted="#dcdcdc",
        accent="#00ffff",
        working="#9ec5ff",
        picked="#66ff66",
        stale="#ffe600",
        failed="#fe9d8e",
        edge="#ffffff",
        selected="#0047b3",
        wave="#dcdcdc",
    ),
    "high-contrast-light": ThemeColours(  # The same scheme on white
        background="#ffffff",
        surface="#f4f4f4",
        raised="#dadada",
        line="#6a6a6a",
        text="#000000",
        muted="#2e2e2e",
        accent="#004a5c",
        working="#00308f",
        picked="#00450d",
        stale="#5a3500",
        failed="#8b0000",
        edge="#000000",
        selected="#81b6f0",
        wave="#2e2e2e",
        dark=False,
    ),
    "colour-blind": ThemeColours(  # Hues that stay distinct without red, green or blue cones
        background="#14161a",
        surface="#1b1e24",
        raised="#272b33",
        line="#454c59",
        text="#f0f0ea",
        muted="#a7afbb",
        accent="#b68498",
        working="#62a6ff",
        picked="#7cffed",
        stale="#e7e66a",
        failed="#fe5d09",
        edge="#a7afbb",
        selected="#235a80",
        wave="#98a1ae",
    ),
    "colour-blind-light": ThemeColours(  # The same scheme on a light background
        background="#fbfbf8",
        surface="#f1f1ec",
        raised="#e3e3dc",
        line="#c2c2b8",
        text="#17191d",
        muted="#555c66",
        accent="#650098",
        working="#0e1c4c",
        picked="#004e4b",
        stale="#7a6200",
        failed="#480002",
        edge="#555c66",
        selected="#95bdda",
        wave="#666d77",
        dark=False,
    ),
}
# All built-in themes by name. `core.settings.THEMES` lists the names that a user can choose.
TOKENS: Mapping[str, ThemeColours] = {
    "milimo-dark": DARK,
    "milimo-light": LIGHT,
    **SCHEMES,
    "milimo-ansi": ANSI,
}
