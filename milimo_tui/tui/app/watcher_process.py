"""The watcher's process: waits for the studio to end, and puts the terminal back where that did not do so.

Runs by itself, without site packages or anything of ours, so that it starts in some milliseconds and takes
little memory. Its standard input is a pipe from the studio, its standard output the terminal. Lines:

    guard ENDING WORDS SETTINGS   the terminal is the studio's: on a fall write both (hex), the words for
                                  pictures between them, and restore the settings
    holds WORDS, freed WORDS      a picture is in the terminal, or no more, that these words free (hex)
    rest                          it was handed back: to the shell, to an editor
    left                          the studio ended in order; so it did where it said `rest` last

Arguments: the process groups that may have the terminal then, the studio's and that of who started it.
"""

import os
import signal
import sys
import termios
import time

Settings = list[int | list[int]]  # as `termios` has them: six numbers, and the control characters

TERMINAL = 1
ASKED = "/dev/shm/tty-graphics-protocol-milimo-{}-probe"  # what the studio asks a terminal to read, by its id
LONGEST_SECONDS = 10  # that a terminal may take to hear the words
TIMES, PAUSE_SECONDS = 3, 0.05
IGNORED = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTSTP", "SIGTTOU", "SIGTTIN", "SIGPIPE")


def settings_of(text: str) -> Settings:
    """Parse settings of a terminal: six numbers and the control characters in hex; none for `-`."""
    if text == "-":
        return []
    *numbers, characters = text.split(",")
    return [*map(int, numbers), list(bytes.fromhex(characters))]


def settings_now(terminal: int) -> Settings:
    """Return the settings of a terminal, comparable with others; none where it has none."""
    try:
        *numbers, characters = termios.tcgetattr(terminal)
    except termios.error:
        return []
    return [*numbers, [c if isinstance(c, int) else c[0] for c in characters]]


def may_write(terminal: int, groups: set[int]) -> bool:
    """Return whether nobody else has the terminal: its foreground is of `groups`, or it belongs to none."""
    try:
        return os.tcgetpgrp(terminal) in groups
    except OSError:
        return True  # its session has ended, or it never had one


def restore(words: bytes, before: Settings, ours: Settings, name: str, groups: set[int]) -> None:
    """Write the words to the terminal and restore its settings, unless it hung up or others have it.

    The settings only where they are as the studio left them: a shell with a line of its own sets them itself.
    """
    signal.alarm(LONGEST_SECONDS)
    if not may_write(TERMINAL, groups):
        return
    for _ in range(TIMES):
        try:
            terminal = os.open(name, os.O_RDWR | os.O_NOCTTY)
            while words:
                words = words[os.write(terminal, words) :]
            if before and ours == settings_now(terminal):
                termios.tcsetattr(terminal, termios.TCSANOW, before)
        except (OSError, termios.error):
            # A session that ends closes all that is open on its terminal; after a hang up none opens.
            time.sleep(PAUSE_SECONDS)
        else:
            return


def main() -> None:
    """Listen until the studio ends."""
    studio = os.getppid()
    for signal_name in IGNORED:
        signal.signal(getattr(signal, signal_name), signal.SIG_IGN)
    name, groups = os.ttyname(TERMINAL), {int(group) for group in sys.argv[1:]}
    ending, words, before, ours = b"", b"", [], []
    held: dict[bytes, None] = {}  # in the order in which they came
    for line in sys.stdin.buffer:
        match line.decode().split():
            case ["guard", first, coded, settings]:
                ending, words, before = bytes.fromhex(first), bytes.fromhex(coded), settings_of(settings)
                ours = settings_now(TERMINAL)
            case ["holds", coded]:
                held[bytes.fromhex(coded)] = None
            case ["freed", coded]:
                held.pop(bytes.fromhex(coded), None)
            case ["rest" | "left"]:
                words = b""
    try:  # noqa: SIM105 - contextlib would take longer to import than all of this
        os.unlink(ASKED.format(studio))
    except OSError:  # the terminal has read it, maybe just now
        pass
    if words:
        restore(b"".join((ending, *held, words)), before, ours, name, groups)


if __name__ == "__main__":
    main()
