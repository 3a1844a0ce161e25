"""The search on the timeline. `/` finds clips by words or by state on every track; `n` and `N` go to the next
and previous match.

`values.search` finds the matching clips. This module calls it once for each version of the film, and moves
the playhead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milimo_tui.story.values.film import Shot
from milimo_tui.studio.takes.shot_spec import compose_plain_prompt
from milimo_tui.tui.timeline.values.clip_style import ClipStyles
from milimo_tui.tui.timeline.values.model import TimelineFilm
from milimo_tui.tui.timeline.values.search import SearchHit, describe_no_hits, find_next_hit, search_clips

if TYPE_CHECKING:
    from milimo_tui.tui.timeline.base.core import TimelineCore


class TimelineSearch:
    """The search of clips on the Timeline screen. The matches of the last search are cached, so that `n` and
    `N` do not search again.
    """

    def __init__(self, core: TimelineCore) -> None:
        self._core = core
        # The film, clip styles and words of the search that found `_hits`. The search is repeated if one of
        # them changes.
        self._searched: tuple[TimelineFilm, ClipStyles, str] | None = None
        self._hits: tuple[SearchHit, ...] = ()

    def find(self, words: str, step: int) -> None:
        """Move the playhead to the next clip that matches `words`, or to the previous one if `step` is
        negative. A clip matches if it contains the words. If the words are the name of a state, such as
        `stale`, a clip in that state matches.
        """
        of = (self._core.cutting, self._core.clip_styles, words)
        if self._searched is None or any(old is not new for old, new in zip(self._searched, of, strict=True)):
            self._searched, self._hits = of, search_clips(*of, self._find_shot_prompt)
        index = find_next_hit(self._hits, SearchHit(self._core.playhead, self._core.view.lane), step)
        if index is None:
            self._core.show_message(
                describe_no_hits(words),
                "warn",
                "the words missing, stale, offline and gap find clips by their state",
            )
            return
        hit = self._hits[index]
        self._core.halt_playback()
        self._core.view = replace(self._core.view, lane=hit.lane)
        self._core.go_to(hit.start)
        self._core.show_message(
            f"“{words}”: {index + 1} of {len(self._hits)}",
            hint="{ui.search_next} and {ui.search_previous} go to the next and previous match",
        )

    def _find_shot_prompt(self, shot: Shot) -> str:
        """Return the prompt that the user wrote for a shot. If there is none, return the prompt that is
        composed from the film.
        """
        film = self._core.film
        if film is None or shot.scene not in self._core.clip_styles.scenes:
            return shot.prompt or ""
        return compose_plain_prompt(film.story, shot).text
