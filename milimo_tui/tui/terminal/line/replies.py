"""Separates a terminal's answers from typed keys, before the input is parsed as keys. An answer may arrive in
several pieces.

Recognised answers: DSR and DA1 of ECMA-48; CSI 6 t, XTVERSION, XTGETTCAP and DECRQSS of xterm; graphics and
keyboard answers of kitty. An answer is removed from the keys even if the studio did not ask for it.
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
# Matches an incomplete answer at the end of the input.
BEGUN = re.compile(
    r"\x1b(?:\[(?:[03]|\?[\d;]*|6(?:;\d*){0,2})?|P(?:>(?:\|[^\x1b]*\x1b?)?|[01](?:[+$](?:r[^\x1b]*\x1b?)?)?)?"
    r"|_(?:G[^\x1b]*\x1b?)?)?\Z"
)
LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the terminal. `kind` is the name of the matching group in the pattern `ANSWER`, `text` is
    the matched text.
    """

    kind: str
    text: str


class ReplyFilter:
    """A filter that divides the terminal's input into keys and answers."""

    def __init__(self) -> None:
        self._held = ""

    @property
    def is_holding(self) -> bool:
        """True if the filter holds back text that may be the beginning of an answer."""
        return bool(self._held)

    def feed(self, text: str, *, expects: bool) -> tuple[str, list[Reply]]:
        """Add input; return the keys and the answers in it.

        An incomplete answer at the end is held back until more input arrives. One or two characters, such as
        a single Esc, are held back only if `expects` is True, because they may be typed keys.
        """
        text, self._held = self._held + text, ""
        replies = [
            Reply(str(found.lastgroup), found[str(found.lastgroup)]) for found in ANSWER.finditer(text)
        ]
        keys = ANSWER.sub("", text)
        match = BEGUN.search(keys)
        if match and len(match[0]) < LONGEST and (expects or len(match[0]) > 2):
            keys, self._held = keys[: match.start()], match[0]
        return keys, replies

    def release_held_text(self) -> str:
        """Return the held-back text, to be treated as keys, because it did not become an answer."""
        text, self._held = self._held, ""
        return text
