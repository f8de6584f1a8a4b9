"""Bytes to readings: links, drivers, presence, and a simulator that speaks the same bytes."""
