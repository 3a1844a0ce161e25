"""A plan rendered: a film in segments and its soundtrack, folders, stems, clips. Begin with `deliver`."""
