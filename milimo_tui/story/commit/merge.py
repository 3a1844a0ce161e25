"""Merge a new version of a screenplay into a film. Scenes and shots are matched by content, and no shot is
lost.

- A shot whose text is unchanged stays as it is, also if it moved in the script.
- A shot whose text changed keeps its id, takes and settings. Its words, people and places are updated from
  the script.
- A shot whose text was removed is parked, and returns when its text returns.

`story.commit.pairing` finds the pairs of old and new shots; this module applies them.

Values that the user set are preserved. Prompt, seed, take, board and the other settings for making takes
never change. Of a changed shot's framing, each axis (such as size or angle) stays unless the new words
explicitly ask for another. The length of a changed shot follows its words, unless it already differed from
the natural length of the old words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from milimo_tui.core.order_keys import make_ascending_keys
from milimo_tui.story.breakdown.film_reading import load_scene_breakdown
from milimo_tui.story.breakdown.stored_json import format_stored_json
from milimo_tui.story.commit.pairing import Pairs, pair_scenes, pair_shots
from milimo_tui.story.commit.scene_changes import describe_preserved_headings, describe_scene_changes
from milimo_tui.story.commit.shot_changes import count_shot_changes
from milimo_tui.story.plan.scene_plan import is_planned_action
from milimo_tui.story.reading.eras import parse_heading_year
from milimo_tui.story.shots import numbering
from milimo_tui.story.shots.own_fields import (
    get_script_value,
    has_user_set_continuation,
    is_set_by_user,
    preserve_user_fields,
    restore_script_values,
)
from milimo_tui.story.shots.shots import SceneDraft, ShotDraft, compute_natural_frames
from milimo_tui.story.values.doubts import CHANGED_HEADING, CONFIRMED_TIME
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.place_layers import OF_LAYER
from milimo_tui.story.values.shot_words import Continuing
from milimo_tui.story.values.text import fold
from milimo_tui.story.values.vocabulary import FramingReading, parse_framing

NewId = Callable[[str], str]
USER_SET_SCENE_FIELDS = frozenset(("heading", "location", "time_of_day", "part", "weather"))
MAX_SUMMARY_SCENES = 3  # A summary describes at most this many changed scenes. The others are only counted.


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReport:
    """The result of a merge: the number of shots for each kind of change, and sentences for the user.

    - `kept` shots are unchanged and at the same position; `moved` shots are at another position.
    - `changed` shots have new text. A shot can be both moved and changed.
    - `new` shots did not exist before.
    - `returned` shots were parked before; `parked` shots are parked now.
    - `scenes` are sentences about scenes that the script moved, renumbered or renamed.
    - `doubts` are sentences about doubtful matches and positions, which the user should check.
    """

    kept: int = 0
    moved: int = 0
    changed: int = 0
    new: int = 0
    returned: int = 0
    parked: int = 0
    doubts: tuple[str, ...] = ()
    scenes: tuple[str, ...] = ()

    @property
    def merge_summary(self) -> str:
        """A one-line summary: `shots: 2 new, 91 changed` and the changes of scenes."""
        scenes = self.scenes
        if len(scenes) > MAX_SUMMARY_SCENES:
            scenes = (*scenes[:MAX_SUMMARY_SCENES], f"and {len(scenes) - MAX_SUMMARY_SCENES} more of scenes")
        counts = ", ".join(self.count_texts)
        return "; ".join((f"shots: {counts}" if counts else "no shots", *scenes))

    @property
    def count_texts(self) -> tuple[str, ...]:
        """The counts that are not zero, each as text: `2 new`, `91 changed`."""
        counts = (
            (self.new, "new"),
            (self.changed, "changed"),
            (self.moved, "moved"),
            (self.returned, "back from parking"),
            (self.parked, "parked"),
            (self.kept, "unchanged"),
        )
        return tuple(f"{count} {word}" for count, word in counts if count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The result of a merge: all scenes and shots in film order, including parked ones, and a report."""

    scenes: tuple[Scene, ...]
    shots: tuple[Shot, ...]
    report: MergeReport


