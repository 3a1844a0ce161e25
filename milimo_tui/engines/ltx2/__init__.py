"""The LTX-2 engine: takes with sound from text, pictures, clips and controls.

`generations`, `guidance`, `schedules`, `chain`, `rule`, `telling`, `plan` and `shelves` may be imported
anywhere; `engine` too, which imports the rest (torch, diffusers) when a job runs.
"""
