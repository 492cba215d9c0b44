"""Where the installed program is tried: a bare system without Python, or at least an empty home."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_MIRROR = "http://deb.debian.org/debian"
_USER = 1000
PATH = "/usr/local/bin:/usr/bin:/bin"


class Room:
    """A bare Debian in a folder; a user in it has a home and no network.

    Args:
        work: Keeps the bare system for the next time.
    """

    home = Path("/home/anna")

    def __init__(self, work: Path) -> None:
        base = work / "bare-system.tar"
        self.root = Path(tempfile.mkdtemp(prefix="kmhc-room-"))
        if not base.is_file():
            _call("debootstrap", "--variant=minbase", "bookworm", str(self.root), _MIRROR)
            _call("tar", "-C", str(self.root), "--one-file-system", "-cf", str(base), ".")
        else:
            _call("tar", "-C", str(self.root), "-xf", str(base))
        self.root.chmod(0o755)  # its user has to get in
        shutil.copyfile("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "tmp/.X11-unix").mkdir(exist_ok=True)
        self.start(["useradd", "--create-home", "--uid", str(_USER), "anna"], administrator=True).wait()

    def install(self, deb: Path) -> set[str]:
        """Install a package; return the files of the system as they were before, with what the package needs."""
        shutil.copyfile(deb, self.root / "kmhc.deb")
        fields = subprocess.run(["dpkg-deb", "-f", str(deb), "Depends"], capture_output=True, text=True).stdout
        needed = [part.split()[0] for part in fields.split(",")]
        install = ["apt-get", "install", "--yes", "-qq", "--no-install-recommends"]
        for command in (["apt-get", "update", "-qq"], [*install, *needed]):
            self._administer(command)
        before = self.files()
        self._administer([*install, "/kmhc.deb"])
        return before

    def remove(self) -> None:
        """Remove the package."""
        self._administer(["apt-get", "purge", "--yes", "-qq", "kmhc"])

    def files(self) -> set[str]:
        """Return the files of the system, but for the user's own and what the package manager notes."""
        noted = ("home", "proc", "dev", "tmp", "var/lib/dpkg", "var/log", "var/cache", "var/lib/apt")
        found = set()
        for folder, folders, files in os.walk(self.root):
            place = os.path.relpath(folder, self.root)
            folders[:] = [name for name in folders if os.path.normpath(f"{place}/{name}") not in noted]
            found |= {os.path.normpath(f"{place}/{name}") for name in files + folders}
        return found

    def start(self, command: list[str], *, administrator: bool = False, display: str = "") -> subprocess.Popen[bytes]:
        """Start a command in the room: as the user without a network, or as the administrator with one."""
        root = str(self.root)
        prepare = f"mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev"
        if display:
            prepare += f" && mount --bind /tmp/.X11-unix {root}/tmp/.X11-unix"
        spaces = ["--mount"] if administrator else ["--mount", "--net"]
        who = "0:0" if administrator else f"{_USER}:{_USER}"
        environment = [
            f"PATH={PATH}:/usr/sbin:/sbin",
            f"HOME={'/root' if administrator else self.home}",
            "LANG=C.UTF-8",
        ]
        environment += ["DEBIAN_FRONTEND=noninteractive"] if administrator else []
        environment += [f"DISPLAY={display}"] if display else []
        inside = ["chroot", f"--userspec={who}", root, "env", "-i", f"--chdir={'/' if administrator else self.home}"]
        shell = ["sh", "-c", f'{prepare} && exec "$@"', "sh", *inside, *environment, *command]
        quiet = subprocess.DEVNULL if administrator else None
        return subprocess.Popen(["unshare", *spaces, *shell], stdout=quiet)

    def path(self, place: Path) -> Path:
        """Return where a place of the room lies outside."""
        return self.root / place.relative_to("/")

    def give(self, source: Path, place: Path) -> None:
        """Put a folder into the user's home."""
        shutil.copytree(source, self.path(place))
        for path in (self.path(place), *self.path(place).rglob("*")):
            os.chown(path, _USER, _USER)

    def close(self) -> None:
        """Take the room down; its mounts ended with the commands."""
        shutil.rmtree(self.root, ignore_errors=True)

    def _administer(self, command: list[str]) -> None:
        if self.start(command, administrator=True).wait():
            raise SystemExit(f"{' '.join(command)} failed in the bare system.")


class Corner:
    """Without root or debootstrap: the package unpacked in a folder, with an empty home and an empty environment."""

    def __init__(self, work: Path) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="kmhc-corner-"))
        self.home = self.root / "home"
        self.home.mkdir()
        without_network = ["unshare", "--user", "--map-root-user", "--net"]
        self._spaces = without_network if not subprocess.run([*without_network, "true"]).returncode else []

    def install(self, deb: Path) -> set[str]:
        """Unpack the package."""
        _call("dpkg-deb", "-x", str(deb), str(self.root))
        return set()

    def remove(self) -> None:
        """Remove what was unpacked."""
        shutil.rmtree(self.root / "usr")

    def files(self) -> set[str]:
        """Return what is left but for the home."""
        return {str(path) for path in self.root.iterdir() if path != self.home}

    def start(self, command: list[str], *, display: str = "") -> subprocess.Popen[bytes]:
        """Start a command."""
        environment = [f"HOME={self.home}", f"PATH={self.root}/usr/bin:{PATH}", "LANG=C.UTF-8"]
        environment += [f"DISPLAY={display}"] if display else []
        return subprocess.Popen([*self._spaces, "env", "-i", *environment, *command], cwd=self.home)

    def path(self, place: Path) -> Path:
        """Return where a place lies: the home is outside, the system is unpacked."""
        return place if place.is_relative_to(self.home) else self.root / place.relative_to("/")

    def give(self, source: Path, place: Path) -> None:
        """Put a folder into the home."""
        shutil.copytree(source, place)

    def close(self) -> None:
        """Take it down."""
        shutil.rmtree(self.root, ignore_errors=True)


def room(work: Path) -> Room | Corner:
    """Return the barest room that this system allows."""
    if os.geteuid() == 0 and shutil.which("debootstrap"):
        return Room(work)
    print("Without root and debootstrap the program is tried in an empty home only.")
    return Corner(work)


def _call(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
