"""The table of engines: name, title, lane, kinds of work, location of the class. Data only.

Nothing is imported until a worker needs an engine or its profile is requested.

Engines of other distributions are found by the entry-point group `milimo.engines`: each entry names an
`EngineRow`. They are looked up only for a name that is not one of the studio's own, or when all engines are
requested.
"""

from __future__ import annotations

import importlib
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, cast

from milimo_tui.core.errors import MilimoError, NotFound
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.recipes.choice import rungs

# Only type checkers read these imports. At run time, the modules would load specs and weights, which the
# table does not need.
if TYPE_CHECKING:
    from milimo_tui.engines.catalog.model_store import ModelStore
    from milimo_tui.engines.contract.engine import Engine
    from milimo_tui.engines.contract.profile import Profile


ENGINE_ENTRY_POINTS = "milimo.engines"  # entry-point group in which other distributions register engines
log = logging.getLogger(__name__)
# Step time limit for engines that process large files. Hashing or copying a whole file is a single step, so a
# worker that is silent for less than this many seconds does not count as hung.
LARGE_FILE_SECONDS = 3600.0

ENGINES: tuple[EngineRow, ...] = (
    EngineRow(
        "animatic",
        "Animatic: boards that move, drawn on the CPU (previs)",
        "cpu",
        ("make_video", "make_picture", "make_sound"),
        "milimo_tui.engines.animatic.engine:Animatic",
        previs=True,
        profile="milimo_tui.engines.animatic.profile:AnimaticProfile",
    ),
    EngineRow(
        "scratch-voice",
        "Scratch voice: lines spoken by espeak-ng or hummed (previs)",
        "cpu",
        ("make_speech",),
        "milimo_tui.engines.scratch_voice.engine:ScratchVoice",
        previs=True,
        profile="milimo_tui.engines.scratch_voice.profile:ScratchVoiceProfile",
    ),
    EngineRow(
        "voice-service",
        "Voice service: lines spoken by a service with OpenAI's protocol",
        "cpu",
        ("make_speech",),
        "milimo_tui.engines.speech_services.service:VoiceService",
        needs="a service at voice_service_url",
        profile="milimo_tui.engines.speech_services.profile:VoiceServiceProfile",
        secrets=("MILIMO_VOICE_SERVICE_KEY",),
    ),
    EngineRow(
        "voice-command",
        "Voice command: lines spoken by a program of yours, such as Piper",
        "cpu",
        ("make_speech",),
        "milimo_tui.engines.speech_services.command:VoiceCommand",
        needs="a program in the setting voice_command",
        profile="milimo_tui.engines.speech_services.profile:VoiceCommandProfile",
    ),
    EngineRow(
        "kokoro",
        "Kokoro: lines spoken by a small open model, in seven languages",
        "cpu",
        ("make_speech",),
        "milimo_tui.engines.kokoro.engine:Kokoro",
        needs="kokoro-onnx, and the model of Kokoro in kokoro_folder",
        profile="milimo_tui.engines.kokoro.profile:KokoroProfile",
    ),
    EngineRow(
        "hub",
        "Hub: downloads of weights, with a check of each file",
        "fetch",
        ("fetch_model", "verify_model"),
        "milimo_tui.engines.hub.engine:Hub",
        step_seconds=LARGE_FILE_SECONDS,
        secrets=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    ),
    EngineRow(
        "travel",
        "Travel: films to other boxes, and from them",
        "fetch",
        ("travel_film",),
        "milimo_tui.studio.travel.travel_engine:Travel",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "ltx2",
        "LTX-2: takes with sound, from words, pictures, clips and controls",
        "gpu",
        ("make_video", "check_engine", "tell_length"),
        "milimo_tui.engines.ltx2.engine:Ltx2",
        needs="the weights of LTX-2",
        rungs=rungs(),
        else_lane="cpu",
        one_frame="flux2",
        pass_seconds=20.0,
        large_passes=((960 * 544, 20.0), (1280 * 736, 10.0), (1920 * 1088, 5.0)),
        frame_step=8,
        most_frames=1441,
        changes_takes=True,
        times_beats=True,
        subjects=5,
        cuts_scenes=True,
        makes="Video",
        profile="milimo_tui.engines.ltx2.profile:Ltx2Profile",
    ),
    EngineRow(
        "flux2",
        "FLUX.2: makes, repaints and enlarges pictures",
        "gpu",
        ("make_picture", "inpaint", "inpaint_clip", "upscale", "make_video", "check_engine"),
        "milimo_tui.engines.flux2.engine:Flux2",
        needs="the weights of FLUX.2 klein",
        rungs=rungs(),
        else_lane="cpu",
        references=4,
        makes="Pictures",
        profile="milimo_tui.engines.flux2.profile:Flux2Profile",
    ),
    EngineRow(
        "z-image",
        "Z-Image: pictures from words, in eight steps",
        "gpu",
        ("make_picture", "make_video", "check_engine"),
        "milimo_tui.engines.z_image.engine:ZImage",
        needs="the weights of Z-Image",
        rungs=rungs(),
        else_lane="cpu",
        makes="Pictures",
        profile="milimo_tui.engines.z_image.profile:ZImageProfile",
    ),
    EngineRow(
        "qwen-image",
        "Qwen-Image: pictures from words or pictures, with words written in them",
        "gpu",
        ("make_picture", "make_video", "check_engine"),
        "milimo_tui.engines.qwen_image.engine:QwenImage",
        needs="the weights of Qwen-Image",
        rungs=rungs(),
        else_lane="cpu",
        references=3,
        makes="Pictures",
        profile="milimo_tui.engines.qwen_image.profile:QwenImageProfile",
    ),
    EngineRow(
        "wan",
        "Wan 2.2: takes without sound, from words or a first picture",
        "gpu",
        ("make_video", "check_engine"),
        "milimo_tui.engines.wan.engine:Wan",
        needs="the weights of Wan 2.2",
        rungs=rungs(),
        else_lane="cpu",
        one_frame="flux2",
        pass_seconds=5.0,
        frame_step=4,
        most_frames=121,
        makes="Video",
        profile="milimo_tui.engines.wan.profile:WanProfile",
    ),
    EngineRow(
        "diffusers",
        "diffusers: takes or pictures with any other diffusers pipeline, unproved",
        "gpu",
        ("make_video", "make_picture", "check_engine"),
        "milimo_tui.engines.any_pipeline.engine:AnyPipeline",
        needs="a pipeline: milimo model use diffusers:FOLDER, or diffusers:OWNER/NAME of the hub",
        rungs=rungs(),
        else_lane="cpu",
        references=1,
        options=True,
        by_weights=True,
        makes="Others, unproved",
        profile="milimo_tui.engines.any_pipeline.profile:AnyPipelineProfile",
    ),
    EngineRow(
        "comfyui",
        "ComfyUI: takes or pictures by a workflow of one's own, on a server of it",
        "cpu",
        ("make_video", "make_picture"),
        "milimo_tui.engines.comfyui.engine:ComfyUI",
        needs="a server at comfyui_url, and a workflow: milimo workflow add FILE",
        references=4,
        by_weights=True,
        makes="Workflows",
        profile="milimo_tui.engines.comfyui.profile:ComfyProfile",
    ),
    EngineRow(
        "tiny",
        "Tiny: the smallest real checkpoints of every family, of random numbers (noise)",
        "cpu",
        ("make_tiny",),
        "milimo_tui.tiny_models.engine:Tiny",
        needs="the model stack",
    ),
    EngineRow(
        "sam3",
        "SAM 3: masks of what is named or clicked, in pictures and through clips",
        "gpu",
        ("segment", "track"),
        "milimo_tui.engines.sam3.engine:Sam3",
        needs="the weights of SAM 3",
        rungs=rungs(),
        else_lane="cpu",
        makes="Masks",
        profile="milimo_tui.engines.sam3.profile:Sam3Profile",
    ),
    EngineRow(
        "speech",
        "Speech: lines spoken by speech models, such as Pocket TTS and MMS",
        "cpu",
        ("make_speech",),
        "milimo_tui.engines.speech_models.engine:SpeechModels",
        needs="the weights of a speech model",
        by_weights=True,
        makes="Speech",
        profile="milimo_tui.engines.speech_models.profile:SpeechModelsProfile",
    ),
    EngineRow(
        "speech-large",
        "Large speech: lines spoken by Dia, CSM, VibeVoice and Higgs Audio 2",
        "gpu",
        ("make_speech",),
        "milimo_tui.engines.speech_models.engine:LargeSpeechModels",
        needs="the weights of a large speech model",
        else_lane="cpu",
        by_weights=True,
        makes="Speech",
        profile="milimo_tui.engines.speech_models.profile:SpeechModelsProfile",
    ),
    EngineRow(
        "controls",
        "Controls: depth, edges, poses and motion of clips, as maps that takes follow",
        "gpu",
        ("make_control", "find_skeleton", "compare_take"),
        "milimo_tui.engines.controls.engine:Controls",
        needs="the weights of Depth Anything or ViTPose; for edges and motion nothing",
        else_lane="cpu",
        makes="Maps",
        profile="milimo_tui.engines.controls.profile:ControlsProfile",
    ),
    EngineRow(
        "stable-audio",
        "Stable Audio 3: music, effects and ambience, from words",
        "gpu",
        ("make_sound",),
        "milimo_tui.engines.music.engine:StableAudio",
        needs="the weights of Stable Audio 3",
        else_lane="cpu",
        makes="Sound",
        profile="milimo_tui.engines.music.profile:MusicProfile",
    ),
    EngineRow(
        "ace-step",
        "ACE-Step: music at a given tempo, from words",
        "gpu",
        ("make_sound",),
        "milimo_tui.engines.music.engine:AceStep",
        needs="the weights of ACE-Step",
        else_lane="cpu",
        makes="Sound",
        profile="milimo_tui.engines.music.profile:MusicProfile",
    ),
    EngineRow(
        "longcat-audio",
        "LongCat-AudioDiT: effects and ambience, from words",
        "gpu",
        ("make_sound",),
        "milimo_tui.engines.music.engine:LongCatAudio",
        needs="the weights of LongCat-AudioDiT",
        else_lane="cpu",
        makes="Sound",
        profile="milimo_tui.engines.music.profile:MusicProfile",
    ),
    EngineRow(
        "transcription",
        "Transcription: writes down what is said, with the times of words",
        "gpu",
        ("transcribe",),
        "milimo_tui.engines.transcription.engine:Transcription",
        needs="the weights of Whisper, Parakeet, Qwen3-ASR or Moonshine",
        else_lane="cpu",
        makes="Transcripts",
        profile="milimo_tui.engines.transcription.profile:TranscriptionProfile",
    ),
    EngineRow(
        "diarization",
        "Diarization: finds out who speaks when",
        "gpu",
        ("find_speakers",),
        "milimo_tui.engines.transcription.engine:Diarization",
        needs="the weights of Nemotron 3 Diarization",
        else_lane="cpu",
        makes="Speakers",
        profile="milimo_tui.engines.transcription.profile:DiarizationProfile",
    ),
    EngineRow(
        "film",
        "Film: the renderer",
        "render",
        ("render_film",),
        "milimo_tui.engines.film.engine:Film",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "boards",
        "Boards: storyboards on pages",
        "render",
        ("print_boards",),
        "milimo_tui.engines.boards.engine:BoardPrinter",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "quick",
        "Quick: probe, hash, thumbnails, peaks, speech, proxies, drawn masks",
        "quick",
        ("probe", "make_thumbnails", "make_peaks", "find_speech", "make_proxy", "draw_mask", "export_mask"),
        "milimo_tui.engines.media_jobs.engine:Quick",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "backup",
        "Backup: copies of the studio home, and their check",
        "quiet",
        ("make_backup", "check_home", "check_backups"),
        "milimo_tui.engines.backup.engine:Backup",
        step_seconds=LARGE_FILE_SECONDS,
    ),
    EngineRow(
        "local",
        "Local model: prompts and breakdowns, by weights on this machine",
        "gpu",
        ("write",),
        "milimo_tui.engines.llm.local.engine:LocalModel",
        needs="the weights of a language model, or those of LTX-2, whose text encoder is one",
        rungs=rungs(),
        else_lane="cpu",
        makes="Words",
        text_order=3,
        aliases=("gemma",),
        profile="milimo_tui.engines.llm.local.profile:LocalProfile",
    ),
    EngineRow(
        "ollama",
        "Ollama: prompts and breakdowns, by a model that it runs",
        "cpu",
        ("write",),
        "milimo_tui.engines.llm.ollama.engine:Ollama",
        needs="Ollama at ollama_url, with the model ollama_model",
        text_order=2,
        profile="milimo_tui.engines.llm.ollama.profile:OllamaProfile",
    ),
    EngineRow(
        "ollama-models",
        "Ollama's models: fetched by it",
        "fetch",
        ("pull_model",),
        "milimo_tui.engines.llm.ollama.listing:OllamaModels",
        needs="Ollama at ollama_url",
    ),
    EngineRow(
        "openai",
        "OpenAI-compatible: prompts and breakdowns, by a service",
        "cpu",
        ("write",),
        "milimo_tui.engines.llm.openai.engine:OpenAI",
        needs="a service at openai_url, with the model openai_model and a key",
        secrets=("OPENAI_API_KEY", "MILIMO_OPENAI_KEY"),
        text_order=1,
        profile="milimo_tui.engines.llm.openai.profile:OpenAIProfile",
    ),
)


