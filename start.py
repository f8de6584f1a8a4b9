#!/usr/bin/env python3
"""Set up whatever is missing, then start Checkin. Needs Python 3.11 and nothing else.

    python3 start.py            the app, on the demo event with a simulated reader
    python3 start.py test       the whole test suite (what follows `test` goes to pytest)
    python3 start.py ARGS…      checkin ARGS…

Set-up talks on standard error; standard output is that of the command alone.
"""

# Old Pythons must get as far as this sentence: no grammar here may be newer than theirs.
import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "Checkin needs Python 3.11 or later, and this is Python %d.%d. Install a newer one and "
        "start with it, for example: python3.12 start.py\n" % sys.version_info[:2]
    )
    sys.exit(2)

import ctypes
import errno
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PROJECT = Path(__file__).resolve().parent

# The pins: what the app needs, and what the tests need, which holds the first at the same versions.
PINS = [PROJECT / "requirements" / "run.txt", PROJECT / "requirements" / "test.txt"]

# Pure Python, and not to be had as wheels: clients that the tests have read our simulated readers.
SOURCES = ("pydes", "pyem18")

# What Qt's wheels load from the system, and the Debian and Ubuntu packages that hold it.
LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# The same for a window on an X display.
WINDOW_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

HEADLESS_SECONDS = "20"


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def main() -> int:
    """Set up, then become the command."""
    try:
        return start(sys.argv[1:])
    except SetupError as problem:
        say(str(problem))
    except OSError as problem:
        say(f"Set-up stopped: {problem}. Once that is mended, start again.")
    except KeyboardInterrupt:
        say("Stopped. What was half done is made again at the next start.")
        return 130
    return 2


def start(arguments: Sequence[str]) -> int:
    """Set up what these arguments need, and run them."""
    testing = arguments[:1] == ["test"]
    install_system_packages()
    environment = ready_environment(PINS if testing else PINS[:1])
    if testing:
        os.chdir(PROJECT)
        options = [] if writable(PROJECT) else ["-p", "no:cacheprovider"]
        return run(environment, ["pytest", *options, *arguments[1:]])
    return run(environment, ["checkin", *(arguments or demo_arguments())])


def say(text: str) -> None:
    """Print one line of progress; standard output belongs to the command."""
    print(f"[set-up] {text}", file=sys.stderr, flush=True)


# --- what the system must have


def install_system_packages() -> None:
    """See that Qt's shared libraries and Python's own parts are there: install, or say how."""
    libraries = missing_libraries()
    packages = sorted(set(libraries.values()))
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise SetupError(without_apt(list(libraries)))
    if os.geteuid() != 0:
        raise SetupError(
            f"Some system packages are missing. Run this, then start again:\n\n"
            f"    {apt_command_for_user(packages)}\n"
        )
    say(f"Installing system packages: {' '.join(packages)}")
    apt_get("update")
    if apt_get("install", "--yes", "--no-install-recommends", *packages) != 0:
        raise SetupError(f"apt-get could not install {' '.join(packages)}: its reason is above.")
    importlib.invalidate_caches()


def missing_libraries() -> dict[str, str]:
    """Return the shared libraries that cannot be loaded, each with its package."""
    if sys.platform != "linux":
        return {}
    wanted = LIBRARIES | (WINDOW_LIBRARIES if os.environ.get("DISPLAY") else {})
    return {name: package for name, package in wanted.items() if load_library(name) is None}


def load_library(name: str) -> ctypes.CDLL | None:
    """Load a shared library, the one proof that the dynamic linker finds it."""
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


def without_apt(libraries: list[str]) -> str:
    """Say what is missing where we do not know the packages' names."""
    if not libraries:
        return (
            f"The Python modules venv and ensurepip are missing from {sys.executable}. Install "
            "your system's package for them, or another Python, then start again."
        )
    return (
        f"Qt needs shared libraries that are missing here: {', '.join(libraries)}. Install the "
        "packages of your system that hold them, then start again."
    )


