"""Performances: a speech that one take holds whole, over several shots of the film.

The first shot of a performance makes the take: all of its lines, for the whole of its length. A shot that
continues it shows that take closer, from where its own part begins, or lays another picture under the take's
sound. Each shot keeps its own part of the lines and of the length; what the whole is follows from them. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.story.plan.closer import Crop, crop_of
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Continuing, Line, Shot, Story, Take, VoicePosition

_APART = (VoicePosition.SEEN, VoicePosition.OFF_SCREEN)  # heard so, a voice is there where it is not seen


@dataclass(frozen=True, slots=True)
class Performance:
    """The shots of a performance in film order, the one that makes its take first; `begins` says at which
    frame of it each shot's part begins.
    """

    parts: tuple[Shot, ...]
    begins: tuple[int, ...]

    @property
    def first(self) -> Shot:
        return self.parts[0]

    @property
    def frames(self) -> int:
        """How long the whole is."""
        return self.begins[-1] + self.parts[-1].frames

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that is said in it, in order; a line that the cut parted is one again."""
        return _whole([_said(shot, self.first) for shot in self.parts])

    def begins_at(self, shot: Shot) -> int:
        """The frame of the whole at which a shot's part begins."""
        return next(begin for part, begin in zip(self.parts, self.begins, strict=True) if part.id == shot.id)

    def voices(self) -> tuple[str, ...]:
        """Who speaks in it, each once."""
        return tuple(dict.fromkeys(line.character for line in self.lines))


class Performances:
    """The performances of a film, by the shots in them; of shots that stand for themselves there is none."""

    def __init__(self, story: Story) -> None:
        self._takes: Mapping[str, Take] | None = None
        self._story = story
        self._of: dict[str, Performance] = {}
        sharing = any(shot.continues_as and shot.continues for shot in story.shots)
        for performance in _found(story) if sharing else ():
            self._of |= {shot.id: performance for shot in performance.parts}

    def of(self, shot: Shot) -> Performance | None:
        """The performance that a shot is a part of."""
        return self._of.get(shot.id)

    def within(self, shot: Shot) -> Performance | None:
        """The performance that a shot goes on with; None for its first, and for a shot by itself."""
        found = self._of.get(shot.id)
        return found if found is not None and found.first.id != shot.id else None

    def begins(self, shot: Shot) -> int:
        """The frame of its maker's take at which a shot's part begins."""
        found = self._of.get(shot.id)
        return found.begins_at(shot) if found is not None and self.maker(shot).id == found.first.id else 0

    def maker(self, shot: Shot) -> Shot:
        """The shot that makes the take which a shot shows: itself, or the first of what it shows closer."""
        found = self.within(shot)
        return found.first if found is not None and shot.continues_as is Continuing.CLOSER else shot

    def crop(self, shot: Shot) -> Crop | None:
        """What of its maker's picture a shot shows that is closer; None for one that shows its own."""
        maker = self.maker(shot)
        return crop_of(maker, shot) if maker.id != shot.id else None

    def performed(self, shot: Shot) -> Shot:
        """A shot as its own take is made: the first with all that is said, for the whole of its length; one
        that is laid under the sound with the voices out of the frame, and none of their words.
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
        """The take that a shot shows; its head and tail are handles, and the other parts of a performance."""
        if self._takes is None:
            self._takes = {take.id: take for take in self._story.takes}
        take = picked_takes.picked(self.maker(shot), self._takes)
        return take if take is None else self.as_shown(shot, take)

    def as_shown(self, shot: Shot, take: Take) -> Take:
        """A take of a shot's maker with what lies before and behind the shot's own part as handles."""
        found = self._of.get(shot.id)
        if found is None or self.maker(shot).id != found.first.id:
            return take
        before = min(found.begins_at(shot), max(0, take.length - 1))
        behind = max(0, take.length - before - shot.frames)
        return replace(take, head=take.head + before, tail=take.tail + behind)


def _listening(shot: Shot, performance: Performance) -> str:
    """What is seen in a picture under the sound, where its shot says what the speaker does."""
    names = [name for name in shot.characters if name not in performance.voices()]
    return f"{' and '.join(names)} {'listen' if len(names) > 1 else 'listens'}." if names else ""


def _found(story: Story) -> list[Performance]:
    """Every performance of more than one shot, in the order of their first ones."""
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
    """The shot whose performance one is within: itself where it continues none that is in the film."""
    seen = {shot.id}
    at = shot
    while at.continues_as and at.continues in live and at.continues not in seen:
        at = live[at.continues]
        seen.add(at.id)
    return shot if at.continues_as and at.continues in seen else at


def _said(part: Shot, first: Shot) -> tuple[Line, ...]:
    """A part's lines as the take says them: off screen over a listener, they come from a face in the take."""
    if part.continues_as is not Continuing.UNDER:
        return part.dialogue
    heard = {line.character: line.heard for line in first.dialogue}
    return tuple(replace(line, heard=heard.get(line.character, line.heard)) for line in part.dialogue)


def _whole(parts: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """The lines of parts in order, pieces of one line put together; of voices at once each whole."""
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
