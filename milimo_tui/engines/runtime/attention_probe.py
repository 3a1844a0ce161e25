"""Whether a kernel of attention runs on the card that is here, and what it takes beside torch's own choice:
asked by diffusers' dispatcher, with the arrays of a small layer. Workers only; imports torch when asked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from milimo_tui.core.reasons import reason
from milimo_tui.engines.recipes.tables import may_differ

if TYPE_CHECKING:
    import torch

NATIVE = "native"  # torch takes the quickest kernel it has for each layer
TOKENS, HEADS, WIDTH = 2048, 8, 128  # of the layer on a card; a CPU gets an eighth of the tokens
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Probed:
    """What a kernel took for the layer, and how far it is from torch's own, as a share of its size (roots of
    mean squares); `why_not` it can't be used.
    """

    backend: str
    milliseconds: float = 0.0
    apart: float = 0.0
    why_not: str = ""


def chosen(wanted: str, device: torch.device, dtype: torch.dtype) -> tuple[str, str]:
    """The kernel to use where that one is wanted, and a sentence on it: torch's own where the other does not
    run here, gives other numbers, or is slower. Raises ValueError for a name that diffusers does not know.
    """
    if wanted == NATIVE:
        return NATIVE, ""
    other, own = probed(wanted, device, dtype), probed(NATIVE, device, dtype)
    if other.why_not:
        return NATIVE, f"attention by torch's own choice, not {wanted}: {other.why_not}"
    if not other.apart <= may_differ(wanted):
        return NATIVE, f"attention by torch's own choice: {wanted} gives other numbers, by {other.apart:.2%}"
    taken = f"{other.milliseconds:.2g} ms a layer, {own.milliseconds:.2g} ms by torch's own choice"
    if other.milliseconds > own.milliseconds:
        return NATIVE, f"attention by torch's own choice: {wanted} takes {taken}"
    return wanted, f"attention by {wanted}: {taken}"


@cache
def probed(backend: str, device: torch.device, dtype: torch.dtype) -> Probed:
    """Run the kernel, once a process. Raises ValueError for a name that diffusers does not know."""
    import torch
    from diffusers.models import attention_dispatch

    name = attention_dispatch.AttentionBackendName(backend)
    tokens = TOKENS if device.type != "cpu" else TOKENS // 8
    dice = torch.Generator().manual_seed(0)
    layer = [torch.randn(1, tokens, HEADS, WIDTH, generator=dice).to(device, dtype) for _ in range(3)]

    def run(by: object) -> torch.Tensor:
        made: torch.Tensor = attention_dispatch.dispatch_attention_fn(*layer, backend=by)
        return made

    try:
        attention_dispatch._check_attention_backend_requirements(name)
        with torch.no_grad():
            own = run(attention_dispatch.AttentionBackendName.NATIVE)
            apart = float((run(name).float() - own.float()).norm() / own.float().norm())
            began = _moment(device)
            for _ in range(ROUNDS):
                run(name)
            taken = (_moment(device) - began) / ROUNDS
    except (RuntimeError, ImportError, NotImplementedError, TypeError, ValueError) as error:
        return Probed(backend, why_not=reason(error))
    return Probed(backend, taken * 1000, apart)


def _moment(device: torch.device) -> float:
    """Now, when all that was asked of the device is done."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
