"""The filter of the storyboard (key `f`): words such as `@Mara #wet` that select the visible shots. The
matches are counted while the user types.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import Mode
from milimo_tui.tui.terminal.theme import FAILED, TextStyles
from milimo_tui.tui.widgets.text import join_line, truncate_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.story.shots.shot_filter import FilteredShot, FilterNames, ShotFilter
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.takes.shot_spec import ShotState
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.shot.shot_state import BasicShotState

NAME = "FILTER"  # Name of the mode on the status line while the user types the filter.
# Pause in typing, in seconds, after which the board is filtered. The count in the header changes with every
# key.
REST = 0.15
LEAST_WORDS = 16  # Minimum width of the filter's text in the header, in cells.

States = Sequence["BasicShotState | ShotState"]


class BoardFilter(Mode):
    """The filter of the storyboard. It is also a mode of the screen, which is active while the filter hides
    shots. `filter_states` selects the shots to show.
    """

    def __init__(
        self, screen: StudioScreen, states: Callable[[], States], draw: Callable[[str], None]
    ) -> None:
        """Create the filter. `states` returns the states of all shots. `draw` redraws the board. Its argument
        is the id of the shot to which the cursor moves, or empty if the cursor stays.
        """
        self._screen, self._states, self._draw = screen, states, draw
        self.text = ""  # The active filter, or the text typed so far.
        self._filter: ShotFilter | None = None
        self._wrong = ""  # The reason why the typed text is not a valid filter; empty if it is valid.
        self._here = ""  # Id of the shot that was under the cursor when the user began to type.
        # Id of the film for which the filter was typed. The filter is removed when another film is opened.
        self._film = ""
        self._names: tuple[Story, FilterNames] | None = None
        self._subjects: tuple[States, Sequence[FilteredShot]] | None = None
        # The last result of filtering, cached: all states, the filter, and the selected states.
        self._kept: tuple[States, ShotFilter, States] | None = None

    @property
    def is_on(self) -> bool:
        """True if a filter is active."""
        return self._filter is not None

    @property
    def is_asking(self) -> bool:
        """True while the filter is being typed."""
        prompt = self._screen.prompt
        return prompt.is_open and prompt.name_shown == NAME

    def clear_filter(self) -> None:
        """Remove the filter, so that all shots are shown."""
        self.text, self._filter, self._wrong = "", None, ""

    def reset_for_film(self, film: str) -> None:
        """Remove the filter if another film was opened since the last call. `film` is the id of the open
        film.
        """
        if film != self._film:
            self._film = film
            self.clear_filter()

    def filter_states(self, states: States) -> States:
        """Return the states of the shots that the filter selects."""
        wanted, kept = self._filter, self._kept
        if wanted is None:
            return states
        if kept is None or kept[0] is not states or kept[1] is not wanted:
            pairs = zip(states, self._get_subjects(states), strict=True)
            kept = states, wanted, [state for state, subject in pairs if wanted.is_match(subject)]
            self._kept = kept
        return kept[2]

    def _get_subjects(self, states: States) -> Sequence[FilteredShot]:
        """Return the properties of each shot that a filter can test, such as characters and tags. The result
        is cached until there is a new list of states.
        """
        from milimo_tui.story.shots.shot_filter import make_filtered_shot

        film = self._screen.film
        if self._subjects is None or self._subjects[0] is not states:
            scenes = {scene.id: scene for scene in film.story.scenes} if film is not None else {}
            elements = film.story.elements if film is not None else ()
            found = [
                make_filtered_shot(
                    state.shot,
                    scenes[state.shot.scene],
                    elements,
                    picked=state.picked is not None,
                    stale=state.stale,
                )
                for state in states
            ]
            self._subjects = states, found
        return self._subjects[1]

    def _known_names(self) -> FilterNames | None:
        from milimo_tui.story.shots.shot_filter import collect_filter_names

        film = self._screen.film
        if film is None:
            return None
        if self._names is None or self._names[0] is not film.story:
            self._names = film.story, collect_filter_names(film.story)
        return self._names[1]

    def facts(self, ink: TextStyles, room: int) -> Text:
        """Describe the filter for the header, in at most `room` cells: the number of matching shots, the
        filter, and the key that shows all shots. If the typed text is not a valid filter, return the reason.
        """
        states = self._states()
        if self._wrong and self.is_asking:
            return truncate_line(join_line((f"{FAILED} {self._wrong}", ink.failed)), room)
        count = join_line(
            (f"{len(self.filter_states(states))} of {format_count(len(states), 'shot')}   ", ink.text)
        )
        if self.is_asking:
            return count
        keymap = self._screen.studio_app.keyboard.keymap
        out = join_line(
            (f"   {keymap.with_keys('{ui.out}', self._screen.contexts)}", ink.accent),
            (" shows all", ink.muted),
        )
        words = truncate_line(
            join_line((self.text, ink.strong)), max(LEAST_WORDS, room - count.cell_len - out.cell_len)
        )
        return join_line(count, words, out)

    @action
    async def act_filter(self, key_command: KeyCommand) -> None:
        """f: ask for a filter, and show only the matching shots. An empty filter shows all shots."""
        screen, before = self._screen, (self.text, self._filter)
        names = self._known_names()
        if names is None or not self._states():
            screen.show_message(
                "there are no shots to filter", "warn", "{ui.mode script}, then {script:ui.commit} makes them"
            )
            return
        from milimo_tui.story.shots.shot_filter import FILTER_SYNTAX, complete_filter, parse_shot_filter

        self._here = screen.studio_app.shot
        typed: str | None = self.text
        above: list[Text] = [join_line((FILTER_SYNTAX, screen.ink.muted))]
        while True:
            typed = await screen.ask_text(
                "filter:",
                typed or "",
                name=NAME,
                lines=partial(complete_filter, names=names),
                changed=self._apply_typed_filter,
                above=above,
            )
            if typed is None:
                (self.text, self._filter), self._wrong = before, ""
                break
            try:
                found = parse_shot_filter(typed, names)
            except BadInput as error:
                ink, room = screen.ink, screen.size.width - 4
                above = [join_line((f"{FAILED} {error.message}", ink.failed))]
                above += [join_line((row, ink.muted)) for row in wrap_words(error.hint, room)]
                continue
            self.text, self._wrong = typed.strip(), ""
            self._filter = found if self.text else None
            break
        self._draw(self._here)

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Handle Esc: remove the filter, so that all shots are shown. Always returns True."""
        self.clear_filter()
        self._draw("")
        return True

    def _apply_typed_filter(self, text: str) -> None:
        """Count the matches of the text typed so far. The board itself is filtered after a pause in
        typing.
        """
        from milimo_tui.story.shots.shot_filter import parse_shot_filter

        names = self._known_names()
        if names is None:
            return
        try:
            found = parse_shot_filter(text, names, typing=True)
        except BadInput as error:
            self._wrong = error.message
        else:
            self.text, self._wrong = text.strip(), ""
            self._filter = found if self.text else None
            self._screen.run_in_background(self._redraw_after_pause, "filter", exclusive=True)
        self._screen.refresh_header()

    async def _redraw_after_pause(self) -> None:
        await asyncio.sleep(REST)
        if self.is_asking:
            self._draw(self._here)


def choose_cursor_shot(order: Mapping[str, int], shown: Iterable[str], wanted: str) -> str:
    """Return the id of the shot for the cursor: `wanted` if it is shown, otherwise the next shown shot in
    film order, otherwise the last shown shot. Empty if no shot is shown.
    """
    place, last = order.get(wanted, 0), ""
    for last in shown:
        if order[last] >= place:
            return last
    return last
