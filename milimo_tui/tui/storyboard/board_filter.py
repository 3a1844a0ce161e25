"""The filter of the board (`f`): a line that selects the shown shots; matches are counted while it is
typed.
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

NAME = "FILTER"  # Name of the mode while the filter is typed.
REST = 0.15  # Seconds without a key before the board is filtered; the count is updated with every key.
LEAST_WORDS = 16  # Minimum cells of the filter in the header.

States = Sequence["BasicShotState | ShotState"]


class BoardFilter(Mode):
    """The mode in which the board is filtered. `filter_states` selects the shown shots; `draw` is called when
    the selection changes.
    """

    def __init__(
        self, screen: StudioScreen, states: Callable[[], States], draw: Callable[[str], None]
    ) -> None:
        """Create a filter. `draw` is called with the shot for the cursor, or an empty string."""
        self._screen, self._states, self._draw = screen, states, draw
        self.text = ""  # The active filter, or the text typed so far.
        self._filter: ShotFilter | None = None
        self._wrong = ""  # Why the typed text is not a valid filter.
        self._here = ""  # The shot under the cursor when typing began.
        self._film = ""  # The film that the filter belongs to.
        self._names: tuple[Story, FilterNames] | None = None
        self._subjects: tuple[States, Sequence[FilteredShot]] | None = None
        # Cache: the states, the filter, and the result of the last filtering.
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
        """Show all shots."""
        self.text, self._filter, self._wrong = "", None, ""

    def reset_for_film(self, film: str) -> None:
        """Clear the filter if another film is shown."""
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
        """Return the properties of the shots that a filter tests; cached per list of states."""
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
        """Describe the selection: the number of shown shots, the filter, and the key that shows all shots."""
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

    # -- actions -----------------------------------------------------------------------------------

    @action
    async def act_filter(self, key_command: KeyCommand) -> None:
        """f: select the shown shots; an empty line shows all."""
        screen, before = self._screen, (self.text, self._filter)
        names = self._known_names()
        if names is None or not self._states():
            screen.show_message(
                "there are no shots to filter", "warn", "{ui.mode script}, {script:ui.commit} makes them"
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
        """Show all shots."""
        self.clear_filter()
        self._draw("")
        return True

    def _apply_typed_filter(self, text: str) -> None:
        """Count the matches of the text typed so far; the board follows after a pause in typing."""
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
    """Return the shot for the cursor: the wanted shot, otherwise the next shown shot, otherwise the last."""
    place, last = order.get(wanted, 0), ""
    for last in shown:
        if order[last] >= place:
            return last
    return last
