"""Test the output streams of the command line: closed readers, full disks, plain encodings and interrupts."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import psutil
import pytest

from tests.budget import thorough
from tests.front_door import TINY, Milimo

MILIMO = (sys.executable, "-m", "milimo_tui.cli.main")


def start(milimo: Milimo, *words: str) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return subprocess.Popen([*MILIMO, *words], env=milimo.env, cwd=milimo.cwd, stdout=pipe, stderr=pipe)


@pytest.mark.long("command_line")
@pytest.mark.parametrize("words", [("engine", "list"), ("engine", "list", "--json"), ("help", "commands")])
def test_closed_reader_is_no_error(milimo: Milimo, words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*MILIMO, *words], env=milimo.env, cwd=milimo.cwd, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.long("command_line")
@pytest.mark.parametrize("flag", [(), ("--json",)])
def test_answer_to_a_full_disk_is_one_sentence(milimo: Milimo, flag: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        words = [*MILIMO, "engine", "list", *flag]
        done = subprocess.run(words, env=milimo.env, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.long("command_line")
def test_plain_encoding_gets_escapes_and_json_stays_valid(film: Milimo) -> None:
    plain = Milimo({**film.env, "PYTHONIOENCODING": "ascii"}, film.cwd)
    assert "1A" in plain.text("shot", "list")
    assert plain.json("shot", "list")[0]["glyph"] == "●"
    assert plain.json("cut", "show", "--cut", "nichts ü", code=2)["error"]["kind"] == "not_found"


@pytest.mark.long("command_line")
def test_closed_standard_output_ends_quietly_and_without_colour(milimo: Milimo) -> None:
    words = [*MILIMO, "engine", "list"]
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *words], env=milimo.env, stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in milimo("engine", "list", NO_COLOR="1").stdout


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_stop_and_continue_during_a_write_lose_no_output(milimo: Milimo, unbuffered: str) -> None:
    """A stop ends a write to a full pipe, and the pipe has then accepted only the beginning of the output."""
    wanted = milimo("help", "commands", "--json").stdout
    reading, writing = os.pipe()
    size = fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    assert len(wanted) > 2 * size
    words = [*MILIMO, "help", "commands", "--json"]
    env = {**milimo.env, "PYTHONUNBUFFERED": unbuffered}
    process = subprocess.Popen(words, env=env, cwd=milimo.cwd, stdout=writing)
    os.close(writing)
    end = time.monotonic() + 60
    while struct.unpack("i", fcntl.ioctl(reading, termios.FIONREAD, bytes(4)))[0] < size:
        assert time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGSTOP)
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
        time.sleep(0.02)
    process.send_signal(signal.SIGCONT)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == wanted
    assert process.wait(60) == 0


def test_every_json_answer_is_one_document(milimo: Milimo) -> None:
    assert milimo.json("--version")["version"]
    assert "  film  " in milimo.json("help")["text"]
    assert milimo.json("engine", "explain", "animatic", "--card", "24")["fits"] is True
    assert milimo.json("supervisor", "status")["running"] is False
    assert milimo.json("supervisor", "stop") == {"running": False}


@pytest.mark.parametrize("flag", thorough("command_line", [(), ("--json",)], quick=0, one=True))
def test_interrupt_lists_what_still_runs(film: Milimo, flag: tuple[str, ...]) -> None:
    # Long enough that the take is still being made at the interrupt
    film.act("shot", "set", "1A", "--length", "300s")
    before = {job["id"] for job in film.json("job", "list")}
    waiting = start(film, "shot", "make", "1A", "1B", *flag)
    while not any(job["progress"] for job in film.json("job", "list") if job["id"] not in before):
        time.sleep(0.05)  # once a take reports progress, the command is already waiting
    waiting.send_signal(signal.SIGINT)
    out, err = waiting.communicate(timeout=300)
    assert waiting.returncode == 130
    said = json.loads(out)["error"]["message"] if flag else err.decode()
    assert "2 jobs" in said
    left = [job["id"] for job in film.json("job", "list") if job["state"] in ("running", "queued")]
    assert left, "they do go on"
    film.act("job", "cancel", *left)


def save(path: Path, text: str) -> None:
    """Replace a file as an editor does: a reader sees the old or the new file, never a partial one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    os.replace(fresh, path)


@pytest.mark.long("command_line")
def test_watched_film_is_remade_when_its_screenplay_is_saved(film: Milimo) -> None:
    script = film.cwd / "two-lamps.fountain"
    script.write_text(TINY)
    watching = start(film, "film", str(script), "--watch", "--json")
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["jobs"] == []
    save(script, "")
    assert json.loads(watching.stdout.readline())["error"]["kind"] == "bad_input"
    save(script, TINY.replace("slowly", "fast"))
    again = json.loads(watching.stdout.readline())
    assert [job["kind"] for job in again["jobs"]] == ["make_video", "render_film"]
    watching.send_signal(signal.SIGINT)
    out, _ = watching.communicate(timeout=300)
    assert (watching.returncode, json.loads(out)["error"]["kind"]) == (130, "cancelled")
