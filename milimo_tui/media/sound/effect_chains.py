"""A source with a chain of sound effects, each in the manner that it needs: a graph of filters, a change of
pitch, or numbers that change over time.
"""

from __future__ import annotations

from itertools import groupby

from milimo_tui.cut.values.sound_effects import SoundChain, SoundEffect, list_active_effects
from milimo_tui.media.sound.changing_effects import ChangingEffect
from milimo_tui.media.sound.filter_chain import FilteredSound
from milimo_tui.media.sound.frame_clock import FrameClock
from milimo_tui.media.sound.pitch import shift_pitch
from milimo_tui.media.sound.samples import SampleSource

PITCH = "pitch"


def order_effects(chain: SoundChain) -> SoundChain:
    """Return the active effects of a chain in the order in which they are applied.

    A change of pitch comes first. It looks for similar parts of the sound, and a difference of −80 dB, as
    between two starts of another effect, can change which parts it finds.
    """
    active = list_active_effects(chain)
    return tuple(sorted(active, key=lambda effect: effect.name != PITCH))


def open_effects(source: SampleSource, chain: SoundChain, clock: FrameClock) -> SampleSource:
    """Return a source with all effects of a chain that can be read from any sample. Closing the result closes
    the source.
    """
    for needs, group in groupby(order_effects(chain), _choose_manner):
        effects = tuple(group)
        if not needs:
            source = FilteredSound(source, effects)
            continue
        for effect in effects:
            if effect.name == PITCH:
                source = shift_pitch(source, effect.get_number("semitones"), clock)
            else:
                source = ChangingEffect(source, effect, clock)
    return source


def _choose_manner(effect: SoundEffect) -> bool:
    """Return True if an effect needs a source of its own, and can't share a graph with its neighbours."""
    return bool(effect.curves) or effect.name == PITCH
