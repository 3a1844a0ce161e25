"""The parts of `bench/gpu.py`, which measures models on a card, phase by phase. Begin with `phases`."""
