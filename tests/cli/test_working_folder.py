"""Test that no process of the program imports Python files from the working folder, which may be untrusted.
The folder contains a trap for each module: a file with the module's name that reports its import.
"""

from __future__ import annotations

import ast
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from PIL import Image

import milimo_tui
from milimo_tui.media.files.helper_process import make_module_command, make_module_environment
from tests.front_door import SECONDS, Milimo, in_environment
from tests.jobs.cluster.clusters import free_port
from tests.terminal import Terminal

SOURCES = Path(milimo_tui.__file__).parent
SAFE = ("-P", "-I")


def set_traps(folder: Path) -> Path:
    """Write a trap for each module of the standard library and of the installed packages. Return the file in
    which traps report themselves.
    """
    folder.mkdir(exist_ok=True)
    sprung = folder / "sprung"
    for name in {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize", "usercustomize"}:
        # An interpreter imports `encodings` before it can open a file.
        if name.isidentifier() and name not in ("milimo_tui", "encodings"):
            code = f"open({str(sprung)!r}, 'a').write({name!r} + chr(10))\nraise SystemExit(7)\n"
            (folder / f"{name}.py").write_text(code)
    return sprung


def read_sprung(sprung: Path) -> set[str]:
    return set(sprung.read_text().split()) if sprung.exists() else set()


def run_trapped(film: Milimo, *words: str, **env: str) -> str:
    """Run a command in the folder of traps, and return its standard output."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "milimo_tui.cli.main", *words],
        env={**film.env, **env},
        cwd=film.cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, (words, done.stdout[-600:], done.stderr[-2000:])
    return done.stdout.decode()


def list_program_modules() -> Iterator[str]:
    """Yield the name of each module that can be run as a process."""
    for path in sorted(SOURCES.rglob("*.py")):
        if '__name__ == "__main__"' in path.read_text():
            yield ".".join(path.relative_to(SOURCES.parent).with_suffix("").parts)


def wait_until_written(path: Path) -> None:
    end = time.monotonic() + SECONDS
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert path.exists()


def test_traps_report_an_interpreter_without_the_option(tmp_path: Path) -> None:
    sprung = set_traps(tmp_path / "traps")
    for options in (["-c", "import sqlite3"], ["-P", "-c", "import sqlite3"]):
        subprocess.run([sys.executable, *options], cwd=tmp_path / "traps", capture_output=True, check=False)
    assert read_sprung(sprung) == {"sqlite3"}


@pytest.mark.parametrize("module", [*list_program_modules()])
def test_no_program_module_imports_from_the_working_folder(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sprung = set_traps(tmp_path / "traps")
    monkeypatch.syspath_prepend(tmp_path)  # This process finds the package as an installed program does.
    # An empty entry of PYTHONPATH stands for the working folder.
    with in_environment({**os.environ, "PYTHONPATH": os.pathsep + str(SOURCES.parent) + os.pathsep}):
        env = {**make_module_environment(), "MILIMO_HOME": str(tmp_path / "home")}
    subprocess.run(
        make_module_command(module),
        cwd=tmp_path / "traps",
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert read_sprung(sprung) == set()


def test_every_call_of_the_interpreter_is_safe() -> None:
    unsafe = []
    for path in sorted(SOURCES.rglob("*.py")):
        tree = ast.parse(path.read_text())
        parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.executable":
                place: ast.AST = node
                while not isinstance(place, ast.List | ast.Tuple | ast.JoinedStr):
                    place = parents[place]
                elements = place.values if isinstance(place, ast.JoinedStr) else place.elts
                if not any(
                    isinstance(each, ast.Constant) and str(each.value).split()[:1] in ([s] for s in SAFE)
                    for each in elements
                ):
                    unsafe.append(f"{path.name}:{node.lineno}")
    assert unsafe == []


def test_supervisor_and_its_child_processes_ignore_the_folder_where_they_were_started(film: Milimo) -> None:
    film.inside("supervisor", "stop", "--now")
    sprung = set_traps(film.cwd)
    notified, told = film.cwd / "notified", film.cwd / "tell"
    told.write_text(f"#!/bin/sh\ncat > {shlex.quote(str(notified))}\n")
    told.chmod(0o755)
    # The path of the command and that of the home are relative to the working folder.
    own = {"MILIMO_NOTIFY_COMMAND": "./tell", "MILIMO_NOTIFY_ON": "job", "MILIMO_HOME": "../home"}
    own |= {"MILIMO_WATCH_SECONDS": "0.2"}
    status = json.loads(run_trapped(film, "supervisor", "start", "--json", **own))
    assert Path(os.readlink(f"/proc/{status['pid']}/cwd")) == film.home.resolve()
    run_trapped(film, "shot", "make", "1A", "--engine", "animatic", **own)
    run_trapped(film, "job", "wait", **own)
    wait_until_written(notified)
    for name, colour in (("a.png", "red"), ("b.png", "blue")):
        Image.new("RGB", (64, 64), colour).save(film.cwd / name)
    run_trapped(film, "asset", "add", "a.png", **own)
    story = film.cwd / "story.txt"
    story.write_text("Anna walked into the kitchen. She lit the lamp.\n\n" * 1_500)
    run_trapped(film, "script", "transform", "story.txt", **own)
    (film.cwd / "watched").mkdir()
    run_trapped(film, "watch", "add", "watched", **own)
    os.rename(film.cwd / "b.png", film.cwd / "watched" / "b.png")
    end = time.monotonic() + SECONDS
    while "b.png" not in run_trapped(film, "asset", "list", "--json", **own) and time.monotonic() < end:
        time.sleep(0.5)
    assert "b.png" in run_trapped(film, "asset", "list", "--json", **own)
    assert read_sprung(sprung) == set()


def test_foreground_supervisor_starts_safe_workers(film: Milimo) -> None:
    film.inside("supervisor", "stop", "--now")
    sprung = set_traps(film.cwd)
    program = "import sys; sys.path.pop(0); from milimo_tui.cli.main import main; sys.exit(main())"
    with subprocess.Popen(
        # As the installed program, this process runs without the option `-P`, and outside the working folder.
        [sys.executable, "-c", program, "supervisor", "start", "--foreground"],
        env=film.env,
        cwd=film.cwd,
        stdout=subprocess.PIPE,
    ) as supervisor:
        # A command that queues a job would start a supervisor of its own if this one does not answer yet.
        end = time.monotonic() + SECONDS
        while not json.loads(run_trapped(film, "supervisor", "status", "--json"))["running"]:
            assert time.monotonic() < end
        run_trapped(film, "shot", "make", "1A", "--engine", "animatic")
        run_trapped(film, "job", "wait")
        assert json.loads(run_trapped(film, "supervisor", "status", "--json"))["pid"] == supervisor.pid
        run_trapped(film, "supervisor", "stop", "--now")
        assert supervisor.wait(SECONDS) == 0
    assert read_sprung(sprung) == set()


def test_relative_program_is_stored_with_its_full_path(milimo: Milimo) -> None:
    for name, text, stored in (
        ("notify_command", "./tell 'to me'", f"{milimo.cwd / 'tell'} 'to me'"),
        ("ssh", "tools/ssh -4", f"{milimo.cwd / 'tools/ssh'} -4"),
        ("mpv", "./my mpv", f"{milimo.cwd / 'my mpv'}"),
        ("mpv", "mpv", "mpv"),
        ("ssh", "/usr/bin/ssh", "/usr/bin/ssh"),
    ):
        assert milimo.inside("config", "set", name, text)["value"] == stored
    off = milimo.inside("job", "off-when-done", "--run", "./off", "--seconds", "3600")["off"]
    assert off["command"] == str(milimo.cwd / "off")


@pytest.mark.long("screens")
def test_studio_and_its_child_processes_ignore_the_folder_where_it_was_started(film: Milimo) -> None:
    sprung = set_traps(film.cwd)
    start = shlex.join([sys.executable, "-P", "-m", "milimo_tui.cli.main"])
    command = ["/bin/sh", "-c", f"cd {shlex.quote(str(film.cwd))} && exec {start}"]
    with Terminal(command, {**film.env, "TERM": "xterm-256color"}) as terminal:
        terminal.wait_for("INT. KITCHEN")
        for screen in ("t", "s", "e", "m", "h"):
            terminal.press("g", screen)
            terminal.read(1.0)
            time.sleep(1.0)
        terminal.press("\x11")
        assert terminal.wait() == 0
    assert read_sprung(sprung) == set()


@pytest.mark.long("ray")
def test_cluster_ignores_the_folder_where_it_was_started(film: Milimo) -> None:
    film.inside("supervisor", "stop", "--now")
    sprung = set_traps(film.cwd)
    try:
        run_trapped(film, "cluster", "up", "--port", str(free_port()))
        run_trapped(film, "cluster", "join", "--name", "one", "--cpus", "2")
        run_trapped(film, "supervisor", "start")
        made = json.loads(run_trapped(film, "shot", "make", "1A", "--takes", "6", "--json"))
        run_trapped(film, "job", "wait")
        workers = [film.inside("job", "show", id)["history"][-1]["worker"] for id in made["jobs"]]
        assert any(worker.startswith("one.") for worker in workers)
    finally:
        run_trapped(film, "cluster", "down")
    assert read_sprung(sprung) == set()
