"""The keys `<` and `>`, which move clips along the timeline. A clip on V1 swaps places with its neighbours; a
clip on another track moves by frames.

In visual mode all selected clips move together, as one undo step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from milimo_tui.cut.values.cut import Clip, SourceKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import targets

if TYPE_CHECKING:
    from milimo_tui.cut.layout.rows import PlacedClip
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.repeat import RepeatEdit
    from milimo_tui.tui.timeline.edit.selection import VisualMode
    from milimo_tui.tui.timeline.values.grammar import TimelineRange
    from milimo_tui.tui.timeline.values.model import Lane


class ClipShift:
    """The keys `<` and `>` of the Timeline screen, which move clips. The playhead moves with the clip."""

    def __init__(self, core: TimelineCore, repeat_edit: RepeatEdit, visual_mode: VisualMode) -> None:
        self._core, self._repeat_edit, self._visual_mode = core, repeat_edit, visual_mode

    @action
    async def act_earlier(self, key_command: KeyCommand) -> None:
        await self._shift_clip(key_command, -key_command.times)

    @action
    async def act_later(self, key_command: KeyCommand) -> None:
        await self._shift_clip(key_command, key_command.times)

    async def _shift_clip(self, key_command: KeyCommand, by: int) -> None:
        """Move the clip under the playhead, or all selected clips, by `by` neighbours on V1 or `by` frames on
        other tracks. The playhead moves with the clip.
        """
        self._core.halt_playback()
        if self._core.selected_range is not None:
            await self._shift_selection(self._core.selected_range, by)
            return
        span = self._core.span
        if span is None:
            why = targets.describe_missing_clip(self._core.cutting, self._core.view)
            self._core.show_message(why, "warn", targets.find_target_hint(why))
            return
        self._repeat_edit.remember_edit(key_command)
        if await self._core.run_and_wait("cut.move", clip=span.clip.id, by=by) is not None:
            self._follow_clip(span)

    async def _shift_selection(self, reach: TimelineRange, by: int) -> None:
        """Move the clips in the range `reach`: on V1 past `by` neighbouring clips, on other tracks by `by`
        frames.
        """
        lanes = [lane for index in reach.lanes if (lane := self._core.cutting.get_lane(index)) is not None]
        main = next((lane for lane in lanes if lane.track.magnetic), None)
        spans = targets.list_clips_in_range(self._core.cutting, reach)
        # If V1 is selected, only its clips are moved. Clips that are connected to them follow.
        if main is not None:
            spans = [span for span in spans if span.clip.track == main.track.id]
        if not spans:
            self._core.show_message(
                "no clip is selected", "warn", "{ui.move next_edit} goes to the next clip"
            )
            return
        self._visual_mode.leave_visual()
        moves = _plan_slot_moves(main, spans, by) if main is not None else _plan_frame_moves(spans, by)
        names = f"{len(spans)} clips" if len(spans) > 1 else self._core.get_clip_name(spans[0].clip)
        with self._core.studio_app.studio.require_project().combine_edits(f"move {names}"):
            for clip, steps in moves:
                if await self._core.run_and_wait("cut.move", clip=clip.id, by=steps) is None:
                    return
        if moves:
            self._follow_clip(spans[0])
            self._core.show_message(f"move {names}", "good")
        else:
            self._core.show_message(
                f"there is no clip {'after' if by > 0 else 'before'} the selected ones", "warn"
            )

    def _follow_clip(self, span: PlacedClip) -> None:
        """Move the playhead with a clip that was moved; `span` is the clip before the move. The playhead
        keeps its offset in the clip. If it was outside the clip, it goes to the clip's first frame.
        """
        into = self._core.playhead - span.start if span.start <= self._core.playhead < span.end else 0
        for lane in self._core.cutting.lanes:
            for each in lane.spans:
                if each.clip.id == span.clip.id:
                    self._core.go_to(each.start + into)


def _plan_slot_moves(main: Lane, spans: Sequence[PlacedClip], by: int) -> list[tuple[Clip, int]]:
    """Plan a move of adjacent clips (`spans`) on V1 past `by` neighbours. Instead of these clips, the plan
    moves the neighbours to the other side of them, which has the same result. Return each neighbour with the
    number of positions by which it moves.
    """
    first, last = main.index_of_clip(spans[0]), main.index_of_clip(spans[-1])
    block = last - first + 1
    if by > 0:
        return [(span.clip, -block) for span in main.spans[last + 1 : last + 1 + by]]
    return [(span.clip, block) for span in reversed(main.spans[max(0, first + by) : first])]


def _plan_frame_moves(spans: Sequence[PlacedClip], by: int) -> list[tuple[Clip, int]]:
    """Plan a move of clips by `by` frames on tracks that may have gaps. Return the clips in the order in
    which they must be moved, each with `by`: the clip farthest in the direction of the move comes first. Only
    one of several linked clips is listed, because the others follow it.
    """
    ordered = sorted(spans, key=lambda span: span.start, reverse=by > 0)
    moved: dict[str, Clip] = {}
    for span in ordered:
        if span.clip.source.kind is not SourceKind.GAP:
            moved.setdefault(span.clip.link or span.clip.id, span.clip)
    return [(clip, by) for clip in moved.values()]
