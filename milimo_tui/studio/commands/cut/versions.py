"""Commands for the cuts of a film as versions: new, use, rename, freeze, compare, reframe, delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import plural
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import half_up, parse_rate, rate_name, ratio_text, timecode
from milimo_tui.cut.delivery.requests import parse_size
from milimo_tui.cut.follow.reframing import fell_short, filled, reframed
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.values.guards import require_open
from milimo_tui.studio.commands.cut.current_cut import current_cut, current_media_lengths, find_cut, name_of
from milimo_tui.studio.cuts import follow, versions
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.render.kept_takes import keep_takes
from milimo_tui.studio.session.lookup import cut_called
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio

SHOWN = 3  # Number of places that a warning names; the rest is a count.


class NewArgs(Args):
    name: str = arg(description="the cut's name")
    empty: bool = arg(False, description="start empty instead of from the storyboard")
    copy_of: str = arg("", description="start as a copy of this cut")


def _free_name(cuts: Iterable[Cut], name: str) -> str:
    """Return a checked name that no cut in `cuts` has. Raises BadInput."""
    kept = check_name(name, "a cut")
    if kept in {cut.name for cut in cuts}:
        raise BadInput(f"there is a cut “{kept}” already", "give this one a name of its own")
    return kept


def _new(studio: Studio, args: NewArgs) -> Outcome:
    snapshot = studio.snapshot()
    name = _free_name(snapshot.cuts, args.name)
    project = snapshot.story.project
    if args.copy_of:
        cut = new_cuts.duplicate(find_cut(studio, args.copy_of), name, new_id)
    else:
        cut = new_cuts.new_cut(
            name,
            rate=project.rate,
            width=project.width,
            height=project.height,
            sample_rate=project.sample_rate,
            new_id=new_id,
        )
        # An empty cut counts as edited by the user, so that the storyboard does not fill it.
        cut = replace(cut, hand_edited=True) if args.empty else follow.assembled(cut, snapshot.story)
    return _made(studio, cut, f"new cut “{name}”", f"made the cut “{name}”; it is the current one")


def _made(studio: Studio, cut: Cut, label: str, message: str) -> Outcome:
    """Add a new cut to the film and make it the current one."""
    studio.project().edit(label, scope="project", actor=studio.actor, before=[], after=[cut])
    studio.use_cut(cut.id)
    return Outcome(data={"id": cut.id, "name": cut.name}, message=message)


def _named_or_current(studio: Studio, name: str) -> Cut:
    return find_cut(studio, name) if name else current_cut(studio)


class NameArgs(Args):
    name: str = arg(description="a cut (its name or id)")


def _use(studio: Studio, args: NameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    studio.use_cut(cut.id)
    return Outcome(data={"id": cut.id, "name": cut.name}, message=f"now on the cut “{cut.name}”")


class RenameArgs(Args):
    name: str = arg(description="the new name")


def _rename(studio: Studio, args: RenameArgs) -> Outcome:
    cut = current_cut(studio)
    name = _free_name([other for other in studio.snapshot().cuts if other.id != cut.id], args.name)
    changed = replace(cut, name=name)
    studio.project().edit(
        f"call the cut “{name}”", scope=cut.id, actor=studio.actor, before=[cut], after=[changed]
    )
    return Outcome(data={"id": cut.id, "name": name}, message=f"the cut is now “{name}”")


class FreezeArgs(Args):
    name: str = arg(
        "", description="the frozen copy's name (default: the next version), or a cut to freeze itself"
    )
    of: str = arg("", description="the cut that is copied (its name or id; default: the current one)")


def _freeze(studio: Studio, args: FreezeArgs) -> Outcome:
    cuts = studio.snapshot().cuts
    named = cut_called(cuts, args.name) if not args.of else None
    if named is not None:
        return _freeze_itself(studio, named)
    cut = _named_or_current(studio, args.of)
    name = _free_name(cuts, args.name) if args.name else versions.next_name(cuts, cut)
    copy = versions.frozen_copy(studio, cut, name)
    return Outcome(
        data={"id": copy.id, "name": name, "frozen": True, "of": cut.id},
        message=f"“{name}” keeps “{cut.name}” as it is now; “{cut.name}” goes on",
    )


def _freeze_itself(studio: Studio, cut: Cut) -> Outcome:
    """Freeze the named cut itself instead of a copy."""
    data = {"id": cut.id, "name": cut.name, "frozen": True}
    if cut.frozen:
        return Outcome(data=data, message=f"“{cut.name}” is frozen already")
    label = f"freeze “{cut.name}”"
    changed = replace(cut, frozen=True)
    studio.project().edit(label, scope="project", actor=studio.actor, before=[cut], after=[changed])
    keep_takes(studio.project(), studio.snapshot().story, [cut])
    return Outcome(data=data, message=f"froze “{cut.name}”; copy it to go on editing")


def _delete(studio: Studio, args: NameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    if len(studio.snapshot().cuts) == 1:
        raise BadInput(f"“{cut.name}” is the only cut", "make another one first: milimo cut new NAME")
    label = f"delete the cut “{cut.name}”"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[cut], after=[])
    message = f"deleted “{cut.name}”; {undo_scope.taker(studio)} brings it back"
    return Outcome(data={"id": cut.id}, message=message)


class DiffArgs(Args):
    a: str = arg(description="the older cut (its name or id)")
    b: str = arg("", description="the newer one (default: the current cut)")


def _diff(studio: Studio, args: DiffArgs) -> Outcome:
    old, new = find_cut(studio, args.a), _named_or_current(studio, args.b)
    if old.id == new.id:
        raise BadInput(f"“{old.name}” would be compared with itself", "milimo cut diff OLDER NEWER")
    found = versions.differences(studio, old, new)
    rows = [
        {
            "what": each.what,
            "sentence": each.sentence,
            "frame": each.frame,
            "timecode": timecode(each.frame, new.rate),
            "track": each.track,
            "clips": list(each.clips),
        }
        for each in found
    ]
    sides = [{"id": cut.id, "name": cut.name, "frames": layout(cut).frames} for cut in (old, new)]
    data = {"from": sides[0], "to": sides[1], "same": not found, "differences": rows}
    lines = [_diff_head(old, new, len(found))]
    for row in rows:
        whole = row["what"] in ("cut", "track")
        lines.append(f"  {'' if whole else row['timecode']:11}  {row['sentence']}".rstrip())
    return Outcome(data=data, text="\n".join(lines))


def _diff_head(old: Cut, new: Cut, count: int) -> str:
    """Format the heading of a comparison: `v1 → long: 5 differences, 00:00:00:12 shorter`."""
    if not count:
        return f"“{old.name}” and “{new.name}” are the same"
    longer = layout(new).frames - round(layout(old).frames * new.rate / old.rate)
    by = f", {timecode(abs(longer), new.rate)} {'longer' if longer > 0 else 'shorter'}" if longer else ""
    return f"{old.name} → {new.name}: {plural(count, 'difference')}{by}"


class ReframeArgs(Args):
    ONE_OF = ("size", "rate", "fill")

    size: str = arg("", description="1080x1920, 720p or 50% (default: as it is)")
    rate: str = arg("", description="frames a second, such as 24 or 29.97 (default: as it is)")
    fill: bool = arg(False, description="enlarge every picture until it fills the raster")
    name: str = arg("", description="leave this cut as it is, and make a copy of that name")


def _reframe(studio: Studio, args: ReframeArgs) -> Outcome:
    if not (args.size or args.rate or args.fill):
        raise BadInput("nothing is given to reframe to", "milimo cut reframe --size 1080x1920 --rate 24")
    before = current_cut(studio)
    width, height = (
        parse_size(args.size, before.width, before.height) if args.size else (before.width, before.height)
    )
    rate = parse_rate(args.rate) if args.rate else before.rate
    start = before
    if args.name:
        start = new_cuts.duplicate(before, _free_name(studio.snapshot().cuts, args.name), new_id)
    require_open(start)
    after = reframed(start, rate=rate, width=width, height=height, bounds=current_media_lengths(studio))
    if args.fill:
        after = filled(after, (before.width, before.height), versions.shapes_of(studio.snapshot()))
    shape = f"{width}×{height}, {rate_name(rate)} fps"
    off = layout(after).frames - half_up(layout(before).frames * rate / before.rate)
    short = fell_short(start, after) if off < 0 else []
    warning = _ends_earlier(studio, after, short, -off) if off < 0 else ""
    data = {"id": after.id, "name": after.name, "fps": ratio_text(rate), "width": width, "height": height}
    data |= {"frames": layout(after).frames, "off": off}
    data["short"] = [{"clip": at.clip.id, "frame": at.end, "frames": frames} for at, frames in short]
    if args.name:
        made = _made(studio, after, f"“{after.name}” at {shape}", "")
        return replace(made, data=data, text=warning, message=f"“{after.name}” is “{before.name}” at {shape}")
    if after == before:
        return Outcome(data=data, message=f"“{before.name}” is {shape} already")
    label = f"reframe to {shape}"
    studio.project().edit(label, scope=before.id, actor=studio.actor, before=[before], after=[after])
    # The playhead and the marks are not part of an edit, but move to the new rate as well.
    if rate != before.rate:
        studio.project().facts.set_cut_state(
            before.id, playhead=after.playhead, mark_in=after.mark_in, mark_out=after.mark_out
        )
    return Outcome(data=data, text=warning, message=label)


def _ends_earlier(studio: Studio, cut: Cut, short: Sequence[tuple[Placed, int]], frames: int) -> str:
    """Format a warning about how many frames earlier the cut ends at its new rate, and which clips lack
    media.
    """
    places = [f"{name_of(studio, at.clip)} at {timecode(at.end, cut.rate)}" for at, _ in short[:SHOWN]]
    more = [f"{len(short) - SHOWN} more"] if len(short) > SHOWN else []
    where = f": {', '.join(places + more)}" if places else ""
    return (
        f"it ends {plural(frames, 'frame')} earlier, as clips have no more media for their last frame{where}"
    )


VERSIONS: tuple[Command, ...] = (
    Command(
        "cut.new",
        "New cut",
        "a cut from the storyboard",
        _new,
        NewArgs,
        needs_project,
        cli="cut new",
        positional=("name",),
    ),
    Command(
        "cut.use",
        "Use cut",
        "make a cut the current one",
        _use,
        NameArgs,
        needs_project,
        cli="cut use",
        positional=("name",),
    ),
    Command(
        "cut.rename",
        "Rename cut",
        "give the cut another name",
        _rename,
        RenameArgs,
        needs_project,
        cli="cut rename",
        positional=("name",),
    ),
    Command(
        "cut.freeze",
        "Freeze cut",
        "a copy that stays as the cut is now",
        _freeze,
        FreezeArgs,
        needs_project,
        cli="cut freeze",
        positional=("name",),
    ),
    Command(
        "cut.diff",
        "Compare cuts",
        "what two cuts differ in, as sentences",
        _diff,
        DiffArgs,
        needs_project,
        cli="cut diff",
        positional=("a", "b"),
    ),
    Command(
        "cut.reframe",
        "Reframe cut",
        "another raster or rate, every edge at its second",
        _reframe,
        ReframeArgs,
        needs_project,
        cli="cut reframe",
    ),
    Command(
        "cut.delete",
        "Delete cut",
        "a cut of several",
        _delete,
        NameArgs,
        needs_project,
        cli="cut delete",
        positional=("name",),
    ),
)
