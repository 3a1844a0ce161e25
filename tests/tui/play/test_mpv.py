"""Test the real mpv, controlled over its socket: one instance that lives as long as the studio, its position
and marks, and its drawing in a terminal.
"""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.cut.values.cut import Cut
from milimo_tui.media.files.orientation import read_file_orientation
from milimo_tui.studio.machine import mpv_program
from milimo_tui.studio.machine.mpv_program import (
    SLOW_LINE,
    InstalledMpv,
    MpvTerminal,
    choose_terminal_options,
)
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.shell.mpv_session import MpvSession, PlayerListener
from tests.budget import thorough
from tests.media.numbered_clips import numbered
from tests.media.read.test_orientation import MATRICES, as_shown, is_close, marked, write_clip
from tests.programs import python_program
from tests.terminal import Terminal, in_terminal
from tests.tui.play.real_mpv import give_display
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on

PATIENCE = 30.0
HERE = Path(__file__).parents[3]


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
def windowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_display(tmp_path, monkeypatch)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mov"
    numbered(path, 0, 100, Fraction(25), b_frames=False)  # The clip lasts four seconds.
    return path


@pytest.fixture
async def session(windowed: None) -> AsyncIterator[MpvSession]:
    session = MpvSession()
    yield session
    await session.end_mpv()


@pytest.mark.parametrize("name", thorough("files", ["mirrored", "transposed", *MATRICES], 2))
async def test_file_is_shown_in_mpv_as_its_matrix_specifies(tmp_path: Path, name: str) -> None:
    """The session's mpv writes the pictures that it shows into files. The next file is shown without the
    filter.
    """
    matrix, shown = MATRICES[name], tmp_path / "shown"
    path = write_clip(tmp_path / "clip.mp4", matrix, *["-pix_fmt", "yuv420p", "-c:v", "libx264", "-crf", "1"])
    turned = read_file_orientation(path)
    video_filter = mpv_program.choose_orientation_filter(turned.turns * 90, mirrored=turned.mirrored)
    assert bool(video_filter) == turned.mirrored
    session = MpvSession()
    output = ("--vo=image", "--vo-image-format=png", f"--vo-image-outdir={shown}")
    await session.start(mpv_program.find_mpv("mpv"), ("--no-config", "--idle=yes", "--no-terminal", *output))
    try:
        for file, wanted in ((path, as_shown(marked(), *matrix)), (path.with_stem("plain"), marked())):
            for old in shown.glob("*.png"):
                old.unlink()
            words = video_filter if file == path else ""
            await asyncio.wait_for(session.play_target(str(file), video_filter=words), PATIENCE)
            written = sorted(shown.glob("*.png"))[:-1]  # mpv may still be writing the last picture.
            assert any(is_close(np.asarray(Image.open(each).convert("RGB")), wanted) for each in written)
    finally:
        await session.end_mpv()


async def test_one_mpv_is_reused_and_exits_with_its_session(session: MpvSession, clip: Path) -> None:
    heard, marked = list[float](), list[tuple[str, float]]()

    async def mark(what: str, seconds: float) -> str:
        marked.append((what, seconds))
        return f"{what} it is"

    program = mpv_program.find_mpv("mpv")
    await session.open_window(program)
    first = asyncio.create_task(
        session.play_target(str(clip), start=0.4, listener=PlayerListener(heard.append, mark))
    )
    await until(lambda: heard)
    await session.send_mpv_command(
        "set_property", "pause", True
    )  # Without the pause, a busy machine would reach the end of the film too early.
    # mpv reports only the newest position. On a busy machine this may not be the position of the first frame.
    assert 0.399 <= heard[0] < 3
    for key in ("m", "i", "o"):
        await session.send_mpv_command("keypress", key)
    await until(lambda: len(marked) == 3)
    assert [what for what, _ in marked] == ["marker", "in", "out"]
    assert all(heard[0] <= seconds < 4 for _, seconds in marked)

    [process] = [each for each in psutil.Process().children() if each.name() == "mpv"]
    heard.clear()
    again = asyncio.create_task(
        session.play_target(str(clip), start=3.2, listener=PlayerListener(heard.append))
    )
    # The same mpv process plays the file from the new position, and the listener of the first request is
    # released.
    await asyncio.wait_for(first, PATIENCE)
    await until(lambda: any(at >= 3.2 for at in heard))
    await session.send_mpv_command("keypress", "m")
    await asyncio.wait_for(again, PATIENCE)  # Wait until the film has played to its end.
    assert len(marked) == 3, "where marks are of no use, m is mpv's own key"

    heard.clear()
    third = asyncio.create_task(session.play_target(str(clip), listener=PlayerListener(heard.append)))
    await until(lambda: heard)
    await session.send_mpv_command("keypress", "q")
    await asyncio.wait_for(third, PATIENCE)
    assert process.is_running(), "q ends what plays, and mpv stays for the next"
    with pytest.raises(Failed, match="mpv could not play it"):
        await session.play_target("/nowhere.mov")
    await session.end_mpv()
    assert not process.is_running()


