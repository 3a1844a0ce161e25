"""`line lay`: put the picked takes of lines on dialogue tracks of the current cut."""

from __future__ import annotations

from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.cut.sound.laid_lines import LineChanges, count_line_changes, lay_spoken_lines
from milimo_tui.studio.commands.cut.current_cut import get_current_cut, save_cut_edit
from milimo_tui.studio.commands.voice.line_names import (
    LINES_HELP,
    find_lines,
    load_film_lines,
    select_scene_lines,
)
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_laying import plan_line_laying


class LineLayArgs(Args):
    lines: tuple[str, ...] = arg((), description=f"{LINES_HELP} (default: all lines)")
    scene: str = arg("", description="only the lines of this scene")
    dry_run: bool = arg(False, description="only show what would be laid")


def _lay_lines(studio: Studio, args: LineLayArgs) -> Outcome:
    """Lay lines as one undo step. Lines that are there already stay where the user put them."""
    film = load_film_lines(studio)
    states = find_lines(studio, film, args.lines) if args.lines else list(film.states)
    if args.scene:
        here = {state.name for state in select_scene_lines(studio, film, args.scene)}
        states = [state for state in states if state.name in here]
    plan = plan_line_laying(studio.take_snapshot().story, film, states)
    rows = [
        {
            "line": state.name,
            "start": round(float(state.time.start), 3),
            "seconds": round(float(state.time.seconds), 3),
            "speed": round(float(state.time.speed), 4),
            "effect": state.effect.value,
        }
        for state in plan.laid
    ]
    many = format_count(len(plan.laid), "line")
    data = {"lines": rows, "notes": list(plan.notes)}
    text = "\n".join(plan.notes)
    if args.dry_run:
        return Outcome(data=data, text=text, message=f"{many} to lay")
    before = get_current_cut(studio)
    after = lay_spoken_lines(before, plan.sounds, new_id=new_id)
    changes = count_line_changes(before, after, plan.sounds)
    done = save_cut_edit(studio, _make_label(changes), before, after)
    return Outcome(data={**data, **done.data}, text=text, message=_describe_line_changes(changes))


def _make_label(changes: LineChanges) -> str:
    """Return the label of the edit, for the history."""
    if changes.laid:
        return f"lay {format_count(changes.laid, 'line')}"
    return f"remove {format_count(changes.removed, 'line')}" if changes.removed else "mute shots with lines"


def _describe_line_changes(changes: LineChanges) -> str:
    """Return a message such as “laid 4 lines; 3 were there already”."""
    clauses = [
        f"{verb} {format_count(count, 'line')}"
        for verb, count in (("laid", changes.laid), ("removed", changes.removed))
        if count
    ]
    if changes.present:
        count = f"{changes.present:,}" if clauses else format_count(changes.present, "line")
        clauses.append(f"{count} {'was' if changes.present == 1 else 'were'} there already")
    return "; ".join(clauses) or "there is no line to lay"


LAY = Command(
    "line.lay",
    "Lay lines",
    "put the spoken lines on dialogue tracks of the cut, at their times in the shots",
    _lay_lines,
    LineLayArgs,
    refuse_without_film,
    cli="line lay",
    positional=("lines",),
)
