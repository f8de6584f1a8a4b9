"""A small Linux in a folder: what /sys, /proc, /dev and /run show of devices and programs."""

from __future__ import annotations

from pathlib import Path

from hardware.ports.linux import Linux


class Computer:
    """A computer whose devices and programs can be set."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._devices = 0
        self._programs = 100
        (root / "sys/bus/usb/devices").mkdir(parents=True)
        (root / "proc").mkdir()
        self.linux = Linux(root)

    def plug(
        self,
        kind: str,
        location: str = "1-1",
        *,
        driver: str = "",
        port: str = "",
        interface_class: str = "ff",
        product: str = "",
    ) -> None:
        """Plug in a device of `VID:PID`, with one interface, and a port where one is named."""
        self._devices += 1
        vendor, _, number = kind.lower().partition(":")
        folder = self._root / "sys/bus/usb/devices" / location
        self.write(folder / "idVendor", vendor)
        self.write(folder / "idProduct", number)
        self.write(folder / "busnum", "1")
        self.write(folder / "devnum", str(self._devices))
        self.write(folder / "bDeviceClass", "00")
        self.write(folder / "dev", f"189:{self._devices}")
        if product:
            self.write(folder / "product", product)
        interface = self._root / "sys/bus/usb/devices" / f"{location}:1.0"
        inside = folder / f"{location}:1.0"
        self.write(inside / "bInterfaceClass", interface_class)
        interface.symlink_to(inside)
        if driver:
            (inside / "driver").symlink_to(f"../../bus/usb/drivers/{driver}")
        if port:
            self._add_port(inside, port)

    def _add_port(self, interface: Path, port: str) -> None:
        if port.startswith("ttyACM"):
            (interface / "tty" / port).mkdir(parents=True)
        else:
            (interface / port / "tty" / port).mkdir(parents=True)
        self.write(self._root / "sys/class/tty" / port / "dev", f"188:{self._devices}")
        self.write(self._root / "dev" / port, "")

    def note(self, where: str, *properties: str) -> None:
        """Have udev know these properties of a port, or of a device by its location."""
        folder = "sys/class/tty" if where.startswith("tty") else "sys/bus/usb/devices"
        number = (self._root / folder / where / "dev").read_text("utf-8").strip()
        lines = ["I:1234", *(f"E:{each}" for each in properties)]
        self.write(self._root / f"run/udev/data/c{number}", "\n".join(lines))

    def run(self, name: str, *arguments: str, opens: str = "") -> Path:
        """Have a program run, which has a file open; return its folder in /proc."""
        self._programs += 1
        folder = self._root / "proc" / str(self._programs)
        self.write(folder / "comm", name)
        self.write(folder / "cmdline", "\0".join([f"/usr/bin/{name}", *arguments]) + "\0")
        (folder / "fd").mkdir()
        (folder / "fd" / "0").symlink_to("/dev/null")
        if opens:
            (folder / "fd" / "7").symlink_to(opens)
        return folder

    def link(self, name: str, port: str) -> None:
        """Have a lasting name, under /dev/serial, lead to a port."""
        path = self._root / "dev/serial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(f"../../{port}")

    def install(self, path: str) -> None:
        """Have a file at this absolute path."""
        self.write(self._root / path.lstrip("/"), "")

    @staticmethod
    def write(path: Path, text: str) -> None:
        """Write a file as /sys does, with a line end."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
