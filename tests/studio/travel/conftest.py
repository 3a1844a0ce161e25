"""Fixtures for transfers: two homes on one machine with a real SSH server between them."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import sshd
from tests.front_door import TINY, Milimo, environment

_TOLD = ("PYTHONPATH", "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "MILIMO_IDLE_SECONDS")


@dataclass(frozen=True)
class Machines:
    """Two machines in a test: `here` is the local home, and `there` is a second home that is reached over
    SSH.
    """

    here: Milimo
    there: Milimo
    server: sshd.Server

    def program(self, **env: str) -> str:
        """Return the shell command that starts Milimo on the remote side, with `env` added to its
        environment.
        """
        told = {name: self.there.env[name] for name in _TOLD} | {"MILIMO_TEST_HOST": "1", **env}
        words = ["env", *(f"{name}={value}" for name, value in told.items())]
        return shlex.join([*words, sys.executable, "-m", "milimo_tui.cli.main"])

    @property
    def box(self) -> str:
        return f"{self.server.box}:{self.there.home}"

    def flags(self, **env: str) -> list[str]:
        return ["--ssh", self.server.ssh, "--program", self.program(**env)]

    def push(self, *words: str) -> Any:
        return self.here.json("project", "push", self.box, *words, *self.flags())

    def pull(self, *words: str) -> Any:
        return self.here.json("project", "pull", self.box, *words, *self.flags())

    def pushing(self, far: Path) -> subprocess.Popen[bytes]:
        """Start a push as a separate process. The process id of the remote program is written to the file
        `far`.
        """
        program = shlex.join(["sh", "-c", f'echo $$ >{far}; exec {self.program()} "$@"', "sh"])
        flags = ["--ssh", self.server.ssh, "--program", program]
        return subprocess.Popen(
            [sys.executable, "-m", "milimo_tui.cli.main", "project", "push", self.box, *flags],
            env=self.here.env,
            cwd=self.here.cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def film_there(self, name: str = "two-lamps") -> Path:
        return self.there.home / "projects" / name

    def film_here(self, name: str = "two-lamps") -> Path:
        return self.here.home / "projects" / name


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sshd.Server]:
    with sshd.served(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def boxes(tmp_path: Path, server: sshd.Server) -> Iterator[Machines]:
    """Create both homes. The tiny film is in the local home, without takes."""
    sides = []
    for name in ("here", "there"):
        folder = tmp_path / name
        folder.mkdir()
        sides.append(Milimo(environment(folder), folder / "work"))
    made = Machines(sides[0], sides[1], server)
    (made.here.cwd / "two-lamps.fountain").write_text(TINY)
    made.here.act("project", "new", "--script", "two-lamps.fountain")
    yield made
    for side in sides:
        side.inside("supervisor", "stop", "--now")
