"""The appearance of a clip on the timeline: its number, its text, and the state of its shot as a glyph and a
word.

Pure. A clip's style is computed from the story, the picked takes and the queue's jobs, and only when the clip
is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property

from milimo_tui.core.safe_text import replace_forbidden_characters
from milimo_tui.cut.values.cut import Available, Clip, SourceKind
from milimo_tui.cut.values.effects import NO_EFFECTS
from milimo_tui.cut.values.ramps import get_speed_ramp
from milimo_tui.cut.values.timing import count_spare_frames
from milimo_tui.jobs.values.views import JobView
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Asset, AssetKind, Scene, Shot, Story, Take
from milimo_tui.story.values.shot_words import name_framing

# Maximum number of cached clip styles; beyond it the cache is emptied. A screen shows far fewer clips.
CACHED_STYLES = 4096


class ClipState(Enum):
    """The state of a shot's picture. Each value is a glyph, a word, and the name of a colour for both."""

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
class ShotWork:
    """The job in the queue that is shown on a shot's clips. It is the newest job of the shot, and it is
    waiting, is running or has failed.
    """

    state: ClipState
    progress: float | None = None
    eta: float | None = None
    reason: str = ""
    preview: str = ""  # Preview file of the job in progress.


@dataclass(frozen=True, slots=True)
class ClipStyle:
    """The appearance of one clip. `name` is a short name such as “3B”. `words` are shown after the name if
    there is space, and `line` is text for the next row of the clip.
    """

    name: str
    words: str = ""
    line: str = ""
    state: ClipState = ClipState.PLAIN
    progress: float | None = None
    gap: bool = False
    take: int = 0  # The number of the picked take, from 1, if the shot has several takes; otherwise 0.
    signs: tuple[str, ...] = ()  # Short texts for speed, link, group and effects, most important first.


LINKED, GROUPED, KEYED, EFFECT = "∞", "≡", "◆", "ƒ"


