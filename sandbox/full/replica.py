"""The replica in the hands of a drill: paused, delayed, and made to follow at once again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import waiting
from sandbox.errors import SandboxError
from sandbox.full.postgresql import HOST, Cluster

SETTLED_WITHIN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """Healthy, a commit is answered only when the replica shows it, so reads there are never behind."""

    cluster: Cluster

    def pause(self) -> None:
        """Show nothing new from now on; commits no longer wait."""
        self._let_commits_go()
        if self._state() == "not paused":
            self._ask("select pg_wal_replay_pause()")
        self._wait("pauses", lambda: self._state() == "paused")

    def resume(self) -> None:
        """Go on showing what comes; commits do not wait for it before `heal`."""
        if self._state() != "not paused":
            self._ask("select pg_wal_replay_resume()")
        self._wait("goes on", lambda: self._state() == "not paused")

    def delay(self, seconds: float) -> None:
        """Show each commit so many seconds after it; commits no longer wait. 0 follows at once."""
        self._let_commits_go()
        self._set_delay(seconds)

    def heal(self) -> None:
        """Follow at once, catch up, and let each commit wait again until it is shown."""
        self.resume()
        self._set_delay(0)
        end = self.cluster.ask("select pg_current_wal_lsn()")
        self._wait("catches up", lambda: self._ask(f"select pg_last_wal_replay_lsn() >= '{end}'") == "t")
        self._let_commits_wait_for("*")
        self._wait("is synchronous", self._is_synchronous)

    def _let_commits_go(self) -> None:
        """Else they would hang; those that wait already are let go, too."""
        self._let_commits_wait_for("")

    def _let_commits_wait_for(self, standbys: str) -> None:
        def taken() -> bool:
            return self.cluster.ask("show synchronous_standby_names") == standbys

        if not taken():
            setting = f"alter system set synchronous_standby_names = '{standbys}'"
            self.cluster.ask(setting, "select pg_reload_conf()")
            self._wait("is told who waits for it", taken)

    def _set_delay(self, seconds: float) -> None:
        wanted = round(seconds * 1000)
        if self._delay_ms() == wanted:
            return
        self._ask(f"alter system set recovery_min_apply_delay = '{wanted}ms'", "select pg_reload_conf()")
        self._wait("takes the delay", lambda: self._delay_ms() == wanted)

    def _delay_ms(self) -> int:
        return int(self._ask("select setting from pg_settings where name = 'recovery_min_apply_delay'"))

    def _state(self) -> str:
        return self._ask("select pg_get_wal_replay_pause_state()")

    def _is_synchronous(self) -> bool:
        return self.cluster.ask("select count(*) from pg_stat_replication where sync_state = 'sync'") == "1"

    def _ask(self, *statements: str) -> str:
        return self.cluster.ask(*statements, on_replica=True)

    def _wait(self, what: str, true: Callable[[], bool]) -> None:
        if not waiting.until(true, seconds=SETTLED_WITHIN):
            raise SandboxError(
                f"PostgreSQL's replica never {what} within {SETTLED_WITHIN:.0f} s",
                f"{HOST}:{self.cluster.replica_port}",
                "stop the sandbox and start it again",
            )
