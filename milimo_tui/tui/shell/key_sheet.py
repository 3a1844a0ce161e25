"""The panel that lists every key of the current screen and mode, grouped by task.

If a mode gives a key another meaning than its screen, only the mode's meaning is listed. Enter on a row
performs its keys. `/` filters the rows by words for the task, including synonyms. The filter also finds
commands that have no key here.
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

USUAL = 12  # Normal width of the column with keys, in cells. Longer keys push their description to the right.
# Width of a row in cells, chosen so that two columns of rows fit into 80 cells, three into 120 and five into
# 200.
NARROW = 31
# A context with more keys than this gets no group of its own in the list, because more keys can't be read at
# a glance. Its keys are grouped by task instead.
SHORT = 30
# Row keys with this prefix are for commands without a key here. The command's id follows the prefix.
COMMAND = "command:"


class KeySheet(Overlay):
    """The panel with all keys. Its result is the chord of the chosen row, with blanks between the keys; empty
    if the panel was closed.

    For a command without a key here, the result is `COMMAND` followed by the command's id.
    """

    CONTEXTS: ClassVar[tuple[str, ...]] = ("key_sheet", "overlay")

    def __init__(
        self,
        heading: str,
        rows: Sequence[Row],
        foot: str = "",
        elsewhere: Callable[[str], Sequence[Row]] = lambda words: (),
    ) -> None:
        """Create the panel. `elsewhere` is called with the words that the user typed into the filter. It
        returns rows for matching commands that have no key on this screen.
        """
        super().__init__(heading, rows, "Enter runs it   {ui.search} searches   Esc closes", foot=foot)
        self._elsewhere = elsewhere

    def _filter_rows(self, words: str) -> None:
        """Show the rows of actions that match the words or are synonyms, then commands that match and have no
        key here.
        """
        rows = filter_act_rows(self.first_rows, words)
        self.rows.show_rows([*rows, *(self._elsewhere(words) if words.strip() else ())])

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
        """The widget that shows the rows in several columns."""
        return self.query_one(ColumnRows)


def filter_act_rows(rows: Sequence[Row], words: str) -> list[Row]:
    """Return the rows of actions whose text or synonyms contain every word of `words`, each group under its
    heading. Return all rows if `words` is empty.
    """
    wanted, out = words.casefold().split(), list[Row]()
    if not wanted:
        return list(rows)
    heading: Row | None = None
    # True if the action in the row above matched. The rows that continue its text are then included too.
    taken = False
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
    """Return the path of the manual page for the first of `contexts` that has one. Return an empty string if
    the manual is not installed. Reads the disk.
    """
    page = next((keymap.pages[context] for context in contexts if context in keymap.pages), "")
    return str(DOCS / page) if page and (DOCS / page).is_file() else ""


def list_reachable_bindings(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, list[Binding]]]:
    """Return pairs of a keymap context and its key bindings, in the order of `contexts`. If two contexts bind
    the same key, only the binding of the earlier context works, so the other binding is left out.
    """
    taken: set[tuple[str, ...]] = set()
    in_visual = is_selecting(contexts)
    out = []
    for context in contexts:
        table = keymap.by_context.get(context, {})
        own = [binding for chord, binding in table.items() if chord not in taken]
        taken |= table.keys()
        if in_visual:  # In visual mode `i` begins a text object and has no meaning of its own.
            begins = {each.chord[:1] for each in own if each.role is Role.OBJECT}
            own = [each for each in own if each.role is not Role.ACT or each.chord not in begins]
        out.append((context, own))
    return [(context, own) for context, own in out if own]


def group_bindings_by_task(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, list[Binding]]]:
    """Return the key bindings that work in `contexts`, as pairs of a group's title and its bindings. If the
    first context has few bindings, they form the first group. All others are grouped by task.
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
    """Return rows with every key that works here, grouped by task. All keys of an action are in one row.

    The rows of commands in `idle`, which can do nothing now, are muted. `most` is the maximum width in cells;
    0 means no limit. If there is a limit, a long text continues in the next row, and alias keys that are too
    wide are left out.
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
    """Return the bindings of an action without its alias keys, if all keys together are too wide for their
    column.
    """
    if len(_format_act_keys(group)) <= USUAL:
        return list(group)
    return [each for each in group if not each.alias] or list(group[:1])


def _group_bindings_by_act(bindings: Sequence[Binding]) -> list[list[Binding]]:
    """Return the bindings grouped into one list for each action, because several keys may perform the same
    action. The lists are in the order in which the actions first occur in `bindings`.
    """
    acts: dict[tuple[str, str], list[Binding]] = {}
    for binding in bindings:
        acts.setdefault((binding.note, binding.run), []).append(binding)
    return list(acts.values())


def _make_act_rows(
    group: Sequence[Binding], wide: int, ink: TextStyles, most: int, *, quiet: bool
) -> list[Row]:
    """Return the row with the keys and the text of an action. Words that do not fit into `most` cells follow
    in continuation rows. `wide` is the width of the column of keys, in cells. If `quiet` is True, the row is
    muted.
    """
    first, keys = group[0], _format_act_keys(group)
    prefix = keys.ljust(wide) + "  "
    words = wrap_words(first.note, max(12, most - len(prefix))) if most else [first.note]
    style = ink.muted if quiet else ink.text
    left = join_line((prefix, ink.muted if quiet else ink.accent), (words[0], style))
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
