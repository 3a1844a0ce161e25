"""Parse call options that the studio has no field for. A person types them as `eta=0.5, clip_skip=2`.
Pure.
"""

from __future__ import annotations

import re

from milimo_tui.core.errors import BadInput
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.pipeline_calls import (
    PARAMETERS_FOR,
    STUDIO_PARAMETERS,
    CallParameter,
    PipelineCall,
)

_NEXT = re.compile(r",\s*(?=\w+\s*=)")
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
# Call options that the studio sets itself, with the flag of `milimo shot set` to use instead.
_SHOT_FLAGS = {
    "prompt": "--prompt", "negative": "--negative", "steps": "--steps", "guidance": "--guidance",
    "frames": "--length", "dice": "--seed",
}  # fmt: skip
_KINDS = {
    "bool": "yes or no",
    "int": "a whole number",
    "float": "a number",
    "list": "a list: [1, 2]",
    "tuple": "a list: [1, 2]",
    "dict": "an object of JSON",
}


def parse_call_options(text: str, call: PipelineCall) -> dict[str, object]:
    """Return the options in a text by name. Each value has the type that the pipeline's call declares.

    Raises BadInput for an option that the call does not have, an option that the shot sets elsewhere, or a
    value of another type.
    """
    return dict(_parse_call_option(piece, call) for piece in _NEXT.split(text.strip()) if piece.strip())


def _parse_call_option(piece: str, call: PipelineCall) -> tuple[str, object]:
    name, equals, words = (part.strip() for part in piece.partition("="))
    if not equals or not name:
        raise BadInput(
            f"“{piece.strip()}” is not an option", "write options as NAME=VALUE: eta=0.5, clip_skip=2"
        )
    elsewhere = next((what for what, names in PARAMETERS_FOR.items() if name in names), "")
    if elsewhere or name in STUDIO_PARAMETERS:
        instead = _SHOT_FLAGS.get(elsewhere)
        raise BadInput(
            f"{name} can't be set as an option: the studio sets it",
            f"milimo shot set SHOT {instead}" if instead else "its value comes from the film and the shot",
        )
    found = next((one for one in call.options if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in call.options) or "none"
        raise BadInput(f"{call.name} has no option “{name}”", f"its options: {known}")
    return name, _convert_option_value(found, words)


def _convert_option_value(option: CallParameter, words: str) -> object:
    """Return the value of an option in its declared type. Raises BadInput for a value of another type."""
    names = set(re.findall(r"\w+", option.kind.lower()))
    if option.default is not None:
        names.add(type(option.default).__name__)
    if "str" in names:
        return words.strip("\"'")
    value = _read_json_or_text(words)
    if "bool" in names:
        value = _WORDS.get(words.lower(), value)
    wanted = [name for name in _KINDS if name in names]
    if wanted and not any(_has_option_type(value, name) for name in wanted):
        kinds = " or ".join(dict.fromkeys(_KINDS[name] for name in wanted))
        raise BadInput(f"{option.name} is “{words}”, but must be {kinds}", f"{option.name}=…")
    if isinstance(option.default, float) and isinstance(value, int):
        return float(value)
    return tuple(value) if isinstance(option.default, tuple) and isinstance(value, list) else value


def _has_option_type(value: object, name: str) -> bool:
    """Return True if a parsed value has the named type."""
    if isinstance(value, bool):
        return name == "bool"
    match name:
        case "float":
            return isinstance(value, int | float)
        case "list" | "tuple":
            return isinstance(value, list)
        case "dict":
            return isinstance(value, dict)
    return name == "int" and isinstance(value, int)


def _read_json_or_text(words: str) -> object:
    try:
        return parse_untrusted_json(words)
    except ValueError:
        return words
