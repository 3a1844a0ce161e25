"""Editing in the shot inspector: a single field in its row, or several fields in a form.

Every change runs a command of the registry. If the command refuses the change, the typed text stays for
correction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.fields.choice_notes import CONTROLS, get_choice_note
from milimo_tui.tui.fields.form_field import SWITCH, FieldChoice, FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form, Renewal
from milimo_tui.tui.forms.form_dialogs import ask_form, make_command_keep, run_form_command
from milimo_tui.tui.forms.form_list import find_value_region
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shot.asking_layers import ask_layer
from milimo_tui.tui.shot.shot_details import (
    CHOICES,
    CONTINUES,
    FOLLOW,
    LAYER,
    LORA,
    TOGETHER,
    ShotDetails,
)
from milimo_tui.tui.shot.shot_form import (
    MAKERS,
    foresee_changes,
    make_fields_for_choice,
    make_shot_field,
    make_shot_fields,
    to_set_arguments,
)
from milimo_tui.tui.shot.shot_lines import LABEL
from milimo_tui.tui.shot.shot_state import describe_framing

if TYPE_CHECKING:
    from textual.geometry import Region

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shot.shot import ShotScreen

STRENGTH = FormField(
    key="strength",
    label="strength",
    kind=FieldKind.NUMBER,
    text="1",
    least=0,
    most=10,
    step=0.05,
    big=0.25,
    help="1 is its full strength",
)
FRAME = FormField(
    key="frame",
    label="at frame",
    kind=FieldKind.TIME,
    text="0",
    special=("last",),
    help="60, last, 2.5s",
)

LORA_FIELD = FormField(
    key="lora",
    label="LoRA",
    kind=FieldKind.PATH,
    is_needed=True,
    help="an id (g w lists them) or a .safetensors file",
)


class ShotEditing:
    """The editing actions of the shot inspector. They change the shot that `screen` shows."""

    def __init__(self, screen: ShotScreen) -> None:
        self._screen = screen

    @property
    def _details(self) -> ShotDetails | None:
        return self._screen.details

    def _find_value_region(self, key: str) -> Region | None:
        """Return the screen region of a row's value, where the user types the new value; None if the row is
        not visible.
        """
        return find_value_region(self._screen.field_list, key, LABEL)

    async def edit_field(self, name: str) -> None:
        """Edit the field `name` in its row. If the row shows several fields, open the form with all fields of
        the shot instead.
        """
        if self._details is None:
            return
        if name == CONTINUES:
            await self._edit_continued_shot()
        elif name in TOGETHER:
            await self.open_shot_form(TOGETHER[name][0])
        else:
            await self._edit_single_field(name)

    async def _edit_single_field(self, name: str) -> None:
        details = self._details
        if details is None:
            return
        field = make_shot_field(details, name)
        number = details.state.number
        given = await self._screen.ask_field(
            field, label=f"{number} {field.label}:", name="SHOT", at=self._find_value_region(name)
        )
        if given is not None and given.strip() != field.text.strip():
            await self._screen.run_and_wait(
                "shot.set", id=self._screen.shot, **to_set_arguments({name: given.strip()})
            )

    async def _edit_continued_shot(self) -> None:
        """Ask which shot this shot continues, and how: it begins at that shot's end, is a closer crop of that
        shot's take, or shows another picture over that take's sound. The answer “none” means that this shot
        continues no other.
        """
        details, screen = self._details, self._screen
        if details is None:
            return
        before, how = make_shot_field(details, CONTINUES), make_shot_field(details, "continues_as")
        before = replace(before, text=before.text or "", is_needed=True, section="")
        how = replace(how, is_needed=True, section="", text=how.text if before.text else "")

        def fields(texts: Mapping[str, str]) -> list[FormField]:
            return [before] if texts.get(CONTINUES, before.text).lower() in ("", "none") else [before, how]

        async def keep(texts: Mapping[str, str]) -> str:
            return await run_form_command(screen, "shot.set", {"id": screen.shot, **to_set_arguments(texts)})

        title = f"{details.state.number}  continues another shot"
        await ask_form(screen, Form(title, fields, keep, whole=True), CONTINUES, opens=True)

    async def open_shot_form(self, key: str) -> None:
        """Open the form with all fields of the shot, with the cursor on the field `key`. All changes are
        saved as one edit.
        """
        details, screen = self._details, self._screen
        if details is None:
            return
        studio, shot = screen.studio_app.studio, screen.shot

        async def keep(texts: Mapping[str, str]) -> str:
            return await run_form_command(screen, "shot.set", {"id": shot, **to_set_arguments(texts)})

        def renew(texts: Mapping[str, str]) -> Sequence[FormField]:
            return make_fields_for_choice(studio, details, key, texts)

        form = Form(
            f"{details.state.number}  {describe_framing(details.state.shot)}",
            make_shot_fields(details, key),
            keep,
            facts=screen.format_header_facts(),
            foresee=partial(foresee_changes, studio, shot),
            renewal=Renewal(MAKERS, renew),
        )
        await ask_form(screen, form, key, opens=True)

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: edit the prompt of the shot."""
        await self.edit_field("prompt")

    @action
    async def act_where(self, key_command: KeyCommand) -> None:
        """w: edit place, time and weather of the shot. A field left empty takes the value of the scene."""
        await self.edit_field("where")

    @action
    async def act_continue(self, key_command: KeyCommand) -> None:
        """C: choose the shot that this shot continues, and the kind of continuation, such as `closer` for a
        closer crop of the same take.
        """
        await self.edit_field(CONTINUES)

    @action
    async def act_pipeline(self, key_command: KeyCommand) -> None:
        await self.edit_field("pipeline")

    @action
    async def act_voices(self, key_command: KeyCommand) -> None:
        """v: turn the use of voice samples for the shot's dialogue on or off."""
        if self._details is not None:
            voices = "off" if self._details.state.shot.voices else "on"
            await self._screen.run_and_wait("shot.set", id=self._screen.shot, voices=voices)

    @action
    async def act_beats(self, key_command: KeyCommand) -> None:
        """b: edit the times of the beats."""
        await self.edit_field("beats")

    @action
    async def act_subjects(self, key_command: KeyCommand) -> None:
        """B: choose if reference pictures of the shot's elements are sent to the model."""
        await self.edit_field("subjects")

    @action
    async def act_face(self, key_command: KeyCommand) -> None:
        """f: choose which of the six face pictures of the shot's place is sent to the model; `off` sends
        none.
        """
        await self.edit_field("face")

    @action
    async def act_layer(self, key_command: KeyCommand) -> None:
        """y: choose and edit an attribute of the shot's place; the change applies to this shot only."""
        await self.edit_layer()

    async def edit_layer(self, name: str = "") -> None:
        """Ask for the text of a place attribute, for this shot only. If `name` is empty, ask for the
        attribute too.
        """
        details = self._details
        if details is None:
            return
        known = dict(details.state.shot.layers)
        layer = await ask_layer(
            self._screen,
            details.state.number,
            known,
            name,
            self._find_value_region(LAYER + name) if name else None,
        )
        if layer:
            await self._screen.run_and_wait("shot.set", id=self._screen.shot, layer=layer)

    async def edit_condition(self, name: str) -> None:
        """Edit a condition that takes must follow (such as a picture or a frame of a take), given by its id.
        For the conditions `board` and `continuity`, the user can only switch the use on or off. For all
        others, the user edits the frame and the strength.
        """
        details = self._details
        if details is None:
            return
        shot = details.state.shot
        switches = {"board": shot.board_use.value, "continuity": "on" if shot.continuity else "off"}
        if name in switches:
            words = CHOICES.get(name, tuple(each.word for each in SWITCH))
            choices = tuple(FieldChoice(word, get_choice_note(name, word)) for word in words)
            field = FormField(
                key=name,
                label=name,
                kind=FieldKind.CHOICE,
                text=switches[name],
                choices=choices,
                is_needed=True,
            )
            new = await self._screen.ask_field(field, name="SHOT", at=self._find_value_region(FOLLOW + name))
            if new is not None and new != switches[name]:
                await self._screen.run_and_wait("shot.set", id=self._screen.shot, **{name: new})
            return
        one = next(one for one in shot.conditioning if one.id == name)
        frame = "last" if one.frame == -1 else str(one.frame)
        fields = [replace(STRENGTH, text=f"{one.strength:g}")]
        if not one.control:  # A control map applies to the entire shot, so it has no frame.
            fields.insert(0, replace(FRAME, text=frame, rate=details.story.project.rate))
        keep = make_command_keep(self._screen, "shot.condition.set", id=self._screen.shot, which=name)
        await ask_form(
            self._screen, Form(f"{details.state.number} follows", fields, keep), fields[0].key, opens=True
        )

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """a: add a condition that takes must follow. The user types a file, an asset, a board (`board 3A`) or
        a frame of a take (`take 3A 60`).
        """
        details, screen = self._details, self._screen
        if details is None:
            return
        rate = details.story.project.rate

        def fields(texts: Mapping[str, str]) -> list[FormField]:
            what = FormField(
                key="what",
                label="follow",
                kind=FieldKind.PATH,
                is_needed=True,
                help="a file, board 3A, take 3A or take 3A 60",
            )
            words = CHOICES["control"]
            control = FormField(
                key="control",
                label="control over the entire take",
                kind=FieldKind.CHOICE,
                choices=make_choices(words, CONTROLS),
                default="at a frame",
                help="a control; empty: at one frame",
            )
            shown_fields = [what, control, STRENGTH]
            return (
                shown_fields
                if texts.get("control")
                else [what, control, replace(FRAME, text="0", rate=rate), STRENGTH]
            )

        async def keep(texts: Mapping[str, str]) -> str:
            named = texts["what"]
            kind, _, rest = named.partition(" ")
            values: dict[str, Any] = {"file": named}
            if kind in ("board", "take") and rest:
                number, _, at = rest.partition(" ")
                values = {kind: number, **({"at": at} if at else {})}
            placed = {name: texts[name] for name in ("frame", "strength") if name in texts}
            values |= {"control": texts.get("control", ""), "frame": "", **placed}
            return await run_form_command(screen, "shot.condition.add", {"id": screen.shot, **values})

        form = Form(f"{details.state.number} follows", fields, keep, verb="adds the input", whole=True)
        await ask_form(screen, form)

    async def edit_lora_strength(self, name: str) -> None:
        """Edit the strength of the shot's LoRA with the id `name`."""
        details = self._details
        if details is None:
            return
        use = next(one for one in details.state.shot.loras if one.id == name)
        field = replace(STRENGTH, text=f"{use.strength:g}")
        strength = await self._screen.ask_field(
            field,
            label=f"strength of {Path(name).name}",
            name="SHOT",
            at=self._find_value_region(LORA + name),
        )
        if strength:
            await self._screen.run_and_wait(
                "shot.lora.add", id=self._screen.shot, lora=name, strength=strength
            )

    @action
    async def act_add_lora(self, key_command: KeyCommand) -> None:
        """L: add a LoRA to the shot."""
        details = self._details
        if details is None:
            return
        keep = make_command_keep(self._screen, "shot.lora.add", id=self._screen.shot)
        form = Form(
            f"{details.state.number} LoRA", (LORA_FIELD, STRENGTH), keep, verb="adds the LoRA", whole=True
        )
        await ask_form(self._screen, form)

    async def edit_shot_part(self, part: int) -> None:
        """Edit the prompt and the seed of part number `part` (from 1) of a shot that is longer than the model
        can make at once.
        """
        details = self._details
        if details is None:
            return
        own = details.state.shot.chunks
        was = own[part - 1] if part <= len(own) else None
        seed = str(was.seed) if was and was.seed is not None else "auto"
        fields = (
            FormField(
                key="prompt",
                label="prompt",
                text=was.prompt if was else "",
                default="the shot’s prompt",
                help="the action of the shot",
            ),
            FormField(
                key="seed",
                label="seed",
                kind=FieldKind.NUMBER,
                text=seed,
                least=0,
                most=2**32 - 1,
                big=100,
                is_whole=True,
                special=("auto",),
            ),
        )
        keep = make_command_keep(self._screen, "shot.chunk.set", id=self._screen.shot, part=part)
        title = f"{details.state.number} part {part}"
        await ask_form(self._screen, Form(title, fields, keep), "prompt", opens=True)
