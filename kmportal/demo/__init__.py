"""Content to look at: an invented trust's portal, and bulk content for benchmarks."""
