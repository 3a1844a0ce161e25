"""The appearance of a clip: its number, its text, and the state of its shot as a glyph and a word.

Pure: computed from the story, the picked takes and the queue's jobs, for one clip at a time and only when
that clip is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property

from milimo_tui.cut.values.cut import Available, Clip, SourceKind
from milimo_tui.cut.values.effects import NO_EFFECTS
from milimo_tui.cut.values.ramps import ramp_of
from milimo_tui.cut.values.timing import room
from milimo_tui.jobs.values.views import JobView
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, AssetKind, Scene, Shot, Story, Take, framed_as

KNOWN = 4096  # Number of cached clip styles: far more than a screen shows.


class State(Enum):
    """A state of a shot's picture: its glyph, its word, and the colour that repeats them."""

    PICKED = ("●", "picked", "picked")
    STALE = ("◐", "stale", "stale")
    WAITING = ("…", "waiting", "stale")
    WORKING = ("▒", "making", "working")
    FAILED = ("✕", "failed", "failed")
    EMPTY = ("○", "no take yet", "muted")
    OFFLINE = ("⊘", "offline", "failed")
    PLAIN = (" ", "", "muted")  # An asset or a gap: no take is made for it.

    @property
    def glyph(self) -> str:
        return self.value[0]

    @property
    def word(self) -> str:
        return self.value[1]

    @property
    def colour(self) -> str:
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Work:
    """The newest queue job of a shot, unless that job has ended well."""

    state: State
    progress: float | None = None
    eta: float | None = None
    reason: str = ""
    preview: str = ""  # Preview file of the job in progress.


@dataclass(frozen=True, slots=True)
class ClipStyle:
    """The appearance of one clip. `name` is short (“3B”); `words` follow where there is space, `line` goes
    below.
    """

    name: str
    words: str = ""
    line: str = ""
    state: State = State.PLAIN
    progress: float | None = None
    gap: bool = False
    take: int = 0  # Number of the picked take from 1, if the shot has several takes.
    signs: tuple[str, ...] = ()  # Speed, link, group, effects: the most important first.


LINKED, GROUPED, KEYED, EFFECT = "∞", "≡", "◆", "ƒ"


