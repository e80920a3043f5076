"""The rules of an edge as VCL: what it keeps, for how long, and who may make it drop a page."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sandbox.recipe import Cachable

PROBE = "X-Sandbox-Probe"
"""A request with this header looks whether all answers: no fault touches it, it takes no turn, it fills no cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeRules:
    """How an edge behaves; the defaults are the healthy edge."""

    purges: bool = True
    """Obeys the purges and bans of the store; those of others, such as a tester, it always obeys."""
    lifetime_s: float = 120.0
    """Seconds for which it answers from its copy."""
    grace_s: float = 0.0
    """Seconds after that in which it still does, while it fetches a new one."""
    keeps_no_store: bool = False
    """Keeps also what the store marks as no-store."""
    bans_everything: bool = False
    """Any ban drops all copies."""

    def as_json(self) -> str:
        """As text that `from_json` takes back."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> EdgeRules:
        """The rules that `as_json` wrote."""
        return cls(**json.loads(text))


HEALTHY = EdgeRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one edge stands: its name, the server behind it, the store's public port, and what it may keep."""

    edge: str
    origin_port: int
    public_port: int
    cachable: Cachable


def vcl(rules: EdgeRules, place: Place) -> str:
    """The whole program of an edge.

    Pages are known by their URL alone, so that the public address and the edge's own share one copy. The edge
    decides about lifetimes by itself; `Cache-Control` goes on to browsers as it came.
    """
    return "\n".join(
        [
            'vcl 4.1;\nimport std;\nacl loopback { "127.0.0.0"/8; "::1"; }',
            _backend(place),
            _receive(rules, place),
            _fetch(rules),
            _deliver(place.edge),
        ]
    )


def _backend(place: Place) -> str:
    return f"""
backend origin {{
    .host = "127.0.0.1";
    .port = "{place.origin_port}";
    .connect_timeout = 5s;
    .first_byte_timeout = 120s;
    .between_bytes_timeout = 120s;
}}"""


def _receive(rules: EdgeRules, place: Place) -> str:
    deaf = "" if rules.purges else 'if (req.http.X-Purged-By == "store") { return (synth(200, "Ignored")); }'
    everything = "true" if rules.bans_everything else "!req.http.X-Tags"
    cookies = "|".join(place.cachable.personal_cookies) or "[^=;]+"
    return f"""
sub vcl_recv {{
    unset req.http.X-Revalidating;
    if (req.method == "PURGE" || req.method == "BAN") {{
        if (client.ip !~ loopback) {{ return (synth(403, "Not from there")); }}
        {deaf}
        if (req.method == "PURGE") {{ return (purge); }}
        if ({everything}) {{
            if (!std.ban("obj.status != 0")) {{ return (synth(500, std.ban_error())); }}
            return (synth(200, "Banned everything"));
        }}
        if (req.http.X-Tags !~ "^[A-Za-z0-9_-]+( +[A-Za-z0-9_-]+)*$") {{ return (synth(400, "No tags")); }}
        set req.http.X-Tags = regsuball(req.http.X-Tags, " +", "|");
        if (!std.ban("obj.http.Surrogate-Key ~ (^|\\s)(" + req.http.X-Tags + ")(\\s|$)")) {{
            return (synth(500, std.ban_error()));
        }}
        return (synth(200, "Banned"));
    }}
    set req.http.Host = "127.0.0.1:{place.public_port}";
    set req.http.X-Forwarded-Proto = "https";
    if (req.method != "GET" && req.method != "HEAD") {{ return (pass); }}
    if (req.http.{PROBE}) {{ return (pass); }}
    if (req.url !~ "{place.cachable.paths or "^$"}") {{ return (pass); }}
    if (req.http.Cookie ~ "(^|;\\s*)({cookies})=") {{ return (pass); }}
    unset req.http.Cookie;
    # After a purge nobody waits for a fetch that began before it.
    set req.hash_ignore_busy = true;
    set req.grace = {_seconds(rules.grace_s)};
    return (hash);
}}
sub vcl_hash {{
    hash_data(req.url);
    return (lookup);
}}"""


def _fetch(rules: EdgeRules) -> str:
    # Surrogate-Control is meant for edges alone: by it a store says that its own caches may still be old.
    refused = 'beresp.http.Surrogate-Control ~ "(?i)no-store"'
    if not rules.keeps_no_store:
        refused += ' || beresp.http.Cache-Control ~ "(?i)no-store"'
    return f"""
sub vcl_backend_fetch {{
    if (bereq.is_bgfetch) {{ set bereq.http.X-Revalidating = "1"; }}
}}
sub vcl_backend_response {{
    if (bereq.uncacheable) {{ return (deliver); }}
    if (beresp.status != 200 || {refused}) {{
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
        return (deliver);
    }}
    unset beresp.http.Set-Cookie;
    unset beresp.http.Vary;
    set beresp.ttl = {_seconds(rules.lifetime_s)};
    set beresp.grace = {_seconds(rules.grace_s)};
    set beresp.keep = 0s;
    return (deliver);
}}"""


def _deliver(edge: str) -> str:
    """Among it Cache-Status as RFC 9211 defines it."""
    return f"""
sub vcl_deliver {{
    set resp.http.X-Edge = "{edge}";
    if (obj.uncacheable) {{
        set resp.http.X-Cache = "pass";
        set resp.http.Cache-Status = "{edge}; fwd=bypass";
    }} else {{
        set resp.http.X-Edge-TTL = obj.ttl + obj.grace;
        if (obj.hits > 0) {{
            set resp.http.X-Cache = "hit";
            set resp.http.Cache-Status = "{edge}; hit; ttl=" + std.integer(duration = obj.ttl, fallback = 0);
        }} else {{
            set resp.http.X-Cache = "miss";
            set resp.http.Cache-Status = "{edge}; fwd=uri-miss; stored";
        }}
    }}
}}
"""


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}s"
