"""The user's notes on a take: a note on the entire take, notes on its frames, and tags. Each change can be
undone in one step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.time import format_timecode
from milimo_tui.tui.fields.choice_notes import WRITTEN
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Take
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.review.review_view import ReviewView


class TakeNotes:
    """The part of the Review screen that asks for notes and tags, and stores them with the shown take."""

    def __init__(self, core: ReviewView) -> None:
        self._core = core

    def _get_take_or_warn(self, what: str) -> Take | None:
        """Return the shown take. If the item has no take, return None after a message that only a take can
        have `what`, such as a note.
        """
        take = self._core.take
        if take is None:
            self._core.show_message(f"only a take can have {what}", "warn", "{ui.next_item} skips this item")
        return take

    @property
    def _number(self) -> str:
        return self._core.item.number if self._core.item else ""

    @action
    async def act_comment(self, key_command: KeyCommand) -> None:
        if (take := self._get_take_or_warn("a remark")) is None:
            return
        note = await self._core.ask_text(f"{self._number} remark:", take.note, name="NOTE")
        if note is not None and note.strip() != take.note:
            await self._core.run_and_wait("review.comment", take=take.id, text=note.strip())

    @action
    async def act_note_frame(self, key_command: KeyCommand) -> None:
        """Edit the note on the current frame (`m`). An empty text deletes the note."""
        if (take := self._get_take_or_warn("a remark")) is None or (story := self._core.story) is None:
            return
        player = self._core.player
        player.halt_playback()
        frame = min(player.frame, take.length - 1)
        was = next((each.text for each in take.notes if each.frame == frame), "")
        place = format_timecode(frame, story.project.rate)
        note = await self._core.ask_text(f"{self._number} remark at {place}:", was, name="NOTE")
        if note is not None and note.strip() != was:
            await self._core.run_and_wait("review.comment", take=take.id, text=note.strip(), frame=frame)

    @action
    def act_next_note(self, key_command: KeyCommand) -> None:
        self._go_to_note(key_command.times)

    @action
    def act_previous_note(self, key_command: KeyCommand) -> None:
        self._go_to_note(-key_command.times)

    def _go_to_note(self, step: int) -> None:
        """Go to the next or previous note on a frame. After the last note, continue with the first."""
        if (take := self._get_take_or_warn("a remark")) is None:
            return
        if not take.notes:
            self._core.show_message(
                "this take has no remark on a frame", "warn", "{ui.note_frame} makes one here"
            )
            return
        frames = [each.frame for each in take.notes]
        here = self._core.player.frame
        if step > 0:
            place = next((at for at, frame in enumerate(frames) if frame > here), 0) + step - 1
        else:
            before = [at for at, frame in enumerate(frames) if frame < here]
            place = (before[-1] if before else len(frames) - 1) + step + 1
        note = take.notes[place % len(frames)]
        self._core.player.go_to_frame(note.frame)
        self._core.show_message(f"“{note.text}”")

    @action
    async def act_tags(self, key_command: KeyCommand) -> None:
        """Edit the tags of the take, separated by commas (`t`). Tab completes a tag that is used in the
        film.
        """
        if (take := self._get_take_or_warn("tags")) is None or (story := self._core.story) is None:
            return
        was = ", ".join(take.tags)
        known = make_choices(list_film_tags(story))
        field = FormField(
            key="tags", label=f"{self._number} tags:", kind=FieldKind.WORDS, text=was, choices=known,
            is_free=True, help=WRITTEN["tags"],
        )  # fmt: skip
        tags = await self._core.ask_field(field, name="TAGS")
        if tags is not None and tags.strip() != was:
            await self._core.run_and_wait("review.tag", take=take.id, tags=tags.strip())


def list_film_tags(story: Story) -> tuple[str, ...]:
    """Return all tags of a film's takes and shots, without duplicates."""
    every = [*(take.tags for take in story.takes), *(shot.tags for shot in story.live_shots())]
    return tuple(dict.fromkeys(tag for tags in every for tag in tags))
