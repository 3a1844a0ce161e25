"""Handing over to mpv: a program that stands in for it tells where it plays, fails, or can't draw here."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.tui.play import mpv
from tests.programs import python_program

STAND_IN = """
import json, socket, sys
if "--vo=help" in sys.argv:
    print("Available video outputs:\\n  gpu   Shader-based\\n  {vo}   true-color terminals")
    sys.exit(0)
place = next(word.partition("=")[2] for word in sys.argv if word.startswith("--input-ipc-server="))
server = socket.socket(socket.AF_UNIX)
server.bind(place)
server.listen(1)
line, _ = server.accept()
line.recv(1000)
for seconds in (0.0, 0.04, 0.08, None):
    event = {{"event": "property-change", "id": 1, "name": "time-pos", "data": seconds}}
    line.sendall(json.dumps(event).encode() + b"\\n")
sys.exit({code})
"""


def stand_in(folder: Path, *, code: int = 0, vo: str = "tct") -> str:
    return python_program(folder / "mpv", STAND_IN.format(code=code, vo=vo))


async def test_the_playhead_hears_where_mpv_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    heard: list[float] = []
    await mpv.play(App[int](), stand_in(tmp_path), "/film.mp4", start=1.5, on_time=heard.append)
    assert heard == [0.0, 0.04, 0.08]


async def test_a_player_that_fails_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    with pytest.raises(Failed, match="mpv could not play it"):
        await mpv.play(App[int](), stand_in(tmp_path, code=2), "/film.mp4", on_time=lambda seconds: None)


async def test_ctrl_c_in_the_player_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    await mpv.play(App[int](), stand_in(tmp_path, code=4), "/film.mp4", on_time=lambda seconds: None)


async def test_a_missing_player_says_how_to_get_it() -> None:
    with pytest.raises(Unavailable) as told:
        await mpv.play(App[int](), "no-such-mpv", "/film.mp4")
    assert "apt install mpv" in told.value.hint


async def test_without_a_display_it_draws_in_the_terminal_or_says_that_it_can_t(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert await mpv.terminal_output(stand_in(tmp_path)) == "tct"
    with pytest.raises(Unavailable, match="handed over"):
        await mpv.play(App[int](), stand_in(tmp_path), "/film.mp4")
    with pytest.raises(Unavailable, match="can't draw in a terminal"):
        await mpv.play(App[int](), stand_in(tmp_path, vo="null"), "/film.mp4")
