"""Look into files that people send: always in a process of its own, whose time and memory are limited."""
