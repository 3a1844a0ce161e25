"""Performances: a speech that one take contains completely, over several shots of the film.

The first shot of a performance makes the take, with all lines and the full length. A shot that continues the
performance shows the take closer, from the beginning of its own part, or lays another picture under the sound
of the take. Each shot stores its own part of the lines and of the length; the performance is computed from
the parts. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.plan.closer import Crop, crop_of
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
    def first(self) -> Shot:
        """The shot that makes the take."""
        return self.parts[0]

    @property
    def frames(self) -> int:
        """The frames of the complete performance."""
        return self.begins[-1] + self.parts[-1].frames

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines of the performance in order; a line that was split between shots is one line again."""
        return _whole([_said(shot, self.first) for shot in self.parts])

    def begins_at(self, shot: Shot) -> int:
        """Return the frame of the performance at which a shot's part begins."""
        return next(begin for part, begin in zip(self.parts, self.begins, strict=True) if part.id == shot.id)

    def voices(self) -> tuple[str, ...]:
        """Return the speakers of the performance, each once."""
        return tuple(dict.fromkeys(line.character for line in self.lines))


class Performances:
    """The performances of a film, by shot. A shot on its own has no performance."""

    def __init__(self, story: Story) -> None:
        self._takes: Mapping[str, Take] | None = None
        self._story = story
        self._of: dict[str, Performance] = {}
        sharing = any(shot.continues_as and shot.continues for shot in story.shots)
        for performance in _found(story) if sharing else ():
            self._of |= {shot.id: performance for shot in performance.parts}

    def of(self, shot: Shot) -> Performance | None:
        """Return the performance that a shot is part of, or None."""
        return self._of.get(shot.id)

    def within(self, shot: Shot) -> Performance | None:
        """Return the performance that a shot continues; None for its first shot and for a shot on its own."""
        found = self._of.get(shot.id)
        return found if found is not None and found.first.id != shot.id else None

    def begins(self, shot: Shot) -> int:
        """Return the frame of its maker's take at which a shot's part begins."""
        found = self._of.get(shot.id)
        return found.begins_at(shot) if found is not None and self.maker(shot).id == found.first.id else 0

    def maker(self, shot: Shot) -> Shot:
        """Return the shot that makes the take of a shot: itself, or the first shot whose take it shows
        closer.
        """
        found = self.within(shot)
        return found.first if found is not None and shot.continues_as is Continuing.CLOSER else shot

    def crop(self, shot: Shot) -> Crop | None:
        """Return the crop of the maker's picture that a closer shot shows, or None for a shot with its own
        picture.
        """
        maker = self.maker(shot)
        return crop_of(maker, shot) if maker.id != shot.id else None

    def performed(self, shot: Shot) -> Shot:
        """Return a shot as its own take is made.

        The first shot has all lines and the full length. A shot under the sound has the voices out of the
        frame, without their words.
        """
        found = self._of.get(shot.id)
        if found is None:
            return shot
        if found.first.id == shot.id:
            own = found.parts[0]
            lines = _whole([shot.dialogue, *(_said(part, own) for part in found.parts[1:])])
            return replace(shot, dialogue=lines, frames=shot.frames + found.frames - own.frames)
        if shot.continues_as is not Continuing.UNDER:
            return shot
        unseen = VoicePosition.OFF_SCREEN
        voices = {line.character: line.heard for line in found.lines}
        heard = {name: unseen if how in _APART else how for name, how in voices.items()}
        lines = tuple(Line(name, "", heard=how) for name, how in heard.items())
        action = _listening(shot, found) if shot.action == found.first.action else shot.action
        return replace(shot, dialogue=lines, action=action)

    def shown(self, shot: Shot) -> Take | None:
        """Return the take that a shot shows; its head and tail are its handles and the other parts of the
        performance.
        """
        if self._takes is None:
            self._takes = {take.id: take for take in self._story.takes}
        take = picked_takes.picked(self.maker(shot), self._takes)
        return take if take is None else self.as_shown(shot, take)

    def as_shown(self, shot: Shot, take: Take) -> Take:
        """Return a take of a shot's maker with the frames before and after the shot's own part as handles."""
        found = self._of.get(shot.id)
        if found is None or self.maker(shot).id != found.first.id:
            return take
        before = min(found.begins_at(shot), max(0, take.length - 1))
        behind = max(0, take.length - before - shot.frames)
        return replace(take, head=take.head + before, tail=take.tail + behind)


def _listening(shot: Shot, performance: Performance) -> str:
    """Return the action of a picture under the sound, for a shot whose own action describes the speaker."""
    names = [name for name in shot.characters if name not in performance.voices()]
    return f"{' and '.join(names)} {'listen' if len(names) > 1 else 'listens'}." if names else ""


def _found(story: Story) -> list[Performance]:
    """Return every performance of more than one shot, in the order of the first shots."""
    live = {shot.id: shot for shot in story.live_shots()}
    sharing: dict[str, list[Shot]] = {}
    for shot in live.values():
        root = _root(shot, live)
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


def _root(shot: Shot, live: Mapping[str, Shot]) -> Shot:
    """Return the shot whose performance a shot is in: itself if it continues no shot of the film."""
    seen = {shot.id}
    at = shot
    while at.continues_as and at.continues in live and at.continues not in seen:
        at = live[at.continues]
        seen.add(at.id)
    return shot if at.continues_as and at.continues in seen else at


def _said(part: Shot, first: Shot) -> tuple[Line, ...]:
    """Return the lines of a part as spoken in the take: off screen over a listener, but by a visible face in
    the take.
    """
    if part.continues_as is not Continuing.UNDER:
        return part.dialogue
    heard = {line.character: line.heard for line in first.dialogue}
    return tuple(replace(line, heard=heard.get(line.character, line.heard)) for line in part.dialogue)


def _whole(parts: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
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
