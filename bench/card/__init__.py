"""The parts of `bench/gpu.py`: what it measures on a card, phase by phase. Begin with `phases`."""
