"""What a chaos test asks of the queue, drawn from a seed, and how each job has to end."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.jobs.client.client import JobRequest
from tests.jobs.conftest import picture


class Nature(StrEnum):
    """What is in a job, whatever happens around it."""

    GOOD = "good"
    GROWING = "growing"  # kills its worker a few times, each time a step further on: worth going on with
    SAVING = "saving"  # keeps checkpoints and goes on from them
    FAILS = "fails"
    BUG = "bug"
    POISON = "poison"  # kills its worker at the same step each time
    UNWANTED = "unwanted"  # a client cancels it at some moment


SAVE = 3  # steps between two checkpoints
MADE = frozenset({Nature.GOOD, Nature.GROWING, Nature.SAVING})
_SHARES = {
    Nature.GOOD: 70,
    Nature.GROWING: 6,
    Nature.SAVING: 10,
    Nature.FAILS: 5,
    Nature.BUG: 2,
    Nature.POISON: 3,
    Nature.UNWANTED: 9,
}
_OWN_ENDS: Mapping[Nature, frozenset[str]] = {
    Nature.FAILS: frozenset({"failed"}),
    Nature.BUG: frozenset({"failed"}),
    Nature.POISON: frozenset({"set_aside"}),
    Nature.UNWANTED: frozenset({"cancelled", "done"}),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """One job of the plan. `bytes` is the size of what it makes, all of it following from its id."""

    id: str
    nature: Nature
    needs: tuple[str, ...]
    prompt: str
    lane: str
    priority: int
    batch: str
    bytes: int
    project: str
    steps: int
    delay: float  # seconds after it is handed in before it may begin; 0: at once

    def request(self) -> JobRequest:
        return picture(
            self.prompt,
            "keeper" if self.nature is Nature.SAVING else "tester",
            id=self.id,
            depends_on=self.needs,
            lane=self.lane,
            priority=self.priority,
            batch=self.batch,
            project=self.project,
            label=f"{self.nature} {self.id[-4:]}",
            not_before=time.time() + self.delay if self.delay else None,
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the file that it makes."""
        if self.nature is Nature.SAVING:
            return hashlib.sha256(b"rung 0").hexdigest()
        return hashlib.sha256((self.id.encode() * (self.bytes // len(self.id) + 1))[: self.bytes]).hexdigest()

    def ends(self, needs_done: bool) -> frozenset[str]:
        """How it may end, given how those it waits for ended."""
        own = _OWN_ENDS.get(self.nature, frozenset({"done"}))
        if needs_done:
            return own
        return frozenset({"skipped"}) | (own & {"cancelled"})


def plan(seed: int, count: int, step: float, projects: Sequence[str]) -> list[Planned]:
    """`count` jobs; `step` is the length of one step in seconds; needs point to earlier jobs only."""
    chance = random.Random(seed)
    natures = [*Nature, *chance.choices(list(_SHARES), list(_SHARES.values()), k=count)][:count]
    chance.shuffle(natures)  # one of each at least
    made: list[Planned] = []
    for number, nature in enumerate(natures):
        needs: set[str] = set()
        if made and chance.random() < 0.35:
            for other in chance.choices(made[-40:], k=chance.randint(1, 3)):
                # Little waits for what fails, or most of the plan would be skipped.
                if other.nature in MADE or chance.random() < 0.15:
                    needs.add(other.id)
        id = f"job_{seed:06d}x{number:04d}"
        size = chance.randint(1, 20_000)
        words = {
            Nature.GOOD: "",
            Nature.GROWING: f"dies_further={chance.randint(1, 3)}",
            Nature.SAVING: f"save={SAVE}",
            Nature.FAILS: "fail='it does not work'",
            Nature.BUG: "crash=1",
            Nature.POISON: "die=1",
            Nature.UNWANTED: "",
        }[nature]
        steps = chance.randint(3, 12) * (3 if nature is Nature.SAVING else 1)
        pace = f"steps={steps} step={step * chance.uniform(0.5, 1.5):.3f}"
        made.append(
            Planned(
                id=id,
                nature=nature,
                needs=tuple(sorted(needs)),
                prompt=f"{pace} text={id} bytes={size} {words}".strip(),
                lane=chance.choice(("cpu", "cpu", "quick")),
                priority=chance.choice((0, 0, 0, 5, -5)),
                batch=f"batch_{seed:06d}x{number // 12}" if number // 12 % 3 == 0 else "",
                bytes=size,
                project=chance.choice(("", *projects)),
                steps=steps,
                delay=chance.uniform(1, 20) if chance.random() < 0.1 else 0.0,
            )
        )
    return made
