"""Call a diffusers pipeline: report progress at each step, allow cancellation, and check for NaN results.

Imports torch, so only workers import this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from milimo_tui.core.errors import BadInput, Failed, NotFinite
from milimo_tui.core.reasons import reason
from milimo_tui.engines.any_pipeline.loader import list_pipeline_modules
from milimo_tui.engines.any_pipeline.plan import PipelineCallPlan
from milimo_tui.engines.any_pipeline.showing import PREVIEW_ERRORS as UNSHOWN
from milimo_tui.engines.any_pipeline.showing import LatentPreviewer
from milimo_tui.engines.catalog.pipeline_calls import VELOCITY_NAME, PipelineCall
from milimo_tui.engines.contract.engine import Context
from milimo_tui.engines.runtime.cancel import call_before_blocks, make_step_callback, request_callback_tensors
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.memory import is_out_of_memory

STAGE = "painting"
# Errors that the code of a pipeline may raise.
PIPELINE_ERRORS = (RuntimeError, AttributeError, LookupError, AssertionError, ImportError)
# Name prefixes of the pipeline's parts that run before the denoising steps
ENCODER_PREFIXES = ("text_encoder", "image_encoder")


def run_pipeline_call(
    pipe: Any,
    plan: PipelineCallPlan,
    pictures: dict[str, Image.Image],
    seed: int,
    context: Context,
    report_step: Callable[[int, int], None],
    shown: LatentPreviewer | None = None,
) -> Any:
    """Call the pipeline and return its result. Pictures are returned as arrays if the pipeline supports that.

    `report_step` is called with the number of finished steps and the total. `shown` makes previews of the
    latents. Raises BadInput with the pipeline's own reason for arguments that it does not accept. Raises
    Failed, with the step and the seed, for latents that are NaN.
    """
    arguments = build_call_arguments(plan, pictures, seed)
    signature = plan.pipeline.call
    total = plan.steps

    def check(done: int, latents: Tensor) -> None:
        if not bool(torch.isfinite(latents).all()):
            raise build_pipeline_nan_error(plan, f"at step {done} of {total}", seed)

    done = 0

    def step(number: int) -> None:
        nonlocal done
        done = min(number, total)
        report_step(done, total)

    with ExitStack() as watch:
        if signature.get("callback_on_step_end"):
            arguments["callback_on_step_end"] = make_step_callback(
                context,
                STAGE,
                total,
                report_step=step,
                check=check,
                preview=_make_preview_function(plan, shown, context),
            )
            arguments["callback_on_step_end_tensor_inputs"] = _name_callback_tensors(pipe, signature)
        else:
            watch.enter_context(_count_scheduler_steps(pipe, step))
        for part in _find_parts_outside_steps(pipe):
            watch.enter_context(call_before_blocks(part, lambda: report_step(done, total)))
        try:
            made = pipe(**arguments)
        except (ValueError, TypeError, NotImplementedError) as error:
            raise BadInput(
                f"{plan.pipeline.name} does not accept this input: {reason(error)}",
                "try another size or length, or other options: milimo shot set SHOT --options",
            ) from error
        except PIPELINE_ERRORS as error:
            if is_out_of_memory(error):
                raise
            raise Failed(
                f"{plan.pipeline.name} failed: {reason(error)}",
                "the pipeline may need inputs that a shot does not have",
            ) from error
    pipe.maybe_free_model_hooks()
    return made


def build_call_arguments(
    plan: PipelineCallPlan, pictures: dict[str, Image.Image], seed: int
) -> dict[str, Any]:
    """Return the keyword arguments of the pipeline call, without the callbacks."""
    arguments: dict[str, Any] = {**plan.arguments, **pictures}
    if dice := plan.pipeline.call.find_parameter_for("dice"):
        arguments[dice.name] = make_cpu_generator(seed)
    if form := plan.pipeline.call.find_parameter_for("form"):
        arguments[form.name] = "np"
    return arguments


def _name_callback_tensors(pipe: Any, signature: PipelineCall) -> list[str]:
    """Return the names of the tensors that the pipeline passes to its step callback.

    These are the latents. The velocity is included if the scheduler is a flow-matching scheduler and the
    pipeline provides it.
    """
    if "latents" not in getattr(pipe, "_callback_tensor_inputs", ("latents",)):
        return []
    flows = "FlowMatch" in type(getattr(pipe, "scheduler", None)).__name__
    return request_callback_tensors(pipe, velocity=VELOCITY_NAME if flows and signature.foretells else "")


def _make_preview_function(
    plan: PipelineCallPlan, shown: LatentPreviewer | None, context: Context
) -> Callable[[Tensor], bytes] | None:
    """Return a function that makes a preview from the call's latents. None if no previews are wanted.

    If the function does not know the shape of the latents, it logs a message once and makes no more previews.
    """
    if shown is None:
        return None
    show: Callable[[Tensor], bytes] | None = shown.of(
        plan.fitted.width, plan.fitted.height, plan.fitted.frames
    )

    def picture(latents: Tensor) -> bytes:
        nonlocal show
        try:
            return show(latents) if show is not None else b""
        except UNSHOWN as error:
            context.log(f"no preview of what is made: {reason(error)}")
            show = None
            return b""

    return picture


def build_pipeline_nan_error(plan: PipelineCallPlan, where: str, seed: int) -> NotFinite:
    """Return the error for a result that is NaN. `where` says at which step or part it was found."""
    return NotFinite(
        f"{plan.pipeline.name} produced values that are not numbers (NaN) {where}, seed {seed}",
        "try another seed or less guidance; milimo model verify checks the weights",
    )


def _find_parts_outside_steps(pipe: Any) -> Iterator[Any]:
    """Yield the pipeline's parts that run before the denoising steps (encoders) and after them (decoders)."""
    for name, part in list_pipeline_modules(pipe).items():
        if name.startswith(ENCODER_PREFIXES):
            yield part
        elif isinstance(decoder := getattr(part, "decoder", None), torch.nn.Module):
            yield decoder


@contextmanager
def _count_scheduler_steps(pipe: Any, step: Callable[[int], None]) -> Iterator[None]:
    """Call `step` at each step of the scheduler inside a `with` block, for a pipeline without a step
    callback.
    """
    scheduler = getattr(pipe, "scheduler", None)
    own = getattr(scheduler, "step", None)
    if own is None:
        yield
        return
    number = 0

    @wraps(own)  # Pipelines inspect the parameters of `step`, so the wrapper must have the same signature.
    def counted(*given: Any, **named: Any) -> Any:
        nonlocal number
        number += 1
        step(number)
        return own(*given, **named)

    vars(scheduler)["step"] = counted
    try:
        yield
    finally:
        vars(scheduler).pop("step", None)
