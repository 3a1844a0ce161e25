"""The process that decodes for a studio, and what it shows. Begin with `process`."""
