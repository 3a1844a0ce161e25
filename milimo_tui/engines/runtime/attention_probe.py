"""Test attention kernels on this machine's card: find out if a kernel runs, and how long it takes compared
with torch's own choice.

The test calls diffusers' dispatcher with the arrays of a small layer. Workers only; imports torch when
called.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from milimo_tui.core.reasons import reason
from milimo_tui.engines.recipes.tables import get_allowed_difference

if TYPE_CHECKING:
    import torch

NATIVE = "native"  # With this backend, torch chooses its quickest kernel for each layer.
# Tokens, heads and width of the layer with which kernels are tested. On a CPU the layer has an eighth of
# these tokens.
TOKENS, HEADS, WIDTH = 2048, 8, 128
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class AttentionProbe:
    """The result of testing an attention kernel on this machine. `milliseconds` is its computing time.
    `apart` is the difference of its numbers from those of torch's own kernel, as a share of their size; both
    are root mean squares. `why_not` is the reason if the kernel can't be used.
    """

    backend: str
    milliseconds: float = 0.0
    apart: float = 0.0
    why_not: str = ""


def choose_attention_kernel(wanted: str, device: torch.device, dtype: torch.dtype) -> tuple[str, str]:
    """Return the name of the attention kernel to use, and a sentence about it. The kernel `wanted` is used if
    it runs on this device, gives the same numbers as torch's own kernel and is not slower. Otherwise torch's
    own choice is used. Raises ValueError for a name that diffusers does not know.
    """
    if wanted == NATIVE:
        return NATIVE, ""
    other, own = probe_attention(wanted, device, dtype), probe_attention(NATIVE, device, dtype)
    if other.why_not:
        return NATIVE, f"attention by torch's own choice, not {wanted}: {other.why_not}"
    if not other.apart <= get_allowed_difference(wanted):
        return NATIVE, f"attention by torch's own choice: {wanted} gives other numbers, by {other.apart:.2%}"
    taken = f"{other.milliseconds:.2g} ms a layer, {own.milliseconds:.2g} ms by torch's own choice"
    if other.milliseconds > own.milliseconds:
        return NATIVE, f"attention by torch's own choice: {wanted} takes {taken}"
    return wanted, f"attention by {wanted}: {taken}"


@cache
def probe_attention(backend: str, device: torch.device, dtype: torch.dtype) -> AttentionProbe:
    """Run a kernel on the test layer and return the result. The test runs once per process. Raises ValueError
    for a name that diffusers does not know.
    """
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
            began = _get_synchronised_time(device)
            for _ in range(ROUNDS):
                run(name)
            taken = (_get_synchronised_time(device) - began) / ROUNDS
    except (RuntimeError, ImportError, NotImplementedError, TypeError, ValueError) as error:
        return AttentionProbe(backend, why_not=reason(error))
    return AttentionProbe(backend, taken * 1000, apart)


def _get_synchronised_time(device: torch.device) -> float:
    """Wait until the device has finished all its work, and return the time."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