async def test_player_that_exits_or_cannot_start_is_one_sentence(
    session: MpvSession, clip: Path, tmp_path: Path
) -> None:
    heard = list[float]()
    await session.open_window(mpv_program.find_mpv("mpv"))
    playing = asyncio.create_task(session.play_target(str(clip), listener=PlayerListener(heard.append)))
    await until(lambda: heard)
    await session.send_mpv_command("quit", 0)
    await asyncio.wait_for(playing, PATIENCE)
    await session.open_window(mpv_program.find_mpv("mpv"))
    assert session.is_mpv_running, "another is started for the next"
    await session.end_mpv()

    broken = python_program(tmp_path / "broken", "import sys\nsys.exit(2)\n")
    await session.open_window(broken)
    with pytest.raises(Failed, match="mpv could not play it"):
        await session.play_target(str(clip))
    await session.end_mpv()
    with pytest.raises(Failed, match="can't be started"):
        await session.start(str(tmp_path), ())


@pytest.mark.parametrize(
    "text", ["# mpv EDL v0\n{clip}\n", "#EXTM3U\n{clip}\n", "[playlist]\nFile1={clip}\n"]
)
async def test_list_that_only_mpv_reads_is_not_played(session: MpvSession, clip: Path, text: str) -> None:
    """mpv recognises these lists by their first bytes, whatever their names are."""
    stranger = clip.parent / "list.mov"
    stranger.write_text(text.format(clip=clip))
    await session.open_window(mpv_program.find_mpv("mpv"))
    for path, is_played in ((clip, True), (stranger, False), (clip, True)):
        heard = list[float]()
        playing = session.play_target(str(path), start=3.5, listener=PlayerListener(heard.append))
        with suppress(Failed):
            await asyncio.wait_for(playing, PATIENCE)
        assert bool(heard) is is_played


async def test_playlist_among_the_media_files_is_not_played(session: MpvSession, clip: Path) -> None:
    text = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:4,\n{clip}\n#EXT-X-ENDLIST\n"
    (clip.parent / "list.m3u8").write_text(text)
    await session.open_window(mpv_program.find_mpv("mpv"))
    for name, is_played in (("clip.mov", True), ("list.m3u8", False)):
        heard, path = list[float](), str(clip.parent / name)
        target = f"edl://%{len(path)}%{path},0,0.4"
        playing = asyncio.create_task(session.play_target(target, listener=PlayerListener(heard.append)))
        with suppress(Failed):
            await asyncio.wait_for(playing, PATIENCE)
        assert bool(heard) is is_played


