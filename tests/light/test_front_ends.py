"""Test the wheel without the model stack in its own environment: every front end works without the models'
libraries.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from tests.front_door import TINY, environment
from tests.terminal import in_terminal

ROOT = Path(__file__).parents[2]
MILIMO = ROOT / ".venv-light" / "bin" / "milimo"

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def light() -> Path:
    """Build the light environment if `make test` has not built it, and return its `milimo` program."""
    subprocess.run(["make", "-s", "light"], cwd=ROOT, check=True)
    return MILIMO


@pytest.fixture
def env(tmp_path: Path, light: Path) -> Iterator[dict[str, str]]:
    values = {key: value for key, value in environment(tmp_path).items() if key != "PYTHONPATH"}
    yield values
    subprocess.run([str(light), "supervisor", "stop", "--now"], env=values, check=True, capture_output=True)


def run(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [str(MILIMO), *words], env=env, cwd=Path(env["MILIMO_HOME"]).parent, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.decode()


@pytest.mark.long("light")
def test_doctor_explains_how_to_add_the_missing_model_stack(env: dict[str, str]) -> None:
    python = MILIMO.with_name("python")
    assert subprocess.run([str(python), "-c", "import torch"], capture_output=True, check=False).returncode
    findings = {row["name"]: row for row in json.loads(run(env, "doctor", "--json"))["findings"]}
    assert not findings["model stack"]["ok"]
    assert findings["model stack"]["command"]
    assert "model stack" in run(env, "model", "list")


@pytest.mark.long("light")
def test_script_to_film_without_the_model_stack(env: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "lamps.fountain"
    script.write_text(TINY)
    data = json.loads(run(env, "film", str(script), "-o", str(tmp_path / "film.mp4"), "--json"))
    assert data["problems"] == []
    assert Path(data["film"]).stat().st_size > 10_000


@pytest.mark.long("light")
def test_wheel_includes_the_sample(env: dict[str, str]) -> None:
    code = (
        "from milimo_tui.studio.script.sample_film import read_sample_script; "
        "print(len(read_sample_script()[0]))"
    )
    python = str(MILIMO.with_name("python"))
    done = subprocess.run([python, "-c", code], env=env, capture_output=True, check=True, cwd="/")
    assert int(done.stdout) == (ROOT / "examples" / "rain-market.fountain").stat().st_size


@pytest.mark.long("light")
def test_studio_opens_and_quits(env: dict[str, str]) -> None:
    pid, terminal = in_terminal(
        [str(MILIMO)], {**env, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    )
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    seen = left = False
    end = time.monotonic() + 300
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            stream.feed(os.read(terminal, 65536))
        except OSError:
            left = True
            break
        if not seen and any("Start a film" in line for line in screen.display):
            seen = True
            os.write(terminal, b"\x11")
    os.waitpid(pid, 0)
    os.close(terminal)
    assert seen, "\n".join(screen.display)
    assert left
