"""Composition of a batch of takes: the spec, the label and the dependencies of each take.

Pure over a story snapshot; `take_queue` submits the batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.engines.specs.spec_values import JobOutput
from milimo_tui.engines.specs.video_specs import Conditioning, MakeVideo
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.takes import conditioning, shot_spec, signatures
from milimo_tui.studio.takes.conditioning import ShotEnd, StoryIndex
from milimo_tui.studio.takes.handles import NO_HANDLES, Handles
from milimo_tui.studio.takes.shot_spec import FilmSpecs, ShotState

# The largest number of characters of a prompt in the label of a take. The rest of a longer prompt is cut off.
SHOWN_PROMPT = 40
SHOWN_SHOTS = 4  # The number of shot numbers in the label of a batch. Further shots are only counted.


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeVariant:
    """A combination of the values that a sweep varies. None means the shot's own value.

    `takes` is the number of takes made with these values. `nth` is the number of this take among them, from
    0.
    """

    seed: int | None = None
    guidance: float | None = None
    prompt: str | None = None
    nth: int = 0
    takes: int = 1

    @property
    def label(self) -> str:
        """The values as text: `seed 2 · guidance 5`. Values that the sweep does not vary are left out."""
        parts = []
        if self.prompt is not None:
            short = self.prompt if len(self.prompt) <= SHOWN_PROMPT else self.prompt[: SHOWN_PROMPT - 1] + "…"
            parts.append(f"“{short}”")
        if self.seed is not None:
            parts.append(f"seed {self.seed}")
        if self.guidance is not None:
            parts.append(f"guidance {self.guidance:g}")
        if self.takes > 1:
            parts.append(f"take {self.nth + 1} of {self.takes}")
        return " · ".join(parts) or "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A sweep: takes with every combination of the listed values, and `takes` takes of each combination. An
    empty list means the shot's own value.
    """

    seeds: tuple[int, ...] = ()
    guidances: tuple[float, ...] = ()
    prompts: tuple[str, ...] = ()
    takes: int = 1

    @property
    def is_plain(self) -> bool:
        """True if the sweep varies no values. It may still make several takes of each shot."""
        return not (self.seeds or self.guidances or self.prompts)

    def list_variants(self) -> tuple[TakeVariant, ...]:
        """Return all combinations of values in the order in which they are made. Raises BadInput if seeds are
        given and `takes` is more than 1, because takes with the same seed would be equal.
        """
        if self.seeds and self.takes > 1:
            raise BadInput(
                f"{self.takes} takes with one seed would all be the same take",
                "give as many --seeds instead, or leave them out",
            )
        every = product(
            range(self.takes), self.prompts or (None,), self.seeds or (None,), self.guidances or (None,)
        )
        return tuple(
            TakeVariant(seed=seed, guidance=guidance, prompt=prompt, nth=nth, takes=self.takes)
            for nth, prompt, seed, guidance in every
        )

    @property
    def label(self) -> str:
        """A label: `3 seeds × 2 guidances`."""
        counts = ((self.prompts, "prompt"), (self.seeds, "seed"), (self.guidances, "guidance"))
        parts = [format_count(len(values), what) for values, what in counts if values]
        if self.takes > 1:
            parts.append(format_count(self.takes, "take"))
        return " × ".join(parts)


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """A request for one take: the id of its future job, the state of its shot, its spec and its label."""

    id: str
    state: ShotState
    spec: MakeVideo
    label: str


def compose(
    specs: FilmSpecs,
    wanted: Sequence[ShotState],
    sweep: Sweep,
    *,
    handles: Handles = NO_HANDLES,
    continued: Mapping[str, ShotEnd] | None = None,
) -> list[TakeRequest]:
    """Return a request for every wanted shot with every variant of a sweep.

    All shots get their first variant before any gets its second, so that an interrupted batch has a take of
    each shot. If a shot continues another shot of the batch, its take waits for that shot's take of the same
    variant. Otherwise it continues the end in `continued`, which maps shot ids to ends. Every take gets
    `handles`. Raises BadInput if shots continue each other in a circle.
    """
    variants = sweep.list_variants()
    shots = sort_by_continuity([state.shot for state in wanted], specs.film)
    by_shot = {state.shot.id: state for state in wanted}
    seeds = {
        (shot.id, nth): _choose_variant_seed(by_shot[shot.id], nth)
        for shot in shots
        for nth in range(sweep.takes)
    }
    found: list[TakeRequest] = []
    for variant in variants:
        made: dict[str, TakeRequest] = {}
        for shot in shots:
            state = by_shot[shot.id]
            before = (continued or {}).get(shot.continuity_source)
            earlier = specs.film.shots.get(shot.continuity_source)
            if earlier is not None and (maker := specs.film.performances.find_take_maker(earlier).id) in made:
                other, begins = made[maker], specs.film.performances.get_take_start(earlier)
                before = ShotEnd(
                    JobOutput(job=other.id, output="take"),
                    conditioning.find_last_frame(earlier, other.spec, begins),
                )
            seed = seeds[shot.id, variant.nth] if variant.seed is None else variant.seed
            take = TakeRequest(
                new_id("job"),
                state,
                make_variant_spec(specs, shot, variant, seed=seed, handles=handles, before=before),
                f"{state.number} {variant.label}",
            )
            made[shot.id] = take
            found.append(take)
    return found


