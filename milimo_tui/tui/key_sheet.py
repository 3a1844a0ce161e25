"""The cheat sheet: every key that acts where one is, in the mode one is in, from the keymap in force.

A chord that a nearer context has taken over is not listed again. Enter types the keys of a line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.text import Text

from milimo_tui.tui.keymap import Binding, Keymap, Role, show
from milimo_tui.tui.overlay import Overlay
from milimo_tui.tui.theme import Ink
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit, line

WIDEST = 24  # cells of keys


class KeySheet(Overlay):
    """Dismisses with the chord of the chosen line (keys with blanks between), empty when closed."""

    def __init__(self, heading: str, rows: Sequence[Row]) -> None:
        super().__init__(heading, rows, "Enter does it   / filters   Esc closes")


def reachable(keymap: Keymap, contexts: Sequence[str]) -> list[tuple[str, list[Binding]]]:
    """The bindings in reach by context, nearest first; none whose keys mean something nearer by."""
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


def key_rows(keymap: Keymap, contexts: Sequence[str], ink: Ink, idle: Collection[str] = ()) -> list[Row]:
    """Every key that acts here, those of one act on one line; what can do nothing now (`idle`) is quiet."""
    rows: list[Row] = []
    for context, bindings in reachable(keymap, contexts):
        if rows:
            rows.append(Row("", Text()))
        rows.append(Row("", line((keymap.titles[context], ink.strong))))
        acts: dict[tuple[str, str], list[Binding]] = {}
        for binding in bindings:
            acts.setdefault((binding.note, binding.run), []).append(binding)
        told = {act: "  ".join(_keys(each) for each in group) for act, group in acts.items()}
        wide = min(WIDEST, max(map(len, told.values())))
        for act, group in acts.items():
            note, run = act
            quiet = run in idle
            rows.append(
                Row(
                    " ".join(group[0].chord),
                    line(
                        (fit(told[act], wide), ink.muted if quiet else ink.accent),
                        "  ",
                        (note, ink.muted if quiet else ink.text),
                    ),
                    line(("" if group[0].is_ui else run, ink.muted)),
                    search=f"{told[act]} {note} {run}",
                )
            )
    return rows


def _keys(binding: Binding) -> str:
    return show(binding.chord) + ("…" if binding.role in (Role.RAW, Role.REGISTER, Role.OPERATOR) else "")