def merge_drafts(story: Story, drafts: Sequence[SceneDraft], *, new_id: NewId) -> Merge:
    """Merge the drafts of a screenplay (its scenes and shots as the rules derive them) into a story.
    `new_id("scene")` and `new_id("shot")` must return new ids.

    The merged shots are in the script's order. In a scene whose text did not change, the shots keep the order
    that the user gave them. Scenes and shots that the user added are never parked. They stay after the scene
    or shot that they followed.
    """
    as_written = [replace(scene, heading=scene.get_script_value("heading")) for scene in story.scenes]
    paired, doubtful = pair_scenes(as_written, drafts)
    ids = [story.scenes[paired[at]].id if at in paired else new_id("scene") for at in range(len(drafts))]
    flat = [(ids[at], shot) for at, draft in enumerate(drafts) for shot in draft.shots]
    elsewhere = _find_shots_moved_by_user(story)
    pairs = pair_shots(
        [replace(shot, scene=elsewhere.get(shot.id, shot.scene)) for shot in story.shots], flat
    )
    read_now = _list_newly_read_scenes(story, drafts, ids, paired)
    in_scene = _place_in_script_order(story, flat, pairs, new_id, elsewhere, read_now)
    _restore_user_order(story, drafts, ids, paired, in_scene)
    _place_unmatched_shots(story, in_scene, flat, pairs, elsewhere)
    scenes, orphans = _merge_scenes(story, drafts, ids, paired, in_scene)
    shots = _assign_order_keys(story, scenes, in_scene)
    scenes, shots, messages = _number_merged_scenes(story, scenes, shots, dict(zip(ids, drafts, strict=True)))
    numbers = {scene.id: scene.number for scene in scenes}
    drafts = [replace(draft, number=numbers[id]) for id, draft in zip(ids, drafts, strict=True)]
    counts = count_shot_changes(story.shots, shots)
    report = MergeReport(
        doubts=(
            *_describe_doubtful_pairs(story, drafts, paired, doubtful),
            *orphans,
            *describe_preserved_headings(story, drafts, paired),
        ),
        scenes=(*messages, *describe_scene_changes(story, drafts, paired)),
        kept=counts["kept"],
        moved=counts["moved"],
        changed=counts["changed"],
        new=counts["new"],
        returned=counts["back"],
        parked=counts["parked"],
    )
    return Merge(scenes=scenes, shots=shots, report=report)


def _number_merged_scenes(
    story: Story, scenes: tuple[Scene, ...], shots: tuple[Shot, ...], of: Mapping[str, SceneDraft]
) -> tuple[tuple[Scene, ...], tuple[Shot, ...], tuple[str, ...]]:
    """Return the scenes and shots with their numbers, and sentences about numbers that have changed. `of`
    maps the id of each scene to its draft (the scene as the script has it now).
    """
    if not story.project.numbers_locked:
        return numbering.number_manual_scenes(scenes), shots, ()
    written = {id: draft.written_number for id, draft in of.items()}
    found = numbering.preserve_locked_numbers(story, scenes, shots, written)
    return found.scenes, found.shots, found.told


def _list_newly_read_scenes(
    story: Story, drafts: Sequence[SceneDraft], ids: Sequence[str], paired: Pairs
) -> frozenset[str]:
    """Return the ids of the scenes whose drafts have another breakdown than the film. Their shots get the
    people, voices and places of the breakdown although their text is unchanged.
    """
    return frozenset(
        ids[at]
        for at, draft in enumerate(drafts)
        if draft.as_read.breakdown is not None
        and (at not in paired or story.scenes[paired[at]].breakdown != _merge_breakdown(None, draft))
    )


InScene = dict[str, list[Shot]]  # maps a scene's id to its shots in order, including parked shots


