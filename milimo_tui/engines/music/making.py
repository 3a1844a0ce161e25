"""Make the sounds of a spec, one after the other, exactly as long as their frames. Only workers use this
module.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.errors import NotFinite
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import open_worker_store
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts
from milimo_tui.engines.music import sampling
from milimo_tui.engines.music.families import CROSSED, FADE, SoundFamily
from milimo_tui.engines.music.source_sound import read_source_sound
from milimo_tui.engines.runtime.weight_loading import convert_memory_errors, load_cached_weights
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.media.encode.wav_file import write_wav_file
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.loops import close_loop

LOADING, MAKING = "loading", "making sound"
SEEDS = 2**32
Samples = NDArray[np.float32]


def name_sound_role(index: int) -> str:
    """Return the role of the sound with an index: `sound`, `sound-2`, …"""
    return "sound" if not index else f"sound-{index + 1}"


def make_sounds(family: SoundFamily, spec: MakeSound, context: Context) -> Result:
    """Make the variations of a spec as WAV files. Each file is reported as soon as it is finished."""
    found = open_worker_store().resolve(family.name, model=spec.model)
    context.plan({LOADING: 2.0, MAKING: 20.0})
    context.progress(LOADING, 0, 1, found.id)
    outputs: list[Output] = []
    with convert_memory_errors(
        "there is too little memory for this sound", "a shorter sound needs less: --seconds 30 --loop"
    ):
        pipe = load_cached_weights(
            found, partial(sampling.load_sound_pipeline, family), context, form="sound"
        )
        context.progress(LOADING, 1, 1, found.id)
        steps = spec.steps or family.steps
        rate = sampling.get_pipeline_rate(pipe)
        seconds = family.count_seconds(spec)
        source = read_source_sound(spec, spec.source, rate, seconds) if spec.source is not None else None
        for index in range(spec.variations):

            def report(step: int, before: int = index * steps) -> None:
                context.progress(MAKING, before + step, spec.variations * steps)

            seed = (spec.seed + index) % SEEDS
            report(0)
            heard = source.samples if source is not None else None
            made = sampling.sample_sound(family, pipe, spec, seed, seconds, report, heard)
            sound = fit_sound(made, spec, rate)
            if source is not None:
                sound = source.restore_outside_span(sound, rate)
            outputs.append(_write_sound(sound, spec, found, seed, index, rate, context))
            context.part(outputs[-1])
    return Result(
        outputs=tuple(outputs),
        notes=(
            *family.list_ignored_fields(spec),
            *((CROSSED,) if spec.loop else ()),
            *(source.notes if source is not None else ()),
        ),
        facts={"model": found.id, "tiny": found.tiny, "steps": steps, "seed": spec.seed},
    )


def fit_sound(made: Samples, spec: MakeSound, rate: int) -> Samples:
    """Return the sound with exactly the number of samples of the spec. The fade of a loop is applied. If the
    model made less, silence is added.

    Raises NotFinite if a sample is not a number.
    """
    if not np.isfinite(made).all():
        raise NotFinite(
            "the model made sound with values that are not numbers (NaN)",
            "milimo model verify checks the weights",
        )
    fade = round(FADE * rate) if spec.loop else 0
    return np.clip(close_loop(made, spec.count_samples(rate), fade), -1.0, 1.0)


def _write_sound(
    sound: Samples,
    spec: MakeSound,
    found: ResolvedWeights,
    seed: int,
    index: int,
    rate: int,
    context: Context,
) -> Output:
    path = context.workspace / f"{name_sound_role(index)}.wav"
    texts = build_provenance_texts(spec, model=found, seed=seed)
    write_wav_file(path, sound, rate, texts)
    facts = {**probe(path).as_json(), "seed": seed}
    if spec.loop:
        facts["loop"] = [0, sound.shape[1]]
    return Output.of_file(name_sound_role(index), path, facts)
