"""Orders for spoken lines: the specs of the jobs, and the jobs that speak the same lines already."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.sound_specs import (
    MAX_SPOKEN_LETTERS,
    REFERENCE_SECONDS,
    MakeSpeech,
    OrderedLine,
)
from milimo_tui.jobs.client.client import BatchRequest, Client, JobRequest
from milimo_tui.story.lines.line_delivery import read_line_style
from milimo_tui.story.plan.speech import estimate_speech_seconds
from milimo_tui.story.values.film import Story
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_states import (
    ChosenVoice,
    LineState,
    describe_speaker,
    get_voice_signature,
)
from milimo_tui.studio.takes.take_queue import PRODUCTIVE_STATES

KIND = "make_speech"
# A model that does not find the end of a line is stopped after this many times the estimated length.
_RUNAWAY = 4
_LEAST_LIMIT = 8.0  # The smallest limit in seconds.


@dataclass(frozen=True, slots=True)
class VoiceChanges:
    """The user's choices for one order, instead of the character's own voice. Empty values change nothing."""

    engine: str = ""
    voice: str = ""
    language: str = ""
    seed: int | None = None


def make_speech_spec(
    studio: Studio, story: Story, state: LineState, language: str, changes: VoiceChanges
) -> MakeSpeech:
    """Return the spec that speaks a line in the voice of its character."""
    line, voice = state.film_line, state.voice
    spec = _make_voice_spec(studio, story, voice, state.text, changes.language or language, changes)
    estimate = float(estimate_speech_seconds([line.line]))
    by_user = bool(changes.engine or changes.voice)
    seed = changes.seed
    if seed is None:
        seed = (zlib.crc32("\n".join(map(str, line.identity)).encode()) + len(state.takes)) % 2**32
    return spec.model_copy(
        update={
            "style": read_line_style(line.line),
            "seed": seed,
            "speaker": describe_speaker(voice.element, state.character),
            "seconds": max(_LEAST_LIMIT, estimate * _RUNAWAY),
            "line": OrderedLine(
                shot=line.shot,
                character=state.character,
                text=state.text,
                occurrence=line.occurrence,
                place=line.place,
                signature="" if by_user else get_voice_signature(story, voice),
            ),
        }
    )


def make_preview_spec(
    studio: Studio, story: Story, voice: ChosenVoice, text: str, language: str
) -> MakeSpeech:
    """Return the spec that speaks a text as an example of a character's voice."""
    spec = _make_voice_spec(studio, story, voice, text, language, VoiceChanges())
    name = voice.element.name if voice.element else ""
    return spec.model_copy(update={"speaker": describe_speaker(voice.element, name)})


def _make_voice_spec(
    studio: Studio, story: Story, voice: ChosenVoice, text: str, language: str, changes: VoiceChanges
) -> MakeSpeech:
    engine = changes.engine or voice.engine
    assets = {asset.id: asset for asset in story.assets}
    row = engine_registry.row(engine)
    # A voice is a voice of one engine. Another engine chooses its own.
    own = voice.voice if engine == voice.engine else ""
    # A recording has no effect on a provisional voice, so that it does not name the file.
    sample = "" if row.previs else voice.sample
    paths = studio.require_project().paths
    return MakeSpeech(
        engine=engine,
        text=text.strip()[:MAX_SPOKEN_LETTERS],
        language=language,
        voice=changes.voice or own,
        pitch=voice.pitch,
        pace=voice.pace,
        reference=str(get_asset_path(paths, assets[sample])) if sample in assets else None,
        reference_text=_find_reference_text(studio, story, sample) if sample in assets else "",
        sample_rate=story.project.sample_rate,
    )


def _find_reference_text(studio: Studio, story: Story, sample: str) -> str:
    """Return the words of the part of a recording that is imitated: those of its transcript, or those of the
    line that it is a take of. Empty if they are unknown.
    """
    found = studio.require_project().facts.list_transcripts(sample)
    if found:
        words = (word.text for word in found[-1].words if word.end_seconds <= REFERENCE_SECONDS)
        return " ".join(words)[:MAX_SPOKEN_LETTERS]
    take = next((each for each in story.line_takes if each.asset == sample), None)
    is_complete = take is not None and (take.seconds or REFERENCE_SECONDS + 1) <= REFERENCE_SECONDS
    return take.text[:MAX_SPOKEN_LETTERS] if take is not None and is_complete else ""


@dataclass(frozen=True, slots=True)
class PreparedLines:
    """The job requests of an order of lines, and the ids of existing jobs that speak some of the lines."""

    requests: tuple[JobRequest, ...]
    batch: BatchRequest
    under_way: tuple[str, ...]


def prepare_lines(
    studio: Studio,
    lines: Sequence[LineState],
    language: str,
    changes: VoiceChanges,
    *,
    client: Client | None,
    only_due: bool,
) -> PreparedLines:
    """Return the job requests for lines. With `only_due`, a line that a job speaks already gets no other
    job.
    """
    story = studio.take_snapshot().story
    root = studio.require_project().paths.root
    open_jobs = _find_open_lines(client, root) if client is not None and only_due else {}
    batch = BatchRequest(label=_make_label(lines), project=str(root))
    requests, under_way = [], []
    for state in lines:
        spec = make_speech_spec(studio, story, state, language, changes)
        if (job := open_jobs.get(_get_line_key(spec.model_dump(mode="json")))) is not None:
            under_way.append(job)
            continue
        requests.append(
            JobRequest(
                spec=spec.model_dump(mode="json"),
                label=f"{state.name} {state.character}",
                project=str(root),
                shot=state.film_line.shot,
                batch=batch.id,
            )
        )
    return PreparedLines(tuple(requests), batch, tuple(under_way))


def submit_lines(client: Client, prepared: PreparedLines) -> list[str]:
    """Queue the lines as one batch. Return the ids of all jobs that speak them, existing jobs first."""
    ids: list[str] = []
    if prepared.requests:
        ids = list(client.submit_jobs(list(prepared.requests), batches=[prepared.batch]))
    return [*prepared.under_way, *ids]


def _make_label(lines: Sequence[LineState]) -> str:
    names = [state.name for state in lines]
    return f"Lines {', '.join(names[:6])}{' …' if len(names) > 6 else ''}"


def _find_open_lines(client: Client, root: Path) -> dict[Any, str]:
    """Return the jobs that are speaking lines of this film, by line, words and voice."""
    return {
        _get_line_key(client.fetch_job(job.id).spec): job.id
        for job in client.list_jobs({"states": PRODUCTIVE_STATES})
        if job.kind == KIND and Path(job.project).resolve() == root.resolve()
    }


def _get_line_key(spec: Any) -> Any:
    line = spec.get("line") or {}
    return (line.get("shot"), line.get("place"), spec["text"], spec["engine"], line.get("signature"))
