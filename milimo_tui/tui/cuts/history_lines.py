"""The edit history as rows: the tree of states with numbers and names, and the details of one state. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from milimo_tui.core.format import format_count, format_event_time
from milimo_tui.studio.project.history_tree import HistoryLine, HistoryState, get_last_actor
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_line, wrap_words

HERE = "◀ here"


def format_history_headings(lines: Sequence[HistoryLine], ink: TextStyles, now: float) -> tuple[Text, Text]:
    """Return the headings of the list's columns: first those at the left edge, then those at the right
    edge.
    """
    time_heading = f"{'when':<{max((len(_format_state_time(each.state, now)) for each in lines), default=0)}}"
    return join_line((f"{'no':>{_measure_number_width(lines) + 1}}  what was done", ink.muted)), join_line(
        (f"name  {time_heading}", ink.muted)
    )


def build_history_rows(lines: Sequence[HistoryLine], ink: TextStyles, now: float) -> list[Row]:
    """Return a row for each state. If several people have edited, a heading with a person's name precedes the
    states of that person.
    """
    hands = {each.state.lineage for each in lines}
    wide = _measure_number_width(lines)
    out: list[Row] = []
    for each in lines:
        state = each.state
        if not state.number and len(hands) > 1:
            out += [Row("", Text())] * bool(out)
            out.append(Row("", join_line((f"edits by {get_last_actor(lines, state.lineage)}", ink.strong))))
        style = ink.muted if not state.applied else ink.strong if each.is_current else ink.text
        left = join_line(
            (f"{state.number or '':>{wide}}  ", ink.muted),
            (f"{each.tree_drawing} ", ink.accent if state.applied else ink.muted),
            (state.words, style),
            (f"  {len(state.edits)} edits" if len(state.edits) > 1 else "", ink.muted),
        )
        tags = [f"“{state.state_name}”"] * bool(state.state_name) + [HERE] * each.is_current
        right = join_line(
            (f"{'  '.join(tags)}  " if tags else "", ink.accent), (_format_state_time(state, now), ink.muted)
        )
        key = state.id if state.number or len(hands) == 1 else ""
        out.append(Row(key, left, right, f"{state.words} {state.state_name}"))
    return out


def build_state_detail_rows(
    lines: Sequence[HistoryLine], each: HistoryLine, here: str, ink: TextStyles, now: float, width: int
) -> list[Row]:
    """Return rows that describe a state: the change, its author and time, its edits, and the effect of going
    to it from the state `here`.
    """
    state, last = each.state, each.state.newest_edit
    author = "" if last is None else "the command line" if last.actor == "cli" else last.actor
    named = f"“{state.state_name}”" if state.state_name else ""
    facts = "  ".join(part for part in (author, _format_state_time(state, now)) if part)
    rows = [(part, ink.strong) for part in wrap_words(state.words, width)]
    rows += [(part, style) for part, style in ((named, ink.accent), (facts, ink.muted)) if part]
    rows += [(part, ink.text) for part in wrap_words(_describe_jump(lines, here, state), width)]
    if len(state.edits) > 1:
        rows += [("", ink.text), (format_count(len(state.edits), "edit") + " in one step", ink.muted)]
        rows += [(part, ink.text) for edit in state.edits for part in wrap_words(edit.label, width)]
    return [Row("", join_line(row)) for row in rows]


def _describe_jump(lines: Sequence[HistoryLine], here: str, to: HistoryState) -> str:
    """Return a sentence on the effect of Enter: how many edits are undone and redone to get from the state
    `here` to the state `to`.
    """
    states = {each.state.id: each.state for each in lines if each.state.lineage == to.lineage}
    if here not in states:
        return "another person's edits"
    if to.id == here:
        return "you are here"
    back, on = _list_ancestor_states(states, here), _list_ancestor_states(states, to.id)
    undone = sum(len(state.edits) for state in back if state not in on)
    again = sum(len(state.edits) for state in on if state not in back)
    steps = [f"{undone} undone"] * bool(undone) + [f"{again} redone"] * bool(again)
    return f"Enter goes there: {', '.join(steps)}"


def _list_ancestor_states(states: Mapping[str, HistoryState], to: str) -> list[HistoryState]:
    """Return the state `to` and all states before it, back to the first."""
    out = []
    while to in states and states[to].number:
        out.append(states[to])
        to = states[to].parent
    return out


def _format_state_time(state: HistoryState, now: float) -> str:
    return format_event_time(state.edits[-1].created, now) if state.edits else ""


def find_current_state(lines: Sequence[HistoryLine], actor: str) -> str:
    """Return the id of the current state of an actor's edits.

    If the actor has made no edits, return the current state of the last person's edits; empty if there are no
    states.
    """
    own = {each.state.lineage for each in lines for edit in each.state.edits if edit.actor == actor}
    states = [each.state for each in lines if each.is_current]
    return next((state.id for state in states if state.lineage in own), states[-1].id if states else "")


def _measure_number_width(lines: Sequence[HistoryLine]) -> int:
    """Return the width in cells of the longest state number."""
    return max((len(str(each.state.number)) for each in lines), default=1)
