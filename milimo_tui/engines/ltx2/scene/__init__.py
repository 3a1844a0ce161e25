"""The features that make a take part of a scene: timed beats, subject pictures, a leading sound, several
shots in one go.

Imports torch: for workers only. `plan.relay` and `plan.subjects` predict their effect.
"""
