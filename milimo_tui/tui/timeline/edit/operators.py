"""The operator keys of the Timeline screen, such as delete, copy, paste, replace and dissolve, which change
the cut.

Each key runs a registered command. This module finds the clips or the frame range that the command acts on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.cut import SourceKind, TrackKind
from milimo_tui.cut.values.pieces import Pieces
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.timeline.values import grammar, model, registers, targets
from milimo_tui.tui.timeline.values.grammar import TimelineRange
from milimo_tui.tui.timeline.values.model import Lane
from milimo_tui.tui.timeline.values.registers import SourceClip

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.repeat import RepeatEdit
    from milimo_tui.tui.timeline.edit.selection import VisualMode

NO_OBJECT = {
    "scene": "no scene is here",
    "track": "this track is empty",
    "range": targets.NO_RANGE,
    "gap": "no gap is here",
}


class CutOperators:
    """The operator keys of the Timeline screen, such as delete. An operator acts on a selection, on the range
    up to the target of a motion, or on the clip under the playhead.
    """

    def __init__(self, core: TimelineCore, repeat_edit: RepeatEdit, visual_mode: VisualMode) -> None:
        self._core, self._repeat_edit, self._visual_mode = core, repeat_edit, visual_mode
        # The last visual selection that an operator acted on. `.` repeats the operator on a range of the same
        # length at the playhead.
        self._selected: TimelineRange | None = None
        # The ids of the two clips for which the last `X` found too little media for a dissolve, or None. A
        # second `X` at the same edit makes the two clips overlap.
        self._no_media: tuple[str, str] | None = None

    def find_operator_range(self, key_command: KeyCommand) -> TimelineRange | None:
        """Return the range of frames and tracks that an operator acts on. If there is no such range, show the
        reason and return None.
        """
        found: TimelineRange | None
        if self._core.visual is not None and key_command.target is None:
            found = self._selected = grammar.find_selected_range(
                self._core.cutting, self._core.view, self._core.visual
            )
            self._visual_mode.leave_visual()
        elif key_command.is_doubled:
            found = grammar.find_clips_range(self._core.cutting, self._core.view, key_command.times)
        elif key_command.target is None:
            # The key command is repeated by `.`, and at first it acted on a visual selection. Use a range of
            # the same length from the playhead.
            found = (
                grammar.repeat_range_here(self._core.view, self._selected)
                if self._selected is not None
                else None
            )
        elif key_command.target.run == "ui.object":
            found = grammar.find_range_by_object(
                self._core.cutting, self._core.view, str(key_command.target.args["of"]), key_command.times
            )
        elif key_command.target.run == "ui.mark_jump":
            found = grammar.find_range_by_mark(
                self._core.cutting, self._core.view, key_command.target_argument
            )
        else:
            found = grammar.find_range_by_motion(
                self._core.cutting, self._core.view, str(key_command.target.args["to"]), key_command.times
            )
        if found is None:
            why = self._explain_missing_range(key_command)
            self._core.show_message(why, "warn", targets.find_target_hint(why))
        return found

    def _explain_missing_range(self, key_command: KeyCommand) -> str:
        """Return the reason why there is nothing for an operator to act on."""
        target = key_command.target
        if target is None or key_command.is_doubled or target.args.get("of") == "clip":
            return targets.describe_missing_clip(self._core.cutting, self._core.view)
        if target.run == "ui.object":
            return NO_OBJECT[str(target.args["of"])]
        if target.run == "ui.mark_jump":
            return f"no mark {key_command.target_argument}, or the playhead is on it"
        return grammar.WHY_NOT.get(str(target.args["to"]), "that does not move the playhead")

    def _list_range_tracks(self, reach: TimelineRange) -> list[str]:
        lanes = (self._core.cutting.get_lane(index) for index in reach.lanes)
        return [lane.track.id for lane in lanes if lane is not None]

    @action
    async def act_extract(self, key_command: KeyCommand) -> None:
        await self._cut_range("cut.extract", key_command)

    @action
    async def act_lift(self, key_command: KeyCommand) -> None:
        await self._cut_range("cut.lift_range", key_command)

    async def _cut_range(self, command: str, key_command: KeyCommand) -> None:
        """Remove the operator's range from the cut and store its clips in the register. `command` is
        `cut.extract`, which closes the gap, or `cut.lift_range`, which leaves it. If the range has no clips,
        the register is unchanged.
        """
        self._core.halt_playback()
        reach = self.find_operator_range(key_command)
        if reach is None:
            return
        self._repeat_edit.remember_edit(key_command)
        given = {"start": str(reach.start), "end": str(reach.end), "tracks": self._list_range_tracks(reach)}
        if targets.list_clips_in_range(self._core.cutting, reach):
            lift = command == "cut.lift_range"
            done = await self._core.run_and_wait("cut.cut", **given, letter=key_command.register, lift=lift)
        else:
            done = await self._core.run_and_wait(command, **given)
        if done is not None:
            self._core.go_to(reach.start)

    @action
    async def act_yank(self, key_command: KeyCommand) -> None:
        reach = self.find_operator_range(key_command)
        if reach is None:
            return
        if not targets.list_clips_in_range(self._core.cutting, reach):
            self._core.show_message(
                "there is nothing to copy", "warn", "{ui.move next_edit} goes to the next clip"
            )
            return
        given = {"start": str(reach.start), "end": str(reach.end), "tracks": self._list_range_tracks(reach)}
        done = await self._core.studio_app.run_and_wait(
            "cut.copy", {**given, "letter": key_command.register}, quiet=True
        )
        if done is not None:
            self._core.show_message(
                done.message,
                "good",
                "{ui.insert} inserts, {ui.overwrite} overwrites",
            )

    @action
    async def act_remake(self, key_command: KeyCommand) -> None:
        """Make new takes of the shots in the operator's range. Show the estimated time and ask for
        confirmation first.
        """
        reach = self.find_operator_range(key_command)
        if reach is None:
            return
        shots = self._list_range_shots(reach)
        if not shots:
            self._core.show_message(
                "there is no shot in this range", "warn", "{ui.move next_edit} goes to the next clip"
            )
            return
        estimate = await self._core.studio_app.run_and_wait(
            "shot.make", {"ids": shots, "dry_run": True}, quiet=True
        )
        if estimate is None:
            return
        names = ", ".join(self._core.clip_styles.numbers.get(shot, "?") for shot in shots[:4])
        if await self._core.confirm(f"Make {names}{' …' if len(shots) > 4 else ''}: {estimate.message}?"):
            await self._core.run_and_wait("shot.make", ids=shots, detach=True)

    def _list_range_shots(self, reach: TimelineRange) -> list[str]:
        sources = (span.clip.source for span in targets.list_clips_in_range(self._core.cutting, reach))
        return list(dict.fromkeys(source.ref for source in sources if source.kind is SourceKind.SHOT))

    @action
    async def act_insert(self, key_command: KeyCommand) -> None:
        await self._paste_register(key_command, overwrite=False)

    @action
    async def act_overwrite(self, key_command: KeyCommand) -> None:
        await self._paste_register(key_command, overwrite=True)

    async def _recall_or_warn(self, key_command: KeyCommand) -> SourceClip | Pieces | None:
        studio = self._core.studio_app.studio
        contents = await self._core.in_thread(lambda: registers.recall_register(studio, key_command.register))
        if contents is None:
            where = f"register {key_command.register}" if key_command.register else "the register"
            self._core.show_message(
                f"{where} is empty",
                "warn",
                "{ui.yank} {ui.yank} copies this clip, {media:ui.yank} in Media copies a file",
            )
        return contents

    async def _paste_register(self, key_command: KeyCommand, *, overwrite: bool) -> None:
        """Paste the contents of the register at the playhead, then move the playhead to the end of the pasted
        clips. Clips that were copied from several tracks are pasted to the same number of tracks, beginning
        with the current one.
        """
        self._core.halt_playback()
        contents, lane = (
            await self._recall_or_warn(key_command),
            self._core.cutting.get_lane(self._core.view.lane),
        )
        if contents is None or lane is None:
            return
        self._repeat_edit.remember_edit(key_command)
        at = self._core.playhead
        if isinstance(contents, SourceClip):
            await self._paste_source(contents, lane, overwrite=overwrite)
            return
        done = await self._core.run_and_wait(
            "cut.paste",
            at=str(at),
            track=lane.track.id,
            letter=key_command.register,
            overwrite=overwrite,
            connected=self._connects_to_main(lane),
        )
        if done is not None:
            self._core.go_to(at + round_half_up(contents.frames * self._core.cutting.rate / contents.rate))

    async def _paste_source(self, source: SourceClip, lane: Lane, *, overwrite: bool) -> None:
        """Insert a source clip at the playhead, or overwrite the track from there. If the film has a marked
        range and the source clip has no length of its own, the source fills the marked range (three-point
        edit).
        """
        at, marked = self._core.playhead, self._core.cutting.marked
        if marked and not source.frames:
            at, source = marked[0], replace(source, frames=marked[1] - marked[0])
        done = await self._core.run_and_wait(
            "cut.overwrite" if overwrite else "cut.insert",
            **source.to_insert_arguments(),
            track=lane.track.id,
            at=str(at),
            connected=self._connects_to_main(lane),
        )
        if done is not None:
            self._core.go_to(at + (source.frames or self._find_added_length(done.data["added"])))

    def _connects_to_main(self, lane: Lane) -> bool:
        """Return True if clips added to this track get connected to a clip on V1. This applies to the picture
        tracks above V1.
        """
        return not lane.track.magnetic and lane.track.kind is TrackKind.VIDEO

    def _find_added_length(self, added: Sequence[str]) -> int:
        """Return the length in frames of a newly added clip. `added` are the ids of all added clips; the
        first of them counts. Return 0 if that clip is not found.
        """
        spans = (
            span for lane in self._core.cutting.lanes for span in lane.spans if span.clip.id in added[:1]
        )
        return next((span.end - span.start for span in spans), 0)

    @action
    async def act_replace(self, key_command: KeyCommand) -> None:
        """Replace the source of the clip under the playhead with the first source in the register. The clip
        keeps its trims.
        """
        span, contents = self._core.span, await self._recall_or_warn(key_command)
        if span is None:
            self._core.show_message(
                "there is no clip to replace", "warn", "{ui.move next_edit} goes to the next clip"
            )
        elif contents is not None:
            source = registers.find_first_source(contents)
            if not source:
                self._core.show_message(
                    "the register does not contain a shot or a file",
                    "warn",
                    "{ui.yank} {ui.yank} copies this clip",
                )
                return
            self._repeat_edit.remember_edit(key_command)
            await self._core.run_and_wait("cut.replace", clip=span.clip.id, **source)

    @action
    async def act_dissolve(self, key_command: KeyCommand) -> None:
        """Put a dissolve at the edit nearest to the playhead (`X`). A count before the key is the dissolve's
        length in frames. Without a count, `X` on an existing dissolve makes it a hard cut.

        If the clips have too little media for a dissolve, a second `X` lets the two clips overlap.
        """
        self._core.halt_playback()
        lane = self._core.cutting.get_lane(self._core.view.lane)
        pair = model.find_nearest_cut(lane, self._core.playhead) if lane is not None else None
        if lane is None or pair is None:
            self._core.show_message(
                "no two clips meet on this track", "warn", "use a fade at the start or end of a track"
            )
            return
        self._repeat_edit.remember_edit(key_command)
        left, right = (span.clip.id for span in pair)
        if key_command.count is None and (left, right) in lane.dissolves:
            await self._core.run_and_wait("cut.transition_remove", clip=left, edge="tail")
            return
        length = {} if key_command.count is None else {"frames": key_command.count}
        overlap = self._no_media == (left, right)
        made = await self._core.run_and_wait(
            "cut.transition", clip=left, edge="tail", overlap=overlap, **length
        )
        self._no_media = None if made is not None or overlap else (left, right)
