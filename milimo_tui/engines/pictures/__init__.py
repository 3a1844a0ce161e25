"""What engines of pictures share: how steps are run, LoRAs and marks of files, shots of one frame.

`family` is where to begin: what an engine says of its models is one value, `profile` and `engine` do the rest
by it. What imports torch (`loader`, `sampling`, `making`) is imported in a worker alone.
"""
