"""ComfyUI workflows on the Weights screen: add one, bind its inputs, check its server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from milimo_tui.engines.comfyui.bindings import BOUND, SAID
from milimo_tui.engines.comfyui.shelf import FAMILY
from milimo_tui.tui.fields.form_field import Choice, FormField, Kind
from milimo_tui.tui.forms.asking import ask_form, run_kept
from milimo_tui.tui.forms.form import Form

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.weights.models import ModelsScreen

ACTS = frozenset({"ui.bind", "ui.check"})  # Actions that only apply to a workflow.
FREE = "nothing"  # Shown for a value that no input takes.
NONE = "no workflow is under the cursor"


def binding_fields(facts: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Return a field for each value that a shot provides, from the facts of `workflow.show`: the inputs to
    bind it to.
    """
    choices = tuple(
        Choice(each["where"], f"{each['node']}: {each['value']}"[:40]) for each in facts["inputs"]
    )
    return tuple(
        FormField(
            key=name, label=name, kind=Kind.CHOICE, is_free=True,
            choices=(Choice(FREE, SAID[name]), *choices),
            text=",".join(facts["targets"].get(name, ())) or FREE, help=SAID[name],
        )
        for name in BOUND
    )  # fmt: skip


class WorkflowKeys:
    """The actions on the workflow under the cursor."""

    def __init__(self, screen: ModelsScreen) -> None:
        self._screen = screen

    @staticmethod
    def is_workflow(model: Mapping[str, Any] | None) -> bool:
        """Return True if a row of the list is an installed workflow."""
        return bool(model and model["family"] == FAMILY and model["installed"])

    def _name(self) -> str:
        model = self._screen.chosen_model
        if model is None or not self.is_workflow(model):
            self._screen.say(NONE, "warn", "{ui.add_workflow} takes one up from its file")
            return ""
        return str(model["id"])

    async def act_add_workflow(self, key_command: KeyCommand) -> None:
        """Add a workflow from the file that ComfyUI exports."""
        asked = FormField(
            key="file", label="workflow", kind=Kind.PATH, suffixes=(".json",), is_needed=True,
            help="as ComfyUI exports it: Workflow, Export (API)",
        )  # fmt: skip
        file = await self._screen.ask_field(asked, name="WORKFLOW")
        if file and file.strip():
            await self._screen.command("workflow.add", file=file.strip())
            await self._screen.read_anew()

    async def act_bind(self, key_command: KeyCommand) -> None:
        """Ask which inputs take prompt, seed, sides and pictures; unchanged bindings stay."""
        if not (name := self._name()):
            return
        found = await self._screen.studio_app.command("workflow.show", {"name": name}, quiet=True)
        if found is None:
            return
        fields = binding_fields(found.data)
        before = {field.key: field.text for field in fields}

        async def keep(texts: Mapping[str, str]) -> str:
            changed: Sequence[str] = tuple(
                f"{key}={'' if text == FREE else text.replace(' ', '')}"
                for key, text in texts.items()
                if text != before[key]
            )
            if not changed:
                return ""
            return await run_kept(self._screen, "workflow.bind", {"name": name, "bind": changed})

        await ask_form(self._screen, Form(f"What goes into {name}", fields, keep, whole=True))

    async def act_check(self, key_command: KeyCommand) -> None:
        """Ask the server whether it is running and has every node."""
        if name := self._name():
            self._screen.say(f"asking the server of {name}…")
            await self._screen.command("workflow.check", name=name)
