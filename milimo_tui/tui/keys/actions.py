"""Actions, which are methods that keys can run. They are methods of screens, screen parts, widgets or the
app.

The decorator `action` registers the method `act_<name>`. A keymap refers to it as `ui.<name>`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

ActMethod = TypeVar("ActMethod", bound=Callable[..., Any])

PREFIX = "act_"
REGISTERED: dict[Callable[..., Any], tuple[str, ...]] = {}  # The names of the actions that each method runs.


def action(method: ActMethod) -> ActMethod:
    """Register the decorated method, whose name is `act_<name>`, as the action `<name>`."""
    REGISTERED[method] = (method.__name__.removeprefix(PREFIX),)
    return method


def action_with_names(*names: str) -> Callable[[ActMethod], ActMethod]:
    """Return a decorator that registers a method `act_<name>` as the action `<name>` and also under the given
    names.
    """

    def register(method: ActMethod) -> ActMethod:
        REGISTERED[method] = (method.__name__.removeprefix(PREFIX), *names)
        return method

    return register


@cache
def list_class_actions(owner: type) -> Mapping[str, Callable[..., Any]]:
    """Return the actions of a class and its base classes, by name. Each action is a plain function whose
    first argument is the object (`self`).
    """
    return MappingProxyType(
        {
            name: method
            for cls in reversed(owner.__mro__)
            for method in vars(cls).values()
            if inspect.isfunction(method)
            for name in REGISTERED.get(method, ())
        }
    )


def find_own_action(node: Any, name: str) -> Callable[..., Any] | None:
    """Return the action `name` of a widget, screen or part as a bound method; None if its class has no such
    action.
    """
    method = list_class_actions(type(node)).get(name)  # type: ignore[arg-type]  # Classes are hashable.
    return None if method is None else method.__get__(node)
