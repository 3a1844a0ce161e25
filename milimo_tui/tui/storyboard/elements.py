"""The Elements screen: characters, locations and objects with their trigger words; add, edit, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ScreenName
from milimo_tui.story.elements.place_tree import (
    collect_layers,
    find_parent_place,
    shorten_place_name,
    walk_element_tree,
)
from milimo_tui.story.elements.sheet import SHEET_FIELDS, list_sheet_lines
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.story.values.place_layers import LAYERS
from milimo_tui.tui.fields.choice_notes import ELEMENT_KINDS
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.fields.reading import format_refusal_error
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, make_command_keep, run_form_command
from milimo_tui.tui.forms.form_list import find_value_region
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.shot.asking_layers import ask_layer
from milimo_tui.tui.shot.portraits import Portraits
from milimo_tui.tui.shot.shot_state import get_asset_file_path
from milimo_tui.tui.storyboard.element_additions import ElementAdditions
from milimo_tui.tui.storyboard.element_fields import (
    PARENT_FIELD,
    explain_empty_field,
    format_face_names,
    format_lora_names,
    format_picture_count,
    list_element_fields,
    list_installed_voices,
    make_element_field,
)
from milimo_tui.tui.terminal.images.pictures import OFF
from milimo_tui.tui.terminal.theme import OFFLINE
from milimo_tui.tui.widgets.empty import TO_HOME, Empty
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from textual.geometry import Region

    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

KINDS = {
    ElementKind.CHARACTER: "Characters",
    ElementKind.LOCATION: "Locations",
    ElementKind.OBJECT: "Objects",
}
SORTS = ("name", "shots")
# Maps the label of an element's pictures, LoRAs or faces to the hint shown if there are none, which says how
# to add one.
HOW_TO_ADD = {
    "shown by": "nothing yet: {element.draw} draws it, {ui.own_picture} takes a picture",
    "LoRAs": "none: {ui.add_lora} adds one",
    "faces": "none: {element.face.draw} draws all six as one set",
}
LABEL = 13  # Width of a field's name in cells.


class ElementsScreen(PanedScreen):
    """The Elements screen: the elements by kind in a list on the left, and the properties of the element
    under the cursor on the right.
    """

    MODE = ScreenName.ELEMENTS
    TITLE = "Elements"
    CONTEXTS = ("elements", "panes", "list", "global")
    CSS_PATH = "elements.tcss"
    AUTO_FOCUS = "#list"

    def __init__(self) -> None:
        super().__init__()
        # Maps each element's id to the numbers of the shots in which it appears.
        self._used: dict[str, tuple[str, ...]] = {}
        self._sort = "name"
        # Id of an element to which the cursor moves once the list contains that element.
        self._element_to_show = ""
        self._portraits = Portraits(self, self._redraw_picture)
        self._additions = ElementAdditions(self)

    def compose_body(self) -> Iterable[Widget]:
        about = Vertical(Rows(id="fields"), Picture(id="shown"), id="about")
        yield Split(Rows(id="list"), about, id="elements")
        yield Empty(self.with_keys, id="empty")

    @property
    def own_parts(self) -> tuple[object, ...]:
        return (self._additions,)

    @property
    def list(self) -> Rows:
        """The list of elements."""
        return self.query_one("#list", Rows)

    @property
    def element(self) -> Element | None:
        """The element under the cursor."""
        elements = self.film.story.elements if self.film else ()
        return next((element for element in elements if element.id == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        some = film is not None and bool(film.story.elements)
        self.query_one("#elements").display = some
        empty = self.query_one(Empty)
        empty.display = not some
        if not some:
            empty.show_guide(
                "Elements are the characters, locations and objects of the film.",
                [
                    ("", "@Mara in a prompt becomes “Mara (a tired detective, grey coat)”."),
                    ("", ""),
                    *(
                        [TO_HOME]
                        if film is None
                        else [
                            (
                                "{ui.mode script}",
                                "commit a screenplay: it adds its characters and locations",
                            ),
                            ("{ui.add}", "add one yourself"),
                        ]
                    ),
                ],
                bare=True,
            )
            self.refresh_lines()
            return
        self._draw_element_list()
        self.run_in_background(partial(self._count_uses, film), "read", exclusive=True)

    async def _count_uses(self, film: FilmSnapshot | None) -> None:
        """Find the shots in which each element appears. The search runs in a thread."""
        if film is None:
            return

        def read() -> dict[str, tuple[str, ...]]:
            from milimo_tui.studio.takes.element_inputs import list_matched_elements
            from milimo_tui.studio.takes.shot_spec import list_shot_states

            used: dict[str, list[str]] = {}
            for state in list_shot_states(film.story):
                for element in list_matched_elements(film.story, state.scene, state.shot):
                    used.setdefault(element.id, []).append(state.number)
            return {id: tuple(numbers) for id, numbers in used.items()}

        self._used = await self.in_thread(read)
        self._draw_element_list()

    def _draw_element_list(self) -> None:
        if self.film is None:
            return
        ink = self.ink
        rows: list[Row] = []
        for kind, title in KINDS.items():
            elements = [element for element in self.film.story.elements if element.kind is kind]
            if self._sort == "shots":
                elements.sort(
                    key=lambda element: (-len(self._used.get(element.id, ())), element.name.casefold())
                )
            else:
                elements.sort(key=lambda element: element.name.casefold())
            if not elements:
                continue
            if rows:
                rows.append(Row("", Text()))
            rows.append(Row("", join_line((title, ink.muted))))
            rows += [self._draw_element_row(element, depth) for depth, element in walk_element_tree(elements)]
        self.list.show_rows(rows, key=self._element_to_show or None)
        if self.list.key == self._element_to_show:
            self._element_to_show = ""
        self._draw_fields()
        self.refresh_lines()

    def _draw_element_row(self, element: Element, depth: int = 0) -> Row:
        """Return the list row of an element. `depth` is the number of places that contain the element. A
        place inside another place is listed after that place and indented by its depth.
        """
        ink, shots = self.ink, len(self._used.get(element.id, ()))
        name = shorten_place_name(self.film.story.elements, element) if depth and self.film else element.name
        described = "" if element.description else "◐ "
        plain = element.trigger[1:].casefold() == "".join(element.name.split()).casefold()
        return Row(
            element.id,
            join_line(
                ("  " * depth, ink.muted),
                (element.trigger, ink.muted if element.extra or element.dismissed else ink.accent),
                ("" if plain else f"  {name}", ink.muted),
                ("  no element" if element.dismissed else "  extra" if element.extra else "", ink.muted),
            ),
            join_line((described, ink.stale), (f"{shots:>3}" if shots else "  –", ink.muted)),
            search=f"{element.trigger} {element.name} {' '.join(element.aliases)} {element.description}",
        )

    def _draw_fields(self) -> None:
        element, ink = self.element, self.ink
        fields = self.query_one("#fields", Rows)
        if element is None:
            fields.show_rows([])
            return
        width = max(20, (fields.size.width or 60) - 18)
        # Empty fields of a character's sheet come last, because pictures and LoRAs are more important.
        empty = [name for name in SHEET_FIELDS if not self._get_field_value(element, name)[0]]
        rows: MutableSequence[Row] = []
        for name in list_element_fields(element):
            rows += self._draw_field_rows(element, name, width) if name not in empty else []
        numbers = ", ".join(self._used.get(element.id, ()))
        rows += [
            Row("", Text()),
            Row(
                "",
                join_line(
                    ("source       ", ink.muted),
                    ("the screenplay" if element.found else "set by the user", ink.text),
                ),
            ),
        ]
        for index, piece in enumerate(wrap_words(f"“{element.quote}”" if element.quote else "", width)):
            label = "words" if index == 0 else ""
            rows.append(Row("", join_line((f"{label:<{LABEL}}", ink.muted), (piece, ink.text))))
        rows += [
            *self._draw_addition_rows("shown by", format_picture_count(element), width),
            *(
                self._draw_addition_rows("faces", format_face_names(element), width)
                if element.kind is ElementKind.LOCATION
                else ()
            ),
            *self._draw_addition_rows("LoRAs", format_lora_names(element), width),
        ]
        for index, piece in enumerate(wrap_words(numbers, width) or ["none yet"]):
            rows.append(
                Row(
                    "", join_line((f"{'shots' if index == 0 else '':<{LABEL}}", ink.muted), (piece, ink.text))
                )
            )
        if element.kind is ElementKind.CHARACTER:
            for name in empty:
                rows += self._draw_field_rows(element, name, width)
        fields.show_rows(rows)
        self.run_in_background(self._show_element_picture, "picture", exclusive=True)

    def _draw_field_rows(self, element: Element, name: str, width: int) -> Sequence[Row]:
        """Return the rows of one field: its value, or an explanation of the field if it is empty."""
        ink, rows = self.ink, []
        words, source = self._get_field_value(element, name)
        shown = f"{words}  ({source})" if source else words
        lines = wrap_words(shown, width) or wrap_words(
            self.with_keys(explain_empty_field(name, element.kind)), width
        )
        whole = f"{name:<{LABEL}}{shown}"
        for index, piece in enumerate(lines):
            style = ink.text if words else ink.muted
            label = name if index == 0 else ""
            row = join_line((f"{label:<{LABEL}}", ink.muted), (piece, style))
            rows.append(Row(label, row, whole=whole if words else ""))
        return rows

    def _get_field_value(self, element: Element, name: str) -> tuple[str, str]:
        """Return the value of a field and the source of the value. Only a field of a place has a source, such
        as the outer place from which the value comes; for other fields it is empty.
        """
        elements = self.film.story.elements if self.film else ()
        if name == PARENT_FIELD:
            above = find_parent_place(elements, element)
            if above is None:
                return "", ""
            return above.trigger, "set by the user" if "parent" in dict(element.own) else "the script"
        if name in LAYERS:
            return collect_layers(elements, element).get(name, ("", ""))
        if name in SHEET_FIELDS:
            return dict(list_sheet_lines(elements, element)).get(name, ""), ""
        value = getattr(element, name)
        return "" if value is None else str(value), ""

    def _draw_addition_rows(self, label: str, words: str, width: int) -> Sequence[Row]:
        """Return the rows that list an element's pictures, faces or LoRAs. `words` is the list as text. If it
        is empty, the rows show how to add the first one.
        """
        style = self.ink.text if words else self.ink.muted
        pieces = wrap_words(words or self.with_keys(HOW_TO_ADD[label]), width)
        labels = (label, *("" for _ in pieces[1:]))
        return [
            Row("", join_line((f"{name:<{LABEL}}", self.ink.muted), (piece, style)))
            for name, piece in zip(labels, pieces, strict=True)
        ]

    async def _show_element_picture(self) -> None:
        """Show the first reference picture of the element. If there is none, show the portrait that previs
        uses; draw missing portraits in the background.
        """
        element, film = self.element, self.film
        if element is None or film is None:
            return
        picture = self.query_one(Picture)
        columns, rows = picture.size
        assets = {asset.id: asset for asset in film.story.assets}
        first = next((assets[id] for id in element.references if id in assets), None)
        if self.studio_app.terminal.pictures == "off":
            picture.show_shared_drawing(None, OFF)
            return
        wait = "no picture available"
        if first is not None:
            path = Path(get_asset_file_path(str(self.studio_app.studio.require_project().paths.root), first))
            wait = f"{OFFLINE} offline"
        else:
            found = await self.in_thread(partial(self._portraits.find_portrait, film.story, element))
            path, wait = found.path, wait if found.path in self._portraits.failed else "…"
            if not found.is_there and wait == "…":
                self._portraits.draw_missing(film.story, self._list_without_pictures())
        drawing = await self.studio_app.pictures.draw_file(
            path, columns, rows, bars=self.ink.get_rgb("surface")
        )
        if drawing is not picture.drawing or drawing is None:
            picture.show_shared_drawing(drawing, wait)

    def _list_without_pictures(self) -> Sequence[Element]:
        """Return the elements that have no reference picture, from the cursor to the end of the list."""
        elements = {element.id: element for element in self.film.story.elements} if self.film else {}
        below = [row.key for row in self.list.rows[max(0, self.list.cursor) :] if row.key in elements]
        return [elements[id] for id in below if not elements[id].references]

    def _redraw_picture(self) -> None:
        self.run_in_background(self._show_element_picture, "picture", exclusive=True)

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.run_in_background(self._show_element_picture, "picture", exclusive=True)

    def format_header_facts(self) -> Text | str:
        if self.film is None:
            return ""
        elements = self.film.story.elements
        bare = sum(not element.description for element in elements)
        text = join_line((format_count(len(elements), "element"), self.ink.muted))
        if bare:
            text.append(f"   ◐ {bare} not described", self.ink.stale)
        return text

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "list":
            self._draw_fields()
            self.refresh_lines()

    def list_idle_acts(self) -> frozenset[str]:
        """Return the actions that have no effect on this element. Only a place can be inside another place or
        have place attributes.
        """
        element = self.element
        is_place = element is not None and element.kind is ElementKind.LOCATION
        only_places = (
            frozenset[str]() if is_place else frozenset({"ui.place_in", "ui.layer", "element.face.draw"})
        )
        return super().list_idle_acts() | only_places

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        if event.rows.id == "list":
            from milimo_tui.tui.storyboard.element_film import ElementFilmScreen

            if self.element is not None:
                self.app.push_screen(ElementFilmScreen(self.element.id))
            return
        self.run_in_background(partial(self._edit_field, event.key))

    def get_command_args(self, command: str, key_command: KeyCommand) -> Mapping[str, Any] | None:
        if command == "element.dismiss":
            element = self.element
            return {"id": element.id, "off": element.dismissed} if element else None
        if command in ("element.delete", "element.set"):
            return {"id": self.list.key} if self.list.key else None
        if command in ("element.draw", "element.face.draw"):
            return {"id": self.list.key, "detach": True} if self.list.key else None
        return {}

    async def _edit_field(self, field: str) -> None:
        element = self.element
        if element is None or field not in list_element_fields(element):
            return
        if field == PARENT_FIELD:
            await self._ask_place(element)
            return
        if field == "relations":
            await self._ask_relation(element)
            return
        if field in LAYERS:
            await self._ask_place_layer(element, field)
            return
        form_field = make_element_field(
            element, field, await self.in_thread(list_installed_voices) if field == "voice" else ()
        )
        label = f"{element.trigger} {field}:"
        new = await self.ask_field(
            form_field, label=label, name="ELEMENT", at=self._locate_field_value(field)
        )
        if new is not None and new.strip() != form_field.text:
            await self.run_and_wait("element.set", id=element.id, **{field: new.strip()})

    def _locate_field_value(self, field: str) -> Region | None:
        """Return the screen region of a field's value, where the user types the new value; None if it is not
        visible.
        """
        return find_value_region(self.query_one("#fields", Rows), field, LABEL)

    async def _ask_place(self, element: Element) -> None:
        """Ask for the outer place that contains this place, such as the house of a kitchen. An empty answer
        means that no place contains it.
        """
        places = tuple(
            each.trigger
            for each in (self.film.story.elements if self.film else ())
            if each.kind is ElementKind.LOCATION and each.id != element.id and not each.dismissed
        )
        old = self._get_field_value(element, PARENT_FIELD)[0]
        field = FormField(
            key=PARENT_FIELD,
            label="inside",
            kind=FieldKind.CHOICE,
            text=old,
            choices=make_choices(places),
            is_free=True,
            help="the outer place; empty: none",
        )
        label = f"{element.trigger} is inside (empty: no place):"
        new = await self.ask_field(
            field, label=label, name="PLACE", at=self._locate_field_value(PARENT_FIELD)
        )
        if new is not None and new.strip() != old:
            await self.run_and_wait("element.set", id=element.id, inside=new.strip())

    async def _ask_relation(self, element: Element) -> None:
        """Ask for another character and for a description of the relation to that character. An empty
        description removes the relation.
        """
        others = tuple(
            each.name
            for each in (self.film.story.elements if self.film else ())
            if each.kind is ElementKind.CHARACTER and each.id != element.id and not each.dismissed
        )
        fields = (
            FormField(
                key="other",
                label="related to",
                kind=FieldKind.CHOICE,
                choices=make_choices(others),
                is_needed=True,
                is_free=True,
            ),
            FormField(key="words", label="relation", help="for example “her brother”; empty: no relation"),
        )

        async def keep(texts: Mapping[str, str]) -> str:
            relation = f"{texts['other']}={texts.get('words', '')}"
            return await run_form_command(self, "element.set", {"id": element.id, "relation": relation})

        await ask_form(self, Form(f"{element.trigger} relation", fields, keep, whole=True))

    async def _ask_place_layer(self, element: Element, name: str = "") -> None:
        at = self._locate_field_value(name) if name else None
        words = await ask_layer(self, element.trigger, dict(element.layers), name, at)
        if words:
            await self.run_and_wait("element.set", id=element.id, layer=words)

    def _require_place(self) -> Element | None:
        """Return the place under the cursor; show a message if the element is not a place."""
        element = self.element
        if element is None or element.kind is not ElementKind.LOCATION:
            self.show_message(
                "this element is not a place", "warn", "move the cursor to a place under Locations"
            )
            return None
        return element

    @action
    def act_talk(self, key_command: KeyCommand) -> None:
        """t: open the screen Talk for the element under the cursor: a conversation with a character, or a
        conversation about any other element.
        """
        from milimo_tui.tui.storyboard.talk import TalkScreen

        if self.element is not None:
            self.app.push_screen(TalkScreen(self.element.id))

    @action
    def act_skeletons(self, key_command: KeyCommand) -> None:
        """s: show the film's skeletons of people."""
        from milimo_tui.tui.storyboard.skeletons import SkeletonsScreen

        self.app.push_screen(SkeletonsScreen())

    @action
    async def act_place_in(self, key_command: KeyCommand) -> None:
        """i: choose the outer place that contains this place."""
        if (place := self._require_place()) is not None:
            await self._ask_place(place)

    @action
    async def act_layer(self, key_command: KeyCommand) -> None:
        """y: edit an attribute of the place, such as its light or sound."""
        if (place := self._require_place()) is not None:
            await self._ask_place_layer(place)

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        focused = self.focused
        field = focused.key if isinstance(focused, Rows) and focused.id == "fields" else "description"
        await self._edit_field(field or "description")

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """Open the form for a new element: name, kind, appearance. The form reports at once if the trigger is
        already in use.
        """
        if self.film is None:
            return  # The app has already shown a message that says why nothing can be added.
        from milimo_tui.story.elements.triggers import normalize_trigger

        elements = self.film.story.elements
        outcomes: list[Outcome] = []

        def taken(name: str) -> str:
            try:
                normalize_trigger("".join(name.split()), elements, "")
            except BadInput as error:
                return format_refusal_error(error)
            return ""

        kinds = make_choices((kind.value for kind in ElementKind), ELEMENT_KINDS)
        fields = (
            FormField(key="name", label="name", is_needed=True, check=taken, help="its name in the script"),
            FormField(key="kind", label="kind", kind=FieldKind.CHOICE, choices=kinds, is_needed=True),
            FormField(key="description", label="appearance", help="in words for the prompt"),
        )
        keep = make_command_keep(self, "element.add", outcomes)
        if (
            await ask_form(self, Form("New element", fields, keep, verb="adds the element", whole=True))
            and outcomes
        ):
            self._element_to_show = outcomes[0].data["id"]
            self._draw_element_list()

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        element = self.element
        if element is None:
            self.show_message("no element is selected", "warn", "{ui.add} adds one")
            return
        used = len(self._used.get(element.id, ()))
        if used and not await self.confirm(
            f"{format_count(used, 'shot')} use {element.trigger}. Delete the element?"
        ):
            return
        await self.run_and_wait("element.delete", id=element.id)

    @action
    def act_sort(self, key_command: KeyCommand) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._draw_element_list()
        self.show_message(f"sorted by {self._sort}")
