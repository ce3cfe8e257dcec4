"""The portal's data as JSON, for reading by other systems."""
