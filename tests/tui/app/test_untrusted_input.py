"""Test the studio with input that is no typed key: sequences that it cannot read, and the end of the input. A
crash has an exit code of its own.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from milimo_tui.studio.session.studio import Studio
from tests.budget import rounds
from tests.terminal import Terminal, in_terminal
from tests.tui.app.test_pty import ROOT, run
from tests.tui.studio_setup import make_studio
from tests.tui.terminal.line.test_input_parser import UNREADABLE

# The studio, with a driver that fails at the first key.
CRASHING = """
import sys
from textual.events import Key
from milimo_tui.cli.main import main
from milimo_tui.tui.terminal.line.driver import StudioDriver

class FailingDriver(StudioDriver):
    def process_message(self, message):
        if isinstance(message, Key):
            raise OverflowError(message.key)
        super().process_message(message)

from milimo_tui.tui.app.app import MilimoApp
MilimoApp.get_driver_class = lambda self: FailingDriver
sys.exit(main())
"""


def read_saved_text(home: Path) -> str:
    """Return the screenplay that is saved in the film."""
    studio = Studio.open(home=str(home))
    try:
        return studio.take_snapshot().story.project.script
    finally:
        studio.close()


def write_unreadable_input(terminal: Terminal, count: int) -> None:
    """Write `count` random sequences that no terminal sends for a key, while the studio draws."""
    dice = random.Random(5)
    for _ in range(count // 100):
        known = dice.choices(UNREADABLE, k=50)
        values = (dice.randrange(0x110000, 10**12) for _ in range(50))
        terminal.write("".join(known) + "".join(f"\x1b[{value};{value % 9}u" for value in values))


@pytest.mark.long("unreadable input")
def test_unreadable_sequences_leave_typed_words_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("g", "s")
        terminal.wait_for("Rain on tin roofs.")
        terminal.press("enter", *"Late. ")
        terminal.wait_for("Late. Title")
        write_unreadable_input(terminal, rounds("unreadable input"))
        terminal.press(*"Wet. ")
        terminal.wait_for("Late. Wet. Title")
        assert terminal.hang_up() == 128 + signal.SIGHUP
    assert read_saved_text(home).startswith("Late. Wet. Title: Rain Market\n")


def test_crash_of_the_input_thread_has_an_exit_code(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    with Terminal([sys.executable, "-c", CRASHING], env) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.press("j")
        assert terminal.wait() == 1
        assert "OverflowError" in terminal.text


@pytest.mark.long("unreadable input")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_exit_code_names_the_signal_that_ended_the_studio(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "home"
    make_studio(home).close()
    with run(home) as terminal:
        terminal.wait_for("INT. NOODLE BAR")
        terminal.process.send_signal(number)
        assert terminal.wait() == 128 + number


@pytest.mark.long("unreadable input")
def test_end_of_input_ends_the_studio_and_saves_the_words(tmp_path: Path) -> None:
    """A wrapper that ignores SIGHUP is the session leader, so only the wrapper gets the signal."""
    home = tmp_path / "home"
    make_studio(home).close()
    env = {**os.environ, "MILIMO_HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    command = f"trap '' HUP; '{sys.executable}' -m milimo_tui.cli.main; echo $? > '{tmp_path}/code'"
    pid, master = in_terminal(["/bin/sh", "-c", command], env)
    try:
        seen = ""

        def wait_for(words: str) -> None:
            nonlocal seen
            end = time.monotonic() + 120
            while words not in seen and time.monotonic() < end:
                if select.select([master], [], [], 0.2)[0]:
                    seen += os.read(master, 1 << 16).decode("utf-8", "replace")
            assert words in seen

        wait_for("NOODLE")
        os.write(master, b"gs")
        wait_for("roofs.")
        os.write(master, b"\rLate. ")
        wait_for("not saved")
        time.sleep(0.5)
        (studio,) = psutil.Process(pid).children()
        os.close(master)
        master = -1
        _, alive = psutil.wait_procs([studio], timeout=60)
        assert not alive
        end = time.monotonic() + 20
        code = tmp_path / "code"
        # The shell makes an empty file before it writes the code.
        while not (code.exists() and code.read_text()) and time.monotonic() < end:
            time.sleep(0.1)
        assert code.read_text().strip() == str(128 + signal.SIGHUP)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if master >= 0:
            os.close(master)
    assert read_saved_text(home).startswith("Late. Title: Rain Market\n")
