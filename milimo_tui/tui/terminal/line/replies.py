"""Separate a terminal's answers from typed input, complete or in pieces, before the input is parsed as keys.

Recognised answers: ECMA-48 DSR and DA1; xterm's CSI 6 t, XTVERSION, XTGETTCAP and DECRQSS; kitty's graphics
and keyboard. An answer without a question does not become keys either.
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
# The beginning of an answer at the end of the input.
BEGUN = re.compile(
    r"\x1b(?:\[(?:[03]|\?[\d;]*|6(?:;\d*){0,2})?|P(?:>(?:\|[^\x1b]*\x1b?)?|[01](?:[+$](?:r[^\x1b]*\x1b?)?)?)?"
    r"|_(?:G[^\x1b]*\x1b?)?)?\Z"
)
LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `kind` is the name of a group of `ANSWER`, `text` the content of the group."""

    kind: str
    text: str


class ReplyFilter:
    """Divides input into keys and answers."""

    def __init__(self) -> None:
        self._held = ""

    @property
    def is_holding(self) -> bool:
        """True if text is held back that may become an answer."""
        return bool(self._held)

    def feed(self, text: str, *, expects: bool) -> tuple[str, list[Reply]]:
        """Take input; return the keys and the answers.

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

    def release_held_text(self) -> str:
        """Return the text held back, because it was not an answer after all."""
        held, self._held = self._held, ""
        return held
