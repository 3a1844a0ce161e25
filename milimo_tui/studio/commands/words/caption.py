"""Commands for captions: make, import, list, check, style and export them.

`caption_changes` has the commands that change single captions.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.ids import new_id
from milimo_tui.core.language_tags import parse_language_tag
from milimo_tui.core.time import frames_to_seconds
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.notes.marker_colours import parse_marker_colour
from milimo_tui.cut.values.captions import CaptionPlace
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.words import caption_checks, caption_edits
from milimo_tui.story.lines.dialogue_language import find_dialogue_language
from milimo_tui.studio.commands.cut.current_cut import edit_cut, find_clip, get_current_cut
from milimo_tui.studio.commands.words.caption_changes import CHANGES
from milimo_tui.studio.commands.words.caption_notes import list_late_caption_notes
from milimo_tui.studio.commands.words.named_captions import (
    TrackArgs,
    build_track_outcome,
    build_track_row,
    describe_captions,
    make_caption_command,
    parse_caption_time,
)
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import ANY, Args, arg
from milimo_tui.studio.registry.registry import Outcome
from milimo_tui.studio.render.deliveries import list_script_captions
from milimo_tui.studio.render.render_jobs import get_last_result
from milimo_tui.studio.render.script_captions import DEFAULT_TRACK, make_script_captions
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.words import captions, transcripts, translation


class CaptionMakeArgs(Args):
    track: str = arg("", longest=80, description="name of the captions (default: Captions)")
    language: str = arg(
        "", longest=35, description="language, such as en or pt-BR (default: of the dialogue)"
    )
    spoken: str = arg("", description="from transcripts instead of the script: all, or a clip")
    overwrite: bool = arg(False, description="replace captions of this name")


def _make_captions(studio: Studio, args: CaptionMakeArgs) -> Outcome:
    cut = get_current_cut(studio)
    name = check_name(args.track or DEFAULT_TRACK, "a track of captions")
    _require_free_name(studio, name, overwrite=args.overwrite)
    if args.spoken:
        clips = cut.clips if args.spoken == "all" else (find_clip(studio, args.spoken),)
        made = transcripts.make_transcript_captions(studio, cut, clips)
    else:
        made = make_script_captions(studio.take_snapshot().story, cut)
        if not made:
            raise Refused(f"no shot in “{cut.name}” has dialogue", captions.suggest_captions(studio, cut))
    language = parse_language_tag(args.language) or find_dialogue_language(studio.take_snapshot().story)
    source = "transcripts" if args.spoken else "the script"
    label = f"{format_count(len(made), 'caption')} from {source}"
    edit_cut(
        studio,
        label,
        lambda cut: caption_edits.add_caption_track(cut, made, name=name, language=language, new_id=new_id),
    )
    return build_track_outcome(studio, name, label)


def _require_free_name(studio: Studio, name: str, *, overwrite: bool) -> None:
    """Raise BadInput if the cut has captions with this name that the user may have edited."""
    cut = get_current_cut(studio)
    if not overwrite and any(track.name == name for track in cut.caption_tracks):
        raise BadInput(
            f"“{cut.name}” already has captions “{name}”",
            "name others with --track, or replace them with --overwrite",
        )


class CaptionImportArgs(Args):
    file: str = arg(description="a file of captions: .srt, .vtt, .ass, .ssa or .ttml")
    track: str = arg("", longest=80, description="name of the captions (default: the name of the file)")
    language: str = arg("", longest=35, description="language, such as en (default: as in the file)")
    at: str = arg("0", description="time in the cut at which the file begins")
    overwrite: bool = arg(False, description="replace captions of this name")


def _import_captions(studio: Studio, args: CaptionImportArgs) -> Outcome:
    path = parse_user_path(args.file).absolute()
    cut = get_current_cut(studio)
    name = check_name(args.track or path.stem, "a track of captions")
    language = parse_language_tag(args.language)
    _require_free_name(studio, name, overwrite=args.overwrite)
    content = captions.read_captions(path)
    moved = captions.move_captions_to(content.captions, parse_caption_time(cut, args.at))
    label = f"{format_count(len(moved), 'caption')} from {path.name}"
    edit_cut(
        studio,
        label,
        lambda cut: caption_edits.add_caption_track(
            cut, moved, name=name, language=language or content.language, new_id=new_id
        ),
    )
    left = [f"left out: {problem}" for problem in content.problems]
    more = f", {len(left)} left out" if left else ""
    late = list_late_caption_notes(cut, moved)
    outcome = build_track_outcome(
        studio,
        name,
        "; ".join([label + more, *late]),
        notes=[*content.notes, *late],
        left_out=list(content.problems),
    )
    return Outcome(data=outcome.data, text="\n".join([*content.notes, *left]), message=outcome.message)


class CaptionListArgs(TrackArgs):
    tracks: bool = arg(False, description="list the tracks of captions instead")


def _list_captions(studio: Studio, args: CaptionListArgs) -> Outcome:
    cut = get_current_cut(studio)
    if args.tracks or (not args.track and not cut.caption_tracks):
        rows = [build_track_row(cut, track) for track in cut.caption_tracks]
        message = "" if rows else _explain_missing_captions(studio, cut)
        return Outcome(
            data=rows, columns=("name", "language", "captions", "hidden", "place", "size"), message=message
        )
    track = caption_edits.find_caption_track(cut, args.track)
    found = describe_captions(cut, track)
    shown = [
        {**row, "start": row["timecode"], "end": row["until"], "text": row["text"].replace("\n", " / ")}
        for row in found
    ]
    return Outcome(data=found, columns=("number", "start", "end", "speaker", "text"), rows=lambda: shown)


def _explain_missing_captions(studio: Studio, cut: Cut) -> str:
    missing = f"“{cut.name}” has no captions to edit yet"
    if list_script_captions(studio.take_snapshot().story, cut):
        return f"{missing}: milimo caption make\nuntil then, a film gets captions from its script"
    return f"{missing}: {captions.suggest_captions(studio, cut)}"


class CaptionStyleArgs(TrackArgs):
    ONE_OF = ANY

    name: str | None = arg(None, longest=80, description="new name of the captions", one_line=True)
    language: str | None = arg(None, longest=35, description="language, such as en or pt-BR")
    place: Literal["bottom", "middle", "top"] | None = arg(None, description="part of the picture")
    size: float | None = arg(None, ge=0.25, le=4, description="height of the letters as a factor")
    colour: str | None = arg(None, description="colour of the letters: white, yellow … or #rrggbb")
    highlight: str | None = arg(None, description="colour of the spoken word; empty: no highlight")
    box: bool | None = arg(None, description="a dark box behind the letters")
    speakers: bool | None = arg(None, description="names of the speakers before the words")
    hidden: bool | None = arg(None, description="leave the captions out of renders")
    sync_lock: bool | None = arg(None, description="captions follow the pictures when clips move")


def _set_caption_style(studio: Studio, args: CaptionStyleArgs) -> Outcome:
    cut = get_current_cut(studio)
    track = caption_edits.find_caption_track(cut, args.track)
    fields: dict[str, Any] = args.given("track", "place", "box", "speakers", "colour", "highlight")
    if args.name is not None and not args.name.strip():
        raise BadInput("captions need a name", "milimo caption style --name English")
    if args.name is not None:
        fields["name"] = check_name(args.name, "a track of captions")
    if args.language is not None:
        fields["language"] = parse_language_tag(args.language)
    if args.place is not None:
        fields["place"] = CaptionPlace(args.place)
    if args.box is not None:
        fields["boxed"] = args.box
    if args.speakers is not None:
        fields["shows_speakers"] = args.speakers
    if args.colour is not None:
        fields["colour"] = _parse_letter_colour(args.colour) or track.colour
    if args.highlight is not None:
        fields["highlight"] = _parse_letter_colour(args.highlight)
    edit_cut(
        studio,
        f"style of the captions “{track.name}”",
        lambda cut: caption_edits.set_caption_track(cut, track.id, **fields),
    )
    cut = get_current_cut(studio)
    changed = next(each for each in cut.caption_tracks if each.id == track.id)
    return Outcome(data=build_track_row(cut, changed), message=f"changed the captions “{changed.name}”")


_LETTER_COLOURS = {"white": "#f5f4f0", "yellow": "#ffe14d", "black": "#000000", "none": "", "": ""}


def _parse_letter_colour(text: str) -> str:
    """Return a colour as #rrggbb, or an empty text. Raises BadInput."""
    word = text.strip().lower()
    if word in _LETTER_COLOURS:
        return _LETTER_COLOURS[word]
    from milimo_tui.cut.notes.marker_colours import MARKER_COLOURS

    colour = parse_marker_colour(word)
    return MARKER_COLOURS[colour].shown if colour in MARKER_COLOURS else colour


