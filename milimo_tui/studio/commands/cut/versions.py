"""Commands for the cuts of a film: make, use, rename, freeze, compare, reframe and delete them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_rate, format_ratio, format_timecode, parse_rate, round_half_up
from milimo_tui.cut.delivery.requests import parse_size
from milimo_tui.cut.follow.reframing import convert_cut_format, enlarge_pictures_to_fill, list_shortened_clips
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.guards import require_unfrozen
from milimo_tui.studio.commands.cut.current_cut import (
    find_cut,
    get_clip_name,
    get_current_cut,
    make_current_media_length_lookup,
)
from milimo_tui.studio.cuts import follow, versions
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.frozen_takes import store_frozen_takes
from milimo_tui.studio.session.lookup import find_cut_by_name
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio

MAX_NAMED_PLACES = 3  # Maximum number of positions that a warning lists; the others are only counted.


class CutNewArgs(Args):
    name: str = arg(description="the cut's name", one_line=True)
    empty: bool = arg(False, description="start empty instead of from the storyboard")
    copy_of: str = arg("", description="start as a copy of this cut")


def _require_free_cut_name(cuts: Iterable[Cut], name: str) -> str:
    """Return `name` if a new cut can have it. Raises BadInput if the name cannot be used or belongs to one of
    `cuts`.
    """
    kept = check_name(name, "a cut")
    if kept in {cut.name for cut in cuts}:
        raise BadInput(f"a cut “{kept}” already exists", "choose another name")
    return kept


def _create_cut(studio: Studio, args: CutNewArgs) -> Outcome:
    snapshot = studio.take_snapshot()
    name = _require_free_cut_name(snapshot.cuts, args.name)
    project = snapshot.story.project
    if args.copy_of:
        cut = new_cuts.duplicate_cut(find_cut(studio, args.copy_of), name, new_id)
    else:
        cut = new_cuts.create_cut(
            name,
            rate=project.rate,
            width=project.width,
            height=project.height,
            sample_rate=project.sample_rate,
            new_id=new_id,
        )
        # An empty cut is marked as edited by the user, because otherwise the storyboard would fill it.
        cut = replace(cut, hand_edited=True) if args.empty else follow.assemble_cut(cut, snapshot.story)
    return _add_cut_as_current(
        studio, cut, f"new cut “{name}”", f"made the cut “{name}”; it is the current one"
    )


def _add_cut_as_current(studio: Studio, cut: Cut, label: str, message: str) -> Outcome:
    """Add a new cut to the film and make it the current one."""
    studio.require_project().write_edit(label, scope="project", actor=studio.actor, before=[], after=[cut])
    studio.use_cut(cut.id)
    return Outcome(data={"id": cut.id, "name": cut.name}, message=message)


def _find_cut_or_current(studio: Studio, name: str) -> Cut:
    return find_cut(studio, name) if name else get_current_cut(studio)


class CutNameArgs(Args):
    name: str = arg(description="a cut (its name or id)", one_line=True)


def _make_cut_current(studio: Studio, args: CutNameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    studio.use_cut(cut.id)
    return Outcome(data={"id": cut.id, "name": cut.name}, message=f"now on the cut “{cut.name}”")


class CutRenameArgs(Args):
    name: str = arg(description="the new name", one_line=True)


def _rename_current_cut(studio: Studio, args: CutRenameArgs) -> Outcome:
    cut = get_current_cut(studio)
    name = _require_free_cut_name(
        [other for other in studio.take_snapshot().cuts if other.id != cut.id], args.name
    )
    changed = replace(cut, name=name)
    studio.require_project().write_edit(
        f"name the cut “{name}”", scope=cut.id, actor=studio.actor, before=[cut], after=[changed]
    )
    return Outcome(data={"id": cut.id, "name": name}, message=f"the cut is now “{name}”")


class CutFreezeArgs(Args):
    name: str = arg(
        "",
        description="name of the copy (default: the next version), or a cut that is frozen itself",
        one_line=True,
    )
    of: str = arg("", description="the cut that is copied (its name or id; default: the current one)")


def _freeze_cut(studio: Studio, args: CutFreezeArgs) -> Outcome:
    cuts = studio.take_snapshot().cuts
    named = find_cut_by_name(cuts, args.name) if not args.of else None
    if named is not None:
        return _freeze_cut_in_place(studio, named)
    cut = _find_cut_or_current(studio, args.of)
    name = _require_free_cut_name(cuts, args.name) if args.name else versions.make_version_name(cuts, cut)
    copy = versions.freeze_cut(studio, cut, name)
    return Outcome(
        data={"id": copy.id, "name": name, "frozen": True, "of": cut.id},
        message=f"“{name}” is a frozen copy of “{cut.name}”",
    )


def _freeze_cut_in_place(studio: Studio, cut: Cut) -> Outcome:
    """Freeze the cut itself, without making a copy of it."""
    data = {"id": cut.id, "name": cut.name, "frozen": True}
    if cut.frozen:
        return Outcome(data=data, message=f"“{cut.name}” is frozen already")
    label = f"freeze “{cut.name}”"
    changed = replace(cut, frozen=True)
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[cut], after=[changed]
    )
    store_frozen_takes(studio.require_project(), studio.take_snapshot().story, [cut])
    return Outcome(data=data, message=f"froze “{cut.name}”; copy it to go on editing")


def _delete_cut(studio: Studio, args: CutNameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    if len(studio.take_snapshot().cuts) == 1:
        raise BadInput(f"“{cut.name}” is the only cut", "make another one first: milimo cut new NAME")
    label = f"delete the cut “{cut.name}”"
    studio.require_project().write_edit(label, scope="project", actor=studio.actor, before=[cut], after=[])
    message = f"deleted “{cut.name}”; {undo_scope.get_undo_hint(studio)} brings it back"
    return Outcome(data={"id": cut.id}, message=message)


class CutDiffArgs(Args):
    a: str = arg(description="the older cut (its name or id)")
    b: str = arg("", description="the newer cut (default: the current cut)")


def _compare_cuts(studio: Studio, args: CutDiffArgs) -> Outcome:
    old, new = find_cut(studio, args.a), _find_cut_or_current(studio, args.b)
    if old.id == new.id:
        raise BadInput(f"“{old.name}” can't be compared with itself", "milimo cut diff OLDER NEWER")
    found = versions.compare_film_cuts(studio, old, new)
    rows = [
        {
            "what": each.what,
            "sentence": each.sentence,
            "frame": each.frame,
            "timecode": format_timecode(each.frame, new.rate),
            "track": each.track,
            "clips": list(each.clips),
        }
        for each in found
    ]
    sides = [{"id": cut.id, "name": cut.name, "frames": layout(cut).frames} for cut in (old, new)]
    data = {"from": sides[0], "to": sides[1], "same": not found, "differences": rows}
    lines = [_format_diff_heading(old, new, len(found))]
    for row in rows:
        whole = row["what"] in ("cut", "track")
        lines.append(f"  {'' if whole else row['timecode']:11}  {row['sentence']}".rstrip())
    return Outcome(data=data, text="\n".join(lines))


def _format_diff_heading(old: Cut, new: Cut, count: int) -> str:
    """Format the first line of a comparison of two cuts: `v1 → long: 5 differences, 00:00:00:12 shorter`.
    `count` is the number of differences.
    """
    if not count:
        return f"“{old.name}” and “{new.name}” are the same"
    longer = layout(new).frames - round(layout(old).frames * new.rate / old.rate)
    by = (
        f", {format_timecode(abs(longer), new.rate)} {'longer' if longer > 0 else 'shorter'}"
        if longer
        else ""
    )
    return f"{old.name} → {new.name}: {format_count(count, 'difference')}{by}"


class CutReframeArgs(Args):
    ONE_OF = ("size", "rate", "fill")

    size: str = arg("", description="1080x1920, 720p or 50% (default: unchanged)")
    rate: str = arg("", description="frames per second, such as 24 or 29.97 (default: unchanged)")
    fill: bool = arg(False, description="enlarge every picture until it fills the frame")
    name: str = arg("", description="name of a new copy, which is changed instead", one_line=True)


def _reframe_cut(studio: Studio, args: CutReframeArgs) -> Outcome:
    if not (args.size or args.rate or args.fill):
        raise BadInput("nothing to change is given", "milimo cut reframe --size 1080x1920 --rate 24")
    before = get_current_cut(studio)
    width, height = (
        parse_size(args.size, before.width, before.height) if args.size else (before.width, before.height)
    )
    rate = parse_rate(args.rate) if args.rate else before.rate
    start = before
    if args.name:
        start = new_cuts.duplicate_cut(
            before, _require_free_cut_name(studio.take_snapshot().cuts, args.name), new_id
        )
    require_unfrozen(start)
    after = convert_cut_format(
        start, rate=rate, width=width, height=height, bounds=make_current_media_length_lookup(studio)
    )
    if args.fill:
        after = enlarge_pictures_to_fill(
            after, (before.width, before.height), versions.make_size_lookup(studio.take_snapshot())
        )
    shape = f"{width}×{height}, {format_rate(rate)} fps"
    off = layout(after).frames - round_half_up(layout(before).frames * rate / before.rate)
    short = list_shortened_clips(start, after) if off < 0 else []
    warning = _format_shortened_warning(studio, after, short, -off) if off < 0 else ""
    data = {"id": after.id, "name": after.name, "fps": format_ratio(rate), "width": width, "height": height}
    data |= {"frames": layout(after).frames, "off": off}
    data["short"] = [{"clip": at.clip.id, "frame": at.end, "frames": frames} for at, frames in short]
    if args.name:
        made = _add_cut_as_current(studio, after, f"“{after.name}” at {shape}", "")
        return replace(made, data=data, text=warning, message=f"“{after.name}” is “{before.name}” at {shape}")
    if after == before:
        return Outcome(data=data, message=f"“{before.name}” is {shape} already")
    label = f"reframe to {shape}"
    studio.require_project().write_edit(
        label, scope=before.id, actor=studio.actor, before=[before], after=[after]
    )
    # The playhead and the marks are not part of an edit, so they are converted to the new rate separately.
    if rate != before.rate:
        studio.require_project().facts.set_cut_state(
            before.id, playhead=after.playhead, mark_in=after.mark_in, mark_out=after.mark_out
        )
    return Outcome(data=data, text=warning, message=label)


def _format_shortened_warning(
    studio: Studio, cut: Cut, short: Sequence[tuple[PlacedClip, int]], frames: int
) -> str:
    """Format a warning that the cut is shorter at its new rate: by how many frames, and which clips have too
    little media.
    """
    places = [
        f"{get_clip_name(studio, at.clip)} at {format_timecode(at.end, cut.rate)}"
        for at, _ in short[:MAX_NAMED_PLACES]
    ]
    more = [f"{len(short) - MAX_NAMED_PLACES} more"] if len(short) > MAX_NAMED_PLACES else []
    where = f": {', '.join(places + more)}" if places else ""
    return (
        f"it ends {format_count(frames, 'frame')} earlier, as clips have no more media for their last "
        f"frame{where}"
    )


VERSIONS: tuple[Command, ...] = (
    Command(
        "cut.new",
        "Make a cut",
        "make a cut from the storyboard",
        _create_cut,
        CutNewArgs,
        refuse_without_film,
        cli="cut new",
        positional=("name",),
    ),
    Command(
        "cut.use",
        "Use cut",
        "make a cut the current one",
        _make_cut_current,
        CutNameArgs,
        refuse_without_film,
        cli="cut use",
        positional=("name",),
    ),
    Command(
        "cut.rename",
        "Rename cut",
        "rename the current cut",
        _rename_current_cut,
        CutRenameArgs,
        refuse_without_film,
        cli="cut rename",
        positional=("name",),
    ),
    Command(
        "cut.freeze",
        "Freeze cut",
        "make a frozen copy of a cut",
        _freeze_cut,
        CutFreezeArgs,
        refuse_without_film,
        cli="cut freeze",
        positional=("name",),
    ),
    Command(
        "cut.diff",
        "Compare cuts",
        "list the differences between two cuts",
        _compare_cuts,
        CutDiffArgs,
        refuse_without_film,
        cli="cut diff",
        positional=("a", "b"),
    ),
    Command(
        "cut.reframe",
        "Reframe cut",
        "change the size or frame rate of a cut; clips keep their times",
        _reframe_cut,
        CutReframeArgs,
        refuse_without_film,
        cli="cut reframe",
    ),
    Command(
        "cut.delete",
        "Delete cut",
        "delete a cut, unless it is the only one",
        _delete_cut,
        CutNameArgs,
        refuse_without_film,
        cli="cut delete",
        positional=("name",),
    ),
)
