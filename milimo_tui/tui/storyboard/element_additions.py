"""Questions on the Elements screen for an element's additions: a picture, a LoRA, a recording of its
voice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.file_suffixes import PICTURE_SUFFIXES
from milimo_tui.story.values.film import ElementKind
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.forms.asking import ask_form, make_command_keep
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shot.shot_editing import LORA_FIELD, STRENGTH

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.storyboard.elements import ElementsScreen


class ElementAdditions:
    """Asks for additions to the element under the cursor."""

    def __init__(self, screen: ElementsScreen) -> None:
        self._screen = screen

    @action
    async def act_own_picture(self, key_command: KeyCommand) -> None:
        """c f: add a picture that shows the element: your own photo or drawing."""
        if (element := self._screen.element) is None:
            return
        asked = FormField(
            key="file", label=f"picture of {element.trigger}:", kind=FieldKind.PATH,
            suffixes=tuple(sorted(PICTURE_SUFFIXES)),
            help="a picture: a file, or the name of one in Media",
        )  # fmt: skip
        file = await self._screen.ask_field(asked, name="PICTURE")
        if file and file.strip():
            await self._screen.run_and_wait("element.reference.add", id=element.id, file=file.strip())

    @action
    async def act_add_lora(self, key_command: KeyCommand) -> None:
        """L: add a LoRA that is used for every shot with the element."""
        if (element := self._screen.element) is None:
            return
        keep = make_command_keep(self._screen, "element.lora.add", id=element.id)
        form = Form(f"{element.trigger} LoRA", (LORA_FIELD, STRENGTH), keep, verb="adds it", whole=True)
        await ask_form(self._screen, form)

    @action
    async def act_voice(self, key_command: KeyCommand) -> None:
        """v: set a recording of its voice; an empty answer removes the present one."""
        screen, element = self._screen, self._screen.element
        if screen.film is None or element is None:
            return
        if element.kind is not ElementKind.CHARACTER:
            screen.show_message("only characters speak", "warn")
            return
        assets = screen.film.story.assets
        now = next((asset.name for asset in assets if asset.id == element.sample), "")
        asked = FormField(
            key="voice", label="voice", text=now, kind=FieldKind.PATH, help="about five seconds of speech"
        )
        given = await screen.ask_field(
            asked, label=f"{element.trigger} speaks as (a recording):", name="VOICE"
        )
        if given is None or given.strip() == now:
            return
        file = {"file": given.strip()} if given.strip() else {"off": True}
        await screen.run_and_wait("element.voice", id=element.id, **file)
