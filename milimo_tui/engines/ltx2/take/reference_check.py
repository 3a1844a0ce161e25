"""Check LTX-2 by a reference case: a short take is made by this package and by diffusers' own pipeline, and
both results are compared. Both use the same parts, prompt, noise levels and random numbers.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

from typing import Any

from diffusers import LTX2ConditionPipeline

from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.plan import Ltx2Plan, plan_ltx2_take
from milimo_tui.engines.ltx2.take.chunk_making import ChunkMaker
from milimo_tui.engines.ltx2.take.loras import ActiveLora, set_take_loras
from milimo_tui.engines.ltx2.take.pipelines import make_ancestral_scheduler, make_scheduler
from milimo_tui.engines.ltx2.take.reading import list_take_texts
from milimo_tui.engines.ltx2.take.sampling import choose_stg_block
from milimo_tui.engines.ltx2.take.session import Session, open_session
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.determinism import make_cpu_generator, use_deterministic_kernels
from milimo_tui.engines.runtime.engine_check import (
    PROMPT,
    SEED,
    STEPS,
    build_check_facts,
    record_transformer_calls,
)
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.recipe_run import running
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine

RATE = 24.0
TRANSFORMER = "LTX2VideoTransformer3DModel"
# Width and height in pixels, and number of frames, of the take in the check: SMALL for tiny weights, WHOLE
# for all others
SMALL, WHOLE = (64, 64, 9), (512, 320, 25)


def check_ltx2_engine(spec: CheckEngine, context: Context) -> Result:
    """Make the take of the check, and compare it with the take of diffusers' own pipeline and with earlier
    results. Raises the errors of making a take, and Failed if the result of diffusers' own pipeline differs.
    """
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", spec.model)
    known = installed_parts.weights(store, found)
    width, height, frames = SMALL if found.tiny else WHOLE
    case = MakeVideo(
        engine="ltx2", prompt=PROMPT, seed=SEED, steps=STEPS, frames=frames, rate=f"{RATE:g}/1", width=width,
        height=height, stages="one", model=found.id, deterministic=True,
    )  # fmt: skip
    plan = plan_ltx2_take(case, known)
    active = [
        ActiveLora(Adapter(one.title, one.path, one.digest, one.strength), one.passes)
        for one in installed_parts.list_take_loras(store, found, case, plan)
    ]
    quiet_libraries()
    request = recipe_request.on_shelf(store, found, case, plan, known)
    digest = found.digest or found.id
    with use_deterministic_kernels(True, context), running(context, request, digest) as choice:
        part = plan.parts[0]
        session = open_session(
            found, choice.recipe, context, follows_control=False, upsamplers={}, texts=list_take_texts(plan)
        )
        with release_on_error(session.pipeline):
            set_take_loras(active, session.pipeline, context)
            signature = f"check-{digest[:12]}-{choice.recipe.precision}"
            chunks = ChunkMaker(case, plan, session, [], active, 1, signature, context)
            with record_transformer_calls(TRANSFORMER) as ours:
                chunk, _ = chunks.make_chunk(part, None)
            context.progress("the bare pipeline", 0, 1)
            with record_transformer_calls(TRANSFORMER) as bare:
                _run_bare_pipeline(session, plan)
            context.progress("the bare pipeline", 1, 1)
    made = {"picture": chunk.final.picture, "sound": chunk.final.sound}
    facts = build_check_facts("ltx2", digest, choice.recipe, made, ours, bare)
    return Result(facts={"model": found.id, "tiny": found.tiny, **facts})


def _run_bare_pipeline(session: Session, plan: Ltx2Plan) -> None:
    """Make the take of the check with diffusers' own pipeline class, from the parts that are already in
    memory.
    """
    part, row = plan.parts[0], plan.generation
    names = ("vae", "audio_vae", "text_encoder", "tokenizer", "connectors", "transformer", "vocoder")
    eta = row.ancestral if plan.schedule == "distilled" else 0.0
    pipeline: Any = LTX2ConditionPipeline(
        scheduler=make_ancestral_scheduler(eta, part.seed) if eta else make_scheduler(),
        **{name: session.parts[name] for name in names},
    )
    pipeline.set_progress_bar_config(disable=True)
    words: dict[str, Any] = {"prompt": part.prompt, "negative_prompt": part.negative or None}
    if session.parts["text_encoder"] is None:
        read = session.encode_prompts(
            part.prompt, part.negative, guided=plan.guidance.uses_negative_prompt, stage="reading"
        )
        words = read.build_prompt_arguments()
    pipeline(
        **words,
        **plan.guidance.build_pipeline_arguments(),
        width=plan.fitted.width,
        height=plan.fitted.height,
        num_frames=part.frames,
        frame_rate=RATE,
        sigmas=list(plan.sigmas),
        noise_scale=plan.sigmas[0],
        generator=make_cpu_generator(part.seed),
        use_cross_timestep=row.cross_timestep,
        spatio_temporal_guidance_blocks=[choose_stg_block(row, pipeline.transformer)],
        output_type="latent",
    )
    session.pipeline.maybe_free_model_hooks()
