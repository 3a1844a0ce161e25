"""Benches that judge rather than time: what they take for right is tested here."""
