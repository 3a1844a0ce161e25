"""The LTX-2 engine: takes with sound from text, pictures, clips and controls.

`plan` may be imported anywhere, and so may `engine`, which imports `take` (torch, diffusers) only when a job
runs.
"""
