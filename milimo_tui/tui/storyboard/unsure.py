"""Shows guesses about facts that the screenplay does not state, one at a time. The user accepts or corrects
each guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.containers import Horizontal
from textual.widget import Widget

from milimo_tui.core.screens import ListName
from milimo_tui.story.commit.user_value_doubts import name_shot_field
from milimo_tui.story.values.doubts import NO, NOBODY, NOT_TOLD, YES, DoubtKind
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.shot.drawn_boards import DrawnBoards
from milimo_tui.tui.shot.shot_state import PictureSource, find_shot_picture, list_character_names
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Shot
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


# Maximum number of a person's looks (such as clothes) that are offered as answers, because a single digit
# selects a look. Further looks must be typed.
LOOKS = 9
INDENT = "  "
QUESTIONS = {
    DoubtKind.CAST: "who is “{words}”?",
    DoubtKind.PLACE: "where is “{words}”?",
    DoubtKind.TIME: "when is “{words}”?",
    DoubtKind.LOOK: "how does {words} look here?",
    DoubtKind.LENGTH: "how long is “{words}”?",
    DoubtKind.FACT: "is this right: {words}?",
    DoubtKind.SAME: "are these the same person: {words}?",
}


def _format_question(doubt: dict[str, Any]) -> str:
    if doubt["field"]:
        return f"does the {name_shot_field(doubt['field'])} that you set still apply to “{doubt['words']}”?"
    if doubt["kind"] == DoubtKind.LOOK:
        name, _, script = doubt["words"].partition(": ")
        if doubt["guess"] in (YES, NO):
            return f"is it still so: {doubt['words']}?"
        words = f" “{script}”" if script else ""
        return f"{QUESTIONS[DoubtKind.LOOK].format(words=name)}{words}"
    return QUESTIONS[DoubtKind(doubt["kind"])].format(words=doubt["words"])


def _draw_answer_rows(words: str, style: Style, width: int) -> list[Row]:
    """Return the rows of one possible answer, wrapped to `width` cells."""
    first, *more = wrap_words(words, width, indent=INDENT)
    return [Row(words, join_line((first, style))), *(Row("", join_line((piece, style))) for piece in more)]


def _append_reason(rows: list[Row], reason: str, style: Style, width: int) -> list[Row]:
    """Return the rows of an answer with its reason added: on the same row if it fits into `width` cells,
    otherwise on rows below.
    """
    last = rows[-1]
    if last.left.cell_len + len(INDENT) + cell_len(reason) <= width:
        return [*rows[:-1], Row(last.key, join_line(last.left, (INDENT + reason, style)))]
    below = wrap_words(INDENT + reason, width, indent=INDENT)
    return [*rows, *(Row("", join_line((piece, style))) for piece in below)]


class AnswerList(Rows):
    """The list of possible answers. A number typed before Enter selects the answer with that number."""

    @action
    def act_enter(self, key_command: KeyCommand) -> None:
        places = [place for place, row in enumerate(self.rows) if row.key]
        if key_command.count is not None:
            if not 1 <= key_command.count <= len(places):
                if isinstance(self.screen, StudioScreen):
                    self.screen.show_message(
                        f"there {'is 1 answer' if len(places) == 1 else f'are {len(places)} answers'} here",
                        "warn",
                        "{ui.down} {ui.up} go to one",
                    )
                return
            self.move_to(places[key_command.count - 1])
        super().act_enter(key_command)


class UnsureScreen(StudioScreen):
    """The screen with one guess: the picture of the shot, the sentence of the screenplay, the guess and the
    other possible answers.
    """

    MODE = ListName.UNSURE
    TITLE = "Unsure"
    CONTEXTS = ("unsure", "list", "global")
    CSS_PATH = "unsure.tcss"
    AUTO_FOCUS = "#answers"

    def __init__(self) -> None:
        super().__init__()
        self._boards = DrawnBoards(self)
        self._doubts: list[dict[str, Any]] = []
        self._at = 0

    def compose_body(self) -> Iterable[Widget]:
        yield Horizontal(Picture(id="seen"), AnswerList(id="answers"), id="guess")
        yield Empty(self.with_keys, id="empty")

    @property
    def answers(self) -> Rows:
        """The list of answers."""
        return self.query_one("#answers", Rows)

    @property
    def doubt(self) -> dict[str, Any] | None:
        """The unsure value on the screen with its guess; None if nothing is unsure."""
        return self._doubts[self._at] if self._at < len(self._doubts) else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
            return
        from milimo_tui.studio.commands.shot.unsure import build_doubt_rows

        self._doubts = build_doubt_rows(film.story)
        self._at = max(0, min(self._at, len(self._doubts) - 1))
        self._draw_doubt()
        self.run_in_background(self._show_doubt_picture, "picture", exclusive=True)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_doubt)

    def _draw_doubt(self) -> None:
        doubt, ink, empty = self.doubt, self.ink, self.query_one(Empty)
        empty.display = doubt is None
        self.query_one("#guess").display = doubt is not None
        if doubt is None:
            empty.show_guide(
                "Nothing is unsure.",
                [
                    ("", "Open questions of the script appear here: who “she” is, who is in the room."),
                    ("{ui.out}", "back where you were"),
                ],
                bare=True,
            )
            self.refresh_lines()
            return
        # Three cells are subtracted for the cursor and the right edge.
        width = max(20, (self.answers.size.width or 42) - 3)
        rows = [Row("", join_line((doubt["shot"], ink.strong)))]
        rows += [Row("", join_line((piece, ink.text))) for piece in wrap_words(f"“{doubt['text']}”", width)]
        rows += [Row("", Text())]
        rows += [
            Row("", join_line((piece, ink.text))) for piece in wrap_words(_format_question(doubt), width)
        ]
        reason = f"{doubt['sure']:.0%}  {doubt['reason']}"
        guess = _draw_answer_rows(doubt["guess"], ink.strong, width)
        rows += _append_reason(guess, reason, ink.muted, width)
        for name in doubt["others"]:
            rows += _draw_answer_rows(name, ink.text, width) if name != doubt["guess"] else []
        if doubt["kind"] == DoubtKind.CAST and doubt["guess"] != NOBODY:
            rows.append(Row(NOBODY, join_line((NOBODY, ink.text))))
        self.answers.show_rows(rows, key=doubt["guess"])
        if self.focused is None:  # The list has no focus because it was hidden until now.
            self.answers.focus()
        self.refresh_lines()

    async def _show_doubt_picture(self) -> None:
        doubt, film, picture = self.doubt, self.film, self.query_one(Picture)
        if doubt is None or film is None:
            return
        shot, folder = doubt["id"], str(self.studio_app.studio.require_project().paths.root)

        def find() -> tuple[PictureSource, Shot | None]:
            from milimo_tui.studio.takes import shot_spec

            state = shot_spec.find_live_shot_state(film.story, shot)
            if state is None:
                return PictureSource(), None
            assets = {asset.id: asset for asset in film.story.assets}
            return find_shot_picture(film.story, folder, state, assets), state.shot

        (source, bare), drawing = await self.in_thread(find), None
        if not source.path and bare is not None:
            board = await self._boards.find_board_file(film.story, bare)
            source = PictureSource(str(board)) if board is not None else source
        if source.path:
            drawing = await self.studio_app.pictures.draw_file(
                Path(source.path),
                picture.size.width,
                picture.size.height,
                seconds=source.seconds,
                bars=self.ink.get_rgb("surface"),
                crop=source.crop,
            )
        picture.show_shared_drawing(drawing, "no picture yet" if not source.path else "offline")

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.run_in_background(self._show_doubt_picture, "picture", exclusive=True)

    def format_header_title(self) -> Text:
        if self.doubt is None:
            return super().format_header_title()
        return join_line(
            ("Unsure", self.ink.strong), (f"  {self._at + 1} of {len(self._doubts)}", self.ink.text)
        )

    def get_current_place(self) -> ScreenPlace:
        if self.doubt is None:
            return ScreenPlace(self.MODE)
        # A short reason is enough, because the screen already shows the complete question and its answers.
        why = "the value above is a guess"
        left = {"left": len(self._doubts)}
        step = NextStep("", "shot.accept", why, does="accepts the answer", values=left, act="ui.enter")
        return ScreenPlace(self.MODE, step=step, acts=("ui.enter", "ui.correct"))

    def format_header_facts(self) -> Text | str:
        counts = Counter(str(doubt["kind"]) for doubt in self._doubts)
        return "   ".join(f"{kind} {count}" for kind, count in counts.items())

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Save the selected answer, and show the next guess."""
        if self.doubt is not None:
            answer = None if event.key == self.doubt["guess"] else event.key
            self.run_in_background(partial(self._submit_answer, answer))

    @action
    async def act_correct(self, key_command: KeyCommand) -> None:
        """Ask for the right answer. Tab completes the names of the film's characters. For a question about a
        look, the looks of the person are offered instead.
        """
        if self.doubt is None or self.film is None:
            self.show_message("nothing is unsure")
            return
        doubt, kind = self.doubt, DoubtKind(self.doubt["kind"])
        known = (
            list_character_names(self.film.story)
            if kind is DoubtKind.CAST
            else (doubt["guess"], *doubt["others"])
        )
        question = _format_question(doubt)
        looks = self._list_person_looks(doubt) if kind is DoubtKind.LOOK else []
        above = [
            join_line((f"{at} ", self.ink.strong), (words, self.ink.text))
            for at, words in enumerate(looks, 1)
        ]
        given = await self.ask_text(
            question[0].upper() + question[1:],
            name=kind.upper(),
            suggestions=tuple(looks) or known,
            above=above,
        )
        if given and given.strip():
            answer = given.strip()
            picked = looks[int(answer) - 1 : int(answer)] if answer.isdecimal() and int(answer) else []
            await self._submit_answer(picked[0] if picked else answer)

    def _list_person_looks(self, doubt: dict[str, Any]) -> list[str]:
        """Return descriptions of the looks that a person has in the film, for a question about this person's
        look. The guessed look comes first, and at most nine are returned. Empty for a yes-or-no question,
        such as whether clothes are still wet.
        """
        from milimo_tui.story.looks.looks import join_look_words

        film = self.film
        if film is None or doubt["guess"] in (YES, NO):
            return []
        name = doubt["words"].partition(": ")[0]
        mine = next((each.id for each in film.story.elements if each.name == name), "")
        looks = (join_look_words(each) for each in film.story.looks if each.element == mine)
        return [*dict.fromkeys(words for words in (doubt["guess"], *looks) if words != NOT_TOLD)][:LOOKS]

    async def _submit_answer(self, answer: str | None) -> None:
        doubt = self.doubt
        if doubt is not None:
            doubt_args = {name: doubt[name] for name in ("id", "words", "guess")}
            await self.run_and_wait(
                "shot.answer", **doubt_args, **({} if answer is None else {"answer": answer})
            )

    @action
    def act_next_item(self, key_command: KeyCommand) -> None:
        self._step_doubt(key_command.count or 1)

    @action
    def act_previous_item(self, key_command: KeyCommand) -> None:
        self._step_doubt(-(key_command.count or 1))

    def _step_doubt(self, by: int) -> None:
        self._at = max(0, min(len(self._doubts) - 1, self._at + by))
        self._draw_doubt()
        self.run_in_background(self._show_doubt_picture, "picture", exclusive=True)

    @action
    async def act_to_script(self, key_command: KeyCommand) -> None:
        """Go to the line of the screenplay from which the shot of this guess was made."""
        doubt, film = self.doubt, self.film
        if doubt is None or film is None:
            return
        shot = next(shot for shot in film.story.shots if shot.id == doubt["id"])
        await self.app.pop_screen()
        await self.studio_app.go_to_script_line(shot.line)
