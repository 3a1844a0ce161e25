"""The cheat sheet: every key that acts where one is, in the mode one is in, from the keymap in force.

A chord that a nearer context has taken over is not listed again. Enter types the keys of a line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text

from milimo_tui.core.paths import DOCS
from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, show
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.terminal.theme import Ink
from milimo_tui.tui.widgets.column_rows import ColumnRows
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

USUAL = 12  # cells of keys; longer ones push what they do aside
SHORT = 30  # keys of a context that are read at once
KINDS = (
    (Role.MOTION, "motions"),
    (Role.OPERATOR, "operators, before a motion or object"),
    (Role.OBJECT, "objects, after an operator or selecting"),
)


class KeySheet(Overlay):
    """Dismisses with the chord of the chosen line (keys with blanks between), empty when closed."""

    CONTEXTS: ClassVar[tuple[str, ...]] = ("key_sheet", "overlay")

    def __init__(self, heading: str, rows: Sequence[Row], foot: str = "") -> None:
        super().__init__(heading, rows, "Enter does it   / filters   Esc closes", foot=foot)

    def make_rows(self) -> Rows:
        return ColumnRows(id="panel-rows")

    def act_right(self, key_command: KeyCommand) -> None:
        self.columns.act_right(key_command)

    def act_left(self, key_command: KeyCommand) -> None:
        self.columns.act_left(key_command)

    @property
    def columns(self) -> ColumnRows:
        return self.query_one(ColumnRows)


def manual_of(keymap: Keymap, contexts: Sequence[str]) -> str:
    """Return where the page of docs on these contexts lies; empty where docs are not here. Reads the disk."""
    page = next((keymap.pages[context] for context in contexts if context in keymap.pages), "")
    return str(DOCS / page) if page and (DOCS / page).is_file() else ""


def reachable(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, list[Binding]]]:
    """List the bindings in reach by context, nearest first, without keys that mean something nearer by."""
    taken: set[tuple[str, ...]] = set()
    in_visual = "visual" in contexts
    out = []
    for context in contexts:
        table = keymap.by_context.get(context, {})
        own = [binding for chord, binding in table.items() if chord not in taken]
        taken |= table.keys()
        if in_visual:  # there `i` begins an object
            begins = {each.chord[:1] for each in own if each.role is Role.OBJECT}
            own = [each for each in own if each.role is not Role.ACT or each.chord not in begins]
        out.append((context, own))
    return [(context, own) for context, own in out if own]


def sections(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, str, list[Binding]]]:
    """Group what is in reach under headings: title of a context, kind of keys, bindings."""
    out = []
    for context, bindings in reachable(keymap, contexts):
        kinds = KINDS if len(bindings) > SHORT else ()
        groups = [(kind, [each for each in bindings if each.role is role]) for role, kind in kinds]
        groups = [(kind, own) for kind, own in groups if own]
        grouped = [each for _, own in groups for each in own]
        rest = [each for each in bindings if each not in grouped]
        groups += [("acts" if groups else "", rest)] * bool(rest)
        out += [(keymap.titles[context], kind, own) for kind, own in groups]
    return out


def key_rows(keymap: Keymap, contexts: Sequence[str], ink: Ink, idle: Collection[str] = ()) -> list[Row]:
    """List every key that acts here, those of one act on one line.

    Commands in `idle`, which can do nothing now, are drawn quietly.
    """
    found = [(title, kind, _acts(bindings)) for title, kind, bindings in sections(keymap, contexts)]
    rows: list[Row] = []
    before = ""
    for title, kind, acts in found:
        wide = max((cells for group in acts if (cells := len(_keys_text(group))) <= USUAL), default=0)
        rows += [Row("", Text())] * bool(rows)
        words = () if title == before else ((title, ink.strong), "  " * bool(kind))
        before = title
        rows.append(Row("", line(*words, (kind, ink.muted))))
        rows += [_row(group, wide, ink, quiet=group[0].run in idle) for group in acts]
    return rows


def _acts(bindings: Sequence[Binding]) -> list[list[Binding]]:
    """Group bindings by their act, in the order of each act's first binding."""
    acts: dict[tuple[str, str], list[Binding]] = {}
    for binding in bindings:
        acts.setdefault((binding.note, binding.run), []).append(binding)
    return list(acts.values())


def _row(group: Sequence[Binding], wide: int, ink: Ink, *, quiet: bool) -> Row:
    first, keys = group[0], _keys_text(group)
    left = line(
        (keys.ljust(wide), ink.muted if quiet else ink.accent),
        "  ",
        (first.note, ink.muted if quiet else ink.text),
    )
    return Row(" ".join(first.chord), left, search=f"{keys} {first.note} {first.run}")


def _keys_text(group: Sequence[Binding]) -> str:
    return "  ".join(_keys(each) for each in group)


def _keys(binding: Binding) -> str:
    return show(binding.chord) + ("…" if binding.role in (Role.RAW, Role.REGISTER, Role.OPERATOR) else "")
