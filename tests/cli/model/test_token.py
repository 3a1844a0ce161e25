"""Test entering a token at a prompt. The token is not echoed, and is stored where the hub's own tools store
it, in no file of Milimo.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import stat
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.engines.catalog import hub_token
from milimo_tui.jobs.worker.context import Yielded
from tests.cli.model.test_model_commands import KLEIN, KLEIN_HUB
from tests.engines.hub.hub_server import FakeHub
from tests.engines.hub.material import klein, safetensors
from tests.front_door import Milimo, environment

TOKEN = "hf_" + "typedandneverseen" * 2


@pytest.fixture
def milimo(tmp_path: Path, hub: FakeHub) -> Iterator[Milimo]:
    env = {**environment(tmp_path), "HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "hf")}
    runner = Milimo(env, tmp_path / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


def typed(milimo: Milimo, words: list[str], answers: dict[bytes, str]) -> tuple[int, bytes, bytes]:
    """Run a command in its own terminal and type the answer to each question that appears.

    Returns the exit code, the terminal's output and standard output.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "milimo_tui.cli.main", *words],
        env=milimo.env, cwd=milimo.cwd, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, left = b"", dict(answers)
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # the command closed the terminal
                break
        for question in [question for question in left if question in shown]:
            while left[question] == TOKEN and termios.tcgetattr(ours)[3] & termios.ECHO:
                assert time.monotonic() < end, shown
                # Wait until echo is off: a person would not type a secret while it is visible
                time.sleep(0.01)
            os.write(ours, f"{left.pop(question)}\n".encode())
    out, _ = process.communicate(timeout=300)
    os.close(ours)
    return process.returncode, shown, out


@pytest.mark.long("command_line")
def test_token_is_asked_for_without_echo_and_stored_by_the_hub_library(
    milimo: Milimo, hub: FakeHub, tmp_path: Path
) -> None:
    """The hub library stores the token. Milimo Video read it only from the environment and lost it at each
    restart.
    """
    files = {"config.json": b"{}", "model.safetensors": safetensors({"a": (99, 9)})}
    hub.add("facebook/sam3", files, gated="manual")
    hub.tokens[TOKEN] = ("facebook/sam3",)
    code, shown, out = typed(
        milimo, ["model", "setup", "sam3", "--anyway", "--yes", "--json"], {b"a token": TOKEN}
    )
    assert code == 0, (shown, out)
    assert TOKEN.encode() not in shown
    assert TOKEN.encode() not in out
    assert b'"account": "mara"' in out
    kept = tmp_path / "hf" / "token"
    assert kept.read_text() == TOKEN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for path in milimo.home.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes(), path
    assert milimo.inside("model", "ready")[2]["ready"] is True


@pytest.mark.long("command_line")
def test_rejected_token_is_not_stored(milimo: Milimo, hub: FakeHub, tmp_path: Path) -> None:
    hub.add("facebook/sam3", {"config.json": b"{}"}, gated="manual")
    code, shown, _ = typed(milimo, ["model", "setup", "sam3", "--anyway"], {b"[y/N]": "y", b"a token": TOKEN})
    assert code == 3
    assert b"token" in shown
    assert TOKEN.encode() not in shown
    assert not (tmp_path / "hf" / "token").exists()
    assert milimo.inside("job", "list") == []


def test_declined_licence_downloads_nothing(milimo: Milimo, hub: FakeHub) -> None:
    code, shown, _ = typed(milimo, ["model", "setup", "sam3", "--anyway"], {b"[y/N]": "n"})
    assert code == 2
    assert b"licence" in shown
    assert not hub.requests


