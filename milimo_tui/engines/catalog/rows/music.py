"""The weights that make music, effects and ambience."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.catalog.rows.model_row import DIFFUSERS_FOLDERS, MB, ModelRow

STABLE_AUDIO_ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="stable-audio-3-medium",
        title="Stable Audio 3, medium",
        family="stable-audio",
        does="music, effects and ambience, up to 380 s",
        bytes=8_000 * MB,
        memory_gb=8,
        hub="stabilityai/stable-audio-3-medium",
        files=(*DIFFUSERS_FOLDERS, "duration_embedder/*"),
        licence="Stability AI Community, and Gemma for its text encoder",
        evidence="guessed",
        gate="terms",
        unlocks=("music, effects and ambience: sound make",),
        notes="free of charge below a yearly revenue of 1 million USD; the size is that of 2 billion"
        " parameters in 32 bits",
    ),
)
ACE_STEP_ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="ace-step-1.5-xl-turbo",
        title="ACE-Step 1.5 XL Turbo",
        family="ace-step",
        does="music at a given tempo, in 8 steps",
        bytes=12_000 * MB,
        memory_gb=16,
        hub="ACE-Step/acestep-v15-xl-turbo-diffusers",
        files=(*DIFFUSERS_FOLDERS, "condition_encoder/*", "audio_tokenizer/*", "audio_token_detokenizer/*"),
        licence="MIT",
        evidence="calculated",
        unlocks=("music: sound make music --engine ace-step",),
        notes="5 billion parameters in 16 bits",
    ),
)
LONGCAT_ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="longcat-audiodit-1b",
        title="LongCat-AudioDiT 1B",
        family="longcat-audio",
        does="effects and ambience, up to 30 s",
        bytes=5_000 * MB,
        memory_gb=6,
        hub="ruixiangma/LongCat-AudioDiT-1B-Diffusers",
        files=DIFFUSERS_FOLDERS,
        licence="MIT",
        evidence="guessed",
        unlocks=("effects and ambience: sound make effect --engine longcat-audio",),
        notes="converted by another person; Meituan published the model for speech",
    ),
)

STABLE_AUDIO = FamilyRow(
    name="stable-audio",
    rows=STABLE_AUDIO_ROWS,
    pipelines=("StableAudio3",),
)
ACE_STEP = FamilyRow(
    name="ace-step",
    rows=ACE_STEP_ROWS,
    pipelines=("AceStep",),
)
LONGCAT_AUDIO = FamilyRow(
    name="longcat-audio",
    rows=LONGCAT_ROWS,
    pipelines=("LongCatAudioDiT",),
)
