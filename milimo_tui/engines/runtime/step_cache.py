"""Use the step caches of diffusers to save computation while a transformer runs.

TaylorSeer predicts the results of some steps. MagCache skips steps in which little changes; it needs ratios
that are measured once for each checkpoint. Only workers use this module, and it imports torch only when a
function is called.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.core.paths import Home
from milimo_tui.engines.contract.predicted_steps import MAG_RETAINS, TaylorSeerSchedule, can_skip_steps
from milimo_tui.engines.specs.spec_values import Cache
from milimo_tui.media.picture.likeness import PictureSimilarity

# Names of the layers that output a transformer's prediction for picture and sound. Their output is cached, so
# no block before them has to run in a skipped step.
OUTPUT_LAYERS = (r"proj_out", r"audio_proj_out")
BLOCKS = (r"(single_)?transformer_blocks\.\d+",)
# Name of the hook with which diffusers attaches MagCache, and the name under which diffusers runs the model
# on the prompt.
_TAIL, _GUIDED_BY = "mag_cache_block_hook", "cond"


def use_step_cache(
    transformer: Any, cache: Cache, steps: int, ratios: Sequence[float] = ()
) -> AbstractContextManager[None]:
    """Use a step cache while the `with` block runs one pass of `steps` steps. `ratios` are MagCache's ratios
    for this checkpoint.

    By default diffusers applies TaylorSeer to attention layers called `attn`. In LTX-2 only the attention
    between picture and sound has that name, so almost nothing would be saved. Therefore the model's final
    prediction is cached instead, and a predicted step runs no block.
    """
    if not can_skip_steps(cache, steps):
        return nullcontext()
    import torch
    from diffusers import MagCacheConfig, TaylorSeerCacheConfig

    if cache == "mag":
        return _enable_cache(
            transformer,
            MagCacheConfig(retention_ratio=MAG_RETAINS, num_inference_steps=steps, mag_ratios=list(ratios)),
        )
    schedule = TaylorSeerSchedule(steps)
    return _enable_cache(
        transformer,
        TaylorSeerCacheConfig(
            cache_interval=schedule.every,
            disable_cache_before_step=schedule.warm,
            disable_cache_after_step=schedule.last,
            max_order=1,
            taylor_factors_dtype=torch.float32,
            cache_identifiers=list(OUTPUT_LAYERS),
            skip_predict_identifiers=list(BLOCKS),
        ),
    )


@contextmanager
def _enable_cache(transformer: Any, config: Any) -> Iterator[None]:
    transformer.enable_cache(config)
    try:
        yield
    finally:
        transformer.disable_cache()


def get_mag_ratios(
    transformer: Any, digest: str, steps: int, whole: Callable[[], object]
) -> tuple[tuple[float, ...], bool]:
    """Return MagCache's ratios for a checkpoint, and True if they were measured just now.

    A ratio is the growth of the model's prediction from one step to the next. Measured ratios are stored in
    the studio home under the `digest` of the weights. If none are stored, `whole` is called to run one pass
    in which every step is computed.
    """
    path = _find_ratios_path(digest)
    known = _read_mag_ratios(path) if path else ()
    if known:
        return known, False
    measured = _measure_mag_ratios(transformer, steps, whole)
    if path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, path.parent, "make") from error
        write_file_atomically(path, json.dumps({"steps": steps, "ratios": measured}).encode())
    return measured, True


def _measure_mag_ratios(transformer: Any, steps: int, whole: Callable[[], object]) -> tuple[float, ...]:
    from diffusers import MagCacheConfig
    from diffusers.hooks import HookRegistry

    found: list[float] = []
    # The hook expects one step more than there are. In its last step it would print the ratios and drop them.
    with _enable_cache(transformer, MagCacheConfig(calibrate=True, num_inference_steps=steps + 1)):
        blocks = transformer.single_transformer_blocks
        hook = HookRegistry.check_if_exists_or_initialize(blocks[len(blocks) - 1]).get_hook(_TAIL)

        def look(*_: object) -> None:
            state = hook.state_manager._state_cache.get(_GUIDED_BY)
            found[:] = state.calibration_ratios if state is not None else []

        # The ratios are copied after every step, because the pipeline drops them when it ends.
        seen = transformer.register_forward_hook(look)
        try:
            whole()
        finally:
            seen.remove()
    return tuple(found)


def _find_ratios_path(digest: str) -> Path | None:
    home = os.environ.get("MILIMO_HOME")
    return Home(Path(home)).reference_results / f"mag-{digest[:16]}.json" if home else None


def _read_mag_ratios(path: Path) -> tuple[float, ...]:
    """Return the measured ratios in a file, or an empty tuple if the file can't be read."""
    try:
        return tuple(float(one) for one in json.loads(path.read_text())["ratios"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


@dataclass(frozen=True, slots=True)
class CacheDifference:
    """A comparison of two results from the same seed, of which only one was made with a step cache. It
    contains the similarity of the pictures, and the seconds that the steps took in each case.
    """

    likeness: PictureSimilarity
    seconds: float
    seconds_without: float

    def as_json(self) -> dict[str, Any]:
        """Return the values rounded, by name. The entry `said` is the sentence that is shown to the user."""
        return {
            "psnr": None if self.likeness.psnr is None else round(self.likeness.psnr, 2),
            "ssim": round(self.likeness.ssim, 5),
            "seconds": round(self.seconds, 2),
            "seconds_without": round(self.seconds_without, 2),
            "said": str(self),
        }

    def __str__(self) -> str:
        return (
            f"{self.likeness} compared with the same seed without the cache; "
            f"its steps took {self.seconds:.1f} s instead of {self.seconds_without:.1f} s"
        )
