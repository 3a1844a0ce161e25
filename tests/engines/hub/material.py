"""Provide small weights for tests: generated safetensors files, and repositories laid out as their authors
publish them.
"""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.contract.standalone import StandaloneContext
from milimo_tui.engines.hub.download import download_model
from milimo_tui.engines.hub.refusals import RetryPolicy
from milimo_tui.engines.specs.weight_specs import FetchModel
from tests.engines.hub.hub_server import FakeHub


def safetensors(shapes: dict[str, tuple[int, ...]], seed: int = 0, **metadata: str) -> bytes:
    """Return a safetensors file with the given tensors in BF16, filled with noise."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    at = 0
    for name, shape in shapes.items():
        size = 2
        for side in shape:
            size *= side
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + random.Random(seed).randbytes(at)


def klein(size: int = 200_000, seed: int = 0) -> dict[str, bytes]:
    """Return the files of a FLUX.2 klein repository, with a transformer of about `size` bytes."""
    return {
        "model_index.json": json.dumps(
            {
                "_class_name": "Flux2KleinPipeline",
                "is_distilled": True,
                "transformer": ["diffusers", "Flux2Transformer2DModel"],
                "vae": ["diffusers", "AutoencoderKLFlux2"],
                "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
            }
        ).encode(),
        "transformer/config.json": b'{"_class_name": "Flux2Transformer2DModel"}',
        "transformer/diffusion_pytorch_model.safetensors": safetensors(
            {"proj.weight": (size // 200, 100)}, seed
        ),
        "vae/config.json": b"{}",
        "vae/diffusion_pytorch_model.safetensors": safetensors({"conv.weight": (100, 30)}, seed + 1),
        "scheduler/scheduler_config.json": b'{"shift": 3.0}',
        "README.md": b"# klein\n",
        "LICENSE.md": b"Apache-2.0\n",
        ".gitattributes": b"*.safetensors filter=lfs\n",
        "flux-2-klein-4b.safetensors": safetensors({"whole": (50, 50)}, seed + 2),
    }


class HubContext(StandaloneContext):
    """A context that records its messages, and can be set to stop the job."""

    def __init__(self, workspace: Path) -> None:
        super().__init__(workspace)
        self.told: list[tuple[str, int, int, str]] = []
        self.logged: list[str] = []
        self.stop: MilimoError | None = None
        self.stop_at = 0

    def progress(
        self, stage: str, done: int, total: int, note: str = "", *, frames: tuple[int, int] | None = None
    ) -> None:
        self.told.append((stage, done, total, note))
        if self.stop is not None and stage == "downloading" and done >= self.stop_at:
            raise self.stop

    def log(self, sentence: str) -> None:
        self.logged.append(sentence)


QUICK = RetryPolicy(waits=(0.0, 0.01, 0.01, 0.01, 0.01, 0.01), most=0.05)


def download(
    server: FakeHub, home: Home, model: str, context: HubContext | None = None, **more: Any
) -> Result:
    """Download a model from that hub into that home as the worker does, but with short waits."""
    spec = FetchModel(model=model, endpoint=server.address, **more)
    return download_model(spec, home, context or HubContext(home.root / "workspace"), QUICK)
