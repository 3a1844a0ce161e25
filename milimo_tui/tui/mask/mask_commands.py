"""Key actions on the complete mask: save it, open another one, export it as PNG files, and inpaint inside
it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.mask.model_keys import KEPT, PAINTED, MaskJobRequest, MaskModelKeys
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milimo_tui.store.rows.stored_values import Mask
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.mask.mask_core import MaskCore


class MaskCommandKeys:
    """The part of the mask screen with the keys that act on the complete mask instead of one object."""

    def __init__(self, screen: MaskCore, model: MaskModelKeys) -> None:
        self._screen, self._model = screen, model

    async def save_mask(self) -> str:
        """Start a job that saves the mask with the film. Return the job's id, or an empty string if there is
        nothing to save.
        """
        state = self._screen.state
        if state is None:
            return ""
        if not any(key.acts for one in state.drawing.objects for key in one.keys) and not (
            state.drawing.is_moving
        ):
            self._screen.show_message(
                "nothing is masked yet", "warn", "{ui.text} finds things, {ui.tool brush} draws"
            )
            return ""
        outcome = await self._screen.run_and_wait(
            "picture.mask.draw",
            file=state.source,
            frame=state.frame,
            drawing=state.drawing.model_dump_json(),
            detach=True,
        )
        if outcome is None:
            return ""
        job = str(outcome.data["job"])
        self._screen.keeping[job] = state.drawing
        self._model.wait_for_job(job, MaskJobRequest(KEPT, state.frame))
        return job

    @action
    async def act_export(self, key_command: KeyCommand) -> None:
        """Export the saved mask as a PNG file, or a moving mask as a folder of PNG files."""
        state = self._screen.state
        if state is None:
            return
        if state.is_unsaved or not state.mask:
            self._screen.show_message(
                "the latest changes of the mask are not saved", "warn", "{ui.enter} saves them"
            )
            return
        moves = state.drawing.is_moving
        usual = Path.home() / f"{Path(state.name).stem}-mask{'' if moves else '.png'}"
        field = FormField(
            key="to", label="To folder:" if moves else "To file:", kind=FieldKind.PATH, text=str(usual),
            is_needed=True,
        )  # fmt: skip
        place = await self._screen.ask_field(field, name="EXPORT")
        if place:
            await self._screen.run_and_wait("picture.mask.export", id=state.mask, to=place, detach=True)

    @action
    async def act_open_mask(self, key_command: KeyCommand) -> None:
        """List the saved masks of this picture. Enter opens the mask under the cursor for editing."""
        state = self._screen.state
        if state is None:
            return
        studio, source = self._screen.studio_app.studio, state.source

        def read() -> tuple[Mask, ...]:
            return studio.require_project().facts.list_masks(source=source)

        rows = [mask for mask in await self._screen.in_thread(read) if mask.object == 0]
        if not rows:
            self._screen.show_message(
                "no mask of this picture is saved yet", hint="{ui.enter} saves the present mask"
            )
            return
        ink = self._screen.ink
        listed = [
            Row(
                mask.id, join_line((mask.label or "no name", ink.text), (f"   frame {mask.frame}", ink.muted))
            )
            for mask in reversed(rows)
        ]
        panel = Overlay(f"Masks of {state.name}", listed, "Enter opens it")

        def picked(key: str | None) -> None:
            if key:
                self._screen.run_in_background(partial(self._open_saved_mask, key))

        self._screen.app.push_screen(panel, picked)

    async def _open_saved_mask(self, mask: str) -> None:
        state = self._screen.state
        question = "This mask is not saved. Open the other one without saving?"
        if state is not None and state.is_unsaved and not await self._screen.confirm(question):
            return
        await self._screen.load_mask(mask=mask)

    @action
    async def act_inpaint(self, key_command: KeyCommand) -> None:
        """Generate new content inside the mask, for this frame or a range of the clip. Pixels outside the
        mask stay unchanged.
        """
        state = self._screen.state
        if state is None:
            return
        if state.is_unsaved or not state.mask:
            self._screen.show_message(
                "the latest changes of the mask are not saved", "warn", "{ui.enter} saves them"
            )
            return
        in_range = bool(key_command.binding.args.get("range"))
        if in_range and not state.is_clip:
            self._screen.show_message(
                "a still picture has only one frame", "warn", "{ui.inpaint} repaints the picture"
            )
            return
        fields = [
            FormField(key="prompt", label="new content", kind=FieldKind.TEXT, is_needed=True),
            FormField(
                key="strength", label="strength", kind=FieldKind.NUMBER, text="0.8", least=0.01, most=1
            ),
        ]
        if in_range:
            last = state.drawing.frames - 1
            usual = f"{state.frame}..{min(last, state.frame + 24)}"
            fields.append(FormField(key="range", label="frames", kind=FieldKind.TEXT, text=usual))
        where = f"{state.name}  repainted"
        await ask_form(
            self._screen, Form(where, fields, self._start_inpainting, verb="repaints the area", whole=True)
        )

    async def _start_inpainting(self, values: Mapping[str, str]) -> str:
        state = self._screen.state
        if state is None:
            return "the picture was deleted"
        more: dict[str, Any] = {}
        if "range" in values:
            more["range"] = values["range"]
        elif state.is_clip:
            more["frame"] = state.frame
        more |= {"picture": state.source, "prompt": values["prompt"], "mask": state.mask, "detach": True}
        more |= {"strength": float(values.get("strength") or 0.8)}
        outcomes: list[Outcome] = []
        why = await run_form_command(self._screen, "picture.inpaint", more, outcomes)
        for outcome in outcomes:
            self._model.wait_for_job(str(outcome.data["job"]), MaskJobRequest(PAINTED, state.frame))
        return why
