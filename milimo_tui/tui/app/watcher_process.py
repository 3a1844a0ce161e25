"""The watcher's process: waits for the studio to end, and restores the terminal if the studio did not.

It runs by itself, without site packages or other modules of the project, so that it starts in a few
milliseconds and takes little memory. Its standard input is a pipe from the studio, its standard output the
terminal. Lines:

    guard ENDING WORDS SETTINGS   the terminal is the studio's: after a crash write both texts (hex), the
    sequences
                                  for pictures between them, and restore the settings
    holds WORDS, freed WORDS      a picture that this sequence (hex) frees is in the terminal, or no longer
    there
    rest                          the terminal was handed to the shell or an editor
    left                          the studio ended in order; the last line `rest` counts as the same

Arguments: the process groups that may have the terminal then, the studio's and that of the process that
started it.
"""

import os
import signal
import sys
import termios
import time

Settings = list[int | list[int]]  # Settings as in `termios`: six numbers, and the control characters.

TERMINAL = 1
# The probe file that the studio asks the terminal to read, by process id.
ASKED = "/dev/shm/tty-graphics-protocol-milimo-{}-probe"
LONGEST_SECONDS = 10  # A terminal may take this long to accept the sequences.
TIMES, PAUSE_SECONDS = 3, 0.05
IGNORED = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTSTP", "SIGTTOU", "SIGTTIN", "SIGPIPE")


def parse_terminal_settings(text: str) -> Settings:
    """Parse terminal settings: six numbers, and the control characters in hex. Return an empty list for
    `-`.
    """
    if text == "-":
        return []
    *numbers, characters = text.split(",")
    return [*map(int, numbers), list(bytes.fromhex(characters))]


def read_terminal_settings(terminal: int) -> Settings:
    """Return the current settings of a terminal, in comparable form; an empty list if it has none."""
    try:
        *numbers, characters = termios.tcgetattr(terminal)
    except termios.error:
        return []
    return [*numbers, [c if isinstance(c, int) else c[0] for c in characters]]


def is_terminal_free(terminal: int, groups: set[int]) -> bool:
    """Return True if no other program has the terminal: its foreground group is one of `groups`, or there is
    none.
    """
    try:
        return os.tcgetpgrp(terminal) in groups
    except OSError:
        return True  # The terminal's session has ended, or there was none.


def restore_terminal(words: bytes, before: Settings, ours: Settings, name: str, groups: set[int]) -> None:
    """Write the sequences to the terminal and restore its settings, unless it hung up or another program has
    it.

    The settings are only restored if they are still the studio's: a shell with a line editor sets them
    itself.
    """
    signal.alarm(LONGEST_SECONDS)
    if not is_terminal_free(TERMINAL, groups):
        return
    for _ in range(TIMES):
        try:
            terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
            while words:
                words = words[os.write(terminal, words) :]
            if before and ours == read_terminal_settings(terminal):
                termios.tcsetattr(terminal, termios.TCSANOW, before)
        except (OSError, termios.error):
            # A session that ends closes every file on its terminal; after a hang-up no file can be opened.
            time.sleep(PAUSE_SECONDS)
        else:
            return


def main() -> None:
    """Read the studio's lines until the studio ends, then restore the terminal if necessary."""
    studio = os.getppid()
    for signal_name in IGNORED:
        signal.signal(getattr(signal, signal_name), signal.SIG_IGN)
    name, groups = os.ttyname(TERMINAL), {int(group) for group in sys.argv[1:]}
    ending, words, before, ours = b"", b"", [], []
    held: dict[bytes, None] = {}  # Sequences in the order in which they arrived.
    for line in sys.stdin.buffer:
        match line.decode().split():
            case ["guard", first, coded, settings]:
                ending, words, before = (
                    bytes.fromhex(first),
                    bytes.fromhex(coded),
                    parse_terminal_settings(settings),
                )
                ours = read_terminal_settings(TERMINAL)
            case ["holds", coded]:
                held[bytes.fromhex(coded)] = None
            case ["freed", coded]:
                held.pop(bytes.fromhex(coded), None)
            case ["rest" | "left"]:
                words = b""
    try:  # noqa: SIM105 - contextlib would take longer to import than all of this
        os.unlink(ASKED.format(studio))
    except OSError:  # The terminal has read and removed the file.
        pass
    if words:
        restore_terminal(b"".join((ending, *held, words)), before, ours, name, groups)


if __name__ == "__main__":
    main()
