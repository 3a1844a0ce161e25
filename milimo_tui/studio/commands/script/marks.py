"""`script dismiss`: dismiss marks of the screenplay permanently, and bring them back."""

from __future__ import annotations

from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import story_marks


class DismissArgs(Args):
    mark: str = arg(description="a mark by its key, or by its line (milimo script check)")
    off: bool = arg(False, description="bring it back")


def _dismiss(studio: Studio, args: DismissArgs) -> Outcome:
    passed = set(studio.snapshot().story.project.passed)
    every = story_marks.every_mark(studio)
    there = [mark for mark in every if (mark.key in passed) is args.off]
    mark = story_marks.find_mark(there, args.mark)
    story_marks.dismiss(studio, mark, off=args.off)
    done = "is a mark again" if args.off else f"dismissed; {undo_scope.taker(studio)} brings it back"
    data = story_marks.row_of_mark(mark, studio.snapshot().story)
    return Outcome(data=data, message=f"line {mark.line}: {done}")


MARKS = (
    Command(
        "script.dismiss",
        "Dismiss mark",
        "a mark of the screenplay is no slip, for good",
        _dismiss,
        DismissArgs,
        needs_project,
        cli="script dismiss",
        positional=("mark",),
    ),
)
