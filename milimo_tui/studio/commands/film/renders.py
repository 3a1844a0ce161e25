"""Commands that render a film with a preset, and list the rendered films."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.core.time import parse_frame
from milimo_tui.cut.delivery.losses import describe_losses
from milimo_tui.cut.delivery.plan_text import describe_plan
from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.delivery.render_methods import count_render_methods
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.cut.plan.report import CheckReport
from milimo_tui.cut.plan.report_text import format_report
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.studio.commands.cut.current_cut import find_cut
from milimo_tui.studio.commands.film.outputs import RenderOutput, parse_outputs, require_distinct_targets
from milimo_tui.studio.machine import scp_line, tmux
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.registry.start_time import format_start_note, parse_optional_start
from milimo_tui.studio.render import deliveries, render_jobs
from milimo_tui.studio.render.deliveries import RenderOrder
from milimo_tui.studio.render.film_delivery import apply_film_delivery
from milimo_tui.studio.render.rendered_films import list_rendered_films
from milimo_tui.studio.session.studio import Studio

NOISE_NOTE = (
    "This film shows noise, because it was made with tiny random weights. Real weights: milimo model list"
)
# Names of the frame counts in the data of a render: frames copied, passed (decoded and encoded again) and
# composited. They are null while the render runs, and 0 if an earlier render was reused.
FRAME_COUNTS = ("copied", "passed", "composited")
MOST_NOTES = 5  # The number of notes of a check that are printed for each film.


SUBTITLES_HELP = "srt or vtt next to the film, or embedded; embedded=en,de or embedded=all chooses captions"
BURN_HELP = "burn into the picture: timecode, captions[=LANGUAGE], watermark[=WORDS], slate[=SECONDS]"


class RenderArgs(Args):
    HEADINGS = (
        "Output: output preset also scenes cuts range stems subtitles",
        "Picture: size rate quality bitrate two_pass hardware burn damaged no_smart_copy",
        "Sound: silent channels sample_rate loudness",
        "Queue: plan detach not_before",
    )

    output: str = arg("", description="the file to write, or a folder (default: renders/ of the film)")
    preset: str = arg("", description="delivery preset; milimo run film.presets lists them")
    range: str = arg("", description="range IN..OUT, OUT exclusive: 0..250, 2s..10s or 1:00..2:00")
    scenes: bool = arg(False, description="write a file for every scene")
    cuts: str = arg("", description="write a file for each cut: all, or names separated by commas")
    size: str = arg("", description="1280x720, 720p or 50% (default: size of the cut)")
    rate: str = arg("", description="frames per second, such as 25 or 29.97 (default: of the cut)")
    quality: int | None = arg(
        None, ge=0, le=100, description="quality on the encoder's scale: 0 to 51 in H.264"
    )
    bitrate: str = arg("", description="bit rate, 8M or 800k, instead of a quality")
    two_pass: bool = arg(False, description="encode in two passes, to meet the bit rate")
    hardware: bool = arg(False, description="use a hardware encoder if a test encode succeeds")
    silent: bool = arg(False, description="leave out the sound")
    channels: int = arg(0, ge=0, le=6, description="sound channels: 1, 2, or 6 for 5.1")
    sample_rate: int = arg(0, ge=0, le=192_000, description="sound samples per second (default: of the film)")
    loudness: str = arg("", description="loudness: cinema, atsc, r128, speech, web, LUFS[,dBTP], or none")
    subtitles: str = arg("", description=SUBTITLES_HELP)
    burn: tuple[str, ...] = arg((), description=BURN_HELP)
    stems: Literal["", "track", "role", "bus"] = arg(
        "", bare="track", description="also write sound files: one for each track (default), role or bus"
    )
    no_smart_copy: bool = arg(False, description="encode everything, even frames that could be copied")
    damaged: OnDamage = arg(
        OnDamage.REFUSE, description="for damaged files: hold the last good frame, or show black"
    )
    plan: bool = arg(False, description="only print what would be rendered")
    detach: bool = arg(False, description="queue the job and return")
    not_before: str = arg(
        "", description="queue the present cut, return, and start at 23:00, +2h, 2026-11-21 06:30"
    )
    also: tuple[str, ...] = arg(
        (), description='more outputs in one batch, for example prores or "gif size=480p output=a.gif"'
    )


def build_delivery_request(args: RenderArgs) -> DeliveryRequest:
    """Build the delivery request (preset and its settings) from the arguments of `render`. The range of
    frames and the target file are not part of the request.
    """
    return DeliveryRequest(
        preset=args.preset,
        size=args.size,
        rate=args.rate,
        quality=args.quality,
        bitrate=args.bitrate,
        two_pass=args.two_pass,
        hardware=args.hardware,
        silent=args.silent,
        channels=args.channels,
        sample_rate=args.sample_rate,
        loudness=args.loudness,
        subtitles=args.subtitles,
        burn=args.burn,
        stems=args.stems,
        smart_copy=not args.no_smart_copy,
        damaged=args.damaged,
    )


def parse_render_range(studio: Studio, text: str) -> tuple[int, int | None]:
    """Parse `IN..OUT` into the first frame and the end (exclusive) of a range of the current cut. An end of
    None means the end of the cut. Raises BadInput.
    """
    if not text:
        return 0, None
    cut = studio.take_snapshot().cut
    rate = cut.rate if cut else studio.take_snapshot().story.project.rate
    for mark in ("..", "-", ","):
        if mark in text:
            start, _, end = text.partition(mark)
            break
    else:
        parts = text.split(":")
        half, odd = divmod(len(parts), 2)
        if odd:
            raise BadInput(f"“{text}” is not a range", "write START..END, for example 0:10:00..0:20:00")
        start, end = ":".join(parts[:half]), ":".join(parts[half:])
    first = parse_frame(start, rate) if start else 0
    last = parse_frame(end, rate) if end else None
    if last is not None and last <= first:
        raise BadInput(
            f"the range {text} ends before it starts", "write START..END, for example 0:10:00..0:20:00"
        )
    return first, last


def find_cuts_to_render(studio: Studio, words: str) -> tuple[Cut, ...]:
    """Find the cuts that the user wants to render. `words` are names or ids separated by commas. `all` means
    every cut that is not shown as a clip of another cut. Raises NotFound.
    """
    cuts = studio.take_snapshot().cuts
    if words.strip() == "all":
        inside = {clip.source.ref for cut in cuts for clip in cut.clips if clip.source.kind is SourceKind.CUT}
        return tuple(cut for cut in cuts if cut.id not in inside and cut.clips)
    found = [find_cut(studio, name.strip()) for name in words.split(",") if name.strip()]
    return tuple(dict.fromkeys(found))


def _render_film(studio: Studio, args: RenderArgs) -> Outcome:
    if args.cuts and args.range:
        raise BadInput(
            "a range belongs to one cut, but several cuts are named", "leave --range or --cuts out"
        )
    request, reused = apply_film_delivery(studio.require_project(), build_delivery_request(args), args.output)
    first = RenderOutput(request, args.output)
    orders: tuple[RenderOrder, ...] = ()
    for each in (first, *parse_outputs(args.also, first.request)):
        orders += _make_render_orders(studio, args, each)
    if args.also:
        require_distinct_targets(orders)
    if args.plan:
        return _report_render_plan(orders)
    begins = parse_optional_start(args.not_before, HOST.now())
    jobs = render_jobs.queue_render(studio, orders, begins)
    films = [_build_order_data(order, job) for order, job in zip(orders, jobs, strict=True)]
    for row in films:
        row["notes"] = [*reused, *row["notes"]]
    _add_earlier_reports(studio, films)
    if not any(jobs):
        return Outcome(
            data=_sum_render_data(films),
            text="\n".join([*_collect_render_notes(films), _format_render_targets(orders)]),
            message="nothing has changed since it was rendered",
        )
    if args.detach or begins is not None:
        queued = ", ".join(order.target.name for order, job in zip(orders, jobs, strict=True) if job)
        late = format_start_note(begins, HOST.now())
        return Outcome(
            data=_sum_render_data(films),
            text="\n".join(_collect_render_notes(films)),
            message=f"queued {queued}{late}",
        )
    render_jobs.wait_for_renders(studio, [job for job in jobs if job])
    for row, job in zip(films, jobs, strict=True):
        if job:
            result = render_jobs.get_last_result(studio, job)
            row |= {name: result.facts[name] for name in FRAME_COUNTS} | {"notes": [*reused, *result.notes]}
            row["report"] = result.facts["report"]
    notes = _collect_render_notes(films, without_checked=True)
    notes += [line for row in films if row["job"] for line in _format_render_check(row["report"])]
    marks = [NOISE_NOTE] if any(order.plan.has_noise for order in orders) else []
    return Outcome(
        data=_sum_render_data(films), text="\n".join([*notes, _format_render_targets(orders), *marks])
    )


def _make_render_orders(studio: Studio, args: RenderArgs, wanted: RenderOutput) -> tuple[RenderOrder, ...]:
    """Build the render orders of one output. There are several orders, each for one file, if several cuts or
    scenes are rendered.
    """
    if args.cuts:
        cuts = find_cuts_to_render(studio, args.cuts)
        return deliveries.make_orders_for_cuts(
            studio, cuts, wanted.request, wanted.output, scenes=args.scenes
        )
    start, end = parse_render_range(studio, args.range)
    return deliveries.make_render_orders(
        studio, wanted.request, wanted.output, start, end, scenes=args.scenes
    )


def _collect_render_notes(films: list[dict[str, Any]], *, without_checked: bool = False) -> list[str]:
    """Return the notes in the data of all rendered films, each note only once. With `without_checked`, notes
    that are also findings of a film's check are left out, because the lines of the check show them.
    """
    notes = dict.fromkeys(note for row in films for note in row["notes"])
    rows = [row for row in films if without_checked and row["job"]]
    shown = {each["text"] for row in rows for each in row["report"].get("findings", ())}
    return [note for note in notes if note not in shown]


def _report_render_plan(orders: tuple[RenderOrder, ...]) -> Outcome:
    counts = [count_render_methods(order.plan, order.delivery) for order in orders]
    if len(orders) == 1:
        data = {**orders[0].plan.model_dump(mode="json"), "film": str(orders[0].target)}
        data["delivery"] = orders[0].delivery.model_dump(mode="json")
        data |= {name: getattr(counts[0], name) for name in FRAME_COUNTS}
        data["notes"] = list(describe_losses(orders[0].plan, orders[0].delivery))
        return Outcome(data=data, text=describe_plan(orders[0].plan, orders[0].delivery))
    rows = [
        {
            "film": str(order.target),
            "start": order.plan.start,
            "frames": order.plan.frames,
            **{name: getattr(count, name) for name in FRAME_COUNTS},
        }
        for order, count in zip(orders, counts, strict=True)
    ]
    return Outcome(data=rows, columns=("film", "start", "frames", *FRAME_COUNTS))


def _build_order_data(order: RenderOrder, job: str | None) -> dict[str, Any]:
    return {
        "film": str(order.target),
        "frames": order.plan.frames,
        "seconds": float(order.plan.frames / order.plan.rate),
        "preset": order.delivery.preset,
        "noise": order.plan.has_noise,
        "job": job,
        **dict.fromkeys(FRAME_COUNTS, 0 if job is None else None),
        "report": {},
        "notes": list(describe_losses(order.plan, order.delivery)),
    }


def _add_earlier_reports(studio: Studio, films: list[dict[str, Any]]) -> None:
    """Add the saved check report to each film in `films` whose earlier render is reused. Such a film is not
    rendered, and so not checked, again.
    """
    reports = {str(film.path): film.report for film in list_rendered_films(studio)}
    for row in films:
        if row["job"] is None:
            row["report"] = reports.get(row["film"], {})


def _sum_render_data(films: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the data of a render command for `--json`. The data of a single film is returned unchanged. For
    several films, the result has their totals, and the data of each film in `films`.
    """
    if len(films) == 1:
        return films[0]
    total: dict[str, Any] = {"film": str(Path(films[0]["film"]).parent), "films": films}
    for name in ("frames", "seconds", *FRAME_COUNTS):
        values = [row[name] for row in films]
        total[name] = None if None in values else sum(values)
    return total


