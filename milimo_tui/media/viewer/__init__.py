"""The viewer process, which decodes pictures and sound for a studio, and its client. Start with `process`."""
