"""The spoken words of a clip as a list: find words, delete them from the cut, and remove silences and filler
words. The clip is the selected clip on the timeline, or one under the playhead that has speech.

Every action is a registered command. Esc returns to the timeline; Enter goes to the word there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.tui.cuts.captions_lines import build_word_rows
from milimo_tui.tui.cuts.timeline_playhead import find_timeline_place
from milimo_tui.tui.forms.removal_plan import ask_removals
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.cut.words.word_cuts import ClipWord
    from milimo_tui.studio.commands.words.clip_words import ClipWords
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
        self.clips: tuple[ClipWords, ...] = ()  # The clips that can be shown here, the most likely first.
        self.chosen: set[int] = set()
        # The track and the first frame of the clip that the user chose to see; None for no choice.
        self._wanted: tuple[str, int] | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Rows(id="words")
        yield Empty(self.with_keys, id="empty")

    @property
    def list(self) -> Rows:
        return self.query_one("#words", Rows)

    @property
    def clip(self) -> ClipWords | None:
        """The clip whose words are shown; None if there is no clip."""
        chosen = (each for each in self.clips if _get_place(each) == self._wanted)
        return next(chosen, self.clips[0] if self.clips else None)

    @property
    def shown_words(self) -> tuple[ClipWord, ...]:
        return self.clip.heard if self.clip is not None else ()

    @property
    def here(self) -> ClipWord | None:
        """The word under the cursor; None if there is none."""
        return next((each for each in self.shown_words if str(each.number) == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
            return
        self._read_words(film)
        self._draw_words()

    def _read_words(self, film: FilmSnapshot) -> None:
        """Find the clips here and their words. After a cut, a clip may have another id."""
        from milimo_tui.studio.commands.words.clip_words import list_clip_words_at

        assert film.cut is not None
        self.clips = list_clip_words_at(self.studio_app.studio, film.cut, find_timeline_place(self))
        self.chosen &= {each.number for each in self.shown_words}

    def _draw_words(self) -> None:
        film, clip, empty = self.film, self.clip, self.query_one(Empty)
        empty.display = not self.shown_words
        self.list.display = bool(self.shown_words)
        if clip is None or not clip.heard:
            problem = clip.problem if clip is not None else "there is no clip under the playhead"
            lines = [("{ui.out}", "back where you were")]
            if len(self.clips) > 1:
                lines.insert(0, ("{ui.next_clip}", f"shows the next of {len(self.clips)} clips here"))
            if clip is not None and clip.needs_transcript:
                lines.insert(0, ("{ui.make_transcript}", "writes down what is said in the clip"))
            is_name_first = clip is not None and problem.startswith(clip.name)
            empty.show_guide(f"{problem if is_name_first else problem[:1].upper() + problem[1:]}.", lines)
        elif film is not None and film.cut is not None:
            self.list.show_rows(
                build_word_rows(clip.heard, self.chosen, clip.placed.start, film.cut.rate, self.ink)
            )
            if self.focused is None:  # The list has no focus because it was hidden until now.
                self.list.focus()
        self.refresh_header()
        self.refresh_lines()

    def list_idle_acts(self) -> frozenset[str]:
        acts = [] if self.shown_words else ["enter", "tick", "delete", "tidy"]
        acts += [] if len(self.clips) > 1 else ["next_clip"]
        return frozenset(f"ui.{act}" for act in acts)

    def format_header_facts(self) -> Text:
        clip, count = self.clip, len(self.clips)
        if clip is None:
            return join_line()
        chosen = f"   {format_count(len(self.chosen), 'word')} selected" if self.chosen else ""
        others = f"   clip {self.clips.index(clip) + 1} of {count}" if count > 1 else ""
        return join_line(
            (clip.title, self.ink.strong),
            (others, self.ink.muted),
            (f"   {format_count(len(clip.heard), 'word')}", self.ink.muted),
            (chosen, self.ink.picked),
        )

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Go to the word on the timeline (Enter)."""
        if self.here is not None and self.clip is not None:
            frame = self.clip.placed.start + max(0, int(self.here.start))
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
        if numbers and self.clip is not None:
            words = ",".join(map(str, numbers))
            self.chosen.clear()
            await self.run_and_wait("transcript.cut", clip=self.clip.placed.clip.id, words=words)

    @action
    def act_next_clip(self, key_command: KeyCommand) -> None:
        """Show the words of the next clip here."""
        clip = self.clip
        if clip is None or len(self.clips) < 2:
            self.show_message("there is no other clip here", "warn", "select another clip on the Timeline")
            return
        index = (self.clips.index(clip) + 1) % len(self.clips)
        self._wanted = _get_place(self.clips[index])
        self.chosen.clear()
        self._draw_words()

    @action
    async def act_tidy(self, key_command: KeyCommand) -> None:
        """Show the plan that removes silences and filler words, and carry it out if the user accepts it."""
        if self.clip is not None:
            await ask_removals(self, self.clip.title, [self.clip.placed.clip.id])

    @action
    async def act_make_transcript(self, key_command: KeyCommand) -> None:
        """Queue the work that writes down the words of the clip that is shown."""
        if self.clip is not None:
            await self.run_and_wait("transcript.make", source=self.clip.placed.clip.id, detach=True)

    @action
    async def act_make_captions(self, key_command: KeyCommand) -> None:
        """Make captions from the transcripts of all clips."""
        await self.run_and_wait("caption.make", spoken="all", track="Spoken", overwrite=True)


def _get_place(clip: ClipWords) -> tuple[str, int]:
    """Return the track and the first frame of a clip. They stay the same when words of the clip are cut."""
    return clip.placed.clip.track, clip.placed.start
