"""The context menu of the item under the cursor, opened by the right mouse button or by a key.

Its rows are the key bindings of the active context, the most used first. Choosing a row types its keys, so
every action of the menu is also available by key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Offset

from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, format_chord
from milimo_tui.tui.keys.tasks import GO, LOOK, MOVE, PANES, PLAY, SELECT, get_key_task
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line

# Names of groups of key bindings (contexts) that many screens share. Their actions do not apply to the item
# under the cursor.
SHARED = frozenset({"global", "list", "viewing", "overlay"})
# The actions from shared contexts that the menu lists all the same.
EVERYWHERE = ("ui.copy_text", "ui.undo", "ui.help")
LEFT_OUT = frozenset(
    f"ui.{name}" for name in ("out", "acts", "move", "left", "right", "lane_up", "lane_down", "mark_jump")
)
EDGE = 2  # Margin between the menu and the edges of the terminal, in cells and rows.
# Cells added to the text of the longest row for the menu's width: space for the border, the padding and the
# gap before the keys.
AIR = 12


class MenuRows(Rows):
    """A list in which one click chooses a row."""

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked row."""
        event.prevent_default()  # Suppress the base class's handler, which would require a second click.
        index = self.get_row_at(event.x, event.y)
        if 0 <= index < len(self.rows) and self.rows[index].key:
            self.move_to(index)
            self.post_message(self.Chosen(self, self.key))


class ContextMenu(Overlay):
    """A menu of actions. Dismisses with the keys of the chosen row, separated by spaces; with an empty text
    if no row was chosen.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("overlay",)
    CSS_PATH = "../shell/overlay.tcss"

    def __init__(self, heading: str, rows: Sequence[Row], at: Offset | None = None) -> None:
        """Create a menu. `at` is the clicked cell; if it is None, the menu is centred."""
        super().__init__(heading, rows, "Esc")
        self._at = at

    def make_rows_widget(self) -> Rows:
        return MenuRows(id="panel-rows")

    def on_mount(self) -> None:
        """Place the menu at the clicked cell, moved as far as necessary to fit in the terminal."""
        size, rows = self.app.size, self.first_rows
        wide = max((row.left.cell_len + row.right.cell_len for row in rows), default=0) + AIR
        wide = min(max(wide, 30), size.width - EDGE)
        high = min(len(rows) + 4, size.height - EDGE)
        panel = self.query_one("#panel")
        panel.styles.width, panel.styles.max_width, panel.styles.height = wide, wide, high
        at = self._at or Offset((size.width - wide) // 2, (size.height - high) // 2)
        panel.styles.offset = (
            max(0, min(at.x, size.width - wide)),
            max(0, min(at.y, size.height - high)),
        )

    def on_click(self, event: events.Click) -> None:
        """Close the menu if the click is outside it."""
        if not self.query_one("#panel").region.contains(event.screen_x, event.screen_y):
            self.dismiss("")


def list_menu_bindings(keymap: Keymap, contexts: Sequence[str]) -> list[Binding]:
    """Return the key bindings that the context menu offers, the most used first.

    They come from the contexts about the item under the cursor; a few come from the shared contexts. Motions
    and text objects are left out, because they have no effect without an operator. An operator is included:
    chosen in the menu, it applies to the item under the cursor.
    """
    own: dict[tuple[str, str], Binding] = {}
    taken: set[tuple[str, ...]] = set()
    for context in contexts:
        table = keymap.by_context.get(context, {})
        for chord, binding in table.items():
            if chord in taken or binding.alias:
                continue
            offered = binding.run in EVERYWHERE if context in SHARED else binding.run not in LEFT_OUT
            if offered and binding.role in (Role.ACT, Role.RAW, Role.OPERATOR):
                own.setdefault((binding.run, str(binding.args)), binding)
        taken |= table.keys()
    return sorted(own.values(), key=_rank_by_use)


def _rank_by_use(binding: Binding) -> int:
    """Return the rank by which the menu sorts a binding.

    The rank is 0 for a binding that is also shown on the status line, 1 for an action that changes the film,
    2 for moving, playing or viewing, and 3 for a binding of a shared context.
    """
    if binding.context in SHARED:
        return 3
    if binding.foot:
        return 0
    return 2 if get_key_task(binding) in (MOVE, GO, PLAY, SELECT, PANES, LOOK) else 1


def build_menu_rows(
    bindings: Sequence[Binding],
    ink: TextStyles,
    idle: Collection[str] = (),
    notes: Mapping[str, str] | None = None,
) -> list[Row]:
    """Return a row for each binding, with its description on the left and its keys on the right.

    `idle` names actions that can do nothing now; their rows are grey. `notes` maps an action to a more
    specific description for the item under the cursor (`ui.delete`: reject the take).
    """
    rows = []
    for binding in bindings:
        chord = binding.chord * 2 if binding.role is Role.OPERATOR else binding.chord
        quiet = binding.run in idle
        keys = format_chord(chord) + ("…" if binding.role is Role.RAW else "")
        rows.append(
            Row(
                " ".join(chord),
                join_line(((notes or {}).get(binding.run, binding.note), ink.muted if quiet else ink.text)),
                Text.assemble((keys, ink.muted if quiet else ink.accent)),
            )
        )
    return rows
