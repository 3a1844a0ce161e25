"""Stories for the merge tests: a committed screenplay with takes, and a helper that commits a further
screenplay.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.story.commit.merge import Merge, merge_drafts
from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.shots.shots import SceneDraft, break_down_script
from milimo_tui.story.values.film import Project, Scene, Shot, Story

RATE = Fraction(25)
PROJECT = Project(id="project", name="A film", rate=RATE, seed=7)


class IdSource:
    """A source of ids in order: scene1, shot2, and so on."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"


def drafts(text: str) -> tuple[SceneDraft, ...]:
    return break_down_script(parse(text.encode()), RATE)


class Film:
    """A story to which a test commits screenplays one after the other."""

    def __init__(self, text: str) -> None:
        self.mint = IdSource()
        self.story = Story(project=PROJECT)
        self.commit(text)
        self.story = replace(
            self.story,
            shots=tuple(
                replace(
                    shot,
                    take=f"take of {shot.id}",
                    board=f"board of {shot.id}",
                    prompt=f"prompt of {shot.id}",
                )
                for shot in self.story.shots
            ),
        )

    def commit(self, text: str) -> Merge:
        merged = merge_drafts(self.story, drafts(text), new_id=self.mint)
        check_whole(self.story, merged)
        self.story = replace(self.story, scenes=merged.scenes, shots=merged.shots)
        return merged

    def scene(self, heading: str) -> Scene:
        return next(scene for scene in self.story.scenes if heading in scene.heading)

    def shot(self, words: str) -> Shot:
        """Return the shot whose action or dialogue contains `words`."""
        return next(shot for shot in self.story.shots if words in said(shot))

    def live(self) -> list[str]:
        return [said(shot) for shot in self.story.live_shots()]

    def put(self, shot: Shot, *, after: str = "") -> None:
        """Replace a shot that exists, or add a manual shot after the shot that contains the words `after`."""
        shots = list(self.story.shots)
        known = [index for index, other in enumerate(shots) if other.id == shot.id]
        if known:
            shots[known[0]] = shot
        else:
            shots.insert(shots.index(self.shot(after)) + 1, shot)
        self.story = replace(self.story, shots=tuple(shots))


def said(shot: Shot) -> str:
    return " ".join(line.text for line in shot.dialogue) or shot.action


def check_whole(before: Story, merged: Merge) -> None:
    """Check the rules that hold for every merge: nothing is lost, ids are unique, order values rise and every
    parent exists.
    """
    assert {shot.id for shot in before.shots} <= {shot.id for shot in merged.shots}
    assert {scene.id for scene in before.scenes} <= {scene.id for scene in merged.scenes}
    assert len({shot.id for shot in merged.shots}) == len(merged.shots)
    assert len({scene.id for scene in merged.scenes}) == len(merged.scenes)
    orders = [scene.order for scene in merged.scenes]
    assert orders == sorted(set(orders))
    for scene in merged.scenes:
        keys = [shot.order for shot in merged.shots if shot.scene == scene.id]
        assert keys == sorted(set(keys))
        live = any(not shot.parked for shot in merged.shots if shot.scene == scene.id)
        assert not (scene.parked and live)
    places = {scene.id: index for index, scene in enumerate(merged.scenes)}
    assert [places[shot.scene] for shot in merged.shots] == sorted(
        places[shot.scene] for shot in merged.shots
    )
    report = merged.report
    old = {shot.id: shot for shot in before.shots}
    shots = [
        shot
        for shot in merged.shots
        if not shot.parked and (shot.digest or (shot.order, shot.scene) != _stood(old.get(shot.id)))
    ]
    assert report.kept + report.moved + report.changed + report.new + report.returned == len(shots)


def _stood(shot: Shot | None) -> tuple[str, str] | None:
    return (shot.order, shot.scene) if shot else None
