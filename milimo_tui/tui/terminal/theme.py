"""The themes of the studio for terminals with true colours, 256 colours, 16 colours or none, as Textual
themes and as styles for drawing.

Every colour has a meaning, and every meaning also has a glyph, so that no state is shown by colour alone. A
256-colour theme consists of palette numbers, which `row_filters.IndexedColourFilter` writes. The colours are
in `palettes`. The palette numbers are in this module or computed by `by_index`. Themes written by users are
read by `theme_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from rich.style import Style
from textual.theme import Theme

from milimo_tui.tui.terminal.by_index import choose_palette_indexes, palette_index_to_hex
from milimo_tui.tui.terminal.palettes import ANSI, TOKENS, ThemeColours

# Glyphs that show a state by their shape. See the document SCREENS, section “Rules of the look”.
PICKED, STALE, WAITING, FAILED, WORKING, EMPTY, OFFLINE = "●", "◐", "…", "✕", "▒", "○", "⊘"
CURSOR, RULE = "▸", "─"
STARS = "★"


INDEXED_SUFFIX = "-256"  # Suffix of the names of 256-colour themes.


def make_indexed_theme(numbers: Mapping[str, int], *, dark: bool) -> ThemeColours:
    """Return a theme of palette numbers, with the exact colours that these numbers have in a terminal."""
    values: dict[str, Any] = {name: palette_index_to_hex(number) for name, number in numbers.items()}
    return ThemeColours(**values, dark=dark)


# Palette numbers for each role. See the document SCREENS, section “Colours”. The contrast ratio is 1.5
# between a clip and its background, and also between a selection and a clip.
DARK_NUMBERS: Mapping[str, int] = {
    "background": 233, "surface": 235, "raised": 237, "line": 237, "selected": 23, "edge": 249, "accent": 80,
    "wave": 248, "text": 254, "muted": 248, "stale": 221, "failed": 210, "picked": 114, "working": 111,
}  # fmt: skip
LIGHT_NUMBERS: Mapping[str, int] = {
    "background": 231, "surface": 255, "raised": 252, "line": 252, "selected": 109, "edge": 239, "accent": 23,
    "wave": 239, "text": 233, "muted": 239, "stale": 58, "failed": 124, "picked": 22, "working": 18,
}  # fmt: skip


DARK_256, LIGHT_256 = (
    make_indexed_theme(DARK_NUMBERS, dark=True),
    make_indexed_theme(LIGHT_NUMBERS, dark=False),
)
# Themes whose palette numbers were chosen manually. The numbers of other themes are computed by `by_index`.
INDEXED_THEMES: Mapping[str, ThemeColours] = {"milimo-dark-256": DARK_256, "milimo-light-256": LIGHT_256}
THEME_NUMBERS: Mapping[str, Mapping[str, int]] = {
    "milimo-dark-256": DARK_NUMBERS,
    "milimo-light-256": LIGHT_NUMBERS,
}
_own_themes: dict[str, ThemeColours] = {}  # Themes from users' theme files, by their name in the app.


def register_own_theme(name: str, tokens: ThemeColours) -> None:
    """Register the colours of a user's theme file under a name. The colours of a registered name never change
    while the studio runs.
    """
    _own_themes[name] = tokens


@cache
def get_palette_indexes(theme: str) -> Mapping[str, int] | None:
    """Return the palette numbers of a 256-colour theme; None for any other theme."""
    if not theme.endswith(INDEXED_SUFFIX):
        return None
    return THEME_NUMBERS.get(theme) or choose_palette_indexes(
        get_theme_colours(theme.removesuffix(INDEXED_SUFFIX))
    )


@cache
def get_theme_colours(theme: str) -> ThemeColours:
    """Return the colours of a theme as the terminal shows them. For an unknown theme, return the terminal's
    own 16 colours.
    """
    if theme in INDEXED_THEMES:
        return INDEXED_THEMES[theme]
    if theme.endswith(INDEXED_SUFFIX):
        name = theme.removesuffix(INDEXED_SUFFIX)
        return make_indexed_theme(
            choose_palette_indexes(get_theme_colours(name)), dark=get_theme_colours(name).dark
        )
    return _own_themes.get(theme) or TOKENS.get(theme, ANSI)


def _to_rich_colour(colour: str) -> str:
    return colour.removeprefix("ansi_")


@dataclass(frozen=True)
class TextStyles:
    """The text styles in which the studio draws lines, made from the theme's colours. `plain` is True if the
    terminal shows no colours.
    """

    tokens: ThemeColours
    plain: bool = False

    def _make_role_style(self, name: str) -> Style:
        return Style(color=_to_rich_colour(getattr(self.tokens, name)))

    def get_rgb(self, name: str) -> tuple[int, int, int]:
        """Return red, green and blue (0 to 255) of a role such as `background`. Returns black if the theme
        uses the terminal's own colours.
        """
        colour = getattr(self.tokens, name)
        if not colour.startswith("#"):
            return (0, 0, 0)
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

    @cached_property
    def text(self) -> Style:
        return self._make_role_style("text")

    @cached_property
    def strong(self) -> Style:
        return self._make_role_style("text") + Style(bold=True)

    @cached_property
    def muted(self) -> Style:
        return Style(dim=True) if self.tokens.ansi else self._make_role_style("muted")

    @cached_property
    def line(self) -> Style:
        return Style(dim=True) if self.tokens.ansi else self._make_role_style("line")

    @cached_property
    def accent(self) -> Style:
        return Style(bold=True) if self.plain else self._make_role_style("accent")

    @cached_property
    def working(self) -> Style:
        return self._make_role_style("working")

    @cached_property
    def picked(self) -> Style:
        return self._make_role_style("picked")

    @cached_property
    def stale(self) -> Style:
        return self._make_role_style("stale")

    @cached_property
    def failed(self) -> Style:
        if self.plain:
            return Style(bold=True)
        return self._make_role_style("failed") + Style(bold=True if self.tokens.ansi else None)

    @cached_property
    def key(self) -> Style:
        """Style of a key's name on the status line, in hints and in help."""
        return Style(bold=True) + (Style() if self.plain else self._make_role_style("text"))

    @cached_property
    def cursor(self) -> Style:
        """Style of the row or cell that has the cursor and the focus."""
        if self.tokens.ansi:
            return Style(reverse=True)
        return Style(bgcolor=_to_rich_colour(self.tokens.raised), bold=True)

    @cached_property
    def chosen(self) -> Style:
        """Style of the current row while another pane has the focus."""
        if self.tokens.ansi:
            return Style(underline=True)
        return Style(bgcolor=_to_rich_colour(self.tokens.surface))

    @staticmethod
    def combine_styles(row: Style, words: Style | None) -> Style:
        """Combine the style of a row with the style of words on it. If the row is in reverse video, the
        words' colours are ignored, so that the row stays a solid block.
        """
        if not words:
            return row
        return row + Style(bold=words.bold) if row.reverse else row + words

    @cached_property
    def badge(self) -> Style:
        """Style of the mode's name at the left of the status line."""
        return self.accent + Style(bold=True)


