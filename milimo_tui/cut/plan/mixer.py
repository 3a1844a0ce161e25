"""The mixer of a render plan: the strips of a cut, in the order in which their sound is computed."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.layout.strips import find_audible_outputs, get_strip, has_mixer_settings, list_strips
from milimo_tui.cut.plan.plan import PlanMixer, PlanSend, PlanStrip
from milimo_tui.cut.plan.sources import ResolvedSources
from milimo_tui.cut.values.cut import Cut, Track
from milimo_tui.cut.values.mixer import MixStrip, StripKind
from milimo_tui.cut.values.sound_effects import measure_chain_tail


def is_audible_track(cut: Cut, track: Track) -> bool:
    """Return True if the sound of a track is heard, considering mute and solo."""
    direct, sends = find_audible_outputs(cut, get_strip(cut, track.id))
    return not track.muted and (direct or any(sends))


def make_plan_mixer(cut: Cut, start: int, source: ResolvedSources) -> tuple[PlanMixer | None, dict[str, int]]:
    """Return the mixer of a plan that begins at frame `start` of a cut, and the number of each strip by the
    id of its track or bus. `source` has the files of impulse responses.

    The mixer is None if the cut has no mixer settings, so that a cut without them sounds as it always did.
    """
    if not has_mixer_settings(cut):
        return None, {}
    strips = _sort_strips(list_strips(cut))
    numbers = {strip.id: number for number, strip in enumerate(strips)}
    made = tuple(_make_plan_strip(cut, strip, numbers, source) for strip in strips)
    return PlanMixer(rate=cut.rate, start=Fraction(start) / cut.rate, strips=made), numbers


def _sort_strips(strips: tuple[MixStrip, ...]) -> list[MixStrip]:
    """Return the strips in an order in which each strip comes before the strips to which it goes. Where
    strips go in a circle, which a merge of two machines can cause, the order of the mixer decides.
    """
    by_id = {strip.id: strip for strip in strips}
    out: list[MixStrip] = []
    entered: set[str] = set()

    def visit(strip: MixStrip) -> None:
        if strip.id in entered:
            return
        entered.add(strip.id)
        for bus in (strip.bus, *(send.bus for send in strip.sends)):
            if bus in by_id:
                visit(by_id[bus])
        out.append(strip)

    for strip in reversed(strips):  # The master comes first, so that it ends up last.
        visit(strip)
    return out[::-1]


def _make_plan_strip(
    cut: Cut, strip: MixStrip, numbers: dict[str, int], source: ResolvedSources
) -> PlanStrip:
    """Return a strip of the plan. Outputs to a bus that does not exist, or that has a lower number, are
    replaced: the main output by the master, and a send by no send.
    """
    own, master = numbers[strip.id], len(numbers) - 1
    direct, heard = find_audible_outputs(cut, strip)
    output = numbers.get(strip.bus, master)
    sends = (
        PlanSend(strip=numbers[send.bus], gain_db=send.gain_db, before_fader=send.before_fader)
        for send, audible in zip(strip.sends, heard, strict=True)
        if audible and not strip.muted and numbers.get(send.bus, -1) > own
    )
    is_silent = strip.kind is StripKind.MASTER or strip.muted or not direct
    return PlanStrip(
        name=strip.name,
        kind=strip.kind,
        role=strip.role,
        gain_db=strip.gain_db,
        pan=strip.pan,
        output=None if is_silent else output if output > own else master,
        sends=tuple(sends),
        chain=source.resolve_impulse_files(strip.chain),
        automation=strip.automation,
    )


def delay_plan_mixer(mixer: PlanMixer, seconds: Fraction) -> PlanMixer:
    """Return the mixer of a plan in which the cut begins `seconds` later, as after a slate."""
    return mixer.model_copy(update={"start": mixer.start - seconds})


def measure_strip_tails(mixer: PlanMixer) -> tuple[float, ...]:
    """Return for each strip the seconds for which its sound is heard after its end, through the effects of
    the strip and of all strips to which it leads.
    """
    tails = [0.0] * len(mixer.strips)
    for number in reversed(range(len(mixer.strips))):
        strip = mixer.strips[number]
        outputs = [send.strip for send in strip.sends] + ([] if strip.output is None else [strip.output])
        tails[number] = measure_chain_tail(strip.chain) + max((tails[each] for each in outputs), default=0.0)
    return tuple(tails)
