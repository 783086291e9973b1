"""Gives up every right that a script interpreter does not need, then becomes the interpreter. Standard library only.

The launcher copies this text into an executable file of its own and appends a call of `main`; nothing here may import
from the project, because the file runs isolated (-I -S) and as another user.
"""

# Importing pathlib would double the time in which a worker starts.
# ruff: noqa: PTH112, PTH115, PTH119, PTH120, PTH123
from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import stat
import struct
import sys

ADDRESS_SPACE = 1024**3
OPEN_FILES = 16
KNOWN_CAPABILITIES = 64

PR_CAPBSET_DROP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 24, 22, 38
AT_EMPTY_PATH = 0x1000
CLONE_THREAD = 0x10000
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
EPERM, EACCES, ENOSYS = 1, 13, 38

ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06

#: number of each system call on (x86_64, aarch64); -1 where it does not exist
CALLS = {
    "read": (0, 63), "write": (1, 64), "futex": (202, 98), "ppoll": (271, 73), "madvise": (28, 233),
    "clone": (56, 220), "clone3": (435, 435), "openat2": (437, 437), "execveat": (322, 281), "open": (2, -1),
    "openat": (257, 56), "prlimit64": (302, 261), "tgkill": (234, 131),
}  # fmt: skip
DENIED = {
    # other programs, other processes
    "execve": (59, 221), "fork": (57, -1), "vfork": (58, -1), "kill": (62, 129), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "ptrace": (101, 117), "kcmp": (312, 272),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "setpriority": (141, 140), "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274), "setpgid": (109, 154), "setsid": (112, 157), "personality": (135, 92),
    # network
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "recvfrom": (45, 207), "sendmsg": (46, 211),
    "recvmsg": (47, 212), "sendmmsg": (307, 269), "recvmmsg": (299, 243),
    # files
    "creat": (85, -1), "mkdir": (83, -1), "mkdirat": (258, 34), "mknod": (133, -1), "mknodat": (259, 33),
    "rmdir": (84, -1), "unlink": (87, -1), "unlinkat": (263, 35), "rename": (82, -1), "renameat": (264, 38),
    "renameat2": (316, 276), "link": (86, -1), "linkat": (265, 37), "symlink": (88, -1), "symlinkat": (266, 36),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, -1),
    "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54), "truncate": (76, 45), "ftruncate": (77, 46),
    "fallocate": (285, 47), "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "inotify_init": (253, -1), "inotify_init1": (294, 26), "fanotify_init": (300, 262), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "acct": (163, 89),
    # the machine
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "setns": (308, 268), "unshare": (272, 97),
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224), "swapoff": (168, 225),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "sethostname": (170, 161), "setdomainname": (171, 162), "iopl": (172, -1), "ioperm": (173, -1),
    "modify_ldt": (154, -1), "syslog": (103, 116), "vhangup": (153, 58), "lookup_dcookie": (212, 18),
    # kernel interfaces with a history of holes
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "io_setup": (206, 0), "io_submit": (209, 2), "remap_file_pages": (216, 234),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "vmsplice": (278, 75), "splice": (275, 76),
    # talking through shared objects
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "msgget": (68, 186), "msgsnd": (69, 189),
    "msgrcv": (70, 188), "msgctl": (71, 187), "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191),
    "semtimedop": (220, 192), "mq_open": (240, 180), "mq_unlink": (241, 181),
    # rights
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159), "setfsuid": (122, 151),
    "setfsgid": (123, 152), "capset": (126, 91), "setrlimit": (160, 164),
}  # fmt: skip
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

libc = ctypes.CDLL(None, use_errno=True)


class Program:
    """A seccomp filter under construction."""

    def __init__(self, machine: str) -> None:
        self.column, self.audit = ARCHITECTURES[machine]
        self.code: list[bytes] = []

    def add(self, code: int, value: int, if_true: int = 0, if_false: int = 0) -> None:
        self.code.append(struct.pack("HBBI", code, if_true, if_false, value & 0xFFFFFFFF))

    def on(self, name: str, steps: list[tuple[int, int, int, int]]) -> None:
        """Run `steps` when the system call is `name`; they must end in a return."""
        number = {**CALLS, **DENIED}[name][self.column]
        if number >= 0:
            self.add(EQUAL, number, 0, len(steps))
            for step in steps:
                self.add(*step)


def argument(index: int, *, high: bool = False) -> int:
    return 16 + 8 * index + (4 if high else 0)


def returns(value: int) -> tuple[int, int, int, int]:
    return (RETURN, value, 0, 0)


def only_if_equal(index: int, value: int, error: int) -> list[tuple[int, int, int, int]]:
    """Allow the call when all 64 bits of its argument are `value`, else fail with `error`."""
    return [
        (LOAD, argument(index), 0, 0), (EQUAL, value & 0xFFFFFFFF, 0, 3),
        (LOAD, argument(index, high=True), 0, 0), (EQUAL, value >> 32, 0, 1),
        returns(ALLOW), returns(FAIL | error),
    ]  # fmt: skip


def read_only(index: int) -> list[tuple[int, int, int, int]]:
    return [(LOAD, argument(index), 0, 0), (ANY_BIT, WRITING, 0, 1), returns(FAIL | EACCES), returns(ALLOW)]