async def test_film_plays_to_its_end_without_a_sound_device(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server without a sound device, mpv reports the end of the film as an error."""
    give_display(tmp_path, monkeypatch, "ao=alsa", "audio-device=alsa/nowhere")
    session = MpvSession()
    await session.open_window(mpv_program.find_mpv("mpv"))
    await asyncio.wait_for(session.play_target(str(clip), start=3.5), PATIENCE)
    assert session.is_mpv_running
    await session.end_mpv()


LEFT_BEHIND = """
import asyncio, os
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.shell.mpv_session import MpvSession

async def main():
    session = MpvSession()
    await session.open_window("mpv")
    print(session._process.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_mpv_exits_when_the_studio_is_killed(windowed: None) -> None:
    studio = subprocess.Popen(
        [sys.executable, "-c", LEFT_BEHIND],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        stdout=subprocess.PIPE,
    )
    assert studio.stdout is not None
    mpv = psutil.Process(int(studio.stdout.readline()))
    studio.send_signal(signal.SIGKILL)
    studio.wait()
    studio.stdout.close()
    psutil.wait_procs([mpv], timeout=PATIENCE)
    assert not mpv.is_running()


@pytest.mark.long("screens")
async def test_marks_set_in_mpv_are_added_to_the_playing_cut(windowed: None, tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    leave_takes(studio)
    async with on(studio, "timeline", (110, 30)) as stage:
        await stage.press("1", "0", "l", "H")
        window = stage.app.player_window
        await stage.until(lambda: stage.screen.playhead > 12)
        await window.send_mpv_command("set_property", "pause", True)
        at = round((await window.send_mpv_command("get_property", "time-pos"))["data"] * 25 - 0.25)
        assert stage.screen.playhead == at
        await window.send_mpv_command("keypress", "m")
        await stage.until(lambda: cut_of(stage).markers)
        [marker] = cut_of(stage).markers
        assert marker.frame == at
        for key in ("i", "o"):
            seconds = (50.25 if key == "i" else 59.25) / 25
            await window.send_mpv_command("seek", seconds, "absolute+exact")
            while (
                abs((await window.send_mpv_command("get_property", "time-pos")).get("data", 0) - seconds)
                > 0.03
            ):
                await asyncio.sleep(0.02)  # Wait until the seek is finished, not only requested.
            await window.send_mpv_command("keypress", key)
            await stage.until(lambda: cut_of(stage).mark_in == 50)
        await stage.until(lambda: cut_of(stage).mark_out == 60)
        await stage.until(lambda: "out after" in stage.said)
        await stage.press("G")
        end = stage.screen.playhead
        await stage.press("H")  # At the end of the film the key starts playback from the beginning.
        await stage.until(lambda: stage.screen.playhead < end)
        await window.send_mpv_command("quit", 0)
        await stage.settle()
    studio.close()


def cut_of(stage: Stage) -> Cut:
    film = stage.app.film
    assert film is not None
    assert film.cut is not None
    return film.cut


def leave_takes(studio: Studio) -> None:
    """Remove the shots without takes from the cut, so that mpv can play it as an edit list."""
    film = studio.take_snapshot()
    assert film.cut is not None
    shots = {take.shot for take in film.story.takes}
    for clip in film.cut.clips:
        if clip.source.ref not in shots:
            run_by_id(studio, "cut.remove", {"clip": clip.id})


@pytest.mark.long("screens")
async def test_file_named_in_the_command_line_plays_in_the_same_window(
    windowed: None, tmp_path: Path
) -> None:
    studio = make_studio(tmp_path / "home")
    async with on(studio, "storyboard") as stage:
        window = stage.app.player_window
        for typed in ("play 1B", "play 40..60"):
            await stage.press(":")
            await stage.type(typed)
            await stage.press("enter")
        path = (await window.send_mpv_command("get_property", "path")).get("data", "")
        assert path.startswith("edl://")
        assert path.endswith(",1.590000000,0.800000000")
        await stage.press(":")
        await stage.type("play 2C")
        await stage.press("enter")
        assert "no take yet" in stage.said
        await stage.press(":")
        await stage.type("play 1A --stdout")
        await stage.press("enter")
        assert "--bitrate" in stage.said
    assert not window.is_mpv_running, "it ends with the studio"
    studio.close()


async def test_missing_player_is_reported_with_its_installation() -> None:
    with pytest.raises(Unavailable) as told:
        mpv_program.find_mpv("no-such-mpv")
    assert "apt install mpv" in told.value.hint


def test_terminal_gets_the_finest_output_of_terminal_and_mpv() -> None:
    mpv = mpv_program.query_mpv(mpv_program.find_mpv("mpv"))
    assert mpv.version[0].isdigit()
    assert {"tct", "sixel"} <= set(mpv.terminal_outputs)
    every = InstalledMpv("mpv", "0.38", ("gpu", "kitty", "sixel", "tct"))
    assert choose_terminal_options(every, MpvTerminal("kitty")) == ("--vo=kitty",)
    near = MpvTerminal("kitty", shares_memory=True)
    assert choose_terminal_options(every, near) == ("--vo=kitty", "--vo-kitty-use-shm=yes")
    assert choose_terminal_options(every, MpvTerminal("sixel")) == ("--vo=sixel",)
    assert choose_terminal_options(every, MpvTerminal("kitty", inside="tmux")) == ("--vo=tct",)
    assert choose_terminal_options(every, MpvTerminal("blocks", "256")) == ("--vo=tct", "--vo-tct-256=yes")
    with pytest.raises(Unavailable, match="can't draw in a terminal"):
        choose_terminal_options(InstalledMpv("mpv", "0.35", ("gpu", "null")), MpvTerminal())


def test_remote_picture_is_no_larger_than_the_terminal_without_thumbnail() -> None:
    every = InstalledMpv("mpv", "0.40.0", ("gpu", "kitty", "sixel", "tct"))

    def options(pictures: str, rate: int) -> tuple[str, ...]:
        screen = MpvTerminal(
            pictures, "truecolor", rate, columns=100, rows=40, cell=(10, 20), shares_memory=True
        )
        return choose_terminal_options(every, screen)

    slow = "--vf-append=fps=8"
    assert options("blocks", 125_000) == ("--vo=tct", "--vo-tct-width=31", "--vo-tct-height=9", slow)
    assert options("kitty", 125_000) == options("sixel", 125_000) == options("blocks", 125_000)
    assert options("sixel", 1_000_000) == (
        "--vo=sixel", "--vo-sixel-width=375", "--vo-sixel-height=211", slow
    )  # fmt: skip
    assert options("kitty", 1_000_000) == (
        "--vo=kitty", "--vo-kitty-width=193", "--vo-kitty-height=109", slow
    )  # fmt: skip
    assert options("blocks", 1_500_000) == ("--vo=tct", "--vo-tct-width=100", "--vo-tct-height=31", slow)
    assert options("blocks", 30_000_000) == ("--vo=tct", slow)
    assert options("kitty", 100_000_000) == ("--vo=kitty", slow)


@pytest.mark.parametrize(
    ("words", "version"), [("mpv 0.35.1 Copyright", "0.35.1"), ("mpv v0.40.0", "0.40.0")]
)
def test_version_is_read_with_and_without_a_v(tmp_path: Path, words: str, version: str) -> None:
    program = python_program(tmp_path / "mpv", f"print({words!r})")
    assert mpv_program.query_mpv(str(program)).version == version


def drawn(options: tuple[str, ...], clip: Path) -> bytes:
    """Return the bytes that the real mpv writes to a terminal for a clip of four seconds."""
    command = ["/usr/bin/env", "mpv", "--no-config", "--ao=null", "--really-quiet", *options, str(clip)]
    with Terminal(command, dict(os.environ), 120, 40) as terminal:
        terminal.wait()
        return terminal.raw


@pytest.mark.long("mpv")
@pytest.mark.parametrize(
    ("pictures", "colours"), [("blocks", "truecolor"), ("blocks", "256"), ("sixel", "truecolor")]
)
def test_mpv_writes_no_more_than_a_slow_line_carries(clip: Path, pictures: str, colours: str) -> None:
    mpv = mpv_program.query_mpv(mpv_program.find_mpv("mpv"))
    line = 2 * SLOW_LINE if pictures == "sixel" else SLOW_LINE
    written = drawn(
        choose_terminal_options(mpv, MpvTerminal(pictures, colours, line, columns=120, rows=40)), clip
    )
    assert 0.15 * line < len(written) / 4 < line
    assert (b"\x1bP" in written) == (pictures == "sixel")


@pytest.mark.long("mpv")
def test_mpv_draws_in_a_terminal_without_a_display_and_returns_its_marks(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    leave_takes(studio)
    env = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env |= {"PYTHONPATH": str(HERE), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    command = [sys.executable, "-m", "milimo_tui.cli.main", "--home", str(tmp_path / "home")]
    process, line = in_terminal(command, env, columns=100, rows=30)
    written = Written(line)
    written.until(lambda: b"NORMAL" in written.raw)
    written.press("g", "t")
    written.until(lambda: b"Timeline" in written.raw)
    began = written.raw.index(b"Timeline")
    # The plan is ready once its picture is drawn.
    written.until(lambda: len(PICTURE_SIGNS.findall(written.raw[began:])) > 200)
    seen = written.raw.count(DRAWN_CELL)
    written.press("H")
    # More cells than the studio's own picture has: about ten pictures by mpv, which even a busy machine draws
    # well before the end.
    written.until(lambda: written.raw.count(DRAWN_CELL) > seen + 30_000)
    written.press("m", "i")
    written.until(lambda: marks_of(studio)[1] is not None)
    written.press("q")
    written.until(lambda: b"in at" in written.raw[-200_000:])
    written.press("\x11")
    written.until(lambda: os.waitpid(process, os.WNOHANG)[0] == process)
    os.close(line)
    markers, mark_in = marks_of(studio)
    assert len(markers) == 1
    assert mark_in is not None
    assert markers[0] <= mark_in < markers[0] + 50
    studio.close()


DRAWN_CELL = "▄".encode()
PICTURE_SIGNS = re.compile(b"\xe2\x96[\x80\x84\x8c\x90\x96-\x9f]")  # Half blocks and quadrants in UTF-8.


def marks_of(studio: Studio) -> tuple[list[int], int | None]:
    cut = studio.take_snapshot().cut
    assert cut is not None
    return [marker.frame for marker in cut.markers], cut.mark_in


class Written:
    """The output of a program with a controlling terminal, which mpv needs to read keys."""

    def __init__(self, line: int) -> None:
        self.raw = b""
        self._line = line

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self._line, key.encode())
            self._read(0.2)

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + 4 * PATIENCE
        while not condition():
            assert time.monotonic() < end, self.raw[-2000:]
            self._read(0.1)

    def _read(self, seconds: float) -> None:
        if select.select([self._line], [], [], seconds)[0]:
            with suppress(OSError):  # The program has exited and its end of the pty is closed.
                self.raw += os.read(self._line, 65536)
