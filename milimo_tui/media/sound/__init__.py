"""Sound as arrays of samples: reading, resampling, mixing and measuring. Start with `samples`, then `mix`."""
