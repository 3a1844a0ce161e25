"""Performances: a speech that one take contains completely, over several shots of the film.

The first shot of a performance makes the take, with all lines and the full length. A shot that continues the
performance shows the take closer, from the beginning of its own part, or lays another picture under the sound
of the take. Each shot stores its own part of the lines and of the length; the performance is computed from
the parts. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.plan.closer import ShotCrop, compute_crop
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Continuing, Line, Shot, Story, Take, VoicePosition

# Voice positions in which the speaker is present although out of the picture.
_APART = (VoicePosition.SEEN, VoicePosition.OFF_SCREEN)


@dataclass(frozen=True, slots=True)
class Performance:
    """The shots of a performance in film order; the first makes the take.

    `begins` are the frames of the take at which the parts of the shots begin.
    """

    parts: tuple[Shot, ...]
    begins: tuple[int, ...]

    @property
    def first_shot(self) -> Shot:
        """The shot that makes the take."""
        return self.parts[0]

    @property
    def total_frames(self) -> int:
        """The frames of the complete performance."""
        return self.begins[-1] + self.parts[-1].frames

    @property
    def joined_lines(self) -> tuple[Line, ...]:
        """All lines of the performance in order; a line that was split between shots is one line again."""
        return _join_performance_lines([_lines_as_in_take(shot, self.first_shot) for shot in self.parts])

    def get_part_start(self, shot: Shot) -> int:
        """Return the frame of the performance at which a shot's part begins."""
        return next(begin for part, begin in zip(self.parts, self.begins, strict=True) if part.id == shot.id)

    def list_voices(self) -> tuple[str, ...]:
        """Return the speakers of the performance, each once."""
        return tuple(dict.fromkeys(line.character for line in self.joined_lines))


class FilmPerformances:
    """The performances of a film, by shot. A shot on its own has no performance."""

    def __init__(self, story: Story) -> None:
        self._takes: Mapping[str, Take] | None = None
        self._story = story
        self._of: dict[str, Performance] = {}
        sharing = any(shot.continues_as and shot.continues for shot in story.shots)
        for performance in _find_performances(story) if sharing else ():
            self._of |= {shot.id: performance for shot in performance.parts}

    def get_performance(self, shot: Shot) -> Performance | None:
        """Return the performance that a shot is part of, or None."""
        return self._of.get(shot.id)

    def get_continued_performance(self, shot: Shot) -> Performance | None:
        """Return the performance that a shot continues; None for its first shot and for a shot on its own."""
        found = self._of.get(shot.id)
        return found if found is not None and found.first_shot.id != shot.id else None

    def get_take_start(self, shot: Shot) -> int:
        """Return the frame of its maker's take at which a shot's part begins."""
        found = self._of.get(shot.id)
        return (
            found.get_part_start(shot)
            if found is not None and self.find_take_maker(shot).id == found.first_shot.id
            else 0
        )

    def find_take_maker(self, shot: Shot) -> Shot:
        """Return the shot that makes the take of a shot: itself, or the first shot whose take it shows
        closer.
        """
        found = self.get_continued_performance(shot)
        return found.first_shot if found is not None and shot.continues_as is Continuing.CLOSER else shot

    def compute_shot_crop(self, shot: Shot) -> ShotCrop | None:
        """Return the crop of the maker's picture that a closer shot shows, or None for a shot with its own
        picture.
        """
        maker = self.find_take_maker(shot)
        return compute_crop(maker, shot) if maker.id != shot.id else None

    def prepare_for_take(self, shot: Shot) -> Shot:
        """Return a shot as its own take is made.

        The first shot has all lines and the full length. A shot under the sound has the voices out of the
        frame, without their words.
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
        """Return the take that a shot shows; its head and tail are its handles and the other parts of the
        performance.
        """
        if self._takes is None:
            self._takes = {take.id: take for take in self._story.takes}
        take = picked_takes.get_picked_take(self.find_take_maker(shot), self._takes)
        return take if take is None else self.trim_take_to_shot(shot, take)

    def trim_take_to_shot(self, shot: Shot, take: Take) -> Take:
        """Return a take of a shot's maker with the frames before and after the shot's own part as handles."""
        found = self._of.get(shot.id)
        if found is None or self.find_take_maker(shot).id != found.first_shot.id:
            return take
        before = min(found.get_part_start(shot), max(0, take.length - 1))
        behind = max(0, take.length - before - shot.frames)
        return replace(take, head=take.head + before, tail=take.tail + behind)


def _describe_silent_listeners(shot: Shot, performance: Performance) -> str:
    """Return the action of a picture under the sound, for a shot whose own action describes the speaker."""
    names = [name for name in shot.characters if name not in performance.list_voices()]
    return f"{' and '.join(names)} {'listen' if len(names) > 1 else 'listens'}." if names else ""


def _find_performances(story: Story) -> list[Performance]:
    """Return every performance of more than one shot, in the order of the first shots."""
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
    """Return the shot whose performance a shot is in: itself if it continues no shot of the film."""
    seen = {shot.id}
    at = shot
    while at.continues_as and at.continues in live and at.continues not in seen:
        at = live[at.continues]
        seen.add(at.id)
    return shot if at.continues_as and at.continues in seen else at


def _lines_as_in_take(part: Shot, first: Shot) -> tuple[Line, ...]:
    """Return the lines of a part as spoken in the take: off screen over a listener, but by a visible face in
    the take.
    """
    if part.continues_as is not Continuing.UNDER:
        return part.dialogue
    heard = {line.character: line.heard for line in first.dialogue}
    return tuple(replace(line, heard=heard.get(line.character, line.heard)) for line in part.dialogue)


def _join_performance_lines(parts: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Return the lines of all parts in order, with pieces of a line joined; simultaneous voices each stay
    together.
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
