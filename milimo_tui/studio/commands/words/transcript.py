"""Commands for transcripts: make, show and search them, and cut clips by their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.errors import Ambiguous, BadInput, NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode, parse_time
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut
from milimo_tui.cut.words import word_cuts, word_plan
from milimo_tui.cut.words.filler_words import parse_own_fillers
from milimo_tui.cut.words.speakers import list_speakers
from milimo_tui.cut.words.transcripts import SpokenWord, Transcript
from milimo_tui.cut.words.word_cuts import ClipWord
from milimo_tui.cut.words.word_search import find_phrase, parse_word_ranges
from milimo_tui.story.lines.dialogue_language import detect_dialogue_language, parse_language_code
from milimo_tui.story.values.film import Asset
from milimo_tui.studio.commands.cut.current_cut import edit_cut, find_clip, get_clip_name, get_current_cut
from milimo_tui.studio.commands.shot.conditioning import import_or_find_asset
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.words import transcripts

_RECOGNISED = "auto"  # The language that a model recognises itself.
LINE_WORDS = 12  # Number of words of a line of a transcript as text.


class TranscriptMakeArgs(Args):
    source: str = arg(description="a clip of the cut, a media file, or an asset")
    stream: int = arg(0, ge=0, le=1000, description="number of the sound stream (default: of the clip, or 1)")
    language: str = arg(
        "", longest=35, description="language, such as en; auto: recognised (default: of the film)"
    )
    model: str = arg("", description="id of weights (default: the selected model)")
    detach: bool = arg(False, description="queue the work and return at once")


def _choose_language(studio: Studio, given: str) -> str:
    """Return the code of the language that the model should hear: the given one, or else that of the film's
    settings. Empty if the model should recognise the language. Raises BadInput.
    """
    if given.strip().lower() == _RECOGNISED:
        return ""
    code = parse_language_code(given) or studio.take_snapshot().story.project.language
    return code.partition("-")[0]


def _make_transcript(studio: Studio, args: TranscriptMakeArgs) -> Outcome:
    source = _find_spoken_source(studio, args.source)
    if args.stream:
        source = replace(source, stream=args.stream)
    language = _choose_language(studio, args.language)
    request = transcripts.make_transcript_request(studio, source, language, args.model)
    [job] = studio.require_client().submit_jobs([request])
    data: dict[str, Any] = {"job": job, "asset": source.asset.id}
    if args.detach:
        return Outcome(data=data, message=f"queued the {request.label}")
    done = wait_with_progress(studio, "transcript", [job])[job]
    check_job_done(done)
    transcript = transcripts.require_transcript(studio, source)
    data |= _build_transcript_data(transcript, source.asset)
    words = format_count(len(transcript.words), "word") if transcript.words else ""
    words += " with estimated times" if words and transcript.is_estimated else ""
    return Outcome(
        data=data,
        text=_format_spoken_words(transcript.words),
        message=f"{words} in {source.title}" if words else f"no words were heard in {source.title}",
    )


def _find_spoken_source(studio: Studio, name: str) -> transcripts.SpokenSource:
    """Return the sound stream of the file that a clip plays, or of the file or asset with this name. Raises
    NotFound.
    """
    cut = studio.take_snapshot().cut
    if cut is not None:
        with suppress(NotFound):
            try:
                clip = find_clip(studio, name)
            except Ambiguous:
                clip = next(each for each in cut.clips if name in (each.label, get_clip_name(studio, each)))
            shown = get_clip_name(studio, clip)
            heard = transcripts.require_heard_file(studio.take_snapshot().story, clip, shown)
            return transcripts.SpokenSource(heard.asset, shown, clip.stream)
    asset = import_or_find_asset(studio, name)
    return transcripts.SpokenSource(asset, asset.name)


def _build_transcript_data(transcript: Transcript, asset: Asset) -> dict[str, Any]:
    return {
        "id": transcript.id,
        "asset": asset.id,
        "file": asset.name,
        "language": transcript.language,
        "model": transcript.model,
        "estimated_times": transcript.is_estimated,
        "speakers": list(list_speakers(transcript.words)),
        "words": [_build_word_row(number, word) for number, word in enumerate(transcript.words, start=1)],
    }


def _build_word_row(number: int, word: SpokenWord) -> dict[str, Any]:
    return {
        "number": number,
        "start": word.start / 1000,
        "end": word.end / 1000,
        "text": word.text,
        "speaker": word.speaker,
    }


def _format_spoken_words(words: tuple[SpokenWord, ...]) -> str:
    """Return words as lines. Each line begins with the time and the number of its first word. Another speaker
    begins a new line with the name.
    """
    lines: list[str] = []
    at = 0
    while at < len(words):
        speaker, end = words[at].speaker, at + 1
        while end < min(len(words), at + LINE_WORDS) and words[end].speaker == speaker:
            end += 1
        row = words[at:end]
        seconds, milliseconds = divmod(row[0].start, 1000)
        time = f"{seconds // 60:3}:{seconds % 60:02}.{milliseconds // 100}"
        name = f"{speaker}: " if speaker and (not at or words[at - 1].speaker != speaker) else ""
        lines.append(f"{time}  {at + 1:5}  {name}{' '.join(word.text for word in row)}")
        at = end
    return "\n".join(lines)


class TranscriptSpeakersArgs(Args):
    source: str = arg(description="a clip of the cut, or an asset, with a transcript")
    rename: str = arg("", longest=80, description="rename this speaker, such as “Speaker 1”")
    name: str = arg("", longest=80, description="the new name", one_line=True)
    model: str = arg("", description="id of weights (default: the selected diarization model)")
    detach: bool = arg(False, description="queue the work and return at once")


def _find_or_rename_speakers(studio: Studio, args: TranscriptSpeakersArgs) -> Outcome:
    source = _find_spoken_source(studio, args.source)
    if args.rename or args.name:
        name = " ".join(args.name.split())
        if not args.rename or not name:
            raise BadInput("a speaker and a new name are needed", '--rename "Speaker 1" --name Mara')
        renamed = transcripts.rename_transcript_speaker(studio, source, args.rename, name)
        return _describe_speakers(renamed, source.asset, {}, f"renamed {args.rename} to {name}")
    request = transcripts.make_speakers_request(studio, source, args.model)
    [job] = studio.require_client().submit_jobs([request])
    if args.detach:
        return Outcome(data={"job": job, "asset": source.asset.id}, message=f"queued the {request.label}")
    check_job_done(wait_with_progress(studio, "speakers", [job])[job])
    found = transcripts.require_transcript(studio, source)
    count = format_count(len(list_speakers(found.words)), "speaker")
    return _describe_speakers(found, source.asset, {"job": job}, f"{count} in {source.title}")


def _describe_speakers(transcript: Transcript, asset: Asset, data: dict[str, Any], message: str) -> Outcome:
    data |= _build_transcript_data(transcript, asset)
    return Outcome(data=data, text=_format_spoken_words(transcript.words), message=message)


class TranscriptShowArgs(Args):
    source: str = arg(description="a clip of the cut, or an asset")


def _show_transcript(studio: Studio, args: TranscriptShowArgs) -> Outcome:
    source = _find_spoken_source(studio, args.source)
    transcript = transcripts.require_transcript(studio, source)
    return Outcome(
        data=_build_transcript_data(transcript, source.asset),
        text=_format_spoken_words(transcript.words),
        message="" if transcript.words else f"no words were heard in {source.title}",
    )


class TranscriptFindArgs(Args):
    words: str = arg(description="words to find; the last one may be incomplete")


def _find_words(studio: Studio, args: TranscriptFindArgs) -> Outcome:
    story, cut = studio.take_snapshot().story, studio.take_snapshot().cut
    newest = {(each.asset, each.stream): each for each in studio.require_project().facts.list_transcripts()}
    rows: list[dict[str, Any]] = []
    assets = {asset.id: asset for asset in story.assets}
    for (id, _), transcript in newest.items():
        asset = assets.get(id)
        for first, last in find_phrase(transcript.words, args.words) if asset else ():
            assert asset is not None
            said = " ".join(word.text for word in transcript.words[first - 1 : last])
            rows.append(
                {
                    "file": asset.name,
                    "asset": asset.id,
                    "first": first,
                    "last": last,
                    "words": said,
                    "start": transcript.words[first - 1].start / 1000,
                    "clips": _find_clip_places(studio, cut, asset, transcript, first) if cut else [],
                }
            )
    shown = [{**row, "at": ", ".join(place["timecode"] for place in row["clips"])} for row in rows]
    return Outcome(
        data=rows,
        columns=("file", "first", "last", "start", "at", "words"),
        rows=lambda: shown,
        message="" if rows else f"nobody says “{args.words}”, as far as there are transcripts",
    )


def _find_clip_places(
    studio: Studio, cut: Cut, asset: Asset, transcript: Transcript, number: int
) -> list[dict[str, Any]]:
    """Return the clips of the cut in which a word begins, with the frames of the cut."""
    story, placed = studio.take_snapshot().story, layout(cut)
    places = []
    for clip in cut.clips:
        heard = transcripts.find_heard_file(story, clip.source)
        is_other = heard is not None and (heard.asset.id, clip.stream) != (asset.id, transcript.stream)
        if heard is None or is_other or clip.effects.speed <= 0:
            continue
        for each in word_cuts.list_clip_words(clip, transcript.words, heard.head, cut.rate):
            if each.number == number and 0 <= each.start < clip.frames:
                frame = placed.get_start(clip.id) + int(each.start)
                places.append({"clip": clip.id, "frame": frame, "timecode": format_timecode(frame, cut.rate)})
    return places


class TranscriptCutArgs(Args):
    clip: str = arg(description="a clip (its id, 3B, or its name)")
    words: str = arg(description="numbers of the words to delete: 12, 12-15 or 3,12-15")


def _cut_words(studio: Studio, args: TranscriptCutArgs) -> Outcome:
    found = _read_clip_words(studio, (args.clip,))
    transcript = found[0].transcript
    numbers = {
        number
        for first, last in parse_word_ranges(args.words, len(transcript.words))
        for number in range(first, last + 1)
    }
    missing = numbers - {word.number for each in found for word in each.heard}
    if missing:
        raise NotFound(
            f"{args.clip} does not play word {min(missing)}", f"milimo transcript show {args.clip}"
        )
    ranges = {
        each.clip.id: word_cuts.find_word_ranges(each.heard, numbers, each.clip.frames) for each in found
    }
    said = " ".join(transcript.words[number - 1].text for number in sorted(numbers))
    outcome = edit_cut(
        studio,
        f"cut the words “{said if len(said) <= 40 else f'{said[:39]}…'}”",
        lambda cut: _remove_ranges(cut, ranges),
    )
    removed = sum(end - start for each in ranges.values() for start, end in word_cuts.join_ranges(each))
    return Outcome(
        data={**outcome.data, "removed": removed, "words": sorted(numbers)},
        message=f"{outcome.message}, {format_count(removed, 'frame')}",
    )


def _remove_ranges(cut: Cut, ranges: Mapping[str, Sequence[tuple[int, int]]]) -> Cut:
    """Remove ranges of frames from clips, the last clip first."""
    placed = layout(cut)
    for id in sorted(ranges, key=placed.get_start, reverse=True):
        if ranges[id]:
            cut = word_cuts.remove_clip_ranges(cut, id, ranges[id], new_id=new_id)
    return cut


@dataclass(frozen=True, slots=True)
class _HeardClip:
    """A clip with the transcript of its file, and the words that are heard in the clip."""

    clip: Clip
    transcript: Transcript
    heard: tuple[ClipWord, ...]


def _read_clip_words(studio: Studio, names: Sequence[str]) -> tuple[_HeardClip, ...]:
    """Return the clips with these names and their words. Clips that are linked to one of them, such as the
    sound of a picture, are left out.
    """
    cut = get_current_cut(studio)
    chosen: dict[str, Clip] = {}
    for name in names:
        try:
            clips = [find_clip(studio, name)]
        except Ambiguous:
            clips = [clip for clip in cut.clips if name in (clip.label, get_clip_name(studio, clip))]
        for clip in clips:
            chosen.setdefault(clip.link or clip.id, clip)
    return tuple(
        _HeardClip(clip, *transcripts.list_words_of_clip(studio, cut, clip, get_clip_name(studio, clip)))
        for clip in chosen.values()
    )


class TranscriptTidyArgs(Args):
    clips: tuple[str, ...] = arg(description="clips (id, 3B, or name)")
    silence: str = arg("0.8s", description="longest silence that stays")
    remaining: str = arg("0.3s", description="time that remains of a longer silence")
    no_silences: bool = arg(False, description="leave silences as they are")
    no_fillers: bool = arg(False, description="leave filler words such as “um”")
    skip: str = arg("", description="numbers of ranges to leave as they are: 3 or 3,12-15")
    dry_run: bool = arg(False, description="only list what would be removed, with the reasons")


def _tidy_clips(studio: Studio, args: TranscriptTidyArgs) -> Outcome:
    plan = _plan_removals(studio, args)
    skipped = parse_word_ranges(args.skip, len(plan), "ranges") if args.skip else ()
    removals = [
        (number, each)
        for number, each in enumerate(plan, start=1)
        if not any(first <= number <= last for first, last in skipped)
    ]
    rate = get_current_cut(studio).rate
    rows = [each.build_row(number, rate) for number, each in removals]
    columns = ("number", "at", "seconds", "kind", "reason")
    if not removals:
        return Outcome(data=rows, columns=columns, message="nothing to remove")
    frames = sum(each.removal.frames for _, each in removals)
    shorter = f"{float(frames / rate):.2f} s shorter"
    if args.dry_run:
        count = format_count(len(removals), "range")
        return Outcome(data=rows, columns=columns, message=f"{count} to remove, {shorter}")
    label = f"remove {format_count(len(removals), 'silence or filler word', 'silences and filler words')}"
    ranges: dict[str, list[tuple[int, int]]] = {}
    for _, each in removals:
        ranges.setdefault(each.clip, []).append((each.removal.start, each.removal.end))
    edit_cut(studio, label, lambda cut: _remove_ranges(cut, ranges))
    return Outcome(data=rows, columns=columns, message=f"{label}, {shorter}")


@dataclass(frozen=True, slots=True)
class _CutRemoval:
    """A planned removal from a clip, by the clip's id. `start` is its first frame in the cut."""

    clip: str
    start: int
    removal: word_plan.PlannedRemoval

    def build_row(self, number: int, rate: Fraction) -> dict[str, Any]:
        """Return the row of the plan with this number."""
        return {
            "number": number,
            "at": format_timecode(self.start, rate),
            "seconds": round(float(self.removal.frames / rate), 2),
            "kind": self.removal.kind,
            "reason": self.removal.reason,
            "start": self.start,
            "end": self.start + self.removal.frames,
            "clip": self.clip,
        }


