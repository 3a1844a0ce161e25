"""The weights of models that listen to speech: they write down words, or find out who speaks when."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import Configs, FamilyRow
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="whisper-base",
        title="Whisper, base",
        family="transcription",
        generation="whisper",
        does="transcripts with the times of words",
        bytes=290 * MB,
        memory_gb=1,
        hub="openai/whisper-base",
        files=FLAT,
        licence="Apache 2.0",
        evidence="calculated",
        unlocks=("transcripts: transcript make", "cutting by words", "captions from what is said"),
    ),
    ModelRow(
        id="whisper-large-v3-turbo",
        title="Whisper, large v3 turbo",
        family="transcription",
        generation="whisper",
        does="better transcripts, eight times faster than the large model",
        bytes=1_620 * MB,
        memory_gb=4,
        hub="openai/whisper-large-v3-turbo",
        files=FLAT,
        licence="MIT",
        evidence="calculated",
        unlocks=("transcripts in 99 languages: transcript make --model whisper-large-v3-turbo",),
    ),
    ModelRow(
        id="parakeet-ctc-1.1b",
        title="Parakeet CTC, 1.1B",
        family="transcription",
        generation="parakeet_ctc",
        does="transcripts of English with the times of words",
        bytes=4_250 * MB,
        memory_gb=6,
        hub="nvidia/parakeet-ctc-1.1b",
        files=FLAT,
        licence="CC BY 4.0",
        evidence="calculated",
        unlocks=("transcripts of English: transcript make --model parakeet-ctc-1.1b",),
    ),
    ModelRow(
        id="parakeet-tdt-0.6b-v3",
        title="Parakeet TDT, 0.6B v3",
        family="transcription",
        generation="parakeet_tdt",
        does="transcripts of 25 European languages with the times of words",
        bytes=2_510 * MB,
        memory_gb=4,
        hub="nvidia/parakeet-tdt-0.6b-v3",
        files=FLAT,
        licence="CC BY 4.0",
        evidence="calculated",
        unlocks=("transcripts in 25 languages: transcript make --model parakeet-tdt-0.6b-v3",),
    ),
    ModelRow(
        id="qwen3-asr-1.7b",
        title="Qwen3-ASR, 1.7B",
        family="transcription",
        generation="qwen3_asr",
        does="transcripts in 30 languages; the times of words are estimated",
        bytes=4_700 * MB,
        memory_gb=8,
        hub="Qwen/Qwen3-ASR-1.7B-hf",
        files=FLAT,
        licence="Apache 2.0",
        evidence="calculated",
        unlocks=("transcripts in 30 languages: transcript make --model qwen3-asr-1.7b",),
    ),
    ModelRow(
        id="moonshine-base",
        title="Moonshine, base",
        family="transcription",
        generation="moonshine",
        does="fast transcripts of English; the times of words are estimated",
        bytes=250 * MB,
        memory_gb=1,
        hub="UsefulSensors/moonshine-base",
        files=FLAT,
        licence="MIT",
        evidence="calculated",
        unlocks=("transcripts of English: transcript make --model moonshine-base",),
    ),
)
SPEAKERS: tuple[ModelRow, ...] = (
    ModelRow(
        id="nemotron-3-diarization",
        title="Nemotron 3 Diarization",
        family="diarization",
        generation="nemotron3_diarization",
        does="finds out who speaks when, up to eight speakers",
        bytes=420 * MB,
        memory_gb=2,
        hub="nvidia/Nemotron-3-Diarization",
        files=FLAT,
        licence="OpenMDW 1.1",
        evidence="read",
        unlocks=("speakers in transcripts: transcript speakers",),
    ),
)


def _find_model_type(configs: Configs) -> str:
    return str(configs("config.json").get("model_type", ""))


FAMILY = FamilyRow(
    name="transcription",
    rows=ROWS,
    types=("whisper", "parakeet_ctc", "parakeet_tdt", "qwen3_asr", "moonshine"),
    generation=_find_model_type,
)
DIARIZATION = FamilyRow(
    name="diarization", rows=SPEAKERS, types=("nemotron3_diarization",), generation=_find_model_type
)
