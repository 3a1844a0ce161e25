"""Test the theme: the contrast of its colours, and that states remain distinct with 16 colours and without
colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pyte.graphics import FG_BG_256
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from milimo_tui.core.settings import THEMES
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.terminal.line.cell_styles import PictureStyle
from milimo_tui.tui.terminal.palettes import DARK, LIGHT, SCHEMES, TOKENS, ThemeColours
from milimo_tui.tui.terminal.row_filters import IndexedColourFilter
from milimo_tui.tui.terminal.theme import (
    DARK_256,
    DARK_NUMBERS,
    INDEXED_THEMES,
    LIGHT_256,
    TextStyles,
    choose_theme_name,
    get_palette_indexes,
    get_theme_colours,
)
from tests.tui.studio_setup import make_studio, opened, screen_text, until

MEANT = ("text", "muted", "accent", "working", "picked", "stale", "failed")


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", ["background", "surface", "raised"])
def test_text_has_contrast(tokens: ThemeColours, ground: str) -> None:
    under = Color.parse(getattr(tokens, ground))
    poor = [name for name in MEANT if _contrast(Color.parse(getattr(tokens, name)), under) < 4.5]
    assert len(poor) <= (1 if ground == "raised" else 0), poor


# The least contrast of each role against the background, a panel, a clip and the selection.
LEAST_DARK = {
    "raised": (1.6, 1.3, 1.0, 1.5), "selected": (2.4, 2.0, 1.5, 1.0),
    "edge": (8.8, 7.1, 5.3, 3.5), "accent": (10.8, 8.7, 6.6, 4.3),
    "text": (14.7, 11.9, 8.9, 5.8), "muted": (7.8, 6.3, 4.7, 3.1),
    "stale": (13.5, 10.9, 8.1, 5.4), "failed": (8.0, 6.5, 4.9, 3.2),
    "picked": (10.7, 8.7, 6.5, 4.3), "working": (8.5, 6.9, 5.2, 3.4),
}  # fmt: skip
LEAST_LIGHT = {
    "raised": (1.5, 1.3, 1.0, 1.5), "selected": (2.3, 2.0, 1.5, 1.0),
    "edge": (8.3, 7.1, 5.3, 3.4), "accent": (7.4, 6.4, 4.8, 3.1),
    "text": (18.7, 16.1, 12.1, 7.8), "muted": (8.3, 7.1, 5.3, 3.4),
    "stale": (6.7, 5.7, 4.3, 2.8), "failed": (7.4, 6.4, 4.8, 3.1),
    "picked": (7.9, 6.8, 5.1, 3.3), "working": (15.5, 13.4, 10.0, 6.5),
}  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "least"), [(DARK_256, LEAST_DARK), (LIGHT_256, LEAST_LIGHT)], ids=["dark", "light"]
)
def test_256_colours_distinguish_ground_clip_and_selection(
    tokens: ThemeColours, least: Mapping[str, tuple[float, ...]]
) -> None:
    grounds = [Color.parse(getattr(tokens, name)) for name in ("background", "surface", "raised", "selected")]
    for name, ratios in least.items():
        found = [_contrast(Color.parse(getattr(tokens, name)), ground) for ground in grounds]
        assert all(have >= want for have, want in zip(found, ratios, strict=True)), (name, found)


SCHEME_NAMES = tuple(SCHEMES)
OF_SCHEMES = [get_theme_colours(f"{name}{depth}") for name in SCHEME_NAMES for depth in ("", "-256")]
IDS = [f"{name}{depth}" for name in SCHEME_NAMES for depth in ("", "-256")]


@pytest.mark.parametrize("tokens", OF_SCHEMES, ids=IDS)
def test_words_of_every_theme_are_legible_on_ground_panel_and_clip(tokens: ThemeColours) -> None:
    for ground in ("background", "surface", "raised"):
        under = Color.parse(getattr(tokens, ground))
        for name in MEANT:
            found = _contrast(Color.parse(getattr(tokens, name)), under)
            assert found >= (4.39 if ground == "raised" else 4.5), (name, ground, found)
    clip = Color.parse(tokens.raised)
    assert all(_contrast(Color.parse(each), clip) >= 3.5 for each in (tokens.edge, tokens.wave))


@pytest.mark.parametrize("name", SCHEME_NAMES)
def test_256_colours_distinguish_clip_selection_and_states(name: str) -> None:
    tokens = get_theme_colours(f"{name}-256")
    ground, clip = Color.parse(tokens.background), Color.parse(tokens.raised)
    assert _contrast(clip, ground) >= 1.5
    assert _contrast(Color.parse(tokens.selected), ground) >= 1.8
    assert tokens.surface not in (tokens.background, tokens.raised)
    states = {getattr(tokens, role) for role in ("accent", "working", "picked", "stale", "failed", "text")}
    assert len(states) == 6
    found = get_palette_indexes(f"{name}-256")
    assert found is not None
    assert all(number >= 16 for number in found.values())
    assert tokens.dark == get_theme_colours(name).dark


@pytest.mark.parametrize("name", ["high-contrast", "high-contrast-light"])
@pytest.mark.parametrize("depth", ["", "-256"])
def test_high_contrast_theme_has_high_contrast(name: str, depth: str) -> None:
    tokens = get_theme_colours(f"{name}{depth}")
    for ground in ("background", "surface", "raised"):
        under = Color.parse(getattr(tokens, ground))
        assert _contrast(Color.parse(tokens.text), under) >= 12
        if not depth:
            assert all(_contrast(Color.parse(getattr(tokens, role)), under) >= 7 for role in MEANT)


# Matrices that simulate the vision of people without cones of one kind, in linear light. Source: Machado,
# Oliveira, Fernandes 2009, severity 1.
CONES = {
    "none": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["colour-blind", "colour-blind-light"])
@pytest.mark.parametrize("cones", CONES)
def test_states_are_distinct_for_colour_blind_viewers(name: str, cones: str) -> None:
    tokens = get_theme_colours(name)
    states = [getattr(tokens, role) for role in ("accent", "working", "picked", "stale", "failed")]
    seen = [_without(colour, CONES[cones]) for colour in states]
    for place, one in enumerate(seen):
        for other in seen[:place]:
            far = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
            assert far >= 0.12, (states, far)


def _without(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """Return a colour in Oklab as a person with such vision sees it. The arithmetic is independent of
    Milimo's code.
    """

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    light = [linear(part / 255) for part in Color.parse(colour).rgb]
    red, green, blue = (
        min(1.0, max(0.0, sum(m * part for m, part in zip(row, light, strict=True)))) for row in matrix
    )
    cones = [
        sum(m * part for m, part in zip(row, (red, green, blue), strict=True)) ** (1 / 3)
        for row in ((0.41222, 0.53633, 0.05145), (0.2119, 0.6807, 0.1074), (0.0883, 0.28172, 0.62998))
    ]
    rows = ((0.21045, 0.79362, -0.00407), (1.978, -2.42859, 0.45059), (0.0259, 0.78277, -0.80868))
    first, second, third = (sum(m * cone for m, cone in zip(row, cones, strict=True)) for row in rows)
    return first, second, third


def test_settings_name_every_theme() -> None:
    assert set(THEMES) == set(TOKENS)


@pytest.mark.parametrize("name", THEMES)
def test_terminals_with_few_colours_show_their_own(name: str) -> None:
    assert choose_theme_name(name, "16") == choose_theme_name(name, "none") == "milimo-ansi"


@pytest.mark.parametrize("tokens", [DARK, LIGHT, DARK_256, LIGHT_256, *OF_SCHEMES])
def test_selection_is_distinct_from_clips_and_legible(tokens: ThemeColours) -> None:
    selected, clip = Color.parse(tokens.selected), Color.parse(tokens.raised)
    assert _contrast(selected, clip) >= 1.5
    assert _contrast(Color.parse(tokens.text), selected) >= 4.5
    assert _contrast(Color.parse(tokens.wave), clip) >= 3.5


@pytest.mark.parametrize("theme", [*INDEXED_THEMES, *(f"{name}-256" for name in SCHEMES)])
def test_each_colour_is_written_by_its_own_number(theme: str) -> None:
    """The colour of each theme token equals the entry with the same number in pyte's independent table of 256
    colours.
    """
    written = IndexedColourFilter(lambda: theme)
    own = get_palette_indexes(theme) or {}
    for name, number in own.items():
        colour = getattr(get_theme_colours(theme), name)
        assert colour == f"#{FG_BG_256[number]}"
        (segment,) = written.apply([Segment("x", Style(color=colour, bgcolor=colour))], Color(0, 0, 0))
        assert segment.style is not None
        assert (
            Strip([segment])
            .render(Console(color_system="256"))
            .startswith(f"\x1b[38;5;{number};48;5;{number}m")
        )
    (mixed,) = written.apply([Segment("x", Style(color="#131415"))], Color(0, 0, 0))
    assert mixed.style is not None
    assert mixed.style.color is not None
    assert mixed.style.color.number in own.values()
    picture = [Segment("x", Style(color="color(99)"))]
    assert written.apply(picture, Color(0, 0, 0)) == picture, "a picture's colours stay"


def _contrast(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", TOKENS)
def test_every_state_has_its_own_style(name: str) -> None:
    ink = TextStyles(TOKENS[name])
    styles = [ink.working, ink.picked, ink.stale, ink.failed, ink.accent, ink.text]
    assert len({str(style) for style in styles}) == len(styles)
    assert str(ink.cursor) != str(ink.chosen)


def test_cursor_without_colour_is_shown_by_weight() -> None:
    ink = TextStyles(TOKENS["milimo-ansi"], plain=True)
    assert ink.cursor.reverse
    assert ink.accent.bold
    assert ink.muted.dim


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def colours(app: MilimoApp) -> set[str]:
    """Return the colours of the screen after all filters, as they are written. Picture cells are left out,
    because they have their own colours.
    """
    found = set()
    for strip in app.screen._compositor.render_strips():
        segments = list(strip)
        for filter in app._filters:
            if filter.enabled:
                segments = filter.apply(segments, app.screen.background_colors[1])
        for segment in segments:
            if segment.style is not None and not isinstance(segment.style, PictureStyle):
                found |= {str(c.name) for c in (segment.style.color, segment.style.bgcolor) if c is not None}
    return found


@pytest.mark.long("screens")
async def test_no_color_writes_no_colour_and_shows_the_cursor(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "@Mara" in screen_text(pilot))
        assert colours(app) <= {"default"}
        styles = [s.style for strip in app.screen._compositor.render_strips() for s in strip if s.style]
        assert any(style.reverse for style in styles)


async def test_16_colours_are_those_of_the_terminal(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "@Mara" in screen_text(pilot))
        found = colours(app)
        assert not any(name.startswith("#") for name in found), found
        assert len(found) >= 3


@pytest.mark.parametrize("theme", ["milimo-dark", "milimo-light"])
async def test_both_themes_draw_every_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("MILIMO_THEME", theme)
    made = make_studio(tmp_path / "home")
    async with opened(made) as (app, pilot):
        await until(pilot, lambda: "NOODLE BAR" in screen_text(pilot))
        assert app.theme == theme
        assert TOKENS[theme].background in {name.lower() for name in colours(app)}
    made.close()


async def test_terminal_with_more_colours_than_expected_gets_them(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    async with opened(studio, mode="timeline") as (app, pilot):
        await until(pilot, lambda: "V1" in screen_text(pilot))
        numbers = {f"color({number})" for number in DARK_NUMBERS.values()}
        assert colours(app) <= numbers
        app.colours = "truecolor"
        app.apply_fitted_theme()
        await until(pilot, lambda: not colours(app) & numbers)
        assert {DARK.background, DARK.edge} <= {name.lower() for name in colours(app)}
