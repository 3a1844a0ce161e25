"""Generate random actions of a person on a small film, commands and keys, always the same for one seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from milimo_tui.studio.session.studio import FilmSnapshot
from milimo_tui.tui.app.modes import SCREENS

T = TypeVar("T")
# The id of a command with its arguments, or `keys` with the keys to type.
Act = tuple[str, Mapping[str, Any]]
SCRIPT = """Title: Two Lamps

INT. KITCHEN - NIGHT

MARA lights a lamp on the table. Rain runs down the {window}.

MARA
You are {late}.

EXT. STREET - DAY

Wide on an empty {street}. A dog crosses slowly.
"""
WORDS = {"window": ("window", "glass"), "late": ("late", "early", "late again"), "street": ("street", "road")}
KEYS = (
    "j",
    "k",
    "l",
    "h",
    "enter",
    "escape",
    "tab",
    "backspace",
    "g q",
    "g n",
    "g p",
    "g c",
    "g u",
    "w",
    "b",
)


def script(dice: random.Random) -> str:
    """Return the screenplay with some randomly chosen words."""
    return SCRIPT.format(**{name: dice.choice(words) for name, words in WORDS.items()})


class RandomActs:
    """An endless source of random actions. Each action has an object in the current film."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def screen(self) -> str:
        """Return the name of a random screen to open."""
        return self.dice.choice([*SCREENS])

    def act(self, film: FilmSnapshot) -> Act:
        """Return the next action for the current state of the film."""
        choices: list[Callable[[FilmSnapshot], Act | None]] = [
            self._of_script, self._of_shot, self._of_shot, self._of_takes, self._of_take, self._of_cut,
            self._of_notes, self._of_arrivals, self._of_queue, self._keys, self._keys,
        ]  # fmt: skip
        while True:
            found = self.dice.choice(choices)(film)
            if found is not None:
                return found

    def _one(self, *values: T) -> T:
        return self.dice.choice(values)

    def _one_of(self, *action: Act) -> Act:
        return self.dice.choice(action)

    def _keys(self, film: FilmSnapshot) -> Act:
        return "keys", {"keys": self.dice.choice(KEYS).split()}

    def _of_script(self, film: FilmSnapshot) -> Act:
        if self.dice.random() < 0.5:
            return "script.save", {"text": script(self.dice)}
        return "storyboard.commit", {}

    def _of_shot(self, film: FilmSnapshot) -> Act | None:
        shots = film.story.live_shots()
        if not shots:
            return None
        shot = self._one(*shots)
        return self._one_of(
            ("shot.set", {"id": shot.id, "action": f"A lamp, {self.dice.choice('abcd')}."}),
            ("shot.set", {"id": shot.id, "engine": self.dice.choice(["", "", "faulty"])}),
            ("shot.set", {"id": shot.id, "length": self.dice.choice(["20", "25", "30"])}),
            (
                "shot.add",
                {"scene": shot.scene, "action": "A lamp goes out.", "after": shot.id, "seconds": "1"},
            ),
            ("shot.delete", {"id": shot.id}),
        )

    def _of_takes(self, film: FilmSnapshot) -> Act:
        return self._one_of(
            ("shot.make", {"missing": True, "detach": True}),
            ("shot.make", {"missing": True, "detach": True}),
            ("app.build", {"yes": True, "detach": True}),
            ("app.build", {"yes": True, "detach": True}),
            ("film.render", {"detach": True}),
        )

    def _of_take(self, film: FilmSnapshot) -> Act | None:
        if not film.story.takes:
            return None
        take = self._one(*film.story.takes)
        named = {"id": take.shot, "take": take.id}
        return self._one_of(
            ("shot.pick", named),
            ("shot.rate", {**named, "rating": 4}),
            ("shot.rate", {**named, "reject": True}),
            ("review.seen", {"ids": (take.id,)}),
            ("shot.make", {"ids": (take.shot,), "detach": True}),
        )

    def _of_cut(self, film: FilmSnapshot) -> Act | None:
        if film.cut is None or not film.cut.clips:
            return None
        clip = self._one(*film.cut.clips)
        return self._one_of(
            ("cut.trim_out", {"clip": clip.id, "by": -3}),
            ("cut.remove", {"clip": clip.id}),
            ("cut.undo", {}),
            ("cut.undo", {"whole_project": True}),
        )

    def _of_notes(self, film: FilmSnapshot) -> Act | None:
        cut = film.cut
        if cut is None or not cut.clips:
            return None
        notes = [marker.id for marker in cut.markers if marker.kind == "note" and not marker.done]
        if notes:
            return "cut.note_done", {"notes": notes[:1]}
        return "cut.note_add", {"text": "Hold longer.", "at": "10"}

    def _of_arrivals(self, film: FilmSnapshot) -> Act:
        return self._one_of(
            ("cut.place", {"all": True}), ("cut.take_up", {"all": True}), ("cut.gone", {"delete": True})
        )

    def _of_queue(self, film: FilmSnapshot) -> Act:
        return self._one(("job.pause", {"ids": []}), ("job.resume", {"ids": []}), ("job.resume", {"ids": []}))
