"""Fault of Textual: all style sheets are parsed again for each screen that is opened for the first time. With
this patch each sheet is parsed once.

Textual's `Stylesheet.reparse` begins with an empty cache, and opening a screen calls it twice. The rules
depend only on their text, their position and the theme's variables, so they are reused for equal values. The
patch replaces only the cache and not the parser, and needs no knowledge of screens and themes. Remove it when
`test_textual_still_reads_all_sheets_again` fails.
"""

from __future__ import annotations

import textual.app
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from milimo_tui.tui.terminal.patches.patch import Patch

# Maximum number of cached style sheets for one theme. The studio and Textual's widgets have about a hundred.
MOST_TEXTS = 1024

# Maximum number of themes whose parsed rules are cached: the theme that the user previews, and the ones
# before and after it. The rules of a theme take three megabytes.
MOST_THEMES = 3

_rules_by_theme: LRUCache[frozenset[tuple[str, str]], LRUCache[tuple[object, ...], list[RuleSet]]] = LRUCache(
    MOST_THEMES
)


class CachedStylesheet(Stylesheet):
    """A stylesheet that shares parsed rules with every other stylesheet that has the same variables."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._use_shared_rules()

    def _use_shared_rules(self) -> None:
        theme = frozenset(self._variables.items())
        known = _rules_by_theme.get(theme)
        self._parse_cache = _rules_by_theme[theme] = LRUCache(MOST_TEXTS) if known is None else known

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            # The base class clears the cache that it finds here. A new cache is set, so that the shared cache
            # is not cleared.
            self._parse_cache = LRUCache(1)
            super().set_variables(variables)
            self._use_shared_rules()

    def reparse(self) -> None:
        self.parse()


def install_stylesheet_cache() -> None:
    """Install the caching stylesheet for apps created from now on."""
    textual.app.Stylesheet = CachedStylesheet  # type: ignore[attr-defined]


PATCH = Patch("style sheets are read again for each screen", install_stylesheet_cache)
