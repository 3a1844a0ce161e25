"""The undo groups of the screenplay: one undo reverts a NORMAL key with all its effects, or a line as it was
typed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from textual.document._edit import Edit
from textual.document._history import EditHistory

MOST_UNDO = 500


class UndoGroups(EditHistory):
    """Edits in groups. A group ends when `checkpoint` is called, and at the beginning of each line.

    Textual's own groups end after a pause of two seconds and every 100 letters, so that words are split at
    random.
    """

    def __init__(self) -> None:
        super().__init__(max_checkpoints=MOST_UNDO, checkpoint_timer=0.0, checkpoint_max_characters=0)
        self.is_joined = False  # True while a NORMAL key makes its edits, which form one group.

    def record(self, edit: Edit) -> None:
        """Store an edit: together with the edits before it, or as the first of a group."""
        done = edit._edit_result
        if done is None or (not edit.text and not done.replaced_text):
            return
        # The edit is more than a single letter.
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
        """Combine all edits of the `with` block into one group, including edits that are undone meanwhile."""
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
        """Let the next edit belong to the group of the last one, wherever the cursor went meanwhile."""
        self._force_end_batch = False
