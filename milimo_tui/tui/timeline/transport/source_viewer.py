"""The source viewer of the Timeline screen: one source in its full length, with in and out marks for
three-point edits.

In a wide terminal the source is next to the film. In a narrow terminal there is one pane, and `z v` switches
it between source and film. Motions and marks act on the viewer that has the keyboard focus.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import format_timecode, round_half_up
from milimo_tui.cut.values import timing
from milimo_tui.cut.values.cut import ClipSource, SourceKind
from milimo_tui.cut.values.pieces import Pieces
from milimo_tui.cut.values.timing import find_clip_frame
from milimo_tui.story.values.film import AssetKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.opening import open_mask_screen
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.timeline.transport.source_wave import SourceWave
from milimo_tui.tui.timeline.values import registers, source_side
from milimo_tui.tui.timeline.values.clip_style import ClipState
from milimo_tui.tui.timeline.values.registers import SourceClip
from milimo_tui.tui.timeline.values.source_side import SourceSide
from milimo_tui.tui.timeline.widgets.viewer import CaptionText, Viewer

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.cut.values.cut import MediaLength
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

# The placeholder for an offline source needs this width in columns. In a narrower viewer, a shorter text is
# shown.
LEGIBLE_COLUMNS = 48


# The arguments of `show_message` for clips without a source to view, by kind of source: text, kind of message
# and hint.
_NO_SOURCE = {
    SourceKind.GAP: (
        "there is no source under the playhead",
        "warn",
        "{ui.move next_edit} goes to the next clip",
    ),
    SourceKind.TITLE: ("a title has no source", "warn", "its words are in the inspector: Enter"),
}


class SourceViewer:
    """The source viewer of the Timeline screen. It loads a source and shows it next to the film."""

    def __init__(self, core: TimelineCore, trim_session: TrimSession) -> None:
        self._core, self._session = core, trim_session
        self.side: SourceSide | None = None
        self.sourcing = False  # True while keys act on the source instead of the film.
        # True if the source is to be shown next to the film whenever the terminal is wide enough.
        self.is_open = False
        # The contents of the register from which the shown source was loaded.
        self._loaded: SourceClip | Pieces | None = None
        self.plan: RenderPlan | None = None
        self._file = ""
        self._gone = False  # True if the file of the shown source is missing.
        self._sound: Path | None = None  # The path of the shown source if it has only sound, else None.
        self._shown: tuple[str, int, int, int] | None = None
        self._wanted: tuple[str, int, int, int] | None = None
        self._lock = asyncio.Lock()

    @cached_property
    def monitor(self) -> Monitor:
        """The object that draws and plays the frames of the source. It is created on first use."""
        return Monitor(self._core.studio_app.pictures, "timeline-source")

    @cached_property
    def _wave(self) -> SourceWave:
        """The object that draws the waveform of a source without pictures. It is created on first use."""
        return SourceWave(self._core, self.monitor)

    @property
    def active_side(self) -> SourceSide | None:
        """The state of the loaded source while the source viewer has the keyboard focus, else None."""
        return self.side if self.sourcing else None

    @action
    async def act_swap_viewer(self, key_command: KeyCommand) -> None:
        """Move the keyboard focus to the other viewer (`z v`): from film to source, or back. If the terminal
        has space for one viewer only, show the viewer that gets the focus.
        """
        if self.sourcing:
            self.leave_source()
        else:
            await self.enter_source()

    async def enter_source(self) -> None:
        """Move the keys to the source viewer. It shows the source that was copied last, or the source of the
        clip under the playhead if nothing was copied.
        """
        if self._session.trim is not None or self._core.selection is not None:
            self._core.show_message("another action is in progress", hint="Esc ends it")
            return
        self._core.halt_playback()
        await self._load_yanked()
        if self.side is None and not await self._load_clip_source():
            self._core.show_message(
                "no source is loaded", "warn", "copy a file in Media ({media:ui.yank}) to load it here"
            )
            return
        self.sourcing = self.is_open = True
        self._core.divide_screen()
        self._core.redraw()
        self.request_source_frame()

    def close_source(self) -> None:
        """Close the source viewer, so that the film has its space and the keys act on the film. The source
        stays loaded, with its marks.
        """
        self.is_open = False
        self.leave_source()

    def leave_source(self) -> None:
        """Return the keys to the film; the source viewer may stay visible."""
        self._core.halt_playback()
        self.sourcing = False
        self._core.divide_screen()
        self._core.redraw()
        self._core.request_frame()

    async def _load_yanked(self) -> None:
        """Load the source that was copied into the unnamed register last, unless it is loaded already."""
        copied = await self._read_yanked()
        if copied is None or copied == self._loaded:
            return
        self._loaded = copied
        if isinstance(copied, SourceClip):
            side = self._make_full_side(copied.source, copied.name)
            if side is not None:
                await self._show_side(source_side.mark_source_clip(side, copied))
            return
        clip = next((clip for clip in copied.clips if clip.source.kind in source_side.KINDS), None)
        side = self._make_full_side(clip.source, self._core.get_clip_name(clip)) if clip is not None else None
        if clip is not None and side is not None:
            await self._show_side(source_side.mark_clip_range(side, clip, copied.rate))

    async def _read_yanked(self) -> SourceClip | Pieces | None:
        studio = self._core.studio_app.studio
        return await self._core.in_thread(lambda: registers.recall_register(studio, ""))

    async def _load_clip_source(self) -> bool:
        """Load the source of the clip under the playhead, at the same frame. Return False if that clip has no
        source to view.
        """
        span = self._core.shown_span
        if span is None or span.clip.source.kind not in source_side.KINDS:
            return False
        side = self._make_full_side(span.clip.source, self._core.get_clip_name(span.clip))
        if side is None:
            return False
        rate, clip = self._core.cutting.rate, span.clip
        at = timing.get_source_second(clip, self._core.playhead - span.start, rate)
        await self._show_side(
            source_side.show_matched_frame(side, clip, at, *timing.get_source_span(clip, rate))
        )
        return True

    def _make_full_side(self, source: ClipSource, name: str) -> SourceSide | None:
        film, clip_styles = self._core.snapshot, self._core.clip_styles
        there = any(
            source.ref in known for known in (clip_styles.shots, clip_styles.assets, clip_styles.cuts)
        )
        if film is None or not there:
            return None
        rate = film.story.project.rate
        return source_side.make_source_side(
            source,
            name,
            self._core.cutting.rate,
            self._get_source_lengths(),
            self._core.clip_styles.shots,
            rate,
        )

    def _get_source_lengths(self) -> MediaLength:
        from milimo_tui.studio.commands.cut.current_cut import make_media_length_lookup

        assert self._core.snapshot is not None
        return make_media_length_lookup(self._core.snapshot.story, self._core.snapshot.cuts)

    async def _show_side(self, side: SourceSide) -> None:
        """Show a source in the viewer. If the same source was shown before, its marks stay unless `side` has
        marks of its own. The render plan is computed in a thread.
        """
        old, film, cut = self.side, self._core.snapshot, self._core.cut
        if old is not None and old.source == side.source and not side.is_marked:
            side = replace(side, mark_in=old.mark_in, mark_out=old.mark_out)
        if film is None or cut is None:
            return
        self.side, self._file = side, self._identify_pictures(side)
        asset = self._core.clip_styles.assets.get(side.source.ref)
        sound = asset is not None and asset.kind is AssetKind.SOUND

        file = self._core.clip_styles.assets.get(self._find_shown_asset(side))

        def plan_source() -> tuple[RenderPlan, bool, Path | None]:
            from milimo_tui.studio.render.render_plan import get_asset_path, plan_single_source

            paths = self._core.studio_app.studio.require_project().paths
            plan = plan_single_source(
                film.story, paths, side.source, side.frames, cut, sound=sound, cuts=film.cuts
            )
            path = get_asset_path(paths, file) if file is not None else None
            return plan, path is not None and not path.exists(), path if sound else None

        try:
            self.plan, self._gone, self._sound = await self._core.in_thread(plan_source)
        except MilimoError as error:
            self.plan = None
            self._core.studio_app.show_error(error)
        self._shown = None
        self._core.redraw()
        self.request_source_frame()

    def _find_shown_asset(self, side: SourceSide) -> str:
        """Return the id of the asset whose pictures the source shows: for a shot, the asset of its picked
        take.
        """
        take = self._core.clip_styles.takes.get(self._identify_pictures(side))
        return take.asset if take is not None else side.source.ref

    def _identify_pictures(self, side: SourceSide) -> str:
        """Return an id for the pictures that the source shows at present. The id changes when the pictures
        may have changed. For a file this is the asset's id, and for a shot the id of its picked take.

        For a compound clip the id contains the film's revision, so it changes with every change of the film.
        """
        if side.source.kind is SourceKind.CUT and self._core.snapshot is not None:
            return f"{side.source.ref} at {self._core.snapshot.revision}"
        shot = self._core.clip_styles.shots.get(side.source.ref)
        take = self._core.clip_styles.find_picked_take(shot) if shot is not None else None
        return take.id if take is not None else "" if shot is not None else side.source.ref

    @action
    async def act_match_frame(self, key_command: KeyCommand) -> None:
        """Match frame (`f`): show the source of the clip under the playhead next to the film, at the same
        frame. In the source viewer, do the opposite: move the film's playhead to the frame that the source
        shows.
        """
        if self.sourcing:
            self._go_to_matching_frame()
            return
        await self._yank_from_playhead(key_command.register)
        if await self._load_clip_source():
            self.is_open, self._loaded = True, await self._read_yanked()
            self._core.divide_screen()
            self.draw_viewer_captions()

    @action
    def act_mask(self, key_command: KeyCommand) -> None:
        """Open the mask screen (`Z k`) for the source of the clip under the playhead, at the same frame."""
        core, span = self._core, self._core.shown_span
        if span is None or span.clip.source.kind not in source_side.KINDS:
            open_mask_screen(core, "")
            return
        at = timing.get_source_second(span.clip, core.playhead - span.start, core.cutting.rate)
        open_mask_screen(core, span.clip.source.ref, max(Fraction(0), at))

    async def _yank_from_playhead(self, register: str) -> None:
        """Copy the source of the clip under the playhead into a register, from the frame at the playhead to
        the end of the clip. Show a message with the timecode of that frame in the source.
        """
        core, span = self._core, self._core.shown_span
        if span is None or span.clip.source.kind not in source_side.KINDS:
            kind = span.clip.source.kind if span is not None else SourceKind.GAP
            core.show_message(*_NO_SOURCE.get(kind, _NO_SOURCE[SourceKind.GAP]))
            return
        rate, ref = core.cutting.rate, span.clip.source.ref
        at = timing.get_source_second(span.clip, core.playhead - span.start, rate)
        source = SourceClip(
            **{span.clip.source.kind.value: ref},
            frames=max(1, span.end - core.playhead),
            source_in=max(Fraction(0), at),
            name=core.get_clip_name(span.clip),
        )
        studio = core.studio_app.studio
        await core.in_thread(lambda: registers.store_source(studio, register, source))
        where = format_timecode(round_half_up(at * rate), rate)
        core.show_message(
            f"{source.name} at {where} of its source, copied from there on", "good", "{ui.insert} inserts it"
        )

    def _go_to_matching_frame(self) -> None:
        """Move the film's playhead to the nearest frame of the film that shows the current frame of the
        source. Show a message if the film does not use that frame.
        """
        side = self.side
        if side is None:
            return
        rate, found = self._core.cutting.rate, []
        for index, lane in enumerate(self._core.cutting.lanes):
            for span in lane.spans:
                if span.clip.source == side.source and span.clip.effects.speed:
                    frame = span.start + round(
                        find_clip_frame(span.clip, side.frame_to_seconds(side.playhead), rate)
                    )
                    if span.start <= frame < span.end:
                        found.append((abs(frame - self._core.playhead), frame, index))
        if not found:
            self._core.show_message(
                "the film does not show this frame", "warn", "{ui.insert} inserts, {ui.overwrite} overwrites"
            )
            return
        _, frame, lane_index = min(found)
        self.leave_source()
        self._core.view = replace(self._core.view, lane=lane_index)
        self._core.go_to(frame)

    def update_shown_take(self, film: FilmSnapshot | None) -> None:
        """Show the new take if the source is a shot whose picked take differs in the new snapshot `film`. The
        source viewer stays at the same frame.
        """
        side = self.side
        if side is None or film is None or self._identify_pictures(side) == self._file:
            return
        now = self._make_full_side(side.source, side.name)
        if now is None:
            self.side, self.plan = None, None
            self.close_source()
        else:
            if (side.mark_out or 0) <= now.frames and (side.mark_in or 0) < now.frames:
                now = replace(now, mark_in=side.mark_in, mark_out=side.mark_out)
            self._core.run_in_background(partial(self._show_side, now.seek(side.playhead)))

    def seek_source(self, frame: int) -> None:
        """Move the source's playhead to a frame, and show that frame."""
        if self.side is not None:
            self.side = self.side.seek(frame)
            self.draw_viewer_captions()
            self.request_source_frame()

    async def yank_marked(self, register: str) -> None:
        """Copy the marked range of the source into a register."""
        studio, side = self._core.studio_app.studio, self.side
        if side is not None:
            piece = self._loaded = side.to_source_clip()
            await self._core.in_thread(lambda: registers.store_source(studio, register, piece))

    def draw_viewer_captions(self) -> None:
        if not self._core.shows_source:
            return
        source, record, side = (
            self._core.query_one("#source", Viewer),
            self._core.query_one("#record", Viewer),
            self.side,
        )
        if side is not None:
            marks = (side.mark_in, side.mark_out) if side.is_marked else side.used or (None, None)
            where = format_timecode(side.playhead, side.rate)
            part = source_side.describe_marked_part(side)
            source.caption.show_caption(
                CaptionText(
                    "SOURCE", side.name, where, part, side.frames, side.playhead, marks, self.sourcing
                )
            )
        film = self._core.cutting
        name, at = (
            self._core.cut.name if self._core.cut is not None else "",
            format_timecode(self._core.playhead, film.rate),
        )
        marked = film.marked
        part = f"{marked[1] - marked[0]} f marked" if marked else ""
        marks = (film.mark_in, film.mark_out)
        playhead = min(self._core.playhead, max(0, film.frames - 1))
        record.caption.show_caption(
            CaptionText("RECORD", name, at, part, film.frames, playhead, marks, not self.sourcing)
        )

    def request_source_again(self) -> None:
        """Request the picture of the source again, because its size has changed."""
        self._shown = None
        self.request_source_frame()

    async def show_playing_source(self, frame: int) -> None:
        """Move the source's playhead to a frame during playback, and draw that frame."""
        if self.side is None:
            return
        self.side = self.side.seek(frame)
        wide, high = self._core.query_one("#source", Viewer).picture.wanted_pixels
        self._wanted = (self.side.source.ref, frame, wide, high)
        await self._draw_source_frame()
        self.draw_viewer_captions()

    def request_source_frame(self) -> None:
        """Request the picture of the source's current frame. If several requests are waiting, only the newest
        is answered.
        """
        side = self.side
        if side is None or not self._core.shows_source:
            return
        wide, high = self._core.query_one("#source", Viewer).picture.wanted_pixels
        self._wanted = (side.source.ref, side.playhead, wide, high)
        if self._wanted != self._shown:
            self._core.run_in_background(self._draw_source_frame, "frames")

    async def _draw_source_frame(self) -> None:
        if self._lock.locked():
            return
        async with self._lock:
            while self._wanted is not None and self._wanted != self._shown:
                wanted, plan = self._wanted, self.plan
                _, frame, wide, high = wanted
                drawing = None
                small = self._gone and self._core.query_one("#source", Viewer).size.width < LEGIBLE_COLUMNS
                if self._sound is not None and self.side is not None and not self._gone:
                    size = self._core.query_one("#source", Viewer).picture.size
                    drawing = await self._wave.draw_wave(self._sound, self.side, size)
                elif plan is not None and not small:
                    drawing = await self.monitor.draw_plan_frame(
                        plan, min(frame, plan.frames - 1), wide, high
                    )
                picture = self._core.query_one("#source", Viewer).picture
                if picture.is_attached:
                    words = f"{ClipState.OFFLINE.glyph} offline" if small else "no picture here"
                    picture.show_own_drawing(drawing, self.monitor.problem or words)
                self._shown = wanted
