"""Test the film cache: after edits by any process, the cached film equals the film read from the file
again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from milimo_tui.core.errors import Conflict, Refused
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.cut.values.cut import Cut, Marker
from milimo_tui.store.project.film_cache import FilmCache
from milimo_tui.store.project.project_file import ProjectFile
from tests.store.history.test_history import set_frames
from tests.store.samples import asset, cut, scenes, shots, take


def in_order(cuts: Sequence[Cut]) -> list[Cut]:
    """Return the cuts with their clips and transitions sorted by id, because their order is not
    guaranteed.
    """
    return [
        replace(
            each,
            clips=tuple(sorted(each.clips, key=lambda clip: clip.id)),
            transitions=tuple(sorted(each.transitions, key=lambda transition: transition.id)),
        )
        for each in cuts
    ]


def check(film: ProjectFile) -> None:
    story, cuts = film.load_film()
    assert story == film.load_story()
    assert in_order(cuts) == in_order(film.load_cuts())


def edit_cut(film: ProjectFile, rng: random.Random, number: int) -> None:
    """Change, add or remove clips and markers of a random cut."""
    old = rng.choice(film.load_cuts())
    clips, spare = list(old.clips), replace(old.clips[0], id=f"clip_{number}", order=f"Z{number:04d}V")
    place = rng.randrange(len(clips))
    match rng.choice(["alter", "add", "remove", "marker", "name"]):
        case "alter":
            clips[place] = replace(clips[place], frames=number + 1)
        case "add":
            clips.append(spare)
        case "remove" if clips[place].anchor is None and len(clips) > 2 and not old.transitions:
            hung = {clip.anchor for clip in clips} | {marker.clip for marker in old.markers}
            clips = [clip for clip in clips if clip.id != clips[place].id or clip.id in hung]
    markers = old.markers
    if number % 3 == 0:
        markers = (*markers, Marker(id=f"marker_{number}", cut=old.id, frame=rng.randrange(100)))
    new = replace(old, clips=tuple(clips), markers=markers, name=f"{old.id} {number}")
    film.write_edit(f"edit {number}", scope=old.id, actor=f"hand {number % 2}", before=[old], after=[new])


def act(film: ProjectFile, rng: random.Random, number: int) -> None:
    cuts = film.load_cuts()
    scope = rng.choice(["project", *(each.id for each in cuts)])
    match rng.choice(
        ["edit"] * 6 + ["undo"] * 3 + ["redo"] * 2 + ["playhead", "take", "new", "away", "back"]
    ):
        case "undo":
            film.undo(scope, None)
        case "redo":
            film.redo(scope, None)
        case "playhead":
            film.facts.set_cut_state(cuts[0].id, playhead=number)
        case "take":
            film.facts.add_take(take(str(number), "shot_0"), asset(str(number)))
        case "new":
            made = [cut(f"c{number}", ["shot_0", "shot_1"])]
            film.write_edit("new", scope="project", actor="a", before=[], after=made)
        case "away" if len(cuts) > 1:
            film.write_edit("away", scope="project", actor="a", before=[cuts[-1]], after=[])
        case "back" if film.bin.list_items():
            film.bin.restore_item(rng.choice(film.bin.list_items()).id)
        case _:
            edit_cut(film, rng, number)


@pytest.mark.parametrize("seed", range(6))
def test_cached_values_equal_those_read(empty: ProjectFile, paths: ProjectPaths, seed: int) -> None:
    """Two processes follow a third that edits the film: one reads rarely, the other after every edit."""
    rng = random.Random(seed)
    whole: list[Any] = [*scenes(1), *shots(4, 4), cut("x", ["shot_0", "shot_1", "shot_2"])]
    empty.write_edit("start", scope="project", actor="a", before=[], after=whole)
    with ProjectFile.open(paths) as seldom, ProjectFile.open(paths) as often:
        seldom._memory = FilmCache(many=12)
        for number in range(70):
            try:
                act(empty, rng, number)
            except (Conflict, Refused):
                continue
            check(often)
            if number % 9 == 0:
                check(seldom)
        check(seldom)
        check(empty)


def test_unchanged_values_are_the_same_objects(film: ProjectFile, paths: ProjectPaths) -> None:
    for id in ("x", "y"):
        film.write_edit("cut", scope="project", actor="a", before=[], after=[cut(id, ["shot_0", "shot_1"])])
    story, (x, y) = film.load_film()
    assert film.load_film() == (story, (x, y))
    assert film.load_film()[1][0] is x
    with ProjectFile.open(paths) as other:
        seen = other.load_cut("x")
        first, *rest = seen.clips
        after = replace(seen, clips=(replace(first, frames=7), *rest))
        other.write_edit("trim", scope="x", actor="b", before=[seen], after=[after])
    later, (x2, y2) = film.load_film()
    assert y2 is y
    assert later.shots is story.shots
    assert later.revision == story.revision + 1
    assert [one is other for one, other in zip(x2.clips, x.clips, strict=True)] == [False, True, True]
    set_frames(film, 30)
    assert film.load_film()[1][0] is x2
    assert film.load_film()[0] == film.load_story()
