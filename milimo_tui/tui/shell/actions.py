"""Perform a complete key command: an action of a widget, a screen or the app, or a command of the registry.

An action is searched first in the focused widget and last in the app. The parts of a screen come before the
screen itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from milimo_tui.tui.keys.actions import find_own_action
from milimo_tui.tui.keys.key_parser import KeyCommand

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import Binding
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.shell.screen import StudioScreen


def perform_key_command(app: StudioApp, key_command: KeyCommand) -> None:
    """Perform the action or the command of a key command. If that is impossible here, show a message that
    says why.
    """
    binding, screen = key_command.binding, app.studio_screen
    if screen is not None and screen.lacks_film and binding.context == screen.CONTEXTS[0]:
        app.show_message("no film is open", hint="{ui.mode home} opens or starts one")
        return
    if (
        screen is not None
        and _is_idle_binding(binding, screen)
        and (teacher := screen.shown_empty_state) is not None
    ):
        keys, words = teacher.guide_rows[0]
        first = words.partition(";")[0].partition(":")[0]
        app.show_message(f"{binding.note}: there is nothing here yet", "warn", f"{keys} {first}")
        return
    if (
        screen is not None
        and screen.key_queue is not None
        and screen.key_queue.queue_key_command(key_command)
    ):
        return
    if (
        binding.act == "out"
        and screen is not None
        and not screen.typing
        and app.intake_progress.stop_intake()
    ):
        return
    if not binding.is_ui:
        _run_bound_command(app, key_command)
        return
    action = find_action(app, binding.act)
    if action is None:
        app.show_message(f"nothing to {binding.note} here", hint="{ui.help} lists the keys")
        return
    if inspect.iscoroutinefunction(action):
        app.run_in_background(partial(_await_act, screen, partial(action, key_command)), "acts")
    else:
        with screen.guard_screen_work() if screen is not None else nullcontext():
            action(key_command)


async def _await_act(screen: StudioScreen | None, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Await the coroutine of an action. If its screen is closed meanwhile, end the action without an
    error.
    """
    with screen.guard_screen_work() if screen is not None else nullcontext():
        await act()


def _is_idle_binding(binding: Binding, screen: StudioScreen) -> bool:
    return binding.context == screen.CONTEXTS[0] and binding.run in screen.list_idle_acts()


def find_action(app: StudioApp, name: str) -> Callable[[KeyCommand], Any] | None:
    """Return the action called `name`. The focused widget is searched first, then its parents, the screen's
    parts, the screen and the app. Return None if none of them has the action.
    """
    node: Any = app.screen.focused or app.screen
    while node is not None:
        action = find_action_with_parts(node, name)
        if action is not None:
            return action
        node = node.parent
    return None


def find_action_with_parts(node: Any, name: str) -> Callable[..., Any] | None:
    """Return the action called `name` of one of the node's `parts` (in their order), or else of the node
    itself. Return None if there is none.
    """
    for each in (*getattr(node, "parts", ()), node):
        action = find_own_action(each, name)
        if action is not None:
            return action
    return None


def _run_bound_command(app: StudioApp, key_command: KeyCommand) -> None:
    screen, id = app.studio_screen, key_command.binding.run
    if screen is None:
        return
    args = screen.get_command_args(id, key_command)
    if args is None:
        app.show_message(f"nothing is selected to {key_command.binding.note}", "warn")
    else:
        app.run_command(id, {**key_command.binding.args, **args})
