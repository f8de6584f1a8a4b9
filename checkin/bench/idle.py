"""What readers cost while nobody comes. As a module: URL=PROTOCOL … in, seconds of CPU out."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import ExitStack

from checkin.bench.served import Process
from hardware.reader import Reader, ReaderNotice, Ready
from hardware.simulator.chips import CHIPS
from hardware.simulator.serve import Simulator
from hardware.simulator.wires import DEFAULT_WIRE

ATTACHED = ("rdm6300", "pn532", "twn4", "uhfreader18")
"""One that listens, and three that are asked over and over."""
_PATIENCE = 10.0


def cpu_share(seconds: float) -> float:
    """The part of a core that a process with the four readers takes, in per cent."""
    with ExitStack() as stack:
        readers = []
        for protocol in ATTACHED:
            simulator = Simulator(CHIPS[protocol](), listen=DEFAULT_WIRE)
            readers.append(f"{simulator.start()}={protocol}")
            stack.callback(simulator.stop)
        process = stack.enter_context(Process("checkin.bench.idle", [str(seconds), *readers]))
        return 100 * float(process.line()) / seconds


def _main(seconds: float, readers: list[str]) -> None:
    """Attach the readers, wait until all are ready, and say what the time after that took."""
    ready = threading.Semaphore(0)

    def notify(notice: ReaderNotice) -> None:
        if isinstance(notice, Ready):
            ready.release()

    attached = []
    for each in readers:
        url, _, protocol = each.rpartition("=")
        attached.append(Reader(url, protocol, notify))
    for reader in attached:
        reader.start()
    for _reader in attached:
        if not ready.acquire(timeout=_PATIENCE):
            raise RuntimeError("a simulated reader does not answer")
    begun = time.process_time()
    time.sleep(seconds)
    print(time.process_time() - begun, flush=True)  # noqa: T201 - what it is run for
    for reader in attached:
        reader.stop()


if __name__ == "__main__":
    _main(float(sys.argv[1]), sys.argv[2:])
