"""What the terminal is asked about itself: one batch, ended by a question that every terminal answers (DA1).

What has not been answered when DA1 comes is not there. Inside tmux, which answers for itself, each question
is wrapped so that it reaches the terminal outside.

XTVERSION, XTGETTCAP, DECRQSS, CSI 16 t: xterm, ctlseqs. Graphics query: kitty, graphics-protocol, "Querying
support". Its keys: kitty, keyboard-protocol, "Detection of support". `RGB` of terminfo: user_caps(5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.tui.terminal.line.local_memory import FILE_ID, MEMORY_ID
from milimo_tui.tui.terminal.line.replies import Reply

ESC = "\x1b"
VERSION = f"{ESC}[>0q"
GRAPHICS = f"{ESC}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA{ESC}\\"
TRUE_COLOUR = f"{ESC}P+q524742{ESC}\\"  # "RGB" in hexadecimal
COLOURS = f"{ESC}P+q436f{ESC}\\"  # "Co": how many it has by number
GROUND_SET = f"{ESC}[48;2;1;2;3m{ESC}P$qm{ESC}\\{ESC}[0m"  # is it there as set?
CELL_SIZE = f"{ESC}[16t"
KEYBOARD = f"{ESC}[?u"
ATTRIBUTES = f"{ESC}[c"
# Names as terminals give them to XTVERSION, with the first version that has what is named, by their release
# notes: kitty 0.28 and Ghostty 1.0 have placeholders; Rio draws kitty's pictures another way.
PLACEHOLDERS = {"kitty": (0, 28), "ghostty": (1, 0)}
ITERM2 = ("iterm2", "wezterm", "mintty", "konsole", "vscode", "tabby", "rio")
SEXTANTS = {
    "kitty": (0, 1), "ghostty": (1, 0), "wezterm": (0, 0), "foot": (1, 8), "contour": (0, 3),
    "iterm2": (3, 5), "vte": (7000, 0), "konsole": (22, 4), "alacritty": (0, 14),
}  # fmt: skip
OCTANTS = {"kitty": (0, 40), "ghostty": (1, 2), "foot": (1, 20), "contour": (0, 6)}


def wrapped(words: str) -> str:
    """Wrap words for the terminal outside tmux (tmux(1), allow-passthrough)."""
    return f"{ESC}Ptmux;{words.replace(ESC, ESC * 2)}{ESC}\\"


def batch(*, wrap: bool, plain: bool, local: Sequence[str] = ()) -> str:
    """Return the questions in their order. `plain`: a terminal that may print what it does not know.

    `local` asks whether it is on this machine (`local_memory`).
    """
    if plain:
        return ATTRIBUTES
    keyboard = () if wrap else (KEYBOARD,)  # tmux has the keys, whatever the terminal outside can do
    depth = (TRUE_COLOUR, COLOURS, GROUND_SET)
    questions = (VERSION, GRAPHICS, *local, *depth, CELL_SIZE, *keyboard, ATTRIBUTES)
    return "".join(map(wrapped, questions) if wrap else questions)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a terminal has answered. `cell` is a cell's width and height in pixels, (0, 0) when not told;
    `colours` is how many it has by number, 0 when not told.
    """

    name: str = ""
    version: tuple[int, ...] = ()
    graphics: bool = False
    sixel: bool = False
    true_colour: bool = False
    cell: tuple[int, int] = (0, 0)
    kitty_keys: bool = False  # it has kitty's keyboard protocol
    memory: bool = False  # it reads shared memory of this machine
    files: bool = False  # it reads files of this machine
    colours: int = 0

    @property
    def has_true_colour(self) -> bool:
        """Return whether it shows every colour: as it says, or as every version does that gives its name."""
        return self.true_colour or self.name in (*PLACEHOLDERS, *ITERM2, *SEXTANTS)

    @property
    def placeholders(self) -> bool:
        """Return whether it draws kitty's pictures by Unicode placeholders."""
        return self.graphics and self._since(PLACEHOLDERS)

    @property
    def iterm2(self) -> bool:
        """Return whether it draws pictures by iTerm2's OSC 1337."""
        return self.name in ITERM2

    @property
    def signs(self) -> str:
        """Return the finest signs that its font surely has: octants, sextants or half."""
        return "octants" if self._since(OCTANTS) else "sextants" if self._since(SEXTANTS) else "half"

    def _since(self, versions: dict[str, tuple[int, int]]) -> bool:
        first = versions.get(self.name)
        return first is not None and (not self.version or self.version >= first)


def read(replies: list[Reply]) -> Answers:
    """Read a batch's answers, in any order; what is not there was not answered."""
    name, graphics, sixel, true_colour, cell = "", False, False, False, (0, 0)
    numbers: tuple[int, ...] = ()
    kitty_keys = memory = files = False
    colours = 0
    for reply in replies:
        if reply.kind == "version":
            name, numbers = brand(reply.text)
        elif reply.kind == "graphics":
            graphics = graphics or reply.text == "i=31;OK"
            memory = memory or reply.text == f"i={MEMORY_ID};OK"
            files = files or reply.text == f"i={FILE_ID};OK"
        elif reply.kind == "attributes":
            sixel = "4" in reply.text.split(";")[1:]
        elif reply.kind == "term":
            true_colour = true_colour or reply.text.startswith("1+r524742")
            colours = colours or _number_told(reply.text)
        elif reply.kind == "setting":
            true_colour = true_colour or bool(re.search(r"48[:;]2[:;]{1,2}1[:;]2[:;]3", reply.text))
        elif reply.kind == "cell":
            height, _, width = reply.text.partition(";")
            cell = (int(width), int(height))
        elif reply.kind == "keyboard":
            kitty_keys = True
    return Answers(name, numbers, graphics, sixel, true_colour, cell, kitty_keys, memory, files, colours)


def _number_told(text: str) -> int:
    """Read a number of colours, as `1+r436f=323536` tells 256; 0 where it is another answer."""
    found = re.fullmatch(r"1\+r436f=((?:3\d)+)", text, re.IGNORECASE)
    return int(bytes.fromhex(found[1])) if found else 0


def brand(text: str) -> tuple[str, tuple[int, ...]]:
    """Parse `kitty(0.38.1)`, `XTerm(390)`, `WezTerm 20240203-110809`, `iTerm2 3.5.0`: name and version."""
    found = re.match(r"([A-Za-z][A-Za-z0-9_.-]*?)\s*[( /]\s*v?([\d.]+)?", text + " ")
    if not found:
        return text.casefold().strip(), ()
    numbers = tuple(int(part) for part in (found[2] or "").split(".") if part)
    return found[1].casefold(), numbers
