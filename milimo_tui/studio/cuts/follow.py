"""Update the cuts of a film after its scenes and shots changed, and describe the tasks that this leaves for
the editor.

All functions are pure, except that `apply_length_policy` may ask the user a question. The rules for a single
cut are in `cut.follow.assembly` and `cut.follow.reconcile`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from milimo_tui.core.errors import Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import RATE_LIMITS
from milimo_tui.cut.follow import assembly, changed_shots
from milimo_tui.cut.follow.reconcile import FollowResult
from milimo_tui.cut.follow.shared_takes import update_shared_takes
from milimo_tui.cut.follow.story_line import ShotLength, convert_shot_frames
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Cut, SourceKind
from milimo_tui.story.values.film import Asset, AssetKind, Project, Story
from milimo_tui.studio.cuts.shared_takes import find_shared_takes
from milimo_tui.studio.session.prompts import Prompter

FIRST = "main"  # The name of a film's first cut.
TO_PLACE = "not in the cut yet (milimo cut place)"
GONE = "in the cut without their shot (milimo cut gone)"
MARKED = "marked because their shot has a new length (milimo cut take-up)"


class LengthPolicy(StrEnum):
    """The rule for clips of hand-edited cuts when the length of their shot changes: keep the clip's length,
    take the new length, or ask the user.
    """

    KEEP = "keep"  # The clip keeps its length in the cut and is marked.
    RIPPLE = "ripple"  # The clip takes the shot's new length, and later clips move.
    ASK = "ask"  # The user is asked. Without a user to ask, the policy is KEEP.


@dataclass(frozen=True, slots=True)
class CutsUpdate:
    """The result of updating all cuts of a film, in order, after the story changed."""

    each: tuple[FollowResult, ...] = ()
    taken_up: int = 0  # The number of clips that took the new length of their shot.

    @property
    def cuts(self) -> tuple[Cut, ...]:
        return tuple(follow.cut for follow in self.each)

    @property
    def to_place(self) -> tuple[str, ...]:
        """The ids of new shots that the editor has not inserted in any cut yet."""
        return tuple(dict.fromkeys(shot for follow in self.each for shot in follow.to_place))

    @property
    def gone(self) -> tuple[str, ...]:
        """The ids of clips whose shot was removed from the film."""
        return tuple(clip for follow in self.each for clip in follow.gone)

    @property
    def marked(self) -> tuple[str, ...]:
        """The ids of clips that kept their length in the cut although the length of their shot changed."""
        return tuple(clip for follow in self.each for clip in follow.marked)

    @property
    def sentence(self) -> str:
        """A sentence that lists the editor's open tasks with their commands; empty if there are none."""
        return _join_follow_counts(
            (len(self.to_place), TO_PLACE), (len(self.gone), GONE), *self._count_length_changes()
        )

    @property
    def news(self) -> str:
        """A sentence that lists the editor's tasks with their commands. It counts only the tasks that this
        change caused; `sentence` also counts tasks from earlier changes.
        """
        new_shots = {shot for follow in self.each for shot in follow.came}
        return _join_follow_counts((len(new_shots), TO_PLACE), *self._count_length_changes())

    def _count_length_changes(self) -> tuple[tuple[int, str], ...]:
        return (len(self.marked), MARKED), (self.taken_up, "took up the new length")


def _join_follow_counts(*parts: tuple[int, str]) -> str:
    return "; ".join(f"{count} {words}" for count, words in parts if count)


def make_first_cut(story: Story) -> CutsUpdate:
    """Return an update that contains a film's first cut with all of its shots."""
    project = story.project
    cut = new_cuts.create_cut(
        FIRST,
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
        new_id=new_id,
    )
    return CutsUpdate((FollowResult(assemble_cut(cut, story)),))