@dataclass(frozen=True)
class ClipStyles:
    """A look-up table of clip styles.

    `stale` holds the ids of shots whose take no longer fits, `offline` the ids of clips without their media.
    """

    shots: Mapping[str, Shot] = field(default_factory=dict)
    takes: Mapping[str, Take] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    scenes: Mapping[str, Scene] = field(default_factory=dict)
    work: Mapping[str, Work] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    offline: frozenset[str] = frozenset()
    performances: Performances | None = None
    cuts: Mapping[str, str] = field(default_factory=dict)  # Names of the cuts that compound clips show.
    _known: dict[str, tuple[Clip, ClipStyle]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _takes_by_shot(self) -> dict[str, tuple[Take, ...]]:
        out: dict[str, tuple[Take, ...]] = {}
        for take in self.takes.values():
            out[take.shot] = (*out.get(take.shot, ()), take)
        return out

    def takes_of(self, shot: str) -> tuple[Take, ...]:
        """Return a shot's takes, oldest first."""
        return self._takes_by_shot.get(shot, ())

    def maker(self, shot: Shot) -> Shot:
        """Return the shot whose take the given shot shows; another one if the shot is part of a
        performance.
        """
        return self.performances.maker(shot) if self.performances is not None else shot

    def picked(self, shot: Shot) -> Take | None:
        """Return the take that a shot shows, or None if the shot has none."""
        return picked_takes.picked(self.maker(shot), self.takes)

    def asset_of(self, clip: Clip) -> Asset | None:
        """Return the file of a clip: its own asset, or the asset of its shot's picked take."""
        ref = clip.source.ref
        if clip.source.kind is SourceKind.SHOT and ref in self.shots:
            take = self.picked(self.shots[ref])
            ref = take.asset if take is not None else ""
        return self.assets.get(ref)

    def head_of(self, clip: Clip) -> Fraction:
        """Return the second of the file at which source time 0 of a clip is. A take's handle comes before
        that second.
        """
        shot = self.shots.get(clip.source.ref) if clip.source.kind is SourceKind.SHOT else None
        take, asset = self.picked(shot) if shot else None, self.asset_of(clip)
        if shot and take and self.performances is not None:
            take = self.performances.as_shown(shot, take)
        return take.head_seconds(asset.rate) if take and asset else Fraction(0)

    def of(self, clip: Clip) -> ClipStyle:
        """Return a clip's style. Styles are cached, because a screen asks for the same style many times."""
        known = self._known.get(clip.id)
        if known is not None and known[0] is clip:
            return known[1]
        if len(self._known) >= KNOWN:
            self._known.clear()
        clip_style = self._of(clip)
        self._known[clip.id] = (clip, clip_style)
        return clip_style

    def handles(self, clip: Clip, rate: Fraction) -> tuple[bool, bool]:
        """Return whether there is more media before the clip's first frame and after its last frame.

        Both are False for media without an end.
        """
        asset = self.asset_of(clip)
        if asset is None or asset.seconds is None or asset.kind is AssetKind.PICTURE:
            return False, False
        media = Available.of(asset.seconds, self.head_of(clip))
        before, after = room(clip, rate, lambda source: media)
        return bool(before), bool(after)

    def _of(self, clip: Clip) -> ClipStyle:
        source = clip.source
        if source.kind is SourceKind.SHOT and source.ref in self.shots:
            return self._shot(clip, self.shots[source.ref])
        if source.kind is SourceKind.ASSET and source.ref in self.assets:
            asset = self.assets[source.ref]
            state = State.OFFLINE if clip.id in self.offline else State.PLAIN
            name = plain(clip.label or asset.name or asset.path.rpartition("/")[2])
            return ClipStyle(name, state=state, signs=signs_of(clip))
        if source.kind is SourceKind.GAP:
            return ClipStyle("gap", gap=True)
        if source.kind is SourceKind.TITLE:
            words = clip.effects.title.text if clip.effects.title else ""
            return ClipStyle(plain(clip.label or first_words(words)) or "title", signs=signs_of(clip))
        if source.kind is SourceKind.CUT and source.ref in self.cuts:
            return ClipStyle(plain(clip.label or self.cuts[source.ref]), "cut", signs=signs_of(clip))
        return ClipStyle(plain(clip.label) or source.kind.value, state=State.OFFLINE)

    def _shot(self, clip: Clip, shot: Shot) -> ClipStyle:
        name = self.numbers.get(shot.id, "") or "–"
        spoken = f"“{shot.dialogue[0].text}”" if shot.dialogue else shot.action
        state, progress = self.state(shot), None
        if clip.id in self.offline:
            state = State.OFFLINE
        if state is State.WORKING:
            progress = self.work[self.maker(shot).id].progress
        takes, picked = self.takes_of(self.maker(shot).id), self.picked(shot)
        return ClipStyle(
            name,
            plain(clip.label or self._headline(shot)),
            plain(spoken),
            state,
            progress,
            take=takes.index(picked) + 1 if len(takes) > 1 and picked in takes else 0,
            signs=signs_of(clip),
        )

    def _headline(self, shot: Shot) -> str:
        """Return a shot's headline. For a shot within a performance, name its first shot and its role:
        `closer 1B, CU Mara`.
        """
        within = self.performances.within(shot) if self.performances is not None else None
        if within is None:
            return headline(shot)
        return f"{shot.continues_as} {self.numbers.get(within.first.id, '')}, {headline(shot)}"

    def preview_of(self, clip: Clip) -> str:
        """Return the preview file of the take that is being made for a clip, or an empty string."""
        shot = self.shots.get(clip.source.ref) if clip.source.kind is SourceKind.SHOT else None
        work = self.work.get(self.maker(shot).id) if shot is not None else None
        return work.preview if work is not None else ""

    def state(self, shot: Shot) -> State:
        """Return the state of a shot that matters most to an editor now."""
        work = self.work.get(self.maker(shot).id)
        if work is not None and work.state in (State.WORKING, State.WAITING):
            return work.state
        if self.picked(shot) is not None:
            return State.STALE if shot.id in self.stale else State.PICKED
        return work.state if work is not None else State.EMPTY


def clip_styles_of(
    story: Story,
    work: Mapping[str, Work] | None = None,
    *,
    stale: frozenset[str] = frozenset(),
    offline: frozenset[str] = frozenset(),
    cuts: Mapping[str, str] | None = None,
) -> ClipStyles:
    """Build the look-up table of clip styles for a story."""
    return ClipStyles(
        {shot.id: shot for shot in story.shots},
        {take.id: take for take in story.takes},
        {asset.id: asset for asset in story.assets},
        story.numbers,
        {scene.id: scene for scene in story.scenes},
        work or {},
        stale,
        offline,
        Performances(story),
        cuts or {},
    )


RAMPED = "ramp"


def signs_of(clip: Clip) -> tuple[str, ...]:
    """List the signs of a clip's title: speed, mute, link, group, keyframes, effects."""
    out = []
    effects = clip.effects
    if ramp_of(effects):
        out.append(RAMPED)
    elif effects.speed != 1:
        out.append(speed_text(effects.speed))
    if clip.muted:
        out.append("mute")
    if clip.link:
        out.append(LINKED)
    if clip.group:
        out.append(GROUPED)
    if any(len(curve) > 1 for _, curve in effects.curves):
        out.append(KEYED)
    elif effects is not NO_EFFECTS and replace(effects, speed=Fraction(1), title=None) != NO_EFFECTS:
        out.append(EFFECT)
    return tuple(out)


def speed_text(speed: Fraction) -> str:
    """Format a speed: `2×`, `0.5×`, `−1×` backwards, `still` for a freeze frame."""
    return f"{float(speed):.3g}×".replace("-", "−") if speed else "still"


def headline(shot: Shot) -> str:
    """Describe a shot in two or three words: who or what is in it, and how it is framed."""
    who = ", ".join(name.title() for name in shot.characters[:2])
    return f"{framed_as(shot.size, shot.function)} {who or first_words(shot.action)}".strip()


def first_words(text: str, count: int = 6) -> str:
    """Return the first `count` words of a text."""
    return " ".join(text.split()[:count])


def plain(text: str) -> str:
    """Make a text safe for terminal cells: one line without control characters."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " for char in text)


_WORK_STATES: dict[str, State] = {
    "running": State.WORKING,
    "publishing": State.WORKING,
    "cancelling": State.WORKING,
    "retrying": State.WAITING,
    "queued": State.WAITING,
    "waiting": State.WAITING,
    "held": State.WAITING,
    "paused": State.WAITING,
    "failed": State.FAILED,
    "set_aside": State.FAILED,
}


def work_of(jobs: Mapping[str, JobView], mine: Callable[[JobView], bool]) -> dict[str, Work]:
    """Return the queue's work by shot, from jobs by id (newest last); only jobs that `mine` accepts count.

    A shot whose newest job is done or cancelled is left out: its takes show its state.
    """
    out: dict[str, Work] = {}
    for job in jobs.values():
        if job.kind != "make_video" or not mine(job):
            continue
        for shot in job.shots:
            out.pop(shot, None)
        state = _WORK_STATES.get(job.state)
        if state is not None:
            progress, eta = job.progress, job.eta
            work = Work(
                state,
                progress if isinstance(progress, float | int) else None,
                eta if isinstance(eta, float | int) else None,
                str(job.error or job.reason),
                str(job.live.get("preview") or "") if state is State.WORKING else "",
            )
            out |= dict.fromkeys(job.shots, work)
    return out