# ------------------------------------------------------------------ shots


def _find_shots_moved_by_user(story: Story) -> dict[str, str]:
    """Return the shots that the user moved to another scene than the script has them in. The result maps the
    id of each such shot to the id of the scene in the script.
    """
    scenes = sorted((scene.line, scene.id) for scene in story.scenes if scene.line and not scene.parked)
    starts = [line for line, _ in scenes]
    written_in = {
        shot.id: scenes[at - 1][1]
        for shot in story.live_shots()
        if shot.digest and shot.line and (at := bisect_right(starts, shot.line))
    }
    return {
        shot.id: scene for shot in story.shots if (scene := written_in.get(shot.id, shot.scene)) != shot.scene
    }


def _place_in_script_order(
    story: Story,
    flat: Sequence[tuple[str, ShotDraft]],
    pairs: Pairs,
    new_id: NewId,
    elsewhere: Mapping[str, str],
    read_now: Set[str],
) -> InScene:
    """Return, for each scene id, the shots for the scene's drafts in the script's order. If a draft was
    paired with an old shot, that shot is updated; otherwise a new shot is made.

    `flat` has each draft with the id of its scene. Shots that the user moved to another scene (`elsewhere`)
    are left out. `read_now` are the scenes with a new breakdown.
    """
    out: InScene = defaultdict(list)
    # The id of the last shot so far with each text (digest). A later shot that continues the performance of
    # that text continues this shot.
    first: dict[str, str] = {}
    for index, (scene, draft) in enumerate(flat):
        old = story.shots[pairs[index]] if index in pairs else None
        fresh = old or _create_shot_from_draft(new_id("shot"), draft, scene, story.project.seed)
        first[draft.digest] = fresh.id
        leader = first.get(draft.leader, "")
        if old is None:
            out[scene].append(apply_performance(fresh, draft, leader))
        elif old.id not in elsewhere:
            is_changed = old.digest != draft.digest
            base = restore_script_values(old) if is_changed else old
            now = update_from_draft(base, draft, scene, story.project.rate)
            if is_changed:
                now = _focus_on_cast(preserve_user_fields(old, apply_performance(now, draft, leader)))
            elif scene in read_now and not old.parked:
                now = _update_from_breakdown(now, draft)
            elif old.continues_as and not has_user_set_continuation(old):
                now = apply_performance(now, draft, leader)
            out[scene].append(now)
    return out


def apply_performance(shot: Shot, draft: ShotDraft, leader: str) -> Shot:
    """Return a shot whose performance is set as in its draft. A performance is one take that several shots
    show; it begins with the shot with the id `leader`. If `leader` is empty, the shot has a performance of
    its own.

    A shot that starts from the last frame of another shot still does so.
    """
    within = draft.within if leader else Continuing.END
    if not (within or shot.continues_as):
        return shot
    return replace(shot, continues=leader if within else "", continues_as=within)


def _create_shot_from_draft(id: str, draft: ShotDraft, scene: str, seed: int) -> Shot:
    return Shot(
        id=id,
        scene=scene,
        order="",
        action=draft.action,
        dialogue=draft.dialogue,
        characters=draft.characters,
        size=draft.size,
        angle=draft.angle,
        movement=draft.movement,
        function=draft.function,
        rig=draft.rig,
        frames=draft.frames,
        caption=draft.caption,
        line=draft.line,
        end_line=draft.end_line,
        digest=draft.digest,
        seed=seed,
        focus=draft.focus,
        reason=draft.reason,
        doubts=draft.doubts,
        location=draft.location,
        part=draft.part,
        time_of_day=draft.time_of_day,
        weather=draft.weather,
        stands=draft.stands,
    )


