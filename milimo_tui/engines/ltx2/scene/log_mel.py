"""Compute the input of LTX-2's audio autoencoder: the logarithm of a mel spectrogram.

The settings are Lightricks' (ltx-core, `audio_vae/ops.py`): a Hann window of 1,024 samples, magnitudes
instead of their squares, Slaney's mel scale with area normalisation, and a minimum of 1e-5. The autoencoder
determines sample rate, hop and number of bands. Imports torch; for workers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers.audio_utils import mel_filter_bank

from milimo_tui.media.sound.resample import resample

WINDOW = 1024  # length of the analysis window in samples
FLOOR = 1e-5


def compute_log_mel(sound: NDArray[np.float32], *, rate: int, hop: int, bands: int) -> Tensor:
    """Return the log-mel spectrogram (1, channels, frames, bands) of a sound (channels, samples) at `rate`
    samples per second. `hop` is the number of samples from one frame to the next.
    """
    window = torch.hann_window(WINDOW)
    waves = torch.from_numpy(np.ascontiguousarray(sound, np.float32))
    # The sound must fill at least one window, because its ends are mirrored.
    waves = torch.nn.functional.pad(waves, (0, max(0, WINDOW - waves.shape[1])))
    bins = torch.stft(waves, WINDOW, hop, window=window, center=True, pad_mode="reflect", return_complex=True)
    filters = mel_filter_bank(WINDOW // 2 + 1, bands, 0.0, rate / 2, rate, norm="slaney", mel_scale="slaney")
    mel = bins.abs().transpose(1, 2) @ torch.from_numpy(filters).float()
    return mel.clamp(min=FLOOR).log()[None]


def encode_sound(vae: Any, sound: NDArray[np.float32], rate: int, where: Any) -> Tensor:
    """Return the latents (1, C, L, M) of a sound (channels, samples) with the sample rate `rate` in Hz. The
    latents have the form that the sound's decoder accepts. `where` is the device on which the sound is
    encoded.
    """
    own = int(vae.config.sample_rate)
    heard = resample(sound, rate, own)
    mel = compute_log_mel(heard, rate=own, hop=int(vae.config.mel_hop_length), bands=int(vae.config.mel_bins))
    with torch.no_grad():
        latents = vae.encode(mel.to(where, vae.dtype)).latent_dist.mode()
    return torch.as_tensor(latents).cpu().float()
