"""Commands on shots and takes. Read `shot` first."""
