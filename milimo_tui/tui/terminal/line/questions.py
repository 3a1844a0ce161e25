"""Questions to the terminal about its features. They are sent as one batch that ends with DA1, a question
that every terminal answers.

A feature that was not reported before the answer to DA1 is not supported. Tmux would answer for itself, so
inside tmux each question is wrapped to reach the terminal outside.

Sources: xterm, ctlseqs, for XTVERSION, XTGETTCAP, DECRQSS and CSI 16 t. kitty, graphics-protocol, “Querying
support”, for graphics. kitty, keyboard-protocol, “Detection of support”, for keys. user_caps(5) for the
terminfo capability `RGB`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.media.viewer.terminal_facts import LONGEST_SIXEL_SIDE
from milimo_tui.tui.terminal.line.local_memory import FILE_ID, MEMORY_ID
from milimo_tui.tui.terminal.line.replies import Reply

ESC = "\x1b"
VERSION = f"{ESC}[>0q"
GRAPHICS = f"{ESC}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA{ESC}\\"
TRUE_COLOUR = f"{ESC}P+q524742{ESC}\\"  # Asks for the terminfo capability "RGB", written in hexadecimal.
COLOURS = f"{ESC}P+q436f{ESC}\\"  # Asks for the terminfo capability "Co", the number of indexed colours.
# Sets a true colour as background, asks which background is set, and resets it.
GROUND_SET = f"{ESC}[48;2;1;2;3m{ESC}P$qm{ESC}\\{ESC}[0m"
CELL_SIZE = f"{ESC}[16t"
KEYBOARD = f"{ESC}[?u"
ATTRIBUTES = f"{ESC}[c"
# Names of terminals as reported by XTVERSION, with the first version that has a feature, from release notes.
# Kitty has placeholders since 0.28 and Ghostty since 1.0. Rio is missing, because it draws kitty pictures
# without placeholders.
PLACEHOLDERS = {"kitty": (0, 28), "ghostty": (1, 0)}
# Konsole is missing from the terminals with iTerm2 pictures, because it fills one column more than requested.
ITERM2 = ("iterm2", "wezterm", "mintty", "vscode", "tabby", "rio")
SEXTANTS = {
    "kitty": (0, 1), "ghostty": (1, 0), "wezterm": (0, 0), "foot": (1, 8), "contour": (0, 3),
    "iterm2": (3, 5), "vte": (7000, 0), "konsole": (22, 4), "alacritty": (0, 14),
}  # fmt: skip
OCTANTS = {"kitty": (0, 40), "ghostty": (1, 2), "foot": (1, 20), "contour": (0, 6)}


def wrap_terminal_question(words: str) -> str:
    """Wrap a question for the terminal outside tmux (tmux(1), allow-passthrough)."""
    return f"{ESC}Ptmux;{words.replace(ESC, ESC * 2)}{ESC}\\"


def make_question_batch(*, wrap: bool, plain: bool, local: Sequence[str] = ()) -> str:
    """Return the questions as one text. If `plain` is True, only DA1 is asked, because the terminal may print
    sequences that it does not know. If `wrap` is True, the questions are wrapped for the terminal outside
    tmux.

    `local` are the questions that find out if the terminal runs on this machine (`local_memory`).
    """
    if plain:
        return ATTRIBUTES
    # Inside tmux keys come from tmux, so the keyboard protocol of the terminal outside does not matter.
    keyboard = () if wrap else (KEYBOARD,)
    depth = (TRUE_COLOUR, COLOURS, GROUND_SET)
    questions = (VERSION, GRAPHICS, *local, *depth, CELL_SIZE, *keyboard, ATTRIBUTES)
    return "".join(map(wrap_terminal_question, questions) if wrap else questions)


@dataclass(frozen=True, slots=True)
class TerminalAnswers:
    """The answers of a terminal. `cell` is the width and height of a cell in pixels, (0, 0) if not reported;
    `colours` is the number of indexed colours, 0 if not reported.
    """

    name: str = ""
    version: tuple[int, ...] = ()
    graphics: bool = False
    sixel: bool = False
    true_colour: bool = False
    cell: tuple[int, int] = (0, 0)
    kitty_keys: bool = False  # True if the terminal supports kitty's keyboard protocol.
    memory: bool = False  # True if the terminal can read shared memory of this machine.
    files: bool = False  # True if the terminal can read files of this machine.
    colours: int = 0

    @property
    def has_true_colour(self) -> bool:
        """True if the terminal shows true colours. Either it has reported so, or all versions of this
        terminal program do.
        """
        return self.true_colour or self.name in (*PLACEHOLDERS, *ITERM2, *SEXTANTS)

    @property
    def placeholders(self) -> bool:
        """True if the terminal draws kitty's pictures by Unicode placeholders."""
        return self.graphics and self._has_version(PLACEHOLDERS)

    @property
    def iterm2(self) -> bool:
        """True if the terminal can show pictures by the escape sequence OSC 1337 of iTerm2."""
        return self.name in ITERM2

    @property
    def longest_side(self) -> int:
        """The longest side in pixels of a sixel picture that the terminal draws; 0 if no limit is known."""
        return LONGEST_SIXEL_SIDE if self.name == "xterm" else 0

    @property
    def signs(self) -> str:
        """The finest group of glyphs that the terminal can certainly show: `octants`, `sextants` or `half`
        (half-blocks).
        """
        return (
            "octants" if self._has_version(OCTANTS) else "sextants" if self._has_version(SEXTANTS) else "half"
        )

    def _has_version(self, versions: dict[str, tuple[int, int]]) -> bool:
        first = versions.get(self.name)
        return first is not None and (not self.version or self.version >= first)