def seccomp_filter(machine: str, exec_address: int, pid: int) -> bytes:
    """Deny list as BPF. `exec_address`: the one path pointer with which execveat still works, unknown to the worker."""
    program = Program(machine)
    program.add(LOAD, 4)
    program.add(EQUAL, program.audit, 1, 0)
    program.add(*returns(KILL))
    program.add(LOAD, 0)
    if machine == "x86_64":  # the x32 numbers would walk around the list
        program.add(AT_LEAST, 0x40000000, 0, 1)
        program.add(*returns(KILL))
    for name in ("read", "write", "futex", "ppoll", "madvise"):
        program.on(name, [returns(ALLOW)])
    # Must be "no such call", not "forbidden": the C library then makes threads by clone, whose flags can be looked at.
    program.on("clone3", [returns(FAIL | ENOSYS)])
    program.on("openat2", [returns(FAIL | ENOSYS)])
    threads = [(LOAD, argument(0), 0, 0), (ANY_BIT, CLONE_THREAD, 1, 0), returns(FAIL | EPERM), returns(ALLOW)]
    program.on("clone", threads)
    program.on("open", read_only(1))
    program.on("openat", read_only(2))
    program.on("prlimit64", only_if_equal(2, 0, EPERM))
    program.on("tgkill", only_if_equal(0, pid, EPERM))
    program.on("execveat", only_if_equal(1, exec_address, EPERM))
    for name in DENIED:
        program.on(name, [returns(FAIL | EPERM)])
    program.add(*returns(ALLOW))
    return b"".join(program.code)


def install_seccomp(code: bytes) -> None:
    class Filter(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]

    program = Filter(len(code) // 8, code)
    checked(libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0), "seccomp")


def checked(result: int, what: str) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def landlock_version() -> int:
    """Version of Landlock in this kernel, 0 without it."""
    return max(0, int(libc.syscall(444, None, ctypes.c_size_t(0), 1)))


def landlock_rules(version: int, readable: list[int]) -> int:
    """A rule set that leaves reading and running below `readable` and nothing else. Returns its descriptor."""
    files = 0x1FFF | (0x2000 if version >= 2 else 0) | (0x4000 if version >= 3 else 0) | (0x8000 if version >= 5 else 0)
    attributes = struct.pack("QQQ", files, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = checked(libc.syscall(444, attributes, ctypes.c_size_t(size), 0), "landlock")
    for descriptor in readable:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        rule = struct.pack("=Qi", 0x1 | 0x4 | (0x8 if is_folder else 0), descriptor)
        checked(libc.syscall(445, rules, 1, rule, 0), "landlock rule")
    return rules


def library_folders() -> list[str]:
    """Where the loader and the C library of this very process lie."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split(None, 5)[5].strip() for line in maps if line.count("/")}
    shared = {os.path.dirname(path) for path in paths if ".so" in os.path.basename(path)}
    system = {"/lib", "/lib64", "/usr/lib", "/usr/lib64"}
    return sorted(path for path in system | shared if os.path.isdir(path))


def open_binary(path: str, other_user: bool) -> int:
    """Descriptor of the interpreter, opened while we still may: its folder can be closed to the other user."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    if not other_user or os.fstat(descriptor).st_mode & 0o005 == 0o005:
        return descriptor
    copy = os.memfd_create("worker", os.MFD_CLOEXEC)
    while os.sendfile(copy, descriptor, None, 1 << 24):
        pass
    os.fchmod(copy, 0o555)
    return copy


def change_user(uid: int) -> None:
    for capability in range(KNOWN_CAPABILITIES):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError:
        pass  # root that may not change its user, or has no other, as in some containers: the level shown says so


def limit_resources() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def main(binary: str, uid: int) -> None:
    """Give up all rights and become `binary`; with --probe, try the locks and print what holds. uid 0: no change."""
    arguments = sys.argv[1:]
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir("/")
    silence = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    program = open_binary(binary, bool(uid))
    version = landlock_version()
    rules = 0
    if version:
        folders = [os.open(path, os.O_PATH | os.O_CLOEXEC) for path in library_folders()]
        if not os.readlink(f"/proc/self/fd/{program}").startswith("/memfd:"):
            folders.append(program)
        rules = landlock_rules(version, folders)
        for folder in folders:
            if folder != program:
                os.close(folder)
    limit_resources()
    if uid:
        change_user(uid)
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    if rules:
        checked(libc.syscall(446, rules, 0), "landlock restrict")
        os.close(rules)
    path = ctypes.create_string_buffer(b"")
    install_seccomp(seccomp_filter(platform.machine(), ctypes.addressof(path), os.getpid()))
    if arguments == ["--probe"]:
        print(json.dumps(probe(version)), flush=True)  # noqa: T201 - this is the answer to the parent
        os._exit(0)
    vector = (ctypes.c_char_p * (len(arguments) + 2))(b"monty", *map(os.fsencode, arguments), None)
    nothing = (ctypes.c_char_p * 1)(None)
    os.dup2(silence, 2)  # panics of the interpreter could show values of a script
    execveat = CALLS["execveat"][ARCHITECTURES[platform.machine()][0]]
    libc.syscall(execveat, program, path, vector, nothing, AT_EMPTY_PATH)
    os._exit(127)


def probe(version: int) -> dict[str, object]:
    """What is really refused now; a lock that only was installed is not yet a lock that holds."""

    def refused(action: object) -> bool:
        try:
            action()  # type: ignore[operator]
        except OSError:
            return True
        return False

    return {
        "uid": os.getuid(),
        "landlock": version,
        "no_new_privs": libc.prctl(39, 0, 0, 0, 0) == 1,
        "fork": refused(os.fork),
        "run": refused(lambda: os.execve("/bin/true", ["true"], {})),  # noqa: S606
        "network": libc.socket(1, 1, 0) < 0,
        "write": refused(lambda: os.open("/tmp", os.O_RDWR | os.O_TMPFILE)),  # noqa: S108
        "signal": refused(lambda: os.kill(os.getppid(), 0)),
        "read": refused(lambda: os.open("/etc/passwd", os.O_RDONLY)),
    }
