"""The shared core: pure rules of the field. No await, no I/O, no platform."""
