"""Commands for the edit history of a cut or of the film: undo, redo, the tree of states, and jumping to a
state.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.store.history.edit_places import PLACES
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE, START
from milimo_tui.studio.commands.cut.current_cut import cut_command
from milimo_tui.studio.project import history_tree, undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio


class StepArgs(Args):
    whole_project: bool = arg(False, description="the film's edits instead of the cut's")
    any_actor: bool = arg(False, description="the latest in scope, whoever made it")


class WalkArgs(StepArgs):
    place: str = arg(
        "", description="what belongs to a screen instead: timeline, script, review, film (all others)"
    )


class RedoArgs(WalkArgs):
    branch: str = arg("", description="towards this state, by its number, name or id: another branch")


class HistoryArgs(StepArgs):
    tree: bool = arg(False, description="as a tree, with its branches")


class JumpArgs(StepArgs):
    to: str = arg(description="a state, by its number, name or id; start is the beginning")


class NameStateArgs(StepArgs):
    name: str = arg(description="what to call it; empty takes its name away")
    at: str = arg("", description="a state, by its number, name or id; the one the cut is in when left out")


def _scope(studio: Studio, args: StepArgs) -> str:
    snapshot = studio.snapshot()
    return PROJECT_SCOPE if args.whole_project or snapshot.cut is None else snapshot.cut.id


def _changeable_scope(studio: Studio, args: StepArgs) -> str:
    """Return the scope of an undo or redo.

    Raises Refused for the edits of a frozen cut, unless all of them are edits of notes and markers.
    """
    scope = _scope(studio, args)
    cut = studio.snapshot().cut
    if cut and cut.frozen and scope == cut.id and not _notes_alone(studio, scope):
        raise Refused(
            f"the cut “{cut.name}” is frozen", "copy it and edit the copy: milimo cut new NAME --copy-of CUT"
        )
    return scope


def _notes_alone(studio: Studio, scope: str) -> bool:
    """Return True if every edit of a scope changed only notes and markers, as on a frozen copy."""
    project = studio.project()
    edits = project.history(scope)
    return all(change.table == "marker" for edit in edits for change in project.changes(edit.id))


def _actor(studio: Studio, args: StepArgs) -> str | None:
    """Return the actor whose edits are undone: None (everybody) for the command line, else the screen's own
    actor.
    """
    return None if args.any_actor or studio.actor == "cli" else studio.actor


def _scope_to_walk(studio: Studio, args: WalkArgs, *, redo: bool) -> str:
    """Return the scope of the next undo or redo: the given screen's, or the history that the arguments name.

    Raises Refused if that history has nothing to undo or redo; the message names the film's edit that could
    be.
    """
    if args.place:
        if args.place not in PLACES:
            raise BadInput(f"there is no place “{args.place}”", f"places: {', '.join(PLACES)}")
        scope = undo_scope.scope_at(studio, args.place, _actor(studio, args), redo=redo)
        return scope if scope == PROJECT_SCOPE else _changeable_scope(studio, args)
    scope = _changeable_scope(studio, args)
    file, actor = studio.project(), _actor(studio, args)
    if scope != PROJECT_SCOPE and file.next_step(scope, actor, redo=redo) is None:
        other = file.next_step(PROJECT_SCOPE, actor, redo=redo)
        if other is not None:
            act, word = ("redo", "next") if redo else ("undo", "last")
            raise Refused(
                f"there is nothing to {act} in this cut; the film's {word} edit is “{other.words}”",
                f"milimo cut {act} --whole-project",
            )
    return scope


def _undo(studio: Studio, args: WalkArgs) -> Outcome:
    scope = _scope_to_walk(studio, args, redo=False)
    edit = studio.project().undo(scope, _actor(studio, args))
    return Outcome(data={"edit": edit.id, "label": edit.words}, message=f"undone: {edit.words}")


def _redo(studio: Studio, args: RedoArgs) -> Outcome:
    file = studio.project()
    if args.branch:
        scope = _changeable_scope(studio, args)
        towards = history_tree.find(file.history(scope), args.branch)
    else:
        scope, towards = _scope_to_walk(studio, args, redo=True), ""
    if towards == START:
        raise BadInput("nothing leads forward to the beginning", "milimo cut jump start goes there")
    edit = file.redo(scope, _actor(studio, args), towards)
    return Outcome(data={"edit": edit.id, "label": edit.words}, message=f"done again: {edit.words}")


def _history(studio: Studio, args: HistoryArgs) -> Outcome:
    edits = studio.project().history(_scope(studio, args))
    lines = history_tree.tree(edits)
    places = {edit.id: line for line in lines for edit in line.state.edits}
    rows = [
        {
            "id": edit.id,
            "number": places[edit.id].state.number,
            "label": edit.label,
            "step": edit.step,
            "name": edit.name,
            "actor": edit.actor,
            "undone": not edit.applied,
            "here": places[edit.id].here,
            "branch": places[edit.id].depth,
            "parent": edit.parent,
            "created": edit.created,
        }
        for edit in edits
    ]
    if args.tree:
        return Outcome(data=rows, text=history_tree.as_text(lines) or "nothing was edited yet")
    return Outcome(data=rows, columns=("number", "label", "actor", "undone"))


def _jump(studio: Studio, args: JumpArgs) -> Outcome:
    file, scope = studio.project(), _changeable_scope(studio, args)
    jump = file.jump(scope, _actor(studio, args), history_tree.find(file.history(scope), args.to))
    where = f"after “{jump.at.words}”" if jump.at is not None else "at the beginning"
    steps = [f"{jump.undone} undone"] * bool(jump.undone) + [f"{jump.redone} done again"] * bool(jump.redone)
    data = {"edit": jump.at.id if jump.at else None, "undone": jump.undone, "redone": jump.redone}
    return Outcome(data=data, message=f"now {where}: {', '.join(steps) or 'you were there'}")


def _name_state(studio: Studio, args: NameStateArgs) -> Outcome:
    file, scope = studio.project(), _scope(studio, args)
    edits = file.history(scope)
    name = check_name(args.name, "a state") if args.name else ""
    if name.isdigit() or name == START:
        raise BadInput(f"“{name}” says a place in the history already", "give the state a word for a name")
    at = history_tree.find(edits, args.at) if args.at else history_tree.current(edits)
    if at == START:
        raise Refused("the beginning has a name already: start")
    edit = file.name_state(scope, at, name)
    message = f"after “{edit.words}”: “{name}”" if name else f"the state after “{edit.words}” has no name now"
    return Outcome(data={"edit": edit.id, "name": name}, message=message)


HISTORY: tuple[Command, ...] = (
    cut_command("undo", "Undo", "undo the latest edit", _undo, WalkArgs),
    cut_command("redo", "Redo", "do the undone edit again", _redo, RedoArgs),
    cut_command("history", "History", "the edits so far", _history, HistoryArgs),
    cut_command("jump", "Jump in history", "go to any state of the history", _jump, JumpArgs, "to"),
    cut_command("name_state", "Name a state", "to find it again", _name_state, NameStateArgs, "name"),
)
