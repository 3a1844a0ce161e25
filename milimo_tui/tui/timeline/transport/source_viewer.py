"""The source side of the Timeline screen: a complete source next to the film, its in and out, three-point
edits.

Source and record are side by side if there is space; else `z v` swaps them in one pane. Motions and marks go
to the side that has the keys.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.time import half_up, timecode
from milimo_tui.cut.values import timing
from milimo_tui.cut.values.cut import Source, SourceKind
from milimo_tui.cut.values.pieces import Pieces
from milimo_tui.cut.values.timing import frame_of
from milimo_tui.story.values.film import AssetKind
from milimo_tui.tui.mask.opening import open_mask
from milimo_tui.tui.play.monitor import Monitor
from milimo_tui.tui.timeline.transport.source_wave import SourceWave
from milimo_tui.tui.timeline.values import registers, source_side
from milimo_tui.tui.timeline.values.clip_style import State
from milimo_tui.tui.timeline.values.registers import SourceClip
from milimo_tui.tui.timeline.values.source_side import SourceSide
from milimo_tui.tui.timeline.widgets.viewer import CaptionText, Viewer

if TYPE_CHECKING:
    from milimo_tui.cut.plan.plan import Plan
    from milimo_tui.cut.values.cut import MediaLength
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore
    from milimo_tui.tui.timeline.edit.trim_session import TrimSession

CONTEXTS = ("source", "global")
LEGIBLE = 48  # Smallest width at which the slate of an offline source is readable.
FETCHES = frozenset({"swap_viewer", "yank_source"})


# Kinds of clip without a viewable source: the message, its kind and the hint.
_NO_SOURCE = {
    SourceKind.GAP: (
        "there is no source under the playhead",
        "warn",
        "{ui.move next_edit} goes to the next clip",
    ),
    SourceKind.TITLE: ("a title has no source", "warn", "its words are in the inspector: Enter"),
}


class SourceViewer:
    """The source viewer next to the film."""

    def __init__(self, core: TimelineCore, trim_session: TrimSession) -> None:
        self._core, self._session = core, trim_session
        self.side: SourceSide | None = None
        self.sourcing = False  # True while the source side has the keys.
        self.is_open = False  # True if the source is shown next to the film, where there is space for both.
        self._loaded: SourceClip | Pieces | None = None  # The register contents that the viewer shows.
        self.plan: Plan | None = None
        self._file = ""
        self._gone = False  # True if the source's file is missing.
        self._sound: Path | None = None  # The file of a source that has only sound.
        self._shown: tuple[str, int, int, int] | None = None
        self._wanted: tuple[str, int, int, int] | None = None
        self._lock = asyncio.Lock()

    @cached_property
    def monitor(self) -> Monitor:
        """The monitor that shows and plays the source; created once."""
        return Monitor(self._core.studio_app.pictures, "timeline-source")

    @cached_property
    def _wave(self) -> SourceWave:
        """The drawing of a sound-only source; created once."""
        return SourceWave(self._core, self.monitor)

    @property
    def in_hand(self) -> SourceSide | None:
        """The source while it has the keys, else None."""
        return self.side if self.sourcing else None

    def writes(self, key_command: KeyCommand) -> bool:
        """Return True if later keys must wait until this key command has fetched a source."""
        return key_command.binding.act in FETCHES

    # -- loading a source ------------------------------------------------------------------------------

    async def act_swap_viewer(self, key_command: KeyCommand) -> None:
        """Give the keys to the other viewer (`z v`); if there is one pane, show that viewer's picture,
        too.
        """
        if self.sourcing:
            self.leave_source()
        else:
            await self.swap()

    async def swap(self) -> None:
        """Give the keys to the yanked source, or to the source of the clip under the playhead if nothing was
        yanked.
        """
        if self._session.trim is not None or self._core.selection is not None:
            self._core.say("one thing at a time", hint="Esc leaves what is begun")
            return
        self._core.halt()
        await self._load_yanked()
        if self.side is None and not await self._load_clip():
            self._core.say("there is no source to look at", "warn", "{media:ui.yank} in Media yanks a file")
            return
        self.sourcing = self.is_open = True
        self._core.share_rows()
        self._core.redraw()
        self.ask_source()

    def put_away(self) -> None:
        """Give the keys and the space to the film; the source stays loaded, with its marks."""
        self.is_open = False
        self.leave_source()

    def leave_source(self) -> None:
        """Give the keys to the film."""
        self._core.halt()
        self.sourcing = False
        self._core.share_rows()
        self._core.redraw()
        self._core.ask_frame()

    async def _load_yanked(self) -> None:
        """Load the source that was yanked last, unless it is loaded already."""
        held = await self._yanked()
        if held is None or held == self._loaded:
            return
        self._loaded = held
        if isinstance(held, SourceClip):
            side = self._whole(held.source, held.name)
            if side is not None:
                await self._load(source_side.of_piece(side, held))
            return
        clip = next((clip for clip in held.clips if clip.source.kind in source_side.KINDS), None)
        side = self._whole(clip.source, self._core.name_of(clip)) if clip is not None else None
        if clip is not None and side is not None:
            await self._load(source_side.of_clip(side, clip, held.rate))

    async def _yanked(self) -> SourceClip | Pieces | None:
        studio = self._core.studio_app.studio
        return await self._core.in_thread(lambda: registers.recall(studio, ""))

    async def _load_clip(self) -> bool:
        """Load the source of the clip under the playhead, at the same frame; return False if it has none."""
        span = self._core.shown_span
        if span is None or span.clip.source.kind not in source_side.KINDS:
            return False
        side = self._whole(span.clip.source, self._core.name_of(span.clip))
        if side is None:
            return False
        rate, clip = self._core.cutting.rate, span.clip
        at = timing.source_at(clip, self._core.playhead - span.start, rate)
        await self._load(source_side.matched(side, clip, at, *timing.span(clip, rate)))
        return True

    def _whole(self, source: Source, name: str) -> SourceSide | None:
        film, clip_styles = self._core.snapshot, self._core.clip_styles
        there = any(
            source.ref in known for known in (clip_styles.shots, clip_styles.assets, clip_styles.cuts)
        )
        if film is None or not there:
            return None
        rate = film.story.project.rate
        return source_side.side_of(
            source, name, self._core.cutting.rate, self._bounds(), self._core.clip_styles.shots, rate
        )

    def _bounds(self) -> MediaLength:
        from milimo_tui.studio.commands.cut.current_cut import media_lengths

        assert self._core.snapshot is not None
        return media_lengths(self._core.snapshot.story, self._core.snapshot.cuts)

    async def _load(self, side: SourceSide) -> None:
        """Show a source. Its plan is computed in a thread; marks of the same source are preserved."""
        old, film, cut = self.side, self._core.snapshot, self._core.cut
        if old is not None and old.source == side.source and not side.is_marked:
            side = replace(side, mark_in=old.mark_in, mark_out=old.mark_out)
        if film is None or cut is None:
            return
        self.side, self._file = side, self._file_behind(side)
        asset = self._core.clip_styles.assets.get(side.source.ref)
        sound = asset is not None and asset.kind is AssetKind.SOUND

        file = self._core.clip_styles.assets.get(self._asset_seen(side))

        def plan_source() -> tuple[Plan, bool, Path | None]:
            from milimo_tui.studio.render.render_plan import asset_path, plan_of_source

            paths = self._core.studio_app.studio.project().paths
            plan = plan_of_source(
                film.story, paths, side.source, side.frames, cut, sound=sound, cuts=film.cuts
            )
            path = asset_path(paths, file) if file is not None else None
            return plan, path is not None and not path.exists(), path if sound else None

        try:
            self.plan, self._gone, self._sound = await self._core.in_thread(plan_source)
        except MilimoError as error:
            self.plan = None
            self._core.studio_app.say_error(error)
        self._shown = None
        self._core.redraw()
        self.ask_source()

    def _asset_seen(self, side: SourceSide) -> str:
        """Return the id of the asset that is shown."""
        take = self._core.clip_styles.takes.get(self._file_behind(side))
        return take.asset if take is not None else side.source.ref

    def _file_behind(self, side: SourceSide) -> str:
        """Return an id that changes with the source's pictures: the asset, or the shot's picked take.

        A compound clip changes with every revision of the film.
        """
        if side.source.kind is SourceKind.CUT and self._core.snapshot is not None:
            return f"{side.source.ref} at {self._core.snapshot.revision}"
        shot = self._core.clip_styles.shots.get(side.source.ref)
        take = self._core.clip_styles.picked(shot) if shot is not None else None
        return take.id if take is not None else "" if shot is not None else side.source.ref

    async def act_match_frame(self, key_command: KeyCommand) -> None:
        """Show the source at the same frame next to the film (`f`); on the source side, show the frame in the
        film.
        """
        if self.sourcing:
            self._match_record()
            return
        await self._yank_here(key_command.register)
        if await self._load_clip():
            self.is_open, self._loaded = True, await self._yanked()
            self._core.share_rows()
            self.draw_captions()

    def act_mask(self, key_command: KeyCommand) -> None:
        """Z k: open masks on the source of the clip under the playhead, at the same frame."""
        core, span = self._core, self._core.shown_span
        if span is None or span.clip.source.kind not in source_side.KINDS:
            open_mask(core, "")
            return
        at = timing.source_at(span.clip, core.playhead - span.start, core.cutting.rate)
        open_mask(core, span.clip.source.ref, max(Fraction(0), at))

    async def _yank_here(self, register: str) -> None:
        """Yank the source from the frame under the playhead on, and report its timecode in the source."""
        core, span = self._core, self._core.shown_span
        if span is None or span.clip.source.kind not in source_side.KINDS:
            kind = span.clip.source.kind if span is not None else SourceKind.GAP
            core.say(*_NO_SOURCE.get(kind, _NO_SOURCE[SourceKind.GAP]))
            return
        rate, ref = core.cutting.rate, span.clip.source.ref
        at = timing.source_at(span.clip, core.playhead - span.start, rate)
        source = SourceClip(
            **{span.clip.source.kind.value: ref},
            frames=max(1, span.end - core.playhead),
            source_in=max(Fraction(0), at),
            name=core.name_of(span.clip),
        )
        studio = core.studio_app.studio
        await core.in_thread(lambda: registers.keep(studio, register, source))
        where = timecode(half_up(at * rate), rate)
        core.say(
            f"{source.name} at {where} of its source, yanked from there", "good", "{ui.insert} inserts it"
        )

    def _match_record(self) -> None:
        """Go to the place nearest to the playhead where the film shows this frame of the source."""
        side = self.side
        if side is None:
            return
        rate, found = self._core.cutting.rate, []
        for index, lane in enumerate(self._core.cutting.lanes):
            for span in lane.spans:
                if span.clip.source == side.source and span.clip.effects.speed:
                    frame = span.start + round(frame_of(span.clip, side.seconds(side.playhead), rate))
                    if span.start <= frame < span.end:
                        found.append((abs(frame - self._core.playhead), frame, index))
        if not found:
            self._core.say(
                "the film does not show this frame", "warn", "{ui.insert} inserts, {ui.overwrite} overwrites"
            )
            return
        _, frame, lane_index = min(found)
        self.leave_source()
        self._core.view = replace(self._core.view, lane=lane_index)
        self._core.go_to(frame)

    def film_shown(self, film: Snapshot | None) -> None:
        """Show the newly picked take of the shot in the viewer, at the same place."""
        side = self.side
        if side is None or film is None or self._file_behind(side) == self._file:
            return
        now = self._whole(side.source, side.name)
        if now is None:
            self.side, self.plan = None, None
            self.put_away()
        else:
            if (side.mark_out or 0) <= now.frames and (side.mark_in or 0) < now.frames:
                now = replace(now, mark_in=side.mark_in, mark_out=side.mark_out)
            self._core.background(partial(self._load, now.seek(side.playhead)))

    def seek(self, frame: int) -> None:
        """Go to a frame of the source."""
        if self.side is not None:
            self.side = self.side.seek(frame)
            self.draw_captions()
            self.ask_source()

    async def yank_marked(self, register: str) -> None:
        """Yank the marked range."""
        studio, side = self._core.studio_app.studio, self.side
        if side is not None:
            piece = self._loaded = side.piece()
            await self._core.in_thread(lambda: registers.keep(studio, register, piece))

    # -- the source's picture --------------------------------------------------------------------------

    def draw_captions(self) -> None:
        if not self._core.shows_source:
            return
        source, record, side = (
            self._core.query_one("#source", Viewer),
            self._core.query_one("#record", Viewer),
            self.side,
        )
        if side is not None:
            marks = (side.mark_in, side.mark_out) if side.is_marked else side.used or (None, None)
            where = timecode(side.playhead, side.rate)
            part = source_side.part_text(side)
            source.caption.show(
                CaptionText(
                    "SOURCE", side.name, where, part, side.frames, side.playhead, marks, self.sourcing
                )
            )
        film = self._core.cutting
        name, at = (
            self._core.cut.name if self._core.cut is not None else "",
            timecode(self._core.playhead, film.rate),
        )
        marked = film.marked
        part = f"{marked[1] - marked[0]} f marked" if marked else ""
        marks = (film.mark_in, film.mark_out)
        playhead = min(self._core.playhead, max(0, film.frames - 1))
        record.caption.show(
            CaptionText("RECORD", name, at, part, film.frames, playhead, marks, not self.sourcing)
        )

    def ask_anew(self) -> None:
        """Request the frame again, because the picture has another size."""
        self._shown = None
        self.ask_source()

    async def show_playing(self, frame: int) -> None:
        """Seek to a frame and draw it."""
        if self.side is None:
            return
        self.side = self.side.seek(frame)
        wide, high = self._core.query_one("#source", Viewer).picture.wanted_pixels
        self._wanted = (self.side.source.ref, frame, wide, high)
        await self._show_source()
        self.draw_captions()

    def ask_source(self) -> None:
        """Request the source's frame; only the newest request is answered."""
        side = self.side
        if side is None or not self._core.shows_source:
            return
        wide, high = self._core.query_one("#source", Viewer).picture.wanted_pixels
        self._wanted = (side.source.ref, side.playhead, wide, high)
        if self._wanted != self._shown:
            self._core.background(self._show_source, "frames")

    async def _show_source(self) -> None:
        if self._lock.locked():
            return
        async with self._lock:
            while self._wanted is not None and self._wanted != self._shown:
                wanted, plan = self._wanted, self.plan
                _, frame, wide, high = wanted
                drawing = None
                small = self._gone and self._core.query_one("#source", Viewer).size.width < LEGIBLE
                if self._sound is not None and self.side is not None and not self._gone:
                    size = self._core.query_one("#source", Viewer).picture.size
                    drawing = await self._wave.drawn(self._sound, self.side, size)
                elif plan is not None and not small:
                    drawing = await self.monitor.frame(plan, min(frame, plan.frames - 1), wide, high)
                picture = self._core.query_one("#source", Viewer).picture
                if picture.is_attached:
                    words = f"{State.OFFLINE.glyph} offline" if small else "no picture here"
                    picture.show(drawing, self.monitor.trouble or words)
                self._shown = wanted
