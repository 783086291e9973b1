"""What the parts of the service are called, how each is, and what to do where one is not well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from flask_babel import gettext, ngettext, pgettext

from engine.queries.health import Part
from webui.pages.rendering import SHANGHAI, size
from webui.pages.words import listed

Facts = Mapping[str, object]


def part_name(key: str) -> str:
    """ "数据库" """
    words = {
        "database": gettext("数据库"),
        "server": gettext("数据库服务"),
        "schema": gettext("数据库结构"),
        "workers": gettext("后台进程"),
        "jobs": gettext("作业队列"),
        "timers": gettext("定时队列"),
        "incidents": pgettext("incidents", "异常"),
        "sandbox": gettext("脚本沙箱"),
        "disk": gettext("磁盘空间"),
        "backup": gettext("备份"),
        "calendar": gettext("节假日表"),
        "clock": gettext("时钟"),
        "version": gettext("程序版本"),
        "assets": gettext("前端资源"),
    }
    return str(words.get(key, key))


def part_text(part: Part) -> str:
    """How the part is, with its figures."""
    words = _TEXTS.get(part.key)
    if words is not None:
        return words(part.facts)
    return str(gettext("已构建") if part.state == "good" else gettext("未构建"))


def part_remedy(part: Part) -> str:
    """What to do about it."""
    words = {
        "database": gettext("连接接近上限：减少网页或后台进程数，或调高 max_connections。"),
        "server": gettext("内置数据库不防本机操作系统用户，正式运行请改用外部 PostgreSQL（CHANGXIAO_DATABASE_URL）。"),
        "schema": gettext("请停止服务，运行 changxiao migrate 后再启动。"),
        "workers": gettext("没有后台在线，到期提醒和升级都不会发出：请启动 changxiao worker，或查看 worker.log。"),
        "jobs": gettext("查看队列页；失败的作业在异常页重试。"),
        "timers": gettext("到期未触发：检查后台进程是否在线、是否过载，必要时再启动一个 changxiao worker。"),
        "incidents": gettext("请到异常页查看原因并处理。"),
        "sandbox": gettext("脚本无法安全运行：请在支持 seccomp 的 Linux 上运行，详见日志。"),
        "disk": gettext("请清理或扩容数据文件夹所在磁盘；写满后办理会失败。"),
        "calendar": gettext("请管理员录入国务院公布的节假日安排（changxiao calendar 或接口）。"),
        "assets": gettext("请运行 make web；此前页面以简单形式提供。"),
    }
    if part.key == "backup":
        if "taken_at" not in part.facts:
            return str(gettext("从未备份：请立即运行 changxiao backup 新文件夹，并设为每日任务。"))
        return str(
            gettext("超过 %(hours)s 小时未备份：请运行 changxiao backup 新文件夹。", hours=part.facts["longest_hours"])
        )
    return str(words.get(part.key, ""))


def gib(count: int) -> str:
    """ "12.4 GB" """
    return f"{count / 1024**3:.1f} GB"


def _database(facts: Facts) -> str:
    text = gettext(
        "PostgreSQL %(version)s，%(size)s，连接 %(used)s / %(most)s",
        version=facts["version"],
        size=size(_int(facts, "size_bytes")),
        used=facts["connections"],
        most=facts["max_connections"],
    )
    return str(text)


def _server(facts: Facts) -> str:
    return str(gettext("内置") if facts["kind"] == "embedded" else gettext("外部"))


def _schema(facts: Facts) -> str:
    return str(gettext("版本 %(revision)s", revision=facts["revision"]))


def _workers(facts: Facts) -> str:
    return str(ngettext("%(num)s 个在线", "%(num)s 个在线", _int(facts, "alive")))


def _jobs(facts: Facts) -> str:
    shown = {name: facts[name] for name in ("ready", "running", "failed")}
    return str(gettext("等待 %(ready)s，运行 %(running)s，失败 %(failed)s", **shown)) + _behind(facts)


def _timers(facts: Facts) -> str:
    shown = {name: facts[name] for name in ("waiting", "late", "held")}
    return str(gettext("等待 %(waiting)s，逾时 %(late)s，搁置 %(held)s", **shown)) + _behind(facts)


def _behind(facts: Facts) -> str:
    seconds = _int(facts, "behind_seconds")
    if seconds < 60:
        return ""
    return str(gettext("，最久已等 %(minutes)s 分钟", minutes=seconds // 60))


def _incidents(facts: Facts) -> str:
    return str(gettext("未解决 %(count)s 件", count=facts["open"]))


def _sandbox(facts: Facts) -> str:
    if not facts:
        return str(gettext("不可用"))
    locks = [str(gettext("不得提权")), str(gettext("系统调用过滤"))]
    if facts.get("landlock"):
        locks.append(str(gettext("文件隔离")))
    if facts.get("own_user"):
        locks.append(str(gettext("独立用户")))
    return listed(locks)


def _disk(facts: Facts) -> str:
    free, total = _int(facts, "free_bytes"), _int(facts, "total_bytes")
    part = f"{free / total:.0%}"
    return str(gettext("剩余 %(free)s / %(total)s（%(part)s）", free=gib(free), total=gib(total), part=part))


def _backup(facts: Facts) -> str:
    taken = facts.get("taken_at")
    if not isinstance(taken, datetime):
        return str(gettext("从未备份"))
    shown, hours = f"{taken.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", _int(facts, "age_seconds") // 3600
    return str(
        gettext("%(at)s，%(hours)s 小时前，%(size)s", at=shown, hours=hours, size=size(_int(facts, "size_bytes")))
    )


def _calendar(facts: Facts) -> str:
    missing = cast("list[int]", facts["missing"])
    if not missing:
        return str(gettext("今明两年均已维护"))
    return str(gettext("%(years)s 年未维护", years=listed([str(year) for year in missing])))


def _clock(facts: Facts) -> str:
    words = {"real": gettext("真实时钟"), "demo": gettext("演示时钟"), "rehearsal": gettext("演练时钟")}
    return str(words[str(facts["mode"])])


def _version(facts: Facts) -> str:
    return str(facts["version"])


def _int(facts: Facts, name: str) -> int:
    return cast(int, facts[name])


_TEXTS: Mapping[str, Callable[[Facts], str]] = {
    "database": _database,
    "server": _server,
    "schema": _schema,
    "workers": _workers,
    "jobs": _jobs,
    "timers": _timers,
    "incidents": _incidents,
    "sandbox": _sandbox,
    "disk": _disk,
    "backup": _backup,
    "calendar": _calendar,
    "clock": _clock,
    "version": _version,
}
