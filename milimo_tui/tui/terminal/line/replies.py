"""Recognises a terminal's answers among its input.

Recognised answers: DSR and DA1 of ECMA-48; CSI 6 t, XTVERSION, XTGETTCAP, and DECRQSS of xterm;
graphics and keyboard answers of kitty. An answer is never a key, even if the studio did not ask for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ANSWER = re.compile(
    r"\x1b\[(?P<status>[03])n"
    r"|\x1b\[\?(?P<attributes>[\d;]*)c"
    r"|\x1b\[\?(?P<keyboard>\d*)u"
    r"|\x1b\[6;(?P<cell>\d{1,5};\d{1,5})t"
    r"|\x1bP>\|(?P<version>[^\x1b]{0,256})\x1b\\"
    r"|\x1bP(?P<term>[01]\+r[^\x1b]{0,256})\x1b\\"
    r"|\x1bP(?P<setting>[01]\$r[^\x1b]{0,256})\x1b\\"
    r"|\x1b_G(?P<graphics>[^\x1b]{0,256})\x1b\\",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the terminal. `kind` is the name of the matching group in the pattern `ANSWER`, `text` is
    the matched text.
    """

    kind: str
    text: str


def parse_reply(sequence: str) -> Reply | None:
    """Return the answer that a complete sequence is; None for any other sequence."""
    found = ANSWER.fullmatch(sequence)
    return Reply(str(found.lastgroup), found[str(found.lastgroup)]) if found else None
