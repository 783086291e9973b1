"""What every test gets: a closed network, the long counts only on request, a database of its own when it asks."""

from __future__ import annotations

import gc
import os
import socket
import uuid
from collections.abc import Callable, Iterator

import hypothesis
import pytest
import structlog

from engine.store.roles import Addresses
from tests import scratch
from tests.shared_cluster import SharedCluster

scratch.keep_in_memory()
hypothesis.settings.register_profile("changxiao", print_blob=True, deadline=None)
hypothesis.settings.load_profile("changxiao")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long counts too (`make proof`)")
    parser.addoption("--models-from", type=int, default=0, help="seed of the first random model of tests/oracle")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _loggers_hear_tests() -> Iterator[None]:
    """A logger that keeps the settings of its first line would be deaf to a test that listens to it later."""
    configure = structlog.configure
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", lambda **given: configure(**given | {"cache_logger_on_first_use": False}))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """No test reaches beyond this machine; what does, says so instead of hanging."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
        yield


def _only_here(connect: Callable[..., object]) -> Callable[..., object]:
    def guarded(self: socket.socket, address: object) -> object:
        host = str(address[0]) if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and not host.startswith(("127.", "::1", "localhost")):
            raise PermissionError(f"A test tried to reach {address!r}; tests stay on this machine.")
        return connect(self, address)

    return guarded


@pytest.fixture(scope="session")
def cluster() -> Iterator[SharedCluster]:
    """The throw-away PostgreSQL of this test run. Most tests want `db` instead."""
    shared = SharedCluster(os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex)
    shared.join()
    yield shared
    shared.leave()


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    """A migrated, empty database for this test alone, as seen by each role."""
    name, addresses = cluster.clone()
    yield addresses
    cluster.drop(name)


@pytest.fixture(scope="module")
def module_db(cluster: SharedCluster) -> Iterator[Addresses]:
    """Like `db`, but shared by the tests of one module: for those that only read, or clean up after themselves."""
    name, addresses = cluster.clone()
    yield addresses
    cluster.drop(name)


@pytest.fixture
def app_url(db: Addresses) -> str:
    """The address of `db` as cx_app, which is what the service logs in as."""
    return db.app_url
