"""Collect the conditions of a shot's takes, which are the pictures and clips that a take must follow, and the
origin of each condition.

If two conditions apply to the same frame, the user's condition has priority, then the shot's board, then the
last frame of the previous shot (continuity). A picture that can't be sent is never left out silently:
`problem` has the reason, or `behind` names the picture that is used instead. Pure functions over a story
snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from milimo_tui.engines.specs import video_specs
from milimo_tui.engines.specs.spec_values import Input
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.lines.line_identity import have_all_lines_takes
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story, Take
from milimo_tui.story.values.line_take import LineTake
from milimo_tui.story.values.making import BoardUse, Conditioning, FollowKind

FollowSource = Literal["hand", "board", "continuity"]
# The shortest allowed side of a picture in pixels. A smaller picture has no detail that a take could follow.
LEAST_SIDE = 16
USE_SHEET = "milimo shot sheet {number} --use begins with it all the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedItem:
    """A picture, clip or control that a take follows.

    - `frame` is the frame of the shot at which it applies, counted from 0.
    - `at` is the number of the single frame used from a clip; None if the entire clip is used.
    - `start` is the number of frames skipped at the beginning of the clip, because they are the handle of a
      take.
    - `id` is the id of the condition that the user set; otherwise it is empty.
    - `problem` is the reason why no take can be made with this item, and `hint` is the advice.
    - `behind` says what is used in place of this item; if it is not empty, the item is not sent.
    """

    source: FollowSource = "hand"
    what: str
    frame: int = 0
    strength: float = 1.0
    asset: Asset | None = None
    at: int | None = None
    start: int = 0
    control: str = ""
    prepared: bool = False
    id: str = ""
    problem: str = ""
    hint: str = ""
    behind: str = ""

    @property
    def is_clip(self) -> bool:
        """True if the take follows several frames of a clip and not a single picture."""
        return self.asset is not None and self.asset.kind is AssetKind.VIDEO and self.at is None

    @property
    def is_sent(self) -> bool:
        """True if the item is part of the spec of a take made now. False for the end of the previous shot,
        which `take_batch` adds later.
        """
        return self.asset is not None and not (self.problem or self.behind or self.source == "continuity")


@dataclass(frozen=True, slots=True)
class StoryIndex:
    """An index of a story's assets, shots and takes by id, and of its takes of lines by the id of their shot.
    It is built once and used for many shots.
    """

    story: Story
    assets: Mapping[str, Asset]
    shots: Mapping[str, Shot]
    takes: Mapping[str, Take]
    performances: FilmPerformances
    line_takes: Mapping[str, Sequence[LineTake]]

    @classmethod
    def from_story(cls, story: Story) -> StoryIndex:
        line_takes: dict[str, list[LineTake]] = {}
        for take in story.line_takes:
            line_takes.setdefault(take.shot, []).append(take)
        return cls(
            story,
            {asset.id: asset for asset in story.assets},
            {shot.id: shot for shot in story.shots},
            {take.id: take for take in story.takes},
            FilmPerformances(story),
            line_takes,
        )

    def get_shot_number(self, shot: Shot) -> str:
        return self.story.numbers.get(shot.id, "a parked shot")

    def is_spoken_separately(self, shot: Shot) -> bool:
        """Return True if every line of a shot, and of the shots that continue its performance, has a take of
        its own. These takes are heard in place of the sound of the shot's take.
        """
        performance = self.performances.get_performance(shot)
        begins = performance is not None and performance.first_shot.id == shot.id
        parts = performance.parts if performance is not None and begins else (self.shots[shot.id],)
        takes = [take for part in parts for take in self.line_takes.get(part.id, ())]
        return have_all_lines_takes(parts, takes)

    def get_shown_take(self, shot: Shot) -> Take | None:
        """Return the take that a shot shows, trimmed to the stretch for this shot if several shots share the
        take. Return None if there is no take.
        """
        take = picked_takes.get_picked_take(self.performances.find_take_maker(shot), self.takes)
        return None if take is None else self.performances.trim_take_to_shot(shot, take)


def list_followed(story: Story, shot: Shot, index: StoryIndex | None = None) -> tuple[FollowedItem, ...]:
    """Return everything that the takes of a shot follow: first the user's conditions in their order, then the
    board, then continuity.
    """
    film = index or StoryIndex.from_story(story)
    found = [_make_manual_item(film, shot, one) for one in shot.conditioning]
    found += _list_board_item(film, shot)
    found += _list_continuity_item(film, shot)
    taken: dict[int, FollowedItem] = {}
    out = []
    for one in found:
        one = _hold_back_sheet(film, shot, one)
        if not (one.control or one.problem or one.behind):
            first = taken.setdefault(one.frame, one)
            if first is not one:
                one = replace(one, behind=f"{first.what} is followed at frame {one.frame}")
        out.append(one)
    return tuple(out)


@dataclass(frozen=True, slots=True)
class ShotEnd:
    """The last frame of a shot: the file or the job output that contains it, and its frame number `at` in
    that file.
    """

    input: Input
    at: int


def begins_with_previous_end(story: Story, shot: Shot) -> bool:
    """Return True if the takes of the shot begin with the last frame of another shot, which the shot
    continues.
    """
    ends = (one for one in list_followed(story, shot) if one.source == "continuity" and not one.behind)
    return bool(shot.continuity_source) and next(ends, None) is not None


def find_last_frame(shot: Shot, take: Take | MakeVideo | None, begins: int = 0) -> int:
    """Return the number of the shot's last frame in the file of a take. `take` is a take, or the spec of a
    take that is still to be made.

    The number includes the handle at the head of the take. If several shots share the take, `begins` is the
    frame of the take's content at which this shot begins; otherwise it is 0.
    """
    if take is None:
        return max(0, shot.frames - 1)
    length = take.length if isinstance(take, Take) else take.frames
    return take.head + max(0, min(begins + shot.frames, length) - 1)


def get_head_of_take(story: Story, take: Take) -> Fraction:
    """Return the length in seconds of the handle at the beginning of a take's file. The part that the shot
    shows begins at this position.
    """
    asset = next((asset for asset in story.assets if asset.id == take.asset), None)
    return take.compute_head_seconds(asset.rate if asset else story.project.rate)


def make_conditioning(
    followed: Iterable[FollowedItem], root: Path | None
) -> tuple[video_specs.Conditioning, ...]:
    """Return the conditions for a spec. They are made from those items of `followed` that are sent to the
    engine and apply at a certain frame.

    `root` is the project's folder. If it is None, the paths of managed files are relative.
    """
    return tuple(
        video_specs.Conditioning(
            input=get_conditioning_path(one.asset, root),
            frame=one.frame,
            strength=one.strength,
            source=one.source,
            at=None if one.at is None else one.at + one.start,
            start=one.start if one.at is None else 0,
        )
        for one in followed
        if one.is_sent and not one.control and one.asset is not None
    )


def make_controls(followed: Iterable[FollowedItem], root: Path | None) -> tuple[video_specs.Control, ...]:
    """Return the controls for a spec. They are made from those items of `followed` that are clips of which
    the take follows one feature throughout, such as depth or edges.

    `root` is the project's folder. If it is None, the paths of managed files are relative.
    """
    return tuple(
        video_specs.Control(
            kind=kind,
            input=get_conditioning_path(one.asset, root),
            strength=one.strength,
            prepared=one.prepared,
            start=one.start,
        )
        for one in followed
        for kind in video_specs.FOLLOWED
        if one.control == kind and one.is_sent and one.asset is not None
    )


def get_conditioning_path(asset: Asset, root: Path | None) -> str:
    """Return the path of an asset's file. The path of a managed file begins with the project's folder `root`,
    or is relative if `root` is None.
    """
    return str(root / asset.path) if asset.managed and root is not None else asset.path


def _make_manual_item(film: StoryIndex, shot: Shot, one: Conditioning) -> FollowedItem:
    what, asset, problem, hint = _find_conditioning_source(film, one)
    take = _get_followed_take(film, one)
    frame = one.frame + shot.frames if one.frame < 0 else one.frame
    number = film.get_shot_number(shot)
    if not problem and not 0 <= frame < shot.frames:
        problem = f"it is set at frame {one.frame}, but {number} has {shot.frames} frames"
        hint = f"milimo shot condition set {number} {one.id} --frame -1, or make the shot longer"
    at = one.at if asset is not None and asset.kind is AssetKind.VIDEO else None
    count = take.length if take is not None else asset.frames if asset is not None else None
    if at is not None and count is not None and not problem and not -count <= at < count:
        problem = f"{what} has {count} frames and no frame {at}"
        hint = f"--at names one of 0 to {count - 1}, or last"
    if at is not None:
        what = f"{what}, its last frame" if at == -1 else f"{what}, frame {at}"
        if at < 0 and count is not None and take is not None and take.length != take.frames:
            at += count
    if not problem and one.control and asset is not None and asset.kind is not AssetKind.VIDEO:
        problem, hint = (
            f"a {one.control} control needs a clip, and {what} is not a clip",
            "give it a clip, or no --control",
        )
    return FollowedItem(
        what=what,
        frame=max(0, frame),
        strength=one.strength,
        asset=asset,
        at=at,
        start=take.head if take is not None and asset is not None else 0,
        control=one.control,
        prepared=one.prepared,
        id=one.id,
        problem=problem,
        hint=hint,
    )


def _find_conditioning_source(film: StoryIndex, one: Conditioning) -> tuple[str, Asset | None, str, str]:
    """Return the name and the asset of the source that a condition refers to. If the asset can't be used,
    also return the problem and the advice; otherwise these are empty.
    """
    if one.kind is FollowKind.ASSET:
        asset = film.assets.get(one.asset)
        if asset is None or asset.binned:
            name = asset.name if asset else one.asset
            return (
                name,
                None,
                f"{name} is no longer in the film",
                "milimo bin list lists deleted files; or remove this input",
            )
        if asset.kind is AssetKind.SOUND:
            return asset.name, None, f"{asset.name} is a sound", "a take follows pictures and clips"
        name = asset.name or Path(asset.path).name
        if asset.width and asset.height and min(asset.width, asset.height) < LEAST_SIDE:
            size = f"{asset.width}×{asset.height}"
            hint = f"sides of {LEAST_SIDE} pixels are enough"
            return name, asset, f"{name} is {size}: too small to follow", hint
        return name, asset, "", ""
    other = film.shots.get(one.other)
    if other is None or other.parked:
        return "a deleted shot", None, "its shot was deleted", "remove this input, or undo"
    number = film.get_shot_number(other)
    if one.kind is FollowKind.BOARD:
        asset = film.assets.get(other.board)
        return _describe_source_or_missing(f"board {number}", asset, f"milimo storyboard board {number}")
    take = film.get_shown_take(other)
    asset = film.assets.get(take.asset) if take else None
    return _describe_source_or_missing(f"take of {number}", asset, f"milimo shot make {number}")


def _get_followed_take(film: StoryIndex, one: Conditioning) -> Take | None:
    """Return the take of another shot that a condition refers to; None if it refers to something else."""
    other = film.shots.get(one.other) if one.kind is FollowKind.TAKE else None
    return film.get_shown_take(other) if other is not None and not other.parked else None


def _describe_source_or_missing(
    what: str, asset: Asset | None, command: str
) -> tuple[str, Asset | None, str, str]:
    if asset is None:
        return what, None, f"there is no {what} yet", f"{command} makes one"
    return what, asset, "", ""


def _list_board_item(film: StoryIndex, shot: Shot) -> list[FollowedItem]:
    """Return the shot's own board as the first frame of its takes, or an empty list.

    The shot's setting says always, never or automatic. Automatic uses a board made by a model or the user,
    but not a previs drawing.
    """
    board = film.assets.get(shot.board)
    is_wanted = shot.board_use is BoardUse.ON or (
        shot.board_use is BoardUse.AUTO and board is not None and board.id not in film.story.previs_boards
    )
    if not is_wanted:
        return []
    number = film.get_shot_number(shot)
    what, asset, problem, hint = _describe_source_or_missing(
        f"board {number}", board, f"milimo storyboard board {number}"
    )
    return [FollowedItem(source="board", what=what, asset=asset, problem=problem, hint=hint)]


def _list_continuity_item(film: StoryIndex, shot: Shot) -> list[FollowedItem]:
    before = film.shots.get(shot.continuity_source)
    if before is None or not shot.continuity:
        return []
    take = film.get_shown_take(before)
    return [
        FollowedItem(
            source="continuity",
            what=f"end of {film.get_shot_number(before)}",
            asset=film.assets.get(take.asset) if take else None,
            at=find_last_frame(before, take),
        )
    ]


def _hold_back_sheet(film: StoryIndex, shot: Shot, one: FollowedItem) -> FollowedItem:
    """Return the item `one`, marked as not sent if it would be the first frame of a take but is a reference
    sheet (several views of one thing). A reference sheet does not look like a frame of a film. Any other item
    is returned unchanged.
    """
    if one.asset is None or one.frame or one.control or one.problem:
        return one
    sheet = next((sheet for sheet in film.story.sheets if sheet.asset == one.asset.id), None)
    if sheet is None or not sheet.is_sheet:
        return one
    why = f" ({sheet.reason})" if sheet.reason else ""
    return replace(
        one,
        behind=f"it is a reference sheet, not a frame of a film{why}",
        hint=USE_SHEET.format(number=film.get_shot_number(shot)),
    )


def describe_held_back_sheets(story: Story, shot: Shot) -> tuple[str, ...]:
    """Return a sentence for each reference sheet that is not used as the first frame of the shot's takes. The
    sentence contains the command that uses it in spite of this.
    """
    number = story.numbers.get(shot.id, shot.id)
    return tuple(
        f"{number} does not begin with {one.what}: {one.behind}; {one.hint}"
        for one in list_followed(story, shot)
        if one.behind and one.hint
    )


def list_follow_problems(followed: Sequence[FollowedItem]) -> tuple[tuple[str, str], ...]:
    """Return a sentence and a hint for each item that prevents a take."""
    return tuple((one.problem, one.hint) for one in followed if one.problem)