def apt_command_for_user(packages: list[str]) -> str:
    """Return the one command that a normal user can run or hand to an administrator."""
    install = f"apt-get update && apt-get install -y {' '.join(packages)}"
    return f"sudo sh -c '{install}'" if shutil.which("sudo") else f"su -c '{install}'"


def apt_get(*arguments: str) -> int:
    """Run apt-get without questions; wait a while if another one is at work."""
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    return subprocess.run(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        check=False,
    ).returncode


# --- the virtual environment


def ready_environment(pins: Sequence[Path]) -> Path:
    """Return an environment that holds the last of `pins`; make it or renew it if need be."""
    folders = [PROJECT / ".venv", cache_folder() / "venv"]
    for folder in folders:
        if is_ready(folder, pins):
            return folder
    for folder in folders:
        lock = open_lock(folder)
        if lock is None:
            continue
        with lock:
            wait_for(lock)
            if not is_ready(folder, pins):  # else another start did it while we waited
                set_up(folder, pins, lock)
        return folder
    raise SetupError(f"Neither {PROJECT} nor {folders[-1].parent} can be written to.")


def is_ready(folder: Path, pins: Sequence[Path]) -> bool:
    """Tell whether set-up has finished here with these pins, or more of them, as they are today."""
    try:
        stamp = stamp_path(folder).read_text(encoding="utf-8")
    except OSError:
        return False
    enough = [PINS[:count] for count in range(len(pins), len(PINS) + 1)]
    return python_of(folder).exists() and stamp in [fingerprint(folder, some) for some in enough]


def stamp_path(folder: Path) -> Path:
    """Return the file that says which pins the environment holds; written last."""
    return folder / "checkin-set-up"


def fingerprint(folder: Path, pins: Sequence[Path]) -> str:
    """Return the stamp for an environment with these pins, on the Python that it was made with."""
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in pins)).hexdigest()
    return f"{digest} {python_of(folder).resolve()}\n"


def python_of(folder: Path) -> Path:
    """Return the environment's own Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def cache_folder() -> Path:
    """Return this checkout's place in the user's cache."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "checkin" / hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:12]


def set_up(folder: Path, pins: Sequence[Path], lock: IO[str]) -> None:
    """Make the environment if need be, and install the pins.

    The lock file doubles as a journal: it holds a word while work is under way. Found there by the
    next start, it tells that this one was cut off, perhaps inside a package: all is made afresh.
    """
    lock.seek(0)
    cut_off = lock.read() != ""
    sound = not cut_off and has_pip(folder)
    if sound and pip_install(folder, pins[-1], lock, "--dry-run", "--quiet") != 0:
        raise SetupError(
            "Packages that this start needs cannot be had: pip's reason is above. What was set up "
            "is as it was; start again with a network."
        )
    lock.write("under way")
    lock.flush()
    stamp_path(folder).unlink(missing_ok=True)
    if not sound:
        say(f"Making a virtual environment in {folder}")
        if run_step([sys.executable, "-I", "-m", "venv", "--clear", str(folder)], lock) != 0:
            raise SetupError(f"Python could not make a virtual environment in {folder}.")
    say("Installing the packages")
    if pip_install(folder, pins[-1], lock) != 0:
        raise SetupError(
            "The packages could not be installed: pip's reason is above. The first start needs a "
            "network, for some 105 MB; start again once that is mended."
        )
    write_stamp(folder, pins)
    lock.truncate(0)
    say("Ready")