def rows() -> tuple[EngineRow, ...]:
    """Return every engine: the studio's own, then the engines of other distributions, sorted by name.

    Tests add their own rows by the environment variable MILIMO_TEST_ENGINES=module:ROWS.
    """
    return _list_own_engines() + _list_distribution_engines()


def _list_own_engines() -> tuple[EngineRow, ...]:
    """Return the studio's own engines, and those of tests. Other distributions are not searched."""
    injected = os.environ.get("MILIMO_TEST_ENGINES")
    return _add_test_engines(injected) if injected else ENGINES


@cache
def _add_test_engines(injected: str) -> tuple[EngineRow, ...]:
    module, _, name = injected.partition(":")
    return ENGINES + cast("tuple[EngineRow, ...]", getattr(importlib.import_module(module), name))


@cache
def _list_distribution_engines() -> tuple[EngineRow, ...]:
    """Return the engines of other installed distributions, sorted by name."""
    return tuple(sorted(_load_distribution_engines(), key=lambda entry: entry.name))


def _load_distribution_engines() -> Iterator[EngineRow]:
    """Yield the engines of other distributions. An engine that can't be imported or has a name that is
    already taken is left out, and the reason is logged.
    """
    # Imported lazily: the import is slow, and most processes never search other distributions.
    from importlib.metadata import entry_points

    names = {entry.name for entry in ENGINES}
    for entry in entry_points(group=ENGINE_ENTRY_POINTS):
        try:
            found = entry.load()
        except Exception as error:  # noqa: BLE001  an error of another distribution must not stop the studio
            log.warning("the engine %s is left out: %s can't be imported: %s", entry.name, entry.value, error)
            continue
        if not isinstance(found, EngineRow):
            log.warning("the engine %s is left out: %s is no EngineRow", entry.name, entry.value)
        elif found.name in names:
            log.warning("the engine %s is left out: there is one of that name", found.name)
        else:
            names.add(found.name)
            yield found


