"""Cancellation of a pipeline at each step and at each part of a decode, and release of its memory.

A pipeline is stopped by an exception of its callback: its own `interrupt` skips steps but still decodes.
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
_VELOCITY = ("noise_pred_video", "noise_pred")  # the velocity's names in the pipelines' callbacks


def make_step_callback(
    context: Context,
    stage: str,
    total: int,
    *,
    preview: Callable[[Tensor], bytes] | None = None,
    checkpoint: Callable[[int, dict[str, Any]], None] | None = None,
    check: Callable[[int, Tensor], None] | None = None,
    tell: Callable[[int], None] | None = None,
    note: str = "",
) -> StepCallback:
    """Return a function for `callback_on_step_end`. It reports progress, raises the job's cancellation or
    pause, and previews and saves latents.

    `check` and `checkpoint` get the number of finished steps (1…total); `check` also gets the latents,
    `checkpoint` all tensors. `tell` replaces the progress report if a job consists of several runs. The
    preview shows the predicted latents without noise if the callback also gets the velocity
    (`request_callback_tensors`).
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
        if tell is not None:
            tell(done)
        else:
            context.progress(stage, done, total, note)
        return {}

    return at_step


def _has_layout_of(latents: Tensor, velocity: Any) -> bool:
    """Return True if a loop's velocity has the same layout as its latents, with additional channels or tokens
    after them at most.
    """
    return (
        isinstance(velocity, Tensor)
        and velocity.dim() == latents.dim()
        and (velocity.shape[0], velocity.shape[2:]) == (latents.shape[0], latents.shape[2:])
        and velocity.shape[1] >= latents.shape[1]
    )


def request_callback_tensors(pipeline: Any, *, velocity: str = "") -> list[str]:
    """Return the names for `callback_on_step_end_tensor_inputs`: the latents, and the velocity under its name
    in the pipeline's loop (`noise_pred`, `noise_pred_video`).
    """
    if not velocity:
        return ["latents"]
    known = list(pipeline._callback_tensor_inputs)
    if velocity not in known:
        pipeline._callback_tensor_inputs = [*known, velocity]
    return ["latents", velocity]


@contextmanager
def allow_cancel(module: Any, context: Context, stage: str, parts: int = 1) -> Iterator[None]:
    """While open, check for cancellation at each run of a module or of a block in it (a text encoder, an
    autoencoder's decoder, each of its tiles). `parts` is the expected number of runs.
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
    """While open, call `ask` before a module runs and before each block in it; `ask` may raise."""
    with ExitStack() as hooks:
        for part in (module, *_list_network_blocks(module)):
            hooks.callback(part.register_forward_pre_hook(lambda *_: ask()).remove)
        yield


@contextmanager
def observe_output(module: Any, look: Callable[[Tensor], None]) -> Iterator[None]:
    """While open, pass the output of each run of a module to `look`, which may raise."""
    hook = module.register_forward_hook(lambda _, __, made: look(made))
    try:
        yield
    finally:
        hook.remove()


@contextmanager
def allow_cancel_in_decode(
    vae: Any, context: Context, stage: str = "decoding", parts: int = 1
) -> Iterator[None]:
    """Like `allow_cancel`, for the decoder of an autoencoder, which has no callback of its own."""
    with allow_cancel(vae.decoder, context, stage, parts):
        yield


@contextmanager
def release_on_error(*pipelines: Any) -> Iterator[None]:
    """Free the tensors of the work inside if an exception stops it: offloaded parts return to where they
    wait, and the frames of the failed call drop their locals. Work that ends normally has freed its tensors
    itself.
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
    """Free memory that nothing refers to. Collects only young objects: the reference cycles of a stopped call
    are among them, and a full collection of a model stack takes a second.
    """
    gc.collect(1)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _list_network_blocks(module: Any) -> list[Any]:
    """Return the blocks of a network: the modules in its module lists."""
    lists = [part for part in module.modules() if isinstance(part, torch.nn.ModuleList)]
    return [block for blocks in lists for block in blocks]
