"""Commands on weights and engines. Read `model` first."""
