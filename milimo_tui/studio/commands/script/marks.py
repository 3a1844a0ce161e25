"""`script dismiss`: permanently dismiss marks (questions about lines of the screenplay), or restore dismissed
marks.
"""

from __future__ import annotations

from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import story_marks


class MarkDismissArgs(Args):
    mark: str = arg(description="a mark by its key, or by its line (milimo script check)")
    off: bool = arg(False, description="restore a dismissed mark")


def _dismiss_mark(studio: Studio, args: MarkDismissArgs) -> Outcome:
    passed = set(studio.take_snapshot().story.project.passed)
    every = story_marks.list_all_marks(studio)
    there = [mark for mark in every if (mark.stable_key in passed) is args.off]
    mark = story_marks.find_mark(there, args.mark)
    story_marks.dismiss_mark(studio, mark, off=args.off)
    done = "mark restored" if args.off else f"dismissed; {undo_scope.get_undo_hint(studio)} brings it back"
    data = story_marks.mark_to_json(mark, studio.take_snapshot().story)
    return Outcome(data=data, message=f"line {mark.line}: {done}")


MARKS = (
    Command(
        "script.dismiss",
        "Dismiss mark",
        "dismiss a mark of the screenplay for good",
        _dismiss_mark,
        MarkDismissArgs,
        refuse_without_film,
        cli="script dismiss",
        positional=("mark",),
    ),
)
