"""The edits of a cut, or of the film: undo, redo, history."""

from __future__ import annotations

from milimo_tui.core.errors import Refused
from milimo_tui.studio.args import Args, arg
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


class StepArgs(Args):
    whole_project: bool = arg(False, description="the project's edits instead of the cut's")
    any_actor: bool = arg(False, description="the latest in scope, whoever made it")


def _scope(studio: Studio, args: StepArgs) -> str:
    snapshot = studio.snapshot()
    return "project" if args.whole_project or snapshot.cut is None else snapshot.cut.id


def _changeable_scope(studio: Studio, args: StepArgs) -> str:
    """The scope of an undo or redo. Raises Refused for a frozen cut's own edits."""
    scope = _scope(studio, args)
    cut = studio.snapshot().cut
    if cut and cut.frozen and scope == cut.id:
        raise Refused(f"the cut “{cut.name}” is frozen", "copy it: milimo cut new NAME --copy-of CUT")
    return scope


def _actor(studio: Studio, args: StepArgs) -> str | None:
    """The command line undoes the latest in scope; a screen its own."""
    return None if args.any_actor or studio.actor == "cli" else studio.actor


def _undo(studio: Studio, args: StepArgs) -> Outcome:
    edit = studio.project().undo(_changeable_scope(studio, args), _actor(studio, args))
    return Outcome(data={"edit": edit.id, "label": edit.words}, message=f"undone: {edit.words}")


def _redo(studio: Studio, args: StepArgs) -> Outcome:
    edit = studio.project().redo(_changeable_scope(studio, args), _actor(studio, args))
    return Outcome(data={"edit": edit.id, "label": edit.words}, message=f"done again: {edit.words}")


def _history(studio: Studio, args: StepArgs) -> Outcome:
    edits = studio.project().history(_scope(studio, args))
    rows = [
        {
            "id": edit.id,
            "label": edit.label,
            "actor": edit.actor,
            "undone": not edit.applied,
            "created": edit.created,
        }
        for edit in edits
    ]
    return Outcome(data=rows, columns=("label", "actor", "undone"))


HISTORY: tuple[Command, ...] = (
    Command("cut.undo", "Undo", "undo the latest edit", _undo, StepArgs, needs_project, cli="cut undo"),
    Command("cut.redo", "Redo", "do the undone edit again", _redo, StepArgs, needs_project, cli="cut redo"),
    Command(
        "cut.history", "History", "the edits so far", _history, StepArgs, needs_project, cli="cut history"
    ),
)
