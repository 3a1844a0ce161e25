"""Check an engine with a reference case. Its result is compared, call by call, with that of the unchanged
diffusers pipeline in the same process. It is also compared with the results of earlier checks on this or
another machine. Workers only.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from milimo_tui.core.errors import Failed, Unavailable
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.core.paths import Home
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.memory import get_device

PROMPT = "A brass lamp on a wooden table is lit; its flame steadies. Rain is heard on a window."
SEED = 7
STEPS = 4
# Largest difference that is accepted between 16-bit numbers of about 1. A larger one can't come from another
# order of summation alone, so the check fails.
SAME = 0.01


@dataclass
class TransformerCalls:
    """The recorded inputs and outputs of a transformer's calls, in order. The tensors are on the CPU."""

    tensors: list[tuple[Tensor, ...]] = field(default_factory=list)

    def compute_call_differences(self, other: TransformerCalls) -> list[float]:
        """Compare the outputs of each call with those of `other`, and return the largest difference for each
        call. If the numbers of calls differ, return a single infinity.
        """
        if len(self.tensors) != len(other.tensors):
            return [math.inf]
        pairs = zip(self.tensors, other.tensors, strict=True)
        return [max(map(compute_largest_difference, ours, theirs)) for ours, theirs in pairs]


@contextmanager
def record_transformer_calls(transformer: str) -> Iterator[TransformerCalls]:
    """Return a context that records every call of a transformer with this class name."""
    calls = TransformerCalls()

    def look(module: torch.nn.Module, first: Any, named: Mapping[str, Any], made: Any) -> None:
        if type(module).__name__ != transformer:
            return
        handed = (*first, named.get("hidden_states"), named.get("audio_hidden_states"))
        found = (*handed, *(made if isinstance(made, tuple) else (made.sample,)))
        calls.tensors.append(tuple(one.detach().cpu() for one in _iterate_tensors(found)))

    hook = torch.nn.modules.module.register_module_forward_hook(look, with_kwargs=True)
    try:
        yield calls
    finally:
        hook.remove()


def _iterate_tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    """Yield the tensors among the values. Lists are searched too, because some models get a list with one
    tensor per picture.
    """
    for one in values:
        if isinstance(one, Tensor):
            yield one
        elif isinstance(one, list | tuple):
            yield from _iterate_tensors(one)


def compute_largest_difference(ours: Tensor, theirs: Tensor) -> float:
    """Return the largest difference of two tensors; infinite if their shapes differ or a value is NaN."""
    if ours.shape != theirs.shape:
        return math.inf
    apart = (ours.double() - theirs.double()).abs().max() if ours.numel() else torch.zeros(())
    return float(apart) if bool(torch.isfinite(apart)) else math.inf


def compute_tensor_psnr(ours: Tensor, theirs: Tensor) -> float | None:
    """Return the peak signal-to-noise ratio of two tensors in dB, relative to the range of values in
    `theirs`. None if the tensors are equal.
    """
    apart = float((ours.double() - theirs.double()).square().mean())
    span = float(theirs.double().max() - theirs.double().min()) or 1.0
    return None if apart == 0 else 10 * math.log10(span * span / apart)


def build_check_facts(
    engine: str,
    digest: str,
    recipe: Recipe,
    made: Mapping[str, Tensor],
    ours: TransformerCalls,
    bare: TransformerCalls,
) -> dict[str, object]:
    """Compare the recorded calls `ours` with the calls `bare` of diffusers' own pipeline, and the results
    `made` with earlier results. Return the comparison as values for the report.

    Raises Failed if the calls differ; then no result is stored.
    """
    differences = ours.compute_call_differences(bare)
    worst = max(differences, default=math.inf)
    if worst > SAME:
        call = next((n for n, one in enumerate(differences, start=1) if one > SAME), 1)
        raise Failed(
            f"{engine} differs from the plain pipeline, starting at call {call} of "
            f"{len(differences)}: the largest difference is {worst:.3g}",
            "milimo model verify checks the weights, milimo doctor the installation",
        )
    kept = {name: one.detach().float().cpu().contiguous() for name, one in made.items()}
    return {
        "recipe": recipe.name,
        "calls": len(differences),
        "bare": worst,
        **_compare_with_earlier(_get_check_folder(engine, digest), recipe, kept),
    }


def _compare_with_earlier(folder: Path, recipe: Recipe, made: Mapping[str, Tensor]) -> dict[str, object]:
    """Compare the results with one earlier result, and return the comparison as values for the report. A
    result of the same machine and build is preferred, because it should be equal bit by bit. Otherwise the
    latest result is used. The first result of a machine and build is stored.
    """
    digest = hashlib.sha256(b"".join(one.numpy().tobytes() for _, one in sorted(made.items()))).hexdigest()
    build = (
        f"{_describe_device()}, torch {torch.__version__}, diffusers {version('diffusers')}, {recipe.form}"
    )
    own = folder / f"{hashlib.sha256(build.encode()).hexdigest()[:16]}.safetensors"
    others = sorted(folder.glob("*.safetensors"), key=lambda path: (path != own, -path.stat().st_mtime))
    facts: dict[str, object] = {"hash": digest, "before": "nothing"}
    for path in others[:1]:
        known, notes = _read_check_result(path)
        text = notes.get("said") or notes.get("build", "")
        facts |= {"before": f"{text}, {notes.get('when', '')}", "same_build": path == own}
        facts["equal"] = notes.get("hash") == digest
        for name, one in made.items():
            if name in known and one.shape == known[name].shape:
                facts[f"{name}_difference"] = compute_largest_difference(one, known[name])
                facts[f"{name}_psnr"] = compute_tensor_psnr(one, known[name])
    if not own.exists():
        date = datetime.now(UTC).date().isoformat()
        text = f"{_describe_device(plainly=True)}, torch {torch.__version__}, {recipe.name}"
        data = save(dict(made), metadata={"build": build, "said": text, "when": date, "hash": digest})
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, folder, "make") from error
        write_file_atomically(own, data)
    return facts


def _read_check_result(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors and the metadata of a stored result. An unreadable file counts as empty."""
    try:
        with safe_open(path, "pt") as file:
            notes = file.metadata() or {}
        return load_file(path), notes
    except (OSError, SafetensorError):
        return {}, {}


def _describe_device(*, plainly: bool = False) -> str:
    """Return the name of the device that computes. With `plainly`, the name is worded for people; otherwise
    it is part of the key under which a result is stored.
    """
    where, threads = get_device(), torch.get_num_threads()
    if where.type == "cuda":
        return torch.cuda.get_device_name(where)
    if plainly:
        return f"{where.type.upper()} with {threads} thread{'s'[: threads > 1]}"
    return f"{where.type}, {threads} threads"


def _get_check_folder(engine: str, digest: str) -> Path:
    home = os.environ.get("MILIMO_HOME")
    if not home:
        raise Unavailable(
            "earlier results can be found only in a studio home", "run it as a job of the studio"
        )
    return Home(Path(home)).reference_results / f"{engine}-{digest[:16]}"
