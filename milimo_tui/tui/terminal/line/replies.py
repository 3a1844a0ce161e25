"""A terminal's answers taken out of what is typed, whole or in pieces, before keys are made of it.

What is an answer: ECMA-48 DSR and DA1; xterm's CSI 6 t, XTVERSION, XTGETTCAP and DECRQSS; kitty's graphics
and keyboard.
An answer that nobody asked for never becomes keys either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ANSWER = re.compile(
    r"\x1b\[(?P<status>[03])n"
    r"|\x1b\[\?(?P<attributes>[\d;]*)c"
    r"|\x1b\[\?(?P<keyboard>\d*)u"
    r"|\x1b\[6;(?P<cell>\d+;\d+)t"
    r"|\x1bP>\|(?P<version>[^\x1b]*)\x1b\\"
    r"|\x1bP(?P<term>[01]\+r[^\x1b]*)\x1b\\"
    r"|\x1bP(?P<setting>[01]\$r[^\x1b]*)\x1b\\"
    r"|\x1b_G(?P<graphics>[^\x1b]*)\x1b\\"
)
# The beginning of one of them, at the end of what was read.
BEGUN = re.compile(
    r"\x1b(?:\[(?:[03]|\?[\d;]*|6(?:;\d*){0,2})?|P(?:>(?:\|[^\x1b]*\x1b?)?|[01](?:[+$](?:r[^\x1b]*\x1b?)?)?)?"
    r"|_(?:G[^\x1b]*\x1b?)?)?\Z"
)
LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Reply:
    """`kind` is the name of a group of `ANSWER`, `text` what stood in it."""

    kind: str
    text: str


class ReplyFilter:
    """Feed it what was read; it gives what is left for keys, and the answers."""

    def __init__(self) -> None:
        self._held = ""

    @property
    def holds(self) -> bool:
        """Return whether something is held back that may become an answer."""
        return bool(self._held)

    def feed(self, text: str, *, expects: bool) -> tuple[str, list[Reply]]:
        """Take what was read; returns what are keys and what are answers.

        The beginning of an answer at the end is held back; a bare Esc only while answers are expected.
        """
        text, self._held = self._held + text, ""
        replies = [
            Reply(str(found.lastgroup), found[str(found.lastgroup)]) for found in ANSWER.finditer(text)
        ]
        keys = ANSWER.sub("", text)
        begun = BEGUN.search(keys)
        if begun and len(begun[0]) < LONGEST and (expects or len(begun[0]) > 2):
            keys, self._held = keys[: begun.start()], begun[0]
        return keys, replies

    def let_go(self) -> str:
        """Return what is held back: it was no answer after all."""
        held, self._held = self._held, ""
        return held
