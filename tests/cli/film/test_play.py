"""Test `milimo play`: anything with a name is played as a stream, also in the real mpv, or is refused with a
suggestion.
"""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from tests.front_door import Milimo
from tests.programs import python_program
from tests.terminal import Terminal

COMMAND = [sys.executable, "-m", "milimo_tui.cli.main"]
BEGINS_SECONDS = 1.0


def frames_in(stream: bytes) -> int:
    with av.open(io.BytesIO(stream), "r") as container:
        return len(list(container.decode(video=0)))


@pytest.mark.long("command_line")
def test_shot_take_range_and_cut_are_streamed(film: Milimo) -> None:
    [shot, *_] = film.json("shot", "list")
    [take, *_] = film.json("shot", "takes", shot["number"])
    [cut] = film.json("cut", "list")
    whole = shot["frames"]
    assert frames_in(film("play", "--stdout", shot["number"]).stdout) == whole
    assert frames_in(film("play", "--stdout", take["id"]).stdout) == whole
    assert frames_in(film("play", "--stdout", "5..17").stdout) == 12
    assert frames_in(film("play", "--stdout", cut["name"], "--size", "50%").stdout) == cut["frames"]
    small = film("play", "--stdout", shot["number"], "--bitrate", "100k").stdout
    assert frames_in(small) == whole
    assert len(small) < len(film("play", "--stdout", shot["number"]).stdout)


def test_unplayable_input_is_refused_in_one_sentence(film: Milimo) -> None:
    assert "“nope”" in film.refusal("play", "--stdout", "nope")
    assert "nowhere.mp4" in film.refusal("play", "nowhere.mp4")
    assert "17..5" in film.refusal("play", "--stdout", "17..5")
    rendered = film.json("run", "film.list")[0]["film"]
    assert film.json("play", rendered, "--size", "50%", code=2)["error"]["kind"] == "bad_input"
    with Terminal([*COMMAND, "play", "--stdout", "1A"], film.env) as terminal:
        assert terminal.wait() == 2
        assert b"| mpv -" in terminal.raw


@pytest.mark.long("command_line")
def test_shot_plays_in_mpv_and_a_closed_reader_is_no_failure(film: Milimo, tmp_path: Path) -> None:
    (tmp_path / "mpv").mkdir()
    (tmp_path / "mpv" / "mpv.conf").write_text("vo=null\nao=alsa\naudio-device=alsa/nowhere\n")
    shown = film("play", "1A", DISPLAY=":7", MPV_HOME=str(tmp_path / "mpv"))
    assert b"(+) Video" in shown.stdout
    gone = f"{shlex.join(COMMAND)} play --stdout 1A; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({gone}) | head -c 100 | wc -c"], env=film.env, capture_output=True, check=True
    )
    assert (done.stdout.split(), done.stderr.split()) == ([b"100"], [b"0"])


@pytest.mark.alone
@pytest.mark.long("command_line")
def test_stream_starts_within_a_second(film: Milimo) -> None:
    """The first picture of a stream can be decoded within a second after the process starts. The best of
    three tries counts.

    The test plays a shot, a take, a range at the end of the cut, the cut, and a film.
    """
    [take, *_] = film.json("shot", "takes", "1A")
    [cut] = film.json("cut", "list")
    rendered = film.json("run", "film.list")[0]["film"]
    late = f"{cut['frames'] - 12}..{cut['frames']}"
    for what, kind in (
        ("1A", "matroska"), (take["id"], "matroska"), (late, "matroska"), (cut["name"], "matroska"),
        (rendered, "mov"),
    ):  # fmt: skip
        tried = (_seconds_to_a_picture(film, what, kind) for _ in range(3))
        assert any(seconds < BEGINS_SECONDS for seconds in tried), what


def _seconds_to_a_picture(film: Milimo, what: str, kind: str) -> float:
    began = time.monotonic()
    with subprocess.Popen([*COMMAND, "play", "--stdout", what], env=film.env, stdout=subprocess.PIPE) as sent:
        assert sent.stdout is not None
        read = Reading(sent.stdout.fileno())
        with av.open(read, "r", format=kind, options={"probesize": "32", "analyzeduration": "0"}) as stream:
            next(stream.decode(video=0))
            seconds = time.monotonic() - began
        sent.stdout.close()
    return seconds


class Reading:
    """A pipe that is read like a player reads it: `read` returns the bytes that are available, even if fewer
    than requested.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, most: int) -> bytes:
        return os.read(self._descriptor, min(most, 4096))


def with_every_output(folder: Path) -> str:
    """Write a fake mpv that supports every video output and records its arguments in a file. Return its
    path.
    """
    return python_program(
        folder / "mpv",
        "import os, sys\n"
        "if '--version' in sys.argv: print('mpv 0.40.0')\n"
        "elif '--vo=help' in sys.argv: print('  kitty -\\n  sixel -\\n  tct -')\n"
        f"else: open({str(folder / 'told')!r}, 'w').write('\\n'.join(sys.argv[1:]))\n",
    )


@pytest.mark.long("command_line")
def test_doctor_shows_version_and_outputs_of_mpv(milimo: Milimo, tmp_path: Path) -> None:
    program = with_every_output(tmp_path)
    text = milimo("doctor", MILIMO_MPV=program, DISPLAY="", WAYLAND_DISPLAY="").stdout.decode()
    assert f"{program}, 0.40.0: " in text
    assert "kitty, sixel, tct" in text
    assert "a window, kitty, sixel, tct" not in text
    assert "a window, kitty, sixel, tct" in milimo("doctor", MILIMO_MPV=program, DISPLAY=":7").stdout.decode()


def outputs_told(film: Milimo, folder: Path, term: str, images: str = "auto", tmux: str = "") -> list[str]:
    """Return the `--vo=` options that `milimo play` passes to an mpv with every output, for this terminal."""
    film(
        "play", "1A", MILIMO_MPV=with_every_output(folder), TERM=term, MILIMO_IMAGES=images, TMUX=tmux,
        COLORTERM="truecolor", LANG="C.UTF-8", LC_ALL="", DISPLAY="", WAYLAND_DISPLAY="",
        STY="", KITTY_WINDOW_ID="", TERM_PROGRAM="", SSH_CONNECTION="", SSH_TTY="", SSH_CLIENT="",
    )  # fmt: skip
    return [word for word in (folder / "told").read_text().splitlines() if word.startswith("--vo=")]


@pytest.mark.long("command_line")
def test_mpv_draws_as_finely_as_environment_and_setting_allow(film: Milimo, tmp_path: Path) -> None:
    assert outputs_told(film, tmp_path, "xterm-256color") == ["--vo=tct"]
    assert outputs_told(film, tmp_path, "xterm-kitty") == ["--vo=kitty"]
    assert outputs_told(film, tmp_path, "xterm-kitty", "blocks") == ["--vo=tct"]
    assert outputs_told(film, tmp_path, "foot", "sixel") == ["--vo=sixel"]
    assert outputs_told(film, tmp_path, "xterm-kitty", tmux="/tmp/nobody,1,0") == ["--vo=tct"]
