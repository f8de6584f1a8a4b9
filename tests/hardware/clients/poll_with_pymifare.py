"""Polls a reader with pymifare, and prints what it said, as one JSON list.

A program of its own: pymifare works through a library in machine code, and ends the whole process
where it meets an error.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pymifare import mifare  # type: ignore[import-untyped]
from pymifare.cmdactivateall import CmdActivateAll  # type: ignore[import-untyped]
from pymifare.cmdfirmware import CmdFirmware  # type: ignore[import-untyped]
from pymifare.cmdreset import CmdReset  # type: ignore[import-untyped]
from pymifare.cmdsetantennapower import CmdSetAntennaPower  # type: ignore[import-untyped]

MOST_POLLS = 200


def main(port: str, count: int) -> None:
    """Ask for the firmware, `count` different tags, a reset, and a tag with the field off."""
    comm = mifare.create_mifare_serial_comm(AsyncReceive=False)
    comm.open_port(port, 19200)

    def ask(command: Any, *parameters: object) -> Any:
        command.build(*parameters)
        comm.send_command(command)
        return command.response

    said = [ask(CmdFirmware()).firmwareString.decode()]
    found: list[str] = []
    for _ in range(MOST_POLLS):
        answer = ask(CmdActivateAll())
        text = bytes(answer.uid[: answer.uidLength]).hex() or answer.responseMessage.decode()
        if text not in found[-1:]:
            found.append(text)
        if len({uid for uid in found if not uid.startswith("No")}) == count:
            break
    said += found
    said.append(ask(CmdReset()).firmwareString.decode())
    ask(CmdSetAntennaPower(), CmdSetAntennaPower.PARAMS_SET_ANTENNA_POWER())
    said.append(f"error {ask(CmdActivateAll()).responseErrorcode:02X}")
    comm.close_port()
    print("\n" + json.dumps(said))  # noqa: T201 - it is what this program is for


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
