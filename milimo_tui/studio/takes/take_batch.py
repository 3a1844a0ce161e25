"""Compose a batch of takes: the spec, the label and the dependencies of each take.

The functions read a story snapshot and queue nothing; `take_queue` submits the batch.
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
    """A combination of the values that a sweep varies (seed, guidance, prompt). A value of None means that
    the shot's own value is used.

    `takes` is the number of takes made with this combination. `nth` is the index of this take among them,
    from 0.
    """

    seed: int | None = None
    guidance: float | None = None
    prompt: str | None = None
    nth: int = 0
    takes: int = 1

    @property
    def label(self) -> str:
        """The varied values as text, such as `seed 2 · guidance 5`. Values that the sweep does not vary are
        left out.
        """
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
    """The values to vary in a batch of takes. Each shot gets `takes` takes of every combination of the listed
    seeds, guidances and prompts. If a list is empty, the shot's own value is used.
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
                "leave --takes out, or leave --seeds out",
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
        """The sweep in words, for the label of the batch: `3 seeds × 2 guidances`."""
        counts = ((self.prompts, "prompt"), (self.seeds, "seed"), (self.guidances, "guidance"))
        parts = [format_count(len(values), what) for values, what in counts if values]
        if self.takes > 1:
            parts.append(format_count(self.takes, "take"))
        return " × ".join(parts)


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """The data from which the job of one take is made: the id that the job will have, the state of the shot,
    the spec and the label.
    """

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
    """Return one take request for every pair of a wanted shot and a variant of the sweep.

    The first variant of all shots comes before the second variant of any shot, so that every shot has a take
    even if the batch is interrupted. A shot may begin with the last frame of a previous shot. If the previous
    shot is in the batch, the take waits for the previous shot's take of the same variant. Otherwise, the last
    frame is found in `continued`, by the id of the previous shot.

    `handles` are the extra frames that every take gets. Raises BadInput if shots continue each other in a
    circle.
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
    """Return the spec of a shot's take with the values of a variant. If the take continues a previous shot,
    `before` is the last frame of that shot.

    A take with varied values stores the signature of its shot, so that it does not count as stale.
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
        """Yield a shot, then the shot that it continues, and so on. Stop at the first shot that is already
        sorted.
        """
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
    """Return the label of a batch, such as `3B, 4 takes`, `Scene 3, all shots` or `3B sweep: 3 seeds × 2
    guidances`. `what` names the shots; if it is empty, their numbers are used.
    """
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
    """Return the seed for a shot's take number `nth` in a batch, counted from 0. The first take gets the
    shot's next seed. Further takes get a random seed, unless the shot's seed is locked.
    """
    if nth and not state.shot.seed_locked:
        return shot_spec.draw_random_seed()
    return shot_spec.choose_next_seed(state)
