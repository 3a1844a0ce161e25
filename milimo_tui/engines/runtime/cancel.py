"""Cancel a pipeline between two steps and during a decode, and release its memory.

A pipeline is stopped by an exception raised in its callback. The pipelines' own attribute `interrupt` would
skip the remaining steps but still decode.
"""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor

from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime.latent_preview import predict_clean_latents

StepCallback = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]
# Names under which the pipelines' callbacks pass on the velocity, which is the model's output at a step.
_VELOCITY = ("noise_pred_video", "noise_pred")


def make_step_callback(
    context: Context,
    stage: str,
    total: int,
    *,
    preview: Callable[[Tensor], bytes] | None = None,
    checkpoint: Callable[[int, dict[str, Any]], None] | None = None,
    check: Callable[[int, Tensor], None] | None = None,
    report_step: Callable[[int], None] | None = None,
    note: str = "",
) -> StepCallback:
    """Return a function for a pipeline's `callback_on_step_end`. At each step, it reports progress, raises
    the job's cancellation or pause, makes a preview, and saves a checkpoint.

    - `check` gets the number of finished steps (1 to `total`) and the latents.
    - `checkpoint` gets the number of finished steps and all tensors.
    - `report_step` replaces the progress report, for a job that consists of several runs.
    - `preview` makes a picture of the latents. If the callback also gets the velocity
      (`request_callback_tensors`), the preview shows the predicted latents without noise.
    """

    def at_step(pipeline: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        done = index + 1
        latents: Tensor | None = tensors.get("latents")
        if latents is not None and check is not None:
            check(done, latents)
        if latents is not None and preview is not None:
            velocity = next((tensors[name] for name in _VELOCITY if tensors.get(name) is not None), None)
            if not _has_layout_of(latents, velocity):
                velocity = None
            sigmas = getattr(pipeline.scheduler, "sigmas", None)
            show, shown = preview, latents

            def picture() -> bytes:
                clean = shown
                if velocity is not None and sigmas is not None and pipeline.scheduler.step_index is not None:
                    clean = predict_clean_latents(
                        shown, velocity, float(sigmas[pipeline.scheduler.step_index])
                    )
                return show(clean)

            context.preview(picture)
        if checkpoint is not None and done < total:
            checkpoint(done, tensors)
        if report_step is not None:
            report_step(done)
        else:
            context.progress(stage, done, total, note)
        return {}

    return at_step


def _has_layout_of(latents: Tensor, velocity: Any) -> bool:
    """Return True if the velocity has the same layout as the latents, so that both can be combined to a
    preview. In its second dimension, the velocity may have additional channels or tokens at the end.
    """
    return (
        isinstance(velocity, Tensor)
        and velocity.dim() == latents.dim()
        and (velocity.shape[0], velocity.shape[2:]) == (latents.shape[0], latents.shape[2:])
        and velocity.shape[1] >= latents.shape[1]
    )


def request_callback_tensors(pipeline: Any, *, velocity: str = "") -> list[str]:
    """Return the names of the tensors that the pipeline passes to the step callback
    (`callback_on_step_end_tensor_inputs`). These are `latents` and, if `velocity` is given, that name.
    `velocity` is the name of the velocity in the pipeline's loop, such as `noise_pred`.
    """
    if not velocity:
        return ["latents"]
    known = list(pipeline._callback_tensor_inputs)
    if velocity not in known:
        pipeline._callback_tensor_inputs = [*known, velocity]
    return ["latents", velocity]


@contextmanager
def allow_cancel(module: Any, context: Context, stage: str, parts: int = 1) -> Iterator[None]:
    """Return a context in which a module checks for a cancellation of the job each time it runs, and before
    each of its blocks. The module is a text encoder or an autoencoder's decoder, for example. `parts` is the
    expected number of runs, for the progress report.
    """
    runs = 0

    def begin(*_: Any) -> None:
        nonlocal runs
        runs += 1

    with ExitStack() as hooks:
        hooks.callback(module.register_forward_pre_hook(begin).remove)
        hooks.enter_context(
            call_before_blocks(module, lambda: context.progress(stage, min(max(runs - 1, 0), parts), parts))
        )
        yield


@contextmanager
def call_before_blocks(module: Any, ask: Callable[[], None]) -> Iterator[None]:
    """Return a context in which `ask` is called before a module runs and before each block in it. `ask` may
    raise an exception.
    """
    with ExitStack() as hooks:
        for part in (module, *_list_network_blocks(module)):
            hooks.callback(part.register_forward_pre_hook(lambda *_: ask()).remove)
        yield


@contextmanager
def observe_output(module: Any, look: Callable[[Tensor], None]) -> Iterator[None]:
    """Return a context in which `look` is called with the output of the module each time the module runs.
    `look` may raise an exception.
    """
    hook = module.register_forward_hook(lambda _, __, made: look(made))
    try:
        yield
    finally:
        hook.remove()


@contextmanager
def allow_cancel_in_decode(
    vae: Any, context: Context, stage: str = "decoding", parts: int = 1
) -> Iterator[None]:
    """Return the context of `allow_cancel` for the decoder of an autoencoder, which has no callback of its
    own.
    """
    with allow_cancel(vae.decoder, context, stage, parts):
        yield


@contextmanager
def release_on_error(*pipelines: Any) -> Iterator[None]:
    """Return a context that frees the tensors of the work inside it if an exception ends that work.

    Offloaded parts of the pipelines are moved back to main memory, and the local variables of the failed
    calls are cleared. Work that ends normally frees its tensors itself.
    """
    try:
        yield
    except BaseException as error:
        for pipeline in pipelines:
            pipeline.maybe_free_model_hooks()
        seen: BaseException | None = error
        while seen is not None:
            traceback.clear_frames(seen.__traceback__)
            seen = seen.__cause__ or seen.__context__
        free_unreferenced_memory()
        raise


def free_unreferenced_memory() -> None:
    """Free memory to which no variable refers any more. Only young objects are searched for reference cycles,
    because a stopped call leaves only young objects. A search of all objects takes a second in a worker that
    has loaded a model.
    """
    gc.collect(1)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _list_network_blocks(module: Any) -> list[Any]:
    """Return the blocks of a network, which are the modules in its `ModuleList`s."""
    lists = [part for part in module.modules() if isinstance(part, torch.nn.ModuleList)]
    return [block for blocks in lists for block in blocks]
