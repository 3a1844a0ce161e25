"""The longest waits for a text service: for the first token of an answer, and for each token after it.

A service reads the complete question before it writes the first token. On a CPU this takes minutes for a long
question, so the first wait depends on the length of the question and on the speed that was measured.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from milimo_tui.core.errors import Failed
from milimo_tui.engines.remote.http_call import TICK_SECONDS, Tick
from milimo_tui.engines.remote.remote_service import RemoteService

# A question may take this many times as long as the slowest one so far.
PATIENCE = 3.0


@dataclass(slots=True)
class ReadingSpeed:
    """The speed at which a service reads questions, in tokens per second. `assumed` is used until a question
    was measured. After that, the slowest question counts, because a service often remembers the beginning of
    the question before and then seems faster than it is.
    """

    assumed: float
    _slowest: float = 0.0

    def add_question(self, tokens: int, seconds: float) -> None:
        """Add the measurement of a question: its tokens, and the seconds until the first token."""
        speed = tokens / max(seconds, TICK_SECONDS)
        self._slowest = min(self._slowest, speed) if self._slowest else speed

    def estimate_longest_wait(self, tokens: int) -> float:
        """Return the longest seconds that a question of this length should take."""
        return tokens * PATIENCE / self._slowest if self._slowest else tokens / self.assumed


@dataclass(slots=True)
class TokenWait:
    """The wait for the tokens of one answer.

    `tick` is called while nothing arrives and may raise Cancelled. `tokens` is the estimated length of the
    question.
    """

    service: RemoteService
    speed: ReadingSpeed
    tokens: int
    tick: Tick
    _since: float = field(default_factory=time.monotonic)
    _has_token: bool = False

    @property
    def limit(self) -> float:
        """The longest seconds without a token: `text_seconds`, and before the first token also the time in
        which the service reads the question.
        """
        if self._has_token:
            return self.service.seconds
        return self.service.seconds + self.speed.estimate_longest_wait(self.tokens)

    def get_patient_service(self) -> RemoteService:
        """Return the service with a connection that stays open during the longest wait."""
        return replace(self.service, first_seconds=self.limit + 1.0)

    def note_token(self) -> None:
        """Start the wait for the next token."""
        now = time.monotonic()
        if not self._has_token:
            self.speed.add_question(self.tokens, now - self._since)
        self._since, self._has_token = now, True

    def check_wait(self) -> None:
        """Call `tick`. Raises Failed if the service was silent for too long."""
        self.tick()
        limit = self.limit
        if time.monotonic() - self._since > limit:
            what = "between two words" if self._has_token else f"after a question of {self.tokens:,} tokens"
            lower = "" if self._has_token else ", or a lower text_speed"
            raise Failed(
                f"{self.service.where} was silent for {limit:.0f} s {what}",
                f"milimo config set text_seconds SECONDS waits longer{lower}; "
                "milimo job retry sends the request again",
            )
