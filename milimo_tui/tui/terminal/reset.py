"""Control sequences that restore the terminal to its state before the studio, even if the studio ended
unexpectedly.

Each sequence undoes a setting of Textual's driver or of the studio. Terminals ignore sequences that they do
not know. Pure functions.
"""

from __future__ import annotations

STRING_END = "\x1b\\"  # Ends a string sequence that was cut off. Without such a sequence it has no effect.
MODES_OFF = (
    "2026",  # Synchronised output: the terminal shows a frame only when it is complete.
    "1000", "1002", "1003", "1006", "1015", "1016",  # Reports of the mouse.
    "1004",  # Reports that the window gains or loses the focus.
    "2004",  # Bracketed paste: marks around pasted text.
    "2048",  # Reports of the window size as input.
)  # fmt: skip
DELETE_PICTURES = f"\x1b_Ga=d,d=A,q=2{STRING_END}"
# Restores the keyboard mode from before the studio (kitty's keyboard protocol). The terminal has a stack of
# modes for each screen, so this is sent before the screen is left.
POP_KEYBOARD_MODE = "\x1b[<u"
ALTERNATE_SCREEN = "\x1b[?1049h"
# Restores plain attributes, line wrap, the shell's screen and a visible cursor.
NORMAL_DISPLAY = "\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"
PUSH_TITLE, POP_TITLE = "\x1b[22;2t", "\x1b[23;2t"


def wrap_for_tmux(words: str) -> str:
    """Wrap a control sequence so that tmux passes it to the terminal outside."""
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}{STRING_END}"


def make_picture_cleanup(*, kitty: bool, wrap: bool) -> str:
    """Return the sequences that end an incomplete escape string and delete all pictures. `kitty` is True if
    the terminal may hold kitty pictures; `wrap` is True if the sequences must pass through tmux.

    A picture that is shown through placeholder cells (virtual placement) is not deleted by these sequences.
    It must be freed by its id afterwards, on the screen to which it was sent (kitty, graphics-protocol,
    “Deleting images”).
    """
    pictures = f"{STRING_END}{DELETE_PICTURES}"
    return STRING_END + ((wrap_for_tmux(pictures) if wrap else pictures) if kitty else "")


def make_terminal_reset() -> str:
    """Return the sequences that reset all other settings of the terminal. Send them after those of
    `make_picture_cleanup`.
    """
    return "".join(
        (
            *(f"\x1b[?{mode}l" for mode in MODES_OFF),
            f"\x1b]8;;{STRING_END}",
            POP_KEYBOARD_MODE,
            NORMAL_DISPLAY,
            POP_TITLE,
        )
    )
