"""The part of the Weights screen for ComfyUI workflows: add a workflow, bind its inputs, and check its
server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from milimo_tui.engines.comfyui.bindings import BOUND, VALUE_DESCRIPTIONS
from milimo_tui.engines.comfyui.shelf import FAMILY
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.weights.models import ModelsScreen

# Actions that are only possible if the row under the cursor is a workflow.
WORKFLOW_ACTIONS = frozenset({"ui.bind", "ui.check"})
UNBOUND = "nothing"  # The text in the form for a value that is not passed to any input of the workflow.
NONE = "no workflow is under the cursor"


def make_binding_fields(facts: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Return the form fields that bind a workflow's inputs. There is one field for each value that a shot
    provides, such as the prompt. Its choices are the inputs that can receive this value. `facts` is the
    result of `workflow.show`.
    """
    choices = tuple(
        FieldChoice(each["where"], f"{each['node']}: {each['value']}"[:40]) for each in facts["inputs"]
    )
    return tuple(
        FormField(
            key=name, label=name, kind=FieldKind.CHOICE, is_free=True,
            choices=(FieldChoice(UNBOUND, VALUE_DESCRIPTIONS[name]), *choices),
            text=",".join(facts["targets"].get(name, ())) or UNBOUND, help=VALUE_DESCRIPTIONS[name],
        )
        for name in BOUND
    )  # fmt: skip


class WorkflowKeys:
    """The part of the Weights screen with the actions on ComfyUI workflows."""

    def __init__(self, screen: ModelsScreen) -> None:
        self._screen = screen

    @staticmethod
    def is_workflow(model: Mapping[str, Any] | None) -> bool:
        """Return True if a row of the list is an installed workflow."""
        return bool(model and model["family"] == FAMILY and model["installed"])

    def _require_workflow_name(self) -> str:
        model = self._screen.chosen_model
        if model is None or not self.is_workflow(model):
            self._screen.show_message(NONE, "warn", "{ui.add_workflow} adds one from its file")
            return ""
        return str(model["id"])

    @action
    async def act_add_workflow(self, key_command: KeyCommand) -> None:
        """Ask for a workflow file that ComfyUI exported, and add that workflow."""
        field = FormField(
            key="file", label="workflow", kind=FieldKind.PATH, suffixes=(".json",), is_needed=True,
            help="as ComfyUI exports it: Workflow, Export (API)",
        )  # fmt: skip
        file = await self._screen.ask_field(field, name="WORKFLOW")
        if file and file.strip():
            await self._screen.run_and_wait("workflow.add", file=file.strip())
            await self._screen.load_models()

    @action
    async def act_bind(self, key_command: KeyCommand) -> None:
        """Ask which inputs of the workflow receive the prompt, the seed, the width and height, and the
        pictures. Bindings that the user does not change stay.
        """
        if not (name := self._require_workflow_name()):
            return
        found = await self._screen.studio_app.run_and_wait("workflow.show", {"name": name}, quiet=True)
        if found is None:
            return
        fields = make_binding_fields(found.data)
        before = {field.key: field.text for field in fields}

        async def keep(texts: Mapping[str, str]) -> str:
            changed: Sequence[str] = tuple(
                f"{key}={'' if text == UNBOUND else text.replace(' ', '')}"
                for key, text in texts.items()
                if text != before[key]
            )
            if not changed:
                return ""
            return await run_form_command(self._screen, "workflow.bind", {"name": name, "bind": changed})

        await ask_form(self._screen, Form(f"Inputs of {name}", fields, keep, whole=True))

    @action
    async def act_check(self, key_command: KeyCommand) -> None:
        """Check that the workflow's server is running and has every node that the workflow uses."""
        if name := self._require_workflow_name():
            self._screen.show_message(f"asking the server of {name}…")
            await self._screen.run_and_wait("workflow.check", name=name)
