"""Test the sound process with a real PulseAudio server, both directly and through a forwarded port as with
SSH.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from milimo_tui.studio.machine.sound_output import find_sound_output, is_server_listening
from milimo_tui.tui.play.clock import fit_slope
from milimo_tui.tui.sound.speaker import OPEN_SECONDS, Speaker, find_sound
from tests.terminal import Terminal
from tests.tui.rain_market import make_studio
from tests.tui.sound.real_server import HAS_SERVER, server

RATE = 48_000


def test_sound_server_is_read_from_the_environment(tmp_path: Path) -> None:
    bare = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    assert find_sound_output({**bare, "PULSE_SERVER": "tcp:localhost:24713"}).server == "tcp:localhost:24713"
    (tmp_path / "pulse").mkdir()
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(tmp_path / "pulse" / "native"))
        assert find_sound_output(bare).kind == "pulse"
    (tmp_path / "pulse" / "native").unlink()
    if not Path("/dev/snd").exists() and not Path("/etc/asound.conf").exists():
        assert "no output device" in find_sound_output(bare).reason
        assert "{home:ui.doctor}" in find_sound_output({**bare, "SSH_CONNECTION": "1 2 3 4"}).reason
        (tmp_path / ".asoundrc").touch()
        assert find_sound_output(bare).kind == "devices"


def test_missing_server_is_one_sentence_and_prints_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = f"tcp:127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("PULSE_SERVER", server)
    began = time.monotonic()
    found = find_sound(RATE)
    assert time.monotonic() - began < 2
    assert found.out is None
    assert found.reason == f"no sound: no server answers at {server}; {{home:ui.doctor}} on Home says how"
    assert capfd.readouterr() == ("", "")


def test_servers_are_named_by_the_rules_of_pulseaudio(tmp_path: Path) -> None:
    with socket.socket() as there, socket.socket(socket.AF_UNIX) as near:
        there.bind(("127.0.0.1", 0))
        there.listen()
        near.bind(str(tmp_path / "s"))
        near.listen()
        port = there.getsockname()[1]
        names = [f"{way}127.0.0.1:{port}" for way in ("", "tcp:", "tcp4:", "/nowhere tcp:")]
        for name in (*names, f"unix:{tmp_path}/s", f"{{0123}}{tmp_path}/s"):
            assert is_server_listening(name), name
    assert not is_server_listening("unix:/nowhere")
    assert not is_server_listening("tcp:127.0.0.1:what")


@pytest.mark.long("sound")
def test_silent_server_causes_only_a_short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("PULSE_SERVER", f"tcp:127.0.0.1:{mute.getsockname()[1]}")
        began = time.monotonic()
        found = find_sound(RATE)
        assert time.monotonic() - began < OPEN_SECONDS + 2
        assert found.out is None
        assert found.reason.startswith("no sound: ")


@contextmanager
def forwarded(place: Path) -> Iterator[int]:
    """Yield a port that forwards to a socket, as `ssh -R port:socket` does."""
    listening = socket.create_server(("127.0.0.1", 0))

    def carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def take() -> None:
        with suppress(OSError):
            while True:
                one, other = listening.accept()[0], socket.socket(socket.AF_UNIX)
                other.connect(str(place))
                for ends in ((one, other), (other, one)):
                    threading.Thread(target=carry, args=ends, daemon=True).start()

    threading.Thread(target=take, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def play(out: Speaker, seconds: float) -> list[tuple[float, int]]:
    """Feed a tone at half of full scale for `seconds`. Return pairs of a time and the number of samples heard
    until then.
    """
    piece = array("f", [0.5, -0.5] * (RATE // 4)).tobytes()
    began, heard = time.monotonic(), list[tuple[float, int]]()
    out.drop_waiting()
    while time.monotonic() - began < seconds:
        if out.count_waiting() < 0.4 * RATE:
            out.feed(piece)
        heard.append((time.monotonic(), out.count_heard()))
        time.sleep(0.01)
    return heard


@pytest.mark.long("sound")
@pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed")
@pytest.mark.parametrize("far", [False, True])
def test_sound_plays_on_a_real_server_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], far: bool
) -> None:
    with server(tmp_path) as place, forwarded(place) as port:
        monkeypatch.setenv("PULSE_SERVER", f"tcp:127.0.0.1:{port}" if far else f"unix:{place}")
        monkeypatch.setenv("HOME", str(tmp_path))
        found = find_sound(RATE)
        assert isinstance(found.out, Speaker), found.reason
        recorder = subprocess.Popen(
            ["parec", "--device=nobody.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=2"],
            env={"PULSE_SERVER": f"unix:{place}", "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        heard = [point for point in play(found.out, 5.0) if point[1]]
        assert heard, "it began"
        steady = [point for point in heard if point[0] > heard[-1][0] - 2]
        assert fit_slope(steady) / RATE == pytest.approx(1.0, abs=0.02)
        assert found.out.latency < 0.5
        found.out.drop_waiting()
        assert found.out.count_heard() == 0
        recorder.terminate()
        assert recorder.stdout is not None
        samples = array("h", recorder.stdout.read()[: RATE * 4 * 4 // 4 * 4])
        assert max(samples) == pytest.approx(16384, abs=40), "the tone came out there"
        process = found.out._process
        found.out.close()
        assert process.wait(10) == 0, "it ends with its studio"
    assert capfd.readouterr() == ("", "")


@pytest.mark.long("sound")
@pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed")
def test_lost_server_counts_as_a_stopped_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(tmp_path) as place:
        monkeypatch.setenv("PULSE_SERVER", f"unix:{place}")
        out = find_sound(RATE).out
        assert isinstance(out, Speaker)
        play(out, 2.5)
    out.feed(bytes(8 * RATE))
    time.sleep(0.2)
    before = out.count_heard()
    time.sleep(0.3)
    assert out.count_heard() == before
    assert out.count_waiting() > 0, "so that the clock sees that it is not for want of sound"
    out.close()


@pytest.mark.long("sound")
@pytest.mark.skipif(not HAS_SERVER, reason="pulseaudio is not installed")
def test_meters_in_a_terminal_move_and_write_nothing_at_rest(tmp_path: Path) -> None:
    make_studio(tmp_path / "home").close()
    command = [sys.executable, "-m", "milimo_tui.cli.main", "--home", str(tmp_path / "home")]
    with server(tmp_path) as place:
        environ = {**os.environ, "PULSE_SERVER": f"unix:{place}", "HOME": str(tmp_path),
                   "MILIMO_IMAGES": "off", "TERM": "xterm-256color", "LANG": "C.UTF-8"}  # fmt: skip
        with Terminal(command, environ, 100, 30) as terminal:
            terminal.wait_for("Rain Market")
            terminal.press("g", "t")
            terminal.wait_for("EWS Rain")
            terminal.press("F")
            terminal.wait_for("0 dropped")
            terminal.press("space")
            end = time.monotonic() + 30
            while not set("▀▄█") & set(terminal.screen.display[-1]):
                assert time.monotonic() < end, terminal.text
                terminal.read(0.1)
            terminal.press("K")
            # Wait until the level has fallen and the screen has then been quiet for a second.
            for _ in range(100):
                if not terminal.read(1.0):
                    break
            written = len(terminal.raw)
            assert not terminal.read(1.5)
            assert len(terminal.raw) == written
            assert "ALSA" not in terminal.text