def _format_render_check(report: dict[str, Any]) -> list[str]:
    """Return lines with the figures, the warnings and the first notes of the check of a rendered film."""
    return format_report(CheckReport.model_validate(report), most_notes=MOST_NOTES)


def _format_render_targets(orders: tuple[RenderOrder, ...]) -> str:
    """Return the paths of the rendered films. Over SSH, add the command that copies each film to the user's
    machine.
    """
    lines = [str(order.target) for order in orders]
    connection = tmux.find_connection()
    if scp_line.find_ssh_address(connection).over_ssh:
        fetched = (f"  {scp_line.format_scp_line(order.target, connection)}" for order in orders)
        lines += ["on your own machine:", *fetched]
    return "\n".join(lines)


def _list_renders(studio: Studio, args: NoArgs) -> Outcome:
    rows = [film.as_json() for film in list_rendered_films(studio)]
    return Outcome(data=rows, columns=("film", "frames", "preset", "bytes", "there"))


def _list_presets(studio: Studio, args: NoArgs) -> Outcome:
    rows = [
        {
            "name": row.name,
            "title": row.title,
            "use": row.use,
            "kind": row.group,
            "ending": row.delivery.suffix,
            "picture": row.delivery.picture.encoder if row.delivery.picture else "",
            "sound": row.delivery.sound.codec if row.delivery.sound else "",
        }
        for row in PRESETS
    ]
    return Outcome(data=rows, columns=("name", "title", "ending"))


COMMANDS = (
    Command(
        "film.render",
        "Render the film",
        "render the current cut",
        _render_film,
        RenderArgs,
        refuse_without_film,
        cli="render",
    ),
    Command(
        "film.list",
        "List renders",
        "list the films that were rendered",
        _list_renders,
        NoArgs,
        refuse_without_film,
    ),
    Command("film.presets", "List presets", "list the presets for rendered films", _list_presets, NoArgs),
)
