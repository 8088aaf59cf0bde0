"""Settings: a laptop needs none, production refuses unsafe ones (trust S7)."""

from __future__ import annotations

from pathlib import Path

import pytest

import config

SAFE = {
    "ISO_ENV": "production",
    "SECRET_KEY": "a" * 20 + "b" * 20,
    "LINK_KEY": "c" * 20 + "d" * 20,
    "VAULT_KEY": "e" * 20 + "f" * 20,
    "VAULT_LINK_KEY": "g" * 20 + "h" * 20,
    "BASE_URL": "https://office.example.org",
    "DATABASE_URL": "postgresql+psycopg://iso_app@/iso",
    "VAULT_DATABASE_URL": "postgresql+psycopg://iso_vault@/iso",
    "TRUSTED_HOSTS": "office.example.org",
}


def test_a_laptop_needs_no_setting_and_keeps_its_secrets(tmp_path: Path) -> None:
    first, second = config.read({"VAR": str(tmp_path)}), config.read({"VAR": str(tmp_path)})
    assert first == second
    assert len(first.secret_key) >= 40
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_production_starts_with_safe_settings() -> None:
    settings = config.read(SAFE)
    assert settings.production
    assert settings.over_tls


@pytest.mark.parametrize(
    "change",
    [
        {"SECRET_KEY": "short"},
        {"LINK_KEY": "please-change-me-please-change-me-please"},
        {"FLASK_DEBUG": "1"},
        {"DEMO": "1"},
        {"BASE_URL": "http://office.example.org"},
        {"DATABASE_URL": ""},
        {"VAULT_DATABASE_URL": ""},
        {"TRUSTED_HOSTS": ""},
        {"TRUSTED_PROXIES": "one"},
        {"VAULT_KEY": ""},
    ],
)
def test_production_refuses_and_names_the_setting(change: dict[str, str]) -> None:
    with pytest.raises(config.UnsafeSettings, match=next(iter(change))):
        config.read(SAFE | change)


def test_secrets_show_in_no_representation(tmp_path: Path) -> None:
    settings = config.read({"VAR": str(tmp_path)})
    assert settings.secret_key not in repr(settings)
    assert settings.vault_key not in repr(settings)
