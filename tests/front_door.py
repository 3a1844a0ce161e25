"""Run the command line in tests: a runner, a tiny screenplay, and a home whose film is made once."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TINY = """Title: Two Lamps

INT. KITCHEN - NIGHT

MARA lights a lamp on the table. Rain runs down the window.

MARA
You are late.

EXT. STREET - DAY

Wide on an empty street. A dog crosses slowly.
"""


OFF = {"MILIMO_OFF_COMMAND": "true"}  # no test may shut the machine down
os.environ.update(OFF)

SECONDS = 300  # time limit of one command, enough on a busy machine


@contextlib.contextmanager
def in_environment(env: Mapping[str, str]) -> Iterator[None]:
    """Replace the environment of this process while the context is open, so that programs started by the test
    inherit it.
    """
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass(frozen=True)
class Milimo:
    """A runner of `milimo` with its own home. Calling it starts a process, for tests of streams, exit codes
    or the environment. `json` and the other methods run the command in the test's process.
    """

    env: dict[str, str]
    cwd: Path
    python: str = sys.executable

    def __call__(
        self, *words: str, code: int = 0, stdin: bytes | None = None, **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [self.python, "-m", "milimo_tui.cli.main", *words],
            env={**self.env, **env},
            cwd=self.cwd,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout[-600:], done.stderr[-2000:])
        return done

    def json(self, *words: str, code: int = 0, stdin: bytes | None = None, **env: str) -> Any:
        """Run a command and return its JSON document."""
        is_plain = "PYTHONIOENCODING" not in self.env and not env and stdin is None
        if is_plain and threading.current_thread() is threading.main_thread():
            return self.inside(*words, code=code)
        return json.loads(self(*words, "--json", code=code, stdin=stdin, **env).stdout)

    def inside(self, *words: str, code: int = 0) -> Any:
        """Run a command in this process and return its JSON document. Much faster than a process for each
        command.
        """
        return json.loads(self.act(*words, "--json", code=code))

    def act(self, *words: str, code: int = 0) -> str:
        """Run a command in this process and return its stdout, for the many steps that prepare a test."""
        return self._main(words, code)[0]

    def refusal(self, *words: str, code: int = 2) -> str:
        """Run a command in this process that must be refused. Return its stderr."""
        return self._main(words, code)[1]

    def _main(self, words: Sequence[str], code: int) -> tuple[str, str]:
        """Run a command in this process. Return its stdout and stderr."""
        # Imported here, because tests of an installed wheel must not import the source
        from milimo_tui.cli.main import main

        told, wrong = io.StringIO(), io.StringIO()
        out, err = contextlib.redirect_stdout(told), contextlib.redirect_stderr(wrong)
        with in_environment(self.env), contextlib.chdir(self.cwd), out, err:
            done = main(words)
        assert done == code, (words, done, told.getvalue()[-600:], wrong.getvalue()[-2000:])
        return told.getvalue(), wrong.getvalue()

    def text(self, *words: str, code: int = 0) -> str:
        return self(*words, code=code).stdout.decode()

    @property
    def home(self) -> Path:
        return Path(self.env["MILIMO_HOME"])


def environment(folder: Path) -> dict[str, str]:
    """Return an environment in which all files of the studio are in one folder."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (folder / "work").mkdir(exist_ok=True)
    root = str(Path(__file__).parents[1])
    # Tests start hundreds of processes, which share compiled bytecode.
    left_out = ("MILIMO_", "PYTHONDONTWRITEBYTECODE")
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(left_out)},
        "PYTHONPATH": root,
        "HOME": str(folder / "user"),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "MILIMO_HOME": str(folder / "home"),
        "MILIMO_IDLE_SECONDS": "60",
        "MILIMO_SPEECH": "",
        "MILIMO_GPU_PROBE": "0",
        "MILIMO_HANDLES": "0",  # faster; handles have tests of their own
        "MILIMO_MODEL_HANDLES": "0",
        "MILIMO_BACKUP": "off",  # backups depend on the time; they have tests of their own
        "MILIMO_TEST_HOST": "1",
        **OFF,
    }


@pytest.fixture
def milimo(tmp_path: Path) -> Iterator[Milimo]:
    """Return a runner with an empty home. Its supervisor is stopped at the end."""
    runner = Milimo(environment(tmp_path), tmp_path / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the tiny film from its script, once. Return the folder with the home."""
    folder = tmp_path_factory.mktemp("made")
    runner = Milimo(environment(folder), folder / "work")
    script = folder / "work" / "two-lamps.fountain"
    script.write_text(TINY)
    try:
        runner("film", str(script))
    finally:
        runner.inside("supervisor", "stop", "--now")
    return folder


@pytest.fixture
def film(made: Path, tmp_path: Path) -> Iterator[Milimo]:
    """Return a runner with its own copy of the home with the tiny film."""
    shutil.copytree(made / "home", tmp_path / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    runner = Milimo(environment(tmp_path), tmp_path / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


@pytest.fixture
def script(milimo: Milimo) -> Path:
    path = milimo.cwd / "two-lamps.fountain"
    path.write_text(TINY)
    return path