@dataclass(frozen=True)
class ClipStyles:
    """The source of the clips' styles. It holds everything from which a style is computed, and caches
    computed styles.

    `stale` holds the ids of shots whose take is stale. `offline` holds the ids of clips whose media file is
    missing.
    """

    shots: Mapping[str, Shot] = field(default_factory=dict)
    takes: Mapping[str, Take] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    scenes: Mapping[str, Scene] = field(default_factory=dict)
    work: Mapping[str, ShotWork] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    offline: frozenset[str] = frozenset()
    performances: FilmPerformances | None = None
    # The names of the cuts that compound clips show, by cut id.
    cuts: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, tuple[Clip, ClipStyle]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _takes_by_shot(self) -> dict[str, tuple[Take, ...]]:
        out: dict[str, tuple[Take, ...]] = {}
        for take in self.takes.values():
            out[take.shot] = (*out.get(take.shot, ()), take)
        return out

    def list_takes(self, shot: str) -> tuple[Take, ...]:
        """Return a shot's takes, oldest first."""
        return self._takes_by_shot.get(shot, ())

    def find_making_shot(self, shot: Shot) -> Shot:
        """Return the shot to which the take shown by `shot` belongs. This is usually `shot` itself. A
        performance is one take that serves several shots. For a shot that shows a crop of such a take, the
        result is the performance's first shot.
        """
        return self.performances.find_take_maker(shot) if self.performances is not None else shot

    def find_picked_take(self, shot: Shot) -> Take | None:
        """Return the picked take that a shot shows, or None. The take may belong to another shot (see
        `find_making_shot`).
        """
        return picked_takes.get_picked_take(self.find_making_shot(shot), self.takes)

    def find_clip_asset(self, clip: Clip) -> Asset | None:
        """Return the media file of a clip: its own asset, or the asset of its shot's picked take. Return None
        if it has neither.
        """
        ref = clip.source.ref
        if clip.source.kind is SourceKind.SHOT and ref in self.shots:
            take = self.find_picked_take(self.shots[ref])
            ref = take.asset if take is not None else ""
        return self.assets.get(ref)

    def find_source_offset(self, clip: Clip) -> Fraction:
        """Return the time in seconds in the media file that corresponds to time 0 of the clip's source. For a
        take, this is the length of its handle, the extra frames before its first frame.
        """
        shot = self.shots.get(clip.source.ref) if clip.source.kind is SourceKind.SHOT else None
        take, asset = self.find_picked_take(shot) if shot else None, self.find_clip_asset(clip)
        if shot and take and self.performances is not None:
            take = self.performances.trim_take_to_shot(shot, take)
        return take.compute_head_seconds(asset.rate) if take and asset else Fraction(0)

    def find_clip_style(self, clip: Clip) -> ClipStyle:
        """Return the style of a clip. Styles are cached, because a clip is drawn many times."""
        known = self._known.get(clip.id)
        if known is not None and known[0] is clip:
            return known[1]
        if len(self._known) >= CACHED_STYLES:
            self._known.clear()
        clip_style = self._make_style(clip)
        self._known[clip.id] = (clip, clip_style)
        return clip_style

    def find_handles(self, clip: Clip, rate: Fraction) -> tuple[bool, bool]:
        """Return two Booleans. The first is True if the media continues before the clip's first frame, the
        second if it continues after the clip's last frame.

        Both are False for media without an end, such as a still picture.
        """
        # Imported lazily: pydantic is slow to import and only needed here.
        from milimo_tui.cut.values.streams import find_media_end, parse_stream_facts

        asset = self.find_clip_asset(clip)
        if asset is None or asset.seconds is None or asset.kind is AssetKind.PICTURE:
            return False, False
        end = find_media_end(asset.seconds, parse_stream_facts(asset.facts))
        media = Available.from_file(asset.seconds, end, self.find_source_offset(clip))
        before, after = count_spare_frames(clip, rate, lambda source: media)
        return bool(before), bool(after)

    def _make_style(self, clip: Clip) -> ClipStyle:
        source = clip.source
        if source.kind is SourceKind.SHOT and source.ref in self.shots:
            return self._make_shot_style(clip, self.shots[source.ref])
        if source.kind is SourceKind.ASSET and source.ref in self.assets:
            asset = self.assets[source.ref]
            state = ClipState.OFFLINE if clip.id in self.offline else ClipState.PLAIN
            name = to_printable_line(clip.label or asset.name or asset.path.rpartition("/")[2])
            return ClipStyle(name, state=state, signs=list_clip_signs(clip))
        if source.kind is SourceKind.GAP:
            return ClipStyle("gap", gap=True)
        if source.kind is SourceKind.TITLE:
            words = clip.effects.title.text if clip.effects.title else ""
            return ClipStyle(
                to_printable_line(clip.label or take_first_words(words)) or "title",
                signs=list_clip_signs(clip),
            )
        if source.kind is SourceKind.CUT and source.ref in self.cuts:
            return ClipStyle(
                to_printable_line(clip.label or self.cuts[source.ref]), "cut", signs=list_clip_signs(clip)
            )
        return ClipStyle(to_printable_line(clip.label) or source.kind.value, state=ClipState.OFFLINE)

    def _make_shot_style(self, clip: Clip, shot: Shot) -> ClipStyle:
        name = self.numbers.get(shot.id, "") or "–"
        spoken = f"“{shot.dialogue[0].text}”" if shot.dialogue else shot.action
        state, progress = self.find_state(shot), None
        if clip.id in self.offline:
            state = ClipState.OFFLINE
        if state is ClipState.WORKING:
            progress = self.work[self.find_making_shot(shot).id].progress
        takes, picked = self.list_takes(self.find_making_shot(shot).id), self.find_picked_take(shot)
        return ClipStyle(
            name,
            to_printable_line(clip.label or self._describe_shot(shot)),
            to_printable_line(spoken),
            state,
            progress,
            take=takes.index(picked) + 1 if len(takes) > 1 and picked in takes else 0,
            signs=list_clip_signs(clip),
        )

    def _describe_shot(self, shot: Shot) -> str:
        """Return a short description of a shot. If the shot continues a performance (a take that serves
        several shots), its role and the number of the performance's first shot come first: `closer 1B, CU
        Mara`.
        """
        within = self.performances.get_continued_performance(shot) if self.performances is not None else None
        if within is None:
            return describe_shot_briefly(shot)
        return (
            f"{shot.continues_as} {self.numbers.get(within.first_shot.id, '')}, {describe_shot_briefly(shot)}"
        )

    def find_preview(self, clip: Clip) -> str:
        """Return the preview file of the take that is being made for a clip, or an empty string."""
        shot = self.shots.get(clip.source.ref) if clip.source.kind is SourceKind.SHOT else None
        work = self.work.get(self.find_making_shot(shot).id) if shot is not None else None
        return work.preview if work is not None else ""

    def find_state(self, shot: Shot) -> ClipState:
        """Return the state of a shot. A waiting or running job decides the state if there is one. Otherwise
        the picked take decides, and if no take is picked, a failed job.
        """
        work = self.work.get(self.find_making_shot(shot).id)
        if work is not None and work.state in (ClipState.WORKING, ClipState.WAITING):
            return work.state
        if self.find_picked_take(shot) is not None:
            return ClipState.STALE if shot.id in self.stale else ClipState.PICKED
        return work.state if work is not None else ClipState.EMPTY


