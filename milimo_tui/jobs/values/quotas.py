"""Disk quotas of a home and its films, as the settings define them, and the messages about exceeded ones.
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
    """Limits in bytes: of the home, of each film, and of films whose folder names match a pattern; 0 is
    unlimited.
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
        """True if anything is limited."""
        return bool(self.home or self.each_film or any(most for _, most in self.films))

    def limit_for_film(self, folder: str) -> int:
        """Return the limit of a film in bytes, by its folder's name: that of the first matching pattern, else
        `each_film`.
        """
        for pattern, most in self.films:
            if fnmatchcase(folder, pattern):
                return most
        return self.each_film


def parse_film_quotas(text: str) -> tuple[tuple[str, int], ...]:
    """Parse `two-lamps=50, rain*=20` to patterns and bytes. Raises BadInput for a text in another format."""
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


def describe_full_film(folder: str, held: int, most: int) -> str:
    """Return why no job of a film begins: the film has reached its limit. Empty if it has space left."""
    if not most or held < most:
        return ""
    return f"{folder} holds {format_bytes(held)} of its {format_bytes(most)}: milimo room free, or room quota"


def describe_full_home(held: int, most: int) -> str:
    """Return why no job of a studio home begins: the home has reached its limit. Empty if it has space
    left.
    """
    if not most or held < most:
        return ""
    return f"this home holds {format_bytes(held)} of its {format_bytes(most)}: milimo room free, or quota_gb"
