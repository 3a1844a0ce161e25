"""The mode INSPECT, which is active while keys go to the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.inspector.keyframes import WRITING_ACTS

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
    from milimo_tui.tui.timeline.inspector.listed_items import ListedItems


class InspectorMode(Mode):
    """The mode INSPECT of the Timeline screen. While it is active, keys act on the lines of the inspector
    instead of the tracks.
    """

    NAME = "INSPECT"
    CONTEXTS = ("inspector", "list", "viewing", "global")
    HIDES_KEYS = True

    def __init__(self, inspector_part: InspectorPart, listed_items: ListedItems) -> None:
        self._inspector_part, self._listed_items = inspector_part, listed_items

    @property
    def is_on(self) -> bool:
        return self._inspector_part.has_inspector_focus

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self._listed_items,) if self._inspector_part.on_take else ()

    @property
    def mode_undo_history(self) -> str:
        """The name of the undo history that the undo key uses in the inspector. On a line about the shot (a
        take, or a setting of its next take) this is `project`, the film's history. On other lines it is
        empty, which means the history of the screen.
        """
        return "project" if self._inspector_part.on_shot else ""

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        return self.leave_by_close()

    def leave_by_close(self) -> bool:
        self._inspector_part.leave_inspector()
        return True

    def queues_keys_after(self, key_command: KeyCommand) -> bool | None:
        """Return True if keys typed after this key command must wait until its edit is written. This is so if
        the command sets or removes a keyframe, or resets a setting. Return None for all other key commands,
        so that the next active mode decides.
        """
        return key_command.binding.act in WRITING_ACTS or None

    def search_words(self, words: str, step: int) -> bool:
        self._inspector_part.find(words, step)
        return True
