"""The text of the Film screen: the estimate of a render, a row for each film, and two films compared.

Pure functions from values to styled text.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rich.text import Text

from milimo_tui.core.format import format_bytes, format_clock_duration, format_count, format_elapsed_time
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.delivery.delivery import CHANNEL_LAYOUTS, Delivery, PictureFormat, SoundFormat
from milimo_tui.cut.delivery.presets import find_preset
from milimo_tui.jobs.values.states import ACTIVE, ENDED, FAILED_STATES
from milimo_tui.tui.film.preset_lines import format_batch_line
from milimo_tui.tui.jobs.job_words import describe_job_state, format_job_time, get_run_seconds
from milimo_tui.tui.terminal.theme import OFFLINE, TextStyles
from milimo_tui.tui.widgets.canvas import draw_progress_bar
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import (
    abbreviate_home,
    add_link_style,
    fit_to_cells,
    join_columns,
    join_line,
    truncate_line,
    truncate_path,
)

if TYPE_CHECKING:
    from milimo_tui.jobs.values.views import JobView
    from milimo_tui.studio.render.render_estimate import RenderEstimate
    from milimo_tui.studio.render.rendered_films import RenderedFilm
    from milimo_tui.tui.keys.keymap import InKeys

LABEL = 10
# Lines of the estimate that another preset would not change. They are left out of the brief form, except for
# the line `with` if something is added.
OF_EVERY_PRESET = ("cut", "length", "with", "frames")
# From this width in cells, a film's row also has its length, its preset and the complete date.
WHOLE_ROW = 72
SIZE_SOURCES = {"bits": "by its bit rate", "preset": "a guess, by its preset", "films": ""}


def format_estimate_lines(
    estimate: RenderEstimate,
    rate: Fraction,
    cut: str,
    span: str,
    width: int,
    ink: TextStyles,
    *,
    brief: bool = False,
) -> list[Text]:
    """Return labelled lines that describe the next render, with the labels in a column.

    `cut` is the name of the cut, and `span` the rendered range in words. A setting is only listed if it
    differs from the preset. With `brief`, return only the lines that depend on the preset.
    """
    if estimate.problem:
        return [
            join_line((f"✕ {estimate.problem}", ink.failed)),
            join_line((f"  {estimate.hint}", ink.muted)),
        ]
    delivery = estimate.delivery
    row = find_preset(delivery.preset)
    seconds = float(estimate.frames / (delivery.rate or rate))
    length = (
        f"{format_timecode(estimate.frames, delivery.rate or rate)}   {estimate.frames:,} f   "
        f"{format_clock_duration(seconds)}"
    )
    rows = [
        ("cut", join_line((cut, ink.strong), (f"   {span}", ink.text))),
        ("length", join_line((length, ink.text))),
        ("preset", join_line((row.name, ink.strong), (f"   {row.title}", ink.muted))),
        ("picture", _format_estimate_picture(estimate, ink)),
        ("sound", _format_estimate_sound(delivery, ink)),
        ("with", _format_estimate_extras(delivery, ink)),
        ("frames", _format_frame_counts(estimate, ink)),
        ("shots", _format_shot_counts(estimate, ink)),
        *_format_target_file(estimate, width - LABEL, ink),
        *(
            ("" if index else "warning", join_line((f"! {loss}", ink.stale)))
            for index, loss in enumerate(estimate.lost)
        ),
    ]
    hidden = [name for name in OF_EVERY_PRESET if brief and (name != "with" or not _list_extras(delivery))]
    rows = [row for row in rows if row[0] not in hidden]
    return [join_line((f"{label:<{LABEL}}", ink.muted), words) for label, words in rows]


def _format_estimate_picture(estimate: RenderEstimate, ink: TextStyles) -> Text:
    picture = estimate.delivery.picture
    if picture is None:
        return join_line(("none", ink.muted))
    text = join_line((f"{estimate.size} at {estimate.rate} fps", ink.text))
    if picture.bit_rate:
        passes = ", two passes" if picture.two_pass else ""
        text.append(f"   {picture.bit_rate / 1e6:g} Mbit/s{passes}", ink.text)
    elif picture.quality is not None:
        text.append(f"   quality {picture.quality}", ink.muted)
    if picture.hardware:
        text.append("   in hardware if possible", ink.muted)
    return text


def _format_estimate_sound(delivery: Delivery, ink: TextStyles) -> Text:
    text = join_line((_describe_sound_format(delivery.sound), ink.text if delivery.sound else ink.muted))
    if delivery.loudness:
        text.append(f"   {delivery.loudness.lufs:g} LUFS", ink.text)
    return text


def _format_estimate_extras(delivery: Delivery, ink: TextStyles) -> Text:
    named = _list_extras(delivery)
    return join_line((", ".join(named), ink.text)) if named else join_line(("nothing added to it", ink.muted))


def _list_extras(delivery: Delivery) -> list[str]:
    """Return what a render adds to the picture or the file, such as `captions` or `subtitles inside`."""
    burns = delivery.burns
    words = [
        "timecode" if burns.timecode else "",
        "captions" if burns.captions else "",
        f"watermark {burns.watermark}" if burns.watermark else "",
        f"slate {burns.slate} s" if burns.slate else "",
        _describe_subtitles(delivery),
        format_count(len(delivery.chapters), "chapter") if delivery.chapters else "",
        f"stems by {delivery.stems}" if delivery.stems else "",
    ]
    return [word for word in words if word]


def _describe_subtitles(delivery: Delivery) -> str:
    """Return the kind of subtitles and their languages; empty if there are none."""
    if delivery.subtitles == "none":
        return ""
    kind = "subtitles inside" if delivery.subtitles == "embedded" else f"subtitles as .{delivery.subtitles}"
    languages = ", ".join(track.language or track.name for track in delivery.subtitle_tracks)
    return f"{kind}: {languages}" if languages else kind


def _format_frame_counts(estimate: RenderEstimate, ink: TextStyles) -> Text:
    """Return the number of frames for each method of encoding: copied without encoding, passed to the encoder
    as decoded, and composited before encoding. Methods with zero frames are left out. For a delivery without
    a picture, return `none`.
    """
    if estimate.delivery.picture is None:
        return join_line(("none", ink.muted))
    counts = (("copied", estimate.copied), ("passed", estimate.passed), ("composited", estimate.composited))
    return join_line(("   ".join(f"{count:,} {name}" for name, count in counts if count), ink.text))


def _format_shot_counts(estimate: RenderEstimate, ink: TextStyles) -> Text:
    text = join_line((f"● {estimate.takes} with a take", ink.picked if estimate.takes else ink.muted))
    if estimate.boards:
        text.append(f"   ◐ {estimate.boards} on a board", ink.stale)
    if estimate.slates:
        text.append(f"   ○ {estimate.slates} on a slate", ink.stale)
    if estimate.offline:
        text.append(f"   {OFFLINE} {estimate.offline} offline", ink.failed)
    if estimate.previs:
        text.append("   marked noise" if estimate.noise else "   marked previs", ink.muted)
    return text


def _format_target_file(estimate: RenderEstimate, width: int, ink: TextStyles) -> list[tuple[str, Text]]:
    """Return labelled lines with the path of the target file and its estimated size: one line if both fit,
    otherwise two.
    """
    size = estimate.bytes
    source = f"as {format_count(size.films, 'film')} here" if size.films else SIZE_SOURCES[size.source]
    about = f"about {format_bytes(size.bytes)}, {source}"
    target = abbreviate_home(estimate.target)
    name = target if estimate.files == 1 else f"{target} and {estimate.files - 1} more"
    if len(name) + len(about) + 3 <= width:
        return [("file", join_line((name, ink.text), (f"   {about}", ink.muted)))]
    return [
        ("file", join_line((truncate_path(name, width), ink.text))),
        ("size", join_line((about, ink.muted))),
    ]


def format_render_job(
    job: JobView | None, estimate: RenderEstimate, together: Sequence[str], ink: TextStyles, in_keys: InKeys
) -> Text:
    """Return the progress of the current render. If no render is running, return the key that starts one.

    `together` are the presets marked to be rendered as one batch.
    """
    if job is not None and job.state not in ENDED:
        glyph, word, colour = describe_job_state(job)
        share = float(job.progress or 0.0)
        text = join_line((f"{glyph} {word}  ", getattr(ink, colour)))
        if job.state in ACTIVE:
            text.append(draw_progress_bar(share, 30), ink.working)
            left = format_job_time(job)
            text.append(f"  {share * 100:.0f} %{f'   {left} left' if left else ''}", ink.text)
        return text
    if together:
        return format_batch_line(together, ink, in_keys)
    if job is not None and job.state in FAILED_STATES:
        again = in_keys("   {ui.render} tries again")
        return join_line((f"✕ {job.error or job.reason}", ink.failed), (again, ink.muted))
    if estimate.problem:
        return join_line()
    if estimate.done_before:
        return join_line(("● ", ink.picked), ("already rendered; nothing has changed since", ink.text))
    seconds = get_run_seconds(job) if job is not None else None
    text = join_line((in_keys("{ui.render}"), ink.key), ("  renders it", ink.text))
    delivery = estimate.delivery
    for act, setting, is_free in (
        ("{ui.loudness}", "loudness", delivery.sound is not None and not delivery.loudness),
        ("{ui.subtitles}", "subtitles", delivery.picture is not None and delivery.subtitles == "none"),
    ):
        if is_free:
            text.append_text(join_line(("   ", ink.text), (in_keys(act), ink.key), (f" {setting}", ink.text)))
    if seconds is not None:
        text.append(f"   the last one took {format_elapsed_time(seconds)}", ink.muted)
    return text


def build_film_row(film: RenderedFilm, marked: bool, width: int, ink: TextStyles) -> Row:
    """Return a film's row: its name, length, preset, size and check result at the left, its date at the
    right.

    `marked` means that the film is marked for comparison.
    """
    there, name = film.is_there, film.path.name
    whole = width >= WHOLE_ROW
    wide = max(14, min(48, width - (54 if whole else 24)))
    glyph, style = choose_check_glyph(film, ink)
    cells = [
        ("▸" if marked else "", 1, ink.accent),
        (name if there else f"{OFFLINE} {name}", wide, ink.text if there else ink.failed),
        (f"{film.frames:,} f", -9, ink.text),
        (film.preset, 10, ink.muted),
        (_format_film_size(film), -8, ink.muted),
        (glyph, 1, style),
    ]
    text = join_columns(cells if whole else [*cells[:2], *cells[4:]], 1)
    date = "%Y-%m-%d %H:%M" if whole else "%d %b"
    date_text = time.strftime(date, time.localtime(film.created)) if film.created else ""
    return Row(film.key, text, join_line((date_text, ink.muted)), search=name)


def _format_film_size(film: RenderedFilm) -> str:
    return format_bytes(film.bytes) if film.bytes else ""


def choose_check_glyph(film: RenderedFilm, ink: TextStyles) -> tuple[str, Any]:
    """Return the glyph and style for the result of a film's check: `!` if the check found failures or
    warnings, otherwise `●`. The glyph is empty if the film was not checked.
    """
    report = film.check
    if report is None:
        return "", ink.muted
    worst = {finding.level for finding in report.findings}
    return ("!", ink.stale) if worst & {"failed", "warning"} else ("●", ink.picked)


def list_film_facts(film: RenderedFilm) -> dict[str, str]:
    """Return the facts about a film by name. They are shown for one film, or compared with those of a second
    film.
    """
    report = film.check
    facts = {
        "cut": film.name or film.cut,
        "preset": film.preset,
        "length": f"{film.frames:,} f, {format_clock_duration(film.seconds)}",
        **_list_delivery_facts(film.delivery),
        "on disk": _format_film_size(film),
    }
    if film.seconds:
        facts["bit rate"] = f"{film.bytes * 8 / film.seconds / 1e6:.2f} Mbit/s"
    loud = report.lufs if report else None
    return facts | {
        "loudness": "not known" if loud is None else f"{loud:.1f} LUFS",
        "check": _describe_film_check(film),
    }


def _list_delivery_facts(delivery: Delivery | None) -> dict[str, str]:
    if delivery is None:
        return {}  # The delivery settings can't be read, because another version of the program wrote them.
    burns = (name for name, value in delivery.burns.model_dump().items() if value)
    return {
        "size": f"{delivery.width} × {delivery.height}" if delivery.width else "the cut's",
        "rate": f"{float(delivery.rate):.6g} fps" if delivery.rate else "the cut's",
        "picture": _describe_picture_format(delivery.picture),
        "sound": _describe_sound_format(delivery.sound),
        "burnt in": ", ".join(burns) or "nothing",
        "subtitles": _describe_subtitles(delivery) or "none",
    }


def _describe_picture_format(picture: PictureFormat | None) -> str:
    if picture is None:
        return "none"
    if picture.bit_rate:
        return f"{picture.codec}, {picture.bit_rate / 1e6:g} Mbit/s"
    kept = picture.profile or ("" if picture.quality is None else f"quality {picture.quality}")
    return f"{picture.codec}, {kept}" if kept else picture.codec


def _describe_sound_format(sound: SoundFormat | None) -> str:
    if sound is None:
        return "none"
    rate = f" {sound.bit_rate // 1000} kbit/s" if sound.bit_rate else ""
    return f"{sound.codec.replace('_', ' ')}{rate}, {CHANNEL_LAYOUTS[sound.channels]}"


def format_film_facts(film: RenderedFilm, width: int, ink: TextStyles) -> list[Text]:
    """Return a film's facts, one line each, under its file name."""
    style = add_link_style(ink.strong, str(film.path)) if film.is_there else ink.strong
    head = join_line((fit_to_cells(film.path.name, width).rstrip(), style))
    return [
        head,
        *(
            join_line((f"{name:<{LABEL}}", ink.muted), (value[: max(4, width - LABEL)], ink.text))
            for name, value in list_film_facts(film).items()
        ),
    ]