def build_clip_styles(
    story: Story,
    work: Mapping[str, ShotWork] | None = None,
    *,
    stale: frozenset[str] = frozenset(),
    offline: frozenset[str] = frozenset(),
    cuts: Mapping[str, str] | None = None,
) -> ClipStyles:
    """Return the clip styles of a story. `work` holds the queue's jobs by shot id, `stale` the ids of shots
    whose take is stale, `offline` the ids of clips without media, and `cuts` the names of cuts by id.
    """
    return ClipStyles(
        {shot.id: shot for shot in story.shots},
        {take.id: take for take in story.takes},
        {asset.id: asset for asset in story.assets},
        story.numbers,
        {scene.id: scene for scene in story.scenes},
        work or {},
        stale,
        offline,
        FilmPerformances(story),
        cuts or {},
    )


RAMPED = "ramp"


def list_clip_signs(clip: Clip) -> tuple[str, ...]:
    """List the short texts that are drawn on a clip for its special properties, such as `2×` for its speed:
    speed, mute, link, group, and keyframes or effects.
    """
    out = []
    effects = clip.effects
    if get_speed_ramp(effects):
        out.append(RAMPED)
    elif effects.speed != 1:
        out.append(format_speed(effects.speed))
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


def format_speed(speed: Fraction) -> str:
    """Format a speed: `2×`, `0.5×`, `−1×` backwards, `still` for a freeze frame."""
    return f"{float(speed):.3g}×".replace("-", "−") if speed else "still"


def describe_shot_briefly(shot: Shot) -> str:
    """Describe a shot in a few words: its framing, and its characters or the first words of its action."""
    people = ", ".join(name.title() for name in shot.characters[:2])
    return f"{name_framing(shot.size, shot.function)} {people or take_first_words(shot.action)}".strip()


def take_first_words(text: str, count: int = 6) -> str:
    """Return the first `count` words of a text."""
    return " ".join(text.split()[:count])


def to_printable_line(text: str) -> str:
    """Replace line breaks and control characters in a text by blanks, so that it can be drawn in terminal
    cells.
    """
    return replace_forbidden_characters(text)


_WORK_STATES: dict[str, ClipState] = {
    "running": ClipState.WORKING,
    "publishing": ClipState.WORKING,
    "cancelling": ClipState.WORKING,
    "retrying": ClipState.WAITING,
    "queued": ClipState.WAITING,
    "waiting": ClipState.WAITING,
    "held": ClipState.WAITING,
    "paused": ClipState.WAITING,
    "failed": ClipState.FAILED,
    "set_aside": ClipState.FAILED,
}


def collect_shot_work(jobs: Mapping[str, JobView], mine: Callable[[JobView], bool]) -> dict[str, ShotWork]:
    """Return the newest video job of each shot, by shot id. `jobs` are ordered from oldest to newest. A job
    is ignored if `mine` returns False for it.

    A shot whose newest job is done or cancelled is left out, because its takes show the result.
    """
    out: dict[str, ShotWork] = {}
    for job in jobs.values():
        if job.kind != "make_video" or not mine(job):
            continue
        for shot in job.shots:
            out.pop(shot, None)
        state = _WORK_STATES.get(job.state)
        if state is not None:
            progress, eta = job.progress, job.eta
            work = ShotWork(
                state,
                progress if isinstance(progress, float | int) else None,
                eta if isinstance(eta, float | int) else None,
                str(job.error or job.reason),
                str(job.live.get("preview") or "") if state is ClipState.WORKING else "",
            )
            out |= dict.fromkeys(job.shots, work)
    return out
