"""Wan 2.2: takes without sound, from words or from the picture that they begin with.

`kinds` is where to begin: which weights there are and what each can make; `lengths` how a take's frames are
those of the model, `plan` what becomes of a shot. `loader`, `passes`, `job` and `reference_check` import
torch, for workers alone.
"""
