"""Group the edits of the screenplay for undo. One undo reverts one command key with all its effects, or one
typed line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from textual.document._edit import Edit
from textual.document._history import EditHistory

MOST_UNDO = 500


class UndoGroups(EditHistory):
    """An undo history in which edits form groups that are undone together. A new group begins after each call
    of `checkpoint`, and with each new line of text.

    Textual's own groups end after a pause of two seconds and after 100 letters, which splits words at random.
    """

    def __init__(self) -> None:
        super().__init__(max_checkpoints=MOST_UNDO, checkpoint_timer=0.0, checkpoint_max_characters=0)
        self.is_joined = False  # True while a command key makes its edits, which belong to one group.

    def record(self, edit: Edit) -> None:
        """Add an edit to the current group, or begin a new group with it."""
        done = edit._edit_result
        if done is None or (not edit.text and not done.replaced_text):
            return
        # True if the edit inserts or replaces more than a single letter.
        is_more = "\n" in edit.text or len(edit.text) > 1 or len(done.replaced_text) > 1
        begins = is_more and not self.is_joined
        if not self._undo_stack or self._force_end_batch or begins:
            self._undo_stack.append([edit])
        else:
            self._undo_stack[-1].append(edit)
        self._force_end_batch = False
        self._redo_stack.clear()

    @contextmanager
    def group_edits(self) -> Iterator[None]:
        """Combine all edits made in the `with` block into one group, except edits that were undone in the
        block.
        """
        outer, self._undo_stack = self._undo_stack, deque[list[Edit]]()
        self.checkpoint()
        try:
            yield
        finally:
            whole = [edit for group in self._undo_stack for edit in group]
            self._undo_stack = outer
            if whole:
                outer.append(whole)
            self.checkpoint()

    def continue_group(self) -> None:
        """Make the next edit part of the last edit's group, even if the cursor has moved meanwhile."""
        self._force_end_batch = False
