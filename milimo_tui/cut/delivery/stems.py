"""The stems of a film: its sound divided by track, by bus or by role, without the settings of the master.

Each stem is a render plan of its own, so that a stem is mixed and checked like a film.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from milimo_tui.cut.delivery.delivery import StemDivision
from milimo_tui.cut.plan.plan import PlanMixer, PlanStrip, RenderPlan, SoundClip
from milimo_tui.cut.values.mixer import MixRole
from milimo_tui.cut.values.sound_effects import SoundChain

OTHER = "Other"  # The name of the stem of tracks without a role.
# Effects that treat the sum of two sounds as the sum of the treated sounds. The sound of a bus that has only
# these effects can be divided by role.
_LINEAR_EFFECTS = frozenset({"eq", "reverb", "delay", "dehum", "distance", "mono_lows"})


@dataclass(frozen=True, slots=True)
class SoundStem:
    """A part of a film's sound. `plan` is the plan of the film with only this sound."""

    name: str
    plan: RenderPlan


def list_stems(plan: RenderPlan, division: StemDivision) -> tuple[SoundStem, ...]:
    """Return the stems of a plan that have sound. If the sound is divided by role or by bus, or no bus has
    effects, the sum of all stems is the mix before the master.

    - A stem by track is the sound of one track, through its buses.
    - A stem by bus is everything that goes to the master from one bus, or from a track that goes to no bus.
    - A stem by role is the sound of all tracks with one role. A track without a role has the role of its bus.
      A bus with sounds of several roles is divided, unless its effects, such as a compressor, prevent it. It
      is then a stem of its own.
    """
    if division == "track" or plan.mixer is None:
        if division == "role" and plan.sounds:
            return (SoundStem(OTHER, plan),)
        names = dict.fromkeys(sound.track for sound in plan.sounds)
        mixer = None if plan.mixer is None else _disconnect_strips(plan.mixer, ())
        return tuple(_make_stem(plan, name, mixer, partial(_is_on_track, name)) for name in names)
    ways = _MixerWays(plan.mixer, frozenset(sound.strip or 0 for sound in plan.sounds))
    return tuple(_list_bus_stems(plan, ways) if division == "bus" else _list_role_stems(plan, ways))


def has_master_settings(plan: RenderPlan) -> bool:
    """Return True if the master changes the sound of the stems."""
    if plan.mixer is None:
        return False
    master = plan.mixer.strips[-1]
    return master != _reset_master(master)


def _list_bus_stems(plan: RenderPlan, ways: _MixerWays) -> Iterator[SoundStem]:
    for top in ways.list_tops():
        sources = ways.find_sources(top)
        if sources:
            mixer = _disconnect_strips(ways.mixer, ways.list_tops(), but=top)
            yield _make_stem(
                plan,
                ways.mixer.strips[top].name,
                mixer,
                _is_from(sources),
            )


def _list_role_stems(plan: RenderPlan, ways: _MixerWays) -> Iterator[SoundStem]:
    tops = [top for top in ways.list_tops() if ways.find_sources(top)]
    undivided = [top for top in tops if len(ways.list_roles(top)) > 1 and not ways.is_linear(top)]
    divided = [top for top in tops if top not in undivided]
    mixer = _disconnect_strips(ways.mixer, undivided)
    found = {role for top in divided for role in ways.list_roles(top)}
    for role in (*(role for role in MixRole if role is not MixRole.NONE), MixRole.NONE):
        if role in found:
            sources = frozenset(source for source in ways.heard if ways.find_role(source) is role)
            yield _make_stem(
                plan,
                role.value.capitalize() or OTHER,
                mixer,
                _is_from(sources),
            )
    for top in undivided:
        alone = _disconnect_strips(ways.mixer, ways.list_tops(), but=top)
        yield _make_stem(
            plan,
            ways.mixer.strips[top].name,
            alone,
            _is_from(ways.find_sources(top)),
        )


class _MixerWays:
    """The ways of sound through a mixer. `heard` are the numbers of the tracks that have sound."""

    def __init__(self, mixer: PlanMixer, heard: frozenset[int]) -> None:
        self.mixer, self.heard = mixer, heard
        self._master = len(mixer.strips) - 1

    def list_tops(self) -> list[int]:
        """Return the numbers of the strips that go directly to the master."""
        return [number for number, strip in enumerate(self.mixer.strips) if strip.output == self._master]

    def find_inputs(self, top: int) -> set[int]:
        """Return the numbers of a strip and of all strips that go to it, directly or through others."""
        found = {top}
        for number in range(top - 1, -1, -1):  # The outputs of a strip have higher numbers.
            strip = self.mixer.strips[number]
            if strip.output in found or any(send.strip in found for send in strip.sends):
                found.add(number)
        return found

    def find_sources(self, top: int) -> frozenset[int]:
        """Return the tracks with sound that are heard in a strip."""
        return self.heard & self.find_inputs(top)

    def list_roles(self, top: int) -> set[MixRole]:
        """Return the roles of the tracks that are heard in a strip."""
        return {self.find_role(source) for source in self.find_sources(top)}

    def find_role(self, source: int) -> MixRole:
        """Return the role of a track or, if it has none, of the first bus on its way that has a role."""
        number: int | None = source
        while number is not None:
            strip = self.mixer.strips[number]
            if strip.role is not MixRole.NONE:
                return strip.role
            number = strip.output
        return MixRole.NONE

    def is_linear(self, top: int) -> bool:
        """Return True if the sound of a strip can be divided: none of its buses has an effect that treats
        several sounds together.
        """
        return all(
            _is_linear_chain(self.mixer.strips[number].chain)
            for number in self.find_inputs(top)
            if number not in self.heard
        )


def _is_linear_chain(chain: SoundChain) -> bool:
    return all(effect.bypassed or effect.name in _LINEAR_EFFECTS for effect in chain)


def _disconnect_strips(mixer: PlanMixer, tops: Collection[int], but: int | None = None) -> PlanMixer:
    """Return a mixer in which the strips `tops` except `but` do not go to the master, and the master changes
    nothing.
    """
    *strips, master = mixer.strips
    kept = [
        strip.model_copy(update={"output": None}) if number in tops and number != but else strip
        for number, strip in enumerate(strips)
    ]
    return mixer.model_copy(update={"strips": (*kept, _reset_master(master))})


def _reset_master(master: PlanStrip) -> PlanStrip:
    return PlanStrip(name=master.name, kind=master.kind)


def _is_on_track(track: str, sound: SoundClip) -> bool:
    return sound.track == track


def _is_from(sources: frozenset[int]) -> Callable[[SoundClip], bool]:
    """Return a function that returns True for sounds of the tracks with these numbers."""
    return lambda sound: (sound.strip or 0) in sources


def _make_stem(
    plan: RenderPlan, name: str, mixer: PlanMixer | None, holds: Callable[[SoundClip], bool]
) -> SoundStem:
    sounds = tuple(sound for sound in plan.sounds if holds(sound))
    return SoundStem(name, plan.model_copy(update={"sounds": sounds, "mixer": mixer}))