def update_from_draft(shot: Shot, draft: ShotDraft, scene: str, rate: Fraction) -> Shot:
    """Return an old shot updated from its draft, as described in the module docstring. `scene` is the id of
    its scene.

    Values that the user set are restored afterwards by `own_fields.preserve_user_fields`.
    """
    placed = replace(shot, scene=scene, line=draft.line, end_line=draft.end_line, parked=False)
    if shot.digest == draft.digest:
        return placed
    voices = [{line.character for line in value.dialogue} for value in (shot, draft)]
    # If the speakers are not the same as before, the old framing does not fit any more.
    if voices[0] != voices[1]:
        framed = replace(
            placed,
            action=draft.action,
            characters=draft.characters,
            size=draft.size,
            angle=draft.angle,
            movement=draft.movement,
            function=draft.function,
            rig=draft.rig,
        )
    elif draft.dialogue and not draft.listed:
        # The rules derive the action and characters of a dialogue shot from its framing. The framing stays,
        # so they stay too.
        framed = _apply_requested_framing(placed, draft, FramingReading())
    else:
        framed = _apply_requested_framing(placed, draft, parse_framing(shot.action))
        if len(draft.characters) != len(shot.characters):
            framed = replace(framed, function=draft.function)
        framed = replace(framed, action=draft.action, characters=draft.characters)
    own_length = shot.frames != compute_natural_frames(shot.action, shot.dialogue, shot.caption, rate)
    return replace(
        framed,
        focus=draft.focus,
        reason=draft.reason,
        doubts=draft.doubts,
        location=draft.location,
        part=draft.part,
        time_of_day=draft.time_of_day,
        weather=draft.weather,
        stands=draft.stands,
        dialogue=draft.dialogue,
        caption=draft.caption,
        digest=draft.digest,
        frames=shot.frames if own_length else draft.frames,
    )


def _update_from_breakdown(shot: Shot, draft: ShotDraft) -> Shot:
    """Return a shot with unchanged text with the people, voices, place, time and weather that a new breakdown
    of its scene gives it. Values of the user stay.

    The framing changes only if the picture has other people, if voices are heard in another way, or if the
    breakdown asks for another framing. If the user set the people, the picture stays as it is, because the
    framing of the breakdown is about other people.
    """
    scripted = restore_script_values(shot)
    placed = replace(
        scripted,
        doubts=draft.doubts,
        location=draft.location,
        part=draft.part,
        time_of_day=draft.time_of_day,
        weather=draft.weather,
        characters=draft.characters,
    )
    if is_set_by_user(shot, "characters"):
        return preserve_user_fields(shot, placed)
    wanted = draft.written_framing.function
    is_same_picture = (
        scripted.characters == draft.characters
        and [line.heard for line in shot.dialogue] == [line.heard for line in draft.dialogue]
        and wanted in (None, scripted.function)
    )
    # The plan writes the action of a speech (“Mara speaks to Jun.”), unless the user has written another one.
    is_planned = bool(draft.dialogue) and is_planned_action(shot.action)
    placed = replace(
        placed,
        action=draft.action if is_planned else shot.action,
        dialogue=draft.dialogue,
        stands=draft.stands,
    )
    if is_same_picture:
        return preserve_user_fields(shot, placed)
    framed = replace(
        placed,
        size=draft.size,
        angle=draft.angle,
        movement=draft.movement,
        function=draft.function,
        rig=draft.rig,
        focus=draft.focus,
        reason=draft.reason,
    )
    return preserve_user_fields(shot, framed)


def _focus_on_cast(shot: Shot) -> Shot:
    """Return a shot whose people the user set, focused on one of them if its focus is another person of the
    script.
    """
    is_elsewhere = shot.focus not in shot.characters and shot.focus in get_script_value(shot, "characters")
    if not is_elsewhere or is_set_by_user(shot, "focus"):
        return shot
    return replace(shot, focus=next(iter(shot.characters), ""))


