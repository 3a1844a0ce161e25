"""Test the studio's pictures as a terminal sees them. Readers that know only the protocols decode the
studio's output.
"""

from __future__ import annotations

import asyncio
import base64
import fcntl
import os
import random
import re
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from milimo_tui.media.viewer.client import ViewerAnswer, ViewerClient
from milimo_tui.media.viewer.shell_picture import picture_to_text
from milimo_tui.media.viewer.shell_terminal import ShellTerminal
from milimo_tui.tui.terminal.images.draw import MOST_IDS, PictureIds
from milimo_tui.tui.terminal.images.pictures import MAX_CACHED_DRAWINGS
from milimo_tui.tui.terminal.line import kitty
from milimo_tui.tui.terminal.line.kitty import Pixels
from tests.budget import rounds
from tests.seen.faults import Fault
from tests.seen.kitty_reader import KittyReader
from tests.seen.screen import Screen
from tests.tui import rain_market
from tests.tui.slow_line import KITTY, SlowLine, slow_line
from tests.tui.tmux_server import Tmux

ROOT = Path(__file__).parents[3]
LEAST = 25.0  # smallest similarity of two pictures in dB
NAMES = ["1A", "1B", "1C", "2A", "2B", "2C", "2D", "3A", "3B", "4A", "4B"]
MOVES = ["h", "j", "k", "l", "gb", "gt", "ge", "\x0c", "size"]
SIZES = [(120, 40), (100, 30), (80, 24), (160, 45)]
RECORD = (1, 2, 66)  # column, row and width of the record monitor in a terminal of 120 × 40 cells
Picture = NDArray[np.uint8]


class WatchedTerminal:
    """A slow line with a terminal that reads each piece on arrival."""

    def __init__(self, line: SlowLine) -> None:
        self.line = line
        self.screen = Screen(line.columns, line.rows)
        self._read = 0

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.line.run(0.02)
            self._take()
            if until():
                return True
        return until()

    def _take(self) -> None:
        for _, piece in self.line.came[self._read :]:
            self.screen.feed(piece)
        self._read = len(self.line.came)

    def settle(self, quiet: float = 1.0, most: float = 30.0) -> None:
        """Wait until no output except status queries has arrived for `quiet` seconds, at most `most`
        seconds.
        """
        end, rest = time.monotonic() + most, time.monotonic() + quiet
        while time.monotonic() < min(rest, end):
            before = self._read
            self.run(0.05)
            if any(piece.replace(b"\x1b[5n", b"") for _, piece in self.line.came[before:]):
                rest = time.monotonic() + quiet

    def resize(self, columns: int, rows: int) -> None:
        self._take()
        self.screen.resize(columns, rows)
        fcntl.ioctl(self.line._master, termios.TIOCSWINSZ, struct.pack("4H", rows, columns, 0, 0))
        os.killpg(self.line.process.pid, signal.SIGWINCH)

    def seen(self) -> dict[tuple[int, int, int, int], Picture]:
        """Return each picture that is complete on the screen, keyed by its position and size in cells."""
        return {place: self.screen.picture(*place) for place in self.screen.pictures()}


@contextmanager
def studio(
    tmp_path: Path, columns: int = 120, rows: int = 40, *, local: str = ""
) -> Iterator[WatchedTerminal]:
    """Open the studio in a local terminal with the kitty graphics protocol and wait for its first pictures.

    `local` is the medium from which the terminal reads pictures: `shared`, `file`, or empty for the line.
    """
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    env = {
        **os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-kitty", "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "TERM_PROGRAM", "SSH_CONNECTION"):
        env.pop(name, None)
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, columns, rows, bits=1e9, delay=0, answers=KITTY, local=local) as line:
        watched = WatchedTerminal(line)
        assert watched.run(60, lambda: bool(watched.screen.pictures()))
        watched.settle()
        yield watched


