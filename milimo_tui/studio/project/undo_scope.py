"""Choose the edit that undo or redo affects on the current screen, and build the message if there is no such
edit.

Each edit belongs to the screen on which it was made:
- Script, timeline and review have their own edits. Edits of a cut belong to the timeline.
- All other screens share their edits with the command line.
- Shared edits also belong to review if they rate, pick or reject takes. They also belong to the script if
  they change or commit the screenplay.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.changes import RowChange
from milimo_tui.core.errors import Refused
from milimo_tui.core.screens import ScreenName
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.history.edit_places import (
    FILM,
    REVIEW,
    SCRIPT,
    TIMELINE,
    find_edit_place,
    get_edit_screen,
)
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import BOX, PROJECT_SCOPE, Edit
from milimo_tui.studio.session.studio import Studio

_OF_SCRIPT = frozenset({"script", "script_name", "boarded"})
_OF_REVIEW = {"take": frozenset({"rating", "rejected"}), "shot": frozenset({"take", "chosen"})}
SCREEN_TITLES = {
    ScreenName.TIMELINE: "the Timeline",
    ScreenName.SCRIPT: "the Script",
    ScreenName.REVIEW: "Review",
    ScreenName.HOME: "Home",
    ScreenName.STORYBOARD: "the Storyboard",
    ScreenName.ELEMENTS: "Elements",
    ScreenName.MEDIA: "Media",
    ScreenName.JOBS: "Jobs",
    ScreenName.MODELS: "Weights",
    ScreenName.FILM: "the Film screen",
}


def is_edit_of_place(edit: Edit, changes: Sequence[RowChange], place: str) -> bool:
    """Return True if an edit can be undone on the screen `place`. `changes` are the changed database rows of
    the edit.
    """
    if edit.scope != PROJECT_SCOPE:
        return place == TIMELINE
    made = find_edit_place(edit.place)
    if made == place:
        return True
    if made != FILM:
        return False
    return (place == REVIEW and _is_take_judgement(changes)) or (
        place == SCRIPT and _is_script_change(changes)
    )


def _is_take_judgement(changes: Sequence[RowChange]) -> bool:
    """Return True if an edit only picks, rates or rejects takes."""
    return bool(changes) and all(
        each.before is not None and (each.after or {}).keys() <= _OF_REVIEW.get(each.table, frozenset())
        for each in changes
    )


def _is_script_change(changes: Sequence[RowChange]) -> bool:
    """Return True if an edit changed the screenplay's text, or committed it."""
    return any(each.table == "project" and (each.after or {}).keys() & _OF_SCRIPT for each in changes)


def choose_undo_scope(studio: Studio, place: str, actor: str | None, *, redo: bool = False) -> str:
    """Return the scope of the edit that is undone or redone next on the screen `place`. A scope is the film's
    history or the history of a cut, given by the cut's id.

    `actor` is the user; None means any user. Raises Refused with the latest edit if that edit belongs to
    another screen or user.
    """
    file, cut = studio.require_project(), studio.take_snapshot().cut
    film = file.find_next_step(PROJECT_SCOPE, actor, redo=redo)
    mine = (
        film if film is not None and is_edit_of_place(film, file.list_edit_changes(film.id), place) else None
    )
    if place != TIMELINE:
        if mine is None:
            raise _make_undo_refusal(studio, film, place, redo=redo)
        return PROJECT_SCOPE
    of_cut = file.find_next_step(cut.id, actor, redo=redo) if cut is not None else None
    if mine is not None and _is_film_edit_first(file, cut, actor, mine, of_cut, redo=redo):
        return PROJECT_SCOPE
    if (
        of_cut is None
        or cut is None
        or (film is not None and not mine and _blocks_cut_edit(file, film, of_cut, redo))
    ):
        raise _make_undo_refusal(studio, film, place, redo=redo)
    return cut.id


def _is_film_edit_first(
    file: ProjectFile, cut: Cut | None, actor: str | None, film: Edit, of_cut: Edit | None, *, redo: bool
) -> bool:
    """Return True if undo or redo on the timeline must affect the film's edit `film` before the cut's edit
    `of_cut`.

    For undo, this is so if the film's edit was made later. For redo, this is so if the film's edit was undone
    later and the cut has not been edited since.
    """
    if of_cut is not None and of_cut.moved > film.moved:
        return False
    step = file.find_next_step(cut.id, actor) if redo and cut is not None else None
    return step is None or step.base < film.moved


