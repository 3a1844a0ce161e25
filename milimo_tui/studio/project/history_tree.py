"""The edit history as a tree of states, in which undone edits form branches.

All functions are pure and work on the edits that the store recorded. The command line prints the tree, and
the studio shows it in a panel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import NotFound
from milimo_tui.store.rows.stored_values import START, Edit

FIRST = "the beginning"


@dataclass(frozen=True, slots=True)
class HistoryState:
    """A node of the history tree: the state of the film or cut after an edit, or after several edits made as
    one step.

    - `id` names the state when the user jumps to it. `number` is its position by age, from 1.
    - `lineage` is the id of a line of work: the sequence of edits that one user made. The state before the
      first of these edits has the id `START` and the number 0.
    - `applied` is False if the state is undone.
    """

    id: str
    number: int
    words: str
    edits: tuple[Edit, ...] = ()
    parent: str = START
    lineage: str = ""
    applied: bool = True

    @property
    def state_name(self) -> str:
        """The name that the user gave the state, or an empty string."""
        return next((edit.name for edit in reversed(self.edits) if edit.name), "")

    @property
    def newest_edit(self) -> Edit | None:
        """The last edit of the state, or None for the beginning."""
        return self.edits[-1] if self.edits else None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of the history tree as it is displayed.

    `depth` is the indentation: 0 for states on the main line of work, greater for states on branches. `forks`
    is True for the first state of a branch. `is_current` is True for the current state.
    """

    state: HistoryState
    depth: int = 0
    forks: bool = False
    is_current: bool = False

    @property
    def tree_drawing(self) -> str:
        """The glyphs of the state in the tree: `●` applied, `○` undone, branches indented."""
        glyph = "●" if self.state.applied else "○"
        if not self.depth:
            return glyph
        return "│ " * (self.depth - 1) + ("├╴" if self.forks else "│ ") + glyph


def list_history_states(edits: Sequence[Edit]) -> tuple[HistoryState, ...]:
    """Return the states that the edits produced; edits that were made as one step produce one state.

    `edits` are sorted oldest first.
    """
    groups: dict[object, list[Edit]] = {}
    for edit in edits:
        # A macro can undo some of its own edits. These become a separate branch, so they must not be grouped
        # with the rest.
        moved = 0 if edit.applied else edit.moved
        key = (edit.bundle, edit.lineage, edit.applied, moved) if edit.bundle else edit.id
        groups.setdefault(key, []).append(edit)
    state_of = {edit.id: group[-1].id for group in groups.values() for edit in group}
    return tuple(
        HistoryState(
            group[-1].id,
            number,
            group[-1].step_label,
            tuple(group),
            state_of.get(group[0].parent, START),
            group[0].lineage,
            group[0].applied,
        )
        for number, group in enumerate(groups.values(), 1)
    )


def make_history_tree(edits: Sequence[Edit]) -> tuple[HistoryLine, ...]:
    """Return the lines that display the edits as a tree. The edits of each user form a separate group, which
    begins with the state before the user's first edit.
    """
    by_lineage: dict[str, list[HistoryState]] = defaultdict(list)
    for state in list_history_states(edits):
        by_lineage[state.lineage].append(state)
    return tuple(line for lineage in by_lineage.values() for line in _walk_lineage(lineage))


def _walk_lineage(all: Sequence[HistoryState]) -> Iterator[HistoryLine]:
    children: dict[str, list[HistoryState]] = defaultdict(list)
    for state in all:
        children[state.parent].append(state)
    applied = [state.id for state in all if state.applied]
    here = applied[-1] if applied else START
    first = HistoryState(START, 0, FIRST, lineage=all[0].lineage)
    # A loop replaces recursion here, because a line of work can have thousands of edits.
    pending: list[HistoryLine] = [HistoryLine(first, is_current=here == START)]
    while pending:
        line = pending.pop()
        yield line
        following = sorted(children[line.state.id], key=_continuation_order)
        if following:
            *branches, main = following
            pending.append(HistoryLine(main, line.depth, is_current=main.id == here))
            pending += [
                HistoryLine(each, line.depth + 1, forks=True, is_current=each.id == here)
                for each in branches[::-1]
            ]


def _continuation_order(state: HistoryState) -> tuple[bool, int, int]:
    """Return a sort key for the states that follow the same state. The last of the sorted states continues
    the main line, and the others become branches.

    A state that is applied sorts last. If none is applied, the state that was undone most recently sorts
    last.
    """
    last = state.edits[-1]
    return state.applied, last.moved, state.number


def find_history_state(edits: Sequence[Edit], words: str) -> str:
    """Return the id of a state by its number, id or name; `START` for the beginning. Raises NotFound."""
    if words in (START, "0"):
        return START
    every = tuple(list_history_states(edits))
    for state in every:
        if words == str(state.number) or words in {edit.id for edit in state.edits}:
            return state.id
    # Numbers have priority, so that a name such as `7` can't hide the state with the number 7.
    for state in every:
        if words and words == state.state_name:
            return state.id
    raise NotFound(
        f"there is no state “{words}” in this history", "milimo cut history --tree shows the states"
    )


def get_current_state(edits: Sequence[Edit]) -> str:
    """Return the id of the state that was reached last by any user; `START` if all edits are undone."""
    here = {line.state.lineage: line.state.id for line in make_history_tree(edits) if line.is_current}
    last = max(edits, key=lambda edit: edit.moved, default=None)
    return here[last.lineage] if last is not None else START


def format_history_tree(lines: Sequence[HistoryLine]) -> str:
    """Return the tree as plain text: number, position in the tree, words and notes of each state."""
    hands = {line.state.lineage for line in lines}
    wide = max((len(str(line.state.number)) for line in lines), default=1)
    out: list[str] = []
    for line in lines:
        state = line.state
        if state.id == START and len(hands) > 1:
            out += [""] * bool(out) + [f"edits of {get_last_actor(lines, state.lineage)}"]
        notes = [f"“{state.state_name}”"] * bool(state.state_name) + ["◀ here"] * line.is_current
        number = str(state.number) if state.number else ""
        out.append(f"{number:>{wide}}  {line.tree_drawing} {'   '.join([state.words, *notes])}")
    return "\n".join(out)


def get_last_actor(lines: Sequence[HistoryLine], lineage: str) -> str:
    """Return the user who made the last edit of a line of work."""
    edits = [edit for line in lines if line.state.lineage == lineage for edit in line.state.edits]
    actor = max(edits, key=lambda edit: edit.created).actor if edits else ""
    return "the command line" if actor == "cli" else actor
