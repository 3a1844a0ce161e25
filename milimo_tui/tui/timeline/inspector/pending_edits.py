"""Changes of settings in the inspector: each is shown at once and written as one edit later.

Successive steps of the same setting are one change. The change is written when the user pauses or does
something else. Every change runs a registered command.
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
from milimo_tui.tui.timeline.base.displayed_film import LAID_AT_ONCE
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

IDLE_SECONDS = 0.7  # A change is written when the user has pressed no key for this many seconds.
STEPS = frozenset({"less", "more"})
# Settings of these groups move clips on the timeline, so the tracks are laid out again after each step.
LAYS_OUT = frozenset({FieldGroup.LENGTH, FieldGroup.SPEED})
# Settings of these groups are limited by the length of the media. If the media is too short, the clip gets
# the nearest possible value and a message names the limit.
TRIMS = frozenset({FieldGroup.LENGTH, FieldGroup.PLACE})


@dataclass(frozen=True)
class PendingEdit:
    """A change of a setting that is shown but not written yet. `clip` is the clip before the change,
    `changed` the clip after it.
    """

    field: InspectorField
    clip: Clip
    value: Value
    # The frame of the clip that gets a keyframe. None means that the value applies to the entire clip.
    frame: int | None
    change: ClipChange
    changed: Clip
    # All transitions of the changed cut, by left and right clip. None if the change does not affect a
    # transition.
    joined: Mapping[tuple[str, str], Transition] | None = None

    @property
    def differs(self) -> bool:
        """True if the change has an effect, so that it must be written."""
        return self.change.preview is None or self.changed != self.clip or self.joined is not None


class PendingEdits:
    """The changes made in the inspector that are not written to the film yet. One may be in progress, which
    means that the user is still stepping its value. All others are finished and being written.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self.pending: PendingEdit | None = None
        self.idle_seconds = IDLE_SECONDS
        # The clip id and name of each number for which the user set a first keyframe with `m`. Later changes
        # of such a number set keyframes, although a number with one keyframe is otherwise treated as
        # constant.
        self.armed: set[tuple[str, str]] = set()
        self.names: Mapping[str, Mapping[str, str]] = {}  # Names of mattes and LUTs, by kind and id.
        self._being_written: list[PendingEdit] = []  # Finished changes that are being written, oldest first.
        # The change that was given last to the thread of edits.
        self._handed_over: PendingEdit | None = None
        self._idle_timer: Timer | None = None
        self._writing = asyncio.Lock()

    @property
    def inspected_clip(self) -> Clip | None:
        """The clip that the inspector shows, with all changes that are not written yet. None if there is no
        clip under the playhead.
        """
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
        """The clip that the inspector shows, with everything that its settings depend on, including changes
        that are not written yet. None if there is no clip.
        """
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
        """Return the newest change of a setting of the inspected clip that is not written yet, or None."""
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
        """The playhead as a frame of the inspected clip, counted from the clip's first frame."""
        span = self._core.shown_span
        return 0 if span is None else min(max(0, self._core.playhead - span.start), span.end - span.start - 1)

    def change_setting(self, field: InspectorField, value: Value, *, quiet: bool = False) -> bool:
        """Show a change of a setting, and write it after a pause in typing. A pending change of another
        setting is written at once.

        Return False if the change is not possible; a message gives the reason unless `quiet` is True.
        """
        shown = self.show_change(field, value, quiet=quiet)
        self._idle_timer = self._core.set_timer(self.idle_seconds, self.finish_change)
        return shown

    def show_change(self, field: InspectorField, value: Value, *, quiet: bool = False) -> bool:
        """Show a change as `change_setting` does, but do not write it until `finish_change` or another change
        follows.
        """
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
        """Discard the change that is being shown, and show the unchanged film."""
        pending, self.pending = self.pending, None
        if pending is not None and self._core.snapshot is not None and self._core.cut is not None:
            self._redraw_film()
            self._core.request_plan(self._core.snapshot, self._predict_cut() or self._core.cut)

    def _apply_change(
        self, field: InspectorField, clip_id: str, value: Value, frame: int | None, *, quiet: bool = False
    ) -> bool:
        """Apply a change to a copy of the cut in which all queued changes are made already, and show the
        result. Return False if the change is not possible.
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
        """Return True if a change of the number `field` must be stored as a keyframe. This is so if the
        number changes over time, or if the user set its first keyframe with `m`.
        """
        curve = clip.effects.get_curve(field.key)
        return changes.is_animated(curve) or bool(curve and (clip.id, field.key) in self.armed)

    def finish_change(self) -> None:
        """Write the change in progress, because the user has paused."""
        if self.pending is not None:
            self._queue_pending()

    def _queue_pending(self) -> None:
        """Move the change in progress to the queue, and write the queue in the background. If the user then
        steps the value again, this is a new change.
        """
        if self.pending is not None:
            self._being_written.append(self.pending)
            self.pending = None
            self._core.run_in_background(self._write_queued)

    async def write_pending(self) -> None:
        """Write the change in progress and all queued changes, and wait until they are written."""
        if self.pending is not None:
            self._being_written.append(self.pending)
            self.pending = None
        await self._write_queued()

    async def _write_queued(self) -> None:
        """Write the queued changes in order, each as one edit. Steps that the user makes meanwhile start from
        the result of the queued changes.
        """
        async with self._writing:
            while self._being_written:
                pending = self._being_written[0]
                if pending.differs:
                    self._handed_over = pending
                    await self._core.studio_app.run_and_wait(pending.change.command, pending.change.args)
                self._being_written.pop(0)
                await self._core.reload_film()
                self._redraw_film()

    def _redraw_film(self) -> None:
        """Draw the film, with the change in progress if there is one."""
        if self.pending is not None:
            self._draw_pending()
        elif self._core.snapshot is not None and self._core.cut is not None:
            self._core.cutting = self._core.lanes
            self._core.redraw()

    def _draw_pending(self) -> None:
        pending = self.pending
        if pending is not None:
            self._apply_change(pending.field, pending.clip.id, pending.value, pending.frame)

    def redraw_over_film(self) -> None:
        """Draw the change in progress again after a newly read film was drawn."""
        if self.pending is not None:
            self._draw_pending()

    def writes(self, key_command: KeyCommand) -> bool:
        """Return True if a key command must wait until the change in progress is written. Keys that step the
        same value further need not wait.
        """
        changing = self.pending is not None or bool(self._being_written)
        return changing and key_command.binding.act not in STEPS

    async def finish_before(self, key_command: KeyCommand) -> None:
        """Write the change in progress before a key command runs, unless the key steps the value further."""
        if key_command.binding.act not in STEPS:
            await self.write_pending()

    def write_while_closing(self) -> None:
        """Write the change in progress and all queued changes that were not passed to the thread of edits
        yet. Called when the screen closes, because its background tasks are stopped then.
        """
        for pending in (*self._being_written, self.pending):
            if pending is not None and pending is not self._handed_over and pending.differs:
                change = pending.change
                app = self._core.studio_app
                app.run_while_closing(change.command, change.args, ScreenName.TIMELINE)
        self._being_written.clear()
        self.pending = None


def _get_film_media_lengths(film: FilmSnapshot) -> MediaLength:
    from milimo_tui.studio.commands.cut.current_cut import make_media_length_lookup

    return make_media_length_lookup(film.story, film.cuts)


def _require_int(value: Value) -> int:
    assert isinstance(value, int)
    return value
