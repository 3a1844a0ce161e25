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


def _find_speech_generation(configs: Configs) -> str:
    kind = str(configs("config.json").get("model_type", ""))
    return kind.removesuffix("_audio_tokenizer")


FAMILY = FamilyRow(
    name="speech",
    rows=ROWS,
    types=("vits", "pocket_tts", "pocket_tts_audio_tokenizer"),
    roles={"pocket_tts_audio_tokenizer": "codec"},
    generation=_find_speech_generation,
)
