"""Actions: methods of screens, their parts, widgets and the app that keys perform.

The decorator `action` registers a method; the keymap names the action as `ui.<name>`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

ActMethod = TypeVar("ActMethod", bound=Callable[..., Any])

PREFIX = "act_"
REGISTERED: dict[Callable[..., Any], tuple[str, ...]] = {}  # The names of the actions of each method.


def action(method: ActMethod) -> ActMethod:
    """Register the method `act_<name>` of a class as the action `<name>`."""
    REGISTERED[method] = (method.__name__.removeprefix(PREFIX),)
    return method


def action_with_names(*names: str) -> Callable[[ActMethod], ActMethod]:
    """Return a decorator that registers a method as the action of its own name and as further actions."""

    def register(method: ActMethod) -> ActMethod:
        REGISTERED[method] = (method.__name__.removeprefix(PREFIX), *names)
        return method

    return register


@cache
def list_class_actions(owner: type) -> Mapping[str, Callable[..., Any]]:
    """Return the actions of a class and its bases by name. The methods are functions and expect `self`."""
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
    """Return the action of a node as a bound method, or None if its class has no such action."""
    method = list_class_actions(type(node)).get(name)  # type: ignore[arg-type]  # Classes are hashable.
    return None if method is None else method.__get__(node)
