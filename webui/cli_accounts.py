"""`changxiao user` and `changxiao token`: accounts and API tokens."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import click

from engine.commands import accounts, people
from engine.model.step import PersonId
from engine.queries import accounts as lists
from webui.console import new_password, opened_engine, out, settings_of_environment, show_table, told

_PASSWORD = click.option("--password", envvar=None, help="不写则询问 · asked for where it is not given")


@click.group()
def user() -> None:
    """账户 · Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名 · name")
@click.option("--unit", required=True, help="单位代码 · code of the unit, 532503-GA")
@click.option("--role", "roles", multiple=True, required=True, help="角色，可重复 · role, may be repeated")
@_PASSWORD
@told
def add(username: str, name: str, unit: str, roles: tuple[str, ...], password: str | None) -> None:
    """新增人员和账户 · Enter a person with an account."""
    with opened_engine(settings_of_environment()) as engine:
        secret = password or new_password()
        people.add_person(engine, PersonId(username), name=name, unit=unit, roles=roles, password=secret)
    out.print(f"已新增 · added {username}")


@user.command("password")
@click.argument("username")
@_PASSWORD
@told
def set_password(username: str, password: str | None) -> None:
    """重设密码，并结束其所有会话 · Set a password; ends the sessions of the account."""
    with opened_engine(settings_of_environment()) as engine:
        with engine.reading("system") as tx:
            if not engine.reference(tx).organization.home_unit(username):
                raise click.UsageError(f"没有此人 · there is no person {username}")
        accounts.set_password(engine, PersonId(username), password or new_password(), by="command line")
    out.print("已重设 · done")


@user.command("state")
@click.argument("username")
@click.argument("state", type=click.Choice(["active", "disabled"]))
@told
def set_state(username: str, state: str) -> None:
    """启用或停用账户 · Enable or disable an account."""
    with opened_engine(settings_of_environment()) as engine:
        people.set_account_state(engine, PersonId(username), state, by="command line")
    out.print(f"{username}: {state}")


@user.command("list")
@click.option("--unit", default="", help="只列出该单位 · only of this unit")
@told
def list_users(unit: str) -> None:
    """列出账户 · List accounts."""
    with opened_engine(settings_of_environment()) as engine:
        found = lists.accounts(engine, unit=unit)
    heads = ("用户名 · account", "姓名 · name", "单位 · unit", "角色 · roles", "状态 · state", "上次登录 · last login")
    show_table(heads, ((a.person, a.name, a.unit, ", ".join(a.roles), a.state, a.last_login_at) for a in found))


@click.group()
def token() -> None:
    """接口令牌 · API tokens."""


@token.command("issue")
@click.argument("username")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
@click.option("--read-only", is_flag=True, help="只读 · may read only")
@told
def issue(username: str, name: str, days: int, *, read_only: bool) -> None:
    """签发令牌，只显示一次 · Issue a token; it is shown this once."""
    with opened_engine(settings_of_environment()) as engine:
        scopes = ("read",) if read_only else ()
        token_id, secret = accounts.issue_token(
            engine, PersonId(username), name, life=timedelta(days=days), scopes=scopes
        )
    click.echo(f"{token_id}\n{secret}")


@token.command("revoke")
@click.argument("username")
@click.argument("token_id", type=click.UUID)
@told
def revoke(username: str, token_id: UUID) -> None:
    """立即作废令牌 · End a token at once."""
    with opened_engine(settings_of_environment()) as engine:
        people.revoke_token(engine, token_id, PersonId(username), by="command line")
    out.print("已作废 · revoked")


@token.command("list")
@click.argument("username")
@told
def list_tokens(username: str) -> None:
    """列出令牌 · List the tokens of an account."""
    with opened_engine(settings_of_environment()) as engine:
        found = lists.tokens(engine, PersonId(username))
    heads = ("id", "名称 · name", "范围 · scopes", "到期 · expires", "上次使用 · last used", "作废 · revoked")
    rows = ((t.id, t.name, ", ".join(t.scopes), t.expires_at, t.last_used_at, t.revoked_at) for t in found)
    show_table(heads, rows)
