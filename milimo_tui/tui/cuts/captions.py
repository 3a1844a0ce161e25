"""The captions of the cut as a list: edit, split, merge and retime them, and import and export files.

Every action is a registered command. Esc returns to the timeline; Enter goes to the start of the caption
there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.core.time import frames_to_seconds, seconds_to_frames
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.cut.words.caption_checks import CaptionLimits, CaptionProblem, check_captions
from milimo_tui.cut.words.caption_edits import list_track_captions
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.studio.render.deliveries import list_script_captions
from milimo_tui.tui.cuts.captions_lines import (
    build_caption_rows,
    format_caption_headings,
    format_caption_problems,
)
from milimo_tui.tui.cuts.timeline_playhead import find_timeline_playhead
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.keys.completion import list_path_completions
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class CaptionsScreen(StudioScreen):
    """The screen with the captions of one track. A caption outside the limits for reading has its problem on
    the right. The line under the list explains the problems of the caption under the cursor.
    """

    MODE = ListName.CAPTIONS
    TITLE = "Captions"
    CONTEXTS = ("captions", "list", "global")
    CSS_PATH = "captions.tcss"
    AUTO_FOCUS = "#captions"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.captions: tuple[CutCaption, ...] = ()
        self.problems: dict[str, list[CaptionProblem]] = {}
        self.only_problems = False
        # The name of the visible track; empty: the first.
        self.track_name = ""

    def compose_body(self) -> Iterable[Widget]:
        yield Vertical(Line(id="heads"), Rows(id="captions"), Line(id="problem"), id="found")
        yield Empty(self.with_keys, id="empty")

    @property
    def list(self) -> Rows:
        return self.query_one("#captions", Rows)

    @property
    def here(self) -> CutCaption | None:
        """The caption under the cursor; None if there is none."""
        return next((each for each in self.captions if each.id == self.list.key), None)

    @property
    def track(self) -> CaptionTrack | None:
        """The visible track of captions."""
        tracks = self.film.cut.caption_tracks if self.film and self.film.cut else ()
        named = (track for track in tracks if track.name == self.track_name)
        return next(named, tracks[0] if tracks else None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
            return
        track = self.track
        self.captions = list_track_captions(film.cut, track.id) if track else ()
        placed = film.layout or layout(film.cut)
        length = frames_to_seconds(placed.frames, film.cut.rate)
        self.problems = {}
        for problem in check_captions(self.captions, CaptionLimits(), length):
            self.problems.setdefault(problem.caption.id, []).append(problem)
        self._draw_captions()

    def _draw_captions(self) -> None:
        film = self.film
        if film is None or film.cut is None:
            return
        shown = [each for each in self.captions if each.id in self.problems or not self.only_problems]
        empty = self.query_one(Empty)
        empty.display = not shown
        self.query_one("#found").display = bool(shown)
        if not shown:
            none = "No caption has a problem." if self.captions else f"“{film.cut.name}” has no captions yet."
            guide = [
                ("{ui.read_in}", "reads a file of subtitles"),
                ("{ui.add}", "adds a caption at the playhead"),
            ]
            if list_script_captions(film.story, film.cut):
                guide.insert(0, ("{ui.make_captions}", "makes captions from the script"))
            empty.show_guide(none, guide)
        self.query_one("#heads", Line).show_line(*format_caption_headings(self.ink))
        self.list.show_rows(build_caption_rows(shown, self.captions, self.problems, film.cut.rate, self.ink))
        self._draw_problem()
        if shown and self.focused is None:  # The list has no focus because it was hidden until now.
            self.list.focus()
        self.refresh_lines()

    def _draw_problem(self) -> None:
        problems = self.problems.get(self.list.key, [])
        self.query_one("#problem", Line).show_line(format_caption_problems(problems, self.ink))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self._draw_problem()

    def get_current_place(self) -> ScreenPlace:
        """Return the keys for the next step: captions from the script, or an edit of the caption here."""
        acts = ("ui.edit", "ui.enter", "ui.split_caption") if self.captions else ("ui.make_captions",)
        return ScreenPlace(self.MODE, acts=acts)

    def format_header_facts(self) -> Text:
        ink, track = self.ink, self.track
        if track is None:
            return join_line(("no captions", ink.muted))
        language = f" ({track.language})" if track.language else ""
        problems = format_count(len(self.problems), "problem") if self.problems else "no problem"
        return join_line(
            (f"{track.name}{language}   ", ink.strong),
            (f"{format_count(len(self.captions), 'caption')}   ", ink.muted),
            (problems, ink.stale if self.problems else ink.muted),
        )

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go to the start of the caption on the timeline (Enter)."""
        caption, film = self.here, self.film
        if caption is not None and film is not None and film.cut is not None:
            frame = seconds_to_frames(caption.start, film.cut.rate)
            self.studio_app.run_in_background(partial(self.studio_app.return_from_list, frame), "acts")

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Show only captions with a problem, or all again."""
        self.only_problems = not self.only_problems
        self._draw_captions()

    @action
    def act_next_captions(self, key_command: KeyCommand) -> None:
        """Show the next track of captions, such as another language."""
        tracks = self.film.cut.caption_tracks if self.film and self.film.cut else ()
        track = self.track
        if track is None or len(tracks) < 2:
            self.show_message("there are no other captions", "warn", "{ui.read_in} imports them")
            return
        self.track_name = tracks[(tracks.index(track) + 1) % len(tracks)].name
        self.show_film(self.film)

    @action
    async def act_make_captions(self, key_command: KeyCommand) -> None:
        await self.run_and_wait("caption.make")

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        text = await self.ask_text("words of the caption", name="CAPTION")
        if text:
            at = str(find_timeline_playhead(self))
            await self.run_and_wait("caption.add", text=text, at=at, **self._name_track())

    def _name_track(self) -> dict[str, str]:
        return {"track": self.track.name} if self.track else {}

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Ask for the words of the caption. A slash with spaces divides lines."""
        caption = self.here
        if caption is None:
            return
        text = await self.ask_text("words of the caption", caption.text.replace("\n", " / "), name="CAPTION")
        if text is not None and text.strip():
            await self._set_caption(text="\n".join(text.split(" / ")))

    @action
    async def act_speaker(self, key_command: KeyCommand) -> None:
        caption = self.here
        if caption is None:
            return
        names = tuple(dict.fromkeys(each.speaker for each in self.captions if each.speaker))
        speaker = await self.ask_text("speaker", caption.speaker, name="CAPTION", suggestions=names)
        if speaker is not None:
            await self._set_caption(speaker=speaker)

    async def _set_caption(self, **fields: str) -> None:
        if self.here is not None:
            await self.run_and_wait("caption.set", caption=self.here.id, **fields)

    @action
    async def act_split_caption(self, key_command: KeyCommand) -> None:
        if self.here is not None:
            await self.run_and_wait("caption.split", caption=self.here.id)

    @action
    async def act_merge_caption(self, key_command: KeyCommand) -> None:
        """Merge the caption with the next one."""
        caption = self.here
        later = self.captions[self.captions.index(caption) + 1 :] if caption else ()
        if caption is None or not later:
            self.show_message("no caption follows this one", "warn")
            return
        await self.run_and_wait("caption.merge", captions=[caption.id, later[0].id])

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Delete the caption under the cursor. With a count, delete that number of visible captions from the
        cursor on.
        """
        if self.here is not None:
            first = self.list.cursor
            rows = self.list.rows[first : first + key_command.times]
            await self.run_and_wait("caption.delete", captions=[row.key for row in rows])

    @action
    async def act_retime(self, key_command: KeyCommand) -> None:
        """Move the start or the end of the caption by frames: `edge` and `by` are arguments of the key."""
        caption, film = self.here, self.film
        if caption is None or film is None or film.cut is None:
            return
        args = key_command.binding.args
        edge, by = str(args["edge"]), int(str(args["by"])) * key_command.times
        frame = seconds_to_frames(caption.start if edge == "start" else caption.end, film.cut.rate) + by
        await self._set_caption(**{edge: str(max(0, frame))})

    @action
    async def act_start_here(self, key_command: KeyCommand) -> None:
        """Let the caption begin at the playhead of the timeline, with the same duration."""
        caption, film = self.here, self.film
        if caption is None or film is None or film.cut is None:
            return
        by = frames_to_seconds(find_timeline_playhead(self), film.cut.rate) - caption.start
        sign = "-" if by < 0 else "+"
        await self.run_and_wait("caption.shift", by=f"{sign}{abs(by)}s", captions=[caption.id])

    @action
    async def act_read_in(self, key_command: KeyCommand) -> None:
        file = await self.ask_text(
            "file of subtitles (.srt .vtt .ass .ttml)", name="READ", lines=list_path_completions
        )
        outcome = await self.run_and_wait("caption.import", file=file) if file else None
        if outcome is not None:
            self.track_name = outcome.data["track"]["name"]
            self.show_film(self.film)
            if outcome.data["left_out"]:
                self.studio_app.show_text("Left out of the file", outcome.text)

    @action
    async def act_write_out(self, key_command: KeyCommand) -> None:
        file = await self.ask_text(
            "write captions to the file (.srt .vtt .ass .ttml)", name="WRITE", lines=list_path_completions
        )
        if file:
            await self.run_and_wait("caption.export", file=file, **self._name_track())
