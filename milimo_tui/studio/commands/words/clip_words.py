"""Find the clip whose spoken words are shown: a selected clip, or a clip under the playhead."""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.words.spoken_clips import CutPlace, list_likely_speech
from milimo_tui.cut.words.word_cuts import ClipWord
from milimo_tui.studio.commands.cut.current_cut import get_clip_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.words.transcripts import list_words_of_clip


@dataclass(frozen=True, slots=True)
class ClipWords:
    """A clip of the cut and the words that are heard in it. `track` is the name of its track. If there are no
    words, `problem` says why.
    """

    placed: PlacedClip
    name: str
    track: str
    heard: tuple[ClipWord, ...] = ()
    problem: str = ""
    needs_transcript: bool = False

    @property
    def title(self) -> str:
        """The name of the clip and of its track: `interview.mov on A1`."""
        return f"{self.name} on {self.track}"


def list_clip_words_at(studio: Studio, cut: Cut, place: CutPlace) -> tuple[ClipWords, ...]:
    """Return the selected clips, or the clips under the playhead, with their words. Clips with words are
    first, then clips that need a transcript.
    """
    placed = layout(cut)
    found = [
        _read_words(studio, cut, each, placed.get_track(each.clip.track).name)
        for each in list_likely_speech(placed, place)
    ]
    return tuple(sorted(found, key=lambda each: (not each.heard, not each.needs_transcript)))


def _read_words(studio: Studio, cut: Cut, placed: PlacedClip, track: str) -> ClipWords:
    name = get_clip_name(studio, placed.clip)
    try:
        _, heard = list_words_of_clip(studio, cut, placed.clip, name)
    except NotFound:
        problem = f"there is no transcript of {name} on {track} yet"
        return ClipWords(placed, name, track, problem=problem, needs_transcript=True)
    except MilimoError as error:
        return ClipWords(placed, name, track, problem=error.message)
    return ClipWords(placed, name, track, heard, "" if heard else f"no words are heard in {name} on {track}")
