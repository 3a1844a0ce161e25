"""The part of the Timeline screen that enters the inspector and makes the list of its lines.

The keys that change a line are in `value_keys`. `pending_edits` makes and writes each change.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.cut.values.cut import Clip
from milimo_tui.story.values.film import AssetKind
from milimo_tui.tui.timeline.fields.changes import is_animated
from milimo_tui.tui.timeline.fields.entries import (
    TAKE,
    InspectorLine,
    describe_changed_settings,
    list_inspector_lines,
    list_marker_lines,
    make_fact_lines,
    make_missing_file_line,
)
from milimo_tui.tui.timeline.fields.facts import list_clip_facts
from milimo_tui.tui.timeline.fields.field_text import format_setting_value
from milimo_tui.tui.timeline.fields.fields import BY_KEY, FieldGroup, InspectorField, Value
from milimo_tui.tui.timeline.fields.subject import find_clip_field, read_field_value
from milimo_tui.tui.timeline.widgets.inspector_panel import Inspector

if TYPE_CHECKING:
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.inspector.pending_edits import PendingEdits

# The values from which the inspector's list of lines was made. The list is made again only if one of them
# differs.
ListSource = tuple[Any, ...]


class InspectorPart:
    """The part of the Timeline screen that enters and leaves the inspector and lists its lines."""

    def __init__(self, core: TimelineCore, pending_edits: PendingEdits) -> None:
        self._core, self._pending_edits = core, pending_edits
        self.typing_value = False
        # The values from which the last list was made, and that list.
        self._last_list: tuple[ListSource, tuple[InspectorLine, ...]] | None = None

    @property
    def inspector(self) -> Inspector:
        return self._core.query_one(Inspector)

    @property
    def has_inspector_focus(self) -> bool:
        """True if keys go to the inspector, or if the user is typing one of its values."""
        focused = self._core.focused
        return self.typing_value or (focused is not None and focused is self.inspector)

    @property
    def on_take(self) -> bool:
        """True if keys go to the inspector and its cursor is on the line of a take."""
        return self.has_inspector_focus and self.inspector.key.startswith(TAKE)

    @property
    def on_shot(self) -> bool:
        """True if keys go to the inspector and its cursor is on a line about the shot: a take, or a setting
        of the next take.
        """
        field = self.selected_field if self.has_inspector_focus else None
        return self.on_take or (field is not None and field.group is FieldGroup.SHOT)

    @property
    def selected_field(self) -> InspectorField | None:
        """The setting under the cursor, or None if the line under the cursor is not a setting."""
        subject = self._pending_edits.subject
        return find_clip_field(subject, self.inspector.key) if subject is not None else None

    def enter_inspector(self) -> None:
        self._core.halt_playback()
        self._core.run_in_background(self._load_choice_names, "names", exclusive=True)
        self.draw_inspector_lines(whole=True)
        if self.inspector.enter_panel():
            self._core.set_focus(self.inspector)
            self._core.divide_screen()
        else:
            self._core.show_message(
                "there is no clip to change here", "warn", "{ui.move next_edit} goes to the next one"
            )

    async def _load_choice_names(self) -> None:
        """Load the names of mattes and LUTs, which are the choices of some settings."""
        project, film = self._core.studio_app.studio.require_project(), self._core.snapshot
        masks = await self._core.in_thread(project.facts.list_masks)
        if film is None:
            return
        luts = {asset.id: asset.name for asset in film.story.assets if asset.kind is AssetKind.LUT}
        mattes = {mask.id: mask.label or mask.id for mask in masks}
        if self._pending_edits.names != (known := {"lut": luts, "matte": mattes}):
            self._pending_edits.names = known
            self.draw_inspector_lines()

    def leave_inspector(self) -> None:
        if self.has_inspector_focus:
            self._core.set_focus(None)
            self._core.divide_screen()
            self._pending_edits.finish_change()
            self._core.refresh_lines()

    def find(self, words: str, step: int) -> None:
        """Move the cursor to the next line that contains the words (`/` in the inspector), or to the previous
        one if `step` is negative.
        """
        if not self.inspector.find(words, step):
            self._core.show_message(
                f"“{words}” is not a setting here", "warn", "{ui.search} looks for something else"
            )

    def draw_inspector_lines(self, *, whole: bool = False) -> None:
        """Draw the inspector for the clip under the playhead: its facts, then its settings. If `whole` is
        True, if keys go to the inspector, or if there is enough space, all settings are listed. Otherwise
        only changed settings are shown, on one line.
        """
        span, lane = self._core.shown_span, self._core.cutting.get_lane(self._core.view.lane)
        clip = self._pending_edits.inspected_clip
        if span is not None and clip is not None and clip is not span.clip:
            span = span._replace(clip=clip)
        if span is None or self._core.cut is None:
            self.inspector.show_lines(
                make_fact_lines(
                    list_clip_facts(
                        span, lane, self._core.cutting, self._core.clip_styles, self._core.playhead
                    )
                )
            )
            return
        whole = whole or self.has_inspector_focus
        facts = make_fact_lines(
            list_clip_facts(
                span, lane, self._core.cutting, self._core.clip_styles, self._core.playhead, marks=not whole
            )
        )
        missing = make_missing_file_line(span.clip, self._core.clip_styles)
        entries: list[InspectorLine] = [*facts[:2], *missing, *facts[2:]]
        room = whole or self.inspector.size.height > len(entries)
        marks = list_marker_lines(self._core.cutting, span) if whole else ()
        entries += [
            self._apply_pending_value(entry) for entry in self._list_settings(span.clip, marks, whole=room)
        ]
        self.inspector.show_lines(entries)

    def _apply_pending_value(self, entry: InspectorLine) -> InspectorLine:
        """Return a line of the inspector with the newest value. For a setting of the shot this may be a
        change that is not written yet. Lines of clip settings are returned unchanged, because they were made
        from the changed clip and already show the new value.
        """
        field = BY_KEY.get(entry.key)
        pending = (
            self._pending_edits.find_pending_edit(field)
            if field is not None and field.group is FieldGroup.SHOT
            else None
        )
        if field is None or pending is None:
            return entry
        return replace(
            entry, words=format_setting_value(field, pending.value, self.get_setting_rate(field)), set=True
        )

    def _list_settings(
        self, clip: Clip, marks: tuple[InspectorLine, ...], *, whole: bool
    ) -> tuple[InspectorLine, ...]:
        """List the lines of a clip's settings, or a summary of the changed settings if `whole` is False.
        `marks` are the lines of the clip's markers. If nothing that the list depends on has changed since the
        last call, return the same list.
        """
        subject = self._pending_edits.subject
        if subject is None:
            return ()
        moves = any(is_animated(curve) for _, curve in clip.effects.curves) or self._pending_edits.armed
        frame = subject.frame if moves else 0
        armed = frozenset(key for id, key in self._pending_edits.armed if id == clip.id)
        made_of = (
            clip,
            self._core.clip_styles,
            self._pending_edits.names,
            whole,
            frame,
            subject.size,
            subject.edges,
            marks,
            armed,
        )
        if self._last_list is None or not _is_same_list(self._last_list[0], made_of):
            if whole:
                lines = list_inspector_lines(subject, self._core.clip_styles, marks, armed)
            else:
                told_in_short = describe_changed_settings(clip, self._core.cutting.rate)
                lines = (InspectorLine("", "set", told_in_short),) if told_in_short else ()
            self._last_list = (made_of, lines)
        return self._last_list[1]

    def get_setting_value(self, field: InspectorField) -> Value:
        """Return the value of a setting, including a change that is not written yet."""
        pending, subject = self._pending_edits.find_pending_edit(field), self._pending_edits.subject
        if pending is not None and pending.frame in (None, self._pending_edits.inspected_frame):
            return pending.value
        return read_field_value(field, subject) if subject is not None else None

    def get_setting_rate(self, field: InspectorField) -> Fraction:
        """Return the frame rate for values of a setting in frames: the film's rate for a setting of the shot,
        else the cut's rate.
        """
        film = self._core.snapshot
        if field.group is FieldGroup.SHOT and film is not None:
            return film.story.project.rate
        return self._core.cutting.rate


def _is_same_list(one: ListSource, other: ListSource) -> bool:
    """Return True if two sources (the values from which the list of lines is made) give the same list. The
    first three values of a source (clip, clip styles, names) are compared by identity, which is fast, and the
    others by value.
    """
    return all(left is right for left, right in zip(one[:3], other[:3], strict=True)) and one[3:] == other[3:]
