"""Check Wan 2.2: compare this program's result with the result of diffusers' own pipeline for the same
modules, prompt and seed.

Only for workers.
"""

from __future__ import annotations

from typing import Any

from diffusers import WanImageToVideoPipeline, WanPipeline
from PIL import Image

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.pictures.family import get_parts_folder
from milimo_tui.engines.pictures.sampling import encode_prompt_pair, list_prompts
from milimo_tui.engines.runtime.determinism import make_cpu_generator
from milimo_tui.engines.runtime.engine_check import (
    PROMPT,
    SEED,
    STEPS,
    build_check_facts,
    record_transformer_calls,
)
from milimo_tui.engines.runtime.latent_preview import make_colour_chart
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine
from milimo_tui.engines.wan.kinds import FAMILY, read_wan_kind
from milimo_tui.engines.wan.loader import LoadedWan, encode_wan_prompt, find_wan_weights, open_wan_for_job
from milimo_tui.engines.wan.passes import BoundPictures, sample_wan_latents
from milimo_tui.engines.wan.plan import WanPlan, plan_wan_take

TRANSFORMER = "WanTransformer3DModel"
# Width, height and number of frames of the reference take: `SMALL` for tiny weights, `WHOLE` for real
# weights.
SMALL, WHOLE = (64, 64, 9), (512, 320, 17)


def check_wan_against_diffusers(spec: CheckEngine, context: Context) -> Result:
    """Run the reference case and compare the result with diffusers' own pipeline and with earlier results.

    Raises the same errors as a take. Raises Failed if diffusers' pipeline gives a different result.
    """
    found = find_wan_weights(spec.model)
    kind = read_wan_kind(get_parts_folder(found))
    width, height, frames = SMALL if found.tiny else WHOLE
    begins = None if kind.words else make_colour_chart(width, height)
    case = MakeVideo(
        engine=FAMILY, prompt=PROMPT, seed=SEED, steps=STEPS, frames=frames, rate=f"{kind.rate}/1",
        width=width, height=height, model=found.id, deterministic=True,
        conditioning=() if begins is None else (Conditioning(input="chart"),),
    )  # fmt: skip
    plan = plan_wan_take(case, kind)
    digest = found.digest or found.id
    with open_wan_for_job(found, plan, case, context, list_prompts(PROMPT, plan.course)) as loaded:
        words = encode_prompt_pair(encode_wan_prompt, loaded, PROMPT, plan.course, context)
        with record_transformer_calls(TRANSFORMER) as ours:
            latents = sample_wan_latents(loaded, plan, words, BoundPictures(begins), SEED, context)
        context.progress("the bare pipeline", 0, 1)
        with record_transformer_calls(TRANSFORMER) as bare:
            _run_bare_wan_pipeline(loaded, plan, begins)
        context.progress("the bare pipeline", 1, 1)
    facts = build_check_facts(FAMILY, digest, loaded.recipe, {"picture": latents}, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _run_bare_wan_pipeline(loaded: LoadedWan, plan: WanPlan, begins: Image.Image | None) -> None:
    """Run the reference case with diffusers' own pipeline class on the loaded modules."""
    config = loaded.pipe.config
    cls = WanPipeline if begins is None else WanImageToVideoPipeline
    pipeline: Any = cls(
        **loaded.pipe.components,
        boundary_ratio=config.boundary_ratio,
        expand_timesteps=config.expand_timesteps,
    )
    pipeline.set_progress_bar_config(disable=True)
    words: dict[str, Any] = {"prompt": PROMPT, "negative_prompt": plan.course.negative or None}
    if loaded.read:
        words = {"prompt_embeds": loaded.read[PROMPT][0]}
        if plan.course.has_second_pass:
            words["negative_prompt_embeds"] = loaded.read[plan.course.negative][0]
    if begins is not None:
        words["image"] = begins
        loaded.bring_decoder()
    pipeline(
        **words,
        **({"guidance_scale_2": plan.later} if plan.later is not None else {}),
        guidance_scale=plan.course.guidance,
        width=plan.fitted.width,
        height=plan.fitted.height,
        num_frames=plan.length.made,
        num_inference_steps=plan.course.steps,
        generator=make_cpu_generator(SEED),
        output_type="latent",
    )
    loaded.pipe.maybe_free_model_hooks()
