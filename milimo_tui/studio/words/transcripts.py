"""Transcripts of the open film: their sound files, their jobs, and their words in the clips of the cut."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.sound_choice import require_existing_sound
from milimo_tui.cut.values.streams import NO_FACTS, parse_stream_facts
from milimo_tui.cut.words.speakers import rename_speaker
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.cut.words.word_cuts import ClipWord, CutWord, list_clip_words
from milimo_tui.cut.words.word_search import make_word_captions
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe
from milimo_tui.jobs.client.requests import JobRequest
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind, Story
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio


@dataclass(frozen=True, slots=True)
class HeardFile:
    """The file whose sound a clip plays. `head` are the seconds of the file before second 0 of the clip's
    source.
    """

    asset: Asset
    head: Fraction = Fraction(0)


def find_heard_file(story: Story, source: ClipSource) -> HeardFile | None:
    """Return the file that a clip with this source plays; None for a source without a file."""
    assets = {asset.id: asset for asset in story.assets}
    if source.kind is SourceKind.ASSET:
        asset = assets.get(source.ref)
        return HeardFile(asset) if asset is not None and asset.kind is not AssetKind.PICTURE else None
    if source.kind is not SourceKind.SHOT:
        return None
    shot = next((each for each in story.shots if each.id == source.ref), None)
    take = FilmPerformances(story).find_shown_take(shot) if shot else None
    asset = assets.get(take.asset) if take else None
    if take is None or asset is None:
        return None
    return HeardFile(asset, take.compute_head_seconds(asset.rate))


def require_heard_file(story: Story, clip: Clip, name: str) -> HeardFile:
    """Return the file that a clip plays. Raises Refused if it plays none."""
    heard = find_heard_file(story, clip.source)
    if heard is None:
        raise Refused(f"{name} plays no file", "choose a clip of a media file, or of a shot with a take")
    return heard


@dataclass(frozen=True, slots=True)
class SpokenSource:
    """A sound stream of a file whose words are written down. `name` is the name that the user reads: that of
    the clip, or else that of the file.
    """

    asset: Asset
    name: str
    stream: int = 1

    @property
    def title(self) -> str:
        """The name, with the number of a stream other than the first: `stream 2 of interview.mov`."""
        return f"stream {self.stream} of {self.name}" if self.stream > 1 else self.name


def find_newest_transcript(studio: Studio, source: SpokenSource) -> Transcript | None:
    """Return the newest transcript of a sound stream of a file, or None."""
    found = studio.require_project().facts.list_transcripts(source.asset.id)
    return next((each for each in reversed(found) if each.stream == source.stream), None)


def require_transcript(studio: Studio, source: SpokenSource) -> Transcript:
    """Return the newest transcript of a sound stream of a file. Raises NotFound with the command that makes
    one.
    """
    found = find_newest_transcript(studio, source)
    if found is None:
        more = f" --stream {source.stream}" if source.stream > 1 else ""
        raise NotFound(
            f"{source.title} has no transcript yet",
            f"milimo transcript make {shlex.quote(source.name)}{more}",
        )
    return found


def make_transcript_request(
    studio: Studio, source: SpokenSource, language: str, model: str = ""
) -> JobRequest:
    """Return the request for a job that writes down the words of a file.

    Raises BadInput for a file without this sound stream, and Unavailable, with advice, if the weights or the
    model libraries are missing.
    """
    spec = Transcribe(
        engine=engine_registry.find_first_engine("transcribe").name,
        input=_require_sound(studio, source),
        asset=source.asset.id,
        stream=source.stream,
        language=language,
        model=model,
    )
    return _make_words_request(studio, spec, f"transcript of {source.title}")


def make_speakers_request(studio: Studio, source: SpokenSource, model: str = "") -> JobRequest:
    """Return the request for a job that finds the speakers of a transcript. Raises NotFound without a
    transcript, and the errors of `make_transcript_request`.
    """
    path = _require_sound(studio, source)
    require_transcript(studio, source)
    spec = FindSpeakers(
        engine=engine_registry.find_first_engine("find_speakers").name,
        input=path,
        asset=source.asset.id,
        stream=source.stream,
        model=model,
    )
    return _make_words_request(studio, spec, f"speakers of {source.title}")


def _require_sound(studio: Studio, source: SpokenSource) -> str:
    """Return the path of a file that exists and has the sound stream. Raises Refused, BadInput."""
    asset = source.asset
    if asset.kind is AssetKind.PICTURE:
        raise Refused(f"{source.name} is a picture and has no sound", "choose a clip with sound")
    facts = parse_stream_facts(asset.facts)
    if facts != NO_FACTS:  # The streams of a file in an old film may not be recorded.
        if not facts.sounds:
            raise BadInput(f"{source.name} has no sound", "choose a clip with sound")
        require_existing_sound(source.name, [each.channels for each in facts.sounds], source.stream, ())
    path = get_asset_path(studio.require_project().paths, asset)
    if not path.is_file():
        raise BadInput(
            f"the file of {source.name} is missing", f"milimo asset relink {asset.id} FILE links it again"
        )
    return str(path)


def _make_words_request(studio: Studio, spec: Transcribe | FindSpeakers, label: str) -> JobRequest:
    """Check a spec and the weights that it needs, and return the request for its job."""
    profile = engine_registry.profile(spec.engine)
    profile.check(spec)
    profile.weights_for(ModelStore(studio.home.models), spec)
    require_stack(engine_registry.row(spec.engine).title.partition(":")[0])
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=label[:300],
        project=str(studio.require_project().paths.root),
    )


def suggest_transcript(studio: Studio) -> str:
    """Return the command that makes a transcript, or the command that downloads the weights for it if no
    weights are on this machine.
    """
    engine = engine_registry.profile(engine_registry.find_first_engine("transcribe").name).describe()
    rows = ModelStore(studio.home.models).rows()
    if any(row.family == engine.family and row.role == "model" for row in rows):
        return "milimo transcript make CLIP"
    return f"milimo model download {engine.usual_model}"


def rename_transcript_speaker(studio: Studio, source: SpokenSource, speaker: str, name: str) -> Transcript:
    """Store the newest transcript of a stream again, with another name for a speaker. Raises NotFound."""
    old = require_transcript(studio, source)
    words = rename_speaker(old.words, speaker, name)
    new = replace(old, id=new_id("transcript"), job=new_id("rename"), words=words, created=0.0)
    studio.require_project().facts.add_transcript(new)
    return new


def list_words_of_clip(
    studio: Studio, cut: Cut, clip: Clip, name: str
) -> tuple[Transcript, tuple[ClipWord, ...]]:
    """Return the transcript of the file that a clip plays, and the words that are heard in the clip. Raises
    Refused, NotFound.
    """
    heard = require_heard_file(studio.take_snapshot().story, clip, name)
    transcript = require_transcript(studio, SpokenSource(heard.asset, name, clip.stream))
    return transcript, list_clip_words(clip, transcript.words, heard.head, cut.rate)


def list_cut_words(studio: Studio, cut: Cut, clips: Sequence[Clip]) -> tuple[CutWord, ...]:
    """Return the words that are heard in clips of a cut, in order. Clips without a transcript are skipped.
    Words that several clips play at the same time, such as a picture and its sound, are listed once.
    """
    story, placed = studio.take_snapshot().story, layout(cut)
    newest = {(each.asset, each.stream): each for each in studio.require_project().facts.list_transcripts()}
    found: dict[tuple[Fraction, Fraction, SpokenWord], CutWord] = {}
    for clip in clips:
        heard = find_heard_file(story, clip.source)
        transcript = newest.get((heard.asset.id, clip.stream)) if heard else None
        if heard is None or transcript is None or clip.effects.speed <= 0:
            continue
        start = placed.get_start(clip.id)
        for each in list_clip_words(clip, transcript.words, heard.head, cut.rate):
            first, last = max(each.start, Fraction(0)), min(each.end, Fraction(clip.frames))
            if first < last:
                key = start + first, start + last, each.word
                found.setdefault(key, CutWord(clip.id, each.number, each.word, start + first, start + last))
    return tuple(sorted(found.values(), key=lambda each: (each.start, each.end, each.number)))


def make_transcript_captions(studio: Studio, cut: Cut, clips: Sequence[Clip]) -> tuple[CutCaption, ...]:
    """Return captions for the words that are heard in clips. Clips without a transcript are skipped. Raises
    Refused if no clip has words.
    """
    words: dict[tuple[Fraction, Fraction, str, str], None] = {}
    for each in list_cut_words(studio, cut, clips):
        begins, ends = (Fraction(round(at / cut.rate * 1000), 1000) for at in (each.start, each.end))
        words[begins, ends, each.word.text, each.word.speaker] = None
    if not words:
        raise Refused(
            "no clip of the cut has a transcript with words",
            f"make one first: {suggest_transcript(studio)}",
        )
    return make_word_captions(sorted(words))
