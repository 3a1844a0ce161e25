"""Versions of a cut in the film: freeze a cut with the takes that it shows, and compare two cuts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import count
from textwrap import shorten

from milimo_tui.core.ids import new_id
from milimo_tui.cut.compare.comparison import CutDifference, compare_cuts
from milimo_tui.cut.follow.reframing import PictureSizeOf
from milimo_tui.cut.values.conform import compute_display_size
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.new_cuts import create_frozen_copies, get_base_cut_name
from milimo_tui.cut.values.streams import parse_stream_facts
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset, Shot, Story
from milimo_tui.studio.render.frozen_takes import load_frozen_takes, store_frozen_takes
from milimo_tui.studio.session.studio import FilmSnapshot, Studio

# Maximum number of characters of the text that names a shot without a number. The rest is cut off.
PARKED_NAME_LENGTH = 24


def freeze_cut(studio: Studio, cut: Cut, name: str) -> Cut:
    """Add a frozen copy of a cut to the film as one edit, and return the copy. The copy has the first free
    name that begins with `name`. The cut itself does not change.

    The copy keeps the takes that the cut shows now, even if other takes are picked later.
    """
    snapshot = studio.take_snapshot()
    taken = {each.name for each in snapshot.cuts} | {name}

    def take_free_name(wanted: str) -> str:
        found = next(each for each in _generate_numbered_names(wanted) if each not in taken)
        taken.add(found)
        return found

    copies = create_frozen_copies(
        cut, name, {each.id: each for each in snapshot.cuts}, new_id, take_free_name
    )
    label = f"freeze “{cut.name}” as “{name}”"
    studio.require_project().write_edit(
        label, scope="project", actor=studio.actor, before=[], after=list(copies)
    )
    store_frozen_takes(studio.require_project(), snapshot.story, copies)
    return copies[0]


def make_version_name(cuts: Iterable[Cut], cut: Cut) -> str:
    """Return the next free name for a version of a cut: `long v1`, `long v2` …"""
    names = {each.name for each in cuts}
    return next(name for number in count(1) if (name := f"{cut.name} v{number}") not in names)


def name_all_sources(studio: Studio) -> dict[str, str]:
    """Return the display names of all shots, files and cuts, by id. A shot without a number, such as a parked
    shot, is named by the beginning of its text.
    """
    snapshot = studio.take_snapshot()
    story = snapshot.story
    return {
        **{
            id: f"“{shorten(words, PARKED_NAME_LENGTH, placeholder=' …')}”"
            for id, words in describe_shots(studio).items()
        },
        **{asset.id: asset.name for asset in story.assets},
        **{cut.id: cut.name for cut in snapshot.cuts},
        **story.numbers,
    }


def describe_shots(studio: Studio) -> dict[str, str]:
    """Return a description of each shot in the words of the screenplay, by shot id. Shots in the bin are
    included if a cut shows them.
    """
    snapshot = studio.take_snapshot()
    words = {shot.id: _describe_shot_action(shot) for shot in snapshot.story.shots}
    shown = {
        clip.source.ref
        for cut in snapshot.cuts
        for clip in cut.clips
        if clip.source.kind is SourceKind.SHOT and clip.source.ref not in words
    }
    if shown:
        words |= {
            item.id: item.name for item in studio.require_project().bin.list_items() if item.id in shown
        }
    return words


def _describe_shot_action(shot: Shot) -> str:
    spoken = " ".join(line.text for line in shot.dialogue)
    return " ".join((shot.action or spoken or "a shot").split())


def compare_film_cuts(studio: Studio, old: Cut, new: Cut) -> tuple[CutDifference, ...]:
    """Return the differences between two cuts of the film, including different takes."""
    snapshot = studio.take_snapshot()
    takes = load_frozen_takes(studio.require_project(), (old, new))
    pictures = (
        _make_take_namer(snapshot.story, takes.get(old.id, {})),
        _make_take_namer(snapshot.story, takes.get(new.id, {})),
    )
    called = {cut.id: get_base_cut_name(cut.name) for cut in snapshot.cuts}

    def identify_source(source: ClipSource) -> Hashable:
        return (source.kind, called.get(source.ref)) if source.kind is SourceKind.CUT else source

    return compare_cuts(old, new, name_all_sources(studio), same=identify_source, pictures=pictures)


def _make_take_namer(story: Story, kept: Mapping[str, str]) -> Callable[[Clip], str]:
    """Return a function that names the take that a clip shows, such as `take 2`. The name is empty for a clip
    that does not show a shot.

    Takes of a shot are numbered in the order in which they were made. `kept` maps shot ids to the ids of the
    takes that a frozen cut keeps; other shots show their picked take.
    """
    numbers: dict[str, str] = {}
    counted: dict[str, int] = {}
    for take in story.takes:
        counted[take.shot] = counted.get(take.shot, 0) + 1
        numbers[take.id] = f"take {counted[take.shot]}"
    performances = FilmPerformances(story)
    picked = {shot.id: shown.id for shot in story.shots if (shown := performances.find_shown_take(shot))}

    def name_take(clip: Clip) -> str:
        if clip.source.kind is not SourceKind.SHOT:
            return ""
        id = kept.get(clip.source.ref) or picked.get(clip.source.ref, "")
        return numbers.get(id, "")

    return name_take


def make_size_lookup(snapshot: FilmSnapshot) -> PictureSizeOf:
    """Return a function that gives the size in pixels of the picture that a clip shows. A shot without a
    picture has the size of the film.
    """
    story = snapshot.story
    assets = {asset.id: asset for asset in story.assets}
    performances = FilmPerformances(story)
    shots = {shot.id: shot for shot in story.shots}
    cuts = {cut.id: (cut.width, cut.height) for cut in snapshot.cuts}

    def size(clip: Clip) -> tuple[int, int] | None:
        ref = clip.source.ref
        if clip.source.kind is SourceKind.CUT:
            return cuts.get(ref)
        if clip.source.kind is SourceKind.ASSET:
            return _get_display_size(assets.get(ref))
        if clip.source.kind is not SourceKind.SHOT or ref not in shots:
            return None
        take = performances.find_shown_take(shots[ref])
        shown = assets.get(take.asset if take else shots[ref].board)
        return _get_display_size(shown) or (story.project.width, story.project.height)

    return size


def _get_display_size(asset: Asset | None) -> tuple[int, int] | None:
    if asset is None or not asset.width or not asset.height:
        return None
    picture = parse_stream_facts(asset.facts).picture
    return (asset.width, asset.height) if picture is None else compute_display_size(picture)


def _generate_numbered_names(name: str) -> Iterable[str]:
    yield name
    for number in count(2):
        yield f"{name} {number}"
