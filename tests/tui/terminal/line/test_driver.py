"""Test writing to a terminal that does not read: the app continues, and all output arrives in order once the
terminal reads again.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from textual.app import App
from textual.drivers._writer_thread import WriterThread

from milimo_tui.tui.terminal.line.driver import NotifyingFile, StudioDriver, reopen_terminal
from tests.terminal import in_terminal

PIECES = [f"{number:05} " * 500 for number in range(40)]  # 3 kB each; a pty holds about ten of them


def test_reopened_terminal_never_waits_and_leaves_the_first_unchanged(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    again = reopen_terminal(slave)
    assert fcntl.fcntl(again, fcntl.F_GETFL) & os.O_NONBLOCK
    assert not fcntl.fcntl(slave, fcntl.F_GETFL) & os.O_NONBLOCK
    assert not os.get_inheritable(again)
    for descriptor in (master, slave, again):
        os.close(descriptor)
    with (tmp_path / "no terminal").open("w") as file:
        assert reopen_terminal(file.fileno()) == -1


async def test_unread_output_keeps_nobody_waiting_and_arrives_in_order() -> None:
    master, slave = pty.openpty()
    driver = StudioDriver(App())
    gone = asyncio.Event()
    driver.wrote = gone.set
    driver._telling = NotifyingFile(slave, driver._notify_all_output)
    driver._writer_thread = WriterThread(driver._telling)  # type: ignore[arg-type]
    driver._writer_thread.start()
    driver._at_once = reopen_terminal(slave)
    try:
        began = time.monotonic()
        for piece in PIECES[:20]:
            driver.write(piece)
        assert time.monotonic() - began < 1.0
        read = await asyncio.to_thread(_read, master, len("".join(PIECES[:20])))
        await asyncio.wait_for(gone.wait(), 10)
        for piece in PIECES[20:]:  # Nothing is waiting to be written now.
            driver.write(piece)
            read += await asyncio.to_thread(_read, master, len(piece))
        assert read == "".join(PIECES)
        driver._writer_thread.stop()
    finally:
        os.close(driver._at_once)
        os.close(slave)
        os.close(master)


async def test_letters_use_the_encoding_of_the_terminal() -> None:
    master, slave = pty.openpty()
    driver = StudioDriver(App())
    driver._at_once, driver._encoding = reopen_terminal(slave), "latin-1"
    driver.write("é─\udc80")
    assert os.read(master, 100) == b"\xe9\\u2500\\udc80"
    for descriptor in (master, slave, driver._at_once):
        os.close(descriptor)


WRITING = """
import asyncio
from textual.app import App
from milimo_tui.tui.terminal.line.driver import StudioDriver

async def main():
    driver = StudioDriver(App())
    driver.start_application_mode()
    while True:
        driver.write("x" * 3000)
        await asyncio.sleep(0)

asyncio.run(main())
"""


INTERRUPTED = """
import asyncio, os, signal, sys
from textual.app import App
from milimo_tui.tui.terminal.line.driver import StudioDriver

async def main():
    os.set_blocking(2, sys.argv[1] == "blocking")
    driver = StudioDriver(App())
    driver.start_application_mode()
    for number in range(20):
        driver.write(f"{number:05} " * 5000)
    driver.write("the end")
    while driver._given > driver._telling.gone:
        signal.pthread_kill(driver._writer_thread.ident, signal.SIGWINCH)
        await asyncio.sleep(0.001)
    os._exit(0)

asyncio.run(main())
"""


@pytest.mark.parametrize("kind", ["blocking", "not blocking"])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_interrupted_write_loses_no_output(unbuffered: str, kind: str) -> None:
    """A signal ends a write that waits, and the kernel has then accepted only the beginning of the output.

    With PYTHONUNBUFFERED Python's own file does not write the rest. Another program may have set O_NONBLOCK.
    """
    master, slave = pty.openpty()
    env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    studio = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, kind], env=env, stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    seen = b""
    try:
        while not seen.endswith(b"the end") and select.select([master], [], [], 60.0)[0]:
            seen += os.read(master, 1000)
    finally:
        studio.kill()
        studio.wait()
        os.close(master)
    wanted = "".join(f"{number:05} " * 5000 for number in range(20)) + "the end"
    assert wanted.encode() in seen


def test_stop_during_a_write_waits_for_the_terminal() -> None:
    master, slave = pty.openpty()
    studio = subprocess.Popen(
        [sys.executable, "-c", WRITING], stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    os.close(slave)
    try:
        assert select.select([master], [], [], 60.0)[0]
        time.sleep(0.5)  # The studio writes until the terminal takes no more, and then waits.
        studio.send_signal(signal.SIGTSTP)
        end = time.monotonic() + 30
        while psutil.Process(studio.pid).status() != psutil.STATUS_STOPPED:
            assert time.monotonic() < end, "it waits for itself"
            if select.select([master], [], [], 0.05)[0]:
                os.read(master, 1 << 16)
    finally:
        studio.kill()
        studio.wait()
        os.close(master)


TOLD_BY_THE_TERMINAL = WRITING.replace(
    """    while True:
        driver.write("x" * 3000)
        await asyncio.sleep(0)
""",
    """    driver._in_band_window_resize = True
    driver.write("ready")
    await asyncio.sleep(60)
""",
)


def test_continue_asks_a_terminal_that_reports_its_size() -> None:
    """While the process was stopped, the terminal reported a size change to another process. The driver
    therefore has to ask again.
    """
    pid, master = in_terminal([sys.executable, "-c", TOLD_BY_THE_TERMINAL], dict(os.environ))
    try:
        seen = b""
        while b"ready" not in seen and select.select([master], [], [], 60.0)[0]:
            seen += os.read(master, 1 << 16)
        assert b"\x1b[?2048h" not in seen
        os.kill(pid, signal.SIGCONT)
        while b"\x1b[?2048h" not in seen and select.select([master], [], [], 20.0)[0]:
            seen += os.read(master, 1 << 16)
        assert b"\x1b[?2048h" in seen
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def _read(master: int, count: int) -> str:
    """Read up to `count` bytes of ASCII. Stop after ten seconds without data."""
    read = b""
    while len(read) < count and select.select([master], [], [], 10.0)[0]:
        read += os.read(master, count - len(read))
    return read.decode()
