"""The cheat sheet: every key that works at the present place, in the present mode, grouped by task.

A chord that a nearer context has redefined is not listed again. Enter types the keys of a line. `/` filters
by what the user wants to do, in their own words; it also finds acts that have no key here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text

from milimo_tui.core.paths import DOCS
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.keymap import Binding, Keymap, Role, format_chord, is_selecting
from milimo_tui.tui.keys.synonyms import get_synonyms
from milimo_tui.tui.keys.tasks import ORDER, get_key_task
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.column_rows import CONTINUATION, ColumnRows
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

USUAL = 12  # Width of the key column in cells; longer keys push their description to the right.
NARROW = 31  # Width of a row in cells: two columns fit on a terminal of 80 cells, three on 120, five on 200.
SHORT = 30  # Number of keys of a context that can be read at a glance.
# Prefix of the row key of a command without a key here; such a row runs the command id after it.
COMMAND = "command:"


class KeySheet(Overlay):
    """Panel of all keys. Dismisses with the chord of the chosen line, keys separated by blanks; empty when
    closed.

    For a command without a key here it dismisses with `COMMAND` and the id.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("key_sheet", "overlay")

    def __init__(
        self,
        heading: str,
        rows: Sequence[Row],
        foot: str = "",
        elsewhere: Callable[[str], Sequence[Row]] = lambda words: (),
    ) -> None:
        """Create the sheet. `elsewhere` returns rows of commands that match some words and have no key
        here.
        """
        super().__init__(heading, rows, "Enter runs it   {ui.search} searches   Esc closes", foot=foot)
        self._elsewhere = elsewhere

    def _filter_rows(self, words: str) -> None:
        """Show the acts that match the words, with a key here or without; synonyms for the acts match too."""
        here = filter_act_rows(self.first_rows, words)
        self.rows.show_rows([*here, *(self._elsewhere(words) if words.strip() else ())])

    def make_rows_widget(self) -> Rows:
        return ColumnRows(id="panel-rows")

    @action
    def act_right(self, key_command: KeyCommand) -> None:
        self.columns.act_right(key_command)

    @action
    def act_left(self, key_command: KeyCommand) -> None:
        self.columns.act_left(key_command)

    @property
    def columns(self) -> ColumnRows:
        """The rows, in several columns."""
        return self.query_one(ColumnRows)


def filter_act_rows(rows: Sequence[Row], words: str) -> list[Row]:
    """Return the rows of acts that contain every word, synonyms included, under their headings."""
    wanted, out = words.casefold().split(), list[Row]()
    if not wanted:
        return list(rows)
    heading: Row | None = None
    taken = False  # Whether the last act matched; its continuation rows are then included.
    for row in rows:
        plain = row.left.plain
        if not row.key and plain.startswith(CONTINUATION):
            out += [row] * taken
        elif not row.key:
            heading, taken = (row if plain.strip() else heading), False
        else:
            taken = all(word in f"{plain} {row.search}".casefold() for word in wanted)
            if taken:
                out += [heading, row] if heading is not None else [row]
                heading = None
    return out


def find_manual_page(keymap: Keymap, contexts: Sequence[str]) -> str:
    """Return the path of the docs page on these contexts; empty if the docs are not installed. Reads the
    disk.
    """
    page = next((keymap.pages[context] for context in contexts if context in keymap.pages), "")
    return str(DOCS / page) if page and (DOCS / page).is_file() else ""


def list_reachable_bindings(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, list[Binding]]]:
    """List the bindings in force by context, nearest first, without keys that a nearer context redefines."""
    taken: set[tuple[str, ...]] = set()
    in_visual = is_selecting(contexts)
    out = []
    for context in contexts:
        table = keymap.by_context.get(context, {})
        own = [binding for chord, binding in table.items() if chord not in taken]
        taken |= table.keys()
        if in_visual:  # In visual mode `i` begins a text object.
            begins = {each.chord[:1] for each in own if each.role is Role.OBJECT}
            own = [each for each in own if each.role is not Role.ACT or each.chord not in begins]
        out.append((context, own))
    return [(context, own) for context, own in out if own]


def group_bindings_by_task(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, list[Binding]]]:
    """Group the bindings in force: first those of this place alone, if they are few, then all others by
    task.
    """
    found = list_reachable_bindings(keymap, contexts)
    out: list[tuple[str, list[Binding]]] = []
    if found and len(found[0][1]) <= SHORT:
        (context, own), *found = found
        out.append((keymap.titles[context], own))
    by_task: dict[str, list[Binding]] = {}
    for _, bindings in found:
        for binding in bindings:
            by_task.setdefault(get_key_task(binding), []).append(binding)
    return [*out, *((task, by_task[task]) for task in ORDER if task in by_task)]


def key_rows(
    keymap: Keymap, contexts: Sequence[str], ink: TextStyles, idle: Collection[str] = (), most: int = 0
) -> list[Row]:
    """List every key that works here, the keys of one act on one line, grouped by task.

    Commands in `idle`, which can do nothing now, are muted. Text that does not fit into `most` cells
    continues in the row below, without alias keys; 0 means no limit.
    """
    rows: list[Row] = []
    for title, bindings in group_bindings_by_task(keymap, contexts):
        acts = [
            _drop_long_aliases(group) if most else list(group) for group in _group_bindings_by_act(bindings)
        ]
        wide = max((cells for group in acts if (cells := len(_format_act_keys(group))) <= USUAL), default=0)
        rows += [Row("", Text())] * bool(rows)
        rows.append(Row("", join_line((title, ink.strong))))
        for group in acts:
            rows += _make_act_rows(group, wide, ink, most, quiet=group[0].run in idle)
    return rows


def _drop_long_aliases(group: Sequence[Binding]) -> list[Binding]:
    """Leave out alias keys of an act if the keys are too long for their column."""
    if len(_format_act_keys(group)) <= USUAL:
        return list(group)
    return [each for each in group if not each.alias] or list(group[:1])


def _group_bindings_by_act(bindings: Sequence[Binding]) -> list[list[Binding]]:
    """Group bindings by their act, in the order of each act's first binding."""
    acts: dict[tuple[str, str], list[Binding]] = {}
    for binding in bindings:
        acts.setdefault((binding.note, binding.run), []).append(binding)
    return list(acts.values())


def _make_act_rows(
    group: Sequence[Binding], wide: int, ink: TextStyles, most: int, *, quiet: bool
) -> list[Row]:
    """Return the row of an act, and continuation rows for words that do not fit."""
    first, keys = group[0], _format_act_keys(group)
    lead = keys.ljust(wide) + "  "
    words = wrap_words(first.note, max(12, most - len(lead))) if most else [first.note]
    style = ink.muted if quiet else ink.text
    left = join_line((lead, ink.muted if quiet else ink.accent), (words[0], style))
    search = " ".join((keys, first.note, first.run, *get_synonyms(first.run)))
    rows = [Row(" ".join(first.chord), left, search=search)]
    return rows + [
        Row("", join_line((f"{CONTINUATION}{' ' * wide}", style), (more, style))) for more in words[1:]
    ]


def _format_act_keys(group: Sequence[Binding]) -> str:
    return "  ".join(_format_binding_keys(each) for each in group)


def _format_binding_keys(binding: Binding) -> str:
    return format_chord(binding.chord) + (
        "…" if binding.role in (Role.RAW, Role.REGISTER, Role.OPERATOR) else ""
    )
