"""Find the user's mpv, query its version, and choose its options for drawing in a terminal if there is no
display.

The options are documented for mpv 0.36 to 0.41 (DOCS/man/vo.rst). Version 0.35 lacks the kitty output but has
the same other options. mpv does not enlarge kitty and sixel pictures that are smaller than the terminal.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from milimo_tui.core.errors import Unavailable
from milimo_tui.media.files.allowed_formats import CONTAINER_FORMATS

ASK_SECONDS = 30.0
# Without an audio device, this option lets mpv play by its own clock. Otherwise mpv would exit with an audio
# error.
SILENT = "--audio-fallback-to-null=yes"
# With this option, mpv reads only the media formats that Milimo reads: a playlist among the media files of a
# film could name other files.
MEDIA_FORMATS = f"--demuxer-lavf-o-append=format_whitelist={','.join(CONTAINER_FORMATS)}"
# With this value of the option `demuxer`, mpv reads a file only by libavformat. mpv's own readers know
# playlists and edit lists.
FILE_DEMUXER = "lavf"
# With this option, mpv does not open the files that a Matroska file names as its chapters.
NO_LINKED_FILES = "--ordered-chapters=no"
TERMINAL_OUTPUTS = ("kitty", "sixel", "tct")  # The names of mpv's terminal outputs, highest resolution first.
# The assumed speed of a connection to the terminal that was not measured: one megabit per second, given in
# bytes per second.
SLOW_LINE = 125_000
# The share of the connection's speed that pictures may use. The rest is left for keys and sound.
LINE_SHARE = 0.7
REMOTE_RATE = 8  # The number of pictures per second that mpv shows if the terminal is on another machine.
# The number of bytes that mpv 0.35 writes, as measured. `CELL_BYTES` is for one cell of half-block glyphs, by
# the number of colours. `PIXEL_BYTES` is for one pixel of the other outputs.
CELL_BYTES = {"truecolor": 38, "256": 25}
PIXEL_BYTES = {"sixel": 1.1, "kitty": 4.1}
LEAST_COLUMNS = 20
# The smallest useful height of a picture, in pixels. If the connection allows only a smaller picture,
# half-block glyphs are used, because they show more detail.
LEAST_HEIGHT = 90


# mpv's filters for the quarter turns of a mirrored file, by degrees counter-clockwise.
TURN_FILTERS = {0: "", 90: ",transpose=cclock", 180: ",hflip,vflip", 270: ",transpose=clock"}


def choose_orientation_filter(degrees: int, *, mirrored: bool) -> str:
    """Return the video filter with which mpv shows a mirrored file, which is also turned by `degrees`. Empty
    for other files, which mpv turns itself: it reads only the angle of a display matrix.
    """
    return f"lavfi=[hflip{TURN_FILTERS[degrees % 360]}]" if mirrored else ""


@dataclass(frozen=True, slots=True)
class InstalledMpv:
    """An installed mpv: its path, its version and the names of its outputs."""

    path: str
    version: str
    outputs: tuple[str, ...]

    @property
    def terminal_outputs(self) -> tuple[str, ...]:
        return tuple(name for name in TERMINAL_OUTPUTS if name in self.outputs)


@dataclass(frozen=True, slots=True)
class MpvTerminal:
    """The properties of the terminal in which mpv will draw.

    - `pictures` and `colours` use the names of `tui.terminal.capabilities`.
    - `bytes_a_second` is the speed of the line to the terminal; None for a local terminal.
    - `cell` is the size of a cell in pixels.
    - `shares_memory` is True if the terminal can read kitty pictures from this machine's memory.
    """

    pictures: str = ""
    colours: str = "truecolor"
    bytes_a_second: int | None = None
    inside: str = ""  # The multiplexer around mpv: tmux or screen; empty if there is none.
    columns: int = 80
    rows: int = 24
    cell: tuple[int, int] = (8, 16)
    shares_memory: bool = False


def find_mpv(program: str) -> str:
    """Return the path of the mpv program. `program` is its name or path from the settings. Raises
    Unavailable, with the command that installs mpv, if the program is not found.
    """
    found = shutil.which(program)
    if found is None:
        raise Unavailable(
            f"{program} is not installed",
            "run sudo apt install mpv, or play on another machine: {ui.copy_line|milimo play --stdout}",
        )
    return found


def query_mpv(path: str) -> InstalledMpv:
    """Ask the mpv at `path` for its version and its video outputs. Blocks until mpv answers. Raises
    Unavailable if mpv does not answer.
    """
    words = _run_mpv_query(path, "--version").split()
    named = len(words) > 1 and words[0] == "mpv"
    version = (
        words[1].removeprefix("v") if named else "of an unknown version"
    )  # A version built from git begins with a v, such as "v0.40.0".
    listed = [
        line.split()[0] for line in _run_mpv_query(path, "--vo=help").splitlines() if line.startswith("  ")
    ]
    return InstalledMpv(path, version, tuple(listed))


def _run_mpv_query(path: str, word: str) -> str:
    try:
        done = subprocess.run(
            [path, "--no-config", word],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise Unavailable(
            f"{path} does not answer", "play the film on another machine: {ui.copy_line|milimo play --stdout}"
        ) from None
    return done.stdout.decode(errors="replace")


def has_display(environ: Mapping[str, str]) -> bool:
    """Return True if the environment names an X11 or Wayland display."""
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def choose_terminal_options(mpv: InstalledMpv, screen: MpvTerminal) -> tuple[str, ...]:
    """Return mpv's options for drawing in a terminal: its video output, and a picture size and frame rate
    that the connection to the terminal is fast enough for.

    Raises Unavailable if this mpv has no output for terminals.
    """
    there = mpv.terminal_outputs
    if "tct" not in there and screen.pictures not in there:
        raise Unavailable(
            "this mpv can't draw in a terminal, and there is no display",
            "play the film on another machine: {ui.copy_line|milimo play --stdout}",
        )
    room = None if screen.bytes_a_second is None else screen.bytes_a_second * LINE_SHARE / REMOTE_RATE
    output = screen.pictures if screen.pictures in there else "tct"
    is_small = (
        output != "tct" and room is not None and _fit_size_to_bytes(output, screen, room)[1] < LEAST_HEIGHT
    )
    # Before version 0.41, mpv does not wrap its output for tmux and does not know its position in a pane.
    # Half-block glyphs work there.
    if is_small or screen.inside:
        output = "tct"
    options = [f"--vo={output}"]
    if output == "tct" and screen.colours != "truecolor":
        options.append("--vo-tct-256=yes")
    if output == "kitty" and screen.shares_memory and room is None:
        options.append("--vo-kitty-use-shm=yes")
    if room is not None:
        width, height = _fit_size_to_bytes(output, screen, room)
        wide, high = (1, 1) if output == "tct" else screen.cell
        window = screen.columns * wide, screen.rows * high
        # If the picture fills the terminal, mpv measures the size itself.
        if width < window[0] or height < window[1]:
            width, height = min(width, window[0]), min(height, window[1])
            options += [f"--vo-{output}-width={width}", f"--vo-{output}-height={height}"]
        options.append(f"--vf-append=fps={REMOTE_RATE}")
    return tuple(options)


def _fit_size_to_bytes(output: str, screen: MpvTerminal, room: float) -> tuple[int, int]:
    """Return the largest 16:9 size at which mpv writes at most `room` bytes for one picture.

    The size is in cells for the output `tct` and in pixels for other outputs.
    """
    if output == "tct":  # A cell of half-block glyphs is two pixels high.
        cells = room / CELL_BYTES.get(screen.colours, CELL_BYTES["256"])
        columns = max(LEAST_COLUMNS, isqrt(int(cells * 32 / 9)))
        return columns, round(columns * 9 / 32)
    height = isqrt(int(room / PIXEL_BYTES[output] * 9 / 16))
    return max(2, height * 16 // 9), max(2, height)
