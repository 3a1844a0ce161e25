"""Encoded pictures and sound: encoders and containers, takes, copies of packets. Start with `formats`."""
