"""Makes the cards of the storyboard, grouped by scene. Unchanged cards are cached, because a film can have
thousands of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.story.values.shot_text import get_shot_words
from milimo_tui.tui.play.job_previews import get_preview_path
from milimo_tui.tui.shot.shot_state import (
    BasicShotState,
    PictureSource,
    format_shot_length,
    format_shot_state,
    format_tags,
    list_framings,
    map_jobs_by_shot,
    summarize_note_and_tags,
)
from milimo_tui.tui.storyboard.surgery_keys import make_omitted_card, make_omitted_scene
from milimo_tui.tui.widgets.card_grid import BoardCard, Section
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.story.values.film import Scene, Shot, Story
    from milimo_tui.studio.takes.shot_spec import ShotState
    from milimo_tui.tui.storyboard.storyboard import StoryboardScreen

    AnyState = BasicShotState | ShotState


class BoardCards:
    """The maker of the storyboard's cards. `sources` has the picture of each shot. `board_keys` has the key
    of the drawn board for each shot without a picture. Both are by shot id.
    """

    def __init__(self, screen: StoryboardScreen) -> None:
        self._screen = screen
        self.sources: dict[str, PictureSource] = {}
        # Keys of drawn boards (see `DrawnBoards`), for shots that have no picture.
        self.board_keys: dict[str, str] = {}
        # Cached cards by shot id. Each card is stored with the values it was made from, to detect changes.
        self._made: dict[str, tuple[tuple[object, ...], BoardCard]] = {}
        self._made_of: object = ()  # The list of shot states for which the cached cards were made.

    def get_source(self, shot: str) -> PictureSource:
        """Return the picture of a shot; a source without a path if there is none."""
        return self.sources.get(shot, PictureSource())

    def make_sections(
        self, story: Story, states: Sequence[AnyState], shown: Sequence[AnyState], *, all_seen: bool
    ) -> list[Section]:
        """Return a section of cards for each scene that has cards. `states` has the states of all shots, and
        `shown` the states of the shots that the filter selects.

        If `all_seen` is True, omitted scenes and shots have cards too.
        """
        # Cached cards are compared by the identity of their state objects, so a new list of states clears the
        # cache.
        if self._made_of is not states:
            self._made_of, self._made = states, {}
        ink, in_keys, rate = self._screen.ink, self._screen.with_keys, story.project.rate
        jobs, make = map_jobs_by_shot(self._screen.studio_app.queue.jobs), in_keys("{shot.make}")
        by_scene: dict[str, list[AnyState]] = {}
        for state in shown:
            by_scene.setdefault(state.shot.scene, []).append(state)
        omitted = [shot for shot in story.shown_shots() if shot.omitted and all_seen]
        places = {shot.id: at for at, shot in enumerate(story.shots)}
        sections = []
        for scene in story.shown_scenes():
            if scene.omitted:
                sections += [make_omitted_scene(scene, ink, in_keys)] if all_seen else []
                continue
            mine = by_scene.get(scene.id, [])
            cards = [self._get_shot_card(state, jobs.get(state.maker.id), rate, make) for state in mine]
            cards += [
                make_omitted_card(shot.number, shot, get_shot_words(shot), ink, in_keys)
                for shot in omitted
                if shot.scene == scene.id
            ]
            if cards:
                cards.sort(key=lambda card: places[card.key])
                sections.append(self._make_scene_section(scene, mine, rate, cards))
        return sections

    def _make_scene_section(
        self, scene: Scene, states: Sequence[AnyState], rate: Fraction, cards: Sequence[BoardCard]
    ) -> Section:
        ink, frames = self._screen.ink, sum(state.shot.frames for state in states)
        return Section(
            join_line((f"{scene.number:<3} ", ink.accent), (scene.heading, ink.strong)),
            join_line(
                (
                    f"{format_clock_duration(float(frames / rate))}   {format_count(len(states), 'shot')}",
                    ink.muted,
                )
            ),
            tuple(cards),
        )

    def _get_shot_card(self, state: AnyState, job: JobView | None, rate: Fraction, make: str) -> BoardCard:
        """Return the card of a shot, from the cache if nothing has changed. `make` is the name of the key
        that makes a take.
        """
        preview, source = get_preview_path(job), self.get_source(state.shot.id)
        drawn = source.key or self.board_keys.get(state.shot.id, "")
        picture = preview if self._screen.cards.has_picture(preview) else drawn
        made_of = (id(state), id(self._screen.ink), job, picture, not source.key, make)
        known = self._made.get(state.shot.id)
        if known is None or known[0] != made_of:
            known = made_of, self._make_shot_card(state, job, rate, make, picture, is_drawn=not source.key)
            self._made[state.shot.id] = known
        return known[1]

    def _make_shot_card(
        self, state: AnyState, job: JobView | None, rate: Fraction, make: str, picture: str, *, is_drawn: bool
    ) -> BoardCard:
        shot, ink = state.shot, self._screen.ink
        remarks = f"{words}  " if (words := summarize_note_and_tags(shot)) else ""
        return BoardCard(
            key=shot.id,
            titles=tuple(
                join_line((state.number, ink.strong), " ", (words, ink.muted))
                for words in list_framings(shot)
            ),
            length=join_line((format_shot_length(shot.frames, rate), ink.muted)),
            state=format_shot_state(state, job, ink),
            here=format_shot_state(state, job, ink, make=make),
            words=join_line(
                (remarks, ink.accent), (get_shot_words(shot), ink.text if shot.dialogue else ink.muted)
            ),
            picture=picture,
            is_drawn=is_drawn,
            search=_make_search_text(state.number, shot),
        )


def _make_search_text(number: str, shot: Shot) -> str:
    """Return the text in which the search with `/` looks for a shot: number, action, dialogue, characters,
    note and tags.
    """
    return " ".join(
        (number, shot.action, get_shot_words(shot), *shot.characters, shot.note, *format_tags(shot.tags))
    )