def _blocks_cut_edit(file: ProjectFile, film: Edit, of_cut: Edit, redo: bool) -> bool:
    """Return True if the cut's last edit `of_cut` can't be undone yet. `film` is the film's last edit and was
    made on another screen.

    The cut's edit is blocked if the timeline made an edit of the film after `of_cut`. That edit must be
    undone first, but this is not possible because `film` came after it. Redo is never blocked.
    """
    return not redo and any(
        edit.applied and edit.lineage == film.lineage and edit.place == TIMELINE and edit.moved > of_cut.moved
        for edit in file.list_history(PROJECT_SCOPE)
    )


def _make_undo_refusal(studio: Studio, edit: Edit | None, place: str, *, redo: bool) -> Refused:
    """Return the error for a screen that has no edit to undo or redo. Its message names the latest edit with
    its screen and user.

    `edit` is the user's own latest edit of the film, or None.
    """
    act, word = ("redo", "the next edit to redo") if redo else ("undo", "the last edit")
    if edit is not None and find_edit_place(edit.place) == place:
        edit = None  # The edit was made on this screen, but a later edit prevents its redo.
    last = None if redo else _find_latest_edit(studio)
    if last is None or (edit is not None and last.moved <= edit.moved):
        if edit is None:
            return Refused(
                f"you have nothing to {act} here",
                f"{_get_history_command(studio)} shows every state of the film",
            )
        return Refused(f"{word} is {_describe_edit(edit)}", _get_undo_command(studio, edit, act))
    if last.scope != PROJECT_SCOPE and _is_edit_of_user(studio, last):
        return Refused(f"{word} is {_describe_edit(last)}", _get_undo_command(studio, last, act))
    editor = "the box" if last.actor == BOX else "the command line" if last.actor == "cli" else last.actor
    yours = (
        f"yours is {_describe_edit(edit)}: {_get_undo_command(studio, edit, act)}" if edit is not None else ""
    )
    return Refused(
        f"{word} is “{last.step_label}”, by {editor}",
        yours or f"{_get_history_command(studio)} shows every state of the film",
    )


def _find_latest_edit(studio: Studio) -> Edit | None:
    """Return the latest edit by any user, in the film or in a cut."""
    file = studio.require_project()
    scopes = [PROJECT_SCOPE, *(cut.id for cut in studio.take_snapshot().cuts)]
    found = [edit for scope in scopes if (edit := file.find_next_step(scope, None)) is not None]
    return max(found, key=lambda edit: edit.moved, default=None)


def _is_edit_of_user(studio: Studio, edit: Edit) -> bool:
    own = studio.require_project().find_next_step(edit.scope, studio.actor)
    return own is not None and own.id == edit.id


def _get_undo_screen(edit: Edit) -> ScreenName:
    """Return the screen on which an edit can be undone. An edit without a screen can be undone on the
    storyboard.
    """
    if edit.scope != PROJECT_SCOPE:
        return ScreenName.TIMELINE
    return ScreenName(edit.place) if edit.place in SCREEN_TITLES else ScreenName.STORYBOARD


def _describe_edit(edit: Edit) -> str:
    return f"“{edit.step_label}” on {SCREEN_TITLES[_get_undo_screen(edit)]}"


def _get_undo_command(studio: Studio, edit: Edit, act: str) -> str:
    """Return the hint that undoes an edit: the keys on the edit's screen, or a command for the command
    line.
    """
    if studio.actor == "cli":
        return f"milimo cut {act} --place {find_edit_place(_get_undo_screen(edit))}"
    screen = _get_undo_screen(edit)
    if screen == SCRIPT:  # On the Script screen, undo only affects the text.
        return f"{{ui.mode {screen}}}, {{ui.history}}, {{ui.{act}}}"
    return f"{{ui.mode {screen}}}, {{ui.{act}}}"


def _get_history_command(studio: Studio) -> str:
    return "milimo cut history --whole-project" if studio.actor == "cli" else "{ui.history}"


def get_undo_hint(studio: Studio) -> str:
    """Return the key or command that undoes a film edit, for the message of that edit."""
    if studio.actor == "cli":
        return "milimo cut undo --whole-project"
    return "g u, then u" if get_edit_screen() == SCRIPT else "u"
