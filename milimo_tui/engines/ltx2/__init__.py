"""The LTX-2 engine: takes with sound from text, pictures, clips and controls.

`plan` may be imported anywhere; `engine` too, which imports `take` (torch, diffusers) when a job runs.
"""
