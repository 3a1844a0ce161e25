"""Translate the captions of a track with a language model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import BadInput, Damaged
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_json_object
from milimo_tui.cut.values.caption_text import remove_style_tags
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.engines.specs.text_specs import Write
from milimo_tui.jobs.client.requests import JobRequest
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing.text_engine_choice import choose_text_engine

TOKENS = 4096  # maximum number of tokens of one answer


def make_translation_request(
    studio: Studio, captions: Sequence[CutCaption], language: str, engine: str, model: str
) -> JobRequest:
    """Return the request for a job that translates captions. Raises BadInput for a track without captions,
    and Unavailable if no language model is ready.
    """
    if not captions:
        raise BadInput("there are no captions to translate", "milimo caption make makes captions")
    writer = choose_text_engine(studio, engine, model)
    texts = [remove_style_tags(each.text) for each in captions]
    spec = Write(
        engine=writer.engine,
        model=writer.model,
        task="translate",
        text=json.dumps(texts, ensure_ascii=False),
        background=language,
        tokens=TOKENS,
        temperature=0.2,
    )
    return JobRequest(spec=spec.model_dump(mode="json"), label=f"captions in {language}"[:300])


def read_translation(path: Path, captions: Sequence[CutCaption]) -> tuple[CutCaption, ...]:
    """Return the captions with the texts of a translation. Their times are unchanged. The times of words are
    dropped, because they belong to other words. Raises Damaged if the answer has another number of texts.
    """
    try:
        parts = parse_json_object(path.read_text("utf-8"))["parts"]
        texts = [str(part) for part in parts]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Damaged(f"the translation can't be read: {reason(error)}") from error
    if len(texts) != len(captions):
        raise Damaged(f"the translation has {len(texts)} captions instead of {len(captions)}")
    return tuple(
        replace(each, text=text or each.text, word_times=())
        for each, text in zip(captions, texts, strict=True)
    )
