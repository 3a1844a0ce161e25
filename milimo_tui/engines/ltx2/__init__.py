"""The LTX-2 engine: takes with sound, made from text, pictures, clips and control maps.

`plan` and `engine` may be imported anywhere. `engine` imports `take`, and with it torch and diffusers, only
when a job runs.
"""
