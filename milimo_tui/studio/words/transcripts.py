"""Transcripts of the open film: their sound files, their jobs, and their words in the clips of the cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from milimo_tui.core.errors import NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.words.speakers import rename_speaker
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.cut.words.word_cuts import ClipWord, CutWord, list_clip_words
from milimo_tui.cut.words.word_search import make_word_captions
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe
from milimo_tui.jobs.client.requests import JobRequest
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, AssetKind, Story
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


def find_newest_transcript(studio: Studio, asset: Asset, stream: int = 1) -> Transcript | None:
    """Return the newest transcript of a sound stream of a file, or None."""
    found = studio.require_project().facts.list_transcripts(asset.id)
    return next((each for each in reversed(found) if each.stream == stream), None)


def require_transcript(studio: Studio, asset: Asset, stream: int = 1) -> Transcript:
    """Return the newest transcript of a sound stream of a file. Raises NotFound with the command that makes
    one.
    """
    found = find_newest_transcript(studio, asset, stream)
    if found is None:
        of_stream = f"stream {stream} of {asset.name}" if stream > 1 else asset.name
        more = f" --stream {stream}" if stream > 1 else ""
        raise NotFound(f"{of_stream} has no transcript yet", f"milimo transcript make {asset.name}{more}")
    return found


def make_transcript_request(
    studio: Studio, asset: Asset, language: str, model: str, stream: int = 1
) -> JobRequest:
    """Return the request for a job that writes down the words of a file. Raises Refused for a picture."""
    if asset.kind is AssetKind.PICTURE:
        raise Refused(f"{asset.name} is a picture and has no sound", "choose a clip with sound")
    project = studio.require_project()
    spec = Transcribe(
        engine=engine_registry.find_first_engine("transcribe").name,
        input=str(project.paths.root / asset.path),
        asset=asset.id,
        stream=stream,
        language=language,
        model=model,
    )
    return _make_words_request(studio, spec, f"transcript of {asset.name}")


def make_speakers_request(studio: Studio, asset: Asset, model: str, stream: int = 1) -> JobRequest:
    """Return the request for a job that finds the speakers of a transcript. Raises NotFound without one."""
    require_transcript(studio, asset, stream)
    project = studio.require_project()
    spec = FindSpeakers(
        engine=engine_registry.find_first_engine("find_speakers").name,
        input=str(project.paths.root / asset.path),
        asset=asset.id,
        stream=stream,
        model=model,
    )
    return _make_words_request(studio, spec, f"speakers of {asset.name}")


def _make_words_request(studio: Studio, spec: Transcribe | FindSpeakers, label: str) -> JobRequest:
    """Check a spec and return the request for its job."""
    engine_registry.profile(spec.engine).check(spec)
    return JobRequest(
        spec=spec.model_dump(mode="json"),
        label=label[:300],
        project=str(studio.require_project().paths.root),
    )


def rename_transcript_speaker(
    studio: Studio, asset: Asset, stream: int, speaker: str, name: str
) -> Transcript:
    """Store the newest transcript of a stream again, with another name for a speaker. Raises NotFound."""
    old = require_transcript(studio, asset, stream)
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
    transcript = require_transcript(studio, heard.asset, clip.stream)
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
            "no clip of the cut has a transcript with words", "make one first: milimo transcript make CLIP"
        )
    return make_word_captions(sorted(words))
