"""The weights of speech models. The licence of each is named, because some forbid commercial use."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

# Languages of MMS whose text needs no conversion to Latin letters: code of the hub, name.
_MMS_LANGUAGES = (
    ("eng", "English"), ("deu", "German"), ("fra", "French"), ("spa", "Spanish"), ("por", "Portuguese"),
    ("nld", "Dutch"),
)  # fmt: skip


def _make_mms_row(code: str, language: str) -> ModelRow:
    return ModelRow(
        id=f"mms-tts-{code}",
        title=f"MMS speech, {language}",
        family="speech",
        generation="vits",
        does=f"speaks {language}, one voice",
        bytes=145 * MB,
        memory_gb=1,
        hub=f"facebook/mms-tts-{code}",
        files=FLAT,
        licence="CC BY-NC 4.0",
        commercial=False,
        evidence="calculated",
        unlocks=(f"lines in {language}: line say --engine speech:mms-tts-{code}",),
    )


ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="pocket-tts",
        title="Pocket TTS",
        family="speech",
        generation="pocket_tts",
        does="speaks in the voice of a recording",
        bytes=240 * MB,
        memory_gb=1,
        hub="eustlb/pocket-tts",
        files=FLAT,
        licence="CC BY 4.0",
        evidence="guessed",
        needs=("pocket-tts-codec",),
        unlocks=("lines in a character's own voice: line say --engine speech:pocket-tts",),
    ),
    ModelRow(
        id="pocket-tts-codec",
        title="Pocket TTS audio tokenizer",
        family="speech",
        role="codec",
        generation="pocket_tts",
        does="converts sound for Pocket TTS",
        bytes=80 * MB,
        memory_gb=1,
        hub="eustlb/pocket-tts-audio-tokenizer",
        files=FLAT,
        licence="CC BY 4.0",
        evidence="guessed",
        unlocks=("Pocket TTS",),
    ),
    *(_make_mms_row(code, language) for code, language in _MMS_LANGUAGES),
)

_CLONING = "lines in a character's own voice: line say --engine speech-large:"

LARGE_ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="dia",
        title="Dia 1.6B",
        family="speech-large",
        generation="dia",
        does="speaks English dialogue, also in the voice of a recording",
        bytes=6_450 * MB,
        memory_gb=8,
        hub="nari-labs/Dia-1.6B-0626",
        files=FLAT,
        licence="Apache 2.0",
        evidence="calculated",
        needs=("dia-codec",),
        unlocks=(f"{_CLONING}dia",),
        notes="another voice for each seed; with a recording, its words must be known (transcript make)",
    ),
    ModelRow(
        id="dia-codec",
        title="Descript Audio Codec, 44 kHz",
        family="speech-large",
        role="codec",
        generation="dia",
        does="converts sound for Dia",
        bytes=310 * MB,
        memory_gb=1,
        hub="descript/dac_44khz",
        files=FLAT,
        licence="MIT",
        evidence="calculated",
        unlocks=("Dia",),
    ),
    ModelRow(
        id="csm",
        title="CSM 1B",
        family="speech-large",
        generation="csm",
        does="speaks English, also in the voice of a recording",
        bytes=6_600 * MB,
        memory_gb=8,
        hub="sesame/csm-1b",
        files=FLAT,
        without=("model.safetensors", "ckpt.pt", "prompts/*"),
        licence="Apache 2.0",
        evidence="guessed",
        gate="terms",
        unlocks=(f"{_CLONING}csm",),
    ),
    ModelRow(
        id="vibevoice",
        title="VibeVoice 1.5B",
        family="speech-large",
        generation="vibevoice",
        does="speaks English and Chinese, also in the voice of a recording",
        bytes=5_420 * MB,
        memory_gb=7,
        hub="vibevoice/VibeVoice-1.5B-hf",
        files=FLAT,
        licence="MIT",
        evidence="read",
        unlocks=(f"{_CLONING}vibevoice",),
        notes="the size is that of microsoft/VibeVoice-1.5B, of which this is a conversion",
    ),
    ModelRow(
        id="higgs-audio-2",
        title="Higgs Audio 2, 3B",
        family="speech-large",
        generation="higgs_audio_v2",
        does="speaks in four languages, whispers and shouts, also in the voice of a recording",
        bytes=11_600 * MB,
        memory_gb=24,
        hub="eustlb/higgs-audio-v2-generation-3B-base",
        files=FLAT,
        licence="Boson Higgs Audio 2 Community",
        evidence="read",
        needs=("higgs-audio-2-codec",),
        unlocks=(f"{_CLONING}higgs-audio-2",),
        notes="needs the package torchaudio; with more than 100,000 users a year, another licence is needed",
    ),
    ModelRow(
        id="higgs-audio-2-codec",
        title="Higgs Audio 2 tokenizer",
        family="speech-large",
        role="codec",
        generation="higgs_audio_v2",
        does="converts sound for Higgs Audio 2",
        bytes=810 * MB,
        memory_gb=2,
        hub="eustlb/higgs-audio-v2-tokenizer",
        files=FLAT,
        licence="Boson Higgs Audio 2 Community",
        evidence="guessed",
        unlocks=("Higgs Audio 2",),
    ),
)


def _find_speech_generation(configs: Configs) -> str:
    kind = str(configs("config.json").get("model_type", ""))
    return _CODECS.get(kind, kind)


# The models that the audio tokenizers belong to.
_CODECS = {
    "pocket_tts_audio_tokenizer": "pocket_tts",
    "dac": "dia",
    "higgs_audio_v2_tokenizer": "higgs_audio_v2",
}

FAMILY = FamilyRow(
    name="speech",
    rows=ROWS,
    types=("vits", "pocket_tts", "pocket_tts_audio_tokenizer"),
    roles={"pocket_tts_audio_tokenizer": "codec"},
    generation=_find_speech_generation,
)
LARGE = FamilyRow(
    name="speech-large",
    rows=LARGE_ROWS,
    types=("dia", "csm", "vibevoice", "higgs_audio_v2", "dac", "higgs_audio_v2_tokenizer"),
    roles={"dac": "codec", "higgs_audio_v2_tokenizer": "codec"},
    generation=_find_speech_generation,
)
