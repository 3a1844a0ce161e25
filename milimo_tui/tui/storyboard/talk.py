"""Talk with a language model about the film, or with one of its characters. Questions are on the left,
answers on the right.

An answer appears while the model writes and can be stopped. An answer changes the film only if the user
inserts it, as a note or as a line of the screenplay; one undo removes it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.story.values.film import ElementKind
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.terminal.theme import WORKING
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.story.values.film import Element
    from milimo_tui.story.values.talk import Talk
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand

# Texts for a talk without questions: example questions, the use of answers, and the available models.
ABOUT_FILM = "“Which scene is too long?”  “What does she want at the end?”  “Where does it repeat itself?”"
TO_PERSON = "“Where were you that night?”  “What do you not tell him?”  The character answers."
ABOUT_ELEMENT = "“Where does it come back?”  “What is it for?”  “Who sees it first?”"
TAKEN = "An answer changes nothing by itself: {ui.as_note} saves it as a note, {ui.as_line} as a line."
WHO_ANSWERS = "Who answers: Gemma ({ui.mode models} gets it), or a service that the settings name."
COMING = "coming"  # Key of the list row for the question whose answer is being written.


class TalkScreen(PanedScreen):
    """The screen for a conversation with a language model about the film or about one story element. The
    model can answer as a character in the first person. Esc goes back.
    """

    MODE = "talk"
    TITLE = "Talk"
    CONTEXTS = ("talk", "panes", "list", "global")
    CSS_PATH = "talk.tcss"
    AUTO_FOCUS = "#asked"

    def __init__(self, element: str = "", line: int = 0) -> None:
        """Create the screen. `element` is the id of the element to talk about; empty means the film. `line`
        is the line number of the screenplay after which answers are inserted.
        """
        super().__init__()
        self._element_id, self._line = element, line
        self._voiced = bool(element)
        self._talks: tuple[Talk, ...] = ()
        self._asked: dict[str, str] = {}  # Maps the id of each job started on this screen to its question.
        self._job: JobView | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="asked"), Rows(id="answer", quiet=True), id="talk", wide=110)

    @property
    def asked(self) -> Rows:
        """The list of questions."""
        return self.query_one("#asked", Rows)

    @property
    def answer(self) -> Rows:
        """The pane with the answer."""
        return self.query_one("#answer", Rows)

    @property
    def element(self) -> Element | None:
        """The element that the talk is about; None for the film."""
        elements = self.film.story.elements if self.film else ()
        return next((each for each in elements if each.id == self._element_id), None)

    @property
    def current_talk(self) -> Talk | None:
        """The question under the cursor with its answer. None if the cursor is on no question, or if the
        answer is still being written.
        """
        return next((talk for talk in self._talks if talk.id == self.asked.key), None)

    @property
    def _is_voiced(self) -> bool:
        element = self.element
        return self._voiced and element is not None and element.kind is ElementKind.CHARACTER

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is not None:
            self.run_in_background(self._load_talks, "read", exclusive=True)

    async def _load_talks(self) -> None:
        studio = self.studio_app.studio
        every = await self.in_thread(studio.require_project().facts.list_talks)
        newest = self._talks[-1].id if self._talks else ""
        self._talks = tuple(talk for talk in every if talk.about == self._element_id)
        done = {talk.job for talk in self._talks}
        self._asked = {job: words for job, words in self._asked.items() if job not in done}
        has_new = bool(self._talks) and self._talks[-1].id != newest
        self._draw_questions(to=self._talks[-1].id if has_new else "")

    def show_queue(self, queue: LiveQueue) -> None:
        jobs = [job for job in queue.jobs if job.id in self._asked]
        self._job = next((job for job in jobs if job.state not in ENDED), None)
        for job in jobs:
            if job.state in ENDED:
                self.run_in_background(self._load_talks, "read", exclusive=True)
                if job.state == "failed":
                    self._asked.pop(job.id)
        self._draw_questions()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_questions)

    def _draw_questions(self, to: str = "") -> None:
        ink, width = self.ink, max(20, (self.asked.size.width or 40) - 4)
        rows = [
            Row(talk.id, join_line((fit_to_cells(talk.question, width), ink.text))) for talk in self._talks
        ]
        if self._job is not None:
            words = self._asked.get(self._job.id, "")
            rows.append(Row(COMING, join_line((f"{WORKING} {fit_to_cells(words, width - 2)}", ink.working))))
            to = to or ("" if any(row.key == COMING for row in self.asked.rows) else COMING)
        if not rows:
            rows = [Row("", join_line((self.with_keys("{ui.ask} asks a question"), ink.muted)))]
        self.asked.show_rows(rows, key=to or None)
        self._draw_answer()
        self.refresh_lines()

    def _draw_answer(self) -> None:
        ink, talk = self.ink, self.current_talk
        width = max(24, (self.answer.size.width or 78) - 4)
        rows: list[Text] = []
        if self._job is not None and self.asked.key == COMING:
            words = str(self._job.live.get("note") or "")
            rows = [join_line((piece, ink.text)) for piece in wrap_words(words, width)]
            rows = rows or [join_line(("it is thinking", ink.muted))]
        elif talk is not None:
            rows = [join_line((piece, ink.strong)) for piece in wrap_words(talk.question, width)]
            for paragraph in ("", *talk.text.split("\n")):
                rows += [join_line((piece, ink.text)) for piece in wrap_words(paragraph, width) or [""]]
            left = f"does not fit into the prompt: {', '.join(talk.left_out)}" if talk.left_out else ""
            price = f", price {talk.price}" if talk.price else ""
            cost = f"{talk.model}: {talk.told:,} tokens sent, {talk.answered:,} received{price}"
            rows.append(join_line(("", ink.muted)))
            for words in (cost, left, *talk.notes):
                rows += [join_line((piece, ink.muted)) for piece in wrap_words(words, width)]
        else:
            rows = self._draw_talk_guide(width)
        self.answer.show_rows([Row(str(at), row) for at, row in enumerate(rows)])

    def _draw_talk_guide(self, width: int) -> list[Text]:
        """Return the help text for a talk without questions: what the user can ask, and how answers are
        used.
        """
        element = self.element
        asks = ABOUT_FILM if element is None else TO_PERSON if self._is_voiced else ABOUT_ELEMENT
        ink, rows = self.ink, list[Text]()
        for words, style in ((asks, ink.text), (TAKEN, ink.muted), (WHO_ANSWERS, ink.muted)):
            rows += [join_line((piece, style)) for piece in wrap_words(self.with_keys(words), width)]
            rows.append(Text())
        return rows

    def format_header_title(self) -> Text:
        element = self.element
        if element is None:
            return join_line(("Talk about the film", self.ink.strong))
        words = f"Talk with {element.name}" if self._is_voiced else f"Talk about {element.name}"
        return join_line((words, self.ink.strong))

    def format_header_facts(self) -> Text | str:
        if self._job is not None:
            return f"{WORKING} being answered"
        return format_count(len(self._talks), "answer") if self._talks else ""

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.asked:
            self._draw_answer()
            self.refresh_lines()

    def list_idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect now."""
        idle = set(super().list_idle_acts())
        idle |= {"ui.ask"} if self._job is not None else {"ui.cancel_job"}
        if self.current_talk is None:
            idle |= {"ui.as_note", "ui.as_line"}
        if self.element is None or self.element.kind is not ElementKind.CHARACTER:
            idle |= {"ui.toggle"}
        return frozenset(idle)

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        """Switch between two kinds of answers: the model speaks as the character, or the model speaks about
        the character.
        """
        if self.element is None or self.element.kind is not ElementKind.CHARACTER:
            self.show_message("only a character can answer in the first person", "warn")
            return
        self._voiced = not self._voiced
        self._draw_questions()

    @action
    async def act_ask(self, key_command: KeyCommand) -> None:
        """Ask the user for a question and send it to the language model. A message then shows the cost of the
        answer.
        """
        if self._job is not None:
            self.show_message("a question is already being answered", "warn", "{ui.cancel_job} stops it")
            return
        question = await self.ask_text("?", name="ASK")
        if question and question.strip():
            await self._submit_question(question.strip())

    async def _submit_question(self, question: str) -> None:
        values = {"question": question, "detach": True}
        if self._element_id:
            values["as_" if self._is_voiced else "about"] = self._element_id
        outcome = await self.studio_app.run_and_wait("write.ask", values, quiet=True)
        if outcome is not None:
            self._asked[outcome.data["job"]] = question
            self.show_message(outcome.message)
            self.show_queue(self.studio_app.queue)

    @action
    async def act_cancel_job(self, key_command: KeyCommand) -> None:
        """Stop the answer that is being written; the text written so far is saved."""
        if self._job is None:
            self.show_message("nothing is being answered", "warn", "{ui.ask} asks a question")
            return
        await self.run_and_wait("job.cancel", ids=(self._job.id,))

    @action
    def act_as_note(self, key_command: KeyCommand) -> None:
        """Insert the answer into the screenplay as a note in brackets."""
        self.run_in_background(partial(self._take_answer_as, "note"))

    @action
    def act_as_line(self, key_command: KeyCommand) -> None:
        """Insert the answer under the cursor into the screenplay: as dialogue if a character gave the answer,
        otherwise as action.
        """
        self.run_in_background(partial(self._take_answer_as, "line"))

    async def _take_answer_as(self, how: str) -> None:
        talk = self.current_talk
        if talk is None:
            self.show_message("no answer is under the cursor", "warn", "{ui.ask} asks a question")
            return
        await self.run_and_wait("write.take", answer=talk.id, how=how, at=self._line)
