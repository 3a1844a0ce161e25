"""Combine neighbouring shots into performances. A performance is one take that contains a complete speech and
is shown by several shots of the film.

The first shot of a performance makes the take, with all lines and the full length. Each later shot either
shows its own part of that take as a closer crop, or shows another picture over the sound of the take. Each
shot stores its own part of the lines and of the length; the performance is computed from these parts. Pure
functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.plan.closer import ShotCrop, compute_crop
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Line, Shot, Story, Take
from milimo_tui.story.values.shot_words import Continuing, VoicePosition

# Voice positions of a speaker who is present in the scene. In a shot that shows another picture under the
# sound of a performance, such a speaker is off screen.
_APART = (VoicePosition.SEEN, VoicePosition.OFF_SCREEN)


@dataclass(frozen=True, slots=True)
class Performance:
    """The shots of a performance in film order. The first shot makes the take.

    `begins` has, for each shot, the frame of the take at which its part begins.
    """

    parts: tuple[Shot, ...]
    begins: tuple[int, ...]

    @property
    def first_shot(self) -> Shot:
        """The shot that makes the take."""
        return self.parts[0]

    @property
    def total_frames(self) -> int:
        """The length of the complete performance in frames."""
        return self.begins[-1] + self.parts[-1].frames

    @property
    def joined_lines(self) -> tuple[Line, ...]:
        """All lines of the performance in order. A line that was divided between shots is joined again."""
        return _join_performance_lines([_lines_as_in_take(shot, self.first_shot) for shot in self.parts])

    def get_part_start(self, shot: Shot) -> int:
        """Return the frame of the performance at which the part of `shot` begins."""
        return next(begin for part, begin in zip(self.parts, self.begins, strict=True) if part.id == shot.id)

    def list_voices(self) -> tuple[str, ...]:
        """Return the names of all speakers in the performance, without duplicates."""
        return tuple(dict.fromkeys(line.character for line in self.joined_lines))


class FilmPerformances:
    """All performances of a film, with functions that find the performance of a shot. A shot that does not
    share a take with other shots has no performance.
    """

    def __init__(self, story: Story) -> None:
        self._takes: Mapping[str, Take] | None = None
        self._story = story
        self._of: dict[str, Performance] = {}
        sharing = any(shot.continues_as and shot.continues for shot in story.shots)
        for performance in _find_performances(story) if sharing else ():
            self._of |= {shot.id: performance for shot in performance.parts}

    def get_performance(self, shot: Shot) -> Performance | None:
        """Return the performance that contains a shot, or None."""
        return self._of.get(shot.id)

    def get_continued_performance(self, shot: Shot) -> Performance | None:
        """Return the performance of which `shot` is the second or a later shot. Return None if it is the
        first shot, or if it belongs to no performance.
        """
        found = self._of.get(shot.id)
        return found if found is not None and found.first_shot.id != shot.id else None

    def get_take_start(self, shot: Shot) -> int:
        """Return the frame at which the part of `shot` begins in the take that it shows. This is 0 if the
        shot makes its own take.
        """
        found = self._of.get(shot.id)
        return (
            found.get_part_start(shot)
            if found is not None and self.find_take_maker(shot).id == found.first_shot.id
            else 0
        )

    def find_take_maker(self, shot: Shot) -> Shot:
        """Return the shot that makes the take shown by `shot`.

        For a closer shot of a performance this is the first shot of the performance, otherwise `shot` itself.
        """
        found = self.get_continued_performance(shot)
        return found.first_shot if found is not None and shot.continues_as is Continuing.CLOSER else shot

    def compute_shot_crop(self, shot: Shot) -> ShotCrop | None:
        """Return the crop by which a closer shot of a performance shows a part of the first shot's picture.
        Return None for a shot that makes its own picture.
        """
        maker = self.find_take_maker(shot)
        return compute_crop(maker, shot) if maker.id != shot.id else None

    def prepare_for_take(self, shot: Shot) -> Shot:
        """Return a copy of a shot with the dialogue, action and length for making its own take.

        The first shot of a performance gets all lines and the full length. A shot under the sound of the
        performance gets the speakers as voices out of the frame, without their lines.
        """
        found = self._of.get(shot.id)
        if found is None:
            return shot
        if found.first_shot.id == shot.id:
            own = found.parts[0]
            lines = _join_performance_lines(
                [shot.dialogue, *(_lines_as_in_take(part, own) for part in found.parts[1:])]
            )
            return replace(shot, dialogue=lines, frames=shot.frames + found.total_frames - own.frames)
        if shot.continues_as is not Continuing.UNDER:
            return shot
        unseen = VoicePosition.OFF_SCREEN
        voices = {line.character: line.heard for line in found.joined_lines}
        heard = {name: unseen if how in _APART else how for name, how in voices.items()}
        lines = tuple(Line(name, "", heard=how) for name, how in heard.items())
        action = (
            _describe_silent_listeners(shot, found) if shot.action == found.first_shot.action else shot.action
        )
        return replace(shot, dialogue=lines, action=action)

    def find_shown_take(self, shot: Shot) -> Take | None:
        """Return the take that a shot shows, or None if there is none.

        A shot of a performance shows only its part of the shared take. The frames before this part count as
        the head of the take, and the frames after it as the tail.
        """
        if self._takes is None:
            self._takes = {take.id: take for take in self._story.takes}
        take = picked_takes.get_picked_take(self.find_take_maker(shot), self._takes)
        return take if take is None else self.trim_take_to_shot(shot, take)

    def trim_take_to_shot(self, shot: Shot, take: Take) -> Take:
        """Return a copy of `take` in which only the part of `shot` is shown: all frames before this part
        count as head, and all frames after it as tail. A take that `shot` does not show is returned
        unchanged.
        """
        found = self._of.get(shot.id)
        if found is None or self.find_take_maker(shot).id != found.first_shot.id:
            return take
        before = min(found.get_part_start(shot), max(0, take.length - 1))
        after = max(0, take.length - before - shot.frames)
        return replace(take, head=take.head + before, tail=take.tail + after)


def _describe_silent_listeners(shot: Shot, performance: Performance) -> str:
    """Return an action such as “Mara listens.” for a shot that shows its own picture over the sound of a
    performance.

    This action replaces an action that describes the speaker. The result is empty if nobody in the shot is
    silent.
    """
    names = [name for name in shot.characters if name not in performance.list_voices()]
    return f"{' and '.join(names)} {'listen' if len(names) > 1 else 'listens'}." if names else ""


def _find_performances(story: Story) -> list[Performance]:
    """Return every performance of two or more shots, sorted by first shot."""
    live = {shot.id: shot for shot in story.live_shots()}
    sharing: dict[str, list[Shot]] = {}
    for shot in live.values():
        root = _find_performance_root(shot, live)
        if root.id != shot.id:
            sharing.setdefault(root.id, []).append(shot)
    out = []
    for root_id, others in sharing.items():
        parts = (live[root_id], *others)
        begins, at = [], 0
        for part in parts:
            begins.append(at)
            at += part.frames
        out.append(Performance(parts, tuple(begins)))
    return out


def _find_performance_root(shot: Shot, live: Mapping[str, Shot]) -> Shot:
    """Return the first shot of the performance that `shot` belongs to, or `shot` itself if it continues no
    live shot.

    `live` has the live shots by id. A circle of shots that continue each other has no first shot, so `shot`
    is returned.
    """
    seen = {shot.id}
    at = shot
    while at.continues_as and at.continues in live and at.continues not in seen:
        at = live[at.continues]
        seen.add(at.id)
    return shot if at.continues_as and at.continues in seen else at


def _lines_as_in_take(part: Shot, first: Shot) -> tuple[Line, ...]:
    """Return the lines of a shot of a performance, with the voice positions (visible, off screen …) that the
    speakers have in the take of the `first` shot.

    A shot under the sound of the performance shows the listener, so its own lines are off screen. In the
    take, the same speaker is visible.
    """
    if part.continues_as is not Continuing.UNDER:
        return part.dialogue
    heard = {line.character: line.heard for line in first.dialogue}
    return tuple(replace(line, heard=heard.get(line.character, line.heard)) for line in part.dialogue)


def _join_performance_lines(parts: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Return the lines of all shots of a performance in order. Lines that were divided between shots are
    joined again.

    If all shots have the same characters who speak at once, the lines of each character are put together.
    """
    spoken = [part for part in parts if part]
    voices = [tuple(dict.fromkeys(line.character for line in part)) for part in spoken]
    at_once = len(spoken) > 1 and len(voices[0]) > 1 and all(one == voices[0] for one in voices)
    flat = [line for part in spoken for line in part]
    if at_once:
        flat.sort(key=lambda line: voices[0].index(line.character))
    out: list[Line] = []
    for line in flat:
        last = out[-1] if out else None
        same = last is not None and replace(last, text="", parenthetical="") == replace(line, text="")
        if last is not None and same and not line.parenthetical:
            out[-1] = replace(last, text=f"{last.text} {line.text}")
        else:
            out.append(line)
    return tuple(out)
