"""Run an LTX-2 job from its spec to its take: find the weights, plan the take, load the weights by a recipe,
make the take.

Imports torch and diffusers; for workers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import MEASURED, build_provenance_texts
from milimo_tui.engines.ltx2.decode.choosing import add_decoder_to_recipe, choose_decoder_tiles
from milimo_tui.engines.ltx2.plan import installed_parts, recipe_request
from milimo_tui.engines.ltx2.plan.conditioning import (
    open_conditioning,
    open_followed_source,
    resolve_input_path,
)
from milimo_tui.engines.ltx2.plan.plan import (
    Ltx2Plan,
    plan_ltx2_take,
    resolve_conditioning,
    resolve_made_spec,
)
from milimo_tui.engines.ltx2.plan.relay import (
    convert_to_sampled_beats,
    find_prompt_segments,
    get_sampled_rate,
)
from milimo_tui.engines.ltx2.plan.sound_orders import SAMPLE_SECONDS
from milimo_tui.engines.ltx2.plan.subjects import KIND
from milimo_tui.engines.ltx2.scene.leading_sound import (
    LeadingSound,
    encode_leading_sound,
    read_stereo_samples,
)
from milimo_tui.engines.ltx2.scene.log_mel import encode_sound
from milimo_tui.engines.ltx2.scene.references import read_subject_pictures
from milimo_tui.engines.ltx2.take.chunk_making import ChunkMaker
from milimo_tui.engines.ltx2.take.extension import get_following_sound, read_extended_take
from milimo_tui.engines.ltx2.take.loras import ActiveLora, find_fusable_lora, set_take_loras
from milimo_tui.engines.ltx2.take.preserved_sound import KeptSound, list_windows_outside
from milimo_tui.engines.ltx2.take.reading import list_take_texts
from milimo_tui.engines.ltx2.take.session import Session, open_session
from milimo_tui.engines.ltx2.take.take import TakeMaker
from milimo_tui.engines.recipes.recipe_names import MERGED
from milimo_tui.engines.recipes.values import Recipe
from milimo_tui.engines.runtime.active_loras import Adapter
from milimo_tui.engines.runtime.apply import get_attention_backend, get_part_precision
from milimo_tui.engines.runtime.cancel import release_on_error
from milimo_tui.engines.runtime.determinism import use_deterministic_kernels
from milimo_tui.engines.runtime.model_stack import quiet_libraries
from milimo_tui.engines.runtime.recipe_run import describe_worker_card, running
from milimo_tui.engines.specs.video_specs import Leading, MakeVideo
from milimo_tui.media.read.probe import probe

UNMEANT = {"stands_for", "facts", "recipe", "measured", "among"}  # spec fields that do not affect sampling
RULES = 3  # version of the sampling code; checkpoints of other versions are not used


def make_ltx2_take(spec: MakeVideo, context: Context) -> Result:
    """Make the take in the job's workspace. Notes in the result describe every difference from the
    request.
    """
    context.progress("looking", 0, 1)
    original, spec = spec, resolve_made_spec(spec.with_handles_inside())
    store = installed_parts.model_store()
    found = store.resolve("ltx2", "model", spec.model)
    known = installed_parts.weights(store, found)
    sources = [open_conditioning(one) for one in spec.conditioning]
    for control in spec.control:
        open_followed_source(control.input)
    shown_subjects = read_subject_pictures(known.choose_subjects(spec))
    clips = [source.is_clip for source in sources]
    plan = plan_ltx2_take(spec, known, clips)
    shown = dict(zip(spec.conditioning, sources, strict=True))
    kept = [shown[one] for one in resolve_conditioning(spec.conditioning)]
    active = [
        ActiveLora(
            Adapter(one.title, one.path, one.identity, one.strength),
            one.passes,
            KIND in one.control.split(),
        )
        for one in installed_parts.list_take_loras(store, found, spec, plan)
    ]
    added = installed_parts.resolve_upsamplers(store, found, plan)
    heard, sample = _read_leading_sound(spec, plan), _read_voice_sample(spec, plan)
    card, seen = describe_worker_card()
    plan = recipe_request.fit_plan_to_card(store, found, spec, known, clips, card, seen)
    context.log(f"pipeline {plan.pipeline.pipeline}: {plan.pipeline.reason}")
    for change in plan.changes:
        context.log(change)
    take = (
        read_extended_take(spec, plan.fitted.width, plan.fitted.height)
        if spec.extension is not None
        else None
    )
    sound = _read_kept_sound(spec)
    quiet_libraries()
    request = recipe_request.on_shelf(store, found, spec, plan, known)
    with (
        use_deterministic_kernels(spec.deterministic, context),
        running(context, request, found.identity, spec.recipe) as choice,
    ):
        fused, recipe, loaded_loras = None, choice.recipe, active
        if not spec.deterministic or spec.recipe:
            fused = find_fusable_lora(active, list_plan_passes(plan), found, recipe, spec.recipe)
        if fused is not None:
            context.log(f"LoRA {fused.title} is merged into the weights: no other LoRA is active")
            recipe, loaded_loras = replace(recipe, name=f"{recipe.name}{MERGED}"), []
        size = (plan.fitted.width, plan.fitted.height)
        tiles = choose_decoder_tiles(found, plan, size, choice, context, spec.recipe)
        recipe = add_decoder_to_recipe(recipe, tiles)
        session = open_session(
            found,
            choice.recipe,
            context,
            follows_control=plan.pipeline.pipeline == "ic_lora",
            paints=plan.keyframes is not None,
            upsamplers=added,
            diffuses=tiles,
            texts=list_take_texts(plan),
            fused=fused,
        )
        with release_on_error(session.pipeline):
            set_take_loras(loaded_loras, session.pipeline, context)
            chunks = ChunkMaker(
                spec,
                plan,
                session,
                kept,
                loaded_loras,
                known.get_reference_downscale(spec),
                compute_take_signature(spec, found, choice.recipe, active, added, fused=fused is not None),
                context,
                _encode_take_leading_sound(heard, spec, session),
                open_followed_source(spec.over.input) if spec.over is not None else None,
                sound if sound is not None else get_following_sound(take, spec) if take is not None else None,
                _encode_voice_sample(sample, spec, session),
                shown_subjects,
                # The file is searched among all LoRAs of the take, because a merged LoRA is no longer in the
                # list of LoRAs to load, but its subject pictures are still used.
                next((one.adapter.path for one in active if one.is_for_subjects), None),
                installed_parts.read_detailing_downscale(store, found) if plan.keyframes is not None else 2,
            )
            making = TakeMaker(
                chunks, _build_take_metadata(original, plan, found, recipe, active, added), take
            )
            takes = making.make(context.workspace / "take.mov")
    facts: dict[str, Any] = {
        "pipeline": plan.pipeline.pipeline,
        "recipe": recipe.name,
        "tiny": found.tiny,
        "attention": get_attention_backend(session.parts["transformer"]),
    }
    if tiles is not None:
        facts["decoder"] = f"diffusion, {tiles}"
    measured: dict[str, Any] = {}
    if making.seams:
        measured["seams"] = [seam.as_json() | {"said": str(seam)} for seam in making.seams]
    if making.apart:
        measured["cache"] = [one.as_json() for one in making.apart]
    if measured:
        facts[MEASURED] = measured
    return Result(outputs=takes, notes=plan.changes, facts=facts)


def _read_leading_sound(spec: MakeVideo, plan: Ltx2Plan) -> NDArray[np.float32] | None:
    """Read the leading sound, in the length of the take, before any weights are loaded; None if the take has
    none.
    """
    if spec.sound is None:
        return None
    return read_stereo_samples(
        spec.sound, frame_to_sample(plan.fitted.frames, spec.rate, spec.sample_rate), spec.sample_rate
    )


def _encode_take_leading_sound(
    heard: NDArray[np.float32] | None, spec: MakeVideo, session: Session
) -> LeadingSound | None:
    if heard is None:
        return None
    return encode_leading_sound(heard, spec.sample_rate, session.parts, session.pipeline._execution_device)


def _read_voice_sample(spec: MakeVideo, plan: Ltx2Plan) -> NDArray[np.float32] | None:
    """Read the sound whose voice the take uses: the voice sample, or the complete sound of a take that is
    dubbed. Return None if the take uses no voice. Raises BadInput for a file without sound.
    """
    if spec.voice is None or not (spec.is_dubbed or plan.voiced):
        return None
    path = resolve_input_path(spec.voice.input)
    facts = probe(path)
    seconds = facts.streams.sound_end or facts.seconds or SAMPLE_SECONDS
    longest = (facts.seconds or seconds) if spec.is_dubbed else min(seconds, SAMPLE_SECONDS)
    return read_stereo_samples(Leading(input=str(path)), int(longest * spec.sample_rate), spec.sample_rate)


def _encode_voice_sample(
    sample: NDArray[np.float32] | None, spec: MakeVideo, session: Session
) -> torch.Tensor | None:
    if sample is None:
        return None
    where = session.pipeline._execution_device
    return encode_sound(session.parts["audio_vae"], sample, spec.sample_rate, where)


def _read_kept_sound(spec: MakeVideo) -> KeptSound | None:
    """Return the existing sound of a take of which a range is generated again. The sound outside this range
    stays unchanged. Return None if no such range is requested. Raises BadInput if the take has no sound.
    """
    if spec.over is None or not spec.over.is_range:
        return None
    path = resolve_input_path(spec.over.input)
    seconds = probe(path).seconds or Fraction(0)
    stereo = read_stereo_samples(Leading(input=str(path)), int(seconds * spec.sample_rate), spec.sample_rate)
    return KeptSound(
        stereo, spec.sample_rate, list_windows_outside(spec.over.since, spec.over.until, seconds)
    )


def list_plan_passes(plan: Ltx2Plan) -> frozenset[str]:
    """Return the names of the passes that a plan runs: `first`, possibly `second`, and `round` if DFR doubles
    the frames.
    """
    passes = {"first", "second"} if plan.stages == 2 else {"first"}
    return frozenset(passes | ({"round"} if plan.keyframes and plan.keyframes.doubled else set()))


def compute_take_signature(
    spec: MakeVideo,
    found: ResolvedWeights,
    recipe: Recipe,
    active: Sequence[ActiveLora],
    added: Mapping[str, ResolvedWeights],
    *,
    fused: bool = False,
) -> str:
    """Return a SHA-256 of everything that affects the latents. Checkpoints are stored under it, so that a
    different take never resumes from them.
    """
    fields = spec.model_dump(mode="json", exclude=UNMEANT)
    leading = [one for name in ("sound", "over", "voice", "extension") if (one := fields[name])]
    followed = (*fields["conditioning"], *fields["control"], *fields["subjects"]["parts"], *leading)
    inputs = [_stamp_input_file(one["input"]) for one in followed]
    values = [
        RULES,
        fields,
        inputs,
        found.identity,
        [
            recipe.precision,
            recipe.computes,
            get_part_precision(recipe, "text_encoder"),
        ],  # Placement is excluded, so that a retry at the next fallback level resumes from the checkpoint.
        [[one.adapter.name, one.adapter.strength, sorted(one.passes)] for one in active],
        {role: one.identity for role, one in added.items()},
        *(["fused"] if fused else []),
    ]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _stamp_input_file(path: object) -> list[object]:
    """Return a file's path, size and modification time, so that a change before the next attempt is
    noticed.
    """
    stat = Path(str(path)).stat()
    return [str(path), stat.st_size, stat.st_mtime_ns]


def _describe_relayed_beats(spec: MakeVideo, plan: Ltx2Plan) -> dict[str, Any]:
    """Return the beats of each chunk for the provenance: the first and last character of a beat in the
    chunk's prompt, and its start and end in seconds. Empty if the take has no beats.
    """
    beats = convert_to_sampled_beats(spec.with_handles_inside(), plan.parts[-1].end)
    every = [find_prompt_segments(beats, part, get_sampled_rate(spec)) for part in plan.parts]
    chunk_beats = [
        [[one.first, one.last, float(one.start), float(one.end)] for one in found] for found in every
    ]
    return {"beats": chunk_beats} if any(chunk_beats) else {}


def _describe_dfr_key_frames(plan: Ltx2Plan) -> dict[str, Any]:
    """Return the positions of DFR's key frames among the sampled frames; empty if DFR is not used."""
    return {"keyframes": list(plan.keyframes.positions)} if plan.keyframes is not None else {}


def _build_take_metadata(
    spec: MakeVideo,
    plan: Ltx2Plan,
    found: ResolvedWeights,
    recipe: Recipe,
    active: Sequence[ActiveLora],
    added: Mapping[str, ResolvedWeights],
) -> dict[str, str]:
    """Return the take's provenance as metadata of its file."""
    lora_digests = {one.adapter.title: one.adapter.digest for one in active}
    return build_provenance_texts(
        spec,
        model=found,
        recipe=recipe,
        other_weights={**lora_digests, **{one.id: one.digest for one in added.values()}},
        generation=plan.generation.id,
        pipeline=plan.pipeline.pipeline,
        schedule=plan.schedule,
        stages=plan.stages,
        sigmas=[round(one, 6) for one in plan.sigmas],
        guidance=plan.guidance.as_json(),
        negative=plan.negative,
        unread=[[left.tokens, left.most, left.rest] for left in plan.unread.values()],
        chunks=[[part.start, part.frames, part.seed, part.prompt] for part in plan.parts],
        **_describe_dfr_key_frames(plan),
        **_describe_relayed_beats(spec, plan),
    )