def find_engine(name: str) -> EngineRow | None:
    """Return the engine with that name or earlier name. None if it is unknown here, for example because it
    belongs to another version or machine.
    """
    own = next((entry for entry in _list_own_engines() if entry.is_called(name)), None)
    if own is not None or not name:
        return own
    base, colon, weights = name.partition(":")
    if colon and weights:
        own = next((entry for entry in _list_own_engines() if entry.by_weights and entry.name == base), None)
        return _make_weights_engine(own, weights) if own is not None else None
    return next((entry for entry in _list_distribution_engines() if entry.name == name), None)


def _make_weights_engine(entry: EngineRow, weights: str) -> EngineRow:
    """Return a row for the engine `entry` that runs only the weights with the id `weights`."""
    description = entry.title.partition(": ")[2]
    return replace(entry, name=f"{entry.name}:{weights}", title=f"{weights}: {description}")


def list_engines_with_weights(store: ModelStore) -> tuple[EngineRow, ...]:
    """Return a row for each engine, and additional rows for engines that have `by_weights`. Each installed
    model of such an engine gets a row named `ENGINE:WEIGHTS`, after the engine's own row.
    """
    return tuple(one for entry in rows() for one in (entry, *_iterate_weights_engines(entry, store)))


def _iterate_weights_engines(entry: EngineRow, store: ModelStore) -> Iterator[EngineRow]:
    if not entry.by_weights:
        return
    try:
        here = store.list_installed()
    except MilimoError:
        return  # The manifest is unreadable. The code that uses the weights reports this error.
    for weights in here:
        if (weights.family, weights.role) != (entry.name, "model"):
            continue
        named = _make_weights_engine(entry, weights.id)
        try:
            kinds = profile(named.name).kinds_of(store.resolve(entry.name, model=weights.id))
        except MilimoError:
            continue  # The weights are unusable. The error is reported when they are used.
        yield replace(named, kinds=kinds, needs="")


