"""Test the studio in a real terminal: first frame, keys, a terminal that is too small, exit, and the state
left in the terminal.
"""

from __future__ import annotations

import os
import pty
import re
import signal
import sys
import threading
import time
from pathlib import Path
from typing import IO, cast

import pytest
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.terminal.line.driver import NotifyingFile
from milimo_tui.tui.terminal.line.questions import GROUND_SET
from milimo_tui.tui.terminal.theme import THEME_NUMBERS
from tests.terminal import Terminal
from tests.tui import rain_market
from tests.tui.slow_line import KITTY, slow_line
from tests.tui.studio_setup import make_studio

ROOT = Path(__file__).parents[3]


def run(home: Path, **more: str) -> Terminal:
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **more}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID"):
        env.pop(name, None)
    env.update(more)
    return Terminal([sys.executable, "-m", "milimo_tui.cli.main"], env)


@pytest.mark.long("screens")
def test_studio_opens_shows_screens_and_leaves_a_clean_terminal(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g")
        terminal.wait_for("message log")
        terminal.press("s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("g", "e")
        terminal.wait_for("@Mara")
        terminal.press("?")
        terminal.wait_for("Keys · Elements")
        terminal.press("q")
        terminal.press("q")
        terminal.wait_for(":q or ctrl+q leaves")
        terminal.resize(60, 20)
        terminal.wait_for("80 × 24")
        terminal.resize(100, 30)
        terminal.wait_for("@Mara")
        terminal.press(":", "q", "enter")
        assert terminal.wait() == 0
        assert "Type milimo" in terminal.text
        assert b"\x1b[?1049l" in terminal.raw


def test_studio_without_a_film_opens_on_home(tmp_path: Path) -> None:
    with run(tmp_path / "home") as terminal:
        terminal.wait_for("Start a film")
        terminal.wait_for("pictures in quadrants")
        terminal.press("\x11")
        assert terminal.wait() == 0


@pytest.mark.long("screens")
def test_screenplay_is_edited_in_the_external_editor(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    editor = tmp_path / "my editor"
    editor.write_text(
        "#!/bin/sh\necho IN THE EDITOR\nsleep 0.5\n"
        'mkdir -p "$1.backup/old"\nprintf "\\nA last look.\\n" >> "$1"\n'
    )
    editor.chmod(0o755)
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    with run(home, VISUAL=f"'{editor}'", TMPDIR=str(drafts)) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("E")
        terminal.wait_for("not saved")
        assert b"IN THE EDITOR" in terminal.raw
        assert not list(drafts.glob("milimo-*"))
        terminal.press("c", "c")
        terminal.wait_for("1 new")
        terminal.press("\x11")
        assert terminal.wait() == 0


@pytest.mark.long("screens")
def test_two_terminals_show_one_film_and_undo_their_own_edits(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as one, run(home) as two:
        one.wait_for("INT. NOODLE BAR")
        two.wait_for("INT. NOODLE BAR")
        one.press("e", "\x15", *"The lights go out.", "enter")
        two.wait_for("The lights go")
        two.press("l", "e", "\x15", *"A bell.", "enter")
        one.wait_for("A bell.")
        one.press("u")
        one.wait_for("Rain on tin")
        assert "A bell." in one.text
        for terminal in (one, two):
            terminal.press("\x11")
            assert terminal.wait() == 0


@pytest.mark.long("screens")
def test_terminal_that_prints_queries_is_asked_only_for_its_attributes(tmp_path: Path) -> None:
    """Inside a tmux without passthrough, and on a Linux console, the studio sends no graphics query and sets
    no title.
    """
    for more in ({"TERM": "xterm-256color", "TMUX": "/nowhere,1,0"}, {"TERM": "linux"}):
        with run(tmp_path / "home", **more) as terminal:
            terminal.wait_for("Start a film")
            terminal.press("\x11")
            assert terminal.wait() == 0
            assert b"\x1b_G" not in terminal.raw
            assert b"\x1bP" not in terminal.raw
            assert b"\x1b[c" in terminal.raw


@pytest.mark.long("screens")
def test_capable_terminal_gets_true_colour_and_full_pictures(tmp_path: Path) -> None:
    """Only the terminal's answers report its abilities. The environment does not, as over SSH, and TERM names
    a terminal with 16 colours.

    Ctrl+L sends the complete screen again.
    """
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    for name in ("NO_COLOR", "TMUX", "STY", "KITTY_WINDOW_ID", "COLORTERM", "TERM_PROGRAM"):
        env.pop(name, None)
    command = [sys.executable, "-m", "milimo_tui.cli.main"]
    with slow_line(command, env, 80, 24, bits=1e9, delay=0.0, answers=KITTY) as line:

        def came(*words: bytes, after: int = 0) -> bool:
            raw = b"".join(piece for _, piece in line.came)[after:]
            return all(each in raw for each in words)

        assert line.run(60, lambda: came(b"38;2;", b"a=T,U=1", "\U0010eeee".encode()))
        line.run(1)
        before = line.bytes
        line.press("\x0c")
        assert line.run(60, lambda: came(b"a=T,U=1", "\U0010eeee".encode(), b"Rain Market", after=before))


def test_no_color_disables_colour(tmp_path: Path) -> None:
    with run(tmp_path / "home", NO_COLOR="1") as terminal:
        terminal.wait_for("Start a film")
        terminal.press("\x11")
        assert terminal.wait() == 0
        assert b"38;2;" not in terminal.raw
        assert b"38;5;" not in terminal.raw


def test_pictures_without_colour_are_braille_if_the_font_has_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    rain_market.make_studio(home).close()
    with run(home, NO_COLOR="1", MILIMO_CELLS="braille") as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        end = time.monotonic() + 60
        while sum("\u2801" <= sign <= "\u28ff" for sign in terminal.text) < 60:
            assert time.monotonic() < end, terminal.text
            terminal.read(0.1)
        assert colours_of(terminal.raw.replace(GROUND_SET.encode(), b"")) == (set(), set())
        terminal.press("\x11")
        assert terminal.wait() == 0


def test_dumb_terminal_is_reported_and_gets_no_codes(tmp_path: Path) -> None:
    with run(tmp_path / "home", TERM="dumb") as terminal:
        assert terminal.wait() == 3
        assert "TERM is dumb" in terminal.text
        assert b"\x1b" not in terminal.raw


SGR = re.compile(rb"\x1b\[([0-9;]*)m")


def colours_of(raw: bytes) -> tuple[set[int], set[str]]:
    """Return the indexed colours that were sent to a terminal, and all colours that were sent in another
    notation.
    """
    numbers, others = set(), set()
    for found in SGR.findall(raw):
        codes = [int(code or 0) for code in found.split(b";")]
        while codes:
            code = codes.pop(0)
            if code in (38, 48) and codes and codes[0] == 5:
                numbers.add(codes[1])
                del codes[:2]
            elif code >= 30 and code not in (39, 49):
                others.add(found.decode())
                break
    return numbers, others


@pytest.mark.long("screens")
@pytest.mark.parametrize("theme", ["milimo-dark", "milimo-light"])
def test_theme_uses_numbers_of_the_256_colours(tmp_path: Path, theme: str) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home, MILIMO_THEME=theme, MILIMO_IMAGES="off", COLORTERM="") as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "t")
        terminal.wait_for("V1")
        terminal.press("v", "l", "\x1b", "g", "s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("?")
        terminal.wait_for("Keys · Script")
        terminal.press("q", "\x11")
        assert terminal.wait() == 0
        # The sequence for the background colour is a query, not the colour of a cell.
        numbers, others = colours_of(terminal.raw.replace(GROUND_SET.encode(), b""))
        assert others == set()
        assert numbers <= set(THEME_NUMBERS[f"{theme}-256"].values())
        assert len(numbers) >= 7


@pytest.mark.long("screens")
def test_escape_and_a_letter_in_one_read_are_two_keys(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "t", "v")
        terminal.wait_for("VISUAL")
        # Leave VISUAL mode. The key T then waits for a key that names the action on the track.
        terminal.press("\x1bT")
        terminal.wait_for("mute the track")
        assert "VISUAL" not in terminal.text
        terminal.press("escape")
        terminal.wait_for("s split")
        terminal.press("\x11")
        assert terminal.wait() == 0


@pytest.mark.long("screens")
def test_lost_connection_loses_no_trim_place_or_text(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "t", "w", "t")
        terminal.wait_for("TRIM")
        terminal.press("3", "h")
        terminal.wait_for("1B first")  # The trim mode shows the frames on both sides of the edit.
        terminal.wait_for("-00:00:00:03")
        assert terminal.hang_up() == 128 + signal.SIGHUP
    with run(home) as terminal:
        terminal.wait_for("1B  FS Mara")
        terminal.press("u")
        terminal.wait_for("undone: ripple the head of 1B")
        terminal.press("g", "s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("enter", *"Late. ")
        terminal.wait_for("Late. Title")
        assert terminal.hang_up() == 128 + signal.SIGHUP
    with run(home) as terminal:
        terminal.wait_for("Late. ")
        assert "not saved" not in terminal.text
        terminal.press("\x11")
        assert terminal.wait() == 0


@pytest.mark.long("screens")
@pytest.mark.parametrize("is_lost", [False, True])
def test_text_entered_right_before_the_studio_ends_is_saved(tmp_path: Path, *, is_lost: bool) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("e", "\x15", *"The lights go out.")
        terminal.wait_for("The lights go out.")
        terminal.press("enter")
        if is_lost:
            assert terminal.hang_up() == 128 + signal.SIGHUP
        else:
            terminal.press("\x11")
            assert terminal.wait() == 0
    studio = Studio.open(home=str(home))
    assert "The lights go out." in [shot.action for shot in studio.take_snapshot().story.shots]
    studio.close()


def test_studio_exits_on_a_lost_connection_whatever_is_unsent() -> None:
    """With SIGHUP the kernel also sends SIGCONT. Textual reacts to it by starting a new writer thread."""
    ours, theirs = pty.openpty()
    os.close(ours)
    writer = WriterThread(cast("IO[str]", NotifyingFile(theirs, lambda: None)))
    writer.start()

    def talk() -> None:
        for _ in range(3 * MAX_QUEUED_WRITES):
            writer.write(cast("str", b"a picture"))
        writer.stop()

    studio = threading.Thread(target=talk, daemon=True)
    studio.start()
    studio.join(120)
    assert not studio.is_alive(), "it waits for a thread that has died of the first error"
    os.close(theirs)


@pytest.mark.long("screens")
def test_ctrl_c_in_the_editor_does_not_reach_the_studio(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho IN THE EDITOR\nread line\necho LEFT\nsleep 0.5\n")
    editor.chmod(0o755)
    with run(home, VISUAL=str(editor)) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("E")
        terminal.wait_for("IN THE EDITOR")
        os.kill(terminal.process.pid, signal.SIGINT)  # A terminal sends the signal to both processes.
        terminal.press("enter")
        terminal.wait_for("LEFT")
        terminal.press(":")
        terminal.wait_for("COMMAND")
        terminal.press("escape")
        terminal.wait_for("NORMAL")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("\x11")
        assert terminal.wait() == 0
