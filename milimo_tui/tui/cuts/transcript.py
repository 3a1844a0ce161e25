"""The spoken words of the clip under the playhead as a list: find words, delete them from the cut, and remove
silences and filler words.

Every action is a registered command. Esc returns to the timeline; Enter goes to the word there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.cut.words.word_cuts import ClipWord
from milimo_tui.tui.cuts.captions_lines import build_word_rows
from milimo_tui.tui.cuts.timeline_playhead import find_timeline_playhead
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class TranscriptScreen(StudioScreen):
    """The screen with the words of one clip. Space selects words; without a selection, a key applies to the
    word under the cursor.
    """

    MODE = ListName.TRANSCRIPT
    TITLE = "Words"
    CONTEXTS = ("transcript", "list", "global")
    CSS_PATH = "transcript.tcss"
    AUTO_FOCUS = "#words"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self.placed: PlacedClip | None = None
        self.clip_name = ""
        self.heard: tuple[ClipWord, ...] = ()
        self.chosen: set[int] = set()
        self.problem = ""

    def compose_body(self) -> Iterable[Widget]:
        yield Rows(id="words")
        yield Empty(self.with_keys, id="empty")

    @property
    def list(self) -> Rows:
        return self.query_one("#words", Rows)

    @property
    def here(self) -> ClipWord | None:
        """The word under the cursor; None if there is none."""
        return next((each for each in self.heard if str(each.number) == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
            return
        self._read_words(film)
        self._draw_words()

    def _read_words(self, film: FilmSnapshot) -> None:
        """Find the clip with words at the playhead. After a cut, the clip may have another id."""
        from milimo_tui.studio.commands.cut.current_cut import get_clip_name
        from milimo_tui.studio.words import transcripts

        studio, cut = self.studio_app.studio, film.cut
        assert cut is not None
        self.placed, self.heard, self.problem = None, (), "There is no clip under the playhead."
        for placed in _list_clips_at(film.layout or layout(cut), find_timeline_playhead(self)):
            name = get_clip_name(studio, placed.clip)
            try:
                _, heard = transcripts.list_words_of_clip(studio, cut, placed.clip, name)
            except MilimoError as error:
                if self.placed is None:  # The first clip is named until a clip with words is found.
                    self.placed, self.clip_name = placed, name
                    self.problem = f"{error.message[:1].upper()}{error.message[1:]}."
                    if isinstance(error, NotFound):
                        self.problem = f"{name} has no transcript yet."
                continue
            self.placed, self.clip_name, self.heard = placed, name, heard
            break
        self.chosen &= {each.number for each in self.heard}

    def _draw_words(self) -> None:
        film, empty = self.film, self.query_one(Empty)
        empty.display = not self.heard
        self.list.display = bool(self.heard)
        if not self.heard or self.placed is None or film is None or film.cut is None:
            empty.show_guide(
                self.problem,
                [
                    ("{ui.make_transcript}", "writes down what is said in the clip"),
                    ("{ui.out}", "back where you were"),
                ],
            )
            self.refresh_lines()
            return
        self.list.show_rows(
            build_word_rows(self.heard, self.chosen, self.placed.start, film.cut.rate, self.ink)
        )
        if self.focused is None:  # The list has no focus because it was hidden until now.
            self.list.focus()
        self.refresh_lines()

    def format_header_facts(self) -> Text:
        chosen = f"   {format_count(len(self.chosen), 'word')} selected" if self.chosen else ""
        return join_line(
            (f"{self.clip_name}   ", self.ink.strong),
            (format_count(len(self.heard), "word"), self.ink.muted),
            (chosen, self.ink.picked),
        )

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go to the word on the timeline (Enter)."""
        if self.here is not None and self.placed is not None:
            frame = self.placed.start + max(0, int(self.here.start))
            self.studio_app.run_in_background(partial(self.studio_app.return_from_list, frame), "acts")

    @action
    def act_tick(self, key_command: KeyCommand) -> None:
        """Select the word under the cursor, or end its selection."""
        if self.here is not None:
            self.chosen ^= {self.here.number}
            self._draw_words()
            self.list.move_to(self.list.cursor + 1)

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Delete the selected words, or the word under the cursor, from the cut."""
        numbers = sorted(self.chosen) or ([self.here.number] if self.here is not None else [])
        if numbers and self.placed is not None:
            words = ",".join(map(str, numbers))
            self.chosen.clear()
            await self.run_and_wait("transcript.cut", clip=self.placed.clip.id, words=words)

    @action
    async def act_tidy(self, key_command: KeyCommand) -> None:
        """Show the plan that removes silences and filler words, then carry it out if the user agrees."""
        if self.placed is None:
            return
        clip = self.placed.clip.id
        plan = await self.run_and_wait("transcript.tidy", clip=clip, dry_run=True)
        if plan is None or not plan.data:
            return
        rows = [f"{row['at']}  {row['seconds']:.2f} s  {row['reason']}" for row in plan.data]
        above = [join_line((row, self.ink.muted)) for row in rows[:8]]
        if len(rows) > len(above):
            above.append(join_line((f"and {len(rows) - len(above)} more", self.ink.muted)))
        answer = await self.ask_text(
            f"remove {format_count(len(rows), 'range')}? yes or no",
            "yes",
            name="TIDY",
            suggestions=("yes", "no"),
            above=above,
        )
        if answer == "yes":
            await self.run_and_wait("transcript.tidy", clip=clip)

    @action
    async def act_make_transcript(self, key_command: KeyCommand) -> None:
        if self.placed is not None:
            await self.run_and_wait("transcript.make", source=self.placed.clip.id, detach=True)

    @action
    async def act_make_captions(self, key_command: KeyCommand) -> None:
        """Make captions from the transcripts of all clips."""
        await self.run_and_wait("caption.make", spoken="all", track="Spoken", overwrite=True)


def _list_clips_at(placed: Layout, frame: int) -> list[PlacedClip]:
    """Return the clips at a frame: those of video tracks from the top, then those of audio tracks."""
    tracks = [
        *reversed([track for track in placed.tracks if track.kind is TrackKind.VIDEO]),
        *(track for track in placed.tracks if track.kind is TrackKind.AUDIO),
    ]
    found = (placed.find_clip_at(track.id, frame) for track in tracks)
    return [each for each in found if each is not None]
