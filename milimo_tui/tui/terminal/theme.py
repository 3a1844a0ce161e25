"""Colour tokens for dark, light, 16 colours and none, as Textual themes and as styles to draw with.

Colour always has a meaning, and every meaning has a glyph beside it, so that no state is shown by hue alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from rich.style import Style
from textual.theme import Theme

# State told by shape: SCREENS, "Rules of the look".
PICKED, STALE, WAITING, FAILED, WORKING, EMPTY, OFFLINE = "●", "◐", "…", "✕", "▒", "○", "⊘"
# Terminals that show every colour whatever else the environment says (COLORTERM does not cross SSH).
TRUECOLOUR_TERMS = ("xterm-kitty", "xterm-ghostty", "xterm-direct", "alacritty", "foot", "wezterm")
CURSOR, RULE = "▸", "─"
STARS = "★"


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as rich and Textual both read them."""

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
    dark: bool = True
    ansi: bool = False


DARK = Tokens(
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
)
LIGHT = Tokens(
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
    dark=False,
)
ANSI = Tokens(
    background="ansi_default",
    surface="ansi_default",
    raised="ansi_default",
    line="ansi_bright_black",
    text="ansi_default",
    muted="ansi_bright_black",
    accent="ansi_cyan",
    working="ansi_blue",
    picked="ansi_green",
    stale="ansi_yellow",
    failed="ansi_red",
    ansi=True,
)
TOKENS: Mapping[str, Tokens] = {"milimo-dark": DARK, "milimo-light": LIGHT, "milimo-ansi": ANSI}


def _rich(colour: str) -> str:
    return colour.removeprefix("ansi_")


@dataclass(frozen=True)
class Ink:
    """Styles to draw lines with, made from the tokens. `plain` when the terminal has no colour to show."""

    tokens: Tokens
    plain: bool = False

    def _of(self, name: str) -> Style:
        return Style(color=_rich(getattr(self.tokens, name)))

    def rgb(self, name: str) -> tuple[int, int, int]:
        """Return a token as red, green and blue; black where the terminal's own colours are used."""
        colour = getattr(self.tokens, name)
        if not colour.startswith("#"):
            return (0, 0, 0)
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

    @cached_property
    def text(self) -> Style:
        return self._of("text")

    @cached_property
    def strong(self) -> Style:
        return self._of("text") + Style(bold=True)

    @cached_property
    def muted(self) -> Style:
        return Style(dim=True) if self.plain else self._of("muted")

    @cached_property
    def line(self) -> Style:
        return Style(dim=True) if self.plain else self._of("line")

    @cached_property
    def accent(self) -> Style:
        return Style(bold=True) if self.plain else self._of("accent")

    @cached_property
    def working(self) -> Style:
        return self._of("working")

    @cached_property
    def picked(self) -> Style:
        return self._of("picked")

    @cached_property
    def stale(self) -> Style:
        return self._of("stale")

    @cached_property
    def failed(self) -> Style:
        return Style(bold=True) if self.plain else self._of("failed")

    @cached_property
    def key(self) -> Style:
        """Return the style of a key's name on the status line, in hints and help."""
        return Style(bold=True) + (Style() if self.plain else self._of("text"))

    @cached_property
    def cursor(self) -> Style:
        """Return the style of the row or cell that has the keys."""
        if self.tokens.ansi:
            return Style(reverse=True)
        return Style(bgcolor=_rich(self.tokens.raised), bold=True)

    @cached_property
    def chosen(self) -> Style:
        """Return the style of the row that is current while another pane has the keys."""
        if self.tokens.ansi:
            return Style(underline=True)
        return Style(bgcolor=_rich(self.tokens.surface))

    @staticmethod
    def under(row: Style, words: Style | None) -> Style:
        """Return the style of words on a row; on a row in reverse the row's own, so that it is one block."""
        if not words:
            return row
        return row + Style(bold=words.bold) if row.reverse else row + words

    @cached_property
    def badge(self) -> Style:
        """Return the style of the mode's name at the left of the status line."""
        return self.accent + Style(bold=True)


def depth(environ: Mapping[str, str]) -> str:
    """Return the colours the terminal shows: `truecolor`, `256`, `16` or `none` (asked for none)."""
    if "NO_COLOR" in environ:
        return "none"
    forced = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if forced != "auto":
        return {"truecolor": "truecolor", "256": "256"}.get(forced, "16")
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return "truecolor"
    term = environ.get("TERM", "").strip().lower()
    if term in TRUECOLOUR_TERMS:
        return "truecolor"
    return "256" if term.rpartition("-")[2] in ("256color", "kitty") else "16"


def theme_name(wanted: str, colours: str) -> str:
    """Return the theme to use: the wanted one where the terminal has the colours, else the 16-colour one."""
    return "milimo-ansi" if colours in ("16", "none") else wanted


@cache
def ink_of(theme: str, plain: bool) -> Ink:
    """Return the styles of a theme, made once; those of the 16 colours for a theme that is not ours."""
    return Ink(TOKENS.get(theme, ANSI), plain)


def themes() -> tuple[Theme, ...]:
    """Return every theme of ours as Textual knows them; tokens are CSS variables by the same names."""
    return tuple(_theme(name, tokens) for name, tokens in TOKENS.items())


def _theme(name: str, tokens: Tokens) -> Theme:
    variables = {
        "raised": tokens.raised,
        "line": tokens.line,
        "muted": tokens.muted,
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
