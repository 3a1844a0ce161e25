"""Shows one story element over the length of the film: where each of its looks (such as the clothes of a
character) applies, and in which shots the element appears.

A column is a shot, or several shots if the film has more shots than the screen has columns. If two looks
apply to the same shot, the look that applies to fewer shots is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.format import format_count
from milimo_tui.story.values.film import Element, Scene, Shot, Story
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import NEVER, Split
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

NAME = 18  # Width in cells of the names before the bars.
MARGIN = 3  # Cells of a row that are not available for the bars.


class ElementFilmScreen(PanedScreen):
    """The screen that shows when each look of one element applies, and in which shots the element appears.
    Esc returns to the Elements screen.
    """

    MODE = "element"
    TITLE = "Element"
    CONTEXTS = ("element", "panes", "list", "global")
    CSS_PATH = "element_film.tcss"
    AUTO_FOCUS = "#looks"

    def __init__(self, element: str) -> None:
        super().__init__()
        self._element_id = element
        self._scene = 0  # Index of the scene at the cursor, among the scenes that have shots.
        self._looks: list[dict[str, Any]] = []
        # For each shot id in which the element appears: the probability (0 to 1) and the reason.
        self._seen: dict[str, tuple[float, str]] = {}

    def compose_body(self) -> Iterable[Widget]:
        looks = Vertical(Rows(id="head_rows"), Rows(id="looks"), id="film")
        yield Split(looks, Rows(id="words"), id="along", wide=NEVER)

    @property
    def looks(self) -> Rows:
        """The list of the element's looks, such as the clothes that a character wears in some scenes."""
        return self.query_one("#looks", Rows)

    @property
    def story(self) -> Story | None:
        """The story of the film; None without a film."""
        return self.film.story if self.film else None

    @property
    def element(self) -> Element | None:
        """The element that this screen shows; None if it was deleted."""
        elements = self.story.elements if self.story else ()
        return next((each for each in elements if each.id == self._element_id), None)

    @property
    def _look(self) -> dict[str, Any] | None:
        """The look under the cursor, as a row of `build_look_rows`. None if there is no look."""
        return next((row for row in self._looks if row["id"] == self.looks.key), None)

    @property
    def _scenes(self) -> tuple[Scene, ...]:
        """The scenes that have shots."""
        if self.story is None:
            return ()
        filled = {shot.scene for shot in self.story.live_shots()}
        return tuple(scene for scene in self.story.live_scenes() if scene.id in filled)

    def _list_scene_shots(self) -> list[Shot]:
        """Return the shots of the scene under the cursor."""
        scenes = self._scenes
        if self.story is None or not scenes:
            return []
        here = scenes[min(self._scene, len(scenes) - 1)].id
        return [shot for shot in self.story.live_shots() if shot.scene == here]

    def show_film(self, film: FilmSnapshot | None) -> None:
        self.run_in_background(partial(self._load_looks, film), "read", exclusive=True)

    async def _load_looks(self, film: FilmSnapshot | None) -> None:
        element = self.element
        if film is None or element is None:
            self.show_message("that element was deleted", "warn", "{ui.undo} restores it")
            self.dismiss()
            return
        story = film.story

        def read() -> tuple[list[dict[str, Any]], dict[str, tuple[float, str]]]:
            from milimo_tui.story.elements.matching import match_elements
            from milimo_tui.studio.commands.element.element_looks import build_look_rows

            scenes = {scene.id: scene for scene in story.scenes}
            seen = {}
            for shot in story.live_shots():
                for found in match_elements((element,), scenes[shot.scene], shot, story.elements):
                    seen[shot.id] = (found.confidence, found.source)
            return build_look_rows(story, element), seen

        self._looks, self._seen = await self.in_thread(read)
        self._draw_element_film()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_element_film)

    def _draw_element_film(self) -> None:
        story, element, ink = self.story, self.element, self.ink
        if story is None or element is None:
            return
        shots = story.live_shots()
        width = max(10, (self.looks.size.width or 78) - NAME - MARGIN)
        columns = [min(width - 1, at * width // max(1, len(shots))) for at in range(len(shots))]
        if len(shots) < width:
            columns = [at * max(1, width // max(1, len(shots))) for at in range(len(shots))]
        at_column = dict(zip((shot.id for shot in shots), columns, strict=True))
        here = {at_column[shot.id] for shot in self._list_scene_shots()}
        heads = [" "] * (width + 8)
        for scene in self._scenes:
            first = next(shot for shot in shots if shot.scene == scene.id)
            heads[at_column[first.id] : at_column[first.id] + len(scene.number)] = scene.number
        marks = [" "] * width
        for shot in shots:
            confidence = self._seen.get(shot.id, (0.0, ""))[0]
            column = at_column[shot.id]
            sign = "·" if not confidence else "●" if confidence >= 0.75 else "◐"
            if marks[column] != "●":
                marks[column] = sign
        cursor = "".join("─" if column in here else " " for column in range(width))
        self.query_one("#head_rows", Rows).show_rows(
            [
                Row("", join_line((f"{'scene':<{NAME}}", ink.muted), ("".join(heads)[:width], ink.text))),
                Row("", join_line((f"{'seen':<{NAME}}", ink.muted), ("".join(marks), ink.text))),
                Row("", join_line((" " * NAME, ink.muted), (cursor, ink.accent))),
            ]
        )
        rows = [Row(row["id"], self._draw_look_bar(row, at_column, width)) for row in self._looks]
        if not rows:
            words = element.description or "not described"
            rows = [
                Row("", join_line((f"{words}  ", ink.text), ("a adds a look from this scene on", ink.muted)))
            ]
        self.looks.show_rows(rows, key=self.looks.key or None)
        self._draw_look_details()
        self.refresh_lines()

    def _draw_look_bar(self, row: dict[str, Any], at_column: dict[str, int], width: int) -> Text:
        """Return a row with the look's name and a bar over the columns of the shots to which the look
        applies. If the shot from which the look applies was deleted, a message replaces the bar.

        `at_column` maps shot ids to columns, and `width` is the width of all columns in cells.
        """
        ink, story = self.ink, self.story
        name = (row["name"] or row["look"])[: NAME - 2]
        if not row["holds"] or story is None:
            return join_line(
                (f"{name:<{NAME}}", ink.muted), ("✕ its shot was deleted: [ ] move it", ink.stale)
            )
        by_number = {number: at_column[id] for id, number in story.numbers.items() if id in at_column}
        columns = sorted(by_number[number] for number in row["numbers"] if number in by_number)
        bar = [" "] * width
        each = max(1, width // max(1, len(at_column)))  # Number of cells for each shot.
        for column in columns:
            for at in range(column, min(column + each, width)):
                bar[at] = "━"
        bar_end = columns[-1] + each if columns else 0
        bar[bar_end:] = f" {row['era']}".ljust(width)[: max(0, width - bar_end)]
        return join_line((f"{name:<{NAME}}", ink.text), ("".join(bar), ink.accent))

    def _draw_look_details(self) -> None:
        ink, row = self.ink, self._look
        words = self.query_one("#words", Rows)
        if row is None:
            words.show_rows([])
            return
        width = max(20, (words.size.width or 78) - 14)
        place = f"{row['from'] or 'the first shot'} to {row['to'] or 'the last'}  {row['era']}".rstrip()
        pairs = [
            ("looks", row["look"]),
            ("holds", f"{place}, {format_count(row['shots'], 'shot')}"),
            ("words", f"“{row['quote']}” line {row['line']}" if row["quote"] else "set by the user"),
            *((name, row[name]) for name in ("age", "wardrobe", "hair", "condition") if row[name]),
            ("pictures", str(len(row["references"])) if row["references"] else "the element's"),
        ]
        shots = [shot for shot in self._list_scene_shots() if shot.id in self._seen]
        if shots and self.story is not None:
            confidence, why = self._seen[shots[0].id]
            number = self.story.numbers.get(shots[0].id, "")
            pairs.append(("matched", f"{number}: {confidence:.0%}, {why.replace('_', ' ')}"))
        rows = []
        for label, text in pairs:
            for index, piece in enumerate(wrap_words(text, width)):
                head = label if index == 0 else ""
                rows.append(Row("", join_line((f"{head:<12}", ink.muted), (piece, ink.text))))
        words.show_rows(rows)

    def format_header_title(self) -> Text:
        element = self.element
        if element is None:
            return super().format_header_title()
        kind = "extra" if element.extra else element.kind.value
        return join_line((element.trigger, self.ink.strong), "  ", (kind, self.ink.text))

    def format_header_facts(self) -> Text | str:
        unsure = sum(confidence < 0.75 for confidence, _ in self._seen.values())
        text = join_line((format_count(len(self._seen), "shot"), self.ink.muted))
        if unsure:
            text.append(f"   ◐ {unsure} unsure", self.ink.stale)
        return text

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "looks":
            self._draw_look_details()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self._open_seen_shot()

    def _open_seen_shot(self) -> None:
        from milimo_tui.tui.shot.shot import ShotScreen

        shots = self._list_scene_shots()
        if not shots:
            self.show_message(
                "there are no shots yet", "warn", "{ui.mode script}, then {script:ui.commit} makes them"
            )
            return
        seen = next((shot for shot in shots if shot.id in self._seen), shots[0])
        self.app.push_screen(ShotScreen(seen.id))

    def _move_to_scene(self, step: int) -> None:
        self._scene = max(0, min(len(self._scenes) - 1, self._scene + step))
        self._draw_element_film()

    @action
    def act_scene_before(self, key_command: KeyCommand) -> None:
        self._move_to_scene(-1)

    @action
    def act_scene_after(self, key_command: KeyCommand) -> None:
        self._move_to_scene(1)

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """Add a look that applies from the scene under the cursor on."""
        shots, element = self._list_scene_shots(), self.element
        if element is None or not shots:
            self.show_message(
                "there are no shots yet", "warn", "{ui.mode script}, then {script:ui.commit} makes them"
            )
            return
        words = await self.ask_text(f"look of {element.trigger} from this scene on:", name="LOOK")
        if words and words.strip():
            await self.run_and_wait(
                "element.look.add",
                id=element.id,
                begins=shots[0].id,
                text=words.strip(),
                era=self._scenes[min(self._scene, len(self._scenes) - 1)].era.value,
            )

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: edit the description of the look under the cursor."""
        row, element = self._require_look(), self.element
        if row is None or element is None:
            return
        words = await self.ask_text(f"look of {element.trigger}:", row["look"], name="LOOK")
        if words is not None and words.strip() and words.strip() != row["look"]:
            await self.run_and_wait("element.look.set", id=element.id, look=row["id"], text=words.strip())

    @action
    async def act_begin(self, key_command: KeyCommand) -> None:
        await self._move_look_end("begins", 0)

    @action
    async def act_end(self, key_command: KeyCommand) -> None:
        await self._move_look_end("ends", -1)

    async def _move_look_end(self, end: str, index: int) -> None:
        row, shots = self._require_look(), self._list_scene_shots()
        if row is not None and shots:
            await self.run_and_wait(
                "element.look.move", id=self._element_id, look=row["id"], **{end: shots[index].id}
            )

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        row = self._require_look()
        if row is not None:
            await self.run_and_wait("element.look.remove", id=self._element_id, look=row["id"])

    @action
    async def act_merge(self, key_command: KeyCommand) -> None:
        """Ask for another element, and merge that element into this one."""
        element, story = self.element, self.story
        if element is None or story is None:
            return
        others = tuple(
            each.trigger for each in story.elements if each.kind is element.kind and each.id != element.id
        )
        other = await self.ask_text(
            f"Merge which element into {element.trigger}?", name="MERGE", suggestions=others
        )
        if other and other.strip():
            await self.run_and_wait("element.merge", id=element.id, other=other.strip())

    def _require_look(self) -> dict[str, Any] | None:
        """Return the look under the cursor; show a message if there is none."""
        row = self._look
        if row is None:
            self.show_message("the element has no look yet", "warn", "{ui.add} adds one")
        return row
