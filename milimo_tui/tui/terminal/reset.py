"""The words that put a terminal back as it was before the studio, whatever it was doing when it ended.

Pure. Each undoes what Textual's driver or the studio sets; those that a terminal does not know it ignores.
"""

from __future__ import annotations

END = "\x1b\\"  # of a string that was cut off: on its own it means nothing
MODES_OFF = (
    "2026",  # a frame that is held back until it is whole
    "1000", "1002", "1003", "1006", "1015", "1016",  # the mouse
    "1004",  # focus
    "2004",  # pastes in brackets
    "2048",  # sizes told in the stream
)  # fmt: skip
DELETE_PICTURES = f"\x1b_Ga=d,d=A,q=2{END}"
KEYS_AS_BEFORE = "\x1b[<u"  # the keyboard protocol's stack, of the screen that is left
OTHER_SCREEN = "\x1b[?1049h"
SHOWN = "\x1b[0m\x1b[?7h\x1b[?1049l\x1b[?25h"  # plain, lines wrap, the shell's screen, its cursor
PUSH_TITLE, POP_TITLE = "\x1b[22;2t", "\x1b[23;2t"


def through_tmux(words: str) -> str:
    """Wrap words so that tmux hands them on to its own terminal."""
    return f"\x1bPtmux;{words.replace(chr(27), chr(27) * 2)}{END}"


def ending_words(*, kitty: bool, wrap: bool) -> str:
    """Return those that end what was cut off, pictures too. `kitty`: they may lie in the terminal, `wrap`:
    behind tmux.

    What its cells showed by their colours (virtual placements) is freed by its id alone, behind these words
    and on the screen that it was sent to (kitty, graphics-protocol, "Deleting images").
    """
    pictures = f"{END}{DELETE_PICTURES}"
    return END + ((through_tmux(pictures) if wrap else pictures) if kitty else "")


def reset_words() -> str:
    """Return those that put all else back, behind the pictures'."""
    return "".join(
        (
            *(f"\x1b[?{mode}l" for mode in MODES_OFF),
            f"\x1b]8;;{END}",
            KEYS_AS_BEFORE,
            SHOWN,
            POP_TITLE,
        )
    )
