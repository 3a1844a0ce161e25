"""Editing in the shot inspector: a single field in its row, several fields in a form.

Every change is a command of the registry; a refused change stays as typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.fields.choice_notes import CONTROLS, note_of
from milimo_tui.tui.fields.form_field import SWITCH, Choice, FormField, Kind, choices_of
from milimo_tui.tui.forms.asking import ask_form, kept_by, run_kept
from milimo_tui.tui.forms.form import Form, Renewal
from milimo_tui.tui.forms.form_list import value_region
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
    fields_as_set,
    foreseen,
    set_values,
    shot_field,
    shot_fields,
)
from milimo_tui.tui.shot.shot_lines import LABEL
from milimo_tui.tui.shot.shot_state import framing

if TYPE_CHECKING:
    from textual.geometry import Region

    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shot.shot import ShotScreen

STRENGTH = FormField(
    key="strength", label="strength", kind=Kind.NUMBER, text="1", least=0, most=10, step=0.05, big=0.25,
    help="1 is as it was made",
)  # fmt: skip
FRAME = FormField(
    key="frame", label="at frame", kind=Kind.TIME, text="0", special=("last",),
    help="60, last, 2.5s",
)  # fmt: skip

LORA_FIELD = FormField(
    key="lora", label="LoRA", kind=Kind.PATH, is_needed=True,
    help="an id (g w lists them) or a .safetensors file",
)  # fmt: skip


class ShotEditing:
    """Edits the fields of the shot that a screen shows."""

    def __init__(self, screen: ShotScreen) -> None:
        self._screen = screen

    @property
    def _details(self) -> ShotDetails | None:
        return self._screen.details

    def _at(self, key: str) -> Region | None:
        """Return the region of a row's value, so that the new value is typed there."""
        return value_region(self._screen.field_list, key, LABEL)

    # -- fields of the shot ----------------------------------------------------------------------------

    async def edit(self, name: str) -> None:
        """Edit a field in its row; fields that belong together are edited in the shot's form."""
        if self._details is None:
            return
        if name == CONTINUES:
            await self._edit_continuing()
        elif name in TOGETHER:
            await self.open_form(TOGETHER[name][0])
        else:
            await self._edit_one(name)

    async def _edit_one(self, name: str) -> None:
        details = self._details
        if details is None:
            return
        field = shot_field(details, name)
        number = details.state.number
        given = await self._screen.ask_field(
            field, label=f"{number} {field.label}:", name="SHOT", at=self._at(name)
        )
        if given is not None and given.strip() != field.text.strip():
            await self._screen.command("shot.set", id=self._screen.shot, **set_values({name: given.strip()}))

    async def _edit_continuing(self) -> None:
        """Ask for the shot that this one continues, and how; “none” means that the shot has a take of its
        own.
        """
        details, screen = self._details, self._screen
        if details is None:
            return
        before, how = shot_field(details, CONTINUES), shot_field(details, "continues_as")
        before = replace(before, text=before.text or "", is_needed=True, section="")
        how = replace(how, is_needed=True, section="", text=how.text if before.text else "")

        def fields(texts: Mapping[str, str]) -> list[FormField]:
            return [before] if texts.get(CONTINUES, before.text).lower() in ("", "none") else [before, how]

        async def keep(texts: Mapping[str, str]) -> str:
            return await run_kept(screen, "shot.set", {"id": screen.shot, **set_values(texts)})

        title = f"{details.state.number}  goes on from another shot"
        await ask_form(screen, Form(title, fields, keep, whole=True), CONTINUES, opens=True)

    async def open_form(self, key: str) -> None:
        """Open the form of the entire shot on one of its fields; all changes are one edit."""
        details, screen = self._details, self._screen
        if details is None:
            return
        studio, shot = screen.studio_app.studio, screen.shot

        async def keep(texts: Mapping[str, str]) -> str:
            return await run_kept(screen, "shot.set", {"id": shot, **set_values(texts)})

        def in_keys(fields: Sequence[FormField]) -> list[FormField]:
            return [replace(each, help=screen.studio_app.in_keys(each.help)) for each in fields]

        def renew(texts: Mapping[str, str]) -> Sequence[FormField]:
            return in_keys(fields_as_set(studio, details, key, texts))

        form = Form(
            f"{details.state.number}  {framing(details.state.shot)}",
            in_keys(shot_fields(details, key)),
            keep,
            facts=screen.state_facts(),
            foresee=partial(foreseen, studio, shot),
            renewal=Renewal(MAKERS, renew),
        )
        await ask_form(screen, form, key, opens=True)

    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: edit the prompt."""
        await self.edit("prompt")

    async def act_where(self, key_command: KeyCommand) -> None:
        """w: edit place, time and weather; an empty field means the value of the scene."""
        await self.edit("where")

    async def act_continue(self, key_command: KeyCommand) -> None:
        """C: edit the shot that this one continues, and how."""
        await self.edit(CONTINUES)

    async def act_pipeline(self, key_command: KeyCommand) -> None:
        await self.edit("pipeline")

    async def act_voices(self, key_command: KeyCommand) -> None:
        """v: switch whether lines are spoken in the voices of samples."""
        if self._details is not None:
            voices = "off" if self._details.state.shot.voices else "on"
            await self._screen.command("shot.set", id=self._screen.shot, voices=voices)

    async def act_beats(self, key_command: KeyCommand) -> None:
        """b: edit the times of the beats."""
        await self.edit("beats")

    async def act_subjects(self, key_command: KeyCommand) -> None:
        """B: choose whether pictures of its elements are sent with the request."""
        await self.edit("subjects")

    async def act_face(self, key_command: KeyCommand) -> None:
        """f: choose which face of its place is sent with the request; off for none."""
        await self.edit("face")

    async def act_layer(self, key_command: KeyCommand) -> None:
        """y: edit a layer of its place, for this shot."""
        await self.edit_layer()

    async def edit_layer(self, name: str = "") -> None:
        """Ask for a layer of its place, for this shot alone."""
        details = self._details
        if details is None:
            return
        known = dict(details.state.shot.layers)
        layer = await ask_layer(
            self._screen, details.state.number, known, name, self._at(LAYER + name) if name else None
        )
        if layer:
            await self._screen.command("shot.set", id=self._screen.shot, layer=layer)

    # -- conditions, LoRAs, parts ---------------------------------------------------------------------

    async def edit_followed(self, name: str) -> None:
        """Edit frame and strength of a condition; for the board and continuity, whether it is used."""
        details = self._details
        if details is None:
            return
        shot = details.state.shot
        switches = {"board": shot.board_use.value, "continuity": "on" if shot.continuity else "off"}
        if name in switches:
            words = CHOICES.get(name, tuple(each.word for each in SWITCH))
            choices = tuple(Choice(word, note_of(name, word)) for word in words)
            field = FormField(
                key=name, label=name, kind=Kind.CHOICE, text=switches[name], choices=choices, is_needed=True
            )
            new = await self._screen.ask_field(field, name="SHOT", at=self._at(FOLLOW + name))
            if new is not None and new != switches[name]:
                await self._screen.command("shot.set", id=self._screen.shot, **{name: new})
            return
        one = next(one for one in shot.conditioning if one.id == name)
        frame = "last" if one.frame == -1 else str(one.frame)
        fields = [_with(STRENGTH, f"{one.strength:g}")]
        if not one.control:  # A control applies to the entire shot.
            fields.insert(0, _with(FRAME, frame, rate=details.story.project.rate))
        keep = kept_by(self._screen, "shot.condition.set", id=self._screen.shot, which=name)
        await ask_form(
            self._screen, Form(f"{details.state.number} follows", fields, keep), fields[0].key, opens=True
        )

    async def act_add(self, key_command: KeyCommand) -> None:
        """a: add a condition: a file, an asset, `board 3A`, or `take 3A` with a frame."""
        details, screen = self._details, self._screen
        if details is None:
            return
        rate = details.story.project.rate

        def fields(texts: Mapping[str, str]) -> list[FormField]:
            what = FormField(
                key="what", label="follow", kind=Kind.PATH, is_needed=True,
                help="a file, board 3A, take 3A or take 3A 60",
            )  # fmt: skip
            words = CHOICES["control"]
            control = FormField(
                key="control", label="all through as", kind=Kind.CHOICE, choices=choices_of(words, CONTROLS),
                default="at a frame", help="a control, or empty: at a frame",
            )  # fmt: skip
            asked = [what, control, STRENGTH]
            return asked if texts.get("control") else [what, control, _with(FRAME, "0", rate=rate), STRENGTH]

        async def keep(texts: Mapping[str, str]) -> str:
            named = texts["what"]
            kind, _, rest = named.partition(" ")
            values: dict[str, Any] = {"file": named}
            if kind in ("board", "take") and rest:
                number, _, at = rest.partition(" ")
                values = {kind: number, **({"at": at} if at else {})}
            placed = {name: texts[name] for name in ("frame", "strength") if name in texts}
            values |= {"control": texts.get("control", ""), "frame": "", **placed}
            return await run_kept(screen, "shot.condition.add", {"id": screen.shot, **values})

        form = Form(f"{details.state.number} follows", fields, keep, verb="adds it", whole=True)
        await ask_form(screen, form)

    async def edit_lora(self, name: str) -> None:
        """Edit the strength of one of the shot's LoRAs."""
        details = self._details
        if details is None:
            return
        use = next(one for one in details.state.shot.loras if one.id == name)
        field = _with(STRENGTH, f"{use.strength:g}")
        strength = await self._screen.ask_field(
            field, label=f"strength of {Path(name).name}", name="SHOT", at=self._at(LORA + name)
        )
        if strength:
            await self._screen.command("shot.lora.set", id=self._screen.shot, lora=name, strength=strength)

    async def act_add_lora(self, key_command: KeyCommand) -> None:
        """L: add a LoRA to the shot."""
        details = self._details
        if details is None:
            return
        keep = kept_by(self._screen, "shot.lora.add", id=self._screen.shot)
        form = Form(
            f"{details.state.number} LoRA", (LORA_FIELD, STRENGTH), keep, verb="puts it on", whole=True
        )
        await ask_form(self._screen, form)

    async def edit_part(self, part: int) -> None:
        """Edit words and seed of one part of a long shot."""
        details = self._details
        if details is None:
            return
        own = details.state.shot.chunks
        was = own[part - 1] if part <= len(own) else None
        seed = str(was.seed) if was and was.seed is not None else "auto"
        fields = (
            FormField(
                key="prompt", label="words", text=was.prompt if was else "", default="the shot’s prompt",
                help="what happens in it",
            ),
            FormField(
                key="seed", label="seed", kind=Kind.NUMBER, text=seed, least=0, most=2**32 - 1, big=100,
                is_whole=True, special=("auto",),
            ),
        )  # fmt: skip
        keep = kept_by(self._screen, "shot.chunk.set", id=self._screen.shot, part=part)
        title = f"{details.state.number} part {part}"
        await ask_form(self._screen, Form(title, fields, keep), "prompt", opens=True)


def _with(field: FormField, text: str, **more: Any) -> FormField:
    return replace(field, text=text, **more)
