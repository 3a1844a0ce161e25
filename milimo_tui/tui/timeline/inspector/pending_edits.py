"""Changes in the inspector of the Timeline screen: shown while they are made, written as one edit each.

Steps that follow each other are one change, until the user stops or does something else. Every change is a
command of the registry.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.ids import new_id
from milimo_tui.core.screens import ScreenName
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, SourceKind, TrackKind, Transition
from milimo_tui.tui.timeline.base.shown_film import LAID_AT_ONCE
from milimo_tui.tui.timeline.fields import changes
from milimo_tui.tui.timeline.fields.changes import ClipChange
from milimo_tui.tui.timeline.fields.field_text import format_setting_value
from milimo_tui.tui.timeline.fields.fields import FieldGroup, InspectorField, Value
from milimo_tui.tui.timeline.fields.subject import InspectorSubject, find_edge_transitions, read_field_value
from milimo_tui.tui.timeline.values.film import make_timeline_film

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore

IDLE_SECONDS = 0.7  # After this time without a key the change is complete.
STEPS = frozenset({"less", "more"})
LAYS_OUT = frozenset({FieldGroup.LENGTH, FieldGroup.SPEED})  # Groups whose changes move clips.
TRIMS = frozenset({FieldGroup.LENGTH, FieldGroup.PLACE})  # Groups whose changes are limited by the media.


@dataclass(frozen=True)
class PendingEdit:
    """A change that is not written yet: `clip` is the clip before the change, `changed` the clip after it."""

    field: InspectorField
    clip: Clip
    value: Value
    frame: int | None  # The frame of a keyframe; None means the entire clip.
    change: ClipChange
    changed: Clip
    joined: Mapping[tuple[str, str], Transition] | None = None  # The transitions, if the change affects one.

    @property
    def differs(self) -> bool:
        """True if there is something to write."""
        return self.change.preview is None or self.changed != self.clip or self.joined is not None


class PendingEdits:
    """The change that is being made, and the changes that are being written."""

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self.pending: PendingEdit | None = None
        self.idle_seconds = IDLE_SECONDS
        # Numbers whose changes make keyframes although they have at most one.
        self.armed: set[tuple[str, str]] = set()
        self.names: Mapping[str, Mapping[str, str]] = {}  # Names of mattes and LUTs, by kind and id.
        self._being_written: list[PendingEdit] = []  # Changes that are being written, in order.
        self._idle_timer: Timer | None = None
        self._writing = asyncio.Lock()

    # -- the inspected clip ----------------------------------------------------------------------------

    @property
    def inspected_clip(self) -> Clip | None:
        """The inspected clip, with the pending edits applied."""
        span = self._core.shown_span
        if span is None:
            return None
        made = [
            pending
            for pending in (*self._being_written, self.pending)
            if pending and pending.clip.id == span.clip.id
        ]
        return made[-1].changed if made else span.clip

    @property
    def subject(self) -> InspectorSubject | None:
        """The description of the inspected clip, with the pending edits applied."""
        clip, span, film = self.inspected_clip, self._core.shown_span, self._core.snapshot
        lane = next((lane for lane in self._core.cutting.lanes if clip and lane.track.id == clip.track), None)
        if clip is None or span is None or lane is None or film is None:
            return None
        pending_edits = [
            pending
            for pending in (*self._being_written, self.pending)
            if pending and pending.joined is not None
        ]
        joined = pending_edits[-1].joined if pending_edits else None
        project = film.story.project
        return InspectorSubject(
            clip,
            lane.track.kind,
            self._core.cutting.rate,
            self.inspected_frame,
            self._core.clip_styles.shots.get(self.inspected_shot),
            f"{project.width}x{project.height}",
            find_edge_transitions(lane, span, lane.dissolves if joined is None else joined),
            self.names,
        )

    def find_pending_edit(self, field: InspectorField) -> PendingEdit | None:
        """Return the newest change of a setting that is not in the film yet, or None."""
        clip = self.inspected_clip
        for pending in (self.pending, *reversed(self._being_written)):
            if (
                pending is not None
                and clip is not None
                and (pending.field.key, pending.clip.id) == (field.key, clip.id)
            ):
                return pending
        return None

    @property
    def inspected_shot(self) -> str:
        clip = self.inspected_clip
        return clip.source.ref if clip is not None and clip.source.kind is SourceKind.SHOT else ""

    @property
    def inspected_frame(self) -> int:
        """The playhead in the clip's own frames."""
        span = self._core.shown_span
        return 0 if span is None else min(max(0, self._core.playhead - span.start), span.end - span.start - 1)

    # -- changing ------------------------------------------------------------------------------------------

    def change_setting(self, field: InspectorField, value: Value, *, quiet: bool = False) -> bool:
        """Show a change and write it soon; a pending change of another setting is written now.

        Returns False if the change is not possible, after a message unless `quiet` is set.
        """
        shown = self.show_change(field, value, quiet=quiet)
        self._idle_timer = self._core.set_timer(self.idle_seconds, self.finish_change)
        return shown

    def show_change(self, field: InspectorField, value: Value, *, quiet: bool = False) -> bool:
        """Show a change as `change_setting` does, but do not write it until that is requested."""
        if self._idle_timer is not None:
            self._idle_timer.stop()
        clip, pending = self.inspected_clip, self.pending
        if clip is None:
            return False
        if pending is not None and (pending.clip.id, pending.field.key) != (clip.id, field.key):
            self._queue_pending()
        frame = self.inspected_frame if field.can_have_keys and self._makes_key(clip, field) else None
        if self.pending is not None and self.pending.frame != frame:
            self._queue_pending()
        return self._apply_change(field, clip.id, value, frame, quiet=quiet)

    def drop_change(self) -> None:
        """Drop the change that is shown, and show the film as it is."""
        pending, self.pending = self.pending, None
        if pending is not None and self._core.snapshot is not None and self._core.cut is not None:
            self._redraw_film()
            self._core.request_plan(self._core.snapshot, self._predict_cut() or self._core.cut)

    def _apply_change(
        self, field: InspectorField, clip_id: str, value: Value, frame: int | None, *, quiet: bool = False
    ) -> bool:
        """Apply a change to the expected cut, and show the result. Returns False if the change is not
        possible.
        """
        film = self._core.snapshot
        cut = self._predict_cut()
        clip = next((each for each in cut.clips if each.id == clip_id), None) if cut is not None else None
        if film is None or cut is None or clip is None:
            self.pending = None
            return False
        bounds = _get_film_media_lengths(film)
        rate = self._core.cutting.rate
        change = changes.make_clip_change(
            field, clip, value, frame=frame, shot=clip.source.ref, new_id=new_id, bounds=bounds, rate=rate
        )
        changed, joined = clip, None
        if change.preview is not None:
            try:
                after = change.preview(cut)
            except MilimoError as error:
                if not quiet:
                    self._core.studio_app.show_error(error)
                return False
            changed = next(each for each in after.clips if each.id == clip_id)
            if field.group is FieldGroup.JOIN:
                joined = {(each.left, each.right): each for each in after.transitions}
            if field.group in LAYS_OUT and len(after.clips) <= LAID_AT_ONCE:
                self._core.cutting = make_timeline_film(layout(after), film.story)
            self._core.request_plan(film, after)
        if field.group in TRIMS:
            reached = read_field_value(field, InspectorSubject(changed, TrackKind.VIDEO, rate))
            if abs(_require_int(reached) - _require_int(value)) >= max(Fraction(1), abs(clip.effects.speed)):
                self._core.show_message(f"the limit is {format_setting_value(field, reached, rate)}", "warn")
            if reached != value:
                value = reached
                change = changes.make_clip_change(
                    field, clip, value, frame=None, shot="", new_id=new_id, bounds=bounds, rate=rate
                )
        self.pending = PendingEdit(field, clip, value, frame, change, changed, joined)
        self._core.redraw()
        return True

    def _predict_cut(self) -> Cut | None:
        """Return the cut as it will be after all queued changes are written."""
        cut = self._core.cut
        for pending in self._being_written:
            if cut is not None and pending.change.preview is not None:
                with suppress(MilimoError):  # The error is reported when the change is written.
                    cut = pending.change.preview(cut)
        return cut

    def _makes_key(self, clip: Clip, field: InspectorField) -> bool:
        """Return True if a change of a number makes a keyframe."""
        curve = clip.effects.get_curve(field.key)
        return changes.is_animated(curve) or bool(curve and (clip.id, field.key) in self.armed)

    # -- writing -------------------------------------------------------------------------------------------

    def finish_change(self) -> None:
        """Write the change that is being made, because the user has stopped."""
        if self.pending is not None:
            self._queue_pending()

    def _queue_pending(self) -> None:
        """Queue the change for writing: no further step alters it."""
        if self.pending is not None:
            self._being_written.append(self.pending)
            self.pending = None
            self._core.run_in_background(self._write_queued)

    async def write_pending(self) -> None:
        """Write the change that is being made, and wait for it."""
        if self.pending is not None:
            self._being_written.append(self.pending)
            self.pending = None
        await self._write_queued()

    async def _write_queued(self) -> None:
        """Write the queued changes, each as one edit; steps made meanwhile build on their results."""
        async with self._writing:
            while self._being_written:
                pending = self._being_written[0]
                if pending.differs:
                    await self._core.studio_app.run_and_wait(pending.change.command, pending.change.args)
                self._being_written.pop(0)
                await self._core.reload_film()
                self._redraw_film()

    def _redraw_film(self) -> None:
        """Draw the film as it is, with the pending change over it."""
        if self.pending is not None:
            self._draw_pending()
        elif self._core.snapshot is not None and self._core.cut is not None:
            self._core.cutting = self._core.laid
            self._core.redraw()

    def _draw_pending(self) -> None:
        pending = self.pending
        if pending is not None:
            self._apply_change(pending.field, pending.clip.id, pending.value, pending.frame)

    # -- order of film updates and key commands --------------------------------------------------------------

    def redraw_over_film(self) -> None:
        """Draw the pending change over a film that was just drawn."""
        if self.pending is not None:
            self._draw_pending()

    def writes(self, key_command: KeyCommand) -> bool:
        """Return True if a key command must wait until the change is written."""
        changing = self.pending is not None or bool(self._being_written)
        return changing and key_command.binding.act not in STEPS

    async def finish_before(self, key_command: KeyCommand) -> None:
        """Write the change before any key command that is not another step of the change."""
        if key_command.binding.act not in STEPS:
            await self.write_pending()

    def write_change_now(self) -> None:
        """Write the change on this thread, because the screen closes and nothing runs after it."""
        pending, self.pending = self.pending, None
        if pending is not None:
            from milimo_tui.studio.registry.registry import run_by_id

            with suppress(MilimoError):  # The screen closes even if the change cannot be written.
                app = self._core.studio_app
                run_by_id(app.studio, pending.change.command, pending.change.args, place=ScreenName.TIMELINE)


def _get_film_media_lengths(film: FilmSnapshot) -> MediaLength:
    from milimo_tui.studio.commands.cut.current_cut import make_media_length_lookup

    return make_media_length_lookup(film.story, film.cuts)


def _require_int(value: Value) -> int:
    assert isinstance(value, int)
    return value
