"""Programs that use the studio, and plug-ins."""