def frames_of(home: Path) -> dict[str, list[Picture]]:
    """Decode the frames of each shot's take, keyed by the shot's number."""
    found = {}
    made = rain_market.make_studio(home)
    try:
        snapshot = made.take_snapshot()
        assets = {asset.id: asset for asset in snapshot.story.assets}
        for name, shot in zip(NAMES, snapshot.story.shots, strict=True):
            for take in snapshot.story.takes:
                if take.shot == shot.id:
                    found[name] = decoded(
                        made.require_project().paths.resolve_managed_path(assets[take.asset].path)
                    )
    finally:
        made.close()
    return found


def decoded(film: Path) -> list[Picture]:
    with av.open(str(film)) as file:
        return [frame.to_ndarray(format="rgb24").astype(np.uint8) for frame in file.decode(video=0)]


def psnr(picture: Picture, wanted: Picture) -> float:
    error = np.mean((picture.astype(np.float64) - wanted) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def likeness(picture: Picture, frame: Picture) -> float:
    """Return the similarity in dB of a film's frame and the displayed picture inside its black bars.

    The bars may differ by a pixel of the film. Four pixels at each edge are left out, because there the
    picture is mixed with its bars.
    """
    high, wide = picture.shape[:2]
    part = min(wide / frame.shape[1], high / frame.shape[0])
    size = (round(frame.shape[1] * part), round(frame.shape[0] * part))
    wanted = np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.BILINEAR))[4:-4, 4:-4]
    left, top = (wide - size[0]) // 2, (high - size[1]) // 2
    found = []
    for across in range(-2, 3) if left else (0,):
        for down in range(-2, 3) if top else (0,):
            x, y = left + across + 4, top + down + 4
            part_seen = picture[y : y + wanted.shape[0], x : x + wanted.shape[1]]
            if part_seen.shape == wanted.shape:
                found.append(psnr(part_seen, wanted))
    return max(found)


def words_at(screen: Screen, x: int, y: int) -> str:
    """Return the two characters that begin at a cell."""
    return "".join(screen.text.buffer[y][column].data for column in (x, x + 1))


def cards(watched: WatchedTerminal, *, above: bool) -> dict[str, Picture]:
    """Return the pictures on the cards of shots, keyed by the shot's number. `above` is True if the number is
    above the picture.
    """
    found = {}
    for (x, y, columns, rows), picture in watched.seen().items():
        name = words_at(watched.screen, x, y - 1 if above else y + rows)
        if name in NAMES:
            found[name] = picture
            assert (columns, rows) == ((9, 3) if above else (22, 7))
    return found


