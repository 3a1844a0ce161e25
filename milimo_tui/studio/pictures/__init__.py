"""Pictures and masks made by models: their specs, jobs and remakes. Begin with `picture_spec`."""
