"""The watcher process: waits for the studio to end, and restores the terminal if the studio did not.

It runs alone, without site packages or other modules of the project, so that it starts in a few milliseconds
and takes little memory. Its standard input is a pipe from the studio; its standard output is the terminal.
The studio sends these lines (sequences are in hex):

- `guard ENDING WORDS SETTINGS`: the studio uses the terminal. After a crash, write ENDING, the sequences that
  delete the pictures, and WORDS, then restore the SETTINGS.
- `holds SEQUENCE`: the terminal holds a picture that this sequence deletes.
- `freed SEQUENCE`: the terminal no longer holds that picture.
- `rest`: the terminal was handed to the shell or to an editor.
- `left`: the studio has ended in order. If `rest` is the last line, it has the same effect.

The first argument lists the process groups that may own the terminal after a crash: the studio's group and
the group of its parent process. The other arguments are files that the studio asks the terminal to read and
remove; a crash may leave them. They are arguments, because the studio may end before this process starts.
"""

import os
import signal
import sys
import termios
import time

# Terminal settings as in `termios`: six numbers, then the list of control characters.
Settings = list[int | list[int]]

TERMINAL = 1
LONGEST_SECONDS = 10  # Give up after this time, in case the terminal does not accept the sequences.
TIMES, PAUSE_SECONDS = 3, 0.05
IGNORED = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTSTP", "SIGTTOU", "SIGTTIN", "SIGPIPE")


def parse_terminal_settings(text: str) -> Settings:
    """Parse terminal settings written as six numbers and the control characters in hex. Return an empty list
    for `-`.
    """
    if text == "-":
        return []
    *numbers, characters = text.split(",")
    return [*map(int, numbers), list(bytes.fromhex(characters))]


def read_terminal_settings(terminal: int) -> Settings:
    """Return the current settings of a terminal in the same form as `parse_terminal_settings`; an empty list
    if they can't be read.
    """
    try:
        *numbers, characters = termios.tcgetattr(terminal)
    except termios.error:
        return []
    return [*numbers, [c if isinstance(c, int) else c[0] for c in characters]]


def is_terminal_free(terminal: int, groups: set[int]) -> bool:
    """Return True if no other program uses the terminal. This is so if the terminal's foreground process
    group is one of `groups`, or if the terminal has no foreground process group.
    """
    try:
        return os.tcgetpgrp(terminal) in groups
    except OSError:
        return True  # The terminal's session has ended, or the process has no terminal.


def restore_terminal(words: bytes, before: Settings, ours: Settings, name: str, groups: set[int]) -> None:
    """Write `words` to the terminal `name` and restore the settings `before`, unless another program uses the
    terminal.

    The settings are only restored if the present settings are still `ours`, which the studio has set.
    Otherwise the shell has already set its own. If opening or writing fails, it is tried again a few times.
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
            # When a session ends, the kernel closes every open file of its terminal, so the terminal is
            # opened again. After a hang-up it can't be opened.
            time.sleep(PAUSE_SECONDS)
        else:
            return


def main() -> None:
    """Read the studio's lines until the studio ends, then restore the terminal if necessary."""
    for signal_name in IGNORED:
        signal.signal(getattr(signal, signal_name), signal.SIG_IGN)
    name, groups = os.ttyname(TERMINAL), {int(group) for group in sys.argv[1].split(",")}
    ending, words, before, ours = b"", b"", [], []
    # Sequences that delete pictures, in order of arrival. The dict serves as an ordered set.
    deletions: dict[bytes, None] = {}
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
                deletions[bytes.fromhex(coded)] = None
            case ["freed", coded]:
                deletions.pop(bytes.fromhex(coded), None)
            case ["rest" | "left"]:
                words = b""
    for path in sys.argv[2:]:
        try:  # noqa: SIM105 - contextlib would take longer to import than all of this
            os.unlink(path)
        except OSError:  # The file is missing if the terminal has read and removed it.
            pass
    if words:
        restore_terminal(b"".join((ending, *deletions, words)), before, ours, name, groups)


if __name__ == "__main__":
    main()