@pytest.mark.long("slow line")
@pytest.mark.parametrize("local", ["shared", "file", *([""] if rounds("slow line") > 1 else [])])
def test_pictures_are_frames_of_the_film_in_their_cells(tmp_path: Path, local: str) -> None:
    """Pictures arrive through shared memory, through files, and over the line."""
    with studio(tmp_path, local=local) as watched:
        watched.line.press("gb")
        assert watched.run(30, lambda: len(watched.screen.pictures()) >= 6)
        watched.settle()
        frames = frames_of(tmp_path / "home")
        board = cards(watched, above=False)
        # The other shots show boards that were drawn from their words.
        made = {"1A", "1B", "1C", "2A", "2B", "2D"}
        assert made <= set(board)
        for name in made:  # A card shows the middle frame of the take.
            seen = board[name]
            assert likeness(seen, frames[name][len(frames[name]) // 2]) >= LEAST, name
        watched.line.press("gt")
        assert watched.run(30, lambda: RECORD in {place[:3] for place in watched.screen.pictures()})
        # Zoom in, because most clips are too narrow for a picture of this size when the complete film is
        # shown.
        watched.line.press("+")
        watched.settle()
        clips = cards(watched, above=True)
        assert {"1A", "1B", "2A", "2D"} <= set(clips)
        for name, seen in clips.items():  # A clip shows its first frame.
            assert likeness(seen, frames[name][0]) >= LEAST, name
        # The record monitor shows the frame at the playhead.
        for key, frame in (("", 0), ("l", 1), ("lllll", 6)):
            watched.line.press(key)
            watched.settle()
            place = max(watched.screen.pictures(), key=lambda place: place[2])
            assert place[:3] == RECORD
            monitor = watched.screen.picture(*place)
            near = [likeness(monitor, each) for each in frames["1A"][:12]]
            assert near[frame] == max(near) >= LEAST
        assert watched.screen.holes() == []
        assert watched.screen.kitty.loud == []
        assert len(watched.screen.kitty.leaked()) <= MAX_CACHED_DRAWINGS
        raw = b"".join(piece for _, piece in watched.line.came)
        for medium, letter in (("shared", b"s"), ("file", b"t")):
            assert bool(re.search(rb"a=[Tf],[^;]*,t=" + letter + b",", raw)) == (local == medium)
        watched.line.press(":quit\r")
        assert watched.run(20, lambda: watched.line.process.poll() is not None)
        watched.run(0.5)
        # No picture stays in the terminal after the studio has exited.
        assert watched.screen.kitty.images == {}


@pytest.mark.long("slow line")
@pytest.mark.parametrize("local", ["", "shared", "file"])
def test_crash_leaves_no_picture_in_the_terminal(tmp_path: Path, local: str) -> None:
    """When the studio's screen is left, the terminal keeps the images until each is deleted by its id."""
    with studio(tmp_path, local=local) as watched:
        for key in ("gt", "l", "gb", "j"):
            watched.line.press(key)
            watched.settle(0.3)
        assert len(watched.screen.kitty.images) > 3
        watched.line.process.kill()
        watched.line.process.wait()
        watched.run(10, lambda: not watched.screen.kitty.images)
        assert watched.screen.kitty.images == {}
        assert not list(Path("/dev/shm").glob(f"*milimo-{watched.line.process.pid}-*"))


@pytest.mark.long("slow line")
def test_screen_after_many_moves_equals_a_redraw(tmp_path: Path) -> None:
    dice = random.Random(13)
    with studio(tmp_path) as watched:
        for turn in range(500 * rounds("slow line")):
            move = dice.choice(MOVES if turn % 5 == 0 else MOVES[:4])
            if move == "size":
                watched.resize(*dice.choice(SIZES))
            else:
                watched.line.press(move)
            watched.run(dice.choices([0.0, 0.02, 0.05, 0.3], [8, 4, 2, 1])[0])
        watched.resize(*SIZES[0])
        watched.line.press("gt")
        screen = watched.screen
        # The first visit imports the screen's modules. On a busy machine, the studio then writes nothing for
        # seconds.
        assert watched.run(60, lambda: RECORD in {place[:3] for place in screen.pictures()})
        watched.settle(2.0)
        text, seen, count = screen.text.display, watched.seen(), len(screen.kitty.images)
        assert seen
        assert screen.holes() == []
        sent = len(screen.kitty.sent)
        watched.line.press("\x0c")
        assert watched.run(60, lambda: len(screen.kitty.sent) > sent)
        watched.settle(2.0)
        again = watched.seen()
        assert seen.keys() == again.keys()
        assert all(np.array_equal(seen[place], again[place]) for place in seen)
        assert _letters(text) == _letters(screen.text.display)
        assert screen.holes() == []
        assert len(screen.kitty.images) <= count <= MAX_CACHED_DRAWINGS + 2
        assert len(screen.kitty.sent) > 20


def _letters(rows: list[str]) -> list[str]:
    """Return the rows with their placeholders replaced by `#`, because a picture may return under another
    id.
    """
    return [re.sub("\U0010eeee\\W*", "#", row) for row in rows]


@pytest.mark.long("slow line")
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_pictures_pass_through_tmux_unchanged(tmp_path: Path) -> None:
    tmux = Tmux(tmp_path)
    try:
        with tmux.attached("kitty") as line:
            watched = WatchedTerminal(line)
            assert watched.run(60, lambda: bool(watched.screen.pictures()))
            line.press("gt")
            assert watched.run(30, lambda: any(place[2] > 22 for place in watched.screen.pictures()))
            watched.settle()
            frames = frames_of(tmp_path / "home")
            place = max(watched.screen.pictures(), key=lambda place: place[2])
            assert likeness(watched.screen.picture(*place), frames["1A"][0]) >= LEAST
            for key in "lljjkkhh" * 5:
                line.press(key)
                watched.run(0.1)
            watched.settle()
            assert likeness(watched.screen.picture(*place), frames["1A"][0]) >= LEAST
            assert watched.screen.holes() == []
            assert len(watched.screen.kitty.leaked()) <= MAX_CACHED_DRAWINGS
    finally:
        tmux.close()


def test_ten_thousand_pictures_have_distinct_ids_and_are_freed() -> None:
    shown: set[int] = set()
    reader = KittyReader(lambda: shown)
    ids, kept = PictureIds(MOST_IDS - 5000), []
    pixels = Pixels("f=24", "AAAA", 1, 1, 1, 1)
    for _ in range(10_000):
        number = ids.take_id()
        assert number not in reader.images
        assert 0 < number <= MOST_IDS
        for words in pixels.make_send_commands(number):
            reader.command(words[3:-2])
        kept.append(number)
        shown = {number}
        if len(kept) > MAX_CACHED_DRAWINGS:
            old = kept.pop(0)
            reader.command(kitty.make_free_command(old)[3:-2])
            ids.release_id(old)
    assert list(reader.images) == kept
    assert len(reader.freed) == len(reader.sent) - MAX_CACHED_DRAWINGS == 10_000 - MAX_CACHED_DRAWINGS


@pytest.mark.parametrize("kind", ["iterm2", "sixel", "kitty"])
def test_shell_picture_is_at_its_place(tmp_path: Path, kind: str) -> None:
    film = tmp_path / "take.mov"
    rain_market.write_small_take(film, 8, 41)
    frame = decoded(film)[5]
    text = picture_to_text(film, 30, 10, ShellTerminal(kind, "truecolor", cell=(10, 20)), Fraction(5, 25))
    screen = Screen(80, 24)
    screen.feed(b"ab\r\n" + text.encode("ascii"))
    if kind == "iterm2":
        (one,) = screen.inline
        assert (one.x, one.y, one.columns, one.rows) == (0, 1, 30, 10)
        pixels = one.pixels
    elif kind == "sixel":
        assert (screen.sixels[0].x, screen.sixels[0].y) == (0, 1)
        pixels = np.concatenate([part.pixels for part in screen.sixels])[:200]
        assert all(part.pixels.shape[1] == 300 for part in screen.sixels)
        assert sum(part.bytes for part in screen.sixels) < 300_000
    else:
        ((number, kept),) = screen.kitty.images.items()
        (placed,) = kept.placements.values()
        assert (placed.x, placed.y, placed.columns, placed.rows) == (0, 1, 30, 10)
        pixels = screen.kitty.cropped(number, placed)
    assert pixels.shape == (200, 300, 3)
    assert likeness(pixels, frame) >= LEAST


def test_shell_picture_inside_tmux_is_at_its_words(tmp_path: Path) -> None:
    """tmux forwards the picture, and positions, scrolls and clears its placeholders like any text."""
    film = tmp_path / "take.mov"
    rain_market.write_small_take(film, 8, 41)
    frame = decoded(film)[5]
    terminal = ShellTerminal("kitty", "256", cell=(10, 20), wrap=True)
    text = picture_to_text(film, 30, 10, terminal, Fraction(5, 25))
    handed = re.findall(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", text)
    words = re.sub(r"\x1bPtmux;(?:[^\x1b]|\x1b\x1b)*\x1b\\", "", text)
    assert "\x1b_G" not in words
    screen = Screen(80, 24)
    screen.feed("".join(handed).replace("\x1b\x1b", "\x1b").encode())
    assert not screen.pictures()
    screen.feed(("\x1b[5;20H" + words.replace("\n", "\x1b[B\x1b[30D")).encode())
    assert list(screen.pictures()) == [(19, 4, 30, 10)]
    assert likeness(screen.picture(19, 4, 30, 10), frame) >= LEAST


@pytest.mark.parametrize(("kind", "budget"), [("iterm2", 0), ("iterm2", 16_000), ("sixel", 0)])
def test_encoders_of_the_viewer_give_the_frame(tmp_path: Path, kind: str, budget: int) -> None:
    film = tmp_path / "take.mov"
    rain_market.write_small_take(film, 8, 41)
    frame = decoded(film)[5]

    async def ask() -> ViewerAnswer:
        viewer = ViewerClient()
        way = {"kind": kind, "columns": 60, "rows": 20, "cell": [10, 20], "budget": budget}
        try:
            answer = await viewer.request("file", path=str(film), seconds="5/25", letterbox=True, way=way)
        finally:
            await viewer.close()
        assert answer is not None
        return answer

    answer = asyncio.run(ask())
    assert (answer.columns, answer.rows) == (60, 20)
    screen = Screen(80, 24)
    if kind == "iterm2":
        data = base64.b64encode(answer.data).decode("ascii")
        words = f"inline=1;size={len(answer.data)};width=60;height=20;doNotMoveCursor=1"
        screen.feed(f"\x1b[2;3H\x1b]1337;File={words}:{data}\x07".encode("ascii"))
        (one,) = screen.inline
        assert (one.x, one.y, one.columns, one.rows) == (2, 1, 60, 20)
        pixels = one.pixels
    else:
        at, start = {}, 0
        for part in answer.parts:
            screen.feed(f"\x1b[{part.row + 2};3H".encode("ascii") + answer.data[start : start + part.bytes])
            at[1 + part.row], start = part.rows, start + part.bytes
        assert start == len(answer.data)
        assert {one.y: one.pixels.shape[0] // 20 for one in screen.sixels} == at
        pixels = np.concatenate([one.pixels for one in screen.sixels])
    assert pixels.shape == (400, 600, 3)
    assert likeness(pixels, frame) >= LEAST
    if budget:
        assert -(-len(answer.data) // 3) * 4 <= budget


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (b"\x1b_Ga=p,U=1,i=7,c=1,r=1\x1b\\", "ENOENT"),
        (b"\x1b_Gi=7,f=24,s=2,v=1;AAAA\x1b\\", "3 bytes where"),
        (b"\x1b_Gi=7,f=24,s=1,v=1;" + b"A" * 4100 + b"\x1b\\", "over 4096"),
        (b"\x1b_Gi=7,f=24,s=1,v=1,m=1;AAAA\x1b\\\x1b_Gi=8,f=24,s=1,v=1;AAAA\x1b\\", "between the chunks"),
        (b"\x1b_Ga=T,U=1,i=7,f=24,s=1,v=1,c=1,r=1;AAAA\x1b\\\x1b[38;5;7m\xf4\x8e\xbb\xae"
         b"\x1b_Gi=7,f=24,s=1,v=1;AAAA\x1b\\", "sent again"),
        (b"\x1bPtmux;\x1b\x1b[5n\x1b\\", "there is none"),
        (b"\x1b]1337;File=inline=1;size=4:AAAA\x07", "size=4"),
    ],
)  # fmt: skip
def test_readers_refuse_what_a_terminal_would(words: bytes, said: str) -> None:
    with pytest.raises(Fault, match=said):
        Screen(20, 5).feed(words)


def test_readers_decode_the_examples_of_the_protocols() -> None:
    screen = Screen(20, 5)
    screen.feed(b"\x1b_Ga=T,U=1,i=33554474,c=3,r=2,f=24,s=1,v=1,q=2;AAAA\x1b\\")
    rows = (
        "\U0010eeee\u0305\u0305\u030e\U0010eeee\U0010eeee",
        "\U0010eeee\u030d\u0305\u030e\U0010eeee\u030d",
    )
    screen.feed(b"\x1b[38;5;42m" + "\r\n".join(rows).encode())
    parts = screen.parts()
    assert {part.number for part in parts.values()} == {42 + (2 << 24)}
    assert [(part.row, part.column) for part in parts.values()] == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    screen.feed(b"\x1b[2J\x1b_Ga=d,d=A,q=2\x1b\\")
    # Deleting visible pictures does not delete virtual placements.
    assert screen.kitty.leaked() == [42 + (2 << 24)]
    screen.feed(b"\x1b_Ga=d,d=I,i=33554474,q=2\x1b\\")
    assert screen.kitty.images == {}
