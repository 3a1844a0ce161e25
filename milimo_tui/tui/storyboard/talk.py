"""Talk with a language model about the film, or with one of its characters: questions next to answers.

An answer is shown while it is written and can be stopped. No answer changes the film until a key inserts it,
as a note or a line of the screenplay; one undo removes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.format import plural
from milimo_tui.story.values.film import ElementKind
from milimo_tui.tui.background.queue_feed import ENDED
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.terminal.theme import WORKING
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit, line, wrapped

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.story.values.film import Element
    from milimo_tui.story.values.talk import Talk
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.background.queue_feed import Queue
    from milimo_tui.tui.keys.key_parser import KeyCommand

# Shown before the first question: example questions, the use of answers, the available models.
ABOUT_FILM = "“Which scene is too long?”  “What does she want at the end?”  “Where does it repeat itself?”"
TO_PERSON = "“Where were you that night?”  “What do you not tell him?”  The answer is in this one's voice."
ABOUT_ELEMENT = "“Where does it come back?”  “What is it for?”  “Who sees it first?”"
TAKEN = "An answer changes nothing by itself: {ui.as_note} takes it as a note, {ui.as_line} as a line."
WHO_ANSWERS = "Who answers: Gemma ({ui.mode models} gets it), or a service that config.toml names."
COMING = "coming"  # Key of the row of an answer that is being written.


class TalkScreen(PanedScreen):
    """Talk about the film, or about an element; a character may answer in person. Esc goes back."""

    MODE = "talk"
    TITLE = "Talk"
    CONTEXTS = ("talk", "panes", "list", "global")
    CSS_PATH = "talk.tcss"
    AUTO_FOCUS = "#asked"

    def __init__(self, element: str = "", line: int = 0) -> None:
        """Create the screen. `element` is the element's id; empty means the film. Answers are inserted after
        `line` of the screenplay.
        """
        super().__init__()
        self._element_id, self._line = element, line
        self._voiced = bool(element)
        self._talks: tuple[Talk, ...] = ()
        self._asked: dict[str, str] = {}  # The question of each job started here.
        self._job: JobView | None = None

    def body(self) -> Iterable[Widget]:
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
    def here(self) -> Talk | None:
        """The answer under the cursor."""
        return next((talk for talk in self._talks if talk.id == self.asked.key), None)

    @property
    def _is_voiced(self) -> bool:
        element = self.element
        return self._voiced and element is not None and element.kind is ElementKind.CHARACTER

    # -- reading -----------------------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        if film is not None:
            self.background(self._read, "read", exclusive=True)

    async def _read(self) -> None:
        studio = self.studio_app.studio
        every = await self.in_thread(studio.project().facts.talks)
        newest = self._talks[-1].id if self._talks else ""
        self._talks = tuple(talk for talk in every if talk.about == self._element_id)
        done = {talk.job for talk in self._talks}
        self._asked = {job: words for job, words in self._asked.items() if job not in done}
        came = bool(self._talks) and self._talks[-1].id != newest
        self._draw(to=self._talks[-1].id if came else "")

    def show_queue(self, queue: Queue) -> None:
        mine = [job for job in queue.jobs if job.id in self._asked]
        self._job = next((job for job in mine if job.state not in ENDED), None)
        for job in mine:
            if job.state in ENDED:
                self.background(self._read, "read", exclusive=True)
                if job.state == "failed":
                    self._asked.pop(job.id)
        self._draw()

    # -- drawing -----------------------------------------------------------------------------------

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _draw(self, to: str = "") -> None:
        ink, width = self.ink, max(20, (self.asked.size.width or 40) - 4)
        rows = [Row(talk.id, line((fit(talk.question, width), ink.text))) for talk in self._talks]
        if self._job is not None:
            words = self._asked.get(self._job.id, "")
            rows.append(Row(COMING, line((f"{WORKING} {fit(words, width - 2)}", ink.working))))
            to = to or ("" if any(row.key == COMING for row in self.asked.rows) else COMING)
        if not rows:
            rows = [Row("", line((self.with_keys("{ui.ask} asks a question"), ink.muted)))]
        self.asked.show(rows, key=to or None)
        self._draw_answer()
        self.refresh_lines()

    def _draw_answer(self) -> None:
        ink, talk = self.ink, self.here
        width = max(24, (self.answer.size.width or 78) - 4)
        rows: list[Text] = []
        if self._job is not None and self.asked.key == COMING:
            words = str(self._job.live.get("note") or "")
            rows = [line((piece, ink.text)) for piece in wrapped(words, width)]
            rows = rows or [line(("it is thinking", ink.muted))]
        elif talk is not None:
            rows = [line((piece, ink.strong)) for piece in wrapped(talk.question, width)]
            for paragraph in ("", *talk.text.split("\n")):
                rows += [line((piece, ink.text)) for piece in wrapped(paragraph, width) or [""]]
            left = f"left out for want of room: {', '.join(talk.left_out)}" if talk.left_out else ""
            price = f", price {talk.price}" if talk.price else ""
            took = f"{talk.model}: {talk.told:,} tokens told, {talk.answered:,} answered{price}"
            rows.append(line(("", ink.muted)))
            for words in (took, left, *talk.notes):
                rows += [line((piece, ink.muted)) for piece in wrapped(words, width)]
        else:
            rows = self._taught(width)
        self.answer.show([Row(str(at), row) for at, row in enumerate(rows)])

    def _taught(self, width: int) -> list[Text]:
        """Return what can be asked and what happens to an answer, for a talk without questions."""
        element = self.element
        asks = ABOUT_FILM if element is None else TO_PERSON if self._is_voiced else ABOUT_ELEMENT
        ink, rows = self.ink, list[Text]()
        for words, style in ((asks, ink.text), (TAKEN, ink.muted), (WHO_ANSWERS, ink.muted)):
            rows += [line((piece, style)) for piece in wrapped(self.with_keys(words), width)]
            rows.append(Text())
        return rows

    def heading(self) -> Text:
        element = self.element
        if element is None:
            return line(("Talk about the film", self.ink.strong))
        words = f"Talk with {element.name}" if self._is_voiced else f"Talk about {element.name}"
        return line((words, self.ink.strong))

    def facts(self) -> Text | str:
        if self._job is not None:
            return f"{WORKING} being answered"
        return plural(len(self._talks), "answer") if self._talks else ""

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.asked:
            self._draw_answer()
            self.refresh_lines()

    # -- actions -----------------------------------------------------------------------------------

    def idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect now."""
        idle = set(super().idle_acts())
        idle |= {"ui.ask"} if self._job is not None else {"ui.cancel_job"}
        if self.here is None:
            idle |= {"ui.as_note", "ui.as_line"}
        if self.element is None or self.element.kind is not ElementKind.CHARACTER:
            idle |= {"ui.toggle"}
        return frozenset(idle)

    def act_toggle(self, key_command: KeyCommand) -> None:
        """Let the character answer in person, or the model about the character."""
        if self.element is None or self.element.kind is not ElementKind.CHARACTER:
            self.say("only a character answers as itself", "warn")
            return
        self._voiced = not self._voiced
        self._draw()

    async def act_ask(self, key_command: KeyCommand) -> None:
        """Ask a question; its cost is shown when it is sent."""
        if self._job is not None:
            self.say("one question is being answered", "warn", "{ui.cancel_job} stops it")
            return
        question = await self.ask("?", name="ASK")
        if question and question.strip():
            await self._send(question.strip())

    async def _send(self, question: str) -> None:
        values = {"question": question, "detach": True}
        if self._element_id:
            values["as_" if self._is_voiced else "about"] = self._element_id
        asked = await self.studio_app.command("write.ask", values, quiet=True)
        if asked is not None:
            self._asked[asked.data["job"]] = question
            self.say(asked.message)
            self.show_queue(self.studio_app.queue)

    async def act_cancel_job(self, key_command: KeyCommand) -> None:
        """Stop the answer; the text so far stays."""
        if self._job is None:
            self.say("nothing is being answered", "warn", "{ui.ask} asks a question")
            return
        await self.command("job.cancel", ids=(self._job.id,))

    def act_as_note(self, key_command: KeyCommand) -> None:
        """Insert the answer into the screenplay as a note in brackets."""
        self.background(partial(self._take, "note"))

    def act_as_line(self, key_command: KeyCommand) -> None:
        """Insert the answer as a line: dialogue of the character, otherwise action."""
        self.background(partial(self._take, "line"))

    async def _take(self, how: str) -> None:
        talk = self.here
        if talk is None:
            self.say("no answer is under the cursor", "warn", "{ui.ask} asks a question")
            return
        await self.command("write.take", answer=talk.id, how=how, at=self._line)
