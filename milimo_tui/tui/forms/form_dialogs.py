"""Open a form over a screen and wait for its result; save a form by a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.forms.form import Form, Keep
from milimo_tui.tui.forms.form_screen import FormScreen

if TYPE_CHECKING:
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.tui.shell.screen import StudioScreen


async def ask_form(screen: StudioScreen, form: Form, key: str = "", *, opens: bool = False) -> bool:
    """Open a form over a screen and wait until it is closed; return True if it was saved.

    The cursor begins on the field `key`. With `opens`, that field is opened at once.
    """
    opened = FormScreen(form, key, opens=opens)
    await screen.studio_app.push_screen(opened)
    return await opened.done


def make_command_keep(
    screen: StudioScreen, id: str, outcomes: list[Outcome] | None = None, /, **fixed: Any
) -> Keep:
    """Return a function that saves a form's values by running the command `id`.

    The `fixed` values are given to the command in addition. Its outcome is appended to `outcomes`.
    """

    async def keep(values: Mapping[str, str]) -> str:
        return await run_form_command(screen, id, {**fixed, **values}, outcomes)

    return keep


async def run_form_command(
    screen: StudioScreen, id: str, values: Mapping[str, Any], outcomes: list[Outcome] | None = None
) -> str:
    """Run a command. Return the reason if the command was refused; empty if it succeeded. Its outcome is
    appended to `outcomes`.
    """
    app = screen.studio_app
    before = len(app.messages)
    outcome = await app.run_and_wait(id, values)
    if outcome is not None:
        if outcomes is not None:
            outcomes.append(outcome)
        return ""
    reasons = [message.text for message in app.messages[before:] if message.kind == "error"]
    return reasons[0] if reasons else "it was refused"
