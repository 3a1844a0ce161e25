"""Commands on shots and takes. Begin with `shot`."""
