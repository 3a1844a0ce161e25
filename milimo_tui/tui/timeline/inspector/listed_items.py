"""The keys for inspector lines that are not settings: takes of the shot, missing files and markers.

Each key runs a registered command. This module finds the take, file or marker for the command.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Marker
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.fields.entries import TAKE

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.inspector.inspector_part import InspectorPart
    from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits


class ListedItems:
    """The part of the Timeline screen that acts on takes, missing files and markers in the inspector."""

    def __init__(
        self, core: TimelineCore, pending_edits: PendingEdits, inspector_part: InspectorPart
    ) -> None:
        self._core, self._pending_edits, self._inspector_part = core, pending_edits, inspector_part

    async def pick_take(self, take: str) -> None:
        """Pick the take with this id for the shot."""
        if self._pending_edits.inspected_shot:
            await self._core.run_and_wait("shot.pick", id=self._pending_edits.inspected_shot, take=take)

    async def toggle_rejected(self, take: str) -> None:
        """Reject the take with this id. If it is rejected already, accept it again."""
        known = self._core.clip_styles.takes.get(take)
        if known is not None and self._pending_edits.inspected_shot:
            answer = {"accept": True} if known.rejected else {"reject": True}
            await self._core.run_and_wait(
                "shot.rate", id=self._pending_edits.inspected_shot, take=take, **answer
            )

    @action
    async def act_rate(self, key_command: KeyCommand) -> None:
        """Rate the take on the line under the cursor (`*4`)."""
        take = self._inspector_part.inspector.key.removeprefix(TAKE)
        if key_command.argument in "012345":
            rating = int(key_command.argument)
            await self._core.run_and_wait(
                "shot.rate", id=self._pending_edits.inspected_shot, take=take, rating=rating
            )
        else:
            self._core.show_message("a rating is from 0 to 5", "warn", "{ui.rate} 4 gives four stars")

    async def relink_missing_file(self, asset: str) -> None:
        """Ask for the new path of a missing file. A file with the same bytes is accepted at once, a file with
        only the same name after a confirmation.
        """
        known = self._core.clip_styles.assets.get(asset)
        if known is None:
            return
        question = "where is it now? a file, or a folder to look in"
        field = FormField(
            key="file", label=question, kind=FieldKind.PATH, text=self._suggest_folder(known.path)
        )
        place = await self._core.ask_field(field, name="FIND")
        if not place:
            return
        outcome = await self._relink_asset(asset, place, "hash")
        if outcome or not await self._core.confirm(
            f"Use any file named {Path(known.path).name}, even with different contents?"
        ):
            return
        await self._relink_asset(asset, place, "name")

    async def _relink_asset(self, asset: str, place: str, by: str) -> bool:
        return await self._core.run_and_wait("asset.relink", id=asset, file=place, by=by) is not None

    def _suggest_folder(self, path: str) -> str:
        """Return the folder in which the user may look for a missing file, with a slash at the end. This is
        the folder where the file was last known, or the user's home directory for a file that was stored in
        the film.
        """
        folder = Path(path).parent
        return f"{folder if folder.is_absolute() else Path.home()}/"

    def find_marker(self, id: str) -> Marker | None:
        return next((marker for marker in self._core.cutting.markers if marker.id == id), None)

    async def edit_marker(self, id: str) -> None:
        """Ask for a new text for a marker, given by its id."""
        mark = self.find_marker(id)
        if mark is None:
            return
        text = await self._core.ask_text("text of the marker", mark.text, name="MARKER")
        if text is not None:
            await self.set_marker_text(mark, text.strip())

    async def set_marker_text(self, mark: Marker, text: str) -> None:
        """Set the text of a marker. An empty text is refused, except for a named mark, which is identified by
        its letter.
        """
        if text or mark.name:
            await self._core.run_and_wait("cut.note_set", note=mark.id, text=text)
        else:
            self._core.show_message("a marker needs a text", "warn", "{ui.key_clear} deletes it")

    async def remove_listed_marker(self, id: str) -> None:
        """Remove a marker."""
        await self._core.run_and_wait("cut.unmark", marker=id)
