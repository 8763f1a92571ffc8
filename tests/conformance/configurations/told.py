"""What /varz tells of a configuration, and where two servers tell otherwise."""

_FIELDS = (
    "auth_required", "auth_timeout", "config_digest", "http_base_path", "http_host", "max_connections",
    "max_control_line", "max_payload", "max_pending", "max_subscriptions", "metadata", "ping_interval",
    "ping_max", "pinned_account_fails", "system_account", "tags", "tls_cert_not_after", "tls_required",
    "tls_timeout", "tls_verify", "trusted_operators_claim", "trusted_operators_jwt", "write_deadline",
)  # fmt: skip


def _configured(varz: dict) -> dict:
    fields = {name: varz.get(name) for name in _FIELDS}
    if varz["server_name"] != varz["server_id"]:
        fields["server_name"] = varz["server_name"]
    return fields


def otherwise(peer: dict, ours: dict) -> list[str]:
    """One line for each field that differs."""
    theirs, own = _configured(peer), _configured(ours)
    return [
        f"{name}: {theirs.get(name)!r}, ours {own.get(name)!r}"
        for name in sorted(theirs.keys() | own.keys())
        if theirs.get(name) != own.get(name)
    ]
