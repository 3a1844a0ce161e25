"""Versions of a cut in the film: freeze a cut with the takes that it shows, and compare two cuts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import count
from textwrap import shorten

from milimo_tui.core.ids import new_id
from milimo_tui.cut.compare.comparison import Difference, compare
from milimo_tui.cut.follow.reframing import Shape
from milimo_tui.cut.values.conform import shown_size
from milimo_tui.cut.values.cut import Clip, Cut, Source, SourceKind
from milimo_tui.cut.values.new_cuts import base_name, frozen_copies
from milimo_tui.cut.values.streams import read_facts
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.film import Asset, Shot, Story
from milimo_tui.studio.render.kept_takes import keep_takes, kept_takes
from milimo_tui.studio.session.studio import Snapshot, Studio

PARKED = 24  # characters of the text that names a shot without a number


def frozen_copy(studio: Studio, cut: Cut, name: str) -> Cut:
    """Add a frozen copy of a cut under a free name, with the takes that the cut shows now. Makes one edit.

    The cut itself does not change.
    """
    snapshot = studio.snapshot()
    taken = {each.name for each in snapshot.cuts} | {name}

    def free(wanted: str) -> str:
        found = next(each for each in _numbered(wanted) if each not in taken)
        taken.add(found)
        return found

    copies = frozen_copies(cut, name, {each.id: each for each in snapshot.cuts}, new_id, free)
    label = f"freeze “{cut.name}” as “{name}”"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[], after=list(copies))
    keep_takes(studio.project(), snapshot.story, copies)
    return copies[0]


def next_name(cuts: Iterable[Cut], cut: Cut) -> str:
    """Return the next free name for a version of a cut: `long v1`, `long v2` …"""
    taken = {each.name for each in cuts}
    return next(name for number in count(1) if (name := f"{cut.name} v{number}") not in taken)


def names_of(studio: Studio) -> dict[str, str]:
    """Return the names of shots, files and cuts, by id. A shot that has no number any more is named by its
    text.
    """
    snapshot = studio.snapshot()
    story = snapshot.story
    return {
        **{id: f"“{shorten(words, PARKED, placeholder=' …')}”" for id, words in words_of(studio).items()},
        **{asset.id: asset.name for asset in story.assets},
        **{cut.id: cut.name for cut in snapshot.cuts},
        **story.numbers,
    }


def words_of(studio: Studio) -> dict[str, str]:
    """Return what each shot is about, in the screenplay's words, by id, including shots in the bin that a cut
    shows.
    """
    snapshot = studio.snapshot()
    words = {shot.id: _words(shot) for shot in snapshot.story.shots}
    shown = {
        clip.source.ref
        for cut in snapshot.cuts
        for clip in cut.clips
        if clip.source.kind is SourceKind.SHOT and clip.source.ref not in words
    }
    if shown:
        words |= {item.id: item.name for item in studio.project().bin.items() if item.id in shown}
    return words


def _words(shot: Shot) -> str:
    spoken = " ".join(line.text for line in shot.dialogue)
    return " ".join((shot.action or spoken or "a shot").split())


def differences(studio: Studio, old: Cut, new: Cut) -> tuple[Difference, ...]:
    """Return the differences between two cuts of the film, including different takes."""
    snapshot = studio.snapshot()
    kept = kept_takes(studio.project(), (old, new))
    pictures = (
        _pictures(snapshot.story, kept.get(old.id, {})),
        _pictures(snapshot.story, kept.get(new.id, {})),
    )
    called = {cut.id: base_name(cut.name) for cut in snapshot.cuts}

    def same(source: Source) -> Hashable:
        return (source.kind, called.get(source.ref)) if source.kind is SourceKind.CUT else source

    return compare(old, new, names_of(studio), same=same, pictures=pictures)


def _pictures(story: Story, kept: Mapping[str, str]) -> Callable[[Clip], str]:
    """Return a function that names the take a clip of a shot shows: `take 2`, in the order the takes were
    made.
    """
    numbers: dict[str, str] = {}
    counted: dict[str, int] = {}
    for take in story.takes:
        counted[take.shot] = counted.get(take.shot, 0) + 1
        numbers[take.id] = f"take {counted[take.shot]}"
    performances = Performances(story)
    picked = {shot.id: shown.id for shot in story.shots if (shown := performances.shown(shot))}

    def words(clip: Clip) -> str:
        if clip.source.kind is not SourceKind.SHOT:
            return ""
        id = kept.get(clip.source.ref) or picked.get(clip.source.ref, "")
        return numbers.get(id, "")

    return words


def shapes_of(snapshot: Snapshot) -> Shape:
    """Return a function that gives the size of a clip's picture on screen.

    A shot without a picture is drawn in the film's own raster.
    """
    story = snapshot.story
    assets = {asset.id: asset for asset in story.assets}
    performances = Performances(story)
    shots = {shot.id: shot for shot in story.shots}
    cuts = {cut.id: (cut.width, cut.height) for cut in snapshot.cuts}

    def size(clip: Clip) -> tuple[int, int] | None:
        ref = clip.source.ref
        if clip.source.kind is SourceKind.CUT:
            return cuts.get(ref)
        if clip.source.kind is SourceKind.ASSET:
            return _size_of(assets.get(ref))
        if clip.source.kind is not SourceKind.SHOT or ref not in shots:
            return None
        take = performances.shown(shots[ref])
        shown = assets.get(take.asset if take else shots[ref].board)
        return _size_of(shown) or (story.project.width, story.project.height)

    return size


def _size_of(asset: Asset | None) -> tuple[int, int] | None:
    if asset is None or not asset.width or not asset.height:
        return None
    picture = read_facts(asset.facts).picture
    return (asset.width, asset.height) if picture is None else shown_size(picture)


def _numbered(name: str) -> Iterable[str]:
    yield name
    for number in count(2):
        yield f"{name} {number}"
