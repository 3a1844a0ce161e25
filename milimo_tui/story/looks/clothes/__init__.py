"""Word lists for garments, and patterns for clothes that are worn, put on, taken off, or stored somewhere."""
