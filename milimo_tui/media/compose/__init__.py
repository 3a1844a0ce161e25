"""Composition of one frame of a plan: layers are drawn, composited and graded. Start with `frame`."""
