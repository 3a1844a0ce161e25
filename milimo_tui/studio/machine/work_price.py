"""Compute the cost of work such as making takes. The cost is the duration of the work times the price for an
hour of this machine, which the user sets.
"""

from __future__ import annotations

from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings

SECONDS_PER_HOUR = 3600.0


def compute_price(settings: Settings, seconds: float | None) -> float | None:
    """Return the cost of `seconds` of work; None without a price or a known time."""
    if seconds is None or not settings.price_hour:
        return None
    return seconds / SECONDS_PER_HOUR * settings.price_hour


def format_price(settings: Settings, seconds: float | None) -> str:
    """Return the cost of `seconds` of work as text, such as `about 0.42 EUR`; empty if it is not known.

    A cost below one cent is shown with two significant digits.
    """
    price = compute_price(settings, seconds)
    if price is None:
        return ""
    number = f"{price:.2f}" if price >= 0.01 or not price else f"{price:.2g}"
    return f"about {number} {clean_one_line(settings.price_currency, 12)}".rstrip()