def has_pip(folder: Path) -> bool:
    """Tell whether there is an environment here that pip works in."""
    command = [str(python_of(folder)), "-I", "-m", "pip", "--version"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def pip_install(folder: Path, pins: Path, lock: IO[str], *options: str) -> int:
    """Have pip install exactly what is pinned, or refuse: wheels, and sources for SOURCES."""
    command = [str(python_of(folder)), "-I", "-m", "pip", "install", "--require-hashes"]
    command += ["--no-deps", "--only-binary=:all:", f"--no-binary={','.join(SOURCES)}"]
    command += ["--no-input", "--disable-pip-version-check"]
    return run_step([*command, *options, "--requirement", str(pins)], lock)


def run_step(command: list[str], lock: IO[str]) -> int:
    """Run one step of set-up, and tell what it fetches; its errors pass as they are.

    It inherits the lock: if we are killed and it lives on, the next start waits for it.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        pass_fds=() if os.name == "nt" else (lock.fileno(),),
        env=os.environ | {"PIP_USER": "0"},
        encoding="utf-8",
        errors="replace",
    ) as step:
        for line in step.stdout or ():
            if line.lstrip().startswith(("Downloading", "Using cached", "Installing collected")):
                say(f"  {line.strip()}")
    return step.returncode


def write_stamp(folder: Path, pins: Sequence[Path]) -> None:
    """Write the stamp in one piece."""
    unfinished = stamp_path(folder).with_suffix(".new")
    unfinished.write_text(fingerprint(folder, pins), encoding="utf-8")
    unfinished.replace(stamp_path(folder))


def open_lock(folder: Path) -> IO[str] | None:
    """Open the lock beside an environment's folder, or None where we may not write."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not writable(folder):
            return None
        return folder.with_suffix(".lock").open("a+", encoding="utf-8")
    except OSError as problem:
        if problem.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            return None
        raise


def writable(folder: Path) -> bool:
    """Tell whether we may make files in a folder."""
    return os.access(folder, os.W_OK)


def wait_for(lock: IO[str]) -> None:
    """Take the lock, however long another start needs it."""
    if try_lock(lock):
        return
    say("Another start is setting up; waiting for it")
    while not try_lock(lock):
        time.sleep(0.2)


def try_lock(file: IO[str]) -> bool:
    """Take the lock unless another process has it; the system lets go of it if we die."""
    try:
        if sys.platform == "win32":
            # Far behind the text, so that the text itself can be read and written.
            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# --- the command


def demo_arguments() -> list[str]:
    """Return the demo for this screen, or for none."""
    if has_display():
        return ["demo"]
    pictures = pictures_folder()
    say(
        f"There is no display here: the demo runs without a window for {HEADLESS_SECONDS} s, "
        f"and leaves its pictures in {pictures}"
    )
    return ["demo", "--headless", "--seconds", HEADLESS_SECONDS, "--out", str(pictures)]


def has_display() -> bool:
    """Tell whether a window can be opened, by connecting as Qt will."""
    if sys.platform != "linux":
        return True
    return connects_to_x() or connects_to_wayland()


def connects_to_x() -> bool:
    """Tell whether there is an X display that lets us in."""
    xcb = load_library("libxcb.so.1")
    if xcb is None or not os.environ.get("DISPLAY"):
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused


def connects_to_wayland() -> bool:
    """Tell whether there is a Wayland display that lets us in."""
    wayland = load_library("libwayland-client.so.0")
    if wayland is None or not os.environ.get("WAYLAND_DISPLAY"):
        return False
    wayland.wl_display_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(wayland.wl_display_connect(None))
    if connection.value is None:
        return False
    wayland.wl_display_disconnect(connection)
    return True


def pictures_folder() -> Path:
    """Return where the demo's pictures go: here, or a new folder where nothing can be written."""
    if writable(Path.cwd()):
        return Path.cwd() / "checkin-demo"
    return Path(tempfile.mkdtemp(prefix="checkin-demo-"))


def run(environment: Path, module: Sequence[str]) -> int:
    """Run a module in the environment, in the caller's folder, on the checkout's own code."""
    # -P and PYTHONPATH: the checkout is found from any folder, and nothing in that folder, nor in
    # a path that the caller has set for other programs, gets in its way.
    command = [str(python_of(environment)), "-P", "-m", *module]
    variables = os.environ | {"PYTHONPATH": str(PROJECT)}
    variables.pop("PYTHONHOME", None)
    if not writable(PROJECT):
        variables.setdefault("PYTHONPYCACHEPREFIX", str(cache_folder() / "bytecode"))
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's to answer
        return subprocess.run(command, env=variables, check=False).returncode
    return os.execve(command[0], command, variables)


if __name__ == "__main__":
    sys.exit(main())