def _plan_removals(studio: Studio, args: TranscriptTidyArgs) -> list[_CutRemoval]:
    """Return the ranges to remove from the clips, in the order of the cut."""
    cut = get_current_cut(studio)
    longest, remaining = parse_time(args.silence, cut.rate), parse_time(args.remaining, cut.rate)
    if remaining >= longest:
        raise BadInput(
            "the remaining time must be shorter than the silence", "--silence 0.8s --remaining 0.3s"
        )
    limits = word_plan.TidyLimits(
        longest,
        remaining,
        silences=not args.no_silences,
        fillers=not args.no_fillers,
        own_fillers=parse_own_fillers(studio.settings.filler_words),
    )
    placed = layout(cut)
    plan = []
    for each in _read_clip_words(studio, args.clips):
        words = each.transcript.words
        language = each.transcript.language or detect_dialogue_language(word.text for word in words)
        start = placed.get_start(each.clip.id)
        found = word_plan.plan_removals(each.heard, each.clip.frames, cut.rate, language, limits)
        plan += [_CutRemoval(each.clip.id, start + removal.start, removal) for removal in found]
    return sorted(plan, key=lambda each: each.start)


def _make_word_command(id: str, title: str, help: str, run: Any, args: Any, *positional: str) -> Command:
    return Command(
        f"transcript.{id}",
        title,
        help,
        run,
        args,
        refuse_without_film,
        cli=f"transcript {id}",
        positional=positional,
    )


COMMANDS = (
    _make_word_command(
        "make",
        "Make a transcript",
        "write down what is said in a clip or file, with the times of words",
        _make_transcript,
        TranscriptMakeArgs,
        "source",
    ),
    _make_word_command(
        "speakers",
        "Find speakers",
        "find out who speaks each word, and rename speakers",
        _find_or_rename_speakers,
        TranscriptSpeakersArgs,
        "source",
    ),
    _make_word_command(
        "show", "Show a transcript", "show the words of a clip or file", _show_transcript,
        TranscriptShowArgs, "source",
    ),
    _make_word_command(
        "find", "Find spoken words", "find words in all transcripts", _find_words, TranscriptFindArgs, "words"
    ),
    _make_word_command(
        "cut",
        "Cut words",
        "delete words of a clip, and close the gap",
        _cut_words,
        TranscriptCutArgs,
        "clip",
    ),
    _make_word_command(
        "tidy",
        "Remove silences and filler words",
        "remove long silences and filler words of clips",
        _tidy_clips,
        TranscriptTidyArgs,
        "clips",
    ),
)  # fmt: skip
