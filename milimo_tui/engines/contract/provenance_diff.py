"""The differences between two provenance records, in sentences. Pure.

Takes the records of `build_provenance_texts`, with the `machine` record of the film's database. Two records
are only compared if neither is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from milimo_tui.engines.contract.provenance import MEASURED

# Machine facts that can change the result, with their words. All but the system are known only if torch ran.
_MACHINE = {
    "system": "the system",
    "card": "the card",
    "cuda": "CUDA",
    "cpu": "the kind of CPU",
    "threads": "threads",
}


# Fields that are compared by functions of their own, and database fields that do not affect the result.
_APART = frozenset(
    {
        "model",
        "also",
        "inputs",
        "recipe",
        "spec",
        "versions",
        "machine",
        "format",
        "seconds",
        "created",
        MEASURED,
    }
)


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Describe each difference between two records: weights, inputs, recipe, versions, machine, spec."""
    if not then or not now:
        return ()
    return (
        *_weights(then, now),
        *_inputs(then, now),
        *_recipe(then, now),
        *_fields("", then.get("spec", {}), now.get("spec", {})),
        *_fields("", _rest(then), _rest(now)),
        *_versions(then, now),
        *_machine(then.get("machine", {}), now.get("machine", {})),
    )


def _rest(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that an engine added about how it worked, without the fields of the spec, such as the
    seed.
    """
    spec = fields.get("spec", {})
    return {name: value for name, value in fields.items() if name not in _APART and name not in spec}


def _weights(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = then.get("model") or {}, now.get("model") or {}
    if before.get("id") != after.get("id"):
        yield f"the weights were {before.get('id') or 'none'}, now {after.get('id') or 'none'}"
    elif before.get("digest") != after.get("digest"):
        yield f"{before['id']} has other files now: {_short(before)}, then {_short(after)}"
    more, less = then.get("also", {}), now.get("also", {})
    for id in sorted({*more, *less}):
        if more.get(id) != less.get(id):
            yield f"{id} {'is another file' if id in more and id in less else 'came or went'}"


def _short(model: Mapping[str, Any]) -> str:
    return str(model.get("digest") or "no hash known")[:12]


def _inputs(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = set(then.get("inputs", ())), set(now.get("inputs", ()))
    if before != after:
        changed = max(len(before - after), len(after - before))
        yield f"{changed} input{'s have' if changed > 1 else ' has'} changed since"


def _recipe(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = then.get("recipe", {}), now.get("recipe", {})
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"recipe, {name}: {_shown(before.get(name))}, now {_shown(after.get(name))}"


def _fields(place: str, before: Any, after: Any) -> Iterator[str]:
    """Describe the differences between two specs; changed files are described as inputs."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _fields(f"{place} {name}".strip(), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True), start=1):
            yield from _fields(f"{place} {number}", one, other)
    elif before != after and not (_is_file(before) and _is_file(after)):
        yield f"{place}: {_shown(before)}, now {_shown(after)}"


def _is_file(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("sha256:")


def _versions(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = then.get("versions", {}), now.get("versions", {})
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"{name} {before.get(name) or 'none'}, now {after.get(name) or 'none'}"


def _machine(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    both = "threads" in before and "threads" in after
    for name, words in _MACHINE.items():
        known = both or (name in before and name in after)
        if known and before.get(name) != after.get(name):
            yield f"{words}: {_shown(before.get(name))}, now {_shown(after.get(name))}"


def _shown(value: Any) -> str:
    return "none" if value in (None, "", [], {}) else str(value)
