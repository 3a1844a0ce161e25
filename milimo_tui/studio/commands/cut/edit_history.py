"""Commands for the edit history of a cut or of the film: undo, redo, the tree of states, and jumping to a
state.
"""

from __future__ import annotations

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.store.history.edit_places import PLACES
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE, START
from milimo_tui.studio.commands.cut.current_cut import make_cut_command
from milimo_tui.studio.project import history_tree, undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio


class HistoryScopeArgs(Args):
    whole_project: bool = arg(False, description="the film's edits instead of the cut's")
    any_actor: bool = arg(False, description="also edits of other terminals and programs")


class UndoArgs(HistoryScopeArgs):
    place: str = arg("", description="only edits of a screen: timeline, script, review, film (all others)")


class RedoArgs(UndoArgs):
    branch: str = arg("", description="redo towards this state of another branch (its number, name or id)")


class HistoryArgs(HistoryScopeArgs):
    tree: bool = arg(False, description="show the branches as a tree")


class JumpArgs(HistoryScopeArgs):
    to: str = arg(description="a state, by its number, name or id; start is the beginning")


class NameStateArgs(HistoryScopeArgs):
    name: str = arg(description="the new name; empty removes the name", one_line=True)
    at: str = arg("", description="a state, by number, name or id (default: the present one)")


def _choose_history_scope(studio: Studio, args: HistoryScopeArgs) -> str:
    snapshot = studio.take_snapshot()
    return PROJECT_SCOPE if args.whole_project or snapshot.cut is None else snapshot.cut.id


def _require_editable_scope(studio: Studio, args: HistoryScopeArgs) -> str:
    """Return the history to which an undo or redo applies: the id of a cut, or the film's own history.

    Raises Refused for a frozen cut, unless all its edits changed only notes and markers.
    """
    scope = _choose_history_scope(studio, args)
    cut = studio.take_snapshot().cut
    if cut and cut.frozen and scope == cut.id and not _has_only_note_edits(studio, scope):
        raise Refused(
            f"the cut “{cut.name}” is frozen", "copy it and edit the copy: milimo cut new NAME --copy-of CUT"
        )
    return scope


def _has_only_note_edits(studio: Studio, scope: str) -> bool:
    """Return True if every edit in a history changed only notes and markers. These can be edited on a frozen
    cut too.
    """
    project = studio.require_project()
    edits = project.list_history(scope)
    return all(change.table == "marker" for edit in edits for change in project.list_edit_changes(edit.id))


def _choose_history_actor(studio: Studio, args: HistoryScopeArgs) -> str | None:
    """Return the actor (a user or program) whose edits undo and redo apply to.

    In the studio this is the actor of the current session. None means the edits of all actors, which is the
    default on the command line.
    """
    return None if args.any_actor or studio.actor == "cli" else studio.actor


def _find_step_scope(studio: Studio, args: UndoArgs, *, redo: bool) -> str:
    """Return the id of the history to which the next undo or redo applies: the history of a cut or the
    history of the film. The arguments name the history, or they name the screen on which the user works.

    Raises Refused if that history has nothing to undo or redo. The message then names an edit of the film
    that could be undone or redone.
    """
    if args.place:
        if args.place not in PLACES:
            raise BadInput(f"“{args.place}” is not a place in the history", f"places: {', '.join(PLACES)}")
        scope = undo_scope.choose_undo_scope(
            studio, args.place, _choose_history_actor(studio, args), redo=redo
        )
        return scope if scope == PROJECT_SCOPE else _require_editable_scope(studio, args)
    scope = _require_editable_scope(studio, args)
    file, actor = studio.require_project(), _choose_history_actor(studio, args)
    if scope != PROJECT_SCOPE and file.find_next_step(scope, actor, redo=redo) is None:
        other = file.find_next_step(PROJECT_SCOPE, actor, redo=redo)
        if other is not None:
            act, word = ("redo", "next") if redo else ("undo", "last")
            raise Refused(
                f"there is nothing to {act} in this cut; the film's {word} edit is “{other.step_label}”",
                f"milimo cut {act} --whole-project changes that edit",
            )
    return scope