def parse_answers(replies: list[Reply]) -> TerminalAnswers:
    """Convert the replies to a batch of questions, in any order. A feature without a reply gets its default
    value.
    """
    name, graphics, sixel, true_colour, cell = "", False, False, False, (0, 0)
    numbers: tuple[int, ...] = ()
    kitty_keys = memory = files = False
    colours = 0
    for reply in replies:
        if reply.kind == "version":
            name, numbers = parse_terminal_version(reply.text)
        elif reply.kind == "graphics":
            graphics = graphics or reply.text == "i=31;OK"
            memory = memory or reply.text == f"i={MEMORY_ID};OK"
            files = files or reply.text == f"i={FILE_ID};OK"
        elif reply.kind == "attributes":
            sixel = "4" in reply.text.split(";")[1:]
        elif reply.kind == "term":
            true_colour = true_colour or reply.text.startswith("1+r524742")
            colours = colours or _parse_colour_count(reply.text)
        elif reply.kind == "setting":
            true_colour = true_colour or bool(re.search(r"48[:;]2[:;]{1,2}1[:;]2[:;]3", reply.text))
        elif reply.kind == "cell":
            height, _, width = reply.text.partition(";")
            cell = (int(width), int(height))
        elif reply.kind == "keyboard":
            kitty_keys = True
    return TerminalAnswers(
        name, numbers, graphics, sixel, true_colour, cell, kitty_keys, memory, files, colours
    )


def _parse_colour_count(text: str) -> int:
    """Parse the reply with the number of colours: `1+r436f=323536` means 256. Return 0 for any other
    reply.
    """
    found = re.fullmatch(r"1\+r436f=((?:3\d)+)", text, re.IGNORECASE)
    return int(bytes.fromhex(found[1])) if found else 0


def parse_terminal_version(text: str) -> tuple[str, tuple[int, ...]]:
    """Parse a reply to XTVERSION; return the terminal's name in lower case and the numbers of its version.
    Examples: `kitty(0.38.1)`, `XTerm(390)`, `WezTerm 20240203-110809`, `iTerm2 3.5.0`.
    """
    found = re.match(r"([A-Za-z][A-Za-z0-9_.-]*?)\s*[( /]\s*v?([\d.]+)?", text + " ")
    if not found:
        return text.casefold().strip(), ()
    numbers = tuple(int(part) for part in (found[2] or "").split(".") if part)
    return found[1].casefold(), numbers
