"""Out as OpenTimelineIO and in again: the same cut, whatever it has."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from milimo_tui.interchange.bundle import Bundle
from milimo_tui.interchange.otio_in import from_otio
from milimo_tui.interchange.otio_out import to_otio
from milimo_tui.interchange.otio_text import read, write
from tests.interchange.strategies import Minting, bundles, told


@given(bundles())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_feature_comes_back(bundle: Bundle) -> None:
    text = write(to_otio(bundle))
    arrival = from_otio(read(text), Minting())
    assert told(arrival.bundle) == told(bundle)
    assert arrival.notes == ()
