"""The automatic mix: a plan with a reason for each setting, and the operation that applies the plan.

The rules are those of StoryCore-Engine: priorities, base levels, lows in the middle, and lower levels while
somebody speaks. The plan is pure data, so that a user can read it before anything changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.cut.edit.ducking import SpeechRanges, make_ducking_curve
from milimo_tui.cut.layout.strips import get_strip, list_strips
from milimo_tui.cut.sound.mixing import ROLE_NAMES, add_role_buses, set_automation, set_strip
from milimo_tui.cut.values.cut import Cut, NewId, Track, TrackKind
from milimo_tui.cut.values.keyframes import Curve
from milimo_tui.cut.values.mixer import MixRole, MixStrip, StripKind
from milimo_tui.cut.values.sound_effects import make_sound_effect

# Base levels in dB.
LEVELS = {MixRole.DIALOGUE: 0.0, MixRole.EFFECTS: 0.0, MixRole.AMBIENCE: -16.0, MixRole.MUSIC: -6.0}
MUSIC_LEVELS = {"action": -6.0, "tension": -3.0, "emotion": 0.0}
IMPACT_DB, SHOT_DB = 4.0, 3.0
# Priorities: a strip gets softer while a strip of a higher priority speaks.
PRIORITIES = {MixRole.DIALOGUE: 5, MixRole.EFFECTS: 3, MixRole.MUSIC: 2, MixRole.AMBIENCE: 1}
CRITICAL = 4
# The share of the reduction under speech, by priority. Sounds that the picture shows stay louder than music
# and ambience.
_DUCKED_SHARE = {4: 0.25, 3: 0.5, 2: 1.0, 1: 1.0}
# Frequencies in Hz below which a sound is placed in the middle.
MONO_LOWS = "mono_lows"
MONO_BELOW = {MixRole.EFFECTS: 120.0, MixRole.MUSIC: 80.0}
_ROLE_WORDS = {
    MixRole.MUSIC: "music song score theme soundtrack track bgm melody",
    MixRole.AMBIENCE: "ambience ambient ambiance atmo atmosphere tone rain wind traffic crowd sea forest",
    MixRole.EFFECTS: "sfx fx foley impact explosion boom crash hit bang gunshot gun door step steps whoosh",
    MixRole.DIALOGUE: "dialogue dialog voice voices vo narration narrator interview speech lines lavalier",
}
# The least share of a track's sound with measured speech that makes it dialogue.
_LEAST_SPEECH = 0.05
_IMPACT_WORDS, _SHOT_WORDS = {"impact", "explosion", "boom", "crash", "bang", "hit"}, {"gunshot", "gun"}


@dataclass(frozen=True, slots=True)
class TrackContent:
    """The content of a track, from which its role is guessed: the names of its sources, and True if its shots
    have dialogue. `speech_share` is the share of its sound in which speech was measured, from 0 to 1.

    `is_levelled` is True if the clips have their levels already, and `is_ducked` if the clips are softer
    while somebody speaks.
    """

    names: tuple[str, ...] = ()
    speaks: bool = False
    speech_share: float = 0.0
    is_levelled: bool = False
    is_ducked: bool = False


@dataclass(frozen=True, slots=True)
class AutoMixRow:
    """A setting of the automatic mix, with its reason. `strip` is the name of a track or bus."""

    strip: str
    setting: str
    before: str
    after: str
    priority: int
    reason: str


BY_SCRIPT = "by the script"


@dataclass(frozen=True, slots=True)
class AutoMixOptions:
    """The choices of the user: the mood of the music, the reduction under speech in dB, the length of the
    fades around speech, and the shortest pause between two speeches, both in frames. `cues` describes how the
    speech was found.
    """

    mood: str = ""
    duck_db: float = 12.0
    fade: int = 8
    apart: int = 25
    cues: str = BY_SCRIPT


def may_have_speech(track: Track, content: TrackContent) -> bool:
    """Return True if speech should be measured on a track. Sounds that are called music, ambience or effects
    are left out, because the measurement cannot distinguish them from speech.
    """
    if track.role is not MixRole.NONE or content.speaks:
        return track.role is MixRole.DIALOGUE or (track.role is MixRole.NONE and content.speaks)
    role = _find_named_role(_list_name_words(content.names))[0]
    return role is MixRole.DIALOGUE or (role is MixRole.NONE and track.kind is TrackKind.VIDEO)


def make_auto_mix(
    cut: Cut,
    contents: Mapping[str, TrackContent],
    spoken: SpeechRanges,
    *,
    options: AutoMixOptions,
    new_id: NewId,
) -> tuple[Cut, tuple[AutoMixRow, ...]]:
    """Return the mixed cut and the plan: a row for each setting that changes. `contents` is the content of
    each track with sound, by track id. `spoken` are the frame ranges in which somebody speaks.
    """
    mix = _AutoMix(cut, contents, spoken, options, new_id)
    mix.choose_roles()
    mix.add_buses()
    mix.set_levels()
    mix.center_lows()
    mix.duck_under_speech()
    return mix.cut, tuple(mix.rows)


class _AutoMix:
    """The automatic mix of a cut while it is made. `cut` is changed step by step."""

    def __init__(
        self,
        cut: Cut,
        contents: Mapping[str, TrackContent],
        spoken: SpeechRanges,
        options: AutoMixOptions,
        new_id: NewId,
    ) -> None:
        self.cut, self.rows = cut, list[AutoMixRow]()
        self._contents, self._spoken, self._options, self._new_id = contents, spoken, options, new_id
        self._words = {track: _list_name_words(content.names) for track, content in contents.items()}

    def choose_roles(self) -> None:
        """Give each track with sound a role, unless the user chose one."""
        for track in self._list_tracks():
            if track.role is MixRole.NONE:
                role, reason = _guess_role(track, self._contents[track.id], self._words[track.id])
                self._set(track.id, "role", reason, role=role)

    def add_buses(self) -> None:
        """Add a bus for each role that is used, and send the tracks to it."""
        before = {strip.id: strip for strip in list_strips(self.cut)}
        roles = [role for role in ROLE_NAMES if any(track.role is role for track in self._list_tracks())]
        self.cut = add_role_buses(self.cut, roles, new_id=self._new_id)
        for strip in list_strips(self.cut):
            old = before.get(strip.id)
            if old is None:
                self._add_row(strip, "bus", "none", "new", f"one fader for all {strip.role}")
            elif old.bus != strip.bus:
                name = get_strip(self.cut, strip.bus).name
                self._add_row(strip, "output", "master", name, f"all {strip.role} goes through one bus")

    def set_levels(self) -> None:
        """Set the base level of each role on its bus, and of loud effects on their tracks."""
        for role in ROLE_NAMES:
            bus = self._find_bus(role)
            if bus is None:
                continue
            level, reason = LEVELS[role], f"base level of {role}"
            if role is MixRole.MUSIC and self._options.mood:
                level = MUSIC_LEVELS[self._options.mood]
                reason = f"base level of music for {self._options.mood}"
            tracks = self._list_role_tracks(role)
            if level and any(self._contents[track.id].is_levelled for track in tracks):
                self._set(bus.id, "level", "clips on its tracks have their levels already", gain_db=0.0)
                for track in tracks:
                    if not self._contents[track.id].is_levelled:
                        self._set(track.id, "level", reason, gain_db=level)
                continue
            self._set(bus.id, "level", reason, gain_db=level)
        for track in self._list_tracks():
            words = self._words[track.id]
            if track.role is MixRole.EFFECTS and words & _IMPACT_WORDS:
                self._set(track.id, "level", "an impact is a critical effect", gain_db=IMPACT_DB)
            elif track.role is MixRole.EFFECTS and words & _SHOT_WORDS:
                self._set(track.id, "level", "a gunshot is a critical effect", gain_db=SHOT_DB)

    def center_lows(self) -> None:
        """Place the lows of effects and music in the middle, on their buses."""
        for role, frequency in MONO_BELOW.items():
            bus = self._find_bus(role)
            if bus is None or any(effect.name == MONO_LOWS for effect in bus.chain):
                continue
            chain = (*bus.chain, make_sound_effect(MONO_LOWS, {"frequency": frequency}))
            self.cut = set_strip(self.cut, bus.id, chain=chain)
            reason = f"lows of {role} in the middle sound the same in mono"
            self._add_row(bus, "effect", "none", f"mono below {frequency:g} Hz", reason)

    def duck_under_speech(self) -> None:
        """Lower everything of a lower priority than dialogue while somebody speaks: music and ambience on
        their buses, effects on their tracks.
        """
        if not self._spoken or self._find_bus(MixRole.DIALOGUE) is None:
            return
        for role in (MixRole.MUSIC, MixRole.AMBIENCE):
            bus, tracks = self._find_bus(role), self._list_role_tracks(role)
            if bus is None:
                continue
            if not any(self._contents[track.id].is_ducked for track in tracks):
                self._duck(get_strip(self.cut, bus.id))
                continue
            self._end_ducking(get_strip(self.cut, bus.id))
            for track in tracks:
                self._duck_track(track)
        for track in self._list_role_tracks(MixRole.EFFECTS):
            self._duck_track(track)

    def _duck_track(self, track: Track) -> None:
        """Lower a track while somebody speaks, unless its own clips are lowered."""
        strip = get_strip(self.cut, track.id)
        if self._contents[track.id].is_ducked:
            self._end_ducking(strip)
        elif not self._holds_speech(strip):
            self._duck(strip)

    def _duck(self, strip: MixStrip) -> None:
        priority = self._get_priority(strip)
        by = self._options.duck_db * _DUCKED_SHARE[priority]
        curve = make_ducking_curve(self._spoken, by_db=by, fade=self._options.fade, apart=self._options.apart)
        times = sum(1 for key in curve if key.value < 0) // 2
        softer = f"softer while somebody speaks, {self._options.cues}"
        reason = f"dialogue has priority 5, this has {priority}: {softer}"
        self._set_ducking(strip, curve, f"−{by:g} dB, {times} times", reason)

    def _end_ducking(self, strip: MixStrip) -> None:
        self._set_ducking(strip, (), "none", "the clips are softer under speech already")

    def _set_ducking(self, strip: MixStrip, curve: Curve, after: str, reason: str) -> None:
        before = strip.automation.get_curve("ducking")
        if curve != before:
            self.cut = set_automation(self.cut, strip.id, "ducking", curve)
            self._add_row(strip, "ducking", _describe_curve(before), after, reason)

    def _set(self, strip_id: str, setting: str, reason: str, **values: Any) -> None:
        """Change one setting of a strip, and add a row if it is another value."""
        before = get_strip(self.cut, strip_id)
        self.cut = set_strip(self.cut, strip_id, **values)
        (name, value) = next(iter(values.items()))
        old = getattr(before, name)
        if old != value:
            self._add_row(get_strip(self.cut, strip_id), setting, _describe(old), _describe(value), reason)

    def _add_row(self, strip: MixStrip, setting: str, before: str, after: str, reason: str) -> None:
        self.rows.append(AutoMixRow(strip.name, setting, before, after, self._get_priority(strip), reason))

    def _get_priority(self, strip: MixStrip) -> int:
        is_critical = self._words.get(strip.id, set()) & (_IMPACT_WORDS | _SHOT_WORDS)
        if strip.role is MixRole.EFFECTS and is_critical:
            return CRITICAL
        return PRIORITIES.get(strip.role, 0)

    def _holds_speech(self, strip: MixStrip) -> bool:
        """Return True if a track is effects for the user, but its shots have dialogue."""
        content = self._contents.get(strip.id)
        return content is not None and (content.speaks or content.speech_share >= _LEAST_SPEECH)

    def _find_bus(self, role: MixRole) -> MixStrip | None:
        of_role = (each for each in list_strips(self.cut) if each.kind is StripKind.BUS and each.role is role)
        return next(of_role, None)

    def _list_role_tracks(self, role: MixRole) -> list[Track]:
        return [track for track in self._list_tracks() if track.role is role]

    def _list_tracks(self) -> list[Track]:
        return [track for track in self.cut.tracks if track.id in self._contents]


def _list_name_words(names: Sequence[str]) -> set[str]:
    return {word for name in names for word in re.findall(r"[^\W\d_]+", name.casefold())}


def _guess_role(track: Track, content: TrackContent, words: set[str]) -> tuple[MixRole, str]:
    """Return the role of a track and the reason for it."""
    if content.speaks:
        return MixRole.DIALOGUE, "its shots have dialogue"
    role, word = _find_named_role(words)
    if role is not MixRole.NONE:
        return role, f"a source is called “{word}”"
    if content.speech_share >= _LEAST_SPEECH:
        return MixRole.DIALOGUE, f"speech was measured in {content.speech_share:.0%} of its sound"
    if track.kind is TrackKind.VIDEO:
        return MixRole.EFFECTS, "sound of pictures without dialogue"
    return MixRole.MUSIC, "nothing shows its role, and music is the most frequent on a track of its own"


def _find_named_role(words: set[str]) -> tuple[MixRole, str]:
    """Return the role that the names of sources show, and the word that shows it."""
    for role, known in _ROLE_WORDS.items():
        found = sorted(words & set(known.split()))
        if found:
            return role, found[0]
    return MixRole.NONE, ""


def _describe(value: object) -> str:
    if isinstance(value, float):
        return f"{value:+.1f} dB".replace("-", "−") if value else "0.0 dB"
    return str(value) or "none"


def _describe_curve(curve: Curve) -> str:
    return format_count(len(curve), "key") if curve else "none"
