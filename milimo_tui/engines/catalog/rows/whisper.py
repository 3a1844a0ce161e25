"""The weights of Whisper, which writes down what is spoken."""

from __future__ import annotations

from milimo_tui.engines.catalog.rows.family_row import FamilyRow
from milimo_tui.engines.catalog.rows.model_row import FLAT, MB, ModelRow

ROWS: tuple[ModelRow, ...] = (
    ModelRow(
        id="whisper-base",
        title="Whisper, base",
        family="whisper",
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
        family="whisper",
        does="better transcripts, eight times faster than the large model",
        bytes=1_620 * MB,
        memory_gb=4,
        hub="openai/whisper-large-v3-turbo",
        files=FLAT,
        licence="MIT",
        evidence="calculated",
        unlocks=("transcripts in 99 languages: transcript make --model whisper-large-v3-turbo",),
    ),
)

FAMILY = FamilyRow(name="whisper", rows=ROWS, types=("whisper",))
