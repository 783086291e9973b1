"""Measurements behind the promises of speed: `make bench` prints them, `make bench-check` holds them."""