def choose_theme_name(wanted: str, colours: str) -> str:
    """Return the name of the theme to use. `colours` is the terminal's number of colours: truecolor, 256, 16
    or none. The result is the theme `wanted`, its 256-colour version, or the theme made of the terminal's own
    16 colours.
    """
    if colours in ("16", "none") or get_theme_colours(wanted).ansi:
        return "milimo-ansi"
    return f"{wanted}{INDEXED_SUFFIX}" if colours == "256" else wanted


@cache
def get_text_styles(theme: str, plain: bool) -> TextStyles:
    """Return the text styles of a theme, from a cache. For an unknown theme, return the styles of the
    16-colour theme. `plain` is True if the terminal shows no colours.
    """
    return TextStyles(get_theme_colours(theme), plain)


def make_textual_theme(name: str) -> Theme:
    """Convert a theme to a Textual theme. Each role becomes a CSS variable of the same name."""
    return _build_textual_theme(name, get_theme_colours(name))


def _build_textual_theme(name: str, tokens: ThemeColours) -> Theme:
    variables = {
        "raised": tokens.raised,
        "line": tokens.line,
        "muted": tokens.muted,
        "selected": tokens.selected,
        "working": tokens.working,
        "picked": tokens.picked,
        "stale": tokens.stale,
        "failed": tokens.failed,
        "text": tokens.text,
        "surface": tokens.surface,
        "background": tokens.background,
        "block-cursor-background": tokens.accent,
        "block-cursor-foreground": tokens.background,
        "border": tokens.accent,
        "border-blurred": tokens.line,
        "input-cursor-background": tokens.accent,
        "input-cursor-foreground": tokens.background,
        "input-cursor-text-style": "reverse" if tokens.ansi else "none",
        "input-selection-background": "ansi_cyan" if tokens.ansi else tokens.line,
        "scrollbar": tokens.line,
        "scrollbar-hover": tokens.muted,
        "scrollbar-active": tokens.accent,
        "scrollbar-background": tokens.background,
        "scrollbar-background-hover": tokens.background,
        "scrollbar-background-active": tokens.background,
        "scrollbar-corner-color": tokens.background,
    }
    if tokens.ansi:
        variables |= {
            "input-cursor-background": "ansi_default",
            "input-cursor-foreground": "ansi_default",
            "ansi-background": "ansi_black",
            "ansi-foreground": "ansi_white",
        }
    return Theme(
        name=name,
        primary=tokens.accent,
        secondary=tokens.working,
        accent=tokens.accent,
        warning=tokens.stale,
        error=tokens.failed,
        success=tokens.picked,
        foreground=tokens.text,
        background=tokens.background,
        surface=tokens.surface,
        panel=tokens.raised,
        dark=tokens.dark,
        ansi=tokens.ansi,
        variables=variables,
    )