def row(name: str) -> EngineRow:
    """Return the engine with that name. Raises NotFound, which lists the known engines."""
    entry = find_engine(name)
    if entry is None:
        raise NotFound(f"there is no engine “{name}”", f"engines: {', '.join(e.name for e in rows())}")
    return entry


def find_first_engine(kind: str, *, previs: bool = False) -> EngineRow:
    """Return the first engine in the table that uses a model for work of kind `kind`. With `previs`, return
    the first engine that does this work by drawing, without a model.

    Raises NotFound if there is none.
    """
    able = (entry for entry in _list_own_engines() if kind in entry.kinds and entry.previs == previs)
    found = next(able, None) or next(
        (entry for entry in _list_distribution_engines() if kind in entry.kinds and entry.previs == previs),
        None,
    )
    if found is None:
        raise NotFound(
            f"there is no engine that can {kind.replace('_', ' ')}", "milimo engine list shows the engines"
        )
    return found


def find_model_listing_engine() -> str:
    """Return the name of the first text engine that gets its list of models from a service. Raises
    NotFound.
    """
    # Imported lazily: the module imports specs, which the table does not need.
    from milimo_tui.engines.contract.profile import Profile

    for entry in rows():
        if "write" in entry.kinds and type(profile(entry.name)).service_models is not Profile.service_models:
            return entry.name
    raise NotFound("no engine here gets its models from a service", "milimo engine list shows the engines")


