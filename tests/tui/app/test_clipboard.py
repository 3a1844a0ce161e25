"""Test copying through the terminal: texts that are too long, and the copies that a real tmux receives, are
reported.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.studio.machine.tmux import run_tmux
from milimo_tui.tui.app.clipboard import MOST_BYTES, describe_oversized_copy, find_tmux_copy_sequence
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


def test_copy_that_many_terminals_drop_is_reported() -> None:
    assert not describe_oversized_copy("x" * MOST_BYTES)
    assert len(base64.b64encode(b"x" * MOST_BYTES)) <= 100_000
    assert "74,996 bytes" in describe_oversized_copy("é" * (MOST_BYTES // 2 + 1))


@pytest.fixture
def tmux(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Start a separate tmux server that every `tmux` command of the test uses."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    name = f"milimo-copies-{os.getpid()}"
    words = ["tmux", "-L", name, "-f", "/dev/null"]
    monkeypatch.delenv("TMUX", raising=False)
    subprocess.run([*words, "new-session", "-d", "sleep 100"], check=True)
    shown = subprocess.check_output([*words, "display-message", "-p", "#{socket_path},#{pid},0"], text=True)
    monkeypatch.setenv("TMUX", shown.strip())
    yield words
    subprocess.run([*words, "kill-server"], check=True)


@pytest.mark.long("screens")
async def test_tmux_passes_on_a_copy_or_the_studio_explains_why_not(tmp_path: Path, tmux: list[str]) -> None:
    def choose(option: str, value: str) -> str | None:
        subprocess.run([*tmux, "set", "-g", option, value], check=True)
        return find_tmux_copy_sequence("the film", run_tmux)

    assert choose("set-clipboard", "on") == ""
    assert choose("set-clipboard", "off") is None
    assert choose("set-clipboard", "external") is None
    studio = make_studio(tmp_path / "home")
    async with on(studio, "storyboard") as stage:
        stage.app.copy_to_clipboard("x" * 80_000)
        await stage.settle()
        assert "80,000 bytes" in stage.said
        stage.app.copy_to_clipboard("short")
        await stage.settle()
        assert "tmux" in stage.said
    studio.close()
    sent = choose("allow-passthrough", "on")
    assert sent is not None
    assert sent.startswith("\x1bPtmux;\x1b\x1b]52;c;")
    assert base64.b64encode(b"the film").decode() in sent
