"""The look: contrast of the tokens, 16 colours and none still tell states apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.color import Color

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.terminal.theme import DARK, LIGHT, TOKENS, Ink, Tokens
from tests.tui.house import make_studio, opened, screen_text, until

MEANT = ("text", "muted", "accent", "working", "picked", "stale", "failed")


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", ["background", "surface", "raised"])
def test_what_is_read_has_contrast(tokens: Tokens, ground: str) -> None:
    under = Color.parse(getattr(tokens, ground))
    poor = [name for name in MEANT if _contrast(Color.parse(getattr(tokens, name)), under) < 4.5]
    assert len(poor) <= (1 if ground == "raised" else 0), poor


def _contrast(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", TOKENS)
def test_every_state_has_a_style_of_its_own(name: str) -> None:
    ink = Ink(TOKENS[name])
    styles = [ink.working, ink.picked, ink.stale, ink.failed, ink.accent, ink.text]
    assert len({str(style) for style in styles}) == len(styles)
    assert str(ink.cursor) != str(ink.chosen)


def test_without_colour_weight_tells_the_cursor() -> None:
    ink = Ink(TOKENS["milimo-ansi"], plain=True)
    assert ink.cursor.reverse
    assert ink.accent.bold
    assert ink.muted.dim


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def colours(app: MilimoApp) -> set[str]:
    """The colours of the screen as they are written, filters applied."""
    found = set()
    for strip in app.screen._compositor.render_strips():
        segments = list(strip)
        for filter in app._filters:
            if filter.enabled:
                segments = filter.apply(segments, app.screen.background_colors[1])
        for segment in segments:
            if segment.style is not None:
                found |= {str(c.name) for c in (segment.style.color, segment.style.bgcolor) if c is not None}
    return found


async def test_no_color_writes_no_colour_and_still_shows_where_one_is(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "@Mara" in screen_text(pilot))
        assert colours(app) <= {"default"}
        styles = [s.style for strip in app.screen._compositor.render_strips() for s in strip if s.style]
        assert any(style.reverse for style in styles)


async def test_16_colours_are_the_terminal_s_own(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
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
