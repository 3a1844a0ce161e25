"""Control sequences that restore the terminal to its state before the studio, whatever was happening when it
ended.

Pure. Each sequence undoes something that Textual's driver or the studio sets; terminals ignore unknown
sequences.
"""

from __future__ import annotations

STRING_END = "\x1b\\"  # Ends a string that was cut off; has no effect on its own.
MODES_OFF = (
    "2026",  # Synchronised output: a frame is held back until it is complete.
    "1000", "1002", "1003", "1006", "1015", "1016",  # Mouse reports.
    "1004",  # Focus reports.
    "2004",  # Bracketed paste.
    "2048",  # In-band size reports.
)  # fmt: skip
DELETE_PICTURES = f"\x1b_Ga=d,d=A,q=2{STRING_END}"
POP_KEYBOARD_MODE = "\x1b[<u"  # Pops the keyboard protocol's stack of the screen that the studio leaves.
ALTERNATE_SCREEN = "\x1b[?1049h"
# Plain attributes, line wrap, the shell's screen, visible cursor.
NORMAL_DISPLAY = "\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
PUSH_TITLE, POP_TITLE = "\x1b[22;2t", "\x1b[23;2t"


def wrap_for_tmux(words: str) -> str:
    """Wrap a control sequence so that tmux passes it to the terminal outside."""
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}{STRING_END}"


def make_picture_cleanup(*, kitty: bool, wrap: bool) -> str:
    """Return the sequences that end a cut-off string and delete pictures. `kitty`: the terminal may hold
    kitty pictures; `wrap`: the terminal is outside tmux.

    A picture whose cells show it by colour (virtual placement) is freed only by its id, after these sequences
    and on the screen that it was sent to (kitty, graphics-protocol, "Deleting images").
    """
    pictures = f"{STRING_END}{DELETE_PICTURES}"
    return STRING_END + ((wrap_for_tmux(pictures) if wrap else pictures) if kitty else "")


def make_terminal_reset() -> str:
    """Return the sequences that restore everything else, to be sent after the picture sequences."""
    return "".join(
        (
            *(f"\x1b[?{mode}l" for mode in MODES_OFF),
            f"\x1b]8;;{STRING_END}",
            POP_KEYBOARD_MODE,
            NORMAL_DISPLAY,
            POP_TITLE,
        )
    )
