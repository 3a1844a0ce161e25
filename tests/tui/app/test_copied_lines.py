"""Test `g y`: the copied command plays the selection on the person's own machine. The test runs it as it was
copied.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import av
import pytest

from milimo_tui.studio.machine import scp_line
from milimo_tui.studio.registry.registry import run_by_id
from tests.tui.rain_market import SHOTS, make_studio
from tests.tui.stage import on

# Stand-ins for the person's machine: `ssh` is a local shell with an empty environment, and `mpv` saves its
# input.
SSH = """#!/bin/sh
printf '%s\\n' "$@" > "$PLACE/asked"
for last; do :; done
exec env -i HOME="$PLACE" PATH=/usr/bin:/bin PYTHONPATH="$SOURCE" sh -c "$last"
"""
MPV = '#!/bin/sh\n[ "$*" = - ] && exec cat > "$PLACE/played"\n'
SOURCE = Path(__file__).parents[3]


def played(words: str, folder: Path) -> tuple[list[str], int]:
    """Run a copied command. Return the arguments of ssh and the number of pictures that mpv received."""
    programs = folder / "laptop"
    programs.mkdir(exist_ok=True)
    for name, text in (("ssh", SSH), ("mpv", MPV)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    env = {"PATH": f"{programs}:{os.environ['PATH']}", "PLACE": str(folder), "SOURCE": str(SOURCE)}
    subprocess.run(["bash", "-o", "pipefail", "-c", words], env=env, check=True, timeout=120)
    with av.open(str(folder / "played"), "r") as container:
        pictures = len(list(container.decode(video=0)))
    return (folder / "asked").read_text().splitlines(), pictures


@pytest.mark.long("screens")
async def test_line_plays_a_shot_and_a_marked_range_on_the_laptop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50022 192.0.2.9 2222")
    studio = make_studio(tmp_path / "a home")
    cut = studio.take_snapshot().cut
    assert cut is not None
    async with on(studio, "storyboard") as stage:
        await stage.until(stage.screen.get_selected_file)
        await stage.press("g", "y")
        assert "own machine" in stage.text
        assert "scp -P 2222" in stage.text
        await stage.press("enter")
        line = stage.app.clipboard
        assert "play --stdout 1A" in line
        asked, pictures = played(line, tmp_path)
        assert asked[:2] == ["-p", "2222"]
        assert asked[2].endswith("@192.0.2.9")
        assert pictures == SHOTS[0][3]
        studio.require_project().facts.set_cut_state(cut.id, mark_in=90, mark_out=120)
        await stage.press("g", "t")
        await stage.until(lambda: stage.screen.cutting.marked == (90, 120))
        await stage.press("g", "y")
        assert stage.app.clipboard.startswith("ssh "), "a cut is no file: there is one line alone"
        assert played(stage.app.clipboard, tmp_path)[1] == 30
    studio.close()


@pytest.mark.long("screens")
async def test_line_names_the_address_of_the_last_tmux_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first client is connected over one network address, the second over another, and the last sits at
    the machine itself.
    """
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50022 192.0.2.9 22")
    monkeypatch.delenv("TMUX", raising=False)
    words = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    subprocess.run([*words, "new-session", "-d", "sleep 100"], check=True)
    shown = subprocess.check_output([*words, "display-message", "-p", "#{socket_path},#{pid},0"], text=True)
    monkeypatch.setenv("TMUX", shown.strip())
    studio = make_studio(tmp_path / "home")
    try:
        subprocess.run([*words, "set-environment", "SSH_CONNECTION", "a 1 198.51.100.4 2200"], check=True)
        async with on(studio, "timeline") as stage:
            await stage.until(lambda: stage.app.terminal.connection.endswith("2200"))
            await stage.press("g", "y")
            assert shlex.split(stage.app.clipboard)[:3] == ["ssh", "-p", "2200"]
            assert "@198.51.100.4 " in stage.app.clipboard
        assert scp_line.format_scp_line(tmp_path / "film.mov").startswith("scp -P 2200 ")
        subprocess.run([*words, "set-environment", "-r", "SSH_CONNECTION"], check=True)
        assert not scp_line.find_ssh_address().over_ssh
    finally:
        subprocess.run([*words, "kill-server"], check=True)
        studio.close()


@pytest.mark.long("screens")
async def test_listed_cut_and_unrendered_film_are_played(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    cut = studio.take_snapshot().cut
    assert cut is not None
    run_by_id(studio, "cut.new", {"name": "short", "copy_of": cut.name})
    async with on(studio, "timeline") as stage:
        await stage.press("g", "c", "k", "F")
        await stage.until(lambda: stage.screen.MODE == "player")
        # In the full-screen player the key copies the command for the cut that was selected on the screen
        # below.
        await stage.press("g", "y")
        assert stage.app.clipboard
        stage.app.copy_to_clipboard("")
        await stage.press("escape", "g", "y")
        here = next(each for each in studio.take_snapshot().cuts if each.name != "short")
        assert f"play --stdout {here.id}" in stage.app.clipboard
        assert played(stage.app.clipboard, tmp_path)[1] == 1098
    async with on(studio, "film") as stage:
        await stage.press("g", "y")
        now = studio.take_snapshot().cut
        assert now is not None
        assert f"play --stdout {now.id}" in stage.app.clipboard
    studio.close()


@pytest.mark.long("screens")
async def test_file_is_played_or_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    studio = make_studio(tmp_path / "home")
    async with on(studio, "media") as stage:
        await stage.press("A")  # Show takes, too.
        await stage.until(stage.screen.get_selected_file)
        await stage.press("g", "y", "enter")
        path = stage.screen.get_selected_file()
        assert shlex.split(stage.app.clipboard)[-1:] == ["-"]
        assert f"play --stdout {path}" in stage.app.clipboard
        await stage.press("g", "y", "j", "enter")
        assert stage.app.clipboard.startswith("scp ")
        stage.app.copy_to_clipboard("")
        await stage.press("g", "y", "escape")
        assert not stage.app.clipboard
    async with on(studio, "home") as stage:
        await stage.press("g", "y")
        assert "nothing to play" in stage.said
    studio.close()
