"""Questions on the Elements screen that add something to a story element: a picture, a LoRA or a voice
sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES
from milimo_tui.story.values.film import ElementKind
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, make_command_keep
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shot.shot_editing import LORA_FIELD, STRENGTH

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.storyboard.elements import ElementsScreen


class ElementAdditions:
    """The actions of the Elements screen that add a picture, LoRA or voice sample to the element under the
    cursor.
    """

    def __init__(self, screen: ElementsScreen) -> None:
        self._screen = screen

    @action
    async def act_own_picture(self, key_command: KeyCommand) -> None:
        """c f: ask for a photo or drawing of the user, and add it as a reference picture of the element."""
        if (element := self._screen.element) is None:
            return
        field = FormField(
            key="file", label=f"picture of {element.trigger}:", kind=FieldKind.PATH,
            suffixes=tuple(sorted(PICTURE_SUFFIXES)),
            help="a picture: a file, or the name of one in Media",
        )  # fmt: skip
        file = await self._screen.ask_field(field, name="PICTURE")
        if file and file.strip():
            await self._screen.run_and_wait("element.reference.add", id=element.id, file=file.strip())

    @action
    async def act_add_lora(self, key_command: KeyCommand) -> None:
        """L: ask for a LoRA. Every shot in which the element appears will use the LoRA."""
        if (element := self._screen.element) is None:
            return
        keep = make_command_keep(self._screen, "element.lora.add", id=element.id)
        form = Form(f"{element.trigger} LoRA", (LORA_FIELD, STRENGTH), keep, verb="adds the LoRA", whole=True)
        await ask_form(self._screen, form)

    @action
    async def act_voice(self, key_command: KeyCommand) -> None:
        """v: ask for a recording of the element's voice; an empty answer removes the present recording."""
        screen, element = self._screen, self._screen.element
        if screen.film is None or element is None:
            return
        if element.kind is not ElementKind.CHARACTER:
            screen.show_message("only a character has a voice", "warn")
            return
        assets = screen.film.story.assets
        now = next((asset.name for asset in assets if asset.id == element.sample), "")
        field = FormField(
            key="voice", label="voice", text=now, kind=FieldKind.PATH, help="about five seconds of speech"
        )
        given = await screen.ask_field(
            field, label=f"voice sample of {element.trigger} (a recording):", name="VOICE"
        )
        if given is None or given.strip() == now:
            return
        file = {"file": given.strip()} if given.strip() else {"off": True}
        await screen.run_and_wait("element.voice", id=element.id, **file)
