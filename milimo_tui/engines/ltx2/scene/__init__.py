"""What makes a take part of a scene: beats in their own seconds, people by pictures, a sound that leads,
shots in one go. Imports torch: for workers alone; `plan.relay` and `plan.subjects` say beforehand what comes
of it.
"""
