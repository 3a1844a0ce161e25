"""Commands that render a film with a preset, and list the rendered films."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import HOST
from milimo_tui.core.time import parse_frame
from milimo_tui.cut.delivery.losses import lost
from milimo_tui.cut.delivery.plan_text import describe
from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.delivery.requests import DeliveryRequest
from milimo_tui.cut.delivery.ways import count_ways
from milimo_tui.cut.plan.report import Report
from milimo_tui.cut.plan.report_text import lines
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.cut.values.effects import OnDamage
from milimo_tui.studio.commands.cut.current_cut import find_cut
from milimo_tui.studio.commands.film.outputs import Output, outputs_of, require_places
from milimo_tui.studio.machine import scp_line, tmux
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.registry.start_time import begins_text, start_of
from milimo_tui.studio.render import deliveries, render_jobs
from milimo_tui.studio.render.deliveries import Order
from milimo_tui.studio.render.rendered_films import rendered_films
from milimo_tui.studio.session.studio import Studio

NOISE_NOTE = (
    "This is noise: tiny random weights went the whole way of a model, and nothing in it means anything. "
    "What real ones need: milimo model list"
)
# How the frames were made: null while the render is not finished, 0 if an earlier render was reused.
COUNTS = ("copied", "passed", "composited")


class RenderArgs(Args):
    output: str = arg("", description="the file to write, or a folder (default: renders/ of the film)")
    preset: str = arg("", description="how it is written; milimo run film.presets lists them")
    range: str = arg("", description="IN..OUT, two times, out exclusive: 0..250, 2s..10s or 1:00..2:00")
    scenes: bool = arg(False, description="a file for every scene")
    cuts: str = arg("", description="a film of each of these cuts: all, or names with commas between")
    size: str = arg("", description="1280x720, 720p or 50% (default: the cut's)")
    rate: str = arg("", description="frames a second, such as 25 or 29.97 (default: the cut's)")
    quality: int | None = arg(None, ge=0, le=100, description="on the encoder's own scale: 0 to 51 in H.264")
    bitrate: str = arg("", description="8M or 800k, instead of a quality")
    two_pass: bool = arg(False, description="look at the whole film first, to meet the bit rate")
    hardware: bool = arg(False, description="a hardware encoder, where a test encode proves one")
    silent: bool = arg(False, description="without sound")
    channels: int = arg(0, ge=0, le=6, description="1, 2, or 6 for 5.1")
    sample_rate: int = arg(0, ge=0, le=192_000, description="samples a second (default: the film's)")
    loudness: str = arg("", description="r128, web, speech, or LUFS[,dBTP] such as -16,-1")
    subtitles: str = arg("", description="the dialogue: srt or vtt beside the film, or embedded")
    burn: tuple[str, ...] = arg((), description="timecode, captions, watermark[=WORDS], slate[=SECONDS]")
    stems: bool = arg(False, description="a sound file for every track as well")
    no_smart_copy: bool = arg(False, description="encode everything, also what could be copied")
    damaged: OnDamage = arg(
        OnDamage.REFUSE, description="where a file is damaged: hold its last good picture, or black"
    )
    plan: bool = arg(False, description="print what would be rendered, and stop")
    detach: bool = arg(False, description="queue it and return")
    not_before: str = arg(
        "", description="the cut of now, begun no earlier; and return: 23:00, +2h, 2026-11-21 06:30"
    )
    also: tuple[str, ...] = arg(
        (), description='more outputs in one batch: presets, as prores or "gif size=480p output=a.gif"'
    )


def request_of(args: RenderArgs) -> DeliveryRequest:
    """Build the delivery request from the arguments, without the range and the target."""
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


def range_of(studio: Studio, text: str) -> tuple[int, int | None]:
    """Parse IN..OUT into frames [start, end) of the current cut; None is the cut's end. Raises BadInput."""
    if not text:
        return 0, None
    cut = studio.snapshot().cut
    rate = cut.rate if cut else studio.snapshot().story.project.rate
    for mark in ("..", "-", ","):
        if mark in text:
            start, _, end = text.partition(mark)
            break
    else:
        parts = text.split(":")
        half, odd = divmod(len(parts), 2)
        if odd:
            raise BadInput(f"“{text}” is no range", "write IN..OUT, for example 0:10:00..0:20:00")
        start, end = ":".join(parts[:half]), ":".join(parts[half:])
    first = parse_frame(start, rate) if start else 0
    last = parse_frame(end, rate) if end else None
    if last is not None and last <= first:
        raise BadInput(
            f"the range {text} ends before it begins", "write IN..OUT, for example 0:10:00..0:20:00"
        )
    return first, last


def cuts_of(studio: Studio, words: str) -> tuple[Cut, ...]:
    """Find cuts by names or ids separated by commas; `all` means cuts that no other cut contains. Raises
    NotFound.
    """
    cuts = studio.snapshot().cuts
    if words.strip() == "all":
        inside = {clip.source.ref for cut in cuts for clip in cut.clips if clip.source.kind is SourceKind.CUT}
        return tuple(cut for cut in cuts if cut.id not in inside and cut.clips)
    found = [find_cut(studio, name.strip()) for name in words.split(",") if name.strip()]
    return tuple(dict.fromkeys(found))


