"""A simulated reader: the bytes of a real one, the people before it, and what goes wrong.

    crowd, fair ─▶ Presentation ─▶ SimulatedReader (chip · faults · line) ─▶ timed bytes
                                       │                                  ├─▶ play: in process
                                       └─ sans-IO, on virtual seconds     └─▶ Simulator: pty, TCP

The simulator shares no code with the drivers: each chip model is written from its datasheet, so
that a mistake in one of the two shows.
"""
