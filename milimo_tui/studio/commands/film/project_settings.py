"""The command `project set`: change a film's name, format, rate, prompt words, status and tags."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_rate, parse_rate
from milimo_tui.cut.layout.layout import layout
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.lines.dialogue_language import parse_language_code
from milimo_tui.story.values.film import Project, Status
from milimo_tui.story.values.shot_words import Coverage
from milimo_tui.studio.commands.cut.current_cut import make_media_length_lookup
from milimo_tui.studio.commands.shot.fields import parse_tags, set_prompt_part
from milimo_tui.studio.project import film_formats
from milimo_tui.studio.project.cut_sizes import SizePolicy, resize_cuts
from milimo_tui.studio.project.film_rows import is_current_film, make_film_row
from milimo_tui.studio.project.rate_change import RateChange, change_film_rate
from milimo_tui.studio.registry.args import ANY, Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

_UNCHECKED_FIELDS = ("style", "negative", "engine", "coverage", "status", "description")


class ProjectSetArgs(Args):
    ONE_OF = ANY
    HEADINGS = (
        "Film: film name description tags status",
        "Format: format size rate cuts",
        "Dialogue: language",
        "Prompts and takes: style negative prompt_part engine coverage",
    )

    film: str = arg("", description="a film: its name, folder or id (default: the current one)")
    name: str | None = arg(None, description="the new name")
    format: str | None = arg(None, description=f"size and rate by use: {', '.join(film_formats.NAMES)}")
    rate: str | None = arg(None, description="frames per second; lengths keep their duration")
    language: str | None = arg(
        None, longest=35, description="language of the dialogue, such as de or pt-br; empty: detected"
    )
    style: str | None = arg(None, description="words at the beginning of every prompt")
    negative: str | None = arg(None, description="negative prompt of every take")
    engine: str | None = arg(None, description="engine for the film's takes; empty: as in the settings")
    coverage: Coverage | None = arg(None, description="style of coverage of its scenes")
    prompt_part: str | None = arg(
        None,
        description="a part of its prompts: light=WORDS sets it, light= omits it, light resets it",
    )
    size: str | None = arg(None, description="size of its future takes, 1024x576 or wide")
    cuts: SizePolicy = arg(
        SizePolicy.ASK,
        description="cuts that you edited: keep their size, follow the film, or ask",
    )
    status: Status | None = arg(None, description="status of the film")
    tags: str | None = arg(
        None, description="tags, separated by commas: festival, wet; empty: none", one_line=True
    )
    description: str | None = arg(None, description="summary of the film", longest=2000)


def _set_film(studio: Studio, args: ProjectSetArgs) -> Outcome:
    if not args.given("film", "cuts"):
        raise BadInput("no setting is given", "milimo help project set lists the settings")
    paths = studio.find_project(args.film) if args.film else studio.require_project().paths
    here = is_current_film(studio, paths) or not args.film
    with nullcontext(studio.require_project()) if here else ProjectFile.open(paths) as file:
        return _change_film_settings(studio, file, args)


def _change_film_settings(studio: Studio, file: ProjectFile, args: ProjectSetArgs) -> Outcome:
    """Apply all given settings as one edit."""
    story, cuts = file.load_film()
    project = story.project
    changed = _apply_film_settings(studio, project, args)
    labels = [name.replace("_", " ") for name in args.given("film", "cuts")]
    label = f"set the film's {', '.join(labels)}"
    sized = resize_cuts(studio, file, cuts, project, changed, args.cuts)
    if changed.rate == project.rate:
        if changed != project:
            file.write_edit(
                label,
                scope="project",
                actor=studio.actor,
                before=[project, *cuts],
                after=[changed, *sized.cuts],
            )
        return Outcome(data=make_film_row(studio, file), message=sized.sentence)
    change = change_film_rate(story, sized.cuts, changed.rate, make_media_length_lookup(story, sized.cuts))
    file.write_edit(
        label,
        scope="project",
        actor=studio.actor,
        before=[project, *story.shots, *cuts],
        after=[replace(changed, rate=change.project.rate), *change.shots, *change.cuts],
    )
    for was, now in zip(cuts, change.cuts, strict=True):
        # The playhead and the marks are not part of an edit, so they are converted to the new rate
        # separately.
        if was.rate != now.rate:
            file.facts.set_cut_state(
                now.id, playhead=now.playhead, mark_in=now.mark_in, mark_out=now.mark_out
            )
    rates = _describe_rate_change(project, change, cuts_before=len(cuts))
    return Outcome(data=make_film_row(studio, file), message="; ".join(filter(None, (rates, sized.sentence))))


def _apply_film_settings(studio: Studio, project: Project, args: ProjectSetArgs) -> Project:
    """Return a copy of the film with the settings that the arguments give. Raises BadInput, and NotFound for
    an unknown engine.
    """
    given: dict[str, Any] = {name: value for name, value in args.given().items() if name in _UNCHECKED_FIELDS}
    if args.name is not None:
        given["name"] = check_name(args.name, "a film")
    if "engine" in given:
        given["engine"] = given["engine"] or studio.settings.engine
        shot_spec.check_engine(given["engine"], "make_video")
    if args.format is not None:
        shape = film_formats.choose_raster_and_rate(args.format, args.size or "", args.rate or "")
        given |= dict(zip(("width", "height", "rate"), shape, strict=True))
    if args.size is not None:
        given["width"], given["height"] = film_formats.parse_raster(args.size)
    if args.rate is not None:
        given["rate"] = parse_rate(args.rate)
    if args.language is not None:
        given["language"] = parse_language_code(args.language)
    if args.tags is not None:
        given["tags"] = parse_tags(args.tags)
    if args.prompt_part is not None:
        given["prompt_parts"] = set_prompt_part(project.prompt_parts, args.prompt_part)
    return replace(project, **given)


def _describe_rate_change(project: Project, change: RateChange, *, cuts_before: int) -> str:
    """Describe in one line how a new frame rate changed the shots and cuts. `cuts_before` is the number of
    cuts before the change.
    """
    taken = cuts_before - len(change.kept)
    frames = sum(layout(cut).frames for cut in change.cuts if cut.name not in change.kept)
    text = (
        f"{format_rate(change.project.rate)} fps: {format_count(len(change.shots), 'shot')} as long as before"
    )
    if taken:
        text += f", {format_count(taken, 'cut')} of {format_count(frames, 'frame')}"
    if change.kept:
        text += f"; {' and '.join(f'“{name}”' for name in change.kept)} as before: milimo cut reframe --rate"
    return f"{text} (was {format_rate(project.rate)})"


SETTINGS = (
    Command(
        "project.set",
        "Change film settings",
        "set the name, format, style, status or engine of a film",
        _set_film,
        ProjectSetArgs,
        cli="project set",
    ),
)
