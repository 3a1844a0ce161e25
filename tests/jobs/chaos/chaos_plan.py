"""Generate the jobs of a chaos test from a seed, with the allowed end states of each."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from milimo_tui.jobs.client.client import JobRequest
from tests.jobs.conftest import picture


class JobBehaviour(StrEnum):
    """The behaviour of a job, independent of failures around it."""

    GOOD = "good"
    GROWING = "growing"  # kills its worker a few times, each time one step later, so retrying is worthwhile
    SAVING = "saving"  # saves checkpoints and continues from them
    FAILS = "fails"
    BUG = "bug"
    POISON = "poison"  # kills its worker at the same step each time
    UNWANTED = "unwanted"  # cancelled by a client at some time


SAVE = 3  # steps between two checkpoints
MADE = frozenset({JobBehaviour.GOOD, JobBehaviour.GROWING, JobBehaviour.SAVING})
_SHARES = {
    JobBehaviour.GOOD: 70,
    JobBehaviour.GROWING: 6,
    JobBehaviour.SAVING: 10,
    JobBehaviour.FAILS: 5,
    JobBehaviour.BUG: 2,
    JobBehaviour.POISON: 3,
    JobBehaviour.UNWANTED: 9,
}
_OWN_ENDS: Mapping[JobBehaviour, frozenset[str]] = {
    JobBehaviour.FAILS: frozenset({"failed"}),
    JobBehaviour.BUG: frozenset({"failed"}),
    JobBehaviour.POISON: frozenset({"set_aside"}),
    JobBehaviour.UNWANTED: frozenset({"cancelled", "done"}),
}


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job of the plan. `bytes` is the size of its result, whose content follows from the job's id."""

    id: str
    nature: JobBehaviour
    needs: tuple[str, ...]
    prompt: str
    lane: str
    priority: int
    batch: str
    bytes: int
    project: str
    steps: int
    delay: float  # seconds after submission before the job may start; 0: at once

    def request(self) -> JobRequest:
        return picture(
            self.prompt,
            "keeper" if self.nature is JobBehaviour.SAVING else "tester",
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
        """Return the SHA-256 of the file that the job makes."""
        if self.nature is JobBehaviour.SAVING:
            return hashlib.sha256(b"rung 0").hexdigest()
        return hashlib.sha256((self.id.encode() * (self.bytes // len(self.id) + 1))[: self.bytes]).hexdigest()

    def ends(self, needs_done: bool) -> frozenset[str]:
        """Return the allowed end states of the job. `needs_done` is True if all jobs it depends on are
        done.
        """
        own = _OWN_ENDS.get(self.nature, frozenset({"done"}))
        if needs_done:
            return own
        return frozenset({"skipped"}) | (own & {"cancelled"})


def plan(seed: int, count: int, step: float, projects: Sequence[str]) -> list[PlannedJob]:
    """Return `count` jobs. `step` is the duration of one step in seconds. Jobs depend only on earlier
    jobs.
    """
    chance = random.Random(seed)
    natures = [*JobBehaviour, *chance.choices(list(_SHARES), list(_SHARES.values()), k=count)][:count]
    chance.shuffle(natures)  # at least one job of each nature
    made: list[PlannedJob] = []
    for number, nature in enumerate(natures):
        needs: set[str] = set()
        if made and chance.random() < 0.35:
            for other in chance.choices(made[-40:], k=chance.randint(1, 3)):
                # Few jobs depend on a failing job, otherwise most of the plan would be skipped.
                if other.nature in MADE or chance.random() < 0.15:
                    needs.add(other.id)
        id = f"job_{seed:06d}x{number:04d}"
        size = chance.randint(1, 20_000)
        words = {
            JobBehaviour.GOOD: "",
            JobBehaviour.GROWING: f"dies_further={chance.randint(1, 3)}",
            JobBehaviour.SAVING: f"save={SAVE}",
            JobBehaviour.FAILS: "fail='it does not work'",
            JobBehaviour.BUG: "crash=1",
            JobBehaviour.POISON: "die=1",
            JobBehaviour.UNWANTED: "",
        }[nature]
        steps = chance.randint(3, 12) * (3 if nature is JobBehaviour.SAVING else 1)
        pace = f"steps={steps} step={step * chance.uniform(0.5, 1.5):.3f}"
        made.append(
            PlannedJob(
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
