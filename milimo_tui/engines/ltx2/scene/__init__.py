"""Features that make a take part of a scene: timed beats, subject pictures, a sound that the pictures follow,
and several shots generated as one take.

Imports torch: for workers only. `plan.relay` and `plan.subjects` predict the effect of beats and subject
pictures.
"""
