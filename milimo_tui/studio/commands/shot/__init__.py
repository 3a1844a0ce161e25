"""Commands for shots and takes. Read the module `shot` first."""