def _undo_edit(studio: Studio, args: UndoArgs) -> Outcome:
    scope = _find_step_scope(studio, args, redo=False)
    edit = studio.require_project().undo(scope, _choose_history_actor(studio, args))
    return Outcome(data={"edit": edit.id, "label": edit.step_label}, message=f"undone: {edit.step_label}")


def _redo_edit(studio: Studio, args: RedoArgs) -> Outcome:
    file = studio.require_project()
    if args.branch:
        scope = _require_editable_scope(studio, args)
        towards = history_tree.find_history_state(file.list_history(scope), args.branch)
    else:
        scope, towards = _find_step_scope(studio, args, redo=True), ""
    if towards == START:
        raise BadInput("redo can't lead to the beginning", "milimo cut jump start goes to the beginning")
    edit = file.redo(scope, _choose_history_actor(studio, args), towards)
    return Outcome(data={"edit": edit.id, "label": edit.step_label}, message=f"redone: {edit.step_label}")


def _list_history(studio: Studio, args: HistoryArgs) -> Outcome:
    edits = studio.require_project().list_history(_choose_history_scope(studio, args))
    lines = history_tree.make_history_tree(edits)
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
            "here": places[edit.id].is_current,
            "branch": places[edit.id].depth,
            "parent": edit.parent,
            "created": edit.created,
        }
        for edit in edits
    ]
    if args.tree:
        return Outcome(data=rows, text=history_tree.format_history_tree(lines) or "nothing was edited yet")
    return Outcome(data=rows, columns=("number", "label", "actor", "undone"))


def _jump_in_history(studio: Studio, args: JumpArgs) -> Outcome:
    file, scope = studio.require_project(), _require_editable_scope(studio, args)
    jump = file.jump_to_named_state(
        scope,
        _choose_history_actor(studio, args),
        history_tree.find_history_state(file.list_history(scope), args.to),
    )
    where = f"after “{jump.at.step_label}”" if jump.at is not None else "at the beginning"
    steps = [f"{jump.undone} undone"] * bool(jump.undone) + [f"{jump.redone} redone"] * bool(jump.redone)
    data = {"edit": jump.at.id if jump.at else None, "undone": jump.undone, "redone": jump.redone}
    return Outcome(
        data=data, message=f"now {where}: {', '.join(steps) or 'this is the current state already'}"
    )


def _name_history_state(studio: Studio, args: NameStateArgs) -> Outcome:
    file, scope = studio.require_project(), _choose_history_scope(studio, args)
    edits = file.list_history(scope)
    name = check_name(args.name, "a state") if args.name else ""
    if name.isdigit() or name == START:
        raise BadInput(f"“{name}” already means a place in the history", "choose another name for the state")
    at = history_tree.find_history_state(edits, args.at) if args.at else history_tree.get_current_state(edits)
    if at == START:
        raise Refused("the beginning already has a name: start")
    edit = file.name_state(scope, at, name)
    message = (
        f"after “{edit.step_label}”: “{name}”"
        if name
        else f"the state after “{edit.step_label}” has no name now"
    )
    return Outcome(data={"edit": edit.id, "name": name}, message=message)


HISTORY: tuple[Command, ...] = (
    make_cut_command("undo", "Undo", "undo the latest edit", _undo_edit, UndoArgs),
    make_cut_command("redo", "Redo", "redo the edit that was undone", _redo_edit, RedoArgs),
    make_cut_command("history", "Show history", "list the edits so far", _list_history, HistoryArgs),
    make_cut_command(
        "jump", "Jump in history", "go to any state of the history", _jump_in_history, JumpArgs, "to"
    ),
    make_cut_command(
        "name_state",
        "Name a state",
        "give a state of the history a name",
        _name_history_state,
        NameStateArgs,
        "name",
    ),
)
