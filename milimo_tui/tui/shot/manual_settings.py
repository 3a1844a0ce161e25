"""Actions for values that only the user sets on a shot: note, tags, the user's own board picture, and a
control map. The storyboard and the shot inspector use them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.tui.fields.choice_notes import WRITTEN
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Shot, Story
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen


class ManualShotActs:
    """The actions that set a shot's note, tags, board and control map. `here` returns the shot and its
    number, or None if there is no shot.

    `marked` returns the ids of the marked shots in film order. Tags are set on all of these shots.
    """

    def __init__(
        self,
        screen: StudioScreen,
        here: Callable[[], tuple[Shot, str] | None],
        marked: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._screen, self._here, self._marked = screen, here, marked

    def _get_shot_or_warn(self) -> tuple[Shot, str] | None:
        found = self._here()
        if found is None:
            self._screen.show_message(
                "there is no shot here", "warn", "{ui.mode script}, then {script:ui.commit} makes them"
            )
        return found

    @action
    async def act_note(self, key_command: KeyCommand) -> None:
        """i: edit the note on the shot; the note is never sent to a model."""
        if (found := self._get_shot_or_warn()) is None:
            return
        shot, number = found
        note = await self._screen.ask_text(f"{number} note:", shot.note, name="NOTE")
        if note is not None and note.strip() != shot.note:
            await self._screen.run_and_wait("shot.set", id=shot.id, note=note.strip())

    @action
    async def act_tags(self, key_command: KeyCommand) -> None:
        """t: edit the tags of the shot, separated by commas. Tab completes to tags that the film already
        uses.

        If several shots are marked, the user edits the tags that all of these shots have. Tags that only some
        of these shots have stay unchanged. The edit is one undo step.
        """
        film = self._screen.film
        if (found := self._get_shot_or_warn()) is None or film is None:
            return
        shot, number = found
        ids = self._marked()
        shots = [each for each in film.story.live_shots() if each.id in ids] or [shot]
        shared = [tag for tag in shots[0].tags if all(tag in each.tags for each in shots)]
        was, subject = ", ".join(shared), format_count(len(shots), "shot") if len(shots) > 1 else number
        known = make_choices(list_shot_tags(film.story))
        field = FormField(
            key="tags", label=f"{subject} tags:", kind=FieldKind.WORDS, text=was, choices=known, is_free=True,
            help=WRITTEN["tags"],
        )  # fmt: skip
        tags = await self._screen.ask_field(field, name="TAGS")
        if tags is None or tags.strip() == was:
            return
        if len(shots) == 1:
            await self._screen.run_and_wait("shot.set", id=shots[0].id, tags=tags)
            return
        first, *more = (each.id for each in shots)
        if (
            await self._screen.run_and_wait("shot.set", id=first, more=tuple(more), untag=was, tag=tags)
            is not None
        ):
            self._screen.show_message(f"tags of {subject}: {tags.strip() or 'none'}", "good")

    @action
    async def act_own_board(self, key_command: KeyCommand) -> None:
        """c f: use the user's own drawing or photo as the board of this shot."""
        if (found := self._get_shot_or_warn()) is None:
            return
        shot, number = found
        field = FormField(key="board", label=f"picture for the board of {number}:", kind=FieldKind.PATH)
        file = await self._screen.ask_field(field, name="BOARD")
        if file and file.strip():
            await self._screen.run_and_wait("storyboard.board", ids=(shot.id,), file=file.strip())

    @action
    async def act_control(self, key_command: KeyCommand) -> None:
        """c o: make a control map from a clip or a board. The takes of this shot will follow the map."""
        from milimo_tui.tui.shot.control_maps import ask_control_map

        if (found := self._get_shot_or_warn()) is not None:
            await ask_control_map(self._screen, found[1], shot=found[0].id)


def list_shot_tags(story: Story) -> tuple[str, ...]:
    """Return the tags that the film's shots use, without duplicates."""
    return tuple(dict.fromkeys(tag for shot in story.live_shots() for tag in shot.tags))
