"""The page that shows a reading of the screenplay as changes of the film: people, looks, places, shots and
prompts. The user accepts everything that is marked, or single items, or declines the reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.studio.writing.reading_changes import (
    KEPT,
    OPEN,
    OUTDATED,
    PERSON_ITEM,
    PROMPT,
    PROMPT_ITEM,
    SCENE_ITEM,
    UNASKED,
    UNREAD,
    UNUSED,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.script.commit import CommitScreen
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

COMMAND = "script.accept_reading"
KIND, NAME = 11, 9  # Widths in cells of the columns with the kind of a change and its name.
COUNTED = (OPEN, UNASKED, KEPT, UNREAD, OUTDATED)
INDENT = 2  # Cells by which the changes of a scene are indented.
STATES = {OPEN: "{ui.unsure} asks", UNREAD: "not read", OUTDATED: "read it again", UNUSED: "left out"}


class ReadingScreen(CommitScreen):
    """The changes of a reading, each with a mark if it will be accepted. Enter accepts the marked items as
    one undo step; Esc leaves the reading open.
    """

    MODE = "reading"
    TITLE = "Reading"
    CONTEXTS = ("reading", "panes", "list", "global")
    NEW_TEXT = "after reading"

    def __init__(self, effects: Sequence[dict[str, Any]]) -> None:
        super().__init__(effects)
        self._left_out: set[str] = set()  # Ids of the items that are not marked.
        self._is_first = True
        self._is_deciding = False  # True while a command accepts or declines items.

    def show_film(self, film: FilmSnapshot | None) -> None:
        if self._is_first:
            self._is_first = False
            self._draw_commit_effects()
        elif not self._is_deciding:
            self.run_in_background(self._load_again, "compare", exclusive=True)

    async def _load_again(self) -> None:
        """Compute the changes again, because the film has changed. If nothing is left to decide, close the
        page.
        """
        self._waits = True
        self.refresh_lines()
        try:
            found = await self.studio_app.run_and_wait(COMMAND, {"dry_run": True}, quiet=True)
        finally:
            self._waits = False
        if found is None:
            self.dismiss()
            return
        self._effects = found.data
        self._draw_commit_effects()

    # -------------------------------------------------------------- marks

    def _list_open_items(self, effect: dict[str, Any]) -> list[str]:
        """Return the items of a row that the film does not have yet. While only one kind of rows is shown,
        the row of a scene has the items of its rows of that kind.
        """
        if self._kind and effect["kind"] != self._kind:
            rows = self._list_rows_of_scene(effect) if effect["heading"] else []
            shown = [self._list_open_items(each) for each in rows if each["kind"] == self._kind]
            return list(dict.fromkeys(item for items in shown for item in items))
        return [] if effect["accepted"] else list(effect["items"])

    def _list_shown_items(self) -> list[str]:
        """Return the items of the rows that are shown and that the film does not have yet."""
        items = (item for effect in self._effects for item in self._list_open_items(effect))
        return list(dict.fromkeys(items))

    def _list_marked_items(self) -> list[str]:
        """Return the items that Enter accepts: those of rows that are shown and marked."""
        return [item for item in self._list_shown_items() if item not in self._left_out]

    def _get_mark(self, effect: dict[str, Any]) -> str:
        items = self._list_open_items(effect)
        left_out = sum(item in self._left_out for item in items)
        if not items:
            return " "
        return PICKED if not left_out else EMPTY if left_out == len(items) else STALE

    # -------------------------------------------------------------- drawing

    def _is_shown(self, effect: dict[str, Any]) -> bool:
        """Return True if a row is of the chosen kind, or if it is the scene of such a row."""
        if super()._is_shown(effect):
            return True
        return effect["kind"] == "scene" and any(
            each["kind"] == self._kind for each in self._list_rows_of_scene(effect)
        )

    def _list_rows_of_scene(self, heading: dict[str, Any]) -> list[dict[str, Any]]:
        at = self._effects.index(heading) + 1
        end = next((n for n in range(at, len(self._effects)) if self._effects[n]["heading"]), None)
        return self._effects[at:end]

    def _draw_effect_row(self, at: int, effect: dict[str, Any]) -> Row:
        ink, mark, kind = self.ink, self._get_mark(effect), effect["kind"]
        width = self.effects.size.width or 80
        # The rows before the first scene are about people and places of the complete film.
        first = next((n for n, each in enumerate(self._effects) if each["heading"]), len(self._effects))
        indent = 0 if effect["heading"] or at < first else INDENT
        longest = max(cell_len(each["name"]) for each in self._effects)
        column = max(NAME, min(longest + 1, width // 4))
        state = self.with_keys(STATES.get(kind, ""))
        if effect["accepted"]:
            state = "in the film"
        elif kind == "scene":
            state = effect["reasons"][-1] if mark != " " else ""
        name = fit_to_cells(effect["name"], column - 1)
        room = width - indent - 2 - KIND - column - (len(state) + 7 if state else 5)
        room += KIND if effect["heading"] else 0
        is_muted = mark in (" ", EMPTY)
        sign = FAILED if kind in (UNREAD, OUTDATED, UNUSED) else mark
        left = join_line(
            (" " * indent, ink.muted),
            (f"{sign} ", ink.picked if mark == PICKED else ink.stale),
            ("" if effect["heading"] else f"{PROMPT if kind == UNUSED else kind:<{KIND}}", ink.muted),
            (fit_to_cells(name, column), ink.muted if is_muted else ink.strong),
            (fit_to_cells(effect["words"], max(10, room)), ink.muted if is_muted else ink.text),
        )
        return Row(str(at), left, join_line((state, ink.stale if kind == OPEN else ink.muted)))

    def format_header_title(self) -> Text:
        reader = next((effect["reader"] for effect in self._effects), "")
        return join_line(
            (f"Reading  {reader}", self.ink.strong),
            (f"  only rows “{self._kind}”" if self._kind else "", self.ink.accent),
            ("  ▒ comparing" if self._waits else "", self.ink.muted),
        )

    def format_header_facts(self) -> Text | str:
        kinds = [effect["kind"] for effect in self._effects]
        marked = len(self._list_marked_items())
        every = self._list_shown_items()
        if self._kind:
            hint = self.with_keys("{ui.filter} next kind")
            return "   ".join((f"{marked} of {len(every)} marked", hint))
        people = sum(kind in ("person", "new person") for kind in kinds)
        counts = [
            f"{marked} of {len(every)} marked" if marked < len(every) else "",
            format_count(people, "person", "people"),
            format_count(kinds.count("scene"), "scene"),
            format_count(kinds.count(PROMPT), "prompt") if PROMPT in kinds else "",
            *(f"{kinds.count(kind)} {kind}" for kind in COUNTED if kind in kinds),
            f"{format_count(kinds.count(UNUSED), 'prompt')} left out" if UNUSED in kinds else "",
        ]
        return "   ".join(filter(None, counts))

    def list_idle_acts(self) -> frozenset[str]:
        idle = set(super().list_idle_acts())
        effect = self._effect
        if effect is None or not self._list_open_items(effect):
            idle |= {"ui.toggle", "ui.accept_one"}
        if not self._list_marked_items():
            idle.add("ui.enter")
        return frozenset(idle)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        super().on_rows_moved(event)
        self.refresh_lines()

    # -------------------------------------------------------------- decisions

    async def _try_commit(self) -> bool:
        """Accept the marked items of the rows that are shown. Items of hidden rows stay open."""
        marked = self._list_marked_items()
        if not marked:
            hint = "{ui.filter} shows the next kind" if self._kind else "{ui.decline} declines all"
            self.show_message("no item here is marked", "warn", f"{{ui.toggle}} marks it, {hint}")
            return False
        if self._kind:
            return await self._accept_items(_make_accept_options(marked))
        return await self._accept_items(
            _make_accept_options(marked) | {"close": True} if self._left_out else {}
        )

    async def _accept_items(self, values: dict[str, Any]) -> bool:
        """Accept items. If nothing of the reading is left to decide, close the page and return True."""
        done = await self._decide(COMMAND, values)
        if done is None:
            return False
        waits = bool(done.data["waits"])
        if waits:
            self._is_deciding = False
            self._kind = ""
            await self._load_again()
        else:
            self.dismiss()
        self.studio_app.show_message(done.message, "good", "{ui.undo} takes it back")
        return not waits

    async def _decide(self, command: str, values: dict[str, Any]) -> Outcome | None:
        """Run a command that accepts or declines items, and return its outcome; None if it failed. After a
        success the caller closes the page or computes the changes again.
        """
        self._is_deciding = True
        done = await self.studio_app.run_and_wait(command, values, quiet=command == COMMAND)
        self._is_deciding = done is not None
        return done

    @action
    def act_accept_one(self, key_command: KeyCommand) -> None:
        """Accept only the person, scene, change or prompt under the cursor. The rest stays open."""
        effect = self._effect
        items = self._list_open_items(effect) if effect is not None else []
        if effect is not None and effect["heading"]:
            items = [item for item in items if item not in self._left_out] or items
        if not items:
            self._explain_row(effect)
            return
        self.run_in_background(partial(self._accept_items, _make_accept_options(items)), "accept")

    @action
    def act_toggle(self, key_command: KeyCommand) -> None:
        """Mark the row under the cursor, or remove its mark. The row of a scene changes all marks of the
        scene.
        """
        effect = self._effect
        items = self._list_open_items(effect) if effect is not None else []
        if not items:
            self._explain_row(effect)
            return
        if self._left_out.issuperset(items):
            self._left_out.difference_update(items)
        else:
            self._left_out.update(items)
        self._draw_commit_effects()

    def _explain_row(self, effect: dict[str, Any] | None) -> None:
        """Show why the row under the cursor can't be accepted."""
        kind = effect["kind"] if effect is not None else ""
        if effect is not None and effect["accepted"]:
            self.show_message("the film has this already")
            return
        reasons = {
            OPEN: "the script does not confirm this; {ui.unsure} asks about it later",
            UNASKED: "the script does not confirm this",
            KEPT: "you have set this, so it stays",
            UNREAD: "the model could not read this scene; {ui.read_script} asks it again",
            OUTDATED: "the text of this scene has changed since; {ui.read_script} reads it again",
            UNUSED: "this prompt does not agree with the facts; {shot:shot.enhance} asks for another",
            "new place": "this place is accepted together with its scene",
        }
        self.show_message(self.with_keys(reasons.get(kind, "nothing to accept here")), "warn")

    @action
    async def act_decline(self, key_command: KeyCommand) -> None:
        """Decline the complete reading. The film stays as it is."""
        if not await self.confirm("Decline this reading? The film stays as it is."):
            return
        if await self._decide("script.decline_reading", {}) is not None:
            self.dismiss()

    @action
    def act_next_scene(self, key_command: KeyCommand) -> None:
        self._move_to_scene_row(1)

    @action
    def act_previous_scene(self, key_command: KeyCommand) -> None:
        self._move_to_scene_row(-1)

    def _move_to_scene_row(self, step: int) -> None:
        rows = self.effects
        places = range(rows.cursor + step, len(rows.rows) if step > 0 else -1, step)
        found = next((at for at in places if self._effects[int(rows.rows[at].key)]["heading"]), None)
        if found is not None:
            rows.move_to(found)


def _make_accept_options(items: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of the command that accepts some items of a reading."""
    prefixes = (PERSON_ITEM, SCENE_ITEM, PROMPT_ITEM)
    people, scenes, prompts = (
        tuple(item.removeprefix(prefix) for item in items if item.startswith(prefix)) for prefix in prefixes
    )
    facts = tuple(item for item in items if not item.startswith(prefixes))
    return {"people": people, "scenes": ",".join(scenes) or None, "facts": facts, "prompts": prompts}