def test_source_of_the_token_is_shown(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    assert hub_token.describe_token_source(os.environ) == ""
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text(TOKEN)
    assert hub_token.describe_token_source(os.environ) == str(tmp_path / "hf" / "token")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert hub_token.describe_token_source(os.environ) == "HF_TOKEN"


def test_lent_token_is_used_for_its_own_download_only(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hub_token.leave_token_for_download(home, "sam3", {"HF_TOKEN": TOKEN})
    lent = list((tmp_path / "run" / "milimo").glob("*.token"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in lent] == [0o600]
    monkeypatch.setenv("HF_TOKEN", "hf_another")
    with hub_token.use_left_token(home, "ltx-2"):
        assert os.environ["HF_TOKEN"] == "hf_another"
    with pytest.raises(Yielded), hub_token.use_left_token(home, "sam3"):
        raise Yielded("paused")
    assert lent[0].exists()  # a paused download still needs the token
    with hub_token.use_left_token(home, "sam3"):
        assert os.environ["HF_TOKEN"] == TOKEN
    assert os.environ["HF_TOKEN"] == "hf_another"
    assert not lent[0].exists()


@pytest.fixture
def lending(tmp_path: Path, hub: FakeHub) -> Iterator[Milimo]:
    """Return `milimo` with a token in its environment, on a machine without a runtime folder, so it uses the
    temporary folder.
    """
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    env = {
        **environment(tmp_path),
        "HF_ENDPOINT": hub.address,
        "HF_HOME": str(tmp_path / "hf"),
        "HF_TOKEN": TOKEN,
    }
    runner = Milimo({**env, "XDG_RUNTIME_DIR": "", "TMPDIR": str(tmp)}, tmp_path / "work")
    yield runner
    runner.inside("supervisor", "stop", "--now")


def holding(folder: Path) -> list[Path]:
    """Return the files in `folder` and its subfolders that contain the token."""
    return [path for path in folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def until_cancelled(milimo: Milimo, job: str) -> None:
    end = time.monotonic() + 60
    while (now := milimo.inside("job", "show", job))["state"] != "cancelled":
        assert now["state"] not in ("failed", "done"), now["error"]
        assert time.monotonic() < end, f"it is still {now['state']}"
        time.sleep(0.05)


@pytest.mark.long("command_line")
@pytest.mark.parametrize("end", ["while it waits", "while it runs", "its worker killed", "everything killed"])
def test_lent_token_is_removed_when_its_download_is_cancelled(
    end: str, lending: Milimo, hub: FakeHub, tmp_path: Path
) -> None:
    hub.add(KLEIN_HUB, klein(3_000_000))
    hub.tokens[TOKEN] = ()  # the hub does not accept this token, so the download ends at its first request
    hub.bytes_per_second = 100_000
    if end == "while it waits":
        lending.act("job", "pause", "--lane", "fetch")
    job = lending.inside("model", "download", KLEIN, "--detach")["jobs"][0]
    assert holding(tmp_path / "tmp") != [], "the download needs it"
    if end != "while it waits":
        until(lambda: lending.inside("job", "show", job)["state"] == "running")
    if end == "its worker killed":
        [worker] = [
            row for row in lending.inside("supervisor", "status")["workers"] if row["lane"] == "fetch"
        ]
        os.kill(worker["pid"], signal.SIGSTOP)  # a stopped worker can't react to the cancel request
        lending.act("job", "cancel", job)
        os.kill(worker["pid"], signal.SIGKILL)
    elif end == "everything killed":
        status = lending.inside("supervisor", "status")
        os.kill(status["pid"], signal.SIGKILL)
        for worker in status["workers"]:
            os.kill(worker["pid"], signal.SIGKILL)
        lending.act("job", "cancel", job)
    else:
        lending.act("job", "cancel", job)
    until_cancelled(lending, job)
    until(lambda: not holding(tmp_path / "tmp"))
    assert holding(lending.home) == []


@pytest.mark.long("command_line")
def test_lent_token_of_a_failed_request_is_removed_by_the_next_supervisor(
    lending: Milimo, tmp_path: Path
) -> None:
    """The supervisor removes the token of a shell that was killed after lending the token and before queueing
    the job.
    """
    lending.act("job", "list")
    code = (
        "import os, sys; from pathlib import Path; from milimo_tui.core.paths import Home;"
        "from milimo_tui.engines.catalog import hub_token;"
        "hub_token.leave_token_for_download(Home(Path(sys.argv[1])), 'sam3', os.environ)"
    )
    subprocess.run([sys.executable, "-c", code, str(lending.home)], env=lending.env, check=True)
    [left] = holding(tmp_path / "tmp")
    os.utime(left, (0, 0))
    lending.act("supervisor", "stop", "--now")
    lending.act("supervisor", "start")
    until(lambda: not holding(tmp_path / "tmp"))