def _describe_film_check(film: RenderedFilm) -> str:
    report = film.check
    if report is None:
        return "by another version" if film.report else "not checked"
    found = [finding for finding in report.findings if finding.level != "note"]
    return format_count(len(found), "finding") if found else "no problems found"


def build_film_comparison_rows(
    one: RenderedFilm, other: RenderedFilm, width: int, ink: TextStyles
) -> list[Row]:
    """Return a row for each fact about two films. Facts that differ are highlighted."""
    left, right = list_film_facts(one), list_film_facts(other)
    half = max(16, (width - LABEL - 6) // 2)
    names = (one.path.name, other.path.name)
    rows = [
        Row(
            "",
            join_line(
                (fit_to_cells("", LABEL + 2), ink.muted),
                (fit_to_cells(names[0], half), ink.strong),
                (names[1], ink.strong),
            ),
        )
    ]
    for name in left:
        differs = left[name] != right[name]
        style = ink.text if differs else ink.muted
        rows.append(
            Row(
                name,
                join_line(
                    ("≠ " if differs else "  ", ink.accent),
                    (fit_to_cells(name, LABEL), ink.muted),
                    (fit_to_cells(left[name], half), style),
                    (right[name], style),
                ),
            )
        )
    return rows


def describe_render_range(rate: Fraction, span: tuple[int, int] | None, *, scenes: bool) -> str:
    """Return the rendered range in words. `span` has the first frame and the frame after the last; None means
    the complete cut. With `scenes`, every scene becomes a file.
    """
    if span is None:
        return "a file for every scene" if scenes else "the entire cut"
    ends = format_timecode(span[0], rate), format_timecode(span[1] - 1, rate)
    return f"{ends[0]} – {ends[1]}, in to out{', a file per scene' if scenes else ''}"


def format_fetch_line(
    film: RenderedFilm, connection: str, ink: TextStyles, in_keys: InKeys, width: int
) -> Text:
    """Return the shell line that fetches a film to the user's own machine, with the key that copies the line.

    `connection` is the SSH_CONNECTION of the user's terminal. If the film's file is missing, return a line
    that reports this.
    """
    if not film.is_there:
        again = in_keys("   {ui.render} renders it again")
        return join_line((f"{OFFLINE} its file is missing", ink.failed), (again, ink.muted))
    from milimo_tui.studio.machine.scp_line import format_scp_line as fetching_line

    head = join_line(("on your laptop", ink.muted), (in_keys("   {ui.copy_line} copies it"), ink.muted))
    words = Text("\n").join(
        [head, truncate_line(join_line((fetching_line(film.path, connection), ink.text)), width)]
    )
    words.no_wrap = True
    return words
