"""Test the sentences that describe differences between two takes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from milimo_tui.engines.contract.provenance_diff import describe_provenance_differences

THEN: dict[str, Any] = {
    "engine": "ltx2",
    "seed": 7,
    "model": {"id": "ltx-2", "digest": "ab" * 32},
    "also": {"tiny-up": "11" * 32},
    "recipe": {"precision": "bfloat16", "offload": "none"},
    "versions": {"torch": "2.14.1", "diffusers": "0.42.1"},
    "inputs": ["aa" * 32],
    "stages": 2,
    "sigmas": [1.0, 0.5],
    "spec": {
        "prompt": "rain",
        "guidance": None,
        "conditioning": [{"input": f"sha256:{'aa' * 32}", "strength": 1.0}],
    },
    "machine": {
        "system": "Linux x86_64",
        "card": "H200, 150 GB",
        "cuda": "12.8",
        "cpu": "AVX512",
        "threads": "8",
    },
    "seconds": 12.0,
    "created": 1.0,
}


def now(path: str, value: Any) -> dict[str, Any]:
    """Return the record with the value at the path `a/b/c` replaced."""
    changed = copy.deepcopy(THEN)
    *way, last = path.split("/")
    at: Any = changed
    for name in way:
        at = at[int(name)] if isinstance(at, list) else at[name]
    at[int(last) if isinstance(at, list) else last] = value
    return changed


def test_unchanged_values_are_not_mentioned() -> None:
    again = now("seconds", 99.0) | {"created": 2.0}
    assert describe_provenance_differences(THEN, again) == ()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("model/id", "ltx-2.3", "the weights were ltx-2, now ltx-2.3"),
        ("model/digest", "cd" * 32, "ltx-2 has other files now: abababababab, then cdcdcdcdcdcd"),
        ("also/tiny-up", "22" * 32, "tiny-up is another file"),
        ("recipe/precision", "fp8", "recipe, precision: bfloat16, now fp8"),
        ("versions/torch", "2.15.0", "torch 2.14.1, now 2.15.0"),
        ("versions/torchao", "0.9", "torchao none, now 0.9"),
        ("inputs", ["bb" * 32], "1 input has changed since"),
        ("spec/prompt", "snow", "prompt: rain, now snow"),
        ("spec/conditioning/0/strength", 0.5, "conditioning 1 strength: 1.0, now 0.5"),
        ("stages", 1, "stages: 2, now 1"),
        ("sigmas/1", 0.25, "sigmas 2: 0.5, now 0.25"),
        ("seed", 8, "seed: 7, now 8"),
        ("machine/card", "L4, 24 GB", "the card: H200, 150 GB, now L4, 24 GB"),
        ("machine/threads", "1", "threads: 8, now 1"),
    ],
)
def test_changes_are_one_sentence(path: str, value: Any, said: str) -> None:
    assert describe_provenance_differences(THEN, now(path, value)) == (said,)


def test_another_file_is_reported_once_as_an_input() -> None:
    changed = now("spec/conditioning/0/input", f"sha256:{'bb' * 32}") | {"inputs": ["bb" * 32]}
    [difference] = describe_provenance_differences(THEN, changed)
    assert difference.startswith("1 input ")


def test_unknown_values_are_not_called_different() -> None:
    assert describe_provenance_differences({}, THEN) == ()
    assert describe_provenance_differences(now("machine", {}), THEN) == ()
    without_torch = now("machine", {"system": "Linux x86_64"})
    assert describe_provenance_differences(without_torch, THEN) == ()
    on_the_cpu = now("machine", {"system": "Linux x86_64", "cpu": "AVX512", "threads": "8"})
    assert describe_provenance_differences(THEN, on_the_cpu) == (
        "the card: H200, 150 GB, now none",
        "CUDA: 12.8, now none",
    )