def _update_changed_shot(shot: Shot, draft: ShotDraft, scene: str, rate: Fraction) -> Shot:
    """Return `update_from_draft` of a shot, with the values that the user set preserved."""
    if shot.digest == draft.digest:
        return update_from_draft(shot, draft, scene, rate)
    return preserve_user_fields(shot, update_from_draft(restore_script_values(shot), draft, scene, rate))


def _apply_requested_framing(shot: Shot, draft: ShotDraft, before: FramingReading) -> Shot:
    """Return a shot with a changed framing: each axis (such as size or angle) that the new words explicitly
    ask for is set. An axis stays unchanged if the old words asked for the same value.

    `before` is the framing that the old words asked for.
    """
    written = draft.written_framing
    return replace(
        shot,
        size=draft.size if written.size not in (None, before.size) else shot.size,
        angle=draft.angle if written.angle not in (None, before.angle) else shot.angle,
        movement=draft.movement if written.movements not in ((), before.movements) else shot.movement,
        function=draft.function if written.function not in (None, before.function) else shot.function,
        rig=draft.rig if written.rig not in (None, before.rig) else shot.rig,
    )


def _restore_user_order(
    story: Story, drafts: Sequence[SceneDraft], ids: Sequence[str], paired: Pairs, in_scene: InScene
) -> None:
    """For each scene whose text did not change, sort its shots in the order that the user gave them in the
    film. `in_scene` is changed in place.
    """
    was_in = {shot.id: (shot.scene, index) for index, shot in enumerate(story.shots) if not shot.parked}
    for at, old in paired.items():
        scene = ids[at]
        same_text = fold(story.scenes[old].text) == fold(drafts[at].text)
        if same_text and all(was_in.get(shot.id, ("", 0))[0] == scene for shot in in_scene[scene]):
            in_scene[scene].sort(key=lambda shot: was_in[shot.id][1])


def _place_unmatched_shots(
    story: Story,
    in_scene: InScene,
    flat: Sequence[tuple[str, ShotDraft]],
    pairs: Pairs,
    elsewhere: Mapping[str, str],
) -> None:
    """Insert the shots that match no draft of the script. Each is inserted after the shot that it followed
    before. A shot that was made from the script but is no longer in it is parked.

    A parked shot stays in its scene. A shot that the user added or moved follows its preceding shot, even
    into another scene.
    """
    drafts = {story.shots[old].id: flat[index][1] for index, old in pairs.items()}
    matched = drafts.keys() - elsewhere.keys()
    home = {shot.id: scene for scene, shots in in_scene.items() for shot in shots}
    # Maps the id of a shot to the shots to insert after it. Shots at the beginning of a scene are under the
    # id of the scene.
    followers: dict[str, list[Shot]] = defaultdict(list)
    before: dict[str, Shot | None] = {}
    last: dict[str, Shot] = {}
    for shot in story.shots:
        before[shot.id] = last.get(shot.scene)
        last[shot.scene] = shot
        if shot.id in matched:
            continue
        draft = drafts.get(shot.id)
        if draft is None:
            left = replace(shot, parked=shot.parked or bool(shot.digest))
        else:
            left = _update_changed_shot(shot, draft, shot.scene, story.project.rate)
        anchor = before[shot.id]
        while anchor and (
            home[anchor.id] != shot.scene if left.parked else anchor.digest and anchor.id not in drafts
        ):
            anchor = before[anchor.id]
        home[shot.id] = home[anchor.id] if anchor else shot.scene
        left = replace(left, scene=home[shot.id])
        followers[anchor.id if anchor else shot.scene].append(left)
    for scene in {*in_scene, *(shot.scene for left in followers.values() for shot in left)}:
        in_scene[scene] = _insert_follower_shots(in_scene.get(scene, []), followers, scene)


def _insert_follower_shots(
    shots: Iterable[Shot], followers: Mapping[str, Sequence[Shot]], head: str
) -> list[Shot]:
    out: list[Shot] = []
    waiting = [*reversed([*followers.get(head, ()), *shots])]
    while waiting:
        shot = waiting.pop()
        out.append(shot)
        waiting.extend(reversed(followers.get(shot.id, ())))
    return out


