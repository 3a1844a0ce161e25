"""Test every screen as the user sees it: painted at three sizes, in each kind of terminal, and on the page of
the documentation.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.budget import rounds
from tests.tui import rain_market
from tests.tui.painter import HIGH, WIDE, ScreenImage, save
from tests.tui.screens import CHOSEN, EVERY, PICTURES, TERMINALS, page, picture_path, visit

MOST_BYTES = 8_500_000  # most bytes of all pictures on the page together
# The 16 colours that terminal themes change: 30 to 37, 40 to 47, the bright colours, and the first 16 palette
# numbers. The parameters of a palette or RGB colour must not be read as one of these 16 colours.
STYLE = re.compile(rb"\x1b\[([\d;]*)m")
WHOLE = re.compile(r"[34]8;(?:5;(\d+)|2;\d+;\d+;\d+)")


def moved_colours(came: bytes) -> set[str]:
    """Return the colours in the output that the user's terminal theme can change."""
    found = set()
    for style in {match[1].decode() for match in STYLE.finditer(came)}:
        found |= {f"number {number}" for number in WHOLE.findall(style) if number and int(number) < 16}
        rest = WHOLE.sub("", style).split(";")
        found |= {word for word in rest if word and 30 <= int(word) <= 47 and int(word) not in (39,)}
        found |= {word for word in rest if word and 90 <= int(word) <= 107}
    return found


@pytest.mark.long("screenshots")
@pytest.mark.parametrize(("size", "kind"), TERMINALS[: rounds("screenshots")])
def test_each_screen_is_painted(tmp_path: Path, size: str, kind: str) -> None:
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    columns, rows = map(int, size.split("x"))
    names, seen = EVERY[:: len(EVERY) // min(len(EVERY), rounds("painted screens"))], []
    for name, shown, came in visit(home, size, kind, names):
        path = tmp_path / f"{name}.png"
        save(shown.paint(), path)
        with Image.open(path) as picture:
            assert picture.size == (columns * WIDE, rows * HIGH), name
            assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 8, f"{name} is all but blank"
        if kind in ("256", "light"):
            assert moved_colours(came) == set(), name
        if kind == "none":
            assert moved_colours(came) == set(), name
            assert not WHOLE.search(came.decode(errors="ignore")), name
        if kind in ("kitty", "sixel") and name in ("storyboard", "timeline", "player"):
            assert shown.pictures(), f"{name} has no pictures"
        seen.append(name)
    assert seen == list(names)


def test_painter_paints_cells_blocks_and_pictures() -> None:
    shown = ScreenImage(4, 2)
    red = "/wAA"  # one red pixel
    shown.feed(
        [
            b"\x1b[48;5;23m \x1b[38;2;255;0;0;48;5;16m\xe2\x96\x80\x1b[0mA\r\n",
            f"\x1b_Ga=T,U=1,i=7,f=24,s=1,v=1,c=2,r=1,q=2,m=0;{red}\x1b\\".encode(),
            "\x1b[38;2;0;0;7m\U0010eeee\u0305\u0305\U0010eeee".encode(),
        ]
    )
    picture = shown.paint()
    assert picture.getpixel((1, 1)) == (0, 0x5F, 0x5F)
    assert picture.getpixel((WIDE + 1, 1)) == (255, 0, 0)
    assert picture.getpixel((WIDE + 1, HIGH - 1)) == (0, 0, 0)
    letter = picture.crop((2 * WIDE, 0, 3 * WIDE, HIGH)).getcolors()
    assert len(letter or ()) > 2
    # The picture is two cells wide and one cell high. A square is centred, as in kitty.
    assert picture.getpixel((WIDE, HIGH + 8)) == (255, 0, 0)


def test_colour_that_themes_change_is_found() -> None:
    assert moved_colours(b"\x1b[38;5;233;48;5;24m\x1b[38;2;31;32;33m\x1b[1;39m") == set()
    assert moved_colours(b"\x1b[31m\x1b[48;5;8m\x1b[1;97m") == {"31", "number 8", "97"}


def test_page_of_screens_shows_the_existing_pictures() -> None:
    text = (PICTURES.parents[1] / "screens.md").read_text()
    assert text == page()
    kept = {picture_path(*chosen) for chosen in CHOSEN}
    assert set(PICTURES.iterdir()) == kept
    for path in kept:
        assert f"(pictures/screens/{path.name})" in text
    assert sum(path.stat().st_size for path in kept) < MOST_BYTES
