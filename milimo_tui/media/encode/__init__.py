"""Encoded pictures and sound: encoders and containers, takes, copies of packets. Begin with `formats`."""
