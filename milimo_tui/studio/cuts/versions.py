"""Versions of a cut in the film: freezing one with the takes it shows, and comparing two of them."""

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

PARKED = 24  # letters that name a shot without a number


def frozen_copy(studio: Studio, cut: Cut, name: str) -> Cut:
    """A frozen copy of a cut under a free name, with the takes that it shows now; one edit.

    The cut itself goes on as it was.
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
    """The next name for a version of a cut: `long v1`, `long v2` …"""
    taken = {each.name for each in cuts}
    return next(name for number in count(1) if (name := f"{cut.name} v{number}") not in taken)


def names_of(studio: Studio) -> dict[str, str]:
    """What shots, files and cuts are called, by id; shots that have no number any more by their words."""
    snapshot = studio.snapshot()
    story = snapshot.story
    return {
        **{id: f"“{shorten(words, PARKED, placeholder=' …')}”" for id, words in words_of(studio).items()},
        **{asset.id: asset.name for asset in story.assets},
        **{cut.id: cut.name for cut in snapshot.cuts},
        **story.numbers,
    }


def words_of(studio: Studio) -> dict[str, str]:
    """What shots are about, in the screenplay's words, by id: of those in the bin, too, that a cut shows."""
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
    """What two cuts of the film differ in, other takes among them."""
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
    """What a clip of a shot shows: `take 2`, counted as the shot's takes were made."""
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
    """The pictures' sizes on a screen; a shot that has none yet is drawn in the film's own raster."""
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
