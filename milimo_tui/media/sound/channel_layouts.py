"""Conversion between channel layouts by ITU-R BS.775: tables of gains, without reading or writing.

Every layout is first converted to six positions: three in front, two surround, and LFE (low-frequency
effects). They are used directly, or mixed down to two channels or one by the equations of the recommendation.
Gains are not reduced to prevent clipping, because the mix is float and is limited at the end.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

HALF = math.sqrt(0.5)  # A gain of −3 dB, which halves the power of a sound.

# The gains with which each channel, named as in FFmpeg, contributes to left, right, centre, LFE, left
# surround and right surround.
_PLACES: dict[str, tuple[float, float, float, float, float, float]] = {
    "FL": (1, 0, 0, 0, 0, 0),
    "FR": (0, 1, 0, 0, 0, 0),
    "FC": (0, 0, 1, 0, 0, 0),
    "LFE": (0, 0, 0, 1, 0, 0),
    "LFE2": (0, 0, 0, HALF, 0, 0),
    "SL": (0, 0, 0, 0, 1, 0),
    "SR": (0, 0, 0, 0, 0, 1),
    "BL": (0, 0, 0, 0, 1, 0),
    "BR": (0, 0, 0, 0, 0, 1),
    "BC": (0, 0, 0, 0, HALF, HALF),
    "FLC": (HALF, 0, HALF, 0, 0, 0),
    "FRC": (0, HALF, HALF, 0, 0, 0),
    "WL": (HALF, 0, 0, 0, HALF, 0),
    "WR": (0, HALF, 0, 0, 0, HALF),
    "SDL": (0, 0, 0, 0, 1, 0),
    "SDR": (0, 0, 0, 0, 0, 1),
    "DL": (1, 0, 0, 0, 0, 0),
    "DR": (0, 1, 0, 0, 0, 0),
    "TFL": (HALF, 0, 0, 0, 0, 0),
    "TFR": (0, HALF, 0, 0, 0, 0),
    "TFC": (0, 0, HALF, 0, 0, 0),
    "TSL": (0, 0, 0, 0, HALF, 0),
    "TSR": (0, 0, 0, 0, 0, HALF),
    "TBL": (0, 0, 0, 0, HALF, 0),
    "TBR": (0, 0, 0, 0, 0, HALF),
    "TBC": (0, 0, 0, 0, 0.5, 0.5),
    "TC": (0.5, 0.5, 0, 0, 0.5, 0.5),
    # Ambisonic sound in the order of ambiX: the sound of all directions, the difference between left and
    # right, up and down, front and behind. The first two give a microphone to each side.
    "AMBI0": (HALF, HALF, 0, 0, 0, 0),
    "AMBI1": (HALF, -HALF, 0, 0, 0, 0),
}
_AMBISONIC = "AMBI"

# The channel names to assume for a file that does not name its channels, by their number, in the order of WAV
# and FFmpeg. With another number, each channel may be a microphone, so that none has a position.
_USUAL = {1: ("FC",), 2: ("FL", "FR"), 6: ("FL", "FR", "FC", "LFE", "BL", "BR")}
# The same for channels that the user has chosen from such a file.
_USUAL_CHOSEN = {**_USUAL, 8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR")}
_UNKNOWN = "NONE"
_MICROPHONE = "microphone"

# The gains that mix six positions down to two channels and to one (BS.775-3, annex 4, 3/2 without the LFE).
_DOWN = {
    2: ((1, 0, HALF, 0, HALF, 0), (0, 1, HALF, 0, 0, HALF)),
    1: ((HALF, HALF, 1, 0, 0.5, 0.5),),
}


def mark_microphones(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the channels of a sound recorder's file. Six channels without positions are then
    microphones, not 5.1. Mono, stereo and channels with positions stay.
    """
    is_unknown = len(names) > 2 and set(names) == {_UNKNOWN}
    return (_MICROPHONE,) * len(names) if is_unknown else names


@lru_cache(maxsize=64)
def make_chosen_matrix(names: tuple[str, ...], chosen: tuple[int, ...], channels: int) -> NDArray[np.float32]:
    """Return the gains that convert the chosen channels of a sound to 1, 2 or 6 channels. Chosen channels
    count from 1; none means all. `names` are FFmpeg's names of the source channels in order.

    One chosen channel is treated like mono, and two are left and right in the chosen order. More channels
    keep their positions. Six or eight channels without positions get those of 5.1 or 7.1. Channels that the
    sound doesn't have are silent.
    """
    if not chosen:
        return make_channel_matrix(names, channels)
    gains = np.zeros((channels, len(names)), np.float32)
    heard = chosen if len(chosen) <= 2 else tuple(each for each in chosen if each <= len(names))
    if heard:
        positions = tuple(names[each - 1] for each in heard if each <= len(names))
        if len(chosen) <= 2 or set(positions) <= {_UNKNOWN, _MICROPHONE}:
            positions = _USUAL_CHOSEN.get(len(heard), positions)
        table = make_channel_matrix(positions, channels)
        for column, each in enumerate(heard):
            if each <= len(names):
                gains[:, each - 1] = table[:, column]
    return gains


@lru_cache(maxsize=64)
def make_channel_matrix(names: tuple[str, ...], channels: int) -> NDArray[np.float32]:
    """Return the gains that convert channels to 1, 2 or 6 channels, as an array (channels, len(names)).
    `names` are FFmpeg's names of the source channels in order.

    A single channel becomes equally loud on both sides of stereo, and comes from the centre of six channels.
    If there are two pairs of surround channels (7.1), each pair contributes half its power. If the position
    of any channel is unknown, all channels together are treated like a single channel of the same total
    power. Ambisonic sound becomes stereo from its first two channels.
    """
    count = len(names)
    if set(names) == {_UNKNOWN}:
        names = _USUAL.get(count, names)
    if count == 1:
        return np.array({1: [[1]], 2: [[1], [1]], 6: [[0], [0], [1], [0], [0], [0]]}[channels], np.float32)
    if all(name.startswith(_AMBISONIC) for name in names):
        folded = np.array([_PLACES.get(name, (0,) * 6) for name in names], np.float64).T
    elif any(name not in _PLACES for name in names):
        spread = make_channel_matrix(("FC",), channels)
        return np.repeat(spread / math.sqrt(count), count, axis=1).astype(np.float32)
    else:
        folded = np.array([_PLACES[name] for name in names], np.float64).T
    if {"SL", "SR", "BL", "BR"} <= set(names):
        folded[4:] *= HALF
    if channels == 6:
        return folded.astype(np.float32)
    return (np.array(_DOWN[channels]) @ folded).astype(np.float32)
