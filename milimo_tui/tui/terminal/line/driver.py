"""The toolkit's driver with an ear for the terminal's answers, and a word when the kernel has taken all.

Reads as Textual's `LinuxDriver` does (8.2), but for answers, which never become keys. Writes at once what the
kernel takes at once; the toolkit's thread, which has to wait for its turn first, writes what is left.
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

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from milimo_tui.tui.terminal.line.replies import Reply, ReplyFilter

TICK_SECONDS = 0.1
HELD_SECONDS = 0.05  # how long the beginning of an answer is kept from the keys


class TellingFile:
    """A file of the thread that writes: tells when what was written has gone, and counts the writes."""

    def __init__(self, file: IO[str], on_gone: Callable[[], None]) -> None:
        self._file = file
        self._on_gone = on_gone
        self._taken = 0
        self.gone = 0

    def write(self, words: str | bytes) -> None:
        """Write words; bytes are what is left of some that have begun to go."""
        self._taken += 1
        if isinstance(words, str):
            self._file.write(words)
            return
        self._file.flush()
        with suppress(OSError):  # the terminal has gone
            while words:
                words = words[os.write(self.fileno(), words) :]

    def flush(self) -> None:
        self._file.flush()
        self.gone = self._taken
        self._on_gone()

    def fileno(self) -> int:
        return self._file.fileno()


class StudioDriver(LinuxDriver):
    """Reads keys and answers, writes what it is given.

    Who listens sets `hear` (each answer and when it came, s), `wrote` (the kernel has all that was written)
    and `taken` (the terminal is ours, or another's), on the event loop. `expects`: answers may come.
    """

    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **how)
        self.hear: Callable[[Reply, float], None] = lambda reply, at: None
        self.wrote: Callable[[], None] = lambda: None
        self.taken: Callable[[bool], None] = lambda ours: None
        self.expects = False
        self.read_at = 0.0  # when what may be a key was read last (s)
        self._encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
        self._telling = TellingFile(cast("IO[str]", self._file), self._tell_written)
        self._file = cast("Any", self._telling)
        self._at_once = -1  # the terminal, opened once more so that a write never waits; -1: it can't be
        self._given = 0  # writes that were left to the thread
        self._writing = threading.Lock()

    def write(self, data: str) -> None:
        """Write to the terminal, in the order given: at once where nothing waits before it."""
        with self._writing:
            words: str | bytes = data
            is_ours = threading.current_thread() is threading.main_thread()
            if self._at_once >= 0 and is_ours and self._given == self._telling.gone:
                words = self._written_at_once(data.encode(self._encoding, "backslashreplace"))
                if not words:
                    if not self._loop.is_closed():
                        self._loop.call_soon(self.wrote)
                    return
            self._given += 1
            super().write(cast("str", words))

    def _written_at_once(self, words: bytes) -> bytes:
        """Write what the kernel takes now; return what is left."""
        with suppress(OSError):  # it takes nothing now, or the terminal has gone
            return words[os.write(self._at_once, words) :]
        return words

    def _tell_written(self) -> None:
        self._soon(self.wrote)

    def _soon(self, act: Callable[..., None], *values: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act, *values)

    def start_application_mode(self) -> None:
        """Take the terminal."""
        if self._at_once < 0:
            self._at_once = opened_again(self._telling.fileno())
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None and self._writer_thread.is_alive():  # else it is stopped again
            self.taken(True)

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self.taken(False)
        super().stop_application_mode()
        if self._at_once >= 0:
            os.close(self._at_once)
            self._at_once = -1

    def _sigtstp_application(self, *given: Any) -> None:
        """Give the terminal back and stop, between two steps of the loop.

        A write that the signal came into has the lock, and would be waited for by itself.
        """
        stop = super()._sigtstp_application
        if self._auto_restart and not self._loop.is_closed():
            self._soon(stop, *given)
        else:
            stop(*given)

    def _sigcont_application(self, *given: Any) -> None:
        """Take the terminal again after a stop, also one that nobody told of (SIGSTOP)."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self._soon(self._take_back)
        else:
            super()._sigcont_application(*given)

    def _take_back(self) -> None:
        """Set the terminal as `start_application_mode` does: a shell may have had it. Then it is ours anew.

        Not one that has gone (a kernel sends SIGCONT beside SIGHUP), nor in the background, where whoever
        sets a terminal is stopped.
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
            self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h")  # its own screen, no cursor, focus told of
            self._enable_mouse_support()
            self._enable_bracketed_paste()
            self._disable_line_wrap()
            if self._in_band_window_resize:  # answered with the size, which may be another by now
                self._enable_in_band_window_resize()
                self._enable_mouse_pixels()
            self.process_message(self.SignalResume())

    def run_input_thread(self) -> None:
        """Read what comes until the terminal is given back; keys go to the app, answers to who listens."""
        parser, replies = XTermParser(self._debug), ReplyFilter()
        decode = getincrementaldecoder("utf-8")("replace").decode

        def take(keys: str) -> None:
            for event in parser.feed(keys) if keys else ():
                self.process_message(event)

        while not self.exit_event.is_set():
            ready = select.select([self.fileno], [], [], HELD_SECONDS if replies.holds else TICK_SECONDS)[0]
            if ready:
                data, at = os.read(self.fileno, 4096), time.monotonic()
                if not data:
                    break  # the terminal has gone: SIGHUP tells the app
                keys, answers = replies.feed(decode(data), expects=self.expects)
                if keys or replies.holds:
                    self.read_at = at
                for answer in answers:
                    self._soon(self.hear, answer, at)
                take(keys)
            else:
                take(replies.let_go())
            for event in parser.tick():
                self.process_message(event)


def opened_again(terminal: int) -> int:
    """Open a terminal once more, for writes that never wait; -1 where that is not allowed.

    The flag stands with what was opened: set on the descriptor at hand it would hold for the shell too.
    """
    with suppress(OSError):
        found = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        if os.fstat(found).st_rdev == os.fstat(terminal).st_rdev:
            return found
        os.close(found)
    return -1
