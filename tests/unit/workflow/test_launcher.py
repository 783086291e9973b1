"""The locks on a sandbox worker, tried on a running one and on the filter itself."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.workflow.scripting import SandboxUnavailable, locked_worker, sandbox_level, script_engine
from engine.workflow.scripting import launcher as launching
from engine.workflow.scripting.environment import LIMITS
from engine.workflow.scripting.launcher import make_launcher

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)
AS_ROOT = os.geteuid() == 0


@pytest.fixture
def worker():
    """/proc folder of a worker that is checked out."""
    with script_engine().environment.pool.checkout(LIMITS, AT, 1) as session:
        yield Path(f"/proc/{session.worker_pid}")


def _status(worker: Path) -> dict[str, str]:
    lines = (line.split(":", 1) for line in (worker / "status").read_text().splitlines())
    return {name: value.strip() for name, value in lines}


def test_the_level_names_every_lock():
    level = sandbox_level()

    assert level.no_new_privs
    assert level.seccomp
    assert level.own_user is AS_ROOT
    assert set(level.as_dict()) == {"no_new_privs", "seccomp", "landlock", "own_user", "uid"}


def test_a_worker_runs_with_filter_and_without_privileges(worker):
    status = _status(worker)

    assert status["Seccomp"] == "2"
    assert status["NoNewPrivs"] == "1"
    assert status["CapEff"] == status["CapPrm"] == "0" * 16
    if AS_ROOT:
        assert status["CapBnd"] == "0" * 16
        assert status["Uid"].split() == [str(sandbox_level().uid)] * 4
        assert status["Groups"] == ""


@pytest.mark.skipif(not AS_ROOT, reason="the limits of another user's process are readable by root only")
def test_a_worker_has_little_room(worker):
    limits = {line[:25].strip(): line[25:].split()[0] for line in (worker / "limits").read_text().splitlines()[1:]}

    assert limits["Max open files"] == "16"
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert limits["Max address space"] == str(1024**3)


@pytest.mark.skipif(not AS_ROOT, reason="the descriptors of another user's process are readable by root only")
def test_a_worker_inherits_no_files_no_environment_and_no_folder(worker):
    leaked = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(leaked, True)
    opened = {entry.readlink() for entry in (worker / "fd").iterdir()}
    os.close(leaked)

    assert (worker / "environ").read_bytes() == b""
    assert (worker / "cwd").readlink() == Path("/")
    assert {str(path).split(":")[0] for path in opened} <= {"pipe", "/dev/null"}


def test_starting_a_launcher_takes_less_than_a_tenth_of_a_second():
    launcher = make_launcher()
    try:
        times = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run([str(launcher.path), "--probe"], check=True, capture_output=True)
            times.append(time.perf_counter() - began)
    finally:
        launcher.remove()

    assert min(times) < 0.1
    assert not launcher.folder.exists()


def test_without_the_right_to_change_its_user_the_worker_is_locked_all_the_same(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    launcher = make_launcher()
    launcher.remove()

    assert launcher.level.seccomp
    assert launcher.level.own_user is False
    assert launcher.level.uid == os.getuid()


def test_the_launcher_lies_in_a_folder_of_its_own_user():
    launcher = make_launcher()
    try:
        assert launcher.folder.stat().st_mode & 0o077 == 0
        assert launcher.path.stat().st_mode & 0o777 == 0o700
    finally:
        launcher.remove()


def test_the_folder_of_a_process_that_was_killed_goes_with_the_next_start_and_those_in_use_stay():
    told = "from engine.workflow.scripting.launcher import make_launcher as m; print(m().folder, flush=True); input()"
    argv = [sys.executable, "-c", told]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        left = Path(killed.stdout.readline().strip())
        killed.kill()
    in_use = make_launcher()
    for folder in (left, in_use.folder):
        os.utime(folder, (0, 0))
    try:
        make_launcher().remove()

        assert not left.exists()
        assert in_use.path.exists()
    finally:
        in_use.remove()


def test_a_folder_that_somebody_has_just_made_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "_executable_folder", lambda: str(tmp_path))
    fresh = tmp_path / "changxiao-sandbox-fresh"
    fresh.mkdir()
    make_launcher().remove()

    assert fresh.exists()


def test_an_interpreter_in_a_closed_folder_can_be_started_all_the_same(tmp_path):
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    binary = closed / "monty"
    binary.write_bytes(launching._interpreter().read_bytes())
    binary.chmod(0o700)
    launcher = make_launcher(binary)
    try:
        answer = subprocess.run([str(launcher.path), "--version"], capture_output=True, check=False)
    finally:
        launcher.remove()

    assert answer.returncode == 0
    assert answer.stdout.startswith(b"monty")


def test_without_a_launcher_that_runs_there_are_no_scripts(monkeypatch):
    monkeypatch.setattr(launching, "_write", lambda *_: Path("/nowhere/worker"))

    with pytest.raises(SandboxUnavailable, match="cannot be started"):
        make_launcher()


def test_a_launcher_that_fails_says_why():
    with pytest.raises(SandboxUnavailable, match="No such file"):
        make_launcher(Path("/nowhere/monty"))


def test_a_lock_that_does_not_hold_refuses_the_start(monkeypatch, tmp_path):
    answer = {
        "uid": 1, "landlock": 0, "no_new_privs": True, "fork": True, "run": True, "network": False, "write": True,
        "signal": True, "read": False,
    }  # fmt: skip
    fake = tmp_path / "worker"
    fake.write_text(f"#!{sys.executable} -ISB\nimport json\nprint(json.dumps({answer!r}))\n")
    fake.chmod(0o700)
    monkeypatch.setattr(launching, "_write", lambda *_: fake)

    with pytest.raises(SandboxUnavailable, match="network"):
        make_launcher()


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "riscv64")])
def test_other_systems_are_refused_by_name(monkeypatch, system, machine):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)

    with pytest.raises(SandboxUnavailable, match=machine):
        make_launcher()


def test_a_long_path_of_python_is_shortened_by_a_link(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", "/opt/" + "long/" * 40 + "python3")

    path = launching._write(tmp_path, Path("/bin/monty"), 0)

    assert path.read_text().startswith(f"#!{tmp_path}/python -ISB\n")


class Machine:
    """A small BPF machine: tells what the filter answers to a system call."""

    def __init__(self, code: bytes) -> None:
        self.steps = [struct.unpack("HBBI", code[n : n + 8]) for n in range(0, len(code), 8)]

    def answer(self, number: int, *arguments: int, audit: int = 0xC000003E) -> int:
        data = struct.pack("IIQ6Q", number, audit, 0, *(*arguments, *[0] * 6)[:6])
        at, value = 0, 0
        while True:
            code, if_true, if_false, k = self.steps[at]
            at += 1
            if code == locked_worker.RETURN:
                return k
            if code == locked_worker.LOAD:
                value = struct.unpack_from("I", data, k)[0]
                continue
            holds = {
                locked_worker.EQUAL: value == k,
                locked_worker.AT_LEAST: value >= k,
                locked_worker.ANY_BIT: bool(value & k),
            }[code]
            at += if_true if holds else if_false


ALLOWED = locked_worker.ALLOW
EPERM = locked_worker.FAIL | locked_worker.EPERM
EXEC_ADDRESS = 0x7F12_3456_789A


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request):
    column, audit = locked_worker.ARCHITECTURES[request.param]
    filtered = Machine(locked_worker.seccomp_filter(request.param, EXEC_ADDRESS, 4242))

    def ask(name: str, *arguments: int) -> int:
        number = {**locked_worker.CALLS, **locked_worker.DENIED}[name][column]
        return filtered.answer(number, *arguments, audit=audit)

    return ask


def test_every_call_on_the_list_is_refused(machine):
    absent = {name for name, numbers in locked_worker.DENIED.items() if -1 in numbers}

    assert {machine(name) for name in locked_worker.DENIED.keys() - absent} == {EPERM}


def test_threads_are_allowed_and_processes_are_not(machine):
    assert machine("clone", locked_worker.CLONE_THREAD | 0x100) == ALLOWED
    assert machine("clone", 0x1200011) == EPERM
    assert machine("clone3") == locked_worker.FAIL | locked_worker.ENOSYS


def test_only_the_launcher_itself_can_run_a_program(machine):
    assert machine("execveat", 3, EXEC_ADDRESS) == ALLOWED
    assert machine("execveat", 3, EXEC_ADDRESS + 1) == EPERM
    assert machine("execveat", 3, EXEC_ADDRESS & 0xFFFFFFFF) == EPERM
    assert machine("execve", EXEC_ADDRESS) == EPERM


def test_files_open_for_reading_only(machine):
    assert machine("openat", 0, 0, os.O_RDONLY | os.O_CLOEXEC) == ALLOWED
    for flag in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND, os.O_TMPFILE | os.O_RDWR):
        assert machine("openat", 0, 0, flag) == locked_worker.FAIL | locked_worker.EACCES


def test_a_worker_signals_itself_and_reads_limits_only(machine):
    assert machine("tgkill", 4242, 4242, 6) == ALLOWED
    assert machine("tgkill", 1, 1, 9) == EPERM
    assert machine("prlimit64", 0, 7, 0) == ALLOWED
    assert machine("prlimit64", 0, 7, 0xFFFF_0000_0000) == EPERM


def test_other_architectures_and_x32_numbers_are_killed():
    filtered = Machine(locked_worker.seccomp_filter("x86_64", EXEC_ADDRESS, 1))

    assert filtered.answer(0, audit=0x40000003) == locked_worker.KILL
    assert filtered.answer(0x40000000 + 59) == locked_worker.KILL


def test_the_numbers_of_the_filter_are_those_of_this_kernel():
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    if not header.exists():
        pytest.skip("no kernel headers here")
    words = (line.split() for line in header.read_text().splitlines() if line.startswith("#define __NR_"))
    numbers = {name.removeprefix("__NR_"): int(number) for _, name, number in words}
    listed = {**locked_worker.CALLS, **locked_worker.DENIED}

    assert {name: listed[name][0] for name in listed.keys() & numbers} == {
        n: numbers[n] for n in listed.keys() & numbers
    }
    assert len(listed.keys() & numbers) > 130


def test_the_numbers_of_the_other_architecture_are_those_of_its_table():
    header = Path("/usr/include/asm-generic/unistd.h")
    if not header.exists():
        pytest.skip("no kernel headers here")
    words = (line.split() for line in header.read_text().splitlines() if line.startswith("#define __NR"))
    numbers = {w[1].split("_", 3)[-1] if "3264" not in w[1] else w[1][9:]: w[2] for w in words if len(w) > 2}
    listed = {**locked_worker.CALLS, **locked_worker.DENIED}
    known = {name: int(numbers[name]) for name in listed if numbers.get(name, "").isdecimal()}

    assert {name: listed[name][1] for name in known} == known
    assert len(known) > 90


def test_limits_never_exceed_what_the_machine_allows(monkeypatch):
    asked = {}
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, pair: asked.update({kind: pair}))

    locked_worker.limit_resources()

    assert asked[resource.RLIMIT_AS] == (100, 100)
    assert asked[resource.RLIMIT_NOFILE] == (16, 16)


def test_a_failing_system_call_is_an_error_with_its_name():
    ctypes.set_errno(22)
    with pytest.raises(OSError, match="seccomp: Invalid argument"):
        locked_worker.checked(-1, "seccomp")
