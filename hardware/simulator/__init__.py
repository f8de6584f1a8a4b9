"""A simulated reader: the bytes of a real one, the people before it, and what goes wrong.

    crowd, fair ─▶ Presentation ─┐
    script, command ─────────────┴▶ Stage ─▶ SimulatedReader (chip · mishaps · line) ─▶ timed bytes
                                      │                                              ├─▶ play
                                      └─ sans-IO, on virtual seconds                 └─▶ Simulator

`play` runs several in process; a `Simulator` serves one at a pty or TCP port.

The simulator shares no code with the drivers: each chip model is written from its datasheet, so
that a mistake in one of the two shows.
"""