def make_cut_for_file(project: Project, asset: Asset) -> Cut:
    """Return a film's first cut, empty, with the frame rate and the picture size of a film file. If the file
    has none that a film can have, the cut has those of the film's settings.
    """
    low, high = RATE_LIMITS
    width, height = ((side or 0) // 2 * 2 for side in (asset.width, asset.height))
    if asset.kind is not AssetKind.VIDEO or min(width, height) < 2:
        width, height = project.width, project.height
    return new_cuts.create_cut(
        FIRST,
        rate=asset.rate if asset.rate and low <= asset.rate <= high else project.rate,
        width=width,
        height=height,
        sample_rate=project.sample_rate,
        new_id=new_id,
    )


def assemble_cut(cut: Cut, story: Story) -> Cut:
    """Return the empty cut `cut`, filled with all shots of a film."""
    cut = assembly.assemble_shots(cut, list_shot_lengths(story), new_id, rate=story.project.rate)
    return update_shared_takes(None, cut, find_shared_takes(story), {}, new_id)


def update_cuts(cuts: Sequence[Cut], before: Story, after: Story) -> CutsUpdate:
    """Return all cuts, updated from the story `before` to the story `after`.

    A hand-edited cut keeps its order and lengths: new shots wait until the editor places them, and clips of
    changed shots are marked. All other cuts follow the story. A nested cut, which another cut shows as a
    clip, gets no new shots: they are added to the outer cut.
    """
    was, now, rate = list_shot_lengths(before), list_shot_lengths(after), after.project.rate
    nested = {clip.source.ref for cut in cuts for clip in cut.clips if clip.source.kind is SourceKind.CUT}
    # New shots are added only to a cut that did not know them before. For a nested cut, all current shots
    # therefore count as known.
    known = dict([*now, *was])
    shared_before, shared_now = find_shared_takes(before), find_shared_takes(after)
    each = []
    for cut in cuts:
        of_old = list(known.items()) if cut.id in nested else was
        one = assembly.follow_shots(cut, now, new_id, rate=rate, was=of_old)
        each.append(replace(one, cut=update_shared_takes(cut, one.cut, shared_now, shared_before, new_id)))
    return CutsUpdate(tuple(each))


def list_cuts_in_own_order(followed: CutsUpdate, story: Story, shots: Collection[str]) -> list[str]:
    """Return the names of hand-edited cuts in which the moved shots have another order than on the
    storyboard. `shots` are the ids of the moved shots.
    """
    in_order = [shot for shot, _ in list_shot_lengths(story)]
    cuts = [cut for cut in followed.cuts if cut.hand_edited and not cut.frozen]
    return [cut.name for cut in cuts if not changed_shots.is_in_film_order(cut, in_order, shots)]


def describe_kept_order(cuts: Sequence[str], number: str = "") -> str:
    """Return the message that hand-edited cuts keep their order after shots moved on the storyboard.

    `number` is the number of the moved shot; empty if several shots moved.
    """
    names = " and ".join(f"“{name}”" for name in cuts)
    keep = "keeps its" if len(cuts) == 1 else "keep their"
    hint = (
        f"milimo cut reorder {number} moves it there"
        if number
        else "milimo cut reorder uses the storyboard's"
    )
    return f"{names}, edited by the user, {keep} order: {hint}"


def list_shot_lengths(story: Story) -> list[ShotLength]:
    """Return the id and length in frames of each shot in film order, without parked shots."""
    return [(shot.id, shot.frames) for shot in story.live_shots()]


def apply_length_policy(
    followed: CutsUpdate, story: Story, lengths: LengthPolicy, asks: Prompter
) -> CutsUpdate:
    """Return the updated cuts, with the new shot lengths applied to marked clips if the policy says so.

    Under `ASK`, the user is asked one question for all clips.
    """
    if not followed.marked or lengths is LengthPolicy.KEEP:
        return followed
    if lengths is LengthPolicy.ASK and not asks.ask_for_consent(_format_ripple_question(followed)):
        return followed
    frames = dict(list_shot_lengths(story))
    each = tuple(_take_up_shot_lengths(one, frames, story) for one in followed.each)
    left = CutsUpdate(each)
    return replace(left, taken_up=len(followed.marked) - len(left.marked))


def _format_ripple_question(followed: CutsUpdate) -> str:
    """Return the question whether marked clips take their shots' new lengths. With one or two cuts, the text
    fits in 80 columns.
    """
    names = " and ".join(f"“{one.cut.name}”" for one in followed.each if one.marked)
    count = len(followed.marked)
    clips, shots = ("clip", "the shot has") if count == 1 else ("clips", "their shots have")
    return f"{count} {clips} of {names}: {shots} a new length now. Ripple?"


def _take_up_shot_lengths(one: FollowResult, frames: dict[str, int], story: Story) -> FollowResult:
    """Trim or extend each marked clip of a cut to the new length of its shot.

    `frames` maps shots to lengths in the film's frames. A clip that can't be changed stays marked.
    """
    cut, left = one.cut, []
    shots = {clip.id: clip.source.ref for clip in cut.clips}
    for clip_id in one.marked:
        length = convert_shot_frames(frames[shots[clip_id]], story.project.rate, cut)
        try:
            cut = changed_shots.extend_to_shot_length(cut, clip_id, length, new_id=new_id)
        except Refused:
            # The clip stays marked because its track is locked or another clip is in the way.
            left.append(clip_id)
    return replace(one, cut=cut, marked=tuple(left))
