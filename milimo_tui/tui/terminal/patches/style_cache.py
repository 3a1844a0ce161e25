"""All style sheets are read anew for each screen that opens first; ours are read once.

Textual's `Stylesheet.reparse` begins with an empty memory, and opening a screen calls it twice. Rules depend
on their text, where it stands and the theme's variables alone: what was read for these stays as it is.
Knows no screen and no theme; sets where a Textual stylesheet remembers, and nothing of how it reads.
Goes when `test_textual_still_reads_all_of_them_anew` fails.
"""

from __future__ import annotations

import textual.app
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from milimo_tui.tui.terminal.patches.patch import Patch

MOST_TEXTS = 1024  # style sheets of one theme; the studio and Textual's widgets have a hundred

MOST_THEMES = 3  # one that is looked at, and those before and behind it: three megabytes of rules each

_read: LRUCache[frozenset[tuple[str, str]], LRUCache[tuple[object, ...], list[RuleSet]]] = LRUCache(
    MOST_THEMES
)


class Sheet(Stylesheet):
    """A stylesheet that remembers the rules of each text, with every other of the same variables."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._remember()

    def _remember(self) -> None:
        theme = frozenset(self._variables.items())
        known = _read.get(theme)
        self._parse_cache = _read[theme] = LRUCache(MOST_TEXTS) if known is None else known

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            self._parse_cache = LRUCache(1)  # the base class forgets what it holds: others go on with theirs
            super().set_variables(variables)
            self._remember()

    def reparse(self) -> None:
        self.parse()


def put_in() -> None:
    """Have apps that are made from now on remember what they read."""
    textual.app.Stylesheet = Sheet  # type: ignore[attr-defined]


PATCH = Patch("style sheets are read anew for each screen", put_in)
