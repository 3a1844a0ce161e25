"""Which edit undo and redo take, by where one is: a table, and what is said where the latest is another's.

An edit belongs to the screen that it was made on. Script, timeline and review have their own; all the others
share one, with the command line. What was made there and is a judgement of takes belongs to review too, and
what is the screenplay's text, or a commit of it, to the script. The edits of a cut are the timeline's.
"""

from __future__ import annotations

from collections.abc import Sequence

from milimo_tui.core.changes import Change
from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Cut
from milimo_tui.store.history.edit_places import FILM, REVIEW, SCRIPT, TIMELINE, place_of
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import BOX, PROJECT_SCOPE, Edit
from milimo_tui.studio.session.studio import Studio

_OF_SCRIPT = frozenset({"script", "script_name", "boarded"})
_OF_REVIEW = {"take": frozenset({"rating", "rejected"}), "shot": frozenset({"take", "chosen"})}
# The screen that shows what was made on none of its own: where the last edit is looked for.
_SHOWN_ON = {TIMELINE: "timeline", SCRIPT: "script", REVIEW: "review", FILM: "storyboard"}
_NAMES = {
    "timeline": "the Timeline",
    "script": "the Script",
    "review": "Review",
    "home": "Home",
    "storyboard": "the Storyboard",
    "elements": "Elements",
    "media": "Media",
    "jobs": "Jobs",
    "models": "Weights",
    "film": "the Film screen",
}


def belongs(edit: Edit, changes: Sequence[Change], place: str) -> bool:
    """Whether an edit is taken back at a place."""
    if edit.scope != PROJECT_SCOPE:
        return place == TIMELINE
    made = place_of(edit.place)
    if made == place:
        return True
    if made != FILM:
        return False
    return (place == REVIEW and _judges(changes)) or (place == SCRIPT and _writes(changes))


def _judges(changes: Sequence[Change]) -> bool:
    """Whether all that an edit did is to pick, rate or reject takes."""
    return bool(changes) and all(
        each.before is not None and (each.after or {}).keys() <= _OF_REVIEW.get(each.table, frozenset())
        for each in changes
    )


def _writes(changes: Sequence[Change]) -> bool:
    """Whether an edit changed the screenplay's text, or committed it."""
    return any(each.table == "project" and (each.after or {}).keys() & _OF_SCRIPT for each in changes)


def scope_at(studio: Studio, place: str, actor: str | None, *, redo: bool = False) -> str:
    """The scope whose next edit is the one to take back, or to do again, at a place.

    Raises Refused, naming the latest edit, where that belongs elsewhere or is another's.
    """
    file, cut = studio.project(), studio.snapshot().cut
    film = file.next_step(PROJECT_SCOPE, actor, redo=redo)
    mine = film if film is not None and belongs(film, file.changes(film.id), place) else None
    if place != TIMELINE:
        if mine is None:
            raise _elsewhere(studio, film, place, redo=redo)
        return PROJECT_SCOPE
    of_cut = file.next_step(cut.id, actor, redo=redo) if cut is not None else None
    if mine is not None and _comes_first(file, cut, actor, mine, of_cut, redo=redo):
        return PROJECT_SCOPE
    if of_cut is None or cut is None or (film is not None and not mine and _hides(file, film, of_cut, redo)):
        raise _elsewhere(studio, film, place, redo=redo)
    return cut.id


def _comes_first(
    file: ProjectFile, cut: Cut | None, actor: str | None, film: Edit, of_cut: Edit | None, *, redo: bool
) -> bool:
    """Whether the film's edit goes before the cut's: it moved later, and the cut was not edited since."""
    if of_cut is not None and of_cut.moved > film.moved:
        return False
    made = file.next_step(cut.id, actor) if redo and cut is not None else None
    return made is None or made.base < film.moved


def _hides(file: ProjectFile, film: Edit, of_cut: Edit, redo: bool) -> bool:
    """Whether an edit made elsewhere stands on one of the timeline's that is later than the cut's last."""
    return not redo and any(
        edit.applied and edit.lineage == film.lineage and edit.place == TIMELINE and edit.moved > of_cut.moved
        for edit in file.history(PROJECT_SCOPE)
    )


def _elsewhere(studio: Studio, mine: Edit | None, place: str, *, redo: bool) -> Refused:
    """What is said where nothing of this place is next: the latest edit by name, where and whose it is."""
    act, word = ("redo", "the next edit to do again") if redo else ("undo", "the last edit")
    if mine is not None and place_of(mine.place) == place:
        mine = None  # something else was begun since
    last = None if redo else _latest(studio)
    if last is None or (mine is not None and last.moved <= mine.moved):
        if mine is None:
            return Refused(
                f"there is nothing of yours to {act} here", f"{_history(studio)} shows every state"
            )
        return Refused(f"{word} is {_edit_text(mine)}", _way_to(studio, mine, act))
    if last.scope != PROJECT_SCOPE and _is_own(studio, last):
        return Refused(f"{word} is {_edit_text(last)}", _way_to(studio, last, act))
    who = "the box" if last.actor == BOX else "the command line" if last.actor == "cli" else last.actor
    yours = f"yours is {_edit_text(mine)}: {_way_to(studio, mine, act)}" if mine is not None else ""
    return Refused(f"{word} is “{last.words}”, by {who}", yours or f"{_history(studio)} shows every state")


def _latest(studio: Studio) -> Edit | None:
    """The edit that was done last, by whomever, in the film or in a cut."""
    file = studio.project()
    scopes = [PROJECT_SCOPE, *(cut.id for cut in studio.snapshot().cuts)]
    found = [edit for scope in scopes if (edit := file.next_step(scope, None)) is not None]
    return max(found, key=lambda edit: edit.moved, default=None)


def _is_own(studio: Studio, edit: Edit) -> bool:
    own = studio.project().next_step(edit.scope, studio.actor)
    return own is not None and own.id == edit.id


def _screen_of(edit: Edit) -> str:
    """The screen where an edit is taken back."""
    if edit.scope != PROJECT_SCOPE:
        return _SHOWN_ON[TIMELINE]
    return edit.place if edit.place in _NAMES else _SHOWN_ON[place_of(edit.place)]


def _edit_text(edit: Edit) -> str:
    return f"“{edit.words}” on {_NAMES[_screen_of(edit)]}"


def _way_to(studio: Studio, edit: Edit, act: str) -> str:
    """The keys that take an edit back where it belongs, or the command."""
    if studio.actor == "cli":
        return f"milimo cut {act} --place {place_of(_screen_of(edit))}"
    return f"{{ui.mode {_screen_of(edit)}}}, {{ui.{act}}}"


def _history(studio: Studio) -> str:
    return "milimo cut history --whole-project" if studio.actor == "cli" else "{ui.history}"


def taker(studio: Studio) -> str:
    """What takes back an edit of the film that was just made, as its message says: a key, or a command."""
    return "milimo cut undo --whole-project" if studio.actor == "cli" else "u"