def find_speech_engine() -> EngineRow:
    """Return the engine that speaks the temporary dialogue of a film. The same engine draws animatic
    takes.
    """
    return find_first_engine("make_video", previs=True)


def find_scratch_voice() -> EngineRow:
    """Return the engine that speaks provisional lines without a model."""
    return find_first_engine("make_speech", previs=True)


def profile(name: str) -> Profile:
    """Return the profile of an engine. This imports the profile's module, but no model libraries. Raises
    NotFound.
    """
    return _load_profile(row(name))


@cache
def _load_profile(entry: EngineRow) -> Profile:
    """Return the profile of an engine row.

    If the profile of another distribution's engine can't be imported, return a substitute that accepts no
    work and reports the error when it is used.
    """
    module, _, cls = (entry.profile or "milimo_tui.engines.contract.profile:Profile").partition(":")
    try:
        return cast("Profile", getattr(importlib.import_module(module), cls)(entry))
    except Exception as error:
        if any(own.name == entry.name for own in ENGINES):
            raise
        log.info("the engine %s can't describe itself by %s", entry.name, entry.profile, exc_info=error)
        from milimo_tui.engines.contract.profile import BrokenProfile

        return BrokenProfile(entry, error)


def get_placeholder_mark(engine: str, previs: bool) -> str:
    """Return the mark for a take that was not made by a real model: `previs` if it was drawn, `noise` if it
    was made with tiny test weights. Return an empty text for other takes.
    """
    entry = find_engine(engine)
    return ("previs" if entry is None or entry.previs else "noise") if previs else ""


def build_engine(name: str) -> Engine:
    """Import the class of an engine and create the engine. For worker processes."""
    module, _, cls = row(name).factory.partition(":")
    return cast("Engine", getattr(importlib.import_module(module), cls)())
