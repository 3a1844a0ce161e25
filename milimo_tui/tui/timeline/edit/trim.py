"""The mode TRIM on the timeline: keys move an edge of a clip or an entire clip. Each move is shown at once;
leaving the mode writes all moves as one edit.

The functions in `trims` and the package `cut` compute the result. A command writes it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import BadInput
from milimo_tui.core.screens import ScreenName
from milimo_tui.core.time import parse_shift
from milimo_tui.cut.layout import snapping
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.tui.fields.choice_notes import WRITTEN
from milimo_tui.tui.fields.form_field import FormField
from milimo_tui.tui.fields.reading import format_refusal_error
from milimo_tui.tui.keys.actions import action, action_with_names
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.base.timeline_view import TimelineView
from milimo_tui.tui.timeline.edit.trim_keys import TrimKeys
from milimo_tui.tui.timeline.values import trims
from milimo_tui.tui.timeline.values.trims import Edge, Trim, TrimKind

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.repeat import RepeatEdit
    from milimo_tui.tui.timeline.edit.selection import VisualMode
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

KEEPS = frozenset({"enter"})
GIVES_UP = frozenset({"out"})
ENDS_TRIM = KEEPS | GIVES_UP
# Actions that end TRIM by writing the trim, and then begin their own mode.
THEN = frozenset({"trim", "visual", "visual_clip"})
# Actions that do not end TRIM. `undo`, `head` and `tail` have another meaning in TRIM, and `macro_record`
# does not disturb the trim.
STAYS_IN_TRIM = frozenset({"undo", "head", "tail", "macro_record"})


class TrimMode(Mode):
    """The mode TRIM, in which keys move an edge of a clip. It also has the keys that trim one edge with a
    single press outside the mode: `[`, `]` and `|`.
    """

    CONTEXTS = ("trim", *TimelineView.CONTEXTS)
    HIDES_KEYS = True
    NAME_STAYS = IS_QUIET = PLAYS_AROUND_EDIT = True

    def __init__(
        self, core: TimelineCore, trim_session: TrimSession, repeat_edit: RepeatEdit, visual_mode: VisualMode
    ) -> None:
        self._core, self._session, self._repeat_edit, self._visual_mode = (
            core,
            trim_session,
            repeat_edit,
            visual_mode,
        )
        self._keys = TrimKeys(core, trim_session)

    @property
    def is_on(self) -> bool:
        return self._session.trim is not None

    @property
    def mode_name(self) -> str:
        kind = self._session.trim.kind if self._session.trim is not None else TrimKind.TRIM
        return "TRIM" if kind is TrimKind.TRIM else f"TRIM {kind.word.upper()}"

    @property
    def first_parts(self) -> tuple[object, ...]:
        return (self._keys,)

    def continues_over(self, film: FilmSnapshot | None) -> bool:
        return self._session.continues_over(film)

    @action
    def act_trim(self, key_command: KeyCommand) -> None:
        """Enter TRIM with the clip edge nearest to the playhead on the current track."""
        self._core.halt_playback()
        found = self._session.find_nearest_edge()
        if found is None:
            self._core.show_message(
                "there is no edge to trim on this track",
                "warn",
                "{ui.lane_down} {ui.lane_up} go to another track",
            )
        else:
            self.begin_trim(*found)

    def begin_trim(self, span: PlacedClip, edge: Edge) -> bool:
        """Begin to trim the `edge` of a clip. If the clip cannot be trimmed, because its track is locked,
        show a message and return False.
        """
        cut = self._core.cut
        if cut is None:
            return False
        if self._core.visual is not None:
            self._visual_mode.leave_visual()
        lane = self._core.cutting.get_lane(self._core.view.lane)
        if lane is not None and lane.track.locked:
            self._core.show_message(
                f"track {lane.track.name} is locked", "error", "{ui.track_flag locked} unlocks it"
            )
            return False
        base = self._session.base = layout(cut)
        kind = trims.list_trim_kinds(base.get_track(span.clip.track))[0]
        at = span.start if edge == "head" else span.end
        here = self._core.playhead
        # If the playhead is right next to the edge, the edge must not snap to the playhead.
        playhead = here if here not in (at - 1, at) else None
        self._session.points = snapping.collect_snap_points(base, playhead=playhead, without={span.clip.id})
        self._session.start_trim(Trim(kind, edge, span.clip.id))
        return True

    def queues_keys_after(self, key_command: KeyCommand) -> bool | None:
        """Return True if keys typed after this key command must wait until the trim is written or discarded.
        They must wait if the command ends the trim: Enter, Esc, or an action that begins another edit. Return
        None for all other key commands, so that the next active mode decides.
        """
        return key_command.binding.act in ENDS_TRIM | THEN or None

    async def end_before(self, key_command: KeyCommand) -> bool:
        act = key_command.binding.act
        if act in STAYS_IN_TRIM:
            return False
        if act in GIVES_UP:
            return await self.cancel_work()
        await self.end_trim()
        return act in ENDS_TRIM

    async def end_trim(self) -> None:
        """Leave TRIM and write the trim as one edit. A trim by 0 frames writes nothing."""
        trim = self._session.trim
        self._session.leave_trim()
        if trim is not None and trim.by:
            self._repeat_edit.last_edit = partial(self._repeat_trim, trim)
            command, given = trim.to_command()
            await self._core.run_and_wait(command, **given)
        elif self._core.snapshot is not None and self._core.cut is not None:
            self._core.draw_film(self._core.snapshot)
            await self._core.plan_cut(self._core.snapshot, self._core.cut)
            if trim is not None:
                self._core.show_message("nothing is trimmed")

    async def _repeat_trim(self, trim: Trim, key_command: KeyCommand) -> None:
        """Repeat a trim at the edge that is now nearest to the playhead (`.`). A count replaces the number of
        frames, but not the direction.
        """
        found, here = self._session.find_nearest_edge(), self._core.span
        if found is None or here is None:
            self._core.show_message(
                "there is no edge to trim on this track",
                "warn",
                "{ui.lane_down} {ui.lane_up} go to another track",
            )
            return
        by = trim.by if key_command.count is None else key_command.count * (1 if trim.by > 0 else -1)
        span: PlacedClip | None = here
        if trim.kind.is_of_edge:
            span = found[0] if found[1] == trim.edge else self._session.find_adjoining_clip(*found)
        if span is None:
            self._core.show_message(f"no clip has a {trim.edge} there", "warn")
            return
        command, given = replace(trim, clip=span.clip.id, by=by).to_command()
        if await self._core.run_and_wait(command, **given) is not None and trim.kind.is_of_edge:
            self._go_to_clip_edge(span.clip.id, trim.edge)

    def _go_to_clip_edge(self, clip: str, edge: Edge) -> None:
        """Move the playhead to the first or the last frame of a clip, given by its id, after the clip was
        trimmed.
        """
        lane = self._core.cutting.get_lane(self._core.view.lane)
        for span in lane.spans if lane else ():
            if span.clip.id == clip:
                self._core.go_to(span.start if edge == "head" else span.end - 1)

    @action
    async def act_extend(self, key_command: KeyCommand) -> None:
        """Trim so that the edit nearest to the playhead is at the playhead (`|`). If the nearest edge has no
        clip on its other side, move only that edge.
        """
        self._core.halt_playback()
        found = self._session.find_nearest_edge()
        if found is None:
            self._core.show_message(
                "there is no edge to extend on this track",
                "warn",
                "{ui.lane_down} {ui.lane_up} go to another track",
            )
            return
        self._repeat_edit.remember_edit(key_command)
        span, edge = found
        await self._core.run_and_wait("cut.extend", clip=span.clip.id, edge=edge, to=str(self._core.playhead))

    async def cancel_work(self) -> bool:
        """Leave TRIM without writing the trim, and show the unchanged cut."""
        if self._session.trim is not None:
            self._session.trim = replace(self._session.trim, by=0)
            await self.end_trim()
        return True

    def finish_work(self) -> None:
        self._core.run_in_background(self.end_trim)

    def write_work_while_closing(self) -> None:
        trim, self._session.trim = self._session.trim, None
        if trim is not None and trim.by:
            self._core.studio_app.run_while_closing(*trim.to_command(), ScreenName.TIMELINE)

    @action
    def act_trim_kind(self, key_command: KeyCommand) -> None:
        """Switch to the next kind of trim (Tab): ripple, roll, slip, slide, or a plain trim. The number of
        frames stays the same.
        """
        trim, base = self._session.trim, self._session.base
        if trim is None or base is None:
            return
        kinds = trims.list_trim_kinds(base.get_track(base.get_placed(trim.clip).clip.track))
        kind = kinds[(kinds.index(trim.kind) + 1) % len(kinds)]
        by = trim.by
        self._session.start_trim(replace(trim, kind=kind, by=0))
        if by and self._session.trim is not None:
            self._session.move_trim(by)

    @action_with_names("head")
    async def act_tail(self, key_command: KeyCommand) -> None:
        """Trim the clip under the playhead so that it ends at the playhead (`]`) or begins there (`[`).

        In TRIM these keys switch to the clip on the other side of the edge: `]` to the tail of the clip
        before the edge, `[` to the head of the clip after the edge.
        """
        edge: Edge = "head" if key_command.binding.act == "head" else "tail"
        trim, base = self._session.trim, self._session.base
        if trim is None or base is None:
            span = self._core.span
            if span is None:
                self._core.show_message(
                    "there is no clip to trim", "warn", "{ui.move next_edit} goes to the next clip"
                )
            else:
                self._core.halt_playback()
                self._repeat_edit.remember_edit(key_command)
                at = str(self._core.playhead)
                done = await self._core.run_and_wait("cut.trim_to", clip=span.clip.id, edge=edge, to=at)
                if done is not None and edge == "head":
                    self._go_to_clip_edge(span.clip.id, edge)
            return
        if trim.edge == edge:
            return
        beyond = self._session.find_adjoining_clip(base.get_placed(trim.clip), trim.edge)
        if beyond is None:
            self._core.show_message("there is no clip on the other side", "warn")
            return
        self._session.points = snapping.collect_snap_points(base, playhead=None, without={beyond.clip.id})
        self._session.start_trim(Trim(trim.kind, edge, beyond.clip.id))

    @action
    async def act_trim_type(self, key_command: KeyCommand) -> None:
        """Ask for an amount, such as `+12` (frames) or `-2s` (seconds), and trim by that amount."""
        sign = "-" if key_command.binding.chord[0] == "-" else "+"
        rate = self._core.cutting.rate

        def check_shift(typed: str) -> str:
            try:
                parse_shift(typed, rate)
            except BadInput as error:
                return format_refusal_error(error)
            return ""

        help = WRITTEN["shift"]
        field = FormField(key="by", label="trim by", text=sign, help=help, is_needed=True, check=check_shift)
        typed = await self._core.ask_field(field, name="TRIM")
        if typed is not None and self._session.trim is not None:
            self._session.move_trim(self._session.trim.by + parse_shift(typed, rate))
