"""Measure loudness and levels of sound, and bring the mix of a film to a loudness."""
