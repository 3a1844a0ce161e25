"""Test pictures printed in a plain shell: their size, their colours, and letters where colours are not
wanted.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from milimo_tui.core.errors import BadInput
from milimo_tui.media.viewer.shell_picture import picture_to_text
from milimo_tui.media.viewer.shell_terminal import LETTERS, ShellTerminal, detect_shell_terminal
from tests.front_door import Milimo
from tests.media.material import make_take, near
from tests.media.viewer.cell_pictures import colour, shown
from tests.media.viewer.test_picture_protocols import sixel_picture
from tests.terminal import Terminal


@pytest.fixture
def still(tmp_path: Path) -> Path:
    """Write a picture that is red above and blue below."""
    picture = Image.new("RGB", (40, 40), (200, 10, 20))
    picture.paste((10, 20, 200), (0, 20, 40, 40))
    picture.save(tmp_path / "p.png")
    return tmp_path / "p.png"


def test_cells_have_the_colours_of_the_picture(still: Path) -> None:
    for colours, within in (("truecolor", 6), ("256", 30)):
        lines = picture_to_text(still, 20, 10, ShellTerminal("cells", colours)).splitlines()
        assert len(lines) == 10
        assert all(line.endswith("\x1b[0m") for line in lines)
        seen = shown("\r\n".join(lines), 20, 10)
        assert np.abs(seen[:110].mean(axis=(0, 1)) - (200, 10, 20)).max() < within
        assert np.abs(seen[130:].mean(axis=(0, 1)) - (10, 20, 200)).max() < within
    odd = picture_to_text(still, 20, 7, ShellTerminal("cells", "16")).splitlines()
    assert len(odd) == 7
    assert not re.search(r"[34]8;[25];", "".join(odd))


def test_letters_are_used_without_colour(tmp_path: Path) -> None:
    text = picture_to_text(make_take(tmp_path / "a.mov", 3, first=0x5555), 32, 10, ShellTerminal(LETTERS))
    assert "\x1b" not in text
    assert len(text.splitlines()) == 10
    assert max(map(len, text.splitlines())) <= 32
    assert len(set(text)) > 3


def test_pixels_use_the_protocol_of_the_terminal(still: Path, tmp_path: Path) -> None:
    kitty = picture_to_text(still, 20, 10, ShellTerminal("kitty", "truecolor"))
    keys, data = zip(*re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", kitty), strict=True)
    assert keys[0].startswith("a=T,f=100,c=20,r=10,q=2,m=")
    image = Image.open(io.BytesIO(base64.b64decode("".join(data)))).convert("RGB")
    assert image.size == (40, 40)  # the picture is sent at its own size and enlarged by the terminal
    assert np.abs(np.array(image.getpixel((20, 5))) - (200, 10, 20)).max() < 6
    wrapped = picture_to_text(still, 20, 10, ShellTerminal("kitty", "truecolor", wrap=True))
    assert wrapped.startswith("\x1bPtmux;\x1b\x1b_G")
    iterm2 = picture_to_text(still, 20, 10, ShellTerminal("iterm2", "truecolor"))
    found = re.fullmatch(r"\x1b\]1337;File=inline=1;size=(\d+);width=20;height=10;[^:]*:(.*)\x07", iterm2)
    assert found is not None
    jpeg = base64.b64decode(found[2])
    assert len(jpeg) == int(found[1])
    assert Image.open(io.BytesIO(jpeg)).size == (40, 40)
    sixels = picture_to_text(still, 20, 10, ShellTerminal("sixel", "truecolor"))
    assert sixel_picture(sixels.encode(), tmp_path).size == (160, 160)


def test_environment_tells_what_a_terminal_shows() -> None:
    utf8 = {"LANG": "C.UTF-8"}
    for environ, wanted, images, kind, colours in (
        ({"TERM": "xterm-256color"}, "auto", "auto", "cells", "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "auto", "auto", "cells", "truecolor"),
        ({"TERM": "xterm"}, "auto", "auto", "cells", "16"),
        ({"TERM": "xterm-kitty"}, "auto", "auto", "kitty", "truecolor"),
        ({"TERM": "xterm-kitty"}, "auto", "blocks", "cells", "truecolor"),
        ({"TERM": "xterm-kitty", "TMUX": "x"}, "auto", "auto", "cells", "truecolor"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "auto", "auto", "iterm2", "256"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "auto", "auto", LETTERS, "none"),
        ({"TERM": "xterm-256color", "LANG": "C.ISO-8859-1"}, "auto", "auto", LETTERS, "none"),
        ({"TERM": "dumb"}, "auto", "auto", LETTERS, "none"),
        ({"TERM": "xterm-256color"}, "sixel", "auto", "sixel", "256"),
        ({"TERM": "xterm-256color"}, "auto", "sixel", "sixel", "256"),
        ({"TERM": "xterm-256color"}, "auto", "iterm2", "iterm2", "256"),
    ):
        found = detect_shell_terminal({**utf8, **environ}, wanted, images)
        assert (found.kind, found.colours) == (kind, colours), environ
    assert "octants" in detect_shell_terminal(utf8, "octants").signs
    true = {**utf8, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    # Outside tmux each explicit value of the picture setting, with the studio's names, is followed without
    # detection.
    for images in ("sixel", "iterm2", "kitty"):
        assert detect_shell_terminal(true, "auto", images).kind == images
        assert detect_shell_terminal({**true, "TMUX": "x"}, "auto", images).kind == "cells"
    assert detect_shell_terminal({**true, "TERM": "xterm-kitty"}, "auto", "sixel").kind == "sixel"
    for cells, signs in (
        ("auto", {"shades", "quadrants", "bars"}),
        ("half", set()),
        ("quadrants", {"shades", "quadrants", "bars"}),
        ("sextants", {"shades", "quadrants", "bars", "sextants"}),
        ("octants", {"shades", "quadrants", "bars", "sextants", "octants"}),
    ):
        assert detect_shell_terminal(true, "auto", "auto", cells).signs == signs
        assert detect_shell_terminal(true, "blocks", "auto", cells).signs == signs
        assert "octants" in detect_shell_terminal(true, "octants", "auto", cells).signs
    assert not detect_shell_terminal({"TERM": "linux", **utf8}).signs
    with pytest.raises(BadInput, match="letters"):
        detect_shell_terminal({"NO_COLOR": "1"}, "kitty")
    with pytest.raises(BadInput, match="gif"):
        detect_shell_terminal(utf8, "gif")


@pytest.mark.long("files")
def test_show_writes_codes_into_a_terminal_only(milimo: Milimo, still: Path) -> None:
    assert "\x1b" not in milimo.act("show", str(still))
    assert "pipe" in milimo.refusal("show", str(still), "--as", "octants")
    env = {**milimo.env, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    env.pop("NO_COLOR", None)
    env["MILIMO_CELLS"] = "octants"
    diagonal = still.with_name("d.png")
    Image.fromarray(np.tri(160, dtype=np.uint8)[:, :, None].repeat(3, 2) * 255).save(diagonal)
    command = [sys.executable, "-m", "milimo_tui.cli.main", "show"]
    with Terminal([*command, str(diagonal)], env, 40, 20) as terminal:
        while terminal.read(10):
            pass
        assert any("\U0001cd00" <= sign <= "\U0001cdff" for sign in terminal.text)
    with Terminal([*command, str(still), "--as", "octants"], env, 40, 20) as terminal:
        while terminal.read(10):
            pass
        for row, wanted in ((0, (200, 10, 20)), (17, (10, 20, 200))):
            seen = colour(terminal.screen.buffer[row][0].bg)
            assert near(seen, wanted, 8)