class CaptionCheckArgs(TrackArgs):
    speed: float = arg(20.0, ge=1, le=100, description="letters per second that can be read")
    line: int = arg(42, ge=5, le=200, description="characters of a line")
    lines: int = arg(2, ge=1, le=10, description="lines of a caption")
    shortest: float = arg(0.833, ge=0, le=60, description="least seconds of a caption")
    longest: float = arg(7.0, ge=0.1, le=600, description="greatest seconds of a caption")


def _check_captions(studio: Studio, args: CaptionCheckArgs) -> Outcome:
    cut = get_current_cut(studio)
    track = caption_edits.find_caption_track(cut, args.track)
    limits = caption_checks.CaptionLimits(
        args.speed, args.line, args.lines, Fraction(str(args.shortest)), Fraction(str(args.longest))
    )
    rows = caption_edits.list_track_captions(cut, track.id)
    numbers = {each.id: number for number, each in enumerate(rows, start=1)}
    length = frames_to_seconds(layout(cut).frames, cut.rate)
    found = [
        {
            "number": numbers[problem.caption.id],
            "id": problem.caption.id,
            "check": problem.check,
            "problem": problem.sentence,
            "text": problem.caption.text.replace("\n", " / "),
        }
        for problem in caption_checks.check_captions(rows, limits, length)
    ]
    captions_word = format_count(len(rows), "caption")
    message = (
        f"{format_count(len(found), 'problem')} in {captions_word}"
        if found
        else f"no problem in {captions_word}"
    )
    return Outcome(
        data=found,
        columns=("number", "check", "problem", "text"),
        message=message,
        exit_code=1 if found else 0,
    )


