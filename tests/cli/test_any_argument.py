"""Test each argument of each command with bad values: the reply is one sentence, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.cli.main import main
from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.studio.registry.grammar import get_argument_shape
from tests.budget import rounds
from tests.front_door import Milimo, in_environment

# Seconds that a command may wait for jobs that never start, or for data in a pipe without a writer
WAIT = 3.0
FILE, FOLDER, PIPE, BRACKETS = "@file", "@folder", "@pipe", "@brackets"
NASTY = (
    "", " ", "x" * 400, "é" * 10_000, "\x00", "\x1b]52;c;AAAA\x07\x9b31m", "\udcff\ud800", "nan", "-inf",
    "-1", "0", "1e400", "9" * 5_000, str(2**63), str(-(2**63) - 1), "1/0", "{", "[" * 5_000, "\n\n", "@",
    "%s{0}", "../../../x", "/", "/dev/full", "a/" * 3_000, "~nobody-at-all/x", "1:2:3:4:5:6",
    "2026-99-99", ",", "=", FILE, FOLDER, PIPE, BRACKETS,
)  # fmt: skip
# Valid values of required arguments, by argument name, used while another argument is tested.
GOOD = {
    "id": "1A", "ids": "1A", "shot": "1A", "scene": "1", "clip": "1A", "clips": "1A", "other": "2A",
    "to": "2A", "by": "1", "at": "10", "frame": "10", "edge": "tail", "kind": "character", "name": "Lamp",
    "value": "0.5",
    "take": "1", "text": "words", "prompt": "words", "action": "words", "file": FILE, "script": FILE,
    "picture": FILE, "track": "V1", "which": "1", "lora": FILE, "strength": "0.5", "what": FILE, "part": "1",
    "frames": "12", "seed": "4", "priority": "1", "family": "ltx2", "target": "1A", "cut": "First cut",
    "notes": "1", "note": "1", "words": "words", "size": "wide",
    "brief": "four shots in a yard", "story": FILE, "item": "person 1",
}  # fmt: skip
NEVER = {
    ("supervisor.start", "foreground"),  # runs until a person stops it
    ("cluster.up", "cpus"),  # these start a cluster with any value
    ("cluster.up", "port"),
}


@pytest.fixture
def studio(film: Milimo) -> Iterator[Milimo]:
    """Return `milimo` on the tiny film with paused lanes, an unreachable hub and no real editor or player."""
    env = {
        **film.env,
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "EDITOR": "true",
        "MILIMO_MPV": "true",
    }
    held = replace(film, env=env)
    held.act("job", "pause")
    yield held
    signal.setitimer(signal.ITIMER_REAL, 0)


class RestoredFilm:
    """A copy of the film that is restored for each command, and the files that arguments name."""

    def __init__(self, milimo: Milimo) -> None:
        self._project = next((milimo.home / "projects").iterdir())
        self._home = milimo.home
        self._whole = milimo.cwd.parent / "whole"
        shutil.copytree(self._project, self._whole)
        self._current = (milimo.home / "current").read_bytes()
        self.named = {FILE: "plain.txt", FOLDER: "folder", PIPE: "pipe", BRACKETS: "x.safetensors"}
        self.named = {key: str(milimo.cwd / name) for key, name in self.named.items()}
        os.mkfifo(self.named[PIPE])
        self.again()

    def again(self) -> None:
        """Restore the film, the current-film file and the named files."""
        Path(self.named[FOLDER]).mkdir(exist_ok=True)
        Path(self.named[FILE]).write_text("words and no film")
        header = b'{"a":' + b"[" * 100_000
        Path(self.named[BRACKETS]).write_bytes(len(header).to_bytes(8, "little") + header)
        (self._home / "current").write_bytes(self._current)
        for folder in (self._home / "projects").iterdir():
            if folder != self._project:
                shutil.rmtree(folder)
        if not self._project.is_dir():
            shutil.copytree(self._whole, self._project)
        for part in self._project.glob("project.db*"):
            part.unlink()
        shutil.copyfile(self._whole / "project.db", self._project / "project.db")


def said(words: list[str]) -> str:
    """Return the text of a command on both streams, plus the traceback of an uncaught exception."""

    def too_long(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, too_long)
    out, err = io.StringIO(), io.StringIO()
    left, _ = signal.setitimer(signal.ITIMER_REAL, WAIT)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(words)
    except KeyboardInterrupt:
        pass  # the timer ended a waiting command before it had a handler for interrupts
    except (Exception, SystemExit):  # noqa: BLE001 - whatever comes out is what is looked for
        return f"{out.getvalue()}{err.getvalue()}\n{traceback.format_exc()}"
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left)
    return f"{out.getvalue()}{err.getvalue()}"


def lines_of(entry: registry.Command, name: str, value: str, kept: RestoredFilm) -> list[list[str]]:
    """Return the command lines that give argument `name` this value: one with `run`, and the usual spelling
    if the command has one.
    """
    items = read_arguments(entry.args)
    values = {key: GOOD.get(key, "words") for key, item in items.items() if item.required}
    if "detach" in items:
        values["detach"] = "yes"
    values = {key: kept.named.get(each, each) for key, each in {**values, name: value}.items()}
    by_run = ["run", entry.id, *(f"{key}={each}" for key, each in values.items())]
    if not entry.cli or get_argument_shape(items[name])[0] == "flag":
        return [by_run]
    flags = {key: f"--{key.rstrip('_').replace('_', '-')}" for key in values}
    typed = [*entry.cli.split(), *(f"{flags[key]}={each}" for key, each in values.items()
             if key not in entry.positional and get_argument_shape(items[key])[0] != "flag")]  # fmt: skip
    typed += ["--", *(values[key] for key in entry.positional if key in values)]
    return [by_run, typed]


@pytest.mark.long("arguments")
def test_no_argument_of_any_command_shows_a_traceback(studio: Milimo) -> None:
    kept = RestoredFilm(studio)
    chance = random.Random(11)
    wrong: dict[str, str] = {}
    with contextlib.chdir(studio.cwd), open(os.devnull) as nothing, in_environment(studio.env):
        before, sys.stdin = sys.stdin, nothing
        try:
            for entry in registry.list_commands().values():
                kept.again()
                for name in read_arguments(entry.args):
                    if (entry.id, name) in NEVER:
                        continue
                    for value in chance.sample(NASTY, min(rounds("arguments"), len(NASTY))):
                        line = chance.choice(lines_of(entry, name, value, kept))
                        told = said(line)
                        if "Traceback" in told:
                            wrong.setdefault(
                                told.strip().splitlines()[-1][:100], f"{line!r:.200}\n{told[-1500:]}"
                            )
        finally:
            sys.stdin = before
    assert not wrong, "\n\n".join(wrong.values())