def _assign_order_keys(story: Story, scenes: Sequence[Scene], in_scene: InScene) -> tuple[Shot, ...]:
    """Return all shots with order keys, scene by scene. Only shots that moved get a new key."""
    was = {shot.id: shot for shot in story.shots}
    out: list[Shot] = []
    for scene in scenes:
        shots = in_scene.get(scene.id, [])
        stayed = [shot.id in was and was[shot.id].scene == scene.id for shot in shots]
        keys = [shot.order or None if stays else None for shot, stays in zip(shots, stayed, strict=True)]
        for shot, key in zip(shots, make_ascending_keys(keys), strict=True):
            out.append(shot if key == shot.order else replace(shot, order=key))
    placed = {shot.id for shot in out}
    # Shots without a position belong to scenes in the bin.
    elsewhere = (shot for shot in story.shots if shot.id not in placed)
    return (*out, *elsewhere)


# ------------------------------------------------------------------ scenes


def _merge_scenes(
    story: Story, drafts: Sequence[SceneDraft], ids: Sequence[str], paired: Pairs, in_scene: InScene
) -> tuple[tuple[Scene, ...], list[str]]:
    """Return all scenes in film order. Also return one sentence for each scene that was removed from the
    script but still has shots that the user added.
    """
    matched = {old: at for at, old in paired.items()}
    orphans: list[str] = []
    followers: dict[str, list[Scene]] = defaultdict(list)
    before = ""
    for index, scene in enumerate(story.scenes):
        if index not in matched:
            own = sum(1 for shot in in_scene.get(scene.id, ()) if not shot.parked)
            if own and scene.line and not scene.parked:
                orphans.append(
                    f"scene {scene.number} ({scene.heading}) is gone from the script but keeps {own}"
                    f" {'shot' if own == 1 else 'shots'} added by the user"
                )
            is_parked = scene.parked if not scene.line else not own
            followers[before].append(replace(scene, parked=is_parked))
        before = scene.id
    fresh: list[Scene] = []
    # True if all headings up to this scene are those of the film, and if all texts are. A later scene can
    # decide the era of a heading with a year.
    has_same_headings = has_same_texts = True
    written = [scene for scene in story.scenes if scene.line and not scene.parked]
    for at, draft in enumerate(drafts):
        old = story.scenes[paired[at]] if at in paired else None
        is_same_heading = old is not None and old.get_script_value("heading") == draft.heading
        has_same_headings &= is_same_heading and at < len(written) and written[at] is old
        is_same_text = old is not None and fold(old.text) == fold(draft.text)
        has_same_texts &= has_same_headings and is_same_text and not parse_heading_year(draft.heading)
        scene = _merge_scene(
            old,
            draft,
            ids[at],
            has_same_headings=has_same_headings,
            has_same_texts=has_same_texts,
        )
        if old is not None and old.is_set_by_user("order") and not old.parked:
            followers[_find_previous_scene_id(story, old)].append(scene)
        else:
            fresh.append(scene)
    ordered: list[Scene] = []
    waiting = [*reversed([*followers.get("", ()), *fresh])]
    while waiting:
        scene = waiting.pop()
        ordered.append(scene)
        waiting.extend(reversed(followers.get(scene.id, ())))
    keys = make_ascending_keys([scene.order or None for scene in ordered])
    return tuple(replace(scene, order=key) for scene, key in zip(ordered, keys, strict=True)), orphans


def _find_previous_scene_id(story: Story, scene: Scene) -> str:
    """Return the id of the scene before `scene` in the film, or an empty string for the first scene."""
    place = story.scenes.index(scene)
    return story.scenes[place - 1].id if place else ""


