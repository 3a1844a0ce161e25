"""The command line as processes: a runner, a tiny screenplay, and a home with its film made once."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
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


# Verbs that change nothing; a test asks them in its own process.
QUESTIONS = frozenset({"list", "show", "takes", "history", "status"})


@dataclass(frozen=True)
class Milimo:
    """Runs `milimo` as a process with its own home."""

    env: dict[str, str]
    cwd: Path

    def __call__(
        self, *words: str, code: int = 0, stdin: bytes | None = None, **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [sys.executable, "-m", "milimo_tui.cli.main", *words],
            env={**self.env, **env},
            cwd=self.cwd,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == code, (words, done.returncode, done.stdout[-600:], done.stderr[-2000:])
        return done

    def json(self, *words: str, code: int = 0, stdin: bytes | None = None, **env: str) -> Any:
        is_question = QUESTIONS & set(words[:2]) or "--dry-run" in words
        if is_question and "PYTHONIOENCODING" not in self.env and not env:
            return self._asked(*words, code=code)
        return json.loads(self(*words, "--json", code=code, stdin=stdin, **env).stdout)

    def inside(self, *words: str, code: int = 0) -> Any:
        """The answer of a verb that is run in this process: for tests that ask much."""
        return self._asked(*words, code=code)

    def _asked(self, *words: str, code: int) -> Any:
        """The same front door without a process of its own: tests ask hundreds of questions."""
        from milimo_tui.cli.main import main  # not where the front doors of an installed wheel are tested

        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.env)
        told = io.StringIO()
        try:
            with contextlib.redirect_stdout(told):
                done = main([*words, "--json"])
        finally:
            os.environ.clear()
            os.environ.update(before)
        assert done == code, (words, done, told.getvalue()[-600:])
        return json.loads(told.getvalue())

    def text(self, *words: str, code: int = 0) -> str:
        return self(*words, code=code).stdout.decode()

    @property
    def home(self) -> Path:
        return Path(self.env["MILIMO_HOME"])


def environment(folder: Path) -> dict[str, str]:
    """An environment in which everything of the studio lies in one folder."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (folder / "work").mkdir(exist_ok=True)
    root = str(Path(__file__).parents[1])
    # Hundreds of processes: what one has compiled the next shall not compile again.
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
        "MILIMO_TEST_HOST": "1",
    }


@pytest.fixture
def milimo(tmp_path: Path) -> Iterator[Milimo]:
    """`milimo` on an empty home; its supervisor is stopped at the end."""
    runner = Milimo(environment(tmp_path), tmp_path / "work")
    yield runner
    runner("supervisor", "stop", "--now")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose home holds the tiny film, made from script to film once."""
    folder = tmp_path_factory.mktemp("made")
    runner = Milimo(environment(folder), folder / "work")
    script = folder / "work" / "two-lamps.fountain"
    script.write_text(TINY)
    try:
        runner("film", str(script))
    finally:
        runner("supervisor", "stop", "--now")
    return folder


@pytest.fixture
def film(made: Path, tmp_path: Path) -> Iterator[Milimo]:
    """`milimo` on a home of its own that holds the tiny film."""
    shutil.copytree(made / "home", tmp_path / "home", ignore=shutil.ignore_patterns("supervisor.*"))
    runner = Milimo(environment(tmp_path), tmp_path / "work")
    yield runner
    runner("supervisor", "stop", "--now")


@pytest.fixture
def script(milimo: Milimo) -> Path:
    path = milimo.cwd / "two-lamps.fountain"
    path.write_text(TINY)
    return path
