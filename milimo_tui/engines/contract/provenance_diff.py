"""The differences between two provenance records, in sentences. All functions are pure.

Records have the form that `build_provenance_texts` writes, plus the `machine` record of the film's database.
If either record is empty, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from milimo_tui.engines.contract.provenance import MEASURED

# Facts of the machine that can change the result, with their display names. Only the operating system is
# always known; the other facts are known only if torch was used.
_MACHINE = {
    "system": "the system",
    "card": "the card",
    "cuda": "CUDA",
    "cpu": "the kind of CPU",
    "threads": "threads",
}


# Fields that are left out of the general comparison: they have a comparison function of their own, or are
# database fields that do not affect the result.
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


def describe_provenance_differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Describe each difference between two records: weights, inputs, recipe, versions, machine, spec."""
    if not then or not now:
        return ()
    return (
        *_compare_weights(then, now),
        *_compare_inputs(then, now),
        *_compare_recipes(then, now),
        *_compare_spec_fields("", then.get("spec", {}), now.get("spec", {})),
        *_compare_spec_fields("", _select_other_fields(then), _select_other_fields(now)),
        *_compare_versions(then, now),
        *_compare_machines(then.get("machine", {}), now.get("machine", {})),
    )


def _select_other_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a provenance record, such as the seed, in which an engine recorded how it worked.
    The spec and the other fields that are compared separately are left out.
    """
    spec = fields.get("spec", {})
    return {name: value for name, value in fields.items() if name not in _APART and name not in spec}


def _compare_weights(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = then.get("model") or {}, now.get("model") or {}
    if before.get("id") != after.get("id"):
        yield f"the weights were {before.get('id') or 'none'}, now {after.get('id') or 'none'}"
    elif before.get("digest") != after.get("digest"):
        digests = f"{_shorten_model_digest(before)}, then {_shorten_model_digest(after)}"
        yield f"{before['id']} has other files now: {digests}"
    more, less = then.get("also", {}), now.get("also", {})
    for id in sorted({*more, *less}):
        if more.get(id) != less.get(id):
            yield f"{id} {'is another file' if id in more and id in less else 'came or went'}"


def _shorten_model_digest(model: Mapping[str, Any]) -> str:
    return str(model.get("digest") or "no hash known")[:12]


def _compare_inputs(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = set(then.get("inputs", ())), set(now.get("inputs", ()))
    if before != after:
        changed = max(len(before - after), len(after - before))
        yield f"{changed} input{'s have' if changed > 1 else ' has'} changed since"


def _compare_recipes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = then.get("recipe", {}), now.get("recipe", {})
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            was, now_value = _format_compared_value(before.get(name)), _format_compared_value(after.get(name))
            yield f"recipe, {name}: {was}, now {now_value}"


def _compare_spec_fields(place: str, before: Any, after: Any) -> Iterator[str]:
    """Describe the differences between two specs. `place` is the path of the field within the spec, empty at
    the top. A changed file is described by the comparison of inputs instead.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _compare_spec_fields(f"{place} {name}".strip(), before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True), start=1):
            yield from _compare_spec_fields(f"{place} {number}", one, other)
    elif before != after and not (_is_file_hash(before) and _is_file_hash(after)):
        yield f"{place}: {_format_compared_value(before)}, now {_format_compared_value(after)}"


def _is_file_hash(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("sha256:")


def _compare_versions(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    before, after = then.get("versions", {}), now.get("versions", {})
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield f"{name} {before.get(name) or 'none'}, now {after.get(name) or 'none'}"


def _compare_machines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    both = "threads" in before and "threads" in after
    for name, words in _MACHINE.items():
        known = both or (name in before and name in after)
        if known and before.get(name) != after.get(name):
            was, now = _format_compared_value(before.get(name)), _format_compared_value(after.get(name))
            yield f"{words}: {was}, now {now}"


def _format_compared_value(value: Any) -> str:
    return "none" if value in (None, "", [], {}) else str(value)
