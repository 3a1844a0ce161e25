"""Test the estimate of a film's file size: from its bit rate, from similar rendered films, or from the
preset.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.delivery.presets import PRESETS
from milimo_tui.cut.delivery.sizes import MeasuredFilm, estimate_delivery_size
from tests.cut.delivery.plans import plan
from tests.media.reading import delivery_of


def test_bit_rate_gives_the_size() -> None:
    delivery = delivery_of("h264")
    assert delivery.picture is not None
    asked = delivery.model_copy(
        update={"picture": delivery.picture.model_copy(update={"bit_rate": 8_000_000})}
    )
    assert estimate_delivery_size(plan(), asked, ()).bytes == int((8_000_000 + 192_000) * 3 / 8)


def test_measured_similar_films_precede_the_preset() -> None:
    films = (
        MeasuredFilm(delivery_of("h264"), 10.0, 5_000_000),
        MeasuredFilm(delivery_of("prores"), 10.0, 90_000_000),
        MeasuredFilm(delivery_of("h264"), 20.0, 1_000_000),
    )
    size = estimate_delivery_size(plan(), delivery_of("h264"), films)
    assert (size.bytes, size.source, size.films) == (600_000, "films", 2)
    assert estimate_delivery_size(plan(), delivery_of("h264", quality=30), films).source == "preset"


def test_sound_alone_is_counted() -> None:
    assert estimate_delivery_size(plan(), delivery_of("wav"), ()).bytes == 3 * 48000 * 2 * 3


def test_every_preset_has_an_estimate_and_a_master_is_larger_than_a_film() -> None:
    sizes = {row.name: estimate_delivery_size(plan(), row.delivery, ()).bytes for row in PRESETS}
    assert all(sizes.values())
    assert sizes["prores"] > 5 * sizes["h264"]
    assert plan().rate == Fraction(25)
