"""The disk quotas of a home and its films, read from the settings, and the messages about reached quotas.
Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_bytes
from milimo_tui.core.settings import Settings

GB = 10**9


@dataclass(frozen=True, slots=True)
class Quotas:
    """Disk quotas in bytes; 0 means unlimited.

    `home` is the limit of the studio home. `films` are pairs of a pattern for the names of film folders and
    the limit of each such film. `each_film` is the limit of each film that no pattern matches.
    """

    home: int = 0
    each_film: int = 0
    films: tuple[tuple[str, int], ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the quotas from the settings. Raises BadInput for film quotas that can't be parsed."""
        films = parse_film_quotas(settings.film_quotas)
        return cls(round(settings.quota_gb * GB), round(settings.film_quota_gb * GB), films)

    @property
    def has_any(self) -> bool:
        """True if the quota of the home or of any film is set."""
        return bool(self.home or self.each_film or any(most for _, most in self.films))

    def limit_for_film(self, folder: str) -> int:
        """Return the limit of a film in bytes. `folder` is the name of its folder. The first matching pattern
        decides; without a match, the limit is `each_film`.
        """
        for pattern, most in self.films:
            if fnmatchcase(folder, pattern):
                return most
        return self.each_film


def parse_film_quotas(text: str) -> tuple[tuple[str, int], ...]:
    """Parse a setting such as `two-lamps=50, rain*=20` (limits in GB) to pairs of pattern and bytes. Raises
    BadInput if the text has another format.
    """
    found = []
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        name, mark, number = piece.rpartition("=")
        try:
            gigabytes = float(number)
        except ValueError:
            gigabytes = -1.0
        if not mark or not name.strip() or not 0 <= gigabytes < 1e6:
            raise BadInput(
                f"film_quotas: “{piece[:40]}” is not a quota", "write FOLDER=GB: two-lamps=50, rain*=20"
            )
        found.append((name.strip(), round(gigabytes * GB)))
    return tuple(found)


def describe_full_film(folder: str, size: int, most: int) -> str:
    """Return a message that a film has reached its limit, so that its jobs do not start. Empty if the film
    has space left.

    `size` is the size of the film and `most` its limit, in bytes.
    """
    if not most or size < most:
        return ""
    return f"{folder} holds {format_bytes(size)} of its {format_bytes(most)}: milimo room free, or room quota"


def describe_full_home(size: int, most: int) -> str:
    """Return a message that the studio home has reached its limit, so that its jobs do not start. Empty if
    the home has space left.

    `size` is the size of the home and `most` its limit, in bytes.
    """
    if not most or size < most:
        return ""
    return f"this home holds {format_bytes(size)} of its {format_bytes(most)}: milimo room free, or quota_gb"