def _render(studio: Studio, args: RenderArgs) -> Outcome:
    if args.cuts and args.range:
        raise BadInput("a range is of one cut, and several are asked for", "leave --range or --cuts out")
    first = Output(request_of(args), args.output)
    orders: tuple[Order, ...] = ()
    for each in (first, *outputs_of(args.also, first.request)):
        orders += _orders(studio, args, each)
    if args.also:
        require_places(orders)
    if args.plan:
        return _planned(orders)
    begins = start_of(args.not_before, HOST.now())
    jobs = render_jobs.queue_render(studio, orders, begins)
    films = [_order_data(order, job) for order, job in zip(orders, jobs, strict=True)]
    _add_kept(studio, films)
    if not any(jobs):
        return Outcome(
            data=_summed(films),
            text="\n".join([*_notes(films), _ended(orders)]),
            message="nothing changed since it was rendered",
        )
    if args.detach or begins is not None:
        queued = ", ".join(job for job in jobs if job)
        late = begins_text(begins, HOST.now())
        return Outcome(
            data=_summed(films), text="\n".join(_notes(films)), message=f"queued as {queued}{late}"
        )
    render_jobs.wait_for_renders(studio, [job for job in jobs if job])
    for row, job in zip(films, jobs, strict=True):
        if job:
            result = render_jobs.last_result(studio, job)
            row |= {name: result.facts[name] for name in COUNTS} | {"notes": result.notes}
            row["report"] = result.facts["report"]
    notes = _notes(films)
    notes += [line for row in films if row["job"] for line in _checked(row["report"])]
    marks = [NOISE_NOTE] if any(order.plan.noise for order in orders) else []
    return Outcome(data=_summed(films), text="\n".join([*notes, _ended(orders), *marks]))


def _orders(studio: Studio, args: RenderArgs, wanted: Output) -> tuple[Order, ...]:
    """Return the orders of one output: one file for each cut or scene if several are wanted."""
    if args.cuts:
        cuts = cuts_of(studio, args.cuts)
        return deliveries.orders_of_cuts(studio, cuts, wanted.request, wanted.output, scenes=args.scenes)
    start, end = range_of(studio, args.range)
    return deliveries.orders(studio, wanted.request, wanted.output, start, end, scenes=args.scenes)


def _notes(films: list[dict[str, Any]]) -> list[str]:
    """Return the notes on all films, without duplicates."""
    return list(dict.fromkeys(note for row in films for note in row["notes"]))


def _planned(orders: tuple[Order, ...]) -> Outcome:
    ways = [count_ways(order.plan, order.delivery) for order in orders]
    if len(orders) == 1:
        data = {**orders[0].plan.model_dump(mode="json"), "film": str(orders[0].target)}
        data["delivery"] = orders[0].delivery.model_dump(mode="json")
        data |= {name: getattr(ways[0], name) for name in COUNTS}
        data["notes"] = list(lost(orders[0].plan, orders[0].delivery))
        return Outcome(data=data, text=describe(orders[0].plan, orders[0].delivery))
    rows = [
        {
            "film": str(order.target),
            "start": order.plan.start,
            "frames": order.plan.frames,
            **{name: getattr(way, name) for name in COUNTS},
        }
        for order, way in zip(orders, ways, strict=True)
    ]
    return Outcome(data=rows, columns=("film", "start", "frames", *COUNTS))


def _order_data(order: Order, job: str | None) -> dict[str, Any]:
    return {
        "film": str(order.target),
        "frames": order.plan.frames,
        "seconds": float(order.plan.frames / order.plan.rate),
        "preset": order.delivery.preset,
        "noise": order.plan.noise,
        "job": job,
        **dict.fromkeys(COUNTS, 0 if job is None else None),
        "report": {},
        "notes": list(lost(order.plan, order.delivery)),
    }


def _add_kept(studio: Studio, films: list[dict[str, Any]]) -> None:
    """Add the check report to each film that was rendered earlier and is reused."""
    reports = {str(film.path): film.report for film in rendered_films(studio)}
    for row in films:
        if row["job"] is None:
            row["report"] = reports.get(row["film"], {})


def _summed(films: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the data of a single film unchanged; for several, return totals with the single films in
    `films`.
    """
    if len(films) == 1:
        return films[0]
    total: dict[str, Any] = {"film": str(Path(films[0]["film"]).parent), "films": films}
    for name in ("frames", "seconds", *COUNTS):
        values = [row[name] for row in films]
        total[name] = None if None in values else sum(values)
    return total


def _checked(report: dict[str, Any]) -> list[str]:
    """Return the figures of a film's check, and its warnings."""
    return lines(Report.model_validate(report), notes=False)


def _ended(orders: tuple[Order, ...]) -> str:
    """Return the paths of the films and, over SSH, the command that fetches each film."""
    lines = [str(order.target) for order in orders]
    connection = tmux.connection()
    if scp_line.here(connection).over_ssh:
        fetched = (f"  {scp_line.line(order.target, connection)}" for order in orders)
        lines += ["on your own machine:", *fetched]
    return "\n".join(lines)


def _list(studio: Studio, args: NoArgs) -> Outcome:
    rows = [film.as_json() for film in rendered_films(studio)]
    return Outcome(data=rows, columns=("film", "frames", "preset", "bytes", "there"))


def _presets(studio: Studio, args: NoArgs) -> Outcome:
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
        _render,
        RenderArgs,
        needs_project,
        cli="render",
    ),
    Command("film.list", "Renders", "films rendered so far", _list, NoArgs, needs_project),
    Command("film.presets", "Presets", "the ways a film can be written", _presets, NoArgs),
)
