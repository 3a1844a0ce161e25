"""The row of spoken words on the timeline, and the mode WORDS, in which words are selected and cut."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.studio.words.transcripts import list_cut_words
from milimo_tui.tui.forms.removal_plan import ask_removals
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.timeline.values.spoken_lane import SpokenLane
from milimo_tui.tui.timeline.values.targets import find_cut_place

if TYPE_CHECKING:
    from milimo_tui.cut.values.cut import Cut
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.timeline.base.core import TimelineCore


class SpokenWords(Mode):
    """The mode WORDS. `h` and `l` go from word to word, space selects a word, and `x` cuts the words."""

    CONTEXTS = ("spoken",)
    NAME_STAYS = True

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        self.lane: SpokenLane | None = None  # None while the row of words is hidden.
        self._is_selecting = False

    @property
    def is_on(self) -> bool:
        return self._is_selecting and self.lane is not None

    @property
    def mode_name(self) -> str:
        chosen = len(self.lane.chosen) if self.lane is not None else 0
        return f"WORDS {chosen} selected" if chosen else "WORDS"

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        if self.lane is not None and self.lane.chosen:
            self._show_lane(replace(self.lane, chosen=frozenset()))
        else:
            self._is_selecting = False
            self._core.refresh_lines()
        return True

    def follow_film(self, film: FilmSnapshot | None) -> None:
        """Read the words again after a change of the film."""
        if self.lane is not None and film is not None and film.cut is not None:
            self._core.run_in_background(partial(self._read_words, film.cut), "words", exclusive=True)

    async def _read_words(self, cut: Cut) -> None:
        studio = self._core.studio_app.studio
        words = await self._core.in_thread(partial(list_cut_words, studio, cut, cut.clips))
        if self.lane is None:
            return
        chosen = self.lane.chosen if self.lane.words == words else frozenset()
        if (words, chosen) != (self.lane.words, self.lane.chosen):
            self._show_lane(SpokenLane(words, chosen))

    def _show_lane(self, lane: SpokenLane | None) -> None:
        changed = (lane is None) is not (self.lane is None)
        self.lane = lane
        self._core.redraw()
        if changed:
            self._core.divide_screen()

    @action
    async def act_spoken(self, key_command: KeyCommand) -> None:
        """Show or hide the row of spoken words (`T w`)."""
        if self.lane is not None:
            self._is_selecting = False
            self._show_lane(None)
        elif await self._open_lane():
            self._core.show_message(
                "spoken words", hint="{ui.select_words} selects words, {ui.search} finds them"
            )

    async def _open_lane(self) -> bool:
        """Show the row of words. Return False if the cut has no words yet."""
        cut = self._core.cut
        if cut is None:
            return False
        self.lane = self.lane or SpokenLane()
        await self._read_words(cut)
        if self.lane.words:
            self._show_lane(self.lane)
            self._core.divide_screen()
            return True
        self._show_lane(None)
        self._core.show_message(
            "no clip of the cut has a transcript with words", "warn", "{ui.transcript} makes transcripts"
        )
        return False

    @action
    async def act_select_words(self, key_command: KeyCommand) -> None:
        """Begin or end the mode WORDS (`Z w`)."""
        if self.is_on:
            self._is_selecting = False
        elif self.lane is not None or await self._open_lane():
            self._core.halt_playback()
            self._is_selecting = True
            if self._find_here() is None:
                self._go_to_word(self._find_neighbour(1) or 0)
        self._core.redraw()

    def _find_here(self) -> int | None:
        return self.lane.find_word_at(self._core.playhead) if self.lane is not None else None

    def _find_neighbour(self, step: int) -> int | None:
        return self.lane.find_next_word(self._core.playhead, step) if self.lane is not None else None

    def _go_to_word(self, index: int) -> None:
        if self.lane is not None and index < len(self.lane.words):
            # The first frame in which nothing of the word before is heard.
            word = self.lane.words[index]
            frame = int(word.start)
            if self.lane.find_word_at(frame) != index and frame + 1 < word.end:
                frame += 1
            self._core.go_to(frame)

    @action
    def act_word(self, key_command: KeyCommand) -> None:
        """Go to the next or the previous word. The key's argument `step` is the direction."""
        if self.lane is None:
            return
        step, here = int(str(key_command.binding.args["step"])), self._find_here()
        for _ in range(key_command.times):
            found = here + step if here is not None else self._find_neighbour(step)
            if found is None or not 0 <= found < len(self.lane.words):
                break
            here = found
            self._go_to_word(here)

    @action
    def act_tick(self, key_command: KeyCommand) -> None:
        """Select the word at the playhead, or end its selection, and go to the next word."""
        here = self._find_here()
        if self.lane is None or here is None:
            self._core.show_message("there is no word at the playhead", "warn", "{ui.word} goes to the next")
            return
        self._show_lane(replace(self.lane, chosen=self.lane.chosen ^ {here}))
        if here + 1 < len(self.lane.words):
            self._go_to_word(here + 1)

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Cut the selected words, or the word at the playhead, in one undo step."""
        here = self._find_here()
        chosen = sorted(self.lane.chosen) if self.lane is not None else []
        numbers = chosen or ([here] if here is not None else [])
        if self.lane is None or not numbers:
            self._core.show_message("there is no word at the playhead", "warn", "{ui.word} goes to the next")
            return
        words = [self.lane.words[index] for index in numbers]
        self._show_lane(replace(self.lane, chosen=frozenset()))
        # The last clip is cut first, so that the other clips keep their times.
        groups = [(clip, list(group)) for clip, group in groupby(words, key=lambda each: each.clip)]
        with self._core.one_edit(f"cut {format_count(len(words), 'word')}"):
            for clip, group in reversed(groups):
                numbers_text = ",".join(str(each.number) for each in group)
                await self._core.run_and_wait("transcript.cut", clip=clip, words=numbers_text)

    @action
    async def act_tidy(self, key_command: KeyCommand) -> None:
        """Show the plan that removes silences and filler words of the selected clips, or else of the clip
        under the playhead that has words (`Z W`).
        """
        from milimo_tui.studio.commands.words.clip_words import list_clip_words_at

        core, cut = self._core, self._core.cut
        if cut is None:
            return
        place = find_cut_place(core.cutting, core.view, core.visual)
        found = await core.in_thread(partial(list_clip_words_at, core.studio_app.studio, cut, place))
        heard = [each for each in found if each.heard]
        if heard:
            core.halt_playback()
            chosen = heard if place.clips else heard[:1]
            title = chosen[0].title if len(chosen) == 1 else format_count(len(chosen), "clip")
            await ask_removals(core, title, [each.placed.clip.id for each in chosen])
        elif found:
            core.show_message(found[0].problem, "warn", "{ui.transcript} makes transcripts")
        else:
            core.show_message("there is no clip under the playhead", "warn", "{ui.move next_edit} goes on")

    def search_words(self, words: str, step: int) -> bool:
        """Go to the next place where the words are spoken. Return False if the screen should search clips,
        because the row of words is hidden, or because nobody says the words and the mode is not active.
        """
        if self.lane is None:
            return False
        hits = self.lane.list_phrase_hits(words)
        if not hits:
            if not self.is_on:
                return False  # The screen then searches clips.
            self._core.show_message(f"“{words}” is not spoken in this cut", "warn")
            return True
        playhead = self._core.playhead
        starts = [int(self.lane.words[index].start) for index in hits]
        later = [at for at, start in enumerate(starts) if start > playhead]
        earlier = [at for at, start in enumerate(starts) if self.lane.words[hits[at]].end <= playhead]
        at = (later[0] if later else 0) if step > 0 else (earlier[-1] if earlier else len(hits) - 1)
        self._core.halt_playback()
        self._go_to_word(hits[at])
        self._core.show_message(
            f"“{words}”: {at + 1} of {len(hits)}",
            hint="{ui.search_next} and {ui.search_previous} go to the next and previous match",
        )
        return True