def _merge_scene(
    old: Scene | None, draft: SceneDraft, id: str, *, has_same_headings: bool, has_same_texts: bool
) -> Scene:
    """Return the scene `old` updated from its draft, or a new scene with id `id`. Fields that the user set
    are preserved.

    A scene whose text and reading are unchanged keeps its weather, which another version may have found in
    other words. If all headings before it are unchanged (`has_same_headings`), it also keeps its time and
    place. If the texts before it are unchanged too (`has_same_texts`), it also keeps its era.
    """
    scene = Scene(
        id=id,
        order=old.order if old else "",
        number=draft.number,
        heading=draft.heading,
        setting=draft.setting,
        location=draft.location,
        time_of_day=draft.time_of_day,
        text=draft.text,
        line=draft.line,
        part=draft.part,
        weather=draft.weather,
        era=draft.era,
        breakdown=_merge_breakdown(old, draft),
    )
    if old is None:
        return scene
    is_unchanged = fold(old.text) == fold(draft.text) and old.get_script_value("heading") == draft.heading
    if is_unchanged and scene.breakdown == old.breakdown:
        fields = ("weather", "time_of_day", "location", "part") if has_same_headings else ("weather",)
        found: dict[str, Any] = {field: old.get_script_value(field) for field in fields}
        scene = replace(scene, **found, era=old.era if has_same_texts else scene.era)
    scene = replace(
        scene, coverage=old.coverage, omitted=old.omitted, prompt_parts=old.prompt_parts, layers=old.layers
    )
    of_layers = tuple(pair for pair in old.own if pair[0].startswith(OF_LAYER))
    own = {field: getattr(scene, field) for field, _ in old.own if field in USER_SET_SCENE_FIELDS}
    confirmed = dict(old.own).get(CONFIRMED_TIME)
    # A value of the user that is the same as the script's was set on purpose.
    kept = {
        field: value
        for field in own
        if (value := getattr(old, field)) != own[field]
        or (confirmed is None and value == old.get_script_value(field))
    }
    placed = [("order", "")] if old.is_set_by_user("order") else []
    if confirmed not in (None, scene.heading):
        kept.pop("time_of_day", None)
    answers = _list_time_answers(old, scene, confirmed) if "time_of_day" in kept else []
    set_fields = [(field, own[field]) for field in kept]
    return replace(scene, **kept, own=(*placed, *set_fields, *answers, *of_layers))


def _merge_breakdown(old: Scene | None, draft: SceneDraft) -> str:
    """Return the breakdown of a scene as JSON: that of its draft, or the scene's own, marked as outdated
    because it is about another text.
    """
    if draft.as_read.breakdown is not None:
        return format_stored_json(draft.as_read.breakdown)
    known = load_scene_breakdown(old) if old is not None else None
    return format_stored_json(replace(known, is_outdated=True)) if known is not None else ""


def _list_time_answers(old: Scene, scene: Scene, confirmed: str | None) -> list[tuple[str, str]]:
    """Return the entries of `own` that record how the user set the time of a scene: the user confirmed a
    guess, or the heading has changed since. `scene` has the values of the script.
    """
    if confirmed is not None:
        return [(CONFIRMED_TIME, confirmed)]
    heading_changed = old.get_script_value("heading") != scene.heading
    time_changed = old.get_script_value("time_of_day") != scene.time_of_day
    is_open = old.is_set_by_user(CHANGED_HEADING) or (heading_changed and time_changed)
    return [(CHANGED_HEADING, "")] if is_open else []


# ------------------------------------------------------------------ the report


def _describe_doubtful_pairs(
    story: Story, drafts: Sequence[SceneDraft], paired: Pairs, doubtful: Set[int]
) -> Iterable[str]:
    for at in sorted(doubtful):
        old, draft = story.scenes[paired[at]], drafts[at]
        yield (
            f"scene {draft.number} ({draft.heading}) is taken for scene {old.number} ({old.heading}),"
            " but much has changed: look whether its takes still belong"
        )
