"""The panel of the effects browser: the list of effects and, between the list and the viewer, the frame
without the effect. The panel only draws values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.cut.values.effect_catalog import CatalogEffect
from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.timeline.widgets.shares import LIST
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.terminal_app import get_terminal_app
from milimo_tui.tui.widgets.text import join_line, truncate_line

NAME = 18
AS_IS = "plain-picture"
EffectsPanelState = tuple[Sequence[CatalogEffect], int, str, Mapping[str, float], frozenset[str]]


class EffectList(Widget):
    """The list of effects, with a cursor. Each row has the name and kind of an effect. In the row under the
    cursor, the effect's amount replaces the kind. Effects that the clip already has are marked.
    """

    DEFAULT_CSS = f"EffectList {{ width: {LIST}; height: 1fr; padding-left: 1; }}"
    can_focus = False

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Text, ...] = ()

    def show_effect_rows(self, rows: Sequence[Text]) -> None:
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self.refresh()

    def render(self) -> Text:
        return Text("\n", no_wrap=True).join(truncate_line(row, self.size.width) for row in self.rows)


class EffectsPanel(Horizontal):
    """The panel with the list of effects and the frame without the effect. The frame with the effect is in
    the record viewer, next to this panel.
    """

    DEFAULT_CSS = """
    EffectsPanel { width: auto; height: 1fr; display: none; }
    EffectsPanel Vertical { width: 1fr; height: 1fr; }
    EffectsPanel Picture { width: 1fr; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: EffectsPanelState | None = None

    def compose(self) -> Iterable[Widget]:
        yield EffectList()
        with Vertical(id="plain"):
            yield Line(id="plain-head")
            yield Picture(id=AS_IS)

    def on_resize(self) -> None:
        if self._shown is not None:
            self.show_effects(*self._shown)

    @property
    def picture(self) -> Picture:
        return self.query_one(Picture)

    def set_plain_width(self, columns: int) -> None:
        """Set the width in columns of the picture without the effect."""
        self.styles.width = LIST + columns
        self.query_one("#plain").styles.width = columns

    def show_effects(
        self,
        found: Sequence[CatalogEffect],
        at: int,
        words: str,
        amounts: Mapping[str, float],
        on: frozenset[str],
    ) -> None:
        """Show the list of the effects in `found`, which match the search words `words`. `at` is the index of
        the effect under the cursor. `amounts` holds the amount of each effect by its name, and `on` the names
        of the effects that the clip already has.
        """
        self._shown = (found, at, words, amounts, on)
        ink = get_terminal_app(self).ink
        room = max(1, self.size.height - 2)
        top = max(0, min(at - room // 2, len(found) - room))
        count = format_count(len(found), "effect") if not words else f"{len(found)} found"
        rows = [join_line(("/ ", ink.accent), (words or "", ink.text), (f"  {count}", ink.muted))]
        for index, each in enumerate(found[top : top + room], top):
            lit = index == at
            amount = f"{amounts[each.name]:>4.0%}" if each.has_amount and lit else each.kind
            sign = f"{CURSOR} " if lit else "● " if each.name in on else "  "
            style = ink.strong if lit else ink.text
            rows.append(join_line((sign, ink.accent), (f"{each.name:<{NAME}}", style), (amount, ink.muted)))
        if not found:
            rows.append(join_line(("no effect has this name", ink.muted)))
        self.query_one(EffectList).show_effect_rows(rows)
        self.query_one("#plain-head", Line).show_line(join_line(("as is", ink.muted)))
