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
from milimo_tui.core.format import plural
from milimo_tui.tui.terminal.theme import FAILED, Ink
from milimo_tui.tui.widgets.text import cut, line, wrapped

if TYPE_CHECKING:
    from milimo_tui.story.shots.shot_filter import FilmNames, ShotFilter, Subject
    from milimo_tui.story.values.film import Story
    from milimo_tui.studio.takes.shot_spec import ShotState
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.screen import StudioScreen
    from milimo_tui.tui.shot.shot_state import BasicShotState

NAME = "FILTER"  # Name of the mode while the filter is typed.
REST = 0.15  # Seconds without a key before the board is filtered; the count is updated with every key.
LEAST_WORDS = 16  # Minimum cells of the filter in the header.

States = Sequence["BasicShotState | ShotState"]


class BoardFilter:
    """The board's filter. `filter_states` selects the shown shots; `draw` is called when the selection
    changes.
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
        self._names: tuple[Story, FilmNames] | None = None
        self._subjects: tuple[States, Sequence[Subject]] | None = None
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

    def clear(self) -> None:
        """Show all shots."""
        self.text, self._filter, self._wrong = "", None, ""

    def of_film(self, film: str) -> None:
        """Clear the filter if another film is shown."""
        if film != self._film:
            self._film = film
            self.clear()

    def keep(self, states: States) -> States:
        """Return the states of the shots that the filter selects."""
        wanted, kept = self._filter, self._kept
        if wanted is None:
            return states
        if kept is None or kept[0] is not states or kept[1] is not wanted:
            pairs = zip(states, self._subjects_of(states), strict=True)
            kept = states, wanted, [state for state, subject in pairs if wanted.keeps(subject)]
            self._kept = kept
        return kept[2]

    def _subjects_of(self, states: States) -> Sequence[Subject]:
        """Return the properties of the shots that a filter tests; cached per list of states."""
        from milimo_tui.story.shots.shot_filter import subject_of

        film = self._screen.film
        if self._subjects is None or self._subjects[0] is not states:
            scenes = {scene.id: scene for scene in film.story.scenes} if film is not None else {}
            elements = film.story.elements if film is not None else ()
            found = [
                subject_of(
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

    def _known_names(self) -> FilmNames | None:
        from milimo_tui.story.shots.shot_filter import names_of

        film = self._screen.film
        if film is None:
            return None
        if self._names is None or self._names[0] is not film.story:
            self._names = film.story, names_of(film.story)
        return self._names[1]

    def facts(self, ink: Ink, room: int) -> Text:
        """Describe the selection: the number of shown shots, the filter, and the key that shows all shots."""
        states = self._states()
        if self._wrong and self.is_asking:
            return cut(line((f"{FAILED} {self._wrong}", ink.failed)), room)
        count = line((f"{len(self.keep(states))} of {plural(len(states), 'shot')}   ", ink.text))
        if self.is_asking:
            return count
        keymap = self._screen.studio_app.keyboard.keymap
        out = line(
            (f"   {keymap.with_keys('{ui.out}', self._screen.contexts)}", ink.accent),
            (" shows all", ink.muted),
        )
        words = cut(line((self.text, ink.strong)), max(LEAST_WORDS, room - count.cell_len - out.cell_len))
        return line(count, words, out)

    # -- actions -----------------------------------------------------------------------------------

    async def act_filter(self, key_command: KeyCommand) -> None:
        """f: select the shown shots; an empty line shows all."""
        screen, before = self._screen, (self.text, self._filter)
        names = self._known_names()
        if names is None or not self._states():
            screen.say(
                "there are no shots to filter", "warn", "{ui.mode script}, {script:ui.commit} makes them"
            )
            return
        from milimo_tui.story.shots.shot_filter import KNOWN, completions, read_filter

        self._here = screen.studio_app.shot
        typed: str | None = self.text
        above: list[Text] = [line((KNOWN, screen.ink.muted))]
        while True:
            typed = await screen.ask(
                "filter:",
                typed or "",
                name=NAME,
                lines=partial(completions, names=names),
                changed=self._typed,
                above=above,
            )
            if typed is None:
                (self.text, self._filter), self._wrong = before, ""
                break
            try:
                found = read_filter(typed, names)
            except BadInput as error:
                ink, room = screen.ink, screen.size.width - 4
                above = [line((f"{FAILED} {error.message}", ink.failed))]
                above += [line((row, ink.muted)) for row in wrapped(error.hint, room)]
                continue
            self.text, self._wrong = typed.strip(), ""
            self._filter = found if self.text else None
            break
        self._draw(self._here)

    def act_out(self, key_command: KeyCommand) -> None:
        """Esc: show all shots; if all are shown, go one level out."""
        if self.is_on:
            self.clear()
            self._draw("")
        else:
            self._screen.act_out(key_command)

    def _typed(self, text: str) -> None:
        """Count the matches of the text typed so far; the board follows after a pause in typing."""
        from milimo_tui.story.shots.shot_filter import read_filter

        names = self._known_names()
        if names is None:
            return
        try:
            found = read_filter(text, names, typing=True)
        except BadInput as error:
            self._wrong = error.message
        else:
            self.text, self._wrong = text.strip(), ""
            self._filter = found if self.text else None
            self._screen.background(self._follow, "filter", exclusive=True)
        self._screen.refresh_head()

    async def _follow(self) -> None:
        await asyncio.sleep(REST)
        if self.is_asking:
            self._draw(self._here)


def shown_next(order: Mapping[str, int], shown: Iterable[str], wanted: str) -> str:
    """Return the shot for the cursor: the wanted shot, otherwise the next shown shot, otherwise the last."""
    place, last = order.get(wanted, 0), ""
    for last in shown:
        if order[last] >= place:
            return last
    return last