def make_variant_spec(
    specs: FilmSpecs,
    shot: Shot,
    variant: TakeVariant,
    *,
    seed: int,
    before: ShotEnd | None,
    handles: Handles = NO_HANDLES,
) -> MakeVideo:
    """Return the spec of a shot with the values of a variant. `before` is the end of the previous shot that
    the take begins with, if any.

    A take with varied values gets the signature of its shot, so that it does not count as stale.
    """
    spec = specs.get_spec(shot)
    own = {name: value for name in ("guidance", "prompt") if (value := getattr(variant, name)) is not None}
    if own:
        stands_for = signatures.get_signature(spec)
        spec = specs.get_spec(replace(shot, **own)).model_copy(update={"stands_for": stands_for})
    if before is not None and conditioning.begins_with_previous_end(specs.story, shot):
        going_on = Conditioning(input=before.input, frame=0, source="continuity", at=before.at)
        spec = spec.model_copy(update={"conditioning": (*spec.conditioning, going_on)})
    return handles.add_handles(spec.model_copy(update={"seed": seed}))


def sort_by_continuity(shots: Sequence[Shot], film: StoryIndex) -> list[Shot]:
    """Sort shots so that each comes after the shot that it continues. Raises BadInput if shots continue each
    other in a circle.
    """
    waiting = {shot.id: shot for shot in shots}
    placed: list[Shot] = []

    def follow_chain(shot: Shot) -> Iterator[Shot]:
        """Yield a shot, the shot that it continues, and so on, as far as they are not sorted yet."""
        seen: set[str] = set()
        at: Shot | None = shot
        while at is not None and at.id in waiting:
            if at.id in seen:
                raise BadInput(
                    "these shots continue each other in a circle",
                    "milimo shot set ID --continues '' ends the circle",
                )
            seen.add(at.id)
            yield at
            earlier = film.shots.get(at.continuity_source)
            at = waiting.get(film.performances.find_take_maker(earlier).id) if earlier is not None else None

    for shot in shots:
        for link in reversed(list(follow_chain(shot))):
            placed.append(link)
            del waiting[link.id]
    return placed


def make_batch_label(wanted: Sequence[ShotState], sweep: Sweep, *, what: str = "") -> str:
    """Return the label of a batch: `3B, 4 takes`, `Scene 3, all shots`, `3B sweep: 3 seeds × 2 guidances`."""
    shots = what or format_shot_numbers([state.number for state in wanted])
    if not sweep.is_plain:
        return f"{shots} sweep: {sweep.label}"
    if sweep.takes > 1:
        return f"{shots}, {format_count(sweep.takes, 'take')}{' each' if len(wanted) > 1 else ''}"
    return shots


def format_shot_numbers(numbers: Sequence[str]) -> str:
    """Return the shot numbers as text: `1A, 1B, 2A`, or `1A, 1B, 2A, 2B and 8 more`."""
    if len(numbers) <= SHOWN_SHOTS + 1:
        return ", ".join(numbers)
    return f"{', '.join(numbers[:SHOWN_SHOTS])} and {len(numbers) - SHOWN_SHOTS} more"


def _choose_variant_seed(state: ShotState, nth: int) -> int:
    """Return the seed of a shot's `nth` take in a batch, counted from 0. Further takes get a random seed,
    unless the shot's seed is locked.
    """
    if nth and not state.shot.seed_locked:
        return shot_spec.draw_random_seed()
    return shot_spec.choose_next_seed(state)
