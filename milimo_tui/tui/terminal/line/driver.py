"""Extends Textual's driver: it separates the terminal's answers from keys, and reports when the kernel has
accepted all output.

Input is divided by `InputParser`, so that answers and unknown sequences never become keys. Output that the
kernel accepts at once is written directly, because Textual's writer thread would first have to wait for its
turn. The thread writes the rest.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import time
import tty
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, cast

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from milimo_tui.tui.terminal.line.input_parser import InputParser
from milimo_tui.tui.terminal.line.replies import Reply

TICK_SECONDS = 0.1


class NotifyingFile:
    """The file to which the writer thread writes. It calls `on_gone` when everything was written, and counts
    the writes.

    It writes to the descriptor itself. The kernel may accept only the beginning of a write, for example if a
    signal interrupts the write. Python's file then writes the rest, but not with PYTHONUNBUFFERED.
    """

    def __init__(self, terminal: int, on_gone: Callable[[], None]) -> None:
        self._terminal = terminal
        self._on_gone = on_gone
        self._taken = 0
        self.gone = 0

    def write(self, words: bytes) -> None:
        """Write all of `words`. If the connection to the terminal is lost, drop the rest."""
        self._taken += 1
        with suppress(OSError):
            while words:
                try:
                    words = words[os.write(self._terminal, words) :]
                except BlockingIOError:  # Another program has set O_NONBLOCK on the terminal.
                    select.select([], [self._terminal], [])

    def flush(self) -> None:
        self.gone = self._taken
        self._on_gone()

    def fileno(self) -> int:
        return self._terminal


class StudioDriver(LinuxDriver):
    """The terminal driver of the studio. It reads keys and the terminal's answers, and writes to the
    terminal. The owner sets four callbacks, which are called on the event loop:

    - `hear` gets each answer and its arrival time in seconds.
    - `wrote` is called when the kernel has accepted everything that was written.
    - `taken` gets True when the studio takes control of the terminal, False when it releases the terminal.
    - `lost` is called when the input has ended, because the connection to the terminal is lost.
    """

    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **how)
        self.hear: Callable[[Reply, float], None] = lambda reply, at: None
        self.wrote: Callable[[], None] = lambda: None
        self.taken: Callable[[bool], None] = lambda ours: None
        self.lost: Callable[[], None] = lambda: None
        self.read_at = 0.0  # Time in seconds of the last read of input that may have contained a key.
        self._encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
        self._telling = NotifyingFile(cast("IO[str]", self._file).fileno(), self._notify_all_output)
        self._file = cast("Any", self._telling)
        # Descriptor of the terminal, opened a second time for writes that never block; -1 if that is
        # impossible.
        self._at_once = -1
        self._given = 0  # Number of writes passed to the writer thread so far.
        self._writing = threading.Lock()

    @property
    def terminal(self) -> int:
        """The descriptor of the terminal on which the studio draws."""
        return self._telling.fileno()

    def write(self, data: str) -> None:
        """Write to the terminal. The data is written at once if no earlier write is waiting in the writer
        thread, so that the order is preserved.
        """
        with self._writing:
            words = data.encode(self._encoding, "backslashreplace")
            is_ours = threading.current_thread() is threading.main_thread()
            if self._at_once >= 0 and is_ours and self._given == self._telling.gone:
                words = self._write_without_waiting(words)
                if not words:
                    if not self._loop.is_closed():
                        self._loop.call_soon(self.wrote)
                    return
            self._given += 1
            super().write(cast("str", words))

    def _write_without_waiting(self, words: bytes) -> bytes:
        """Write as much as the kernel accepts without blocking; return the remaining bytes."""
        # An error means that the kernel accepts nothing now, or that the terminal is lost.
        with suppress(OSError):
            return words[os.write(self._at_once, words) :]
        return words

    def _notify_all_output(self) -> None:
        self._call_on_loop(self.wrote)

    def _call_on_loop(self, act: Callable[..., None], *values: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act, *values)

    def start_application_mode(self) -> None:
        """Take control of the terminal."""
        if self._at_once < 0:
            self._at_once = reopen_terminal(self._telling.fileno())
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # If there is no writer thread, the process was stopped again before it had control.
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self.taken(True)

    def stop_application_mode(self) -> None:
        """Tell the owner that the studio is about to release the terminal, then release it."""
        self.taken(False)
        super().stop_application_mode()
        if self._at_once >= 0:
            os.close(self._at_once)
            self._at_once = -1

    def _sigtstp_application(self, *given: Any) -> None:
        """Handle SIGTSTP (Ctrl-Z): release the terminal and stop the process, as a callback of the event
        loop.

        The signal may interrupt a write, which holds a lock. Stopping inside the signal handler would wait
        for that lock for ever.
        """
        stop = super()._sigtstp_application
        if self._auto_restart and not self._loop.is_closed():
            self._call_on_loop(stop, *given)
        else:
            stop(*given)

    def _sigcont_application(self, *given: Any) -> None:
        """Handle SIGCONT: take control of the terminal again, even if the process was stopped by SIGSTOP and
        could not release the terminal first.
        """
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self._call_on_loop(self._restore_terminal_modes)
        else:
            super()._sigcont_application(*given)

    def _restore_terminal_modes(self) -> None:
        """Set the terminal modes again as `start_application_mode` does, because a shell may have changed
        them, and resume the app.

        Does nothing if the terminal is lost (the kernel sends SIGCONT together with SIGHUP). Does nothing in
        the background either, where the kernel stops a process that sets terminal modes.
        """
        if self._writer_thread is None or not self._writer_thread.is_alive():
            return
        with suppress(OSError, termios.error):
            if os.tcgetpgrp(self.fileno) != os.getpgrp():
                return
            mode = termios.tcgetattr(self.fileno)
            mode[tty.LFLAG] = self._patch_lflag(mode[tty.LFLAG])
            mode[tty.IFLAG] = self._patch_iflag(mode[tty.IFLAG])
            mode[tty.CC][termios.VMIN] = 1
            termios.tcsetattr(self.fileno, termios.TCSANOW, mode)
            self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h")  # Alternate screen, no cursor, focus reports.
            self._enable_mouse_support()
            self._enable_bracketed_paste()
            self._disable_line_wrap()
            if self._in_band_window_resize:  # The answer contains the size, which may have changed.
                self._enable_in_band_window_resize()
                self._enable_mouse_pixels()
            self.process_message(self.SignalResume())

    def run_input_thread(self) -> None:
        """Read input until the terminal is released or lost. Send keys to the app, and the terminal's answers
        to the owner.
        """
        at = 0.0

        def hear_reply(reply: Reply) -> None:
            self._call_on_loop(self.hear, reply, at)

        parser, decode = InputParser(hear_reply), getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            found, overdue = list[Message](), parser.seconds_to_release
            wait = TICK_SECONDS if overdue is None else min(TICK_SECONDS, overdue)
            if select.select([self.fileno], [], [], wait)[0]:
                data, at = self._read_input(), time.monotonic()
                if data is None:
                    time.sleep(TICK_SECONDS)
                    continue
                if not data:
                    self._call_on_loop(self.lost)
                    break
                found = list(parser.feed(decode(data)))
                if found or parser.is_holding:
                    self.read_at = at
            for event in (*found, *parser.release_overdue()):
                self.process_message(event)

    def _read_input(self) -> bytes | None:
        """Return the next bytes of input. Return no bytes if the connection to the terminal is lost, and None
        if another process has the terminal and this one runs in the background.
        """
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            with suppress(OSError):  # A lost terminal has no processes.
                if os.tcgetpgrp(self.fileno) != os.getpgrp():
                    return None
        return b""


def reopen_terminal(terminal: int) -> int:
    """Open the terminal of the descriptor `terminal` again, for writes that never block. Return the new
    descriptor, or -1 if that is not allowed.

    The flag O_NONBLOCK belongs to the open file and not to the descriptor. On the existing descriptor it
    would also affect the shell.
    """
    with suppress(OSError):
        found = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        if os.fstat(found).st_rdev == os.fstat(terminal).st_rdev:
            return found
        os.close(found)
    return -1
