"""Speak a line with a speech model, and write its file. Imports torch: only for workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch

from milimo_tui.core.errors import BadInput, NotFinite, Unavailable
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore, open_worker_store
from milimo_tui.engines.contract.engine import Context, Result
from milimo_tui.engines.contract.provenance import build_provenance_texts
from milimo_tui.engines.contract.still_files import get_input_path
from milimo_tui.engines.runtime.weight_loading import load_cached_weights
from milimo_tui.engines.specs.sound_specs import REFERENCE_SECONDS, MakeSpeech
from milimo_tui.engines.speech.spoken_file import finish_spoken_line
from milimo_tui.engines.speech_models import csm, dia, higgs_audio, pocket_tts, vibevoice, vits
from milimo_tui.engines.speech_models.values import ReferenceReader, SpeechModel
from milimo_tui.media.sound.changed_speed import change_pitch_and_pace
from milimo_tui.media.sound.resampled import SoundReader
from milimo_tui.media.sound.samples import Sound

# The functions that load the models, by the `model_type` of their configuration.
LOADERS: dict[str, Callable[[ResolvedWeights, ResolvedWeights | None], SpeechModel]] = {
    "vits": vits.load,
    "pocket_tts": pocket_tts.load,
    "dia": dia.load,
    "csm": csm.load,
    "vibevoice": vibevoice.load,
    "higgs_audio_v2": higgs_audio.load,
}


def run_speech_job(spec: MakeSpeech, context: Context) -> Result:
    """Speak the text of a spec. Raises the errors of `SpeechModels.run`."""
    store = open_worker_store()
    found = store.resolve(spec.engine, model=spec.model)
    context.progress("loading", 0, 1, found.id)
    model = _load_speech_model(store, found, context)
    context.progress("speaking", 0, 1)
    reference = _make_reference_reader(spec) if spec.reference else None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(spec.seed)
        spoken = model.speak(spec, reference)
    sound = change_pitch_and_pace(
        spoken.sound, spoken.sample_rate, semitones=spec.pitch, pace=1 if spoken.paced else spec.pace
    )
    if not torch.isfinite(torch.from_numpy(sound)).all():
        raise NotFinite(
            f"{found.id} produced samples that are not numbers (NaN)",
            "milimo model verify checks the weights",
        )
    context.progress("speaking", 1, 1)
    is_plain = spoken.styled or spec.style == "plain"
    notes = [*spoken.notes, *([] if is_plain else [f"{found.id} has no style “{spec.style}”"])]
    longest = round(spec.seconds * spoken.sample_rate)
    if sound.shape[1] > longest:
        sound = sound[:, :longest]
        notes.append(f"the voice did not end within {spec.seconds:.0f} s")
    return finish_spoken_line(
        spec,
        context,
        sound,
        spoken.sample_rate,
        notes=tuple(dict.fromkeys(notes)),
        words=spoken.words,
        metadata=build_provenance_texts(spec, model=found),
    )


def _load_speech_model(store: ModelStore, found: ResolvedWeights, context: Context) -> SpeechModel:
    """Return the loaded model, from the worker's cache if it is there."""
    try:
        config = json.loads((Path(found.path) / "config.json").read_text("utf-8"))
        kind = config.get("model_type", "")
    except (OSError, ValueError, AttributeError):
        kind = ""
    if kind not in LOADERS:
        raise BadInput(
            f"{found.id} is not a speech model that this engine can run",
            f"it can run: {', '.join(sorted(LOADERS))}",
        )
    try:
        codec = store.resolve(found.family, "codec", found.id)
    except Unavailable:
        codec = None

    return load_cached_weights(
        found, lambda weights: LOADERS[kind](weights, codec), context, unread=r"num_batches_tracked"
    )


def _make_reference_reader(spec: MakeSpeech) -> ReferenceReader:
    assert spec.reference is not None
    path = Path(get_input_path(spec.reference))

    def read_reference(sample_rate: int) -> Sound:
        with SoundReader(path, sample_rate, 1) as reader:
            sound = reader.read(0, REFERENCE_SECONDS * sample_rate)
        return sound[:, : _find_sound_end(sound)]

    return read_reference


def _find_sound_end(sound: Sound) -> int:
    """Return the number of samples before the silence after the end of the file."""
    heard = (abs(sound[0]) > 0).nonzero()[0]
    return int(heard[-1]) + 1 if heard.size else sound.shape[1]