class CaptionTranslateArgs(TrackArgs):
    language: str = arg(longest=35, description="language of the new captions, such as German or de")
    name: str = arg(
        "", longest=80, description="name of the new captions (default: the language)", one_line=True
    )
    engine: str = arg("", description="text engine (default: of the settings)")
    model: str = arg("", description="language model (default: of the settings)")
    overwrite: bool = arg(False, description="replace captions of this name")


def _translate_captions(studio: Studio, args: CaptionTranslateArgs) -> Outcome:
    language = args.language.strip()
    if not language:
        raise BadInput("no language is named", "milimo caption translate German")
    cut = get_current_cut(studio)
    track = caption_edits.find_caption_track(cut, args.track)
    name = check_name(args.name or language, "a track of captions")
    if name == track.name:
        raise BadInput("the new captions would replace those that they translate", "name others with --name")
    _require_free_name(studio, name, overwrite=args.overwrite)
    rows = caption_edits.list_track_captions(cut, track.id)
    request = translation.make_translation_request(studio, rows, language, args.engine, args.model)
    client = studio.require_client()
    [job] = client.submit_jobs([request])
    check_job_done(wait_with_progress(studio, "translation", [job])[job])
    made = translation.read_translation(Path(client.fetch_job(job).outputs["text"]), rows)
    code = language.lower() if len(language) == 2 else ""
    label = f"{format_count(len(made), 'caption')} in {language}"
    edit_cut(
        studio,
        label,
        lambda cut: caption_edits.add_caption_track(cut, made, name=name, language=code, new_id=new_id),
    )
    notes = get_last_result(studio, job).notes
    outcome = build_track_outcome(studio, name, label, job=job, notes=list(notes))
    return Outcome(data=outcome.data, text="\n".join(notes), message=label)


class CaptionExportArgs(TrackArgs):
    file: str = arg(description="the .srt, .vtt, .ass or .ttml file to write")
    overwrite: bool = arg(False, description="replace an existing file")


def _export_captions(studio: Studio, args: CaptionExportArgs) -> Outcome:
    cut = get_current_cut(studio)
    track = caption_edits.find_caption_track(cut, args.track)
    path = parse_user_path(args.file).absolute()
    rows = caption_edits.list_track_captions(cut, track.id)
    captions.export_captions(cut, track, rows, path, overwrite=args.overwrite)
    return Outcome(
        data={"path": str(path), "captions": len(rows), "track": track.name},
        message=f"{format_count(len(rows), 'caption')} written to {path}",
    )


COMMANDS = (
    make_caption_command(
        "make",
        "Make captions",
        "make captions from the script or from transcripts",
        _make_captions,
        CaptionMakeArgs,
    ),
    make_caption_command(
        "import",
        "Import captions",
        "import subtitles: SRT, VTT, ASS or TTML",
        _import_captions,
        CaptionImportArgs,
        "file",
    ),
    make_caption_command(
        "list", "List captions", "list captions with their times", _list_captions, CaptionListArgs
    ),
    make_caption_command(
        "style",
        "Set caption style",
        "set name, language and style of captions",
        _set_caption_style,
        CaptionStyleArgs,
    ),
    make_caption_command(
        "check",
        "Check captions",
        "check reading speed, line lengths, durations and overlaps",
        _check_captions,
        CaptionCheckArgs,
    ),
    make_caption_command(
        "translate",
        "Translate captions",
        "translate captions with a language model; their times stay",
        _translate_captions,
        CaptionTranslateArgs,
        "language",
    ),
    make_caption_command(
        "export",
        "Export captions",
        "write captions as SRT, VTT, ASS or TTML",
        _export_captions,
        CaptionExportArgs,
        "file",
    ),
    *CHANGES,
)
